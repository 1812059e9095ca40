"""Reading asset papers: the list, one paper, what a new one starts from, owners by level, ageing from acceptance to title."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from fundsys.domain.asset_matters import INCOME_KINDS, MatterKind, MatterState, OwnerLevel, owner_level
from fundsys.domain.assets import GONE, AssetClass
from fundsys.domain.errors import NotFound
from fundsys.domain.money import ZERO, Money
from fundsys.domain.policy import Policy
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.publicity import PublicState
from fundsys.domain.rights import Permission, Scope
from fundsys.models.assets import Asset
from fundsys.models.matters import AssetMatter, MatterLine
from fundsys.models.office import DictionaryEntry, Person, Region, Unit
from fundsys.models.projects import Project
from fundsys.models.publicity import PublicNotice, PublicSubject
from fundsys.queries.viewer import Viewer, seen_assets, seen_projects

PAGE_SIZE = 50
TABLE = "asset_matter"
Enterer, Checker = aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class MatterFilter:
    """Which papers. income: only those about operation and income, or none of them."""

    kind: MatterKind | None = None
    state: MatterState | None = None
    q: str = ""
    asset_id: int | None = None
    page: int = 1
    income: bool | None = None


@dataclass(frozen=True, slots=True)
class MatterRow:
    """One paper as lists show it."""

    id: int
    version: int
    number: str | None
    kind: MatterKind
    state: MatterState
    about: str
    code: str
    unit: str
    happened_on: date
    amount: Money
    entered_by: str
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class FoundMatters:
    """A page of papers with the count of all."""

    rows: Sequence[MatterRow]
    count: int


def seen_matters(who: Viewer) -> ColumnElement[bool]:
    """The papers this person may see: those about assets and projects they see."""
    if who.scope(Permission.READ_ASSETS) is Scope.ALL:
        return true()
    m = AssetMatter
    mine = select(Asset.id).where(seen_assets(who))
    return or_(m.asset_id.in_(mine), m.project_id.in_(select(Project.id).where(seen_projects(who))))


def _tests(who: Viewer, wanted: MatterFilter) -> list[Any]:
    m = AssetMatter
    tests: list[Any] = [seen_matters(who)]
    for column, value in ((m.kind, wanted.kind), (m.state, wanted.state), (m.asset_id, wanted.asset_id)):
        if value is not None:
            tests.append(column == value)
    if wanted.income is not None:
        tests.append(m.kind.in_([kind for kind in MatterKind if kind.is_income is wanted.income]))
    if wanted.q:
        tests.append(
            or_(*(c.contains(wanted.q, autoescape=True) for c in (m.number, Asset.name, Asset.code, Project.name)))
        )
    return tests


def matters(session: Session, who: Viewer, wanted: MatterFilter) -> FoundMatters:
    """The papers this person may see, newest first."""
    m, tests = AssetMatter, _tests(who, wanted)
    about = select(
        m.id, m.version, m.number, m.kind, m.state, func.coalesce(Asset.name, Project.name),
        func.coalesce(Asset.code, Project.code), func.coalesce(Unit.name, "系统"), m.happened_on, m.amount,
        func.coalesce(Enterer.name, "系统"), m.submitted_at,
    )  # fmt: skip

    def joined(query: Any) -> Any:
        return (
            query.select_from(m)
            .outerjoin(Asset, m.asset_id == Asset.id)
            .outerjoin(Project, m.project_id == Project.id)
            .outerjoin(Unit, m.unit_id == Unit.id)
            .outerjoin(Enterer, m.entered_by == Enterer.id)
            .where(*tests)
        )

    rows = session.execute(joined(about).order_by(m.id.desc()).limit(PAGE_SIZE).offset((wanted.page - 1) * PAGE_SIZE))
    count = session.scalar(joined(select(func.count())))
    return FoundMatters([MatterRow(*row) for row in rows], count or 0)


def matter(session: Session, who: Viewer, matter_id: int) -> AssetMatter:
    """One paper, for reading only. Raises NotFound for hidden and missing alike."""
    found = session.scalars(select(AssetMatter).where(AssetMatter.id == matter_id, seen_matters(who))).one_or_none()
    if found is None:
        raise NotFound("没有这份资产办理单，或者不在您的管理范围内")
    return found


def papers_of_asset(session: Session, who: Viewer, asset_id: int) -> list[AssetMatter]:
    """Every paper an asset stands on, newest first: those about it, and those of which it is a line."""
    of_line = select(MatterLine.matter_id).where(MatterLine.asset_id == asset_id)
    m = AssetMatter
    found = session.scalars(
        select(m).where(or_(m.asset_id == asset_id, m.id.in_(of_line)), seen_matters(who)).order_by(m.id.desc())
    )
    return list(found)


def names_of(session: Session, found: AssetMatter) -> tuple[str, str]:
    """Who entered and who approved a paper."""
    people = dict(
        session.execute(
            select(Person.id, Person.name).where(Person.id.in_((found.entered_by, found.reviewed_by)))
        ).all()
    )
    return people.get(found.entered_by or 0, "系统"), people.get(found.reviewed_by or 0, "")


def formable(session: Session, who: Viewer) -> list[Project]:
    """Own projects accepted and settled, with neither assets nor a paper about what they left behind."""
    told = select(AssetMatter.project_id).where(
        AssetMatter.project_id.is_not(None), AssetMatter.kind == MatterKind.FORMATION
    )
    have = select(Asset.project_id).where(Asset.project_id.is_not(None))
    return list(
        session.scalars(
            select(Project)
            .where(Project.settled_amount.is_not(None), Project.accepted_on.is_not(None))
            .where(
                Project.status >= ProjectStatus.SETTLED,
                Project.status.not_in((ProjectStatus.REMOVED, ProjectStatus.TERMINATED)),
            )
            .where(Project.id.not_in(told), Project.id.not_in(have), seen_projects(who, Permission.REGISTER_ASSET))
            .order_by(Project.settled_on, Project.id)
        )
    )


def choices(session: Session, kind: str) -> list[str]:
    """The words of a dictionary in use, in order."""
    e = DictionaryEntry
    return list(session.scalars(select(e.label).where(e.kind == kind, e.active).order_by(e.position)))


def notices_about(session: Session, asset_id: int) -> list[tuple[int, str]]:
    """Approved public notices about an asset."""
    s = PublicSubject
    rows = session.execute(
        select(PublicNotice.id, PublicNotice.number, PublicNotice.title)
        .join(s, s.public_id == PublicNotice.id)
        .where(s.table_name == "asset", s.row_id == asset_id, PublicNotice.state == PublicState.APPROVED)
        .order_by(PublicNotice.id)
    )
    return [(key, f"{number} {title}") for key, number, title in rows]


# ---------- owners by level ----------


@dataclass(frozen=True, slots=True)
class LevelRow:
    """Assets owned at one level: how many, and what they cost."""

    level: OwnerLevel
    count: int
    original_cost: Money


def by_level(session: Session, who: Viewer | None) -> list[LevelRow]:
    """Assets in the books by the level of their owner, every level told. Source: domain.md 5.1 (到县、到镇、到村、到户)."""
    seen = true() if who is None else seen_assets(who)
    counts: dict[OwnerLevel, int] = defaultdict(int)
    sums: dict[OwnerLevel, Money] = defaultdict(lambda: ZERO)
    rows = session.execute(
        select(Asset.owner_type, Asset.owner_name, func.count(), func.sum(Asset.original_cost))
        .where(seen, Asset.status.not_in(GONE))
        .group_by(Asset.owner_type, Asset.owner_name)
    )
    for owner_type, name, count, cost in rows:
        level = owner_level(owner_type, name)
        counts[level] += count
        sums[level] += cost
    return [LevelRow(level, counts[level], sums[level]) for level in OwnerLevel]


# ---------- from acceptance to title ----------


@dataclass(frozen=True, slots=True)
class UntitledRow:
    """An asset accepted and not titled: how long, and what it waits for."""

    id: int
    code: str
    name: str
    unit: str
    town: str
    year: int
    original_cost: Money
    accepted_on: date | None
    days: int | None
    blocked_by: str


@dataclass(frozen=True, slots=True)
class AgeRow:
    """Untitled assets of a unit in a town by age; ages: one count for each bound, and one beyond the last."""

    unit: str
    town: str
    count: int
    original_cost: Money
    ages: tuple[int, ...]
    undated: int
    blocked: tuple[tuple[str, int], ...]


def untitled(session: Session, who: Viewer, today: date, year: int | None = None) -> list[UntitledRow]:
    """Assets in the books without a title, oldest first; year: only those of one project year."""
    under_way = dict(
        session.execute(
            select(AssetMatter.asset_id, AssetMatter.state).where(
                AssetMatter.kind == MatterKind.TITLE,
                AssetMatter.state.not_in((MatterState.APPROVED, MatterState.REVERSED)),
            )
        ).all()
    )
    rows = session.execute(
        select(
            Asset.id, Asset.code, Asset.name, func.coalesce(Unit.name, "未填"), func.coalesce(Region.name, "县直"),
            Asset.project_year, Asset.original_cost, Asset.accepted_on, Asset.registered_on, Asset.appraised_value,
            Asset.asset_class,
        )
        .outerjoin(Unit, Asset.owner_unit_id == Unit.id)
        .outerjoin(Region, Asset.town_id == Region.id)
        .where(seen_assets(who), Asset.status.not_in(GONE))
        .where(or_(Asset.titled_on.is_(None), Asset.title_document == ""))
        .where(Asset.project_year == year if year else true())
        .order_by(Asset.accepted_on, Asset.code)
    )  # fmt: skip
    return [
        UntitledRow(*row[:8], (today - row[7]).days if row[7] else None, _blocked(row, under_way.get(row[0])))
        for row in rows
    ]


def _blocked(row: Any, state: MatterState | None) -> str:
    """The first thing missing on the way to a title."""
    if row[8] is None:
        return "未登记"
    if row[9] is None and row[10] is not AssetClass.HOUSEHOLD:
        return "未评估"
    return {None: "未报确权", MatterState.DRAFT: "确权草稿", MatterState.RETURNED: "退回待改"}.get(state, "待审定")


def age_bounds(policy: Policy) -> tuple[int, ...]:
    """Days from acceptance: until when an asset should be registered, and until when it should be titled, inclusive.

    Empty where the year's policy does not say.
    """
    if policy.registration_days is None or policy.titling_days is None:
        return ()
    return policy.registration_days, policy.registration_days + policy.titling_days


def ageing(rows: Sequence[UntitledRow], bounds: Sequence[int]) -> list[AgeRow]:
    """Untitled assets by unit and town, most money first. bounds: of the ages in days, each inclusive, rising."""
    groups: dict[tuple[str, str], list[UntitledRow]] = defaultdict(list)
    for row in rows:
        groups[row.unit, row.town].append(row)
    made = []
    for (unit, town), found in groups.items():
        ages, blocked = [0] * (len(bounds) + 1), defaultdict[str, int](int)
        for row in found:
            blocked[row.blocked_by] += 1
            if row.days is not None:
                ages[sum(row.days > bound for bound in bounds)] += 1
        cost = sum((r.original_cost for r in found), ZERO)
        undated = sum(r.days is None for r in found)
        made.append(AgeRow(unit, town, len(found), cost, tuple(ages), undated, tuple(sorted(blocked.items()))))
    return sorted(made, key=lambda a: (-a.original_cost.fen, a.unit, a.town))


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """Last year's assets of a unit: how many, and how many were valued, registered, titled and supervised (RA23)."""

    unit: str
    count: int
    valued: int
    registered: int
    titled: int
    supervised: int
    done: int


