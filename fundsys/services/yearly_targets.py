"""Acts on yearly targets: figures proposed by the lead bureau and approved by a leader, units that answer, a year opened by copying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from fundsys.domain.errors import DomainError, NotFound, StepRefused
from fundsys.domain.rights import Permission
from fundsys.domain.yearly_targets import Comparison, TargetKind, TargetState, words_of
from fundsys.models.office import Unit
from fundsys.models.yearly_targets import TargetUnit, YearTarget
from fundsys.services.acts import Act
from fundsys.services.funds.common import each, need, refuse_all, second_person, seen_records

RECALLED = "提出人撤回"
_S = TargetState
_P = Permission


@dataclass(frozen=True, slots=True)
class TargetEntry:
    """What is said of a target beside its figure. units: names in order, the leading one first; a phrase may stand among them."""

    name: str
    clause: str
    units: tuple[str, ...]
    reporting_unit_id: int | None
    note: str = ""
    active: bool = True


def propose_target(
    year: int,
    code: str,
    entry: TargetEntry,
    kind: TargetKind,
    comparison: Comparison,
    unit: str,
    value: Decimal,
    document: str,
    *,
    act: Act,
) -> YearTarget:
    """Propose a new target of a year, on the strength of a document. Raises: NotAllowed, DomainError."""
    need(act, _P.APPROVE_TARGET)
    plain = code.strip().upper()
    there = select(YearTarget.id).where(YearTarget.year == year, YearTarget.code == plain)
    if act.session.scalar(there) is not None:
        raise DomainError(f"{year}年度已有代码为“{plain}”的目标，请换一个代码", field="code")
    target = YearTarget(year=year, code=plain, kind=kind, comparison=comparison, unit=unit.strip(), version=0)
    _describe(target, entry, act)
    target.edited = True
    act.session.add(target)
    _propose(target, value, document, act)
    return target


def propose_figure(
    target_id: int, value: Decimal, document: str, *, version: int | None = None, act: Act
) -> YearTarget:
    """Propose another figure; the one in force stays until a leader approves. Raises: NotAllowed, NotFound, Stale, DomainError."""
    need(act, _P.APPROVE_TARGET)
    target = _get(act, target_id, version)
    if target.policy_code:
        raise StepRefused("这项目标的数值就是阈值，请在“阈值和口径”里提出，不在这里另存一份")
    if target.value == value and target.document == document.strip():
        raise DomainError(f"与现行值“{words_of(value, target.unit)}”相同，不用提出", field="value")
    _propose(target, value, document, act)
    return target


def edit_target(target_id: int, entry: TargetEntry, *, version: int | None = None, act: Act) -> YearTarget:
    """Change what is said of a target and who answers for it; its figure stays. Raises: NotAllowed, NotFound, Stale."""
    need(act, _P.APPROVE_TARGET)
    target = _get(act, target_id, version)
    _describe(target, entry, act)
    target.edited = True
    target.version += 1
    act.session.flush()
    act.subject = _named(target)
    return target


def approve_targets(seen: Mapping[int, int], *, act: Act) -> list[YearTarget]:
    """Put proposed targets into force, all of those seen or none. Raises: NotAllowed (own proposals too), Stale, StepRefused."""
    need(act, _P.APPROVE_POLICY)
    found = _waiting(act, seen)
    each(found, _named, lambda target: second_person(act, target.proposed_by))
    for target in found:
        if not target.policy_code:
            target.value = target.proposed_value
        target.document = target.proposed_document or target.document
        target.proposed_value, target.proposed_document, target.return_reason = None, "", ""
        target.approved_by, target.edited = act.person_id, True
        target.confirmed_on = target.confirmed_on or act.day
        _to(target, _S.APPROVED)
    _say(found, act)
    return found


def return_targets(seen: Mapping[int, int], reason: str, *, act: Act) -> list[YearTarget]:
    """Turn proposals down with a reason; the figures in force stay. Raises: NotAllowed, DomainError, Stale, StepRefused."""
    need(act, _P.APPROVE_POLICY)
    if not reason.strip():
        raise DomainError("请填写退回原因，提出人才知道改哪里", field="reason")
    found = _waiting(act, seen)
    for target in found:
        target.return_reason = reason.strip()[:200]
        _to(target, _S.RETURNED)
    _say(found, act)
    return found


def propose_again(seen: Mapping[int, int], *, act: Act) -> list[YearTarget]:
    """Hand proposals that came back in again as they are. Raises: NotAllowed, Stale, StepRefused."""
    need(act, _P.APPROVE_TARGET)
    found = seen_records(act, YearTarget, seen, "年度目标")
    for target in found:
        if target.state is not _S.RETURNED:
            raise StepRefused(f"{_named(target)}现在是“{target.state.label}”，不用再提出，请刷新后再看")
        target.proposed_by, target.approved_by, target.return_reason = act.person_id, None, ""
        _to(target, _S.PROPOSED)
    _say(found, act)
    return found


def recall_target(target_id: int, *, version: int | None = None, act: Act) -> YearTarget:
    """Take a proposal back before it is approved. Raises: NotAllowed, StepRefused, Stale."""
    need(act, _P.APPROVE_TARGET)
    target = _get(act, target_id, version)
    if target.state is not _S.PROPOSED:
        raise StepRefused("这一项没有等待批准的提议，请刷新后再看")
    if act.person_id is not None and target.proposed_by != act.person_id:
        raise DomainError("只有提出人能撤回，请由提出人办理")
    target.return_reason = RECALLED
    _to(target, _S.RETURNED)
    return target


def copy_targets(year: int, *, act: Act) -> int:
    """Copy the targets of the year before as proposals, where the year has none of that code. Returns how many.

    Whoever opens the year proposes; nothing is in force before a leader approves. A target whose figure is a policy
    value is copied without a figure of its own.
    """
    there = set(act.session.scalars(select(YearTarget.code).where(YearTarget.year == year)))
    before = select(YearTarget).where(
        YearTarget.year == year - 1, YearTarget.active, YearTarget.confirmed_on.is_not(None)
    )
    made = 0
    for old in act.session.scalars(before.order_by(YearTarget.code)).all():
        if old.code in there:
            continue
        new = YearTarget(
            year=year, code=old.code, clause=old.clause, name=old.name, unit=old.unit, comparison=old.comparison,
            kind=old.kind, policy_code=old.policy_code, rule=old.rule, figure=old.figure,
            reporting_unit_id=old.reporting_unit_id, note=old.note, state=_S.PROPOSED, proposed_value=old.value,
            proposed_document=f"沿用{year - 1}年度：{old.document}"[:200], proposed_by=act.person_id, edited=True,
        )  # fmt: skip
        new.units = [TargetUnit(position=u.position, unit_id=u.unit_id, phrase=u.phrase) for u in old.units]
        act.session.add(new)
        made += 1
    act.session.flush()
    return made


# ---------- what the acts share ----------


def _get(act: Act, target_id: int, version: int | None) -> YearTarget:
    target = act.session.get(YearTarget, target_id)
    if target is None:
        raise NotFound("没有这项年度目标，请从年度目标进入")
    act.check_version(target, version)
    return target


def _propose(target: YearTarget, value: Decimal, document: str, act: Act) -> None:
    if not document.strip():
        raise DomainError("请填写依据文件；没有文件，目标数值不能定", field="document")
    target.proposed_value, target.proposed_document = value, document.strip()[:200]
    target.proposed_by, target.approved_by, target.return_reason = act.person_id, None, ""
    _to(target, _S.PROPOSED)
    act.session.flush()
    act.subject = _named(target)
    act.answer = f"已提出“{words_of(value, target.unit)}”，批准后生效"


def _describe(target: YearTarget, entry: TargetEntry, act: Act) -> None:
    faults = []
    if not entry.name.strip():
        faults.append(DomainError("请填写目标名称", field="name"))
    links = _links(entry.units, act)
    if target.kind.is_reported and not (target.rule or target.figure or target.policy_code):
        if entry.active and entry.reporting_unit_id is None:
            faults.append(DomainError("请选择填报单位；由单位填报的目标须有一个单位报", field="reporting_unit"))
    elif entry.reporting_unit_id is not None:
        faults.append(DomainError("这项目标由系统数据判定，不用选填报单位", field="reporting_unit"))
    refuse_all(faults)
    target.name, target.clause = entry.name.strip()[:120], entry.clause.strip()[:60]
    target.note, target.active = entry.note.strip()[:200], entry.active
    target.reporting_unit_id = entry.reporting_unit_id
    if [(u.unit_id, u.phrase) for u in target.units] != links:
        target.units = []
        act.session.flush()
        target.units = [TargetUnit(position=n, unit_id=u, phrase=p) for n, (u, p) in enumerate(links, 1)]


def _links(names: Sequence[str], act: Act) -> list[tuple[int | None, str]]:
    """The units of these names, in order; what is no unit of the register stays as a phrase."""
    wanted = list(dict.fromkeys(name.strip()[:60] for name in names if name.strip()))
    found = dict(act.session.execute(select(Unit.name, Unit.id).where(Unit.name.in_(wanted))).all())
    return [(found.get(name), "" if name in found else name) for name in wanted]


def _waiting(act: Act, seen: Mapping[int, int]) -> list[YearTarget]:
    found = seen_records(act, YearTarget, seen, "年度目标")
    for target in found:
        if target.state is not _S.PROPOSED:
            raise StepRefused(f"{_named(target)}现在是“{target.state.label}”，没有等待批准的值，请刷新后再看")
    return found


def _to(target: YearTarget, state: TargetState) -> None:
    target.state = state
    target.version += 1


def _named(target: YearTarget) -> str:
    return f"{target.year}年度 {target.code} {target.name}"


def _say(found: Sequence[YearTarget], act: Act) -> None:
    act.session.flush()
    act.subject = "、".join(_named(target) for target in found)[:200]
