"""Reading for samples: the candidates of a frame with their recorded risks, and the samples drawn with what was seen of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from fundsys.domain.assets import AssetStatus
from fundsys.domain.errors import NotFound
from fundsys.domain.funds import MoneyState, PaymentKind
from fundsys.domain.maintenance import DefectState
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Permission, Scope
from fundsys.domain.samples import (
    Candidate,
    LookOutcome,
    RiskFactor,
    SampleMethod,
    SampleSubject,
    points_told,
)
from fundsys.models.assets import Asset
from fundsys.models.funds import Payment
from fundsys.models.maintenance import Defect
from fundsys.models.office import Person
from fundsys.models.projects import Project
from fundsys.models.samples import Sample, SampleItem, SampleLook
from fundsys.queries import frames
from fundsys.queries.assets import HAS_TITLE
from fundsys.queries.maintenance import DutyFilter, Town, Village, duties
from fundsys.queries.viewer import Viewer, seen_assets, seen_projects

_P, _F = Permission, RiskFactor
_LaterLook = aliased(SampleLook)
LOOK_STANDS = ~exists(select(_LaterLook.id).where(_LaterLook.replaces_id == SampleLook.id))
"""The look that no later one has replaced."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a frame: the candidate, and how paper names it."""

    candidate: Candidate
    name: str
    place: str
    amount: Money | None


@dataclass(frozen=True, slots=True)
class SampleInfo:
    """One sample as lists and its page show it."""

    id: int
    number: str
    title: str
    subject: SampleSubject
    method: SampleMethod
    seed: str
    lot: int
    size: int
    register_on: date
    scope: str
    points: str
    value_from: Money
    frame_seq: int
    frame_count: int
    frame_digest: str
    ticket_count: int
    drawn_by: str
    drawn_on: date
    looked: int
    wrong: int


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One drawn record with what stands seen of it."""

    id: int
    sample_id: int
    position: int
    subject_id: int
    code: str
    name: str
    place: str
    amount: Money | None
    tickets: int
    winning: int
    score: str
    why: str
    look_id: int | None
    outcome: LookOutcome | None
    words: str
    looked_on: date | None
    looked_by: str
    finding_id: int | None


# ---------- the frame ----------


def records(
    session: Session, subject: SampleSubject, scope: frames.Scope, day: date, value_from: Money, who: Viewer | None
) -> list[Record]:
    """The frame of a sample on the session's records, each with its risks on the day."""
    read = {SampleSubject.ASSET: _assets, SampleSubject.PROJECT: _projects, SampleSubject.PAYMENT: _payments}[subject]
    return read(session, scope, day, value_from, who)


def _assets(session: Session, scope: frames.Scope, day: date, value_from: Money, who: Viewer | None) -> list[Record]:
    rows = session.execute(
        select(
            Asset.id, Asset.code, Asset.name, Asset.original_cost, Asset.status, HAS_TITLE,
            func.coalesce(Town.name, ""), func.coalesce(Village.name, ""), Asset.location,
        )
        .outerjoin(Town, Asset.town_id == Town.id)
        .outerjoin(Village, Asset.village_id == Village.id)
        .where(*frames.in_books(scope, day), seen_assets(who, _P.INSPECT) if who else true())
    )  # fmt: skip
    late = {d.asset_id for d in duties(session, who, DutyFilter(late=True), day, _P.INSPECT)}
    broken = set(session.scalars(select(Defect.asset_id).where(Defect.state != DefectState.CLOSED)))
    found = []
    for key, code, name, cost, status, titled, town, village, location in rows:
        risks = {
            _F.VALUE: cost >= value_from,
            _F.PATROL: key in late,
            _F.DEFECT: key in broken,
            _F.TITLE: not titled,
            _F.IDLE: status in (AssetStatus.IDLE, AssetStatus.UNDERUSED),
        }
        found.append(Record(_candidate(key, code, risks), name, f"{town}{village}{location}", cost))
    return found


