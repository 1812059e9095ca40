"""Maintenance under 1+12: dated schemes, keepers by time, patrols once each, defects closed by somebody else, paper that reads back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed, NotFound, Refusals, StepRefused
from fundsys.domain.maintenance import Condition, DefectState, PatrolUnit
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.domain.rules.base import check, rule_called
from fundsys.models.assets import MaintenanceSector, Patrol
from fundsys.models.journal import Act
from fundsys.models.maintenance import CheckRow, CheckSheet, Defect
from fundsys.queries.facts import facts, office_today
from fundsys.queries.maintenance import DutyFilter, defects, duties, keepers_of, schemes, schemes_on
from fundsys.queries.viewer import viewer
from fundsys.services import maintenance
from fundsys.services.acts import act
from fundsys.services.maintenance import AssignEntry, PatrolEntry, SchemeEntry
from fundsys.services.maintenance.patrols import PatrolWay
from fundsys.services.verification import verify
from tests.counties import somebody
from tests.upkeep import KEEPER, asset, make_assets, sector_id

pytestmark = pytest.mark.usefixtures("app")
FIRST = date(2024, 10, 1)
SOUND, SLIGHT, SERIOUS = Condition.SOUND, Condition.SLIGHT, Condition.SERIOUS


def refused(call: Callable[[], object], kind: type[DomainError] = DomainError) -> DomainError:
    """The refusal that a call must end in."""
    with pytest.raises(kind) as told:
        call()
    return told.value


def revised(code: str = "M01", by: Role | None = None, **told: object) -> None:
    """A new version of a sector's scheme."""
    with store.snapshot() as session:
        sector = session.scalars(select(MaintenanceSector).where(MaintenanceSector.code == code)).one()
        usual = {"from_on": office_today(), "name": sector.name, "patrol_every": sector.patrol_days}
    with act(by=somebody(by or Role.SYSADMIN), what="修订管护办法") as opened:
        maintenance.revise_scheme(sector_id(code), SchemeEntry(**(usual | told)), act=opened)  # type: ignore[arg-type]


def walked(asset_id: int, day: date = date(2024, 10, 3), by: Role = Role.KEEPER, **told: object) -> int:
    """Id of a patrol."""
    entry = PatrolEntry(asset_id, day, **({"condition": SOUND} | told))  # type: ignore[arg-type]
    with act(by=somebody(by), what="登记巡查") as opened:
        return maintenance.record_patrol(entry, act=opened).id


def assigned(asset_id: int, day: date, keeper: str = "王新民", by: Role = Role.TOWN, **told: str) -> None:
    """A keeper from a day on."""
    entry = AssignEntry(day, keeper, "村股份经济合作社", told.pop("fund", "公益岗位"), sector_id(), **told)
    with act(by=somebody(by), what="变更管护责任人") as opened:
        maintenance.assign_keeper(asset_id, entry, act=opened)


def due_day(asset_id: int, today: date = date(2024, 11, 3)) -> date | None:
    """When the asset's next patrol is due."""
    with store.snapshot() as session:
        (found,) = duties(session, None, DutyFilter(ids=(asset_id,)), today)
        return found.due


def rm_note(asset_id: int, day: date) -> str:
    """What RM says of an asset on a day."""
    rule = rule_called("RM")
    assert rule is not None
    with store.snapshot() as session:
        (found,) = check(facts(session, 2024, as_at=day, until=day), [rule])
        return next(row.note for row in found.rows if row.id == asset_id)


def broken() -> list[str]:
    """The kinds of problem `verify` names."""
    return sorted({p.check for p in verify().problems})


# ---------- schemes ----------


def test_a_county_begins_with_one_general_scheme_and_twelve_of_sectors() -> None:
    with store.snapshot() as session:
        found = schemes(session)
    assert [s.code for s in found] == ["", *(f"M{n:02d}" for n in range(1, 13))]
    assert found[0].name.endswith("管护总办法")
    assert (found[1].keeper_post, found[1].after_hours, found[1].interval.words if found[1].interval else "") == (
        "护路员",
        24,
        "每 30 天",
    )