def campaign(session: Session, who: Viewer, year: int) -> list[CampaignRow]:
    """The four things done about a year's new assets, by unit; the same columns RA23 judges."""
    rows = session.execute(
        select(
            func.coalesce(Unit.name, "未填"), Asset.appraised_value, Asset.registered_on, Asset.titled_on,
            Asset.title_document, Asset.supervisor,
        )
        .outerjoin(Unit, Asset.owner_unit_id == Unit.id)
        .where(seen_assets(who), Asset.project_year == year, Asset.status.not_in(GONE))
    )  # fmt: skip
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 6)
    for unit, valued, registered, titled, document, supervisor in rows:
        four = (valued is not None, registered is not None, bool(titled and document), bool(supervisor))
        for place, done in enumerate((True, *four, all(four))):
            sums[unit][place] += done
    return [CampaignRow(unit, *found) for unit, found in sorted(sums.items(), key=lambda p: (p[1][5] - p[1][0], p[0]))]


# ---------- the bench ----------


def _may_draft(kind: MatterKind) -> Permission:
    if kind.is_income:
        return Permission.RECORD_INCOME
    return Permission.REQUEST_DISPOSAL if kind.is_grave else Permission.REGISTER_ASSET


Told = tuple[str, int, datetime | None, str, str, str]