def _projects(session: Session, scope: frames.Scope, day: date, value_from: Money, who: Viewer | None) -> list[Record]:
    p = Project
    planned = [s for s in ProjectStatus if s.reached(ProjectStatus.PLANNED)]
    tests = [p.status.in_(planned), p.is_draft.is_(False), *scope.years(p.year)]
    if scope.towns:
        tests.append(p.town_id.in_(scope.towns))
    rows = session.execute(
        select(
            p.id, p.code, p.name, p.planned_investment, p.plan_end_on, p.completed_on, p.settled_on,
            func.coalesce(Town.name, ""), p.place,
        )
        .outerjoin(Town, p.town_id == Town.id)
        .where(*tests, seen_projects(who, _P.INSPECT) if who else true())
    )  # fmt: skip
    found = []
    for key, code, name, amount, ends_on, completed_on, settled_on, town, place in rows:
        risks = {
            _F.VALUE: amount >= value_from,
            _F.LATE: completed_on is None and ends_on is not None and ends_on < day,
            _F.SETTLEMENT: completed_on is not None and settled_on is None,
        }
        found.append(Record(_candidate(key, code, risks), name, f"{town}{place}", amount))
    return found


def _payments(session: Session, scope: frames.Scope, day: date, value_from: Money, who: Viewer | None) -> list[Record]:
    """Approved payments; reversals, and what they took back, are no payments any more."""
    p, back = Payment, aliased(Payment)
    taken_back = exists(select(back.id).where(back.corrects_id == p.id, back.state == MoneyState.APPROVED))
    tests: list[ColumnElement[bool]] = [
        p.state == MoneyState.APPROVED,
        p.kind != PaymentKind.REVERSAL,
        p.paid_on <= day,
        ~taken_back,
    ]
    if scope.first_year:
        tests.append(p.paid_on >= date(scope.first_year, 1, 1))
    if scope.last_year:
        tests.append(p.paid_on <= date(scope.last_year, 12, 31))
    if scope.towns:
        tests.append(Project.town_id.in_(scope.towns))
    rows = session.execute(
        select(p.id, p.voucher_no, p.payee, p.amount, p.kind, p.exception_reason, Project.name)
        .join(Project, p.project_id == Project.id)
        .where(*tests, seen_projects(who, _P.INSPECT) if who else true())
    )
    found = []
    for key, voucher, payee, amount, kind, exception, project in rows:
        risks = {
            _F.VALUE: amount >= value_from,
            _F.ADVANCE: kind is PaymentKind.ADVANCE,
            _F.EXCEPTION: exception != "",
        }
        name = f"{voucher or '未编凭证号'} {kind.label} {payee}"
        found.append(Record(_candidate(key, f"ZF{key:07d}", risks), name[:160], project, amount))
    return found


def _candidate(key: int, code: str, risks: dict[RiskFactor, bool]) -> Candidate:
    return Candidate(key, code, frozenset(risk for risk, there in risks.items() if there))


def points_of(sample: Sample) -> dict[RiskFactor, int]:
    """The tickets each risk adds in a sample; empty for a random one."""
    return {RiskFactor(code): int(count) for code, count in json.loads(sample.points).items()}


# ---------- samples ----------


def _seen(who: Viewer | None) -> ColumnElement[bool]:
    """An inspector of the whole county sees every sample, one of a part of it the own ones."""
    if who is None or who.scope(_P.INSPECT) is Scope.ALL:
        return true()
    return Sample.drawn_by == who.id


def samples(session: Session, who: Viewer | None, sample_id: int | None = None) -> list[SampleInfo]:
    """The samples this person sees, the newest first."""
    looked: dict[int, list[LookOutcome]] = defaultdict(list)
    for key, outcome in session.execute(
        select(SampleItem.sample_id, SampleLook.outcome).join(SampleLook, SampleLook.item_id == SampleItem.id).where(LOOK_STANDS)
    ):  # fmt: skip
        looked[key].append(outcome)
    rows = session.execute(
        select(Sample, func.coalesce(Person.name, "系统"))
        .outerjoin(Person, Sample.drawn_by == Person.id)
        .where(_seen(who), true() if sample_id is None else Sample.id == sample_id)
        .order_by(Sample.id.desc())
    )
    return [
        SampleInfo(
            s.id, s.number, s.title, s.subject, s.method, s.seed, s.lot, s.size, s.register_on,
            frames.scope_words(session, frames.scope_from(s)), points_told(list(points_of(s).items())), s.value_from,
            s.frame_seq, s.frame_count, s.frame_digest, s.ticket_count, name, s.drawn_on, len(looked[s.id]),
            looked[s.id].count(LookOutcome.DIFFERS),
        )
        for s, name in rows
    ]  # fmt: skip


