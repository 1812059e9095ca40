"""Acts on samples: drawing one, drawing it again to prove it, and what was seen of a drawn record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money
from fundsys.domain.rights import Permission
from fundsys.domain.samples import (
    FACTORS,
    MOST_POINTS,
    Drawn,
    LookOutcome,
    RiskFactor,
    SampleMethod,
    SampleSubject,
    check_order,
    draw,
)
from fundsys.domain.stocktakes import frame_digest
from fundsys.models.samples import Sample, SampleItem, SampleLook
from fundsys.queries import frames
from fundsys.queries import samples as queries
from fundsys.queries.facts import county_today
from fundsys.queries.past import after_act
from fundsys.queries.samples import LOOK_STANDS, Record, points_of
from fundsys.queries.viewer import Viewer, viewer
from fundsys.services import attachments
from fundsys.services.acts import Act
from fundsys.services.frames import as_at
from fundsys.services.funds.common import need, refuse_all
from fundsys.services.numbers import next_numbers
from fundsys.services.rectification import FindingEntry, record_finding

Files = Sequence[tuple[str, bytes]]
WORD = "抽样"
TABLE = "sample_look"


@dataclass(frozen=True, slots=True)
class SampleOrder:
    """A sample as it is ordered. points: the tickets each risk adds; asked for by a weighted one only."""

    title: str
    subject: SampleSubject
    method: SampleMethod
    seed: str
    size: int
    register_on: date
    lot: int = 1
    scope: frames.Scope = field(default_factory=frames.Scope)
    points: dict[RiskFactor, int] = field(default_factory=dict)
    value_from: Money = field(default_factory=lambda: Money.wan("100"))


@dataclass(frozen=True, slots=True)
class LookTold:
    """What was seen of a drawn record. finding: the problem to make of it; its words are the look's, after the record's name."""

    item_id: int
    outcome: LookOutcome
    looked_on: date
    words: str = ""
    finding: FindingEntry | None = None


def draw_sample(order: SampleOrder, *, act: Act) -> Sample:
    """Draw a sample of the records as they were at the end of a day, and keep it. Raises: NotAllowed, DomainError."""
    who = need(act, Permission.INSPECT)
    points = _points(order)
    if not order.title.strip():
        raise DomainError("请填写抽样事由", field="title")
    frames.check_scope(act.session, order.scope)
    with as_at(act, order.register_on) as (then, seq):
        found, drawn = _drawn(then, order, points, who)
    tickets = sum(r.candidate.tickets(points) for r in found.values())
    (number,) = next_numbers(act.session, Sample.number, WORD, act.day.year, 1)
    made = Sample(
        number=number,
        title=order.title.strip()[:80],
        subject=order.subject,
        method=order.method,
        seed=order.seed,
        lot=order.lot,
        size=len(drawn),
        register_on=order.register_on,
        first_year=order.scope.first_year,
        last_year=order.scope.last_year,
        towns=tuple(str(t) for t in order.scope.towns),
        classes=tuple(c.code for c in order.scope.classes) if order.subject is SampleSubject.ASSET else (),
        points=json.dumps({factor.code: count for factor, count in points.items() if count}),
        value_from=order.value_from,
        frame_seq=seq,
        frame_count=len(found),
        frame_digest=frame_digest(seq, (r.candidate.code for r in found.values())),
        ticket_count=tickets,
        drawn_by=act.person_id,
        drawn_on=act.day,
    )
    act.session.add(made)
    act.session.flush()
    act.session.add_all(_item(made.id, place, one, found, points) for place, one in enumerate(drawn, 1))
    act.session.flush()
    act.subject, act.answer = f"{number} {made.title}", str(made.id)
    return made


def _points(order: SampleOrder) -> dict[RiskFactor, int]:
    if order.method is SampleMethod.RANDOM:
        return {}
    known = {factor for factor, _ in FACTORS[order.subject]}
    if not set(order.points) <= known or not all(0 <= n <= MOST_POINTS for n in order.points.values()):
        raise DomainError(f"权重从 0 到 {MOST_POINTS}，只用列出的几项", field="points")
    if not any(order.points.values()):
        raise DomainError("风险加权至少有一项权重大于 0", field="points")
    return dict(order.points)


def _drawn(
    then: Session, order: SampleOrder, points: dict[RiskFactor, int], who: Viewer | None
) -> tuple[dict[int, Record], list[Drawn]]:
    records = queries.records(then, order.subject, order.scope, order.register_on, order.value_from, who)
    check_order(order.seed, order.lot, order.size, len(records))
    found = {r.candidate.id: r for r in records}
    return found, draw((r.candidate for r in records), order.size, order.seed, order.lot, points)


def _item(
    sample_id: int, place: int, one: Drawn, found: dict[int, Record], points: dict[RiskFactor, int]
) -> SampleItem:
    record = found[one.candidate.id]
    risks = [factor.label for factor in points if factor in one.candidate.risks and points[factor]]
    return SampleItem(
        sample_id=sample_id,
        position=place,
        subject_id=one.candidate.id,
        code=one.candidate.code,
        name=record.name,
        place=record.place[:200],
        amount=record.amount,
        tickets=one.tickets,
        winning=one.winning,
        score=one.score,
        why="、".join(risks)[:120],
    )


@dataclass(frozen=True, slots=True)
class Proof:
    """A sample drawn again from the journal: the frame and the rows as they come out, beside those kept."""

    frame_count: int
    frame_digest: str
    rows: tuple[tuple[str, int, str], ...]
    same_frame: bool
    same_rows: bool


def draw_again(session: Session, who: Viewer | None, sample_id: int) -> Proof:
    """Draw a kept sample again from the records as its acts left them. Reads only. Raises NotFound."""
    queries.sample(session, who, sample_id)
    kept = session.get_one(Sample, sample_id)
    order = SampleOrder(
        kept.title, kept.subject, kept.method, kept.seed, kept.size, kept.register_on, kept.lot,
        frames.scope_from(kept), points_of(kept), kept.value_from,
    )  # fmt: skip
    with after_act(kept.frame_seq, kept.register_on) as then:
        drawer = viewer(then, kept.drawn_by) if kept.drawn_by else None
        found, drawn = _drawn(then, order, points_of(kept), drawer)
    digest = frame_digest(kept.frame_seq, (r.candidate.code for r in found.values()))
    rows = tuple((d.candidate.code, d.tickets, d.score) for d in drawn)
    there = tuple((i.code, i.tickets, i.score) for i in queries.items(session, who, (sample_id,)))
    return Proof(len(found), digest, rows, (len(found), digest) == (kept.frame_count, kept.frame_digest), rows == there)


def record_look(told: LookTold, *, files: Files = (), act: Act) -> SampleLook:
    """Record what was seen of a drawn record, and make a problem of it where asked. A new look names the old.

    Raises: NotAllowed; NotFound; Refusals with what is wrong.
    """
    who = need(act, Permission.INSPECT)
    item = queries.item(act.session, who, told.item_id)
    faults = []
    if told.looked_on > county_today(act.session):
        faults.append(DomainError("查看日期不能晚于今天", field="looked_on"))
    if told.outcome is not LookOutcome.FITS and not told.words.strip():
        faults.append(DomainError("有问题、未能查看的请写明情况", field="words"))
    if told.finding is not None and told.outcome is not LookOutcome.DIFFERS:
        faults.append(DomainError("有问题的才登记问题", field="outcome"))
    before = act.session.scalars(select(SampleLook).where(SampleLook.item_id == item.id, LOOK_STANDS)).one_or_none()
    if before is not None and before.finding_id is not None:
        faults.append(DomainError(f"已登记成问题 {before.finding_id}，在问题整改里办理，不再改查看结果"))
    refuse_all(faults)
    finding = None
    if told.finding is not None:
        problem = f"{item.code} {item.name}：{told.words.strip()}"
        finding = record_finding(replace(told.finding, problem=problem), files=files, act=act)
    made = SampleLook(
        item_id=item.id,
        outcome=told.outcome,
        words=told.words.strip()[:400],
        looked_on=told.looked_on,
        looked_by=act.person_id,
        finding_id=finding.id if finding else None,
        replaces_id=before.id if before else None,
    )
    act.session.add(made)
    act.session.flush()
    if finding is None:
        for name, content in files:
            attachments.keep(content, name, TABLE, made.id, act=act)
    act.subject = f"{item.code} {item.name}"[:200]
    return made
