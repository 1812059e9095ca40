"""Waivers: asked for by the unit concerned with a document and a last day, approved by another person of the county."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, NotFound, StepRefused
from fundsys.domain.kept_checks import WaiverState
from fundsys.domain.rights import Permission, Role, check_approver
from fundsys.domain.rules.base import Severity, rule_called
from fundsys.models.papers import Waiver
from fundsys.queries.findings import findings
from fundsys.queries.row_units import units_of
from fundsys.queries.viewer import Viewer, viewer_of
from fundsys.queries.waivers import TABLE, seen_waivers
from fundsys.services import attachments
from fundsys.services.acts import Act
from fundsys.services.funds.common import need, refuse_all

Files = Sequence[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class WaiverEntry:
    """A waiver as it is asked for. subject: "table:id" of one record, a level (“中央”), or empty for the whole rule."""

    rule: str
    subject: str
    year: int
    reason: str
    document_no: str
    expires_on: date | None


def propose_waiver(entry: WaiverEntry, *, files: Files = (), act: Act) -> Waiver:
    """Ask for a waiver. Raises: NotAllowed; NotFound for a record that is not one's own; DomainError for the rest."""
    who = need(act, Permission.PROPOSE_WAIVER)
    found = rule_called(entry.rule)
    if found is None:
        raise NotFound("没有这条规则，请从规则检查页进入", field="rule")
    if found.severity is Severity.BLOCKER:
        raise DomainError(f"“{found.title}”属于禁止事项，不能豁免，请改正记录", field="rule")
    label, unit = _subject(act, who, found.code, entry)
    faults = []
    for name, value, words in (
        ("reason", entry.reason, "请写明为什么申请豁免"),
        ("document_no", entry.document_no, "请填写依据文件的文号；没有文件不能豁免"),
    ):
        if not value.strip():
            faults.append(DomainError(words, field=name))
    if entry.expires_on is None:
        faults.append(DomainError("请填写豁免的最后一天；豁免都有期限", field="expires_on"))
    elif entry.expires_on < act.day:
        faults.append(DomainError(f"豁免期限不能早于今天 {act.day.isoformat()}", field="expires_on"))
    if _again(act, found.code, entry):
        faults.append(DomainError("同样的豁免已经申请或还在有效期内，不用再申请", field="rule"))
    refuse_all(faults)
    assert entry.expires_on is not None
    made = Waiver(
        rule=found.code,
        subject=entry.subject,
        year=entry.year,
        reason=entry.reason.strip()[:400],
        document_no=tidy_document_no(entry.document_no)[:60],
        expires_on=entry.expires_on,
        proposed_by=act.person_id,
        proposed_on=act.day,
        label=label[:200],
        unit_id=unit,
        state=WaiverState.SUBMITTED,
    )
    act.session.add(made)
    act.session.flush()
    for name, content in files:
        attachments.keep(content, name, TABLE, made.id, act=act, field="papers")
    act.subject = f"{found.code} {made.label or found.title}"[:200]
    return made


def approve_waiver(waiver_id: int, *, version: int | None = None, act: Act) -> Waiver:
    """Approve a waiver: it counts from now to its last day. Raises: NotAllowed for one's own, StepRefused, Stale."""
    row = _waiting(act, waiver_id, version)
    if act.person_id is not None and row.proposed_by is not None:
        check_approver(act.person_id, row.proposed_by)
    if row.expires_on < act.day:
        raise StepRefused(f"申请的期限 {row.expires_on.isoformat()} 已经过了，请退回后重新申请")
    row.state, row.approved_by, row.decided_on = WaiverState.APPROVED, act.person_id, act.day
    row.version += 1
    act.session.flush()
    return row


def return_waiver(waiver_id: int, reason: str, *, version: int | None = None, act: Act) -> Waiver:
    """Send an application back with the reason. Raises: DomainError without one, StepRefused, Stale."""
    row = _waiting(act, waiver_id, version)
    if not reason.strip():
        raise DomainError("请填写不同意的理由", field="reason")
    row.state, row.return_reason, row.decided_on = WaiverState.RETURNED, reason.strip()[:200], act.day
    row.version += 1
    act.session.flush()
    return row


