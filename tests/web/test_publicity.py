"""The pages of public notices: from what is owed to the text, its approval, its result and its paper."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from fundsys.domain.rights import Role
from tests.counties import OfficeClient
from tests.money import approved_notice, given, make_projects
from tests.pages import Page, words
from tests.publicity import PICTURE, approved, completed_project, drafted, text

Clients = Callable[..., OfficeClient]


def page(answer: Any, status: int = 200) -> Page:
    """The page of an answer."""
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    return Page(answer.get_data(as_text=True))


def told(answer: Any, status: int = 200) -> str:
    """The words of a page."""
    return words(page(answer, status).one("main"))


def test_money_results_are_listed_with_their_last_day_and_the_old_address_leads_there(client_as: Clients) -> None:
    (line,) = approved_notice(("F101", "100"))
    given(line, [(make_projects({"wan": "100"})[0], "60")])
    clerk = client_as(Role.FINANCE_ENTRY)
    shown = told(clerk.get("/public-notices/owed?occasion=allocated"))
    assert "资金分配结果公告" in shown
    assert "60.00" in shown
    assert clerk.get("/owed?year=2024").location.endswith("/public-notices/owed?year=2024")


def test_an_owner_picks_what_is_owed_and_the_lead_bureau_approves_it(client_as: Clients) -> None:
    project = completed_project()
    owner = client_as(Role.OWNER)
    listed = page(owner.get("/public-notices/owed?occasion=completed&level=village"))
    (pick,) = [box.get("value") for box in listed.all("input") if box.get("name") == "pick"]
    assert pick == f"completed:village:{project}"
    address = f"/public-notices/new?pick={pick}"
    form = page(owner.get(address))
    values = form.values()
    assert values["amount"] == "100.00"
    assert "12317" in values["hotline"]
    answer = owner.post(address, data=values | {"action": "submit", "place": "大力村公示栏", "content": "圈舍"})
    assert answer.status_code == 302, told(answer, 422)
    mine = owner.get(answer.location)
    assert "待审定" in mine.get_data(as_text=True)
    lead = client_as(Role.LEAD)
    review = page(lead.get("/public-notices/review"))
    chosen = {k: v for k, v in review.values().items() if k != "reason"}
    assert lead.post("/public-notices/review", data=chosen | {"action": "approve"}).status_code == 302
    assert "已审定" in owner.get(answer.location).get_data(as_text=True)
    assert "没有待审定的公示" in told(lead.get("/public-notices/review"))


def test_picks_of_two_kinds_make_no_one_notice(client_as: Clients) -> None:
    project = completed_project()
    owner = client_as(Role.OWNER)
    answer = owner.get(f"/public-notices/new?pick=completed:village:{project}&pick=completed:town:{project}")
    assert answer.status_code == 422
    assert owner.get("/public-notices/new?pick=nonsense").status_code == 422


def test_a_short_notice_and_a_picture_used_twice_are_said_on_the_page(client_as: Clients) -> None:
    from datetime import date

    from fundsys.services import publicity
    from fundsys.services.acts import act
    from tests.publicity import owner as owners_clerk

    one = drafted(text(completed_project(), last_on=date(2024, 6, 17)))
    other = drafted(text(completed_project()))
    for public_id in (one, other):
        with act(by=owners_clerk(), what="存公示照片") as opened:
            publicity.keep_photos(public_id, [("现场.jpg", PICTURE)], act=opened)
    lead = client_as(Role.LEAD)
    shown = told(lead.get(f"/public-notices/{one}"))
    assert "公示 9 日，不足 10 日" in shown
    assert "同一张照片用于两件事" in shown
    assert "不足 10 日" not in told(lead.get(f"/public-notices/{other}"))
    assert "1 张" in told(lead.get("/same-pictures"))


def test_what_came_of_a_notice_is_recorded_with_a_picture(client_as: Clients) -> None:
    public_id = drafted(text(completed_project()))
    approved(public_id)
    owner = client_as(Role.OWNER)
    values = {k: v for k, v in page(owner.get(f"/public-notices/{public_id}")).values().items() if k != "reason"}
    address = f"/public-notices/{public_id}/result"
    assert "请附公示照片" in told(owner.post(address, data=values | {"action": "report"}), 422)
    files = {"papers": (BytesIO(PICTURE), "现场.jpg")}
    fresh = {k: v for k, v in page(owner.get(f"/public-notices/{public_id}")).values().items() if k != "reason"}
    sent = owner.post(address, data=fresh | {"action": "report"} | files, content_type="multipart/form-data")
    assert sent.status_code == 302
    assert "无异议" in told(owner.get(f"/public-notices/{public_id}"))


def test_the_table_of_duties_is_edited_by_who_keeps_the_dictionaries(client_as: Clients) -> None:
    keeper = client_as(Role.SYSADMIN)
    listed = page(keeper.get("/public-notices/duties"))
    link = next(a.get("href") for a in listed.all("a") if words(a) == "村级完工公示")
    assert link is not None
    sent = keeper.send(link, {"label": "村级完工公示", "due_days": "5", "least_days": "15", "active": "1"})
    assert sent.status_code == 302
    assert "县定" in told(keeper.get("/public-notices/duties"))
    assert client_as(Role.LEAD).get(link).status_code == 403


def test_the_notice_prints_as_a_public_paper(client_as: Clients) -> None:
    public_id = drafted(text(completed_project()))
    approved(public_id)
    owner = client_as(Role.OWNER)
    shown = page(owner.get(f"/public-notices/{public_id}"))
    token = {k: v for k, v in shown.values().items() if k in ("csrf_token", "form_id")}
    answer = owner.post(f"/public-notices/{public_id}/print", data=token, follow_redirects=True)
    assert answer.data.startswith(b"%PDF")
    assert "养殖场扩建完工公示" in told(owner.get(f"/ledgers/PF24?no={public_id}"))


@pytest.mark.parametrize("role", [Role.FINANCE_ENTRY, Role.LEAD, Role.INSPECTOR, Role.VILLAGE, Role.TOWN])
def test_everybody_who_may_reads_the_lists(client_as: Clients, role: Role) -> None:
    approved(drafted(text(completed_project())))
    client = client_as(role)
    assert client.get("/public-notices").status_code == 200
    assert client.get("/public-notices/owed?state=all&sort=-amount").status_code == 200