def test_renaming_and_retiming_a_scheme_leaves_the_past_as_it_was() -> None:
    today = office_today()
    revised(name="农村公路管养", patrol_every=2, patrol_unit=PatrolUnit.MONTH, from_on=today)
    with store.snapshot() as session:
        before, now = (schemes_on(session, day)[sector_id()] for day in (today - timedelta(days=1), today))
        sector = session.get_one(MaintenanceSector, sector_id())
        assert (sector.name, sector.patrol_days) == ("农村公路管养", 60)
    assert (before.name, before.patrol_every) == ("农村公路（含产业路、桥涵）", 30)
    assert (now.name, now.interval.words if now.interval else "") == ("农村公路管养", "每 2 个月")


def test_a_version_to_come_can_be_written_anew_and_a_standing_one_cannot() -> None:
    later = office_today() + timedelta(days=10)
    revised(from_on=later, name="先这样叫")
    revised(from_on=later, name="再这样叫")
    with store.snapshot() as session:
        assert [s.name for s in schemes(session) if s.from_on == later] == ["再这样叫"]
        assert session.get_one(MaintenanceSector, sector_id()).name == "农村公路（含产业路、桥涵）"
    revised()
    assert "不能改写" in str(refused(revised))
    assert "以后" in str(refused(lambda: revised(from_on=office_today() - timedelta(days=1))))
    refused(lambda: revised(by=Role.TOWN), NotAllowed)


# ---------- due days ----------


def test_monthly_from_october_the_first_done_on_the_third_is_due_on_november_the_third() -> None:
    (one,) = make_assets()
    with act(by=None, what="装入") as opened:
        opened.session.execute(text("update maintenance_scheme set patrol_every = 1, patrol_unit = 'month'"))
    walked(one, date(2024, 10, 3))
    assert due_day(one) == date(2024, 11, 3)
    assert rm_note(one, date(2024, 11, 3)) == ""
    assert rm_note(one, date(2024, 11, 4)) == "巡查超期 1 日"


def test_a_changed_interval_changes_nothing_before_its_date() -> None:
    today = office_today()
    (one,) = make_assets(in_use_on=today - timedelta(days=40), registered_on=today - timedelta(days=40))
    walked(one, today - timedelta(days=20))
    was = due_day(one, today)
    assert was == today + timedelta(days=10)
    assert rm_note(one, today) == ""
    revised(patrol_every=7, from_on=today)
    assert due_day(one, today) == today
    assert rm_note(one, today) == ""
    assert rm_note(one, today - timedelta(days=1)) == ""


# ---------- keepers ----------


def test_a_change_of_keeper_keeps_who_it_was_before_and_who_changed_it() -> None:
    (one,) = make_assets()
    assigned(one, date(2024, 11, 1), reason="原责任人外出务工")
    with store.snapshot() as session:
        now, before = keepers_of(session, one)
    assert (before.from_on, before.to_on, before.keeper) == (FIRST, date(2024, 11, 1), KEEPER)
    assert (now.from_on, now.to_on, now.keeper, now.fund) == (date(2024, 11, 1), None, "王新民", "公益岗位")
    assert now.assigned_by == "镇甲"
    assert asset(one).keeper == "王新民"
    assert broken() == []


def test_the_rule_judges_a_past_day_by_the_keeper_of_that_day() -> None:
    (one,) = make_assets(keeper="", maintenance_fund="")
    walked(one, date(2024, 10, 20), by=Role.VILLAGE)
    assert rm_note(one, date(2024, 10, 30)) == "无管护责任人、无管护经费来源"
    assigned(one, date(2024, 11, 1))
    assert rm_note(one, date(2024, 11, 2)) == ""


def test_two_keepers_on_one_day_are_refused_and_so_is_one_to_come() -> None:
    (one,) = make_assets()
    assigned(one, date(2024, 11, 1))
    assert "以后" in str(refused(lambda: assigned(one, date(2024, 11, 1))))
    assert "以后" in str(refused(lambda: assigned(one, date(2024, 10, 20))))
    assert "不能晚于今天" in str(refused(lambda: assigned(one, office_today() + timedelta(days=1))))
    refused(lambda: assigned(one, date(2024, 11, 5), by=Role.KEEPER), NotAllowed)
    assert "经费来源" in str(refused(lambda: assigned(one, date(2024, 11, 5), fund=" ")))


