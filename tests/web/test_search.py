"""One search box, within a person's rights; and the state of the system for its administrators."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.models.office import Unit
from fundsys.models.papers import Rectification
from fundsys.models.projects import Project
from fundsys.services.acts import act
from tests.counties import OfficeClient
from tests.money import approved_notice, make_projects
from tests.pages import Page, words
from tests.queries.test_facts import an_asset
from tests.web.test_industry import legacy

Clients = Callable[..., OfficeClient]
pytestmark = pytest.mark.usefixtures("app")


def found(client: OfficeClient, text: str) -> dict[str, list[str]]:
    """The names found, by kind."""
    page = Page(client.get("/search", query_string={"q": text}).get_data(as_text=True))
    kinds = [words(caption) for caption in page.all("caption")]
    return {kind: [row[1] for row in page.table(kind)[1:]] for kind in kinds}


def test_one_word_finds_records_of_every_kind(client_as: Clients) -> None:
    approved_notice(("F101", "100"), title="奶山羊专项资金")
    make_projects({"name": "奶山羊养殖场"})
    an_asset("A1", name="奶山羊圈舍")
    legacy({})
    assert found(client_as(Role.INSPECTOR), "奶山羊") == {
        "指标文": ["奶山羊专项资金"],
        "项目": ["奶山羊养殖场"],
        "资产": ["奶山羊圈舍"],
        "产业项目": ["第1号奶山羊托养点"],
    }


@pytest.mark.parametrize("sign", ["%", "_", "\\"])
def test_a_sign_of_the_query_language_stands_for_itself(client_as: Clients, sign: str) -> None:
    names = [f"甲{sign}羊", "乙羊"]
    make_projects(*({"name": f"{name}项目"} for name in names))
    legacy(*({"name": f"{name}基地"} for name in names))
    for number, name in enumerate(names):
        an_asset(f"A{number}", name=f"{name}圈舍")
    inspector = client_as(Role.INSPECTOR)
    assert found(inspector, sign) == {
        "项目": [f"甲{sign}羊项目"],
        "资产": [f"甲{sign}羊圈舍"],
        "产业项目": [f"甲{sign}羊基地"],
    }
    owned = inspector.get("/assets/", query_string={"owner": sign})
    assert "筛选结果 0 项" in owned.get_data(as_text=True)


def test_nobody_finds_what_they_may_not_see(client_as: Clients) -> None:
    approved_notice(("F101", "100"), title="奶山羊专项资金")
    make_projects({"name": "奶山羊养殖场"})
    legacy({})
    assert found(client_as(Role.OWNER, unit="县林业局"), "奶山羊") == {}
    assert found(client_as(Role.SYSADMIN), "奶山羊") == {}


def test_a_code_finds_its_record_and_nothing_else_is_claimed(client_as: Clients) -> None:
    make_projects({"code": "2024-9001", "name": "甲村供水"}, {"code": "2024-9002", "name": "乙村供水"})
    client = client_as(Role.LEAD)
    assert found(client, "2024-9002") == {"项目": ["乙村供水"]}
    page = Page(client.get("/search", query_string={"q": "没有这样的东西"}).get_data(as_text=True))
    assert "没有找到“没有这样的东西”" in words(page.root)
    assert client.get("/search").status_code == 200


def test_hostile_words_stay_words(client_as: Clients) -> None:
    text = "<script>alert(1)</script>'\" % _ \\"
    answer = client_as(Role.LEAD).get("/search", query_string={"q": text})
    assert answer.status_code == 200
    assert "<script>alert(1)" not in answer.get_data(as_text=True)


def test_the_state_of_the_system_names_database_and_head_and_no_secret(client_as: Clients) -> None:
    text = client_as(Role.SYSADMIN).get("/health/").get_data(as_text=True)
    page = Page(text)
    assert page.h1 == "系统状态"
    assert ("SQLite" in text) != ("PostgreSQL" in text)
    assert ("FULL" in text) == store.is_sqlite()
    settings = store.settings()
    assert settings.database_url not in text and str(settings.instance) not in text
    rows = {row[0]: row[1] for row in page.table("各表行数")[1:]}
    assert rows["本县"] == "1"


def test_business_roles_do_not_see_the_state_of_the_system(client_as: Clients) -> None:
    assert client_as(Role.LEAD).get("/health/").status_code == 403
    assert client_as(Role.SECADMIN).get("/health/").status_code == 200


def test_first_letters_of_the_pinyin_find_a_record(client_as: Clients) -> None:
    make_projects({"name": "大力村奶山羊圈舍"}, {"name": "长乐村供水"})
    client = client_as(Role.LEAD)
    assert found(client, "NSYJS") == {"项目": ["大力村奶山羊圈舍"]}
    assert found(client, "clc") == found(client, "cyc") == {"项目": ["长乐村供水"]}
    assert found(client, "n") == {}, "one letter is no spelling"


def test_every_word_must_stand_in_the_record_and_a_person_in_charge_is_found(client_as: Clients) -> None:
    an_asset("A1", name="奶山羊圈舍", keeper="王小满")
    an_asset("A2", name="奶山羊圈舍", keeper="李大田")
    client = client_as(Role.INSPECTOR)
    assert found(client, "奶山羊 王小满") == found(client, "wxm") == {"资产": ["奶山羊圈舍"]}
    rows = Page(client.get("/search", query_string={"q": "奶山羊"}).get_data(as_text=True)).table("资产")
    assert [row[0] for row in rows[1:]] == ["A1", "A2"]


def test_a_number_stands_before_names_that_hold_it_and_all_of_one_kind_are_paged(client_as: Clients) -> None:
    make_projects(
        *({"code": f"2024-{n:04d}", "name": f"第{n}号奶山羊圈舍"} for n in range(1, 61)),
        {"code": "NSY", "name": "别的"},
    )
    client = client_as(Role.LEAD)
    first = Page(client.get("/search", query_string={"q": "nsy"}).get_data(as_text=True))
    assert first.table("项目")[1][:2] == ["NSY", "别的"]
    assert "全部 61 条" in words(first.root)
    last = client.get("/search", query_string={"q": "nsy", "kind": "projects", "page": "2"}).get_data(as_text=True)
    assert len(Page(last).table("项目")) == 12
    assert client.get("/search", query_string={"q": "nsy", "kind": "others"}).status_code == 404


def test_what_was_changed_is_found_by_its_new_name_at_once(client_as: Clients) -> None:
    project = make_projects({"name": "甲村供水"}, {"name": "乙村供水"})[0]
    client = client_as(Role.LEAD)
    assert found(client, "供水") == {"项目": ["甲村供水", "乙村供水"]}
    with act(by=None, what="改名") as opened:
        opened.session.get_one(Project, project).name = "甲村蓄水池"
    assert found(client, "供水") == {"项目": ["乙村供水"]}
    assert found(client, "jcxsc") == {"项目": ["甲村蓄水池"]}
    with act(by=None, what="改村名") as opened:
        opened.session.get_one(Unit, opened.session.get_one(Project, project).owner_unit_id).name = "县羊乳局"
    assert "项目" in found(client, "县羊乳局"), "a name that stands beside the record is read anew too"


def test_contracts_problems_and_accounts_are_found_by_those_who_may_see_them(client_as: Clients) -> None:
    with act(by=None, what="登记问题") as opened:
        unit = opened.session.scalars(select(Unit).where(Unit.name == "县农业农村局")).one()
        opened.session.add(
            Rectification(
                source="省考核反馈", paper_no="陕考〔2024〕3号", problem="圈舍闲置", unit_id=unit.id,
                found_on=date(2024, 5, 6), due_on=date(2024, 6, 6),
            )
        )  # fmt: skip
    assert found(client_as(Role.INSPECTOR), "陕考〔2024〕3号") == {"问题整改": ["圈舍闲置"]}
    assert found(client_as(Role.OWNER, unit="县林业局"), "圈舍闲置") == {}
    assert "账号" in found(client_as(Role.SYSADMIN), "县林业局")
    assert "账号" not in found(client_as(Role.LEAD), "县林业局")
