"""The demo's maintenance: a scheme to come, keepers that changed, defects in every state, a sheet, money, a call after rain."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import insert, select

from fundsys import store
from fundsys.domain.maintenance import Condition, DefectState, PatrolUnit, PostingKind
from fundsys.domain.money import Money
from fundsys.domain.rights import Permission, Role
from fundsys.models.assets import Asset, MaintenanceSector, Patrol
from fundsys.models.maintenance import CheckRow, Defect, MaintenancePosting
from fundsys.models.office import Person, Region
from fundsys.queries.maintenance import NEEDS_PATROLS, DutyFilter, duties
from fundsys.queries.viewer import seen_assets, viewer
from fundsys.services import maintenance
from fundsys.services.acts import act
from fundsys.services.maintenance.money import post_repair

DEFECTS = 300
"""So many of the latest serious patrols have a defect of their own."""
_FIXED = "已维修，现场复查正常"


def write_upkeep(ids: dict[Role, int], present: datetime) -> None:
    """What the demo shows of 1+12 beside its patrols."""
    today = present.date()
    _schemes(ids[Role.SYSADMIN], today, present)
    _keepers(ids[Role.TOWN], today, present)
    _defects(ids[Role.TOWN], ids[Role.KEEPER], today, present)
    _sheet(ids[Role.VILLAGE], today, present)
    _sites(ids[Role.TOWN], present)
    _money(ids, today, present)
    _event(ids[Role.TOWN], today, present)


def _schemes(clerk: int, today: date, present: datetime) -> None:
    with act(by=clerk, what="修订管护办法", at=present) as opened:
        sector = opened.session.scalars(select(MaintenanceSector).where(MaintenanceSector.code == "M03")).one()
        maintenance.revise_scheme(
            sector.id,
            maintenance.SchemeEntry(
                from_on=date(today.year + 1, 1, 1),
                name=sector.name,
                lead=sector.lead,
                body=sector.body,
                keeper_post="管水员",
                money_source=sector.money_source,
                patrol_every=1,
                patrol_unit=PatrolUnit.MONTH,
                after_event="汛期暴雨后加密",
                after_hours=48,
                document_no="陇乡振组发〔2024〕18号",
            ),
            act=opened,
        )


def _keepers(town: int, today: date, present: datetime) -> None:
    with store.snapshot() as session:
        who = viewer(session, town)
        assert who is not None
        mine = (seen_assets(who, Permission.MAINTAIN), NEEDS_PATROLS, Asset.keeper != "", Asset.sector_id.is_not(None))
        rows = session.execute(
            select(Asset.id, Asset.sector_id, Asset.maintenance_body, Asset.maintenance_fund)
            .where(*mine, Asset.maintenance_body != "", Asset.maintenance_fund != "")
            .order_by(Asset.id.desc())
            .limit(4)
        ).all()
    for number, (asset_id, sector_id, body, fund) in enumerate(rows):
        entry = maintenance.AssignEntry(
            today - timedelta(days=3 * number + 2),
            "马存社",
            body,
            fund,
            sector_id,
            reason="原责任人外出务工",
            public_post=number % 2 == 0,
        )
        with act(by=town, what="变更管护责任人", at=present) as opened:
            maintenance.assign_keeper(asset_id, entry, act=opened)


def _defects(town: int, keeper: int, today: date, present: datetime) -> None:
    """Of the latest serious patrols: most closed by the town, some waiting to be, some open, a few past their day."""
    with store.snapshot() as session:
        rows = session.execute(
            select(Patrol.id, Patrol.asset_id, Patrol.patrolled_on, Patrol.words, Asset.town_id)
            .join(Asset, Patrol.asset_id == Asset.id)
            .where(Patrol.condition == Condition.SERIOUS.code)
            .order_by(Patrol.patrolled_on.desc(), Patrol.id.desc())
            .limit(DEFECTS)
        ).all()
        own_town = viewer(session, town)
        name = session.get_one(Person, keeper).name
        kept = set(session.scalars(select(Asset.id).where(Asset.keeper == name)))
    made = []
    for number, (patrol_id, asset_id, found_on, words, town_id) in enumerate(rows):
        state = (DefectState.OPEN, DefectState.FIXED, DefectState.CLOSED, DefectState.CLOSED)[number % 4]
        days = 3 if number % 8 == 0 else 30
        row = {
            "patrol_id": patrol_id,
            "asset_id": asset_id,
            "found_on": found_on,
            "condition": Condition.SERIOUS,
            "words": words,
            "due_on": found_on + timedelta(days=days),
            "state": state,
            "found_by": keeper if asset_id in kept else None,
            "fixed_on": None if state is DefectState.OPEN else min(found_on + timedelta(days=2), today),
            "fix_words": "" if state is DefectState.OPEN else _FIXED,
            "repair_cost": None if state is DefectState.OPEN else Money((number % 9 + 2) * 8000),
            "closed_by": None,
            "closed_at": None,
        }
        if state is DefectState.CLOSED:
            mine = own_town is not None and town_id == own_town.town_id
            row |= {"closed_by": town if mine else None, "closed_at": present}
        made.append(row)
    if made:
        with act(by=None, what="登记管护问题", subject=f"{len(made)}个", at=present) as opened:
            opened.session.execute(insert(Defect), made)
            for defect in opened.session.scalars(select(Defect).where(Defect.state == DefectState.CLOSED)):
                post_repair(defect, opened.session.get_one(Asset, defect.asset_id), act=opened)


def _sheet(village: int, today: date, present: datetime) -> None:
    """A sheet of what the village has to patrol within ten days, its first rows read back."""
    with store.snapshot() as session:
        who = viewer(session, village)
        assert who is not None
    wanted = DutyFilter(village_id=who.village_id, until=today + timedelta(days=10))
    with store.snapshot() as session:
        if not duties(session, who, wanted, today, Permission.PATROL):
            return
    with act(by=village, what="制作巡查表", at=present) as opened:
        sheet = maintenance.make_sheet("大力村十一月巡查", wanted, act=opened)
        sheet_id = sheet.id
    with store.snapshot() as session:
        codes = session.execute(
            select(CheckRow.row_code, Asset.last_patrol_on)
            .join(Asset, CheckRow.asset_id == Asset.id)
            .where(CheckRow.sheet_id == sheet_id)
            .order_by(CheckRow.position)
        ).all()
    free = [code for code, last in codes if last is None or last < today][:3]
    if free:
        with act(by=village, what="录入巡查表", at=present) as opened:
            maintenance.enter_lines("\n".join(f"{code} 1" for code in free), today, act=opened)


def _sites(town: int, present: datetime) -> None:
    """A few assets of the town stand in a relocation site; the projects of other sites say theirs."""
    with store.snapshot() as session:
        who = viewer(session, town)
        assert who is not None
        mine = select(Asset.code).where(seen_assets(who, Permission.MAINTAIN), NEEDS_PATROLS).order_by(Asset.id)
        codes = list(session.scalars(mine.limit(6)))
    if codes:
        with act(by=town, what="登记安置点资产", at=present) as opened:
            maintenance.place_in_site(codes, "八渡镇街道安置点", act=opened)


def _money(ids: dict[Role, int], today: date, present: datetime) -> None:
    """The towns' budgets, approved; a cost approved, one that waits and one sent back."""
    town, keeper, review = ids[Role.TOWN], ids[Role.KEEPER], ids[Role.FINANCE_REVIEW]
    with act(by=town, what="登记管护经费预算", at=present) as opened:
        told = ("县级财政补助", today - timedelta(days=150), f"陇财农〔{today.year}〕15号")
        budget = maintenance.enter_budget(Money.yuan("60000"), *told, act=opened).id
    with act(by=None, what="登记管护经费预算", at=present) as opened:
        others = select(Region.id).where(Region.level == "town", Region.active).order_by(Region.code)
        budgets = [budget]
        for number, town_id in enumerate(opened.session.scalars(others)):
            if town_id != opened.session.get_one(MaintenancePosting, budget).town_id:
                given = Money.yuan(9_000 + number % 5 * 3_000)
                budgets.append(maintenance.enter_budget(given, *told, town_id=town_id, act=opened).id)
    with act(by=review, what="复核管护经费", at=present) as opened:
        for posting_id in budgets:
            maintenance.decide_posting(posting_id, True, act=opened)
    with store.snapshot() as session:
        who = viewer(session, keeper)
        assert who is not None
        kept = list(session.scalars(select(Asset.id).where(seen_assets(who, Permission.PATROL)).order_by(Asset.id)))
    spent = (
        ("material", "450", "购置警示牌 3 块"),
        ("other", "260", "清理排水沟用工"),
        ("material", "180", "购置工具"),
    )
    made = []
    for asset_id, (kind, amount, words) in zip(kept, spent, strict=False):
        cost = maintenance.CostEntry(asset_id, PostingKind(kind), Money.yuan(amount), today - timedelta(days=9), words)
        with act(by=keeper, what="登记管护支出", at=present) as opened:
            made.append(maintenance.enter_cost(cost, act=opened).id)
    for posting_id, approve in zip(made, (True, False), strict=False):
        with act(by=town, what="复核管护经费" if approve else "退回管护经费", at=present) as opened:
            maintenance.decide_posting(posting_id, approve, "" if approve else "没有附收据，请补", act=opened)


def _event(town: int, today: date, present: datetime) -> None:
    """A heavy rain a few days ago after which the town called for patrols."""
    with store.snapshot() as session:
        who = viewer(session, town)
        assert who is not None
        asked = MaintenanceSector.after_event != ""
        mine = (
            select(Asset.id).join(MaintenanceSector).where(asked, NEEDS_PATROLS, seen_assets(who, Permission.MAINTAIN))
        )
        if session.scalar(mine.limit(1)) is None:
            return
    entry = maintenance.CallEntry("强降雨", today - timedelta(days=4), hours=120, document_no="八政办函〔2024〕31号")
    with act(by=town, what="发起事件后巡查", at=present) as opened:
        maintenance.call_patrols(entry, act=opened)