@pytest.mark.parametrize(
    "tampering",
    [
        "update asset set keeper = '另一个人' where id = {asset}",
        "update keeper_assignment set to_on = '2024-12-01' where asset_id = {asset} and to_on is not null",
        "update keeper_assignment set maintenance_fund = '' where asset_id = {asset} and to_on is null",
    ],
)
def test_control_a_second_keeper_or_a_missing_fund_is_named_by_verify(tampering: str) -> None:
    (one,) = make_assets()
    assigned(one, date(2024, 11, 1))
    with act(by=None, what="篡改") as opened:
        opened.session.execute(text(tampering.format(asset=one)))
    assert broken() == ["I28"]


# ---------- patrols and defects ----------


def test_a_patrol_moves_the_next_due_day_and_remembers_when_it_was_due() -> None:
    (one,) = make_assets()
    number = walked(one, date(2024, 10, 3), weather="晴")
    with store.snapshot() as session:
        patrol = session.get_one(Patrol, number)
        assert (patrol.due_on, patrol.way, patrol.patroller) == (date(2024, 10, 31), PatrolWay.PHONE, KEEPER)
    assert due_day(one) == date(2024, 11, 2)
    assert asset(one).last_patrol_on == date(2024, 10, 3)


def test_one_asset_is_patrolled_once_a_day_not_in_the_future_and_by_its_keeper_only() -> None:
    (one,) = make_assets()
    (other,) = make_assets(keeper="别人")
    walked(one)
    assert "已登记过" in str(refused(lambda: walked(one)))
    assert "晚于今天" in str(refused(lambda: walked(one, office_today() + timedelta(days=1))))
    assert "启用日期" in str(refused(lambda: walked(one, date(2024, 9, 1))))
    refused(lambda: walked(other), NotFound)
    refused(lambda: walked(one, by=Role.LEAD), NotAllowed)
    assert walked(other, by=Role.VILLAGE)


def test_what_is_serious_needs_words_and_a_deadline() -> None:
    (one,) = make_assets()
    told = str(refused(lambda: walked(one, condition=SERIOUS), Refusals))
    assert told
    walked(one, condition=SERIOUS, words="护栏断裂", defect_due_on=date(2024, 10, 20))
    with store.snapshot() as session:
        (found,) = defects(session, viewer(session, somebody(Role.KEEPER)))
    assert (found.state, found.due_on, found.days_late(date(2024, 10, 21))) == (DefectState.OPEN, date(2024, 10, 20), 1)


def a_defect() -> int:
    """Id of a defect the keeper found."""
    (one,) = make_assets()
    walked(one, condition=SERIOUS, words="护栏断裂", defect_due_on=date(2024, 10, 20))
    with store.snapshot() as session:
        return session.scalars(select(Defect.id)).one()


def fixed(defect: int, by: Role = Role.KEEPER) -> None:
    """Report it put right."""
    with act(by=somebody(by), what="登记整改") as opened:
        maintenance.fix_defect(defect, date(2024, 10, 18), "更换护栏 6 米", Money.yuan("860"), act=opened)


def closed(defect: int, by: Role = Role.TOWN) -> None:
    """Close it."""
    with act(by=somebody(by), what="销号") as opened:
        maintenance.close_defect(defect, act=opened)


def test_a_defect_is_put_right_by_the_keeper_and_closed_by_the_town() -> None:
    defect = a_defect()
    refused(lambda: closed(defect), StepRefused)
    fixed(defect)
    refused(lambda: closed(defect, Role.KEEPER), NotAllowed)
    closed(defect)
    with store.snapshot() as session:
        found = session.get_one(Defect, defect)
        assert (found.state, found.repair_cost) == (DefectState.CLOSED, Money.yuan("860"))
    refused(lambda: fixed(defect), StepRefused)
    assert broken() == []


def test_whoever_put_it_right_does_not_close_it() -> None:
    defect = a_defect()
    fixed(defect, Role.TOWN)
    assert "另一人" in str(refused(lambda: closed(defect), NotAllowed))


def test_a_town_sends_back_what_is_not_right_with_a_reason() -> None:
    defect = a_defect()
    fixed(defect)
    with act(by=somebody(Role.TOWN), what="退回整改") as opened:
        maintenance.reopen_defect(defect, "护栏仍松动", act=opened)
    with store.snapshot() as session:
        found = session.get_one(Defect, defect)
        assert (found.state, found.return_reason) == (DefectState.OPEN, "护栏仍松动")
    fixed(defect)
    closed(defect)


