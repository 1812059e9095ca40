"""The only way to write: an act opens, the triggers keep its changes, it is sealed and committed, or nothing happened."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import has_app_context
from sqlalchemy import bindparam, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed, OverCommitted, Stale
from fundsys.extensions import db
from fundsys.models.base import Base
from fundsys.models.guards import GUARDS
from fundsys.models.journal import Act as ActRow
from fundsys.models.office import County, Person
from fundsys.models.types import instant_text
from fundsys.services import anchors, drafts, messages

SHANGHAI = ZoneInfo("Asia/Shanghai")
ALGORITHM = "sha256"
FIRST_DIGEST = "0" * 64
SYSTEM = "系统"


class Repeated(Exception):
    """The same form came again: the act was done before, and this is its answer."""

    def __init__(self, answer: str, seq: int) -> None:
        super().__init__(answer)
        self.answer = answer
        self.seq = seq


class NothingToDo(Exception):
    """Raised inside an act to leave without a trace: nothing is written, not even the act."""


@dataclass
class Act:
    """An open act. `day` is the office day in Asia/Shanghai; `answer` is what a repeated form is told."""

    session: Session
    seq: int
    at: datetime
    day: date
    person: Person | None
    what: str
    subject: str = ""
    answer: str = ""
    form_id: str | None = None
    after_commit: list[Any] = field(default_factory=list)

    @property
    def person_id(self) -> int | None:
        """Id of the person acting; None for 系统."""
        return self.person.id if self.person else None

    def check_version(self, record: Any, version: int | None, mine: dict[str, str] | None = None) -> None:
        """Refuse a save that read an older version of the record. Raises Stale with both texts."""
        if version is not None and record.version != version:
            theirs = {key: _shown(getattr(record, key, None)) for key in (mine or {})}
            raise Stale(
                "这条记录在您打开之后已被别人改过，您填的内容都在，请对照后再保存",
                theirs=theirs,
                mine=mine or {},
                version=record.version,
            )


def _shown(value: Any) -> str:
    from fundsys.domain.coded import Coded
    from fundsys.domain.money import Money, exact_wan

    if value is None:
        return ""
    if isinstance(value, Coded):
        return value.label
    return exact_wan(value) if isinstance(value, Money) else str(value)


def form_id_of(person_id: int, request_id: str) -> str:
    """The id under which a program's request is one act: a UUID as it is, any other word made into one of the person's own."""
    try:
        return str(uuid.UUID(request_id))
    except ValueError:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{person_id}/{request_id}"))


@contextmanager
def act(
    *,
    by: int | None,
    what: str,
    form_id: str | None = None,
    subject: str = "",
    at: datetime | None = None,
    address: str = "",
    request_id: str = "",
    county: str | None = None,
) -> Iterator[Act]:
    """Open an act of a person (None: 系统), write inside the block, seal it and commit.

    at: the moment, now unless a demo or a test tells a past one; the office day never falls below the act before,
    and a demo county stands still on the day it shows.
    Raises: Repeated when a form with this id was accepted before; DomainError from the block; Unavailable.
    """
    if has_app_context():
        db.session.rollback()
    moment = (at or datetime.now(UTC)).astimezone(UTC)
    opened: Act | None = None
    try:
        with store.writing(county) as session:
            if form_id and (before := session.connection().execute(_SAME_FORM, {"form": form_id}).one_or_none()):
                if before.person_id != by:
                    raise NotAllowed("这张表单已由他人提交，请重新打开再填")
                raise Repeated(before.answer, before.seq)
            seq, previous, last_day, first, demo_day = _head(session)
            person = session.get(Person, by) if by is not None else None
            if by is not None and (person is None or not person.may_sign_in(moment.astimezone(SHANGHAI).date())):
                raise NotAllowed("该账号已停用，不能办理")
            today = None if at else demo_day
            day = max(today or moment.astimezone(SHANGHAI).date(), last_day)
            opened = Act(
                session=session, seq=seq, at=moment, day=day, person=person, what=what, subject=subject, form_id=form_id
            )
            pen = _take_pen(session, seq)
            try:
                yield opened
                session.flush()
                messages.follow(opened)
                drafts.forget(opened)
                digest = _seal(opened, previous, address, request_id)
            finally:
                pen.seq = None  # whatever became of the session: the next user of this connection has no act
    except NothingToDo:
        return
    except DBAPIError as error:
        raise _guard_sentence(error) from error
    anchors.drop(county or store.current_county(), first or digest, opened.seq, digest)
    for call in opened.after_commit:
        call()


# Everybody waits while an act is open, so its own statements go past the object mapper.
_ACT = Base.metadata.tables[ActRow.__tablename__]
_INTO_ACT = _ACT.insert()
_SAME_FORM = select(_ACT.c.seq, _ACT.c.person_id, _ACT.c.answer).where(_ACT.c.form_id == bindparam("form"))
_DEMO_DAY = select(County.demo_day).where(County.is_demo).limit(1)
_ENDS = (
    select(_ACT.c.seq, _ACT.c.digest, _ACT.c.office_day, _DEMO_DAY.scalar_subquery())
    .where(_ACT.c.seq.in_((1, select(func.max(_ACT.c.seq)).scalar_subquery())))
    .order_by(_ACT.c.seq)
)
_IN_ORDER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_DIGESTS = text("select digest from change where act_seq = :act order by id")


def _head(session: Session) -> tuple[int, str, date, str, date | None]:
    """The number of the act to come, digest and office day before it, the digest of the very first act, a demo's day."""
    ends = session.connection().execute(_ENDS).all()
    if not ends:
        return 1, FIRST_DIGEST, date.min, "", session.connection().execute(_DEMO_DAY).scalar()
    seq, digest, day, demo_day = ends[-1]
    return seq + 1, digest, day, ends[0][1], demo_day


