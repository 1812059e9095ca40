"""Maintenance money by two persons, calls after an event, assets of relocation sites, public posts."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from fundsys import store
from fundsys.domain.assets import AssetClass
from fundsys.domain.errors import DomainError, NotAllowed, NotFound, StepRefused
from fundsys.domain.funds import MoneyState
from fundsys.domain.maintenance import Condition, PostingKind
from fundsys.domain.money import ZERO, Money
from fundsys.domain.rights import Role
from fundsys.models.assets import Asset, Patrol
from fundsys.models.maintenance import Defect, EventDuty, MaintenancePosting
from fundsys.models.office import Person, Unit
from fundsys.queries.after_events import calls
from fundsys.queries.facts import office_today
from fundsys.queries.maintenance import DutyFilter, duties, keepers_of
from fundsys.queries.maintenance_money import PostingRow, by_keeper, by_town, postings, whole
from fundsys.queries.relocation import county_spent, site_assets, sites
from fundsys.queries.viewer import viewer
from fundsys.services import maintenance, recalls
from fundsys.services.acts import act
from fundsys.services.maintenance import AssignEntry, CallEntry, CostEntry, PatrolEntry
from fundsys.services.verification import verify
from tests.counties import somebody
from tests.upkeep import KEEPER, asset, make_assets, sector_id

pytestmark = pytest.mark.usefixtures("app")
TODAY = office_today()
YEAR = TODAY.year
REPAIR = PostingKind.REPAIR


def town_id() -> int:
    """The region of the town clerk."""
    with store.snapshot() as session:
        person = session.get_one(Person, somebody(Role.TOWN))
        region = session.get_one(Unit, person.unit_id).region_id
        assert region is not None
        return region


def spent(asset_id: int, wanted: str = "500", by: Role = Role.KEEPER, kind: PostingKind = REPAIR) -> int:
    """Id of a cost entered."""
    with act(by=somebody(by), what="登记管护支出") as opened:
        return maintenance.enter_cost(CostEntry(asset_id, kind, Money.yuan(wanted), TODAY, "更换护栏"), act=opened).id


def budgeted(wanted: str = "1000", by: Role = Role.TOWN) -> int:
    """Id of a budget entered."""
    with act(by=somebody(by), what="登记管护经费预算") as opened:
        return maintenance.enter_budget(Money.yuan(wanted), "县级财政补助", TODAY, "陇财农〔2024〕15号", act=opened).id


def decided(posting_id: int, by: Role, approve: bool = True, reason: str = "") -> None:
    """Approved or sent back."""
    with act(by=somebody(by), what="复核管护经费") as opened:
        maintenance.decide_posting(posting_id, approve, reason, act=opened)


def rows(by: Role | None = None) -> list[PostingRow]:
    """The year's postings."""
    with store.snapshot() as session:
        return postings(session, viewer(session, somebody(by)) if by else None, year=YEAR)


def placed() -> int:
    """Id of an asset in the town."""
    (one,) = make_assets(town_id=town_id())
    return one


# ---------- money ----------


def test_costs_count_against_the_towns_budget_once_a_second_person_has_approved_them() -> None:
    one = placed()
    budget, cost = budgeted(), spent(one)
    assert whole(rows()).spent == ZERO
    assert whole(rows()).waiting == Money.yuan("500")
    assert (whole(rows()).budget, whole(rows()).share) == (ZERO, None)
    decided(budget, Role.FINANCE_REVIEW)
    decided(cost, Role.TOWN)
    (town,) = by_town(rows())
    assert (town.budget, town.spent, town.rest, town.share) == (
        Money.yuan("1000"), Money.yuan("500"), Money.yuan("500"), Fraction(1, 2),
    )  # fmt: skip
    (keeper,) = by_keeper(rows())
    assert (keeper.keeper, keeper.assets, keeper.spent) == (KEEPER, 1, Money.yuan("500"))
    assert verify().problems == []


