"""Reading public notices: the list with its totals, one notice with what it is about, and the facts rules judge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from fundsys.domain.errors import NotFound
from fundsys.domain.facts import PublicDutyFact, PublicNoticeFact
from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.publicity import Occasion, PublicLevel, PublicState, days_counted
from fundsys.models.office import DictionaryEntry, Person, Region, Unit
from fundsys.models.papers import Attachment
from fundsys.models.publicity import PublicNotice, PublicSubject
from fundsys.queries.owed_notices import Duty, duties, owed_to_the_public
from fundsys.queries.plain_rows import built_once, plain_rows
from fundsys.queries.public_subjects import Subject, amounts, sees_all, subjects
from fundsys.queries.viewer import Viewer, seen_units

PAGE_SIZE = 50
TABLE = "public_notice"
Enterer, Checker = aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class PublicFilter:
    """Which notices, in which order. sort: number, first, days, amount; a minus turns it. about: records named."""

    year: int | None = None
    occasion: Occasion | None = None
    level: PublicLevel | None = None
    state: PublicState | None = None
    unit_id: int | None = None
    unreported: bool = False
    about: tuple[str, int] | None = None
    q: str = ""
    sort: str = "-first"
    page: int = 1
    size: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class PublicRow:
    """One notice as lists show it. subjects: how many records it is about; photos: how many pictures there are."""

    id: int
    version: int
    number: str | None
    year: int
    occasion: Occasion
    level: PublicLevel
    unit_id: int
    unit: str
    title: str
    content: str
    implementing_unit: str
    amount: Money | None
    first_on: date
    last_on: date | None
    place: str
    hotline: str
    has_objection: bool | None
    objection_handling: str
    remark: str
    state: PublicState
    entered_by_id: int | None
    entered_by: str
    submitted_at: datetime | None
    reviewed_by: str
    reviewed_at: datetime | None
    return_reason: str
    withdrawal_reason: str
    withdrawn_on: date | None
    subjects: int
    photos: int

    @property
    def days(self) -> int | None:
        """How many days it is up, both ends counted; None where it stays up."""
        return days_counted(self.first_on, self.last_on)

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.last_on is not None and self.last_on < today


@dataclass(frozen=True, slots=True)
class Found:
    """A page of notices, with the count and the sum of all that were found."""

    rows: Sequence[PublicRow]
    count: int
    amount: Money


def public_notices(session: Session, who: Viewer | None, wanted: PublicFilter) -> Found:
    """The notices this person may see."""
    test = [*_seen(who), *_tests(wanted)]
    count, amount = session.execute(
        select(func.count(), func.sum(PublicNotice.amount)).select_from(PublicNotice).where(*test)
    ).one()
    rows = session.execute(
        _rows().where(*test).order_by(*_order(wanted.sort)).limit(wanted.size).offset((wanted.page - 1) * wanted.size)
    )
    return Found([_row(r) for r in rows], count, amount or ZERO)


def public_notice(session: Session, who: Viewer | None, public_id: int) -> PublicRow:
    """One notice. Raises NotFound for hidden and missing alike."""
    row = session.execute(_rows().where(PublicNotice.id == public_id, *_seen(who))).first()
    if row is None:
        raise NotFound("没有这份公示，或者不在您的管理范围内")
    return _row(row)


def subjects_of(session: Session, public_id: int, occasion: Occasion) -> list[Subject]:
    """What a notice is about, as the ledgers have it now."""
    ids = list(session.scalars(select(PublicSubject.row_id).where(PublicSubject.public_id == public_id)))
    return subjects(session, occasion, ids=ids) if ids else []


def hotlines(session: Session) -> str:
    """The numbers people may call, as the county keeps them in its dictionary."""
    e = DictionaryEntry
    rows = session.scalars(select(e.label).where(e.kind == "hotline", e.active).order_by(e.position))
    return "、".join(rows)


def duty_for(session: Session, occasion: Occasion, level: PublicLevel) -> Duty | None:
    """The duty a notice fulfils; None where the table has none."""
    return next((d for d in duties(session) if (d.occasion, d.level) == (occasion, level)), None)


def _seen(who: Viewer | None) -> list[ColumnElement[bool]]:
    """All for those who see the county; a unit sees its own, a town its villages' too."""
    if sees_all(who):
        return []
    assert who is not None
    if who.is_bounded:
        return [PublicNotice.unit_id.in_(select(Unit.id).where(seen_units(who)))]
    mine: list[ColumnElement[bool]] = [PublicNotice.unit_id == who.unit_id]
    if who.town_id is not None and who.village_id is None:
        below = select(Unit.id).join(Region, Unit.region_id == Region.id).where(Region.parent_id == who.town_id)
        mine.append(PublicNotice.unit_id.in_(below))
    return [or_(*mine)]


def _tests(wanted: PublicFilter) -> list[Any]:
    n = PublicNotice
    test: list[Any] = [true()]
    for column, value in (
        (n.year, wanted.year),
        (n.occasion, wanted.occasion),
        (n.level, wanted.level),
        (n.state, wanted.state),
        (n.unit_id, wanted.unit_id),
    ):
        if value is not None:
            test.append(column == value)
    if wanted.unreported:
        test += [n.state == PublicState.APPROVED, n.has_objection.is_(None)]
    if wanted.about:
        table, row_id = wanted.about
        test.append(
            n.id.in_(
                select(PublicSubject.public_id).where(PublicSubject.table_name == table, PublicSubject.row_id == row_id)
            )
        )
    if wanted.q:
        test.append(or_(*(c.contains(wanted.q, autoescape=True) for c in (n.title, n.number, n.place, n.content))))
    return test