def matters_waiting(session: Session, who: Viewer) -> Iterator[Told]:
    """What of asset papers this person can move on: kind, id, since when, title, why, the words before the days."""
    m = AssetMatter
    grave = (MatterKind.DISPOSAL, MatterKind.REVERSAL)
    for permission, kinds, word in (
        (
            Permission.CONFIRM_TITLE,
            [k for k in MatterKind if not k.is_grave and not k.is_income],
            "资产形成、评估、确权待审定",
        ),
        (Permission.DISPOSE, list(grave), "资产处置待审批"),
        (Permission.APPROVE_INCOME, list(INCOME_KINDS), "经营合同、收益和分配待审定"),
    ):
        if who.can(permission):
            count, since = session.execute(
                select(func.count(), func.min(m.submitted_at)).where(
                    m.state == MatterState.SUBMITTED, m.kind.in_(kinds)
                )
            ).one()
            if count:
                yield (
                    ("income_papers" if permission is Permission.APPROVE_INCOME else "matters"),
                    0,
                    since,
                    f"{word} {count} 份",
                    "逐份核对后审定或退回",
                    "已等",
                )
    drafts = [kind for kind in MatterKind if who.can(_may_draft(kind))]
    if not drafts:
        return
    mine = select(m.id, m.kind, m.return_reason, m.reviewed_at).where(
        m.state == MatterState.RETURNED, m.kind.in_(drafts), seen_matters(who)
    )
    for key, kind, reason, at in session.execute(mine):
        yield "matter", key, at, f"{kind.label}退回待改", reason, "已退回"
    if who.can(Permission.REGISTER_ASSET) and (left := len(formable(session, who))):
        yield "formable", 0, None, f"{left} 个已结算项目未登记资产", "登记形成的资产和不形成资产的支出", ""
