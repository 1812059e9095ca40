"""A person's notices, and how many are unread. A record the person may no longer see is not named."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundsys.domain.working import MessageKind
from fundsys.models.working import Message
from fundsys.queries.kept import kept
from fundsys.queries.reviewed import reviewed, visible
from fundsys.queries.viewer import Viewer

HIDDEN = "这条记录已不在您的管理范围内"


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One notice. hidden: its record is beyond the person's scope by now, so its words are left out."""

    id: int
    kind: MessageKind
    title: str
    words: str
    about: str
    row_id: int
    parent_id: int | None
    due_on: date | None
    sent_at: datetime
    read: bool
    hidden: bool


def unread(session: Session, who: Viewer) -> int:
    """How many notices this person has not read."""

    def count() -> int:
        wanted = select(func.count()).where(Message.person_id == who.id, Message.read_at.is_(None))
        return session.scalar(wanted) or 0

    return kept(session, ("unread", who.id), frozenset({"message"}), count)


def messages(
    session: Session,
    who: Viewer,
    *,
    kind: MessageKind | None = None,
    unread_only: bool = False,
    offset: int,
    limit: int,
) -> tuple[list[MessageRow], int]:
    """Notices to this person, the newest first, and how many there are."""
    wanted = select(Message).where(Message.person_id == who.id)
    if kind is not None:
        wanted = wanted.where(Message.kind == kind)
    if unread_only:
        wanted = wanted.where(Message.read_at.is_(None))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    found = list(session.scalars(wanted.order_by(Message.id.desc()).offset(offset).limit(limit)))
    seen = _seen(session, who, found)
    return [_row(one, (one.about, one.row_id) in seen) for one in found], total


def _seen(session: Session, who: Viewer, found: list[Message]) -> set[tuple[str, int]]:
    wanted: dict[str, set[int]] = defaultdict(set)
    seen: set[tuple[str, int]] = set()
    for one in found:
        if one.about in reviewed() or one.about == "project":
            wanted[one.about].add(one.row_id)
        else:
            seen.add((one.about, one.row_id))
    for about, ids in wanted.items():
        seen |= {(about, key) for key in visible(session, who, about, ids)}
    return seen


def _row(one: Message, seen: bool) -> MessageRow:
    return MessageRow(
        one.id,
        one.kind,
        one.title if seen else HIDDEN,
        one.words if seen else "",
        one.about,
        one.row_id,
        one.parent_id,
        one.due_on,
        one.sent_at,
        one.read_at is not None,
        not seen,
    )