def test_spending_beyond_the_budget_shows_as_such_to_the_fen() -> None:
    one = placed()
    decided(budgeted("500"), Role.FINANCE_REVIEW)
    decided(spent(one, "500"), Role.TOWN)
    assert whole(rows()).rest == ZERO
    decided(spent(one, "0.01"), Role.TOWN)
    assert whole(rows()).rest == ZERO - Money(1)


def test_nobody_approves_an_own_entry_and_a_budget_only_the_finance_bureau() -> None:
    one = placed()
    own = spent(one, by=Role.TOWN)
    with pytest.raises(NotAllowed):
        decided(own, Role.TOWN)
    decided(own, Role.FINANCE_REVIEW)
    budget = budgeted()
    with pytest.raises(NotAllowed):
        decided(budget, Role.TOWN)
    with pytest.raises(NotAllowed):
        decided(spent(one), Role.LEAD)
    with pytest.raises(NotAllowed, match="由镇"):
        budgeted(by=Role.OWNER)
    with pytest.raises(StepRefused):
        decided(own, Role.FINANCE_REVIEW)


def test_control_the_table_itself_refuses_one_person_in_both_places() -> None:
    cost = spent(placed())
    with store.snapshot() as session:
        enterer = session.get_one(MaintenancePosting, cost).entered_by
    with pytest.raises(IntegrityError, match="two_persons"), act(by=None, what="改") as opened:
        opened.session.execute(
            text(f"update maintenance_posting set decided_by = {enterer} where id = {cost}")  # noqa: S608
        )


def test_a_posting_sent_back_counts_in_nothing_and_says_why() -> None:
    cost = spent(placed())
    with pytest.raises(DomainError, match="退回原因"):
        decided(cost, Role.TOWN, approve=False)
    decided(cost, Role.TOWN, approve=False, reason="没有附收据")
    (row,) = rows()
    assert (row.state, row.return_reason, whole(rows()).spent) == (MoneyState.RETURNED, "没有附收据", ZERO)


def test_an_approved_cost_is_corrected_by_one_reversal_that_another_person_approves() -> None:
    cost = spent(placed())
    decided(cost, Role.TOWN)
    with act(by=somebody(Role.KEEPER), what="冲销管护经费") as opened:
        reversal = maintenance.reverse_posting(cost, "发票作废", act=opened).id
    assert whole(rows()).spent == Money.yuan("500")
    with pytest.raises(DomainError, match="已经冲销过"), act(by=somebody(Role.KEEPER), what="冲销管护经费") as opened:
        maintenance.reverse_posting(cost, "再来一次", act=opened)
    decided(reversal, Role.TOWN)
    assert whole(rows()).spent == ZERO
    assert [r.amount for r in rows()] == [Money.yuan("-500"), Money.yuan("500")]


def test_others_do_not_see_a_towns_money() -> None:
    cost = spent(placed())
    assert [r.id for r in rows(Role.TOWN)] == [cost]
    assert rows(Role.OWNER) == []
    with pytest.raises(NotFound), act(by=somebody(Role.OWNER), what="冲销管护经费") as opened:
        maintenance.reverse_posting(cost, "不是我的", act=opened)


def test_what_putting_a_defect_right_cost_is_posted_when_the_town_closes_it_and_taken_back_when_it_opens_again() -> (
    None
):
    one = placed()
    entry = PatrolEntry(one, TODAY, Condition.SERIOUS, words="护栏断裂", defect_due_on=TODAY)
    with act(by=somebody(Role.KEEPER), what="登记巡查") as opened:
        maintenance.record_patrol(entry, act=opened)
    with store.snapshot() as session:
        defect = session.scalars(select(Defect.id)).one()
    with act(by=somebody(Role.KEEPER), what="登记整改") as opened:
        maintenance.fix_defect(defect, TODAY, "更换护栏", Money.yuan("800"), act=opened)
    assert rows() == []
    with act(by=somebody(Role.TOWN), what="销号") as opened:
        maintenance.close_defect(defect, act=opened)
    (row,) = rows()
    assert (row.amount, row.state, row.entered_by) == (Money.yuan("800"), MoneyState.APPROVED, somebody(Role.KEEPER))
    with act(by=somebody(Role.TOWN), what="退回整改") as opened:
        maintenance.reopen_defect(defect, "又断了", act=opened)
    waiting = next(r for r in rows() if r.state is MoneyState.SUBMITTED)
    assert (waiting.amount, waiting.reverses_id) == (Money.yuan("-800"), row.id)
    decided(waiting.id, Role.FINANCE_REVIEW)
    assert whole(rows()).spent == ZERO