def _take_pen(session: Session, seq: int) -> store.Pen:
    pen = store.pen(session)
    pen.seq = seq
    if not store.on_sqlite(session):
        session.execute(text("select set_config('fundsys.act', :seq, true)"), {"seq": str(seq)})
    return pen


def _seal(opened: Act, previous: str, address: str, request_id: str) -> str:
    connection = opened.session.connection()
    row = {
        "seq": opened.seq,
        "at": opened.at,
        "office_day": opened.day,
        "person_id": opened.person_id,
        "person_name": opened.person.name if opened.person else SYSTEM,
        "what": opened.what,
        "subject": opened.subject[:200],
        "address": address,
        "request_id": request_id,
        "form_id": opened.form_id,
        "answer": opened.answer,
        "algorithm": ALGORITHM,
        "previous_digest": previous,
    }
    digests = connection.execute(_DIGESTS, {"act": opened.seq}).yield_per(store.STREAMED)
    row["digest"] = act_digest(row, (digest for (digest,) in digests))
    connection.execute(_INTO_ACT, row)
    return str(row["digest"])


def act_digest(row: dict[str, Any], change_digests: Any) -> str:
    """The digest of an act: over the digest before it, its own words and its changes in order."""
    told = {
        key: instant_text(value)
        if isinstance(value, datetime)
        else value.isoformat()
        if isinstance(value, date)
        else value
        for key, value in row.items()
        if key != "digest"
    }
    made = hashlib.new(str(row["algorithm"]))
    made.update(_IN_ORDER.encode(told).encode())
    for one in change_digests:
        made.update(b"\n" + one.encode())
    return made.hexdigest()


def _guard_sentence(error: DBAPIError) -> DomainError:
    """The Chinese sentence of a database-side guard; what is no guard's refusal is raised as it is."""
    told = str(error.orig)
    for guard in GUARDS:
        if guard.message in told:
            return OverCommitted(f"{guard.message}，这次没有保存")
    raise error
