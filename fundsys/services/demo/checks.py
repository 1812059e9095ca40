"""The demo's checks: two kept runs with something new between them, a task made of faults, waivers, a review of the negative list."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys import store
from fundsys.domain.assets import AssetClass, AssetStatus
from fundsys.domain.negative_list import ReviewVerdict
from fundsys.domain.rights import Role
from fundsys.models.assets import Asset
from fundsys.models.kept_checks import CheckMatter
from fundsys.models.office import Person
from fundsys.queries.spending_records import spending_facts
from fundsys.services import kept_checks, negative_list, waivers
from fundsys.services.acts import Act, act

YEAR = 2024


def write_checks(ids: dict[Role, int], present: datetime) -> None:
    """A run, what the clerks then set down, another run; three waivers, two approved; one task for a unit's faults."""
    with act(by=None, what="保留检查结果", at=present) as opened:
        kept_checks.keep_run(kept_checks.Wanted(YEAR), act=opened)
    with act(by=ids[Role.FINANCE_REVIEW], what="复核负面清单", at=present) as opened:
        _review(opened)
    with act(by=ids[Role.TOWN], what="核对资产登记", at=present) as opened:
        _set_down(opened)
    with act(by=None, what="保留检查结果", at=present) as opened:
        kept_checks.keep_run(kept_checks.Wanted(YEAR), act=opened)
    _waive(ids, present)
    _task(ids, present)


def _review(opened: Act) -> None:
    """The first use that hits the list is found to be none of its kind; the others wait."""
    hits = [s for s in spending_facts(opened.session, YEAR) if s.hits]
    if hits:
        words = "护坡挡土墙的饰面，属主体工程，见实施方案第3页"
        negative_list.review_use(hits[0].table, hits[0].id, ReviewVerdict.CLEAR, words, act=opened)


def _set_down(opened: Act) -> None:
    """An asset that turned out to be pledged, and a household asset of which nobody knows the household."""
    a = Asset
    there = a.status.in_((AssetStatus.IN_USE, AssetStatus.LEASED))
    for kind, field, value in (
        (AssetClass.INCOME, "encumbrance", "抵押给县农商行，流动资金贷款 30 万元"),
        (AssetClass.HOUSEHOLD, "owner_name", ""),
    ):
        found = opened.session.scalars(select(a).where(a.asset_class == kind, there).order_by(a.id).limit(1)).first()
        if found is not None:
            setattr(found, field, value)
            found.version += 1


def _waive(ids: dict[Role, int], present: datetime) -> None:
    """One idle asset waived until the end of the year, one still waiting to be decided; the pledged asset waived: nothing
    else misses that rule."""
    wanted = (
        ("F081", "陇政函〔2024〕31号", "配套道路施工，明年三月恢复使用", True),
        ("F081", "陇政函〔2024〕33号", "配套道路施工，明年三月恢复使用", False),
        ("F091", "陇政函〔2024〕34号", "县政府常务会议同意合作社以此贷款周转，贷款收回即解除抵押", True),
    )
    with store.snapshot() as session:
        faulty = {rule: iter(_faulty(session, rule, 2)) for rule in ("F081", "F091")}
    for rule, document, why, granted in wanted:
        asset = next(faulty[rule], None)
        if asset is None:
            continue
        last = present.date() + timedelta(days=40)
        entry = waivers.WaiverEntry(rule, f"asset:{asset}", YEAR, why, document, last)
        with act(by=ids[Role.FINANCE_ENTRY], what="申请豁免", at=present) as opened:
            made = waivers.propose_waiver(entry, act=opened).id
        if granted:
            with act(by=ids[Role.LEAD], what="批准豁免", at=present) as opened:
                waivers.approve_waiver(made, act=opened)


def _faulty(session: Session, rule: str, most: int) -> list[int]:
    """Records that miss a rule, as the last kept run found them."""
    m = CheckMatter
    wanted = select(m.row_id).where(m.rule == rule, m.gone_on.is_(None)).order_by(m.id).limit(most)
    return list(session.scalars(wanted))


def _task(ids: dict[Role, int], present: datetime) -> None:
    """The faults of one rule and unit, given to the unit as one task."""
    with store.snapshot() as session:
        m = CheckMatter
        unit = session.scalars(select(Person.unit_id).where(Person.id == ids[Role.OWNER])).one()
        rows = session.execute(
            select(m.id, m.version)
            .where(m.rule == "F038", m.unit_id == unit, m.gone_on.is_(None))
            .order_by(m.id)
            .limit(3)
        ).all()
    if rows:
        entry = kept_checks.TaskEntry("county", present.date() + timedelta(days=30), "")
        with act(by=ids[Role.INSPECTOR], what="下达整改", at=present) as opened:
            kept_checks.make_tasks({key: version for key, version in rows}, entry, act=opened)