_ORDERS = {
    "number": PublicNotice.number,
    "first": PublicNotice.first_on,
    "last": PublicNotice.last_on,
    "amount": PublicNotice.amount,
    "unit": Unit.name,
}
SORTS = tuple(_ORDERS)


def _order(sort: str) -> tuple[Any, ...]:
    column = _ORDERS[sort.removeprefix("-")]
    return (column.desc() if sort.startswith("-") else column.asc(), PublicNotice.id.desc())


def _rows() -> Any:
    n = PublicNotice
    subject_count = select(func.count()).where(PublicSubject.public_id == n.id).scalar_subquery()
    photo_count = select(func.count()).where(Attachment.table_name == TABLE, Attachment.row_id == n.id)
    return (
        select(
            n.id, n.version, n.number, n.year, n.occasion, n.level, n.unit_id, Unit.name, n.title, n.content,
            n.implementing_unit, n.amount, n.first_on, n.last_on, n.place, n.hotline, n.has_objection,
            n.objection_handling, n.remark, n.state, n.entered_by, func.coalesce(Enterer.name, "系统"), n.submitted_at,
            func.coalesce(Checker.name, ""), n.reviewed_at, n.return_reason, n.withdrawal_reason, n.withdrawn_on,
            subject_count, photo_count.scalar_subquery(),
        )
        .join(Unit, n.unit_id == Unit.id)
        .outerjoin(Enterer, n.entered_by == Enterer.id)
        .outerjoin(Checker, n.reviewed_by == Checker.id)
    )  # fmt: skip


def _row(row: Any) -> PublicRow:
    return PublicRow(*row)


# ---------- facts for the rules ----------


def duty_facts(session: Session, year: int, until: date | None = None) -> tuple[PublicDutyFact, ...]:
    """What the year's results owe the public, each with whether it was made public."""
    return tuple(
        PublicDutyFact(
            *o.subject.link, f"{o.subject.label} {o.duty.label}", o.by, o.due_on, o.is_public, o.subject.amount
        )
        for o in owed_to_the_public(session, year, until=until)
    )


def notice_facts(session: Session, year: int, until: date | None = None) -> tuple[PublicNoticeFact, ...]:
    """The year's approved notices with what is missing on them and the ledger's figure of what they are about."""
    asked, about = _approved(year, until)
    rows = plain_rows(session, asked).all()
    named: dict[int, list[int]] = defaultdict(list)
    for public_id, row_id in plain_rows(session, about):
        named[public_id].append(row_id)
    least = {(d.occasion, d.level): d.least_days for d in duties(session, None)}
    figures = _figures(session, {r.id: r.occasion for r in rows}, named)
    return tuple(
        PublicNoticeFact(
            r.id,
            f"{r.number or '未编号'} {r.title}",
            r.first_on,
            r.last_on,
            least.get((r.occasion, r.level)),
            tuple(missing_of(r, len(named.get(r.id, ())))),
            r.amount,
            figures.get(r.id),
        )
        for r in rows
    )


@built_once
def _approved(year: int, until: date | None) -> tuple[Any, Any]:
    """The year's approved notices, and the records each is about."""
    n, s = PublicNotice, PublicSubject
    test = n.year == year, n.state == PublicState.APPROVED, n.first_on <= until if until else true()
    columns = n.id, n.number, n.title, n.first_on, n.last_on, n.occasion, n.level, n.amount.label("amount")
    asked = select(*columns, n.content, n.hotline, n.implementing_unit).where(*test).order_by(n.id)
    return asked, select(s.public_id, s.row_id).join(n, s.public_id == n.id).where(*test)


def missing_of(row: Any, subjects: int) -> list[str]:
    """Which of the things a notice must show are not on it, with so many records named. Source: F053, 荣昌区公开目录."""
    there: dict[str, object] = {"建设内容": row.content.strip(), "监督电话": row.hotline.strip()}
    if row.occasion is not Occasion.FREE:
        there |= {"项目名称": subjects, "金额": row.amount, "实施单位": row.implementing_unit.strip()}
    names = ("项目名称", "金额", "建设内容", "实施单位", "监督电话")
    return [name for name in names if name in there and not there[name]]


def _figures(
    session: Session, occasions: Mapping[int, Occasion], named: Mapping[int, Collection[int]]
) -> dict[int, Money]:
    """What the ledgers say of all that each notice is about; notices about nothing recorded have none."""
    ids: dict[Occasion, set[int]] = defaultdict(set)
    for public_id, told in named.items():
        ids[occasions[public_id]].update(told)
    found: dict[int, Money] = {}
    known = {occasion: amounts(session, occasion, mine) for occasion, mine in ids.items()}
    for public_id, told in named.items():
        mine = known[occasions[public_id]]
        found[public_id] = total(mine[i] for i in told if i in mine)
    return found