# ---------- after an event ----------


def called(by: Role = Role.TOWN, **told: object) -> int:
    """Id of a call for patrols."""
    entry = CallEntry(**({"name": "暴雨", "happened_on": TODAY - timedelta(days=2)} | told))  # type: ignore[arg-type]
    with act(by=somebody(by), what="发起事件后巡查") as opened:
        return maintenance.call_patrols(entry, act=opened).id


def due(asset_id: int) -> tuple[date | None, str]:
    """When the asset is due, and after what."""
    with store.snapshot() as session:
        (found,) = duties(session, None, DutyFilter(ids=(asset_id,)), TODAY)
        return found.due, found.event


def test_after_a_storm_every_asset_of_sectors_with_the_duty_is_due_and_its_first_patrol_since_does_it() -> None:
    fresh = {"town_id": town_id(), "in_use_on": TODAY - timedelta(days=5), "registered_on": TODAY - timedelta(days=5)}
    road, light = make_assets(**fresh)[0], make_assets(sector="M04", **fresh)[0]
    home = make_assets(asset_class=AssetClass.HOUSEHOLD, **fresh)[0]
    elsewhere = make_assets(**(fresh | {"town_id": town_id() + 1}))[0]
    usual = due(road)[0]
    call = called(towns=(town_id(),))
    with store.snapshot() as session:
        assert list(session.scalars(select(EventDuty.asset_id))) == [road]
    assert due(road) == (TODAY - timedelta(days=1), "暴雨")
    assert (due(light)[1], due(elsewhere)[1], asset(home).keeper) == ("", "", KEEPER)
    before = PatrolEntry(road, TODAY - timedelta(days=3), Condition.SOUND)
    after = PatrolEntry(road, TODAY - timedelta(days=2), Condition.SOUND)
    for entry, still in ((before, "暴雨"), (after, "")):
        with act(by=somebody(Role.KEEPER), what="登记巡查") as opened:
            maintenance.record_patrol(entry, act=opened)
        assert due(road)[1] == still
    with store.snapshot() as session:
        assert session.scalars(select(Patrol.due_on).order_by(Patrol.id)).all() == [usual, TODAY - timedelta(days=1)]
        (row,) = calls(session, None, TODAY)
        assert (row.id, row.duties, row.done, row.late) == (call, 1, 1, 0)


def test_a_call_not_followed_is_late_the_day_after_and_one_withdrawn_asks_for_nothing() -> None:
    one = placed()
    call = called(happened_on=TODAY - timedelta(days=1))
    assert due(one)[1] == "暴雨"
    with store.snapshot() as session:
        assert [calls(session, None, day)[0].late for day in (TODAY, TODAY + timedelta(days=1))] == [0, 1]
    with pytest.raises(NotAllowed, match="发起人"), act(by=somebody(Role.OWNER), what="撤回") as opened:
        maintenance.withdraw_call(call, "弄错了", act=opened)
    with act(by=somebody(Role.TOWN), what="撤回事件后巡查") as opened:
        maintenance.withdraw_call(call, "雨没有下到本镇", act=opened)
    assert due(one)[1] == ""


