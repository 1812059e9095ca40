"""Notices inside the system: written once, where an act is sealed, from what the act changed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, bindparam, literal_column, select, update

from fundsys.domain.errors import DomainError, NotAllowed
from fundsys.domain.working import MessageKind, told_by
from fundsys.models.journal import Change
from fundsys.models.office import Person
from fundsys.models.projects import ProgressReport
from fundsys.models.working import HandedItem, Message
from fundsys.queries.reviewed import Reviewed, names_of, reviewed, visible
from fundsys.queries.viewer import viewer_of

if TYPE_CHECKING:
    from fundsys.services.acts import Act

RETURNED_PROGRESS = "进度退回"
TOGETHER = 3
"""More records of one kind and outcome than this are one notice."""


@dataclass(frozen=True, slots=True)
class News:
    """What happened to one record that matters to the person who entered it."""

    person_id: int
    kind: MessageKind
    about: Reviewed
    image: dict[str, Any]
    state: str


def follow(act: Act) -> None:
    """Look at what an act did to reviewed records, before it is sealed: refuse what hand-overs forbid, tell who entered them.

    Raises: NotAllowed when somebody decides a record they entered and handed over. Source: 不相容岗位分离.
    """
    moved = _moved(act)
    if not moved:
        return
    news = [one for one in (_news(name, *images) for (name, _), images in moved.items()) if one is not None]
    _refuse_handed(act, news)
    rows = [*_told(act, news), *_progress(act, moved)]
    if rows:
        act.session.connection().execute(Message.__table__.insert(), rows)  # type: ignore[attr-defined]


@cache
def _changes_of_reviewed() -> Select[str, int, str | None, str | None]:
    """What an act changed of reviewed records and projects, in order. Put together once: everybody waits meanwhile."""
    names: list[ColumnElement[str]] = [literal_column(f"'{name}'") for name in (*reviewed(), "project")]
    return (
        select(Change.table_name, Change.row_id, Change.before, Change.after)
        .where(
            Change.act_seq == bindparam("act"),
            Change.table_name.in_(names),
            Change.before.is_not(None),
            Change.after.is_not(None),
        )
        .order_by(Change.id)
    )


def _moved(act: Act) -> dict[tuple[str, int], tuple[dict[str, Any], dict[str, Any]]]:
    """Reviewed records this act changed: their images before its first and after its last change of them."""
    found: dict[tuple[str, int], tuple[str | None, str | None]] = {}
    for name, row_id, before, after in act.session.connection().execute(_changes_of_reviewed(), {"act": act.seq}):
        first = found.get((name, row_id), (before, after))[0]
        found[(name, row_id)] = (first, after)
    return {key: (json.loads(before or "{}"), json.loads(after or "{}")) for key, (before, after) in found.items()}


def _news(name: str, before: dict[str, Any], after: dict[str, Any]) -> News | None:
    about = reviewed().get(name)
    if about is None or after.get("correction_id"):
        return None
    kind = told_by(before["state"], after["state"])
    if name == "policy_value" and kind is not None and after["value"] != before["proposed_value"]:
        kind = MessageKind.RETURNED
    enterer = after[about.enterer] or before[about.enterer]
    if kind is None or not enterer:
        return None
    return News(int(enterer), kind, about, after, about.state_label(after["state"]))


def _refuse_handed(act: Act, news: Iterable[News]) -> None:
    decided = [one for one in news if one.kind is MessageKind.APPROVED]
    if act.person_id is None or not decided:
        return
    mine = set(
        act.session.execute(select(HandedItem.about, HandedItem.row_id).where(HandedItem.from_id == act.person_id))
    )
    for one in decided:
        if (one.about.name, one.image["id"]) in mine:
            name = names_of(act.session, one.about, [one.image])[one.image["id"]]
            raise NotAllowed(f"{name}：这份{one.about.word}由您录入后移交他人，仍不能由您审定，请由另一人办理")


def _told(act: Act, news: Iterable[News]) -> list[dict[str, Any]]:
    groups: dict[tuple[int, str, MessageKind, str], list[News]] = defaultdict(list)
    for one in news:
        if one.person_id != act.person_id:
            groups[(one.person_id, one.about.name, one.kind, one.state)].append(one)
    rows = []
    for (person_id, _, _, _), some in groups.items():
        person = act.session.get(Person, person_id)
        if person is None or not person.active:
            continue
        ids = [one.image["id"] for one in some]
        seen = visible(act.session, viewer_of(person), some[0].about.name, ids)
        rows += _worded(act, person_id, [one for one in some if one.image["id"] in seen])
    return rows


def _worded(act: Act, person_id: int, some: Sequence[News]) -> list[dict[str, Any]]:
    if not some:
        return []
    about, kind = some[0].about, some[0].kind
    names = names_of(act.session, about, [one.image for one in some])
    outcome = "没有同意" if about.name == "policy_value" and kind is MessageKind.RETURNED else some[0].state or "已批准"
    by = act.person.name if act.person else "系统"
    if len(some) > TOGETHER:
        first = "、".join(names[one.image["id"]] for one in some[:TOGETHER])
        title = f"{about.word} {len(some)} 项{outcome}：{first}等"
        return [_row(act, person_id, kind, title, _why(some[0], by, act), about.name, some[0])]
    return [
        _row(
            act,
            person_id,
            kind,
            f"{about.word}{outcome}：{names[one.image['id']]}",
            _why(one, by, act),
            about.name,
            one,
        )
        for one in some
    ]


def _why(one: News, by: str, act: Act) -> str:
    if one.kind is MessageKind.RETURNED:
        reason = one.image.get(one.about.reason) if one.about.reason else act.subject
        return f"{by}：{reason or one.image.get('withdrawal_reason') or '没有写原因'}"
    return f"{by}办理"


def _row(act: Act, person_id: int, kind: MessageKind, title: str, words: str, about: str, one: News) -> dict[str, Any]:
    image = one.image
    parent = image["year"] if about in ("accounting_period", "policy_value") else image.get(one.about.parent or "")
    return _message(act, person_id, kind, title, words, about, image["id"], parent)


def _message(
    act: Act,
    person_id: int,
    kind: MessageKind,
    title: str,
    words: str,
    about: str,
    row_id: int,
    parent_id: int | None = None,
    due_on: date | None = None,
) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "kind": kind,
        "title": title[:200],
        "words": words[:400],
        "about": about,
        "row_id": row_id,
        "parent_id": parent_id,
        "due_on": due_on,
        "sent_at": act.at,
        "read_at": None,
    }


def _progress(act: Act, moved: dict[tuple[str, int], tuple[dict[str, Any], dict[str, Any]]]) -> list[dict[str, Any]]:
    """Reports of progress that went back: told to who reported last."""
    rows = []
    for (name, row_id), (before, after) in moved.items():
        if (
            name != "project"
            or before["remark"] == after["remark"]
            or not after["remark"].startswith(RETURNED_PROGRESS)
        ):
            continue
        last = select(ProgressReport.reported_by).where(ProgressReport.project_id == row_id)
        person_id = act.session.scalar(last.order_by(ProgressReport.id.desc()).limit(1))
        person = act.session.get(Person, person_id) if person_id and person_id != act.person_id else None
        if person is not None and person.active and visible(act.session, viewer_of(person), "project", [row_id]):
            title, by = f"建设进度已退回：{after['name']}", act.person.name if act.person else "系统"
            words = f"{by}：{after['remark'].removeprefix(RETURNED_PROGRESS).lstrip('：')}"
            rows.append(_message(act, person.id, MessageKind.RETURNED, title, words, "project", row_id, row_id))
    return rows


def tell_handed(act: Act, hand_over_id: int, from_id: int, to: Person, words: str, count: int) -> None:
    """Tell both sides of a hand-over."""
    name = act.session.get_one(Person, from_id).name
    rows = [
        _message(act, to.id, MessageKind.HANDED, f"{name}的 {count} 项工作移交给您", words, "hand_over", hand_over_id),
        _message(
            act, from_id, MessageKind.HANDED, f"您的 {count} 项工作已移交{to.name}", words, "hand_over", hand_over_id
        ),
    ]
    act.session.connection().execute(Message.__table__.insert(), rows)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Due:
    """A thing whose last day has come. kind, id: as the bench knows it."""

    kind: str
    id: int
    due_on: date
    title: str
    why: str


MOST_DUE = 20
"""How many things that became due are told one by one at a sign-in; the rest are one notice."""


def tell_due(due: Sequence[Due], *, act: Act) -> int:
    """Tell the person acting what has become due; each thing and day is told once. Returns how many are new."""
    if act.person_id is None or not due:
        return 0
    told = set(
        act.session.execute(
            select(Message.about, Message.row_id, Message.due_on).where(
                Message.person_id == act.person_id, Message.kind == MessageKind.DUE
            )
        )
    )
    new = [one for one in due if (f"waiting:{one.kind}"[:40], one.id, one.due_on) not in told]
    rows = [
        _message(
            act, act.person_id, MessageKind.DUE, f"到期：{one.title}", one.why, f"waiting:{one.kind}"[:40], one.id, None,
            one.due_on,
        )
        for one in new[:MOST_DUE]
    ]  # fmt: skip
    if len(new) > MOST_DUE and ("waiting:more", 0, act.day) not in told:
        title = f"另有 {len(new) - MOST_DUE} 件到期，见工作台"
        rows.append(_message(act, act.person_id, MessageKind.DUE, title, "", "waiting:more", 0, None, act.day))
    if rows:
        act.session.connection().execute(Message.__table__.insert(), rows)  # type: ignore[attr-defined]
    return len(new)


def mark_read(ids: Sequence[int] | None, *, act: Act) -> int:
    """Mark notices to the person acting as read: these, or all (None). Returns how many. Raises DomainError for none chosen."""
    if ids is not None and not ids:
        raise DomainError("请先勾选要标为已读的消息")
    mine = update(Message).where(Message.person_id == act.person_id, Message.read_at.is_(None))
    if ids is not None:
        mine = mine.where(Message.id.in_(ids))
    done = act.session.execute(mine.values(read_at=act.at), execution_options={"synchronize_session": False})
    count = int(done.rowcount)  # type: ignore[attr-defined]
    act.answer = f"已标为已读 {count} 条"
    return count
