"""Thresholds and bases of a year: one person proposes with a document, another approves; until then nothing changes."""

from __future__ import annotations

from sqlalchemy import select

from fundsys import store
from fundsys.domain.errors import DomainError, NotFound, StepRefused
from fundsys.domain.policy import BadThreshold, Policy, Threshold
from fundsys.domain.rights import Permission, check_approver
from fundsys.models.office import PolicyValue
from fundsys.queries.viewer import require, viewer_of
from fundsys.services.acts import Act
from fundsys.services.reference import HOME, open_year

APPROVED, PROPOSED = "approved", "proposed"


def propose_value(
    year: int, code: str, text: str, document: str, *, act: Act, version: int | None = None
) -> PolicyValue:
    """Propose a value for a year, on the strength of a document. The value in force stays until somebody else approves.

    text: as people write it (“65%”, “123”, “是”). Raises: NotAllowed, NotFound, Stale; DomainError at `text` or
    `document`.
    """
    _require(Permission.EDIT_POLICY, act)
    kind = kind_of(code)
    if not kind.editable:
        raise DomainError(f"“{kind.label}”由条款写死，不能改", field="text")
    if not document.strip():
        raise DomainError("请填写依据文件；没有文件，阈值和口径不能改", field="document")
    try:
        stored = kind.write(kind.read(text))
    except BadThreshold as error:
        raise DomainError(error.message, field="text") from None
    row = act.session.scalars(
        select(PolicyValue).where(PolicyValue.year == year, PolicyValue.code == code)
    ).one_or_none()
    if row is None:
        row = PolicyValue(year=year, code=code, value="", clause=kind.clause, document="", version=0)
        act.session.add(row)
    else:
        act.check_version(row, version)
    if row.value and kind.read(row.value) == kind.read(stored) and document.strip() == row.document:
        raise DomainError(f"与现行值“{kind.show(kind.read(stored))}”相同，不用提出", field="text")
    row.proposed_value, row.proposed_document = stored, document.strip()
    row.proposed_by, row.approved_by, row.state = act.person_id, None, PROPOSED
    row.version += 1
    act.session.flush()
    act.subject = f"{year}年度 {kind.label}"
    act.answer = f"已提出“{kind.show(kind.read(stored))}”，批准后生效"
    return row


def approve_value(value_id: int, *, act: Act, version: int | None = None) -> PolicyValue:
    """Put a proposed value into force. Raises: NotAllowed (also for the proposer), NotFound, Stale, StepRefused."""
    _require(Permission.APPROVE_POLICY, act)
    row, kind = _proposed(value_id, act, version)
    if act.person_id is not None and row.proposed_by is not None:
        check_approver(act.person_id, row.proposed_by)
    row.value, row.document = row.proposed_value or "", row.proposed_document
    row.proposed_value, row.proposed_document = None, ""
    row.state, row.edited, row.approved_by = APPROVED, True, act.person_id
    row.version += 1
    act.subject = f"{row.year}年度 {kind.label}"
    act.answer = f"“{kind.label}”自即时起为“{kind.show(kind.read(row.value))}”"
    return row


def refuse_value(value_id: int, reason: str, *, act: Act, version: int | None = None) -> PolicyValue:
    """Turn a proposal down with a reason; the value in force stays. Raises: as approve_value, and without a reason."""
    _require(Permission.APPROVE_POLICY, act)
    if not reason.strip():
        raise DomainError("请填写不同意的理由", field="reason")
    row, kind = _proposed(value_id, act, version)
    row.proposed_value, row.proposed_document, row.state = None, "", APPROVED
    row.version += 1
    act.subject = f"{row.year}年度 {kind.label}：{reason.strip()}"[:200]
    act.answer = "没有同意，现行值不变"
    return row


def open_policy_year(year: int, *, act: Act) -> int:
    """Give a year the values its clauses speak of, where it has none yet. Returns how many."""
    _require(Permission.EDIT_POLICY, act)
    there = act.session.scalar(select(PolicyValue.id).where(PolicyValue.year == year).limit(1))
    if there is not None:
        raise StepRefused(f"{year}年度已有阈值和口径，不用再开")
    made = open_year(act.session, year, home=store.current_county() == HOME)
    act.subject = f"{year}年度"
    act.answer = f"{year}年度有阈值和口径 {made} 项；条款没有写明这一年的，请逐项提出"
    return made


def kind_of(code: str) -> Threshold[object]:
    """The kind of threshold with this code. Raises NotFound."""
    found = Policy.kinds().get(code)
    if found is None:
        raise NotFound(f"没有“{code}”这种阈值或口径")
    return found


def _require(permission: Permission, act: Act) -> None:
    require(viewer_of(act.person) if act.person else None, permission)


def _proposed(value_id: int, act: Act, version: int | None) -> tuple[PolicyValue, Threshold[object]]:
    row = act.session.get(PolicyValue, value_id)
    if row is None:
        raise NotFound("没有这项阈值或口径")
    act.check_version(row, version)
    if row.state != PROPOSED or row.proposed_value is None:
        raise StepRefused("这一项没有等待批准的值，请刷新后再看")
    return row, kind_of(row.code)