def test_a_call_needs_assets_a_day_gone_by_and_hours_where_the_scheme_names_none() -> None:
    with pytest.raises(DomainError, match="没有办法要求"):
        called()
    make_assets(town_id=town_id(), sector="M02")
    with pytest.raises(DomainError, match="请填写时限"):
        called()
    with pytest.raises(DomainError, match="不能晚于今天"):
        called(happened_on=TODAY + timedelta(days=1))
    with pytest.raises(NotAllowed):
        called(by=Role.LEAD)
    assert called(hours=25)
    with store.snapshot() as session:
        assert session.scalars(select(EventDuty.due_on)).one() == TODAY


# ---------- relocation sites and public posts ----------


def test_assets_of_a_site_are_counted_with_their_share_of_maintenance() -> None:
    fresh = {"town_id": town_id(), "in_use_on": TODAY, "registered_on": TODAY}
    good, nobody, outside = (*make_assets(2, **fresh), *make_assets(**fresh))
    with act(by=None, what="改") as opened:
        opened.session.get_one(Asset, nobody).keeper = ""
    codes = [asset(one).code for one in (good, nobody)]
    with act(by=somebody(Role.TOWN), what="登记安置点资产") as opened:
        assert maintenance.place_in_site(codes, "城关镇南坡安置点", act=opened) == 2
    decided(spent(good, "300"), Role.TOWN)
    decided(spent(outside, "700"), Role.TOWN)
    with store.snapshot() as session:
        everything = county_spent(session, YEAR)
        (row,) = sites(site_assets(session, None, YEAR, TODAY), everything, TODAY)
    assert (row.site, row.assets, row.needing, row.kept, row.late) == ("城关镇南坡安置点", 2, 2, 1, 0)
    assert (row.kept_share, row.money_share) == (Fraction(1, 2), Fraction(3, 10))
    with pytest.raises(DomainError, match="没有编码"), act(by=somebody(Role.TOWN), what="登记") as opened:
        maintenance.place_in_site(["G999"], "城关镇南坡安置点", act=opened)
    with pytest.raises(DomainError, match="没有变化"), act(by=somebody(Role.TOWN), what="登记") as opened:
        maintenance.place_in_site(codes, "城关镇南坡安置点", act=opened)
    with act(by=somebody(Role.TOWN), what="登记安置点资产") as opened:
        maintenance.place_in_site(codes, "", act=opened)
    with store.snapshot() as session:
        assert site_assets(session, None, YEAR, TODAY) == []


def test_a_keeper_of_a_public_post_is_marked_from_the_day_on_and_verify_names_a_mark_that_disagrees() -> None:
    one = placed()
    entry = AssignEntry(TODAY, "王新民", "村股份经济合作社", "公益岗位", sector_id(), public_post=True)
    with act(by=somebody(Role.TOWN), what="变更管护责任人") as opened:
        maintenance.assign_keeper(one, entry, act=opened)
    with store.snapshot() as session:
        assert [(k.keeper, k.public_post) for k in keepers_of(session, one)] == [("王新民", True), (KEEPER, False)]
    assert asset(one).public_post
    assert verify().problems == []
    with act(by=None, what="改") as opened:
        opened.session.get_one(Asset, one).public_post = False
    assert {p.check for p in verify().problems} == {"I28"}


def test_what_waits_is_taken_back_by_whoever_entered_it_and_then_counts_nowhere() -> None:
    posting = spent(placed())

    def back(by: Role, version: int) -> None:
        with act(by=somebody(by), what="撤回提交") as opened:
            recalls.recall_one("maintenance_posting", posting, version, act=opened)

    with pytest.raises(DomainError, match="只有录入人"):
        back(Role.TOWN, 1)
    with pytest.raises(DomainError, match="有变化"):
        back(Role.KEEPER, 9)
    back(Role.KEEPER, 1)
    with store.snapshot() as session:
        found = session.get_one(MaintenancePosting, posting)
        assert (found.state, found.return_reason) == (MoneyState.RETURNED, "录入人撤回")
        now = found.version
    with pytest.raises(DomainError, match="不能撤回"):
        back(Role.KEEPER, now)
    assert verify().problems == []
