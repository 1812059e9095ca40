"""Forms still being typed, kept on the server so that neither a crash nor another PC loses them; never personal data."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fundsys import store
from fundsys.domain.errors import DomainError
from fundsys.domain.publicity import personal_numbers
from fundsys.models.journal import Act as ActRow
from fundsys.models.working import FormDraft

if TYPE_CHECKING:
    from fundsys.services.acts import Act

LARGEST = 64 * 1024
"""Bytes of one form; a longer one is kept by the browser alone."""
MOST = 20
"""Forms kept for one person; the oldest goes first."""
AGE = timedelta(days=30)
FORM_ID = "form_id"
LEFT_OUT = ("csrf_token", "password", "account", "phone", "id_number", "id_card", "card_no", "secret")
"""Boxes that are never kept, whatever stands in them, alone or as the end of a longer name: secrets, numbers of people."""
Boxes = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A form somebody began. boxes: what was typed, by the box's name."""

    id: int
    address: str
    title: str
    saved_at: datetime
    boxes: dict[str, list[str]]


def keep(person_id: int, address: str, title: str, boxes: Boxes, now: datetime | None = None) -> datetime:
    """Keep what a person has typed on a page; a later state takes the place of the earlier. Returns when.

    Raises: DomainError for a form that is too large or has no id.
    """
    at = now or datetime.now(UTC)
    told = plain(boxes)
    form_id = _form_id(told)
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    if len(text.encode()) > LARGEST:
        raise DomainError("填写的内容过长，服务器不代存，请及时存草稿")
    with store.writing() as session:
        if session.scalar(select(ActRow.seq).where(ActRow.form_id == form_id)) is not None:
            return at  # accepted while this was on its way
        mine = FormDraft.person_id == person_id
        session.execute(delete(FormDraft).where(mine, FormDraft.address == address[:200]))
        session.execute(delete(FormDraft).where(FormDraft.saved_at < at - AGE))
        old = session.scalars(
            select(FormDraft.id).where(mine).order_by(FormDraft.saved_at.desc()).offset(MOST - 1)
        ).all()
        session.execute(delete(FormDraft).where(FormDraft.id.in_(old)))
        row = FormDraft(
            person_id=person_id,
            address=address[:200],
            title=title.strip()[:120],
            form_id=form_id,
            boxes=text,
            saved_at=at,
        )
        session.add(row)
    return at


def plain(boxes: Boxes) -> dict[str, list[str]]:
    """What may be kept of a form: no secret, and no box in which an identity, bank or phone number stands.

    The form's own id stays, whatever digits chance has given it.
    """
    return {
        name: [str(value) for value in values]
        for name, values in boxes.items()
        if name == FORM_ID or not name.endswith(LEFT_OUT) and not any(personal_numbers(str(value)) for value in values)
    }


def _form_id(boxes: dict[str, list[str]]) -> str:
    try:
        return str(uuid.UUID(boxes[FORM_ID][0]))
    except (KeyError, IndexError, ValueError):
        raise DomainError("页面缺少表单编号，请刷新后再填") from None


def mine(session: Session, person_id: int, address: str | None = None, now: datetime | None = None) -> list[Draft]:
    """What a person has begun, the newest first: on one page, or everywhere."""
    wanted = select(FormDraft).where(
        FormDraft.person_id == person_id, FormDraft.saved_at >= (now or datetime.now(UTC)) - AGE
    )
    if address is not None:
        wanted = wanted.where(FormDraft.address == address[:200])
    rows = session.scalars(wanted.order_by(FormDraft.saved_at.desc(), FormDraft.id))
    return [Draft(row.id, row.address, row.title, row.saved_at, json.loads(row.boxes)) for row in rows]


def drop(person_id: int, address: str) -> None:
    """Throw away what a person typed on a page."""
    with store.writing() as session:
        session.execute(delete(FormDraft).where(FormDraft.person_id == person_id, FormDraft.address == address[:200]))


def forget(act: Act) -> None:
    """A form that was accepted is no longer kept: gone in the same act."""
    if act.form_id and act.person_id is not None:
        act.session.connection().execute(
            delete(FormDraft).where(FormDraft.form_id == act.form_id, FormDraft.person_id == act.person_id)
        )
