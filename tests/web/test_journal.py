"""The journal's page shows each person the acts they may read."""

from __future__ import annotations

from collections.abc import Callable

from fundsys.domain.rights import Role
from tests.counties import OfficeClient

Clients = Callable[..., OfficeClient]


def test_the_auditor_reads_every_act_and_a_clerk_only_their_own(client_as: Clients) -> None:
    clerk, auditor = client_as(Role.FINANCE_ENTRY), client_as(Role.AUDITOR)
    assert "财政局录入甲" in auditor.get("/journal/").get_data(as_text=True).split("<main")[1]
    own = clerk.get("/journal/").get_data(as_text=True).split("<main")[1]
    assert "财政局录入甲" in own
    assert "审计管理员甲" not in own
    assert "装入参考数据" not in own


def test_the_inspector_reads_the_business_trail_without_sign_ins(client_as: Clients) -> None:
    client_as(Role.FINANCE_ENTRY)
    seen = client_as(Role.INSPECTOR).get("/journal/").get_data(as_text=True).split("<main")[1]
    assert "装入参考数据" in seen
    assert ">登录<" not in seen


def test_the_journal_is_filtered_by_words_and_days(client_as: Clients) -> None:
    auditor = client_as(Role.AUDITOR)
    assert "装入参考数据" in auditor.get("/journal/?q=参考").get_data(as_text=True)
    assert "没有符合条件的办理记录" in auditor.get("/journal/?q=参考&to=2001-01-01").get_data(as_text=True)