def test_control_a_defect_closed_by_its_finder_is_refused_by_the_database_and_named_by_verify() -> None:
    defect = a_defect()
    with pytest.raises(Exception, match="(?i)check|constraint"), act(by=None, what="篡改") as opened:
        opened.session.execute(text(f"update defect set state = 'closed', closed_by = found_by where id = {defect}"))


# ---------- paper ----------


def a_sheet(count: int, by: Role = Role.VILLAGE) -> tuple[int, list[str]]:
    """Id and row codes of a sheet of so many assets."""
    make_assets(count)
    with act(by=somebody(by), what="制作巡查表") as opened:
        sheet = maintenance.make_sheet("十一月巡查", DutyFilter(until=office_today()), act=opened)
        number = sheet.id
    with store.snapshot() as session:
        rows = session.scalars(select(CheckRow.row_code).where(CheckRow.sheet_id == number).order_by(CheckRow.position))
        return number, list(rows)


def entered(lines: list[str], by: Role = Role.VILLAGE) -> int:
    """How many patrols were typed in."""
    with act(by=somebody(by), what="录入巡查表") as opened:
        return len(maintenance.enter_lines("\n".join(lines), date(2024, 11, 15), "赵宏斌", act=opened))


def test_two_hundred_rows_out_and_two_hundred_in_by_the_keyboard() -> None:
    number, codes = a_sheet(200)
    assert len(set(codes)) == 200
    lines = [f"{code} 1" for code in codes]
    lines[3] = f"{codes[3][:5]}-{codes[3][5:8]}-{codes[3][8:]} 2 11-12 标牌松动"
    lines[7] = f"{codes[7]}，3，护栏断裂，限12-01"
    assert entered(lines) == 200
    with store.snapshot() as session:
        rows = list(session.scalars(select(CheckRow).where(CheckRow.sheet_id == number)))
        assert all(row.patrol_id is not None for row in rows)
        patrols = {p.id: p for p in session.scalars(select(Patrol))}
        assert {patrols[r.patrol_id].asset_id == r.asset_id for r in rows if r.patrol_id} == {True}
        slight = next(p for p in patrols.values() if p.condition == SLIGHT.code)
        assert (slight.patrolled_on, slight.words, slight.way) == (date(2024, 11, 12), "标牌松动", PatrolWay.PAPER)
        (defect,) = session.scalars(select(Defect))
        assert (defect.due_on, defect.words) == (date(2024, 12, 1), "护栏断裂")
        assert session.get_one(CheckSheet, number).row_count == 200
    assert broken() == []


def test_a_slip_in_a_row_code_refuses_the_line_and_stores_nothing() -> None:
    _, codes = a_sheet(3)
    slip = codes[1][:6] + str((int(codes[1][6]) + 1) % 10) + codes[1][7:]
    place = next(n for n in range(9) if codes[2][n] != codes[2][n + 1])
    swapped = codes[2][:place] + codes[2][place + 1] + codes[2][place] + codes[2][place + 2 :]
    told = refused(lambda: entered([f"{codes[0]} 1", f"{slip} 1", f"{swapped} 1"]), Refusals)
    assert [e.message.split("：")[0] for e in told.errors] == ["第 2 行", "第 3 行"]
    assert all("校验位" in e.message for e in told.errors)
    with store.snapshot() as session:
        assert session.scalars(select(Patrol)).all() == []


def test_a_row_is_read_back_once_and_by_those_who_may() -> None:
    _, codes = a_sheet(2)
    assert entered([f"{codes[0]} 1"]) == 1
    assert "已经录入过" in str(refused(lambda: entered([f"{codes[0]} 1"])))
    assert "重复" in str(refused(lambda: entered([f"{codes[1]} 1", f"{codes[1]} 1"])))
    assert "状况" in str(refused(lambda: entered([codes[1]])))
    refused(lambda: entered([f"{codes[1]} 1"], by=Role.LEAD), NotAllowed)
    with store.snapshot() as session:
        acts = session.scalars(select(Act.what)).all()
    assert acts.count("录入巡查表") == 1


def test_no_sheet_is_made_of_nothing() -> None:
    make_assets(1, in_use_on=office_today(), registered_on=office_today())
    with act(by=None, what="看") as opened:
        told = refused(lambda: maintenance.make_sheet("", DutyFilter(until=office_today()), act=opened))
    assert "没有到期" in str(told)
