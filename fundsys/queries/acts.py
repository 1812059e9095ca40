"""The journal as people read it: who did what, when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from fundsys.domain.rights import Permission, Role, Scope
from fundsys.models.journal import Act, Change
from fundsys.queries.kept import kept
from fundsys.queries.looking import holds
from fundsys.queries.viewer import Viewer

SIGN_IN_WORDS = ("登录", "退出", "登录失败", "修改密码")


@dataclass(frozen=True, slots=True)
class ActRow:
    """One act. changes: how many rows it changed."""

    seq: int
    at: datetime
    office_day: date
    person: str
    what: str
    subject: str
    address: str
    changes: int
    digest: str


@dataclass(frozen=True, slots=True)
class ActFilter:
    """What is looked for; empty fields ask for nothing. Days are inclusive."""

    text: str = ""
    begin: date | None = None
    end: date | None = None


def acts(session: Session, who: Viewer, wanted: ActFilter, offset: int, limit: int) -> tuple[list[ActRow], int]:
    """Acts this person may read, latest first, and how many there are."""
    base = _seen(select(Act), who, wanted)
    total = session.scalar(select(func.count()).select_from(base.subquery())) or 0
    page = session.scalars(base.order_by(Act.seq.desc()).offset(offset).limit(limit)).all()
    counts = _changes(session, tuple(a.seq for a in page))
    rows = [
        ActRow(a.seq, a.at, a.office_day, a.person_name, a.what, a.subject, a.address, counts.get(a.seq, 0), a.digest)
        for a in page
    ]
    return rows, total


def _changes(session: Session, seqs: tuple[int, ...]) -> dict[int, int]:
    """How many rows these acts changed. A sealed act changes no more, so the answer stands as long as the journal."""
    query = select(Change.act_seq, func.count()).where(Change.act_seq.in_(seqs)).group_by(Change.act_seq)
    return kept(session, ("changes", seqs), frozenset(), lambda: {seq: n for seq, n in session.execute(query)})


def _seen(query: Select[Act], who: Viewer, wanted: ActFilter) -> Select[Act]:
    if who.scope(Permission.READ_JOURNAL) is not Scope.ALL:
        if who.role is Role.INSPECTOR:
            query = query.where(Act.what.not_in(SIGN_IN_WORDS))
        else:
            query = query.where(Act.person_id == who.id)
    if wanted.text:
        query = query.where(holds(wanted.text, Act.person_name, Act.what, Act.subject))
    if wanted.begin:
        query = query.where(Act.office_day >= wanted.begin)
    if wanted.end:
        query = query.where(Act.office_day <= wanted.end)
    return query
