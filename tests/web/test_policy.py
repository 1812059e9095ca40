"""Thresholds and bases: proposed with a paper by one person, approved by another, printed with every result."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed, Stale, StepRefused
from fundsys.domain.policy import Policy
from fundsys.domain.rights import Role
from fundsys.models.office import PolicyValue
from fundsys.queries.money_facts import policy_of
from fundsys.services import policy, reference
from fundsys.services.acts import act
from tests.counties import OfficeClient, somebody
from tests.pages import Page

Clients = Callable[..., OfficeClient]
pytestmark = pytest.mark.usefixtures("app")
CODE = "industry_share_min"
PAPER = "陇乡振发〔2024〕6号"


def in_force(year: int = 2024) -> Policy:
    """The year's values as the rules get them."""
    with store.snapshot() as session:
        return policy_of(session, year)


def stored(code: str = CODE) -> PolicyValue:
    """The row of a value."""
    with store.snapshot() as session:
        found = session.scalars(select(PolicyValue).where(PolicyValue.year == 2024, PolicyValue.code == code)).one()
        session.expunge(found)
        return found


def propose(text: str = "70%", by: Role = Role.LEAD, document: str = PAPER, code: str = CODE) -> int:
    """Id of the value with a proposal on it."""
    with act(by=somebody(by), what="提出") as opened:
        return policy.propose_value(2024, code, text, document, act=opened).id


def approve(value_id: int, by: Role = Role.LEADER) -> None:
    """Approve what is proposed."""
    with act(by=somebody(by), what="批准") as opened:
        policy.approve_value(value_id, act=opened)


def test_a_proposed_value_changes_nothing_until_another_person_approves() -> None:
    value_id = propose("70%")
    assert Policy.industry_share_min.show(in_force().industry_share_min) == "65%"
    approve(value_id)
    assert Policy.industry_share_min.show(in_force().industry_share_min) == "70%"
    assert in_force().cite(CODE).endswith(PAPER)


def test_what_the_county_decided_is_left_alone_when_reference_data_is_loaded_again() -> None:
    approve(propose("70%"))
    reference.load(store.HOME_COUNTY)
    assert stored().value == "7/10"
    assert stored().edited


def test_only_those_who_may_propose_and_approve() -> None:
    with pytest.raises(NotAllowed):
        propose(by=Role.FINANCE_ENTRY)
    value_id = propose()
    with pytest.raises(NotAllowed):
        approve(value_id, by=Role.LEAD)


def test_a_value_that_is_none_of_its_kind_is_refused_at_its_box() -> None:
    for text in ("150%", "很多", "-1"):
        with pytest.raises(DomainError) as told:
            propose(text)
        assert told.value.field == "text"
    with pytest.raises(DomainError) as told:
        propose(document=" ")
    assert told.value.field == "document"


def test_the_value_in_force_need_not_be_proposed_again() -> None:
    approve(propose("70%"))
    with pytest.raises(DomainError):
        propose("0.7")


def test_a_refused_proposal_leaves_the_value_in_force() -> None:
    value_id = propose("70%")
    with act(by=somebody(Role.LEADER), what="不同意") as opened:
        policy.refuse_value(value_id, "没有文件原件", act=opened)
    assert (stored().value, stored().proposed_value) == ("13/20", None)
    with pytest.raises(StepRefused):
        approve(value_id)


def test_whoever_proposed_last_may_have_approved_before() -> None:
    approve(propose("70%"))
    approve(propose("68%", by=Role.FINANCE_REVIEW))
    assert stored().value == "17/25"


def test_two_people_proposing_at_once_see_each_other() -> None:
    propose("70%")
    with pytest.raises(Stale), act(by=somebody(Role.FINANCE_REVIEW), what="提出") as opened:
        policy.propose_value(2024, CODE, "68%", PAPER, act=opened, version=1)


def test_a_year_without_values_judges_nothing_until_they_are_opened() -> None:
    assert in_force(2025).industry_share_min is None
    with act(by=somebody(Role.LEAD), what="提出") as opened:
        policy.propose_value(2025, CODE, "60%", PAPER, act=opened)
    assert in_force(2025).industry_share_min is None
    with act(by=somebody(Role.LEAD), what="开启") as opened:
        assert policy.open_policy_year(2026, act=opened) > 0
    assert in_force(2026).industry_share_min is None
    assert in_force(2026).management_fee_max is not None
    with pytest.raises(StepRefused), act(by=somebody(Role.LEAD), what="开启") as opened:
        policy.open_policy_year(2026, act=opened)


def test_the_pages_lead_from_proposal_to_approval(client_as: Clients) -> None:
    lead, leader = client_as(Role.LEAD), client_as(Role.LEADER)
    assert lead.send(f"/policy/2024/{CODE}", {"text": "70%", "document": PAPER}).status_code == 302
    page = Page(lead.get("/policy/").get_data(as_text=True))
    assert page.title.startswith("阈值和口径")
    (row,) = (cells for cells in page.table("阈值和口径") if cells[0] == "产业发展资金占比下限")
    assert row[1] == "65%" and row[5].startswith("70%")
    token = leader.token(f"/policy/2024/{CODE}")
    assert leader.post(f"/policy/2024/{CODE}/approve", data=token).status_code == 302
    shown = Page(leader.get(f"/policy/2024/{CODE}").get_data(as_text=True))
    assert shown.h1 == "产业发展资金占比下限（2024 年度）"
    assert "70%" in leader.get("/checks/").get_data(as_text=True)


def test_a_basis_is_chosen_and_not_typed(client_as: Clients) -> None:
    lead = client_as(Role.LEAD)
    bad = lead.send("/policy/2024/management_fee_base", {"text": "mine", "document": PAPER})
    assert bad.status_code == 422
    good = lead.send("/policy/2024/management_fee_base", {"text": "task101", "document": PAPER})
    assert good.status_code == 302
    assert stored("management_fee_base").proposed_value == "task101"


def test_others_read_the_basis_and_cannot_change_it(client_as: Clients) -> None:
    inspector = client_as(Role.INSPECTOR)
    assert inspector.get(f"/policy/2024/{CODE}").status_code == 200
    assert "提出新值" not in inspector.get(f"/policy/2024/{CODE}").get_data(as_text=True)
    token = inspector.token("/people/password")
    assert inspector.post(f"/policy/2024/{CODE}", data=token | {"text": "1%", "document": "x"}).status_code == 403
    assert inspector.get("/policy/2024/nothing").status_code == 404