def withdraw_waiver(waiver_id: int, *, version: int | None = None, act: Act) -> Waiver:
    """Take one's own application back before it is decided. Raises: StepRefused, Stale, NotFound."""
    need(act, Permission.PROPOSE_WAIVER)
    row = _get(act, waiver_id, version)
    if row.proposed_by != act.person_id:
        raise StepRefused("只有申请人能撤回自己的申请")
    _must_wait(row)
    row.state = WaiverState.WITHDRAWN
    row.version += 1
    act.session.flush()
    return row


def end_waiver(waiver_id: int, reason: str, *, version: int | None = None, act: Act) -> Waiver:
    """End a waiver that counts, before its last day: the rule judges again from now. Raises: as return_waiver."""
    need(act, Permission.APPROVE_WAIVER)
    row = _get(act, waiver_id, version)
    if row.state is not WaiverState.APPROVED or row.expires_on < act.day:
        raise StepRefused("这项豁免没有在生效，不用终止")
    if not reason.strip():
        raise DomainError("请填写终止豁免的理由", field="reason")
    row.state, row.return_reason = WaiverState.WITHDRAWN, f"提前终止：{reason.strip()}"[:200]
    row.version += 1
    act.session.flush()
    return row


def _subject(act: Act, who: Viewer | None, rule: str, entry: WaiverEntry) -> tuple[str, int | None]:
    """What the waiver is for, in words, and the unit concerned. Raises NotFound for another unit's record."""
    table, colon, key = entry.subject.partition(":")
    if not colon:
        if who is not None and who.role is not Role.FINANCE_ENTRY:
            raise DomainError("整条规则的豁免由财政局申请；请从规则页选自己单位的一条记录申请", field="subject")
        return (f"{entry.subject}部分" if entry.subject else ""), who.unit_id if who else None
    record = (table, int(key)) if key.isdecimal() and len(key) < 10 else ("", 0)
    unit = units_of(act.session, [record]).get(record)
    if unit is None or (who is not None and who.role is not Role.FINANCE_ENTRY and unit != who.unit_id):
        raise NotFound("没有这条记录，或者不是您单位的", field="subject")
    found = rule_called(rule)
    rows = [r for c in findings(act.session, entry.year, rules=[found] if found else []) for r in c.approved.rows]
    row = next((r for r in rows if (r.table, r.id) == record), None)
    if row is None:
        raise NotFound("这条规则没有判定这条记录，不用申请豁免", field="subject")
    return row.label, unit


def _again(act: Act, rule: str, entry: WaiverEntry) -> bool:
    w = Waiver
    same = select(w.id).where(
        w.rule == rule,
        w.subject == entry.subject,
        w.year == entry.year,
        w.state.in_((WaiverState.SUBMITTED, WaiverState.APPROVED)),
        w.expires_on >= act.day,
    )
    return act.session.scalar(same.limit(1)) is not None


def _get(act: Act, waiver_id: int, version: int | None) -> Waiver:
    test = [] if act.person is None else [seen_waivers(viewer_of(act.person))]
    row = act.session.scalars(select(Waiver).where(Waiver.id == waiver_id, *test)).one_or_none()
    if row is None:
        raise NotFound("没有这项豁免，或者不在您的管理范围内")
    act.subject = f"{row.rule} {row.label}".strip()
    act.check_version(row, version)
    return row


def _waiting(act: Act, waiver_id: int, version: int | None) -> Waiver:
    need(act, Permission.APPROVE_WAIVER)
    row = _get(act, waiver_id, version)
    _must_wait(row)
    return row


def _must_wait(row: Waiver) -> None:
    if row.state is not WaiverState.SUBMITTED:
        raise StepRefused(f"这项豁免现在是“{row.state.label}”，不能再这样办理，请刷新后再看")