def sample(session: Session, who: Viewer | None, sample_id: int) -> SampleInfo:
    """One sample. Raises NotFound for hidden and missing alike."""
    found = samples(session, who, sample_id)
    if not found:
        raise NotFound("没有这次抽样，或者不在您的范围内")
    return found[0]


def items(
    session: Session, who: Viewer | None, sample_ids: Collection[int], item_id: int | None = None
) -> list[ItemRow]:
    """The drawn records of samples, in the order they were drawn."""
    i, look = SampleItem, SampleLook
    rows = session.execute(
        select(
            i.id, i.sample_id, i.position, i.subject_id, i.code, i.name, i.place, i.amount, i.tickets, i.winning,
            i.score, i.why, look.id, look.outcome, func.coalesce(look.words, ""), look.looked_on,
            func.coalesce(Person.name, ""), look.finding_id,
        )
        .join(Sample, i.sample_id == Sample.id)
        .outerjoin(look, and_(look.item_id == i.id, LOOK_STANDS))
        .outerjoin(Person, look.looked_by == Person.id)
        .where(or_(i.sample_id.in_(sample_ids), i.id == item_id), _seen(who))
        .order_by(i.sample_id, i.position)
    )  # fmt: skip
    return [ItemRow(*tuple[Any, ...](row)) for row in rows]


def item(session: Session, who: Viewer | None, item_id: int) -> ItemRow:
    """One drawn record. Raises NotFound for hidden and missing alike."""
    found = items(session, who, (), item_id)
    if not found:
        raise NotFound("没有这条抽样明细，或者不在您的范围内")
    return found[0]


# ---------- PF36 ----------


@dataclass(frozen=True, slots=True)
class SamplePaperRow:
    """One row of the printed sample; what nobody has looked at yet is empty."""

    code: str
    name: str
    place: str
    amount: Money | None
    tickets: int
    ticket: str
    why: str
    outcome: str
    words: str
    looked_on: date | None
    looked_by: str
    finding: str


def paper_rows(session: Session, wanted: Any) -> list[SamplePaperRow]:
    """The drawn records of the sample asked for."""
    found = _asked(session, wanted)
    return [
        SamplePaperRow(
            i.code, i.name, i.place, i.amount, i.tickets,
            f"{i.score[:16]}{f'（第{i.winning}票）' if i.tickets > 1 else ''}", i.why,
            i.outcome.label if i.outcome else "", i.words, i.looked_on, i.looked_by,
            f"问题 {i.finding_id}" if i.finding_id else "",
        )
        for i in items(session, wanted.who, (found.id,))
    ]  # fmt: skip


def paper_words(session: Session, wanted: Any) -> tuple[str, ...]:
    """How the sample was drawn, so that anybody can draw it again."""
    s = _asked(session, wanted)
    weights = (
        f"；权重（每条 1 票，另加）：{s.points}；金额大的起点 {s.value_from.fen // 1_000_000} 万元" if s.points else ""
    )
    return (
        (
            f"{s.number} {s.title}：{s.subject.label}，{s.method.label}，范围 {s.scope}，按 {s.register_on} 终了、办理序号 "
            f"{s.frame_seq} 时的记录，共 {s.frame_count} 条 {s.ticket_count} 票，抽 {s.size} 条{weights}。"
        ),
        f"随机种子“{s.seed}”，批次 {s.lot}；范围摘要（SHA-256，办理序号和排序后的编码各一行）{s.frame_digest}。",
        "每张票的票号是“种子|编码|批次”的 SHA-256（第 k 票在后面再加“|k”），每条取最小的票号，按票号从小到大取足为止；印出的是前 16 位。",
    )


def _asked(session: Session, wanted: Any) -> SampleInfo:
    from fundsys.domain.errors import DomainError
    from fundsys.queries.registers import check_filters

    check_filters(wanted, ("sample",))
    number = wanted.where.get("sample", "")
    if not number:
        raise DomainError("请指明是哪一次抽样，例如 sample=抽样〔2024〕00001号", field="where")
    key = session.scalar(select(Sample.id).where(Sample.number == number))
    return sample(session, wanted.who, key or 0)
