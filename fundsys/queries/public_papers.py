"""Rows of the papers of public notices: LG12 公示公告台账, and PF24 公示单 with a row for each thing it is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money
from fundsys.domain.publicity import LASTING, Occasion, PublicLevel, PublicState, masked
from fundsys.queries.public_subjects import Subject
from fundsys.queries.publicity import PublicFilter, PublicRow, public_notice, public_notices, subjects_of
from fundsys.queries.registers import Wanted, check_filters

_COUNTED = (PublicState.APPROVED, PublicState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class PublicLedgerRow:
    """One notice of LG12. days: None where it stays up; photo: how many pictures there are, in words."""

    public_no: str
    project_code: str
    kind: str
    level: str
    first_on: date
    last_on: date | None
    days: int | None
    place: str
    content: str
    amount: Money | None
    hotline: str
    objection: str
    handling: str
    photo: str
    publishing_unit: str
    remark: str


@dataclass(frozen=True, slots=True)
class PublicPaperRow:
    """One thing a notice of PF24 is about, with the notice around it. Texts are masked here, whoever prints."""

    public_no: str
    title: str
    kind: str
    level: str
    publishing_unit: str
    first_on: date
    last_on: date | None
    days: int | None
    place: str
    content: str
    amount: Money | None
    hotline: str
    subject_code: str
    subject: str
    subject_content: str
    implementing_unit: str
    subject_households: int
    subject_amount: Money | None


def public_ledger(session: Session, wanted: Wanted) -> Iterator[PublicLedgerRow]:
    """LG12: approved notices of the year by level and first day, withdrawn ones with a word. until: up by that day."""
    check_filters(wanted, ("level", "kind", "unit"))
    for row in sorted(_rows(session, wanted), key=lambda r: (list(PublicLevel).index(r.level), r.first_on, r.id)):
        yield PublicLedgerRow(
            public_no=row.number or "",
            project_code=_codes(session, row),
            kind=row.occasion.label,
            level=row.level.label,
            first_on=row.first_on,
            last_on=row.last_on,
            days=row.days,
            place=row.place,
            content=masked(f"{row.title}：{row.content}" if row.content else row.title),
            amount=row.amount,
            hotline=row.hotline,
            objection="未登记" if row.has_objection is None else "有" if row.has_objection else "无",
            handling=masked(row.objection_handling),
            photo=f"{row.photos} 张" if row.photos else "无",
            publishing_unit=row.unit,
            remark=f"已撤下：{row.withdrawal_reason}" if row.state is PublicState.WITHDRAWN else masked(row.remark),
        )


def public_papers(session: Session, wanted: Wanted) -> Iterator[PublicPaperRow]:
    """PF24: one notice with `no`, else the year's approved ones; a row for each thing it is about."""
    check_filters(wanted, ("no", "level", "kind", "unit"))
    for row in _rows(session, wanted):
        about: list[Subject | None] = list(subjects_of(session, row.id, row.occasion))
        for s in about or [None]:
            yield PublicPaperRow(
                public_no=row.number or "草稿",
                title=masked(row.title),
                kind=row.occasion.label,
                level=row.level.label,
                publishing_unit=row.unit,
                first_on=row.first_on,
                last_on=row.last_on,
                days=row.days,
                place=row.place,
                content=masked(row.content),
                amount=row.amount,
                hotline=row.hotline,
                subject_code=s.code if s else "",
                subject=masked(s.name) if s else "",
                subject_content=masked(s.content) if s else "",
                implementing_unit=s.implementing_unit if s else row.implementing_unit,
                subject_households=s.households if s else 0,
                subject_amount=s.amount if s else row.amount,
            )


def period_words(row: PublicPaperRow) -> str:
    """The days in words: from, to, how many; or that it stays up."""
    if row.last_on is None:
        return f"{row.first_on.isoformat()} 起{LASTING}公开"
    return f"{row.first_on.isoformat()} 至 {row.last_on.isoformat()}（{row.days} 日，首尾都算）"


def _rows(session: Session, wanted: Wanted) -> list[PublicRow]:
    where: dict[str, Any] = dict(wanted.where)
    if "no" in where:
        if not str(where["no"]).isdecimal():
            raise DomainError("“no”要写公示的序号", field="where")
        return [public_notice(session, wanted.who, int(where["no"]))]
    chosen = PublicFilter(
        year=wanted.year,
        level=_member(PublicLevel, where.get("level")),
        occasion=_member(Occasion, where.get("kind")),
        sort="first",
        size=100_000,
    )
    found = public_notices(session, wanted.who, chosen).rows
    return [
        r
        for r in found
        if r.state in _COUNTED
        and (wanted.until is None or r.first_on <= wanted.until)
        and ("unit" not in where or r.unit == where["unit"])
    ]


def _member(coded: Any, told: str | None) -> Any:
    if not told:
        return None
    found = next((m for m in coded if told in (m.code, m.label)), None)
    if found is None:
        raise DomainError(f"没有“{told}”，可以用：{'、'.join(m.label for m in coded)}", field="where")
    return found


def _codes(session: Session, row: PublicRow) -> str:
    about = subjects_of(session, row.id, row.occasion)
    return about[0].code + (f"等{len(about)}项" if about[1:] else "") if about else ""
