"""Taking a submission back before anybody has decided it: one way for everything that one person enters and another decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fundsys.domain.errors import DomainError, NotFound, Stale, StepRefused
from fundsys.domain.funds import MoneyState, PeriodState
from fundsys.domain.library import PlanState
from fundsys.domain.rights import Permission
from fundsys.domain.stocktakes import TreatmentState
from fundsys.domain.work_relief import ReliefState
from fundsys.models.construction import Acceptance, Extension, Settlement
from fundsys.models.desk import AccountingPeriod, Contract
from fundsys.models.funds import Allocation, AllotmentNotice, Correction, Disbursement, LinePosting, Payment
from fundsys.models.library import LibraryEntry, PlanProposal, ProjectChange
from fundsys.models.maintenance import MaintenancePosting
from fundsys.models.office import PolicyValue
from fundsys.models.stocktakes import CountTreatment
from fundsys.models.work_relief import ReliefPlan
from fundsys.services import policy_documents, publicity, target_reports, waivers, yearly_targets
from fundsys.services.acts import Act
from fundsys.services.construction.common import open_paper
from fundsys.services.funds import request_states, requests
from fundsys.services.funds.common import each, need, own_entry, step
from fundsys.services.funds.returns import refuse_made_carryover
from fundsys.services.industry import decisions
from fundsys.services.library import changes, plans, proposals
from fundsys.services.matters.steps import recall_matter
from fundsys.services.work_relief.common import own_paper, to
from fundsys.services.work_relief.rosters import recall_roster

RECALLED = "录入人撤回"
_P = Permission
_M = MoneyState


def recall(chosen: Mapping[tuple[str, int], tuple[int, str]], *, act: Act) -> int:
    """Take back what the person acting handed over: (table, id) → (version seen, its name); all of it or none.

    Raises: Refusals naming each record that cannot be taken back, Stale, NotFound.
    """
    if not chosen:
        raise DomainError("请先勾选要撤回的事项")

    def back(item: tuple[tuple[str, int], tuple[int, str]]) -> None:
        (name, row_id), (version, _) = item
        way = _WAYS.get(name)
        if way is None:
            raise NotFound("没有这项提交，请刷新后再看")
        way(row_id, version, act)

    each(chosen.items(), lambda item: item[1][1], back)
    act.session.flush()
    act.subject = "、".join(name for _, name in chosen.values())[:200]
    act.answer = f"已撤回 {len(chosen)} 项"
    return len(chosen)


def recall_one(name: str, row_id: int, version: int, *, act: Act) -> None:
    """Take one record back. Raises: StepRefused, NotAllowed, NotFound, Stale."""
    recall({(name, row_id): (version, "")}, act=act)


def _get(act: Act, table: type[Any], row_id: int, version: int, right: Permission) -> Any:
    need(act, right)
    record = act.session.get(table, row_id)
    if record is None:
        raise NotFound("没有这项提交，请刷新后再看")
    own_entry(act, getattr(record, "proposed_by", None) if table is PolicyValue else record.entered_by)
    if record.version != version:
        raise Stale("这条记录在您打开之后有变化，没有撤回，请刷新后再看", theirs={}, mine={})
    return record


def _money(table: type[Any], right: Permission, word: str) -> Callable[[int, int, Act], None]:
    """A money record goes back to its enterer's desk; an entry that corrects another is given up."""

    def back(row_id: int, version: int, act: Act) -> None:
        record = _get(act, table, row_id, version, right)
        if getattr(record, "correction_id", None):
            raise StepRefused("这笔分配属于一份调整或收回，请撤回那一份")
        if record.state is not _M.SUBMITTED:
            raise StepRefused(f"{word}现在是“{record.state.label}”，不能撤回，请刷新后再看")
        if table is AllotmentNotice:
            refuse_made_carryover(record)
        if getattr(record, "corrects_id", None) or table is LinePosting:
            step(record, _M.RETURNED, word)
            record.return_reason = RECALLED
        else:
            step(record, _M.DRAFT, word)
        act.session.flush()
        if table is Payment:
            request_states.follow([record.request_id], act=act)
        if table is Correction:
            for entry in record.entries:
                step(entry, _M.DRAFT, word)

    return back


def _contract(row_id: int, version: int, act: Act) -> None:
    contract = _get(act, Contract, row_id, version, _P.RECORD_CONTRACT)
    if contract.state is not _M.SUBMITTED:
        raise StepRefused(f"合同现在是“{contract.state.label}”，不能撤回，请刷新后再看")
    step(contract, _M.DRAFT, "合同")


def _period(row_id: int, version: int, act: Act) -> None:
    period = _get(act, AccountingPeriod, row_id, version, _P.CLOSE_PERIOD)
    if period.state is not PeriodState.SUBMITTED:
        raise StepRefused(f"{period.year}年{period.month}月现在是“{period.state.label}”，不能撤回，请刷新后再看")
    period.state, period.reopen_reason = PeriodState.REOPENED, RECALLED
    period.version += 1


def _policy(row_id: int, version: int, act: Act) -> None:
    row = _get(act, PolicyValue, row_id, version, _P.EDIT_POLICY)
    if row.state != "proposed":
        raise StepRefused("这一项没有等待批准的值，请刷新后再看")
    row.proposed_value, row.proposed_document, row.state = None, "", "approved"
    row.version += 1


def _proposal(row_id: int, version: int, act: Act) -> None:
    entry = act.session.get(LibraryEntry, row_id)
    if entry is None or entry.version != version:
        raise StepRefused("这份申报有变化，没有撤回，请刷新后再看")
    proposals.withdraw_proposal(entry.project_id, act=act)


def _plan(row_id: int, version: int, act: Act) -> None:
    _mine(act, PlanProposal, row_id)
    plans.withdraw_proposal_for_plan(row_id, version=version, act=act)


def _change(row_id: int, version: int, act: Act) -> None:
    _mine(act, ProjectChange, row_id)
    changes.withdraw_change(row_id, version=version, act=act)


def _mine(act: Act, table: type[Any], row_id: int) -> None:
    found = act.session.get(table, row_id)
    own_entry(act, found.proposed_by if found else None)


def _class(row_id: int, version: int, act: Act) -> None:
    decisions.withdraw_proposal(row_id, version=version, act=act)


def _request(row_id: int, version: int, act: Act) -> None:
    requests.withdraw_request(row_id, version=version, act=act)


def _public(row_id: int, version: int, act: Act) -> None:
    publicity.recall_public(row_id, version=version, act=act)


def _proposed(table: type[Any], right: Permission, word: str) -> Callable[[int, int, Act], None]:
    """A paper of construction is given up by the one who proposed it."""

    def back(row_id: int, version: int, act: Act) -> None:
        paper, _ = open_paper(table, row_id, (right,), version, word, act)
        own_entry(act, paper.proposed_by)
        paper.state, paper.version = PlanState.WITHDRAWN, paper.version + 1

    return back


def _relief_plan(row_id: int, version: int, act: Act) -> None:
    plan: ReliefPlan = own_paper(act, ReliefPlan, row_id, version, "以工代赈方案")
    if plan.state is not ReliefState.SUBMITTED:
        raise StepRefused(f"这份以工代赈方案现在是“{plan.state.label}”，不能撤回，请刷新后再看")
    to(plan, ReliefState.DRAFT, act)


def _roster(row_id: int, version: int, act: Act) -> None:
    recall_roster(row_id, version=version, act=act)


def _matter(row_id: int, version: int, act: Act) -> None:
    recall_matter(row_id, version=version, act=act)


def _upkeep(row_id: int, version: int, act: Act) -> None:
    posting = act.session.get(MaintenancePosting, row_id)
    if posting is None:
        raise NotFound("没有这项提交，请刷新后再看")
    own_entry(act, posting.entered_by)
    if posting.version != version:
        raise Stale("这条记录在您打开之后有变化，没有撤回，请刷新后再看", theirs={}, mine={})
    if posting.state is not _M.SUBMITTED:
        raise StepRefused(f"这笔管护经费现在是“{posting.state.label}”，不能撤回，请刷新后再看")
    step(posting, _M.RETURNED, "这笔管护经费")
    posting.return_reason = RECALLED


def _treatment(row_id: int, version: int, act: Act) -> None:
    treatment = act.session.get(CountTreatment, row_id)
    if treatment is None:
        raise NotFound("没有这项提交，请刷新后再看")
    own_entry(act, treatment.proposed_by)
    if treatment.version != version:
        raise Stale("这条记录在您打开之后有变化，没有撤回，请刷新后再看", theirs={}, mine={})
    if treatment.state is not TreatmentState.PROPOSED:
        raise StepRefused(f"这项处理意见现在是“{treatment.state.label}”，不能撤回，请刷新后再看")
    treatment.state, treatment.return_reason = TreatmentState.RETURNED, RECALLED
    treatment.version += 1


def _target(row_id: int, version: int, act: Act) -> None:
    yearly_targets.recall_target(row_id, version=version, act=act)


def _target_report(row_id: int, version: int, act: Act) -> None:
    target_reports.recall_report(row_id, version=version, act=act)


def _policy_document(row_id: int, version: int, act: Act) -> None:
    policy_documents.recall_document(row_id, version=version, act=act)


def _waiver(row_id: int, version: int, act: Act) -> None:
    waivers.withdraw_waiver(row_id, version=version, act=act)


_WAYS: dict[str, Callable[[int, int, Act], None]] = {
    "count_treatment": _treatment,
    "allotment_notice": _money(AllotmentNotice, _P.REGISTER_NOTICE, "指标文"),
    "allocation": _money(Allocation, _P.ALLOCATE, "分配"),
    "disbursement": _money(Disbursement, _P.DISBURSE, "拨付"),
    "payment": _money(Payment, _P.PAY, "支付"),
    "correction": _money(Correction, _P.REVERSE, "调整收回"),
    "line_posting": _money(LinePosting, _P.REVERSE, "退回登记"),
    "contract": _contract,
    "payment_request": _request,
    "accounting_period": _period,
    "policy_value": _policy,
    "library_entry": _proposal,
    "plan_proposal": _plan,
    "project_change": _change,
    "class_decision": _class,
    "public_notice": _public,
    "acceptance": _proposed(Acceptance, _P.RECORD_ACCEPTANCE, "验收"),
    "settlement": _proposed(Settlement, _P.RECORD_ACCEPTANCE, "结算"),
    "extension": _proposed(Extension, _P.UPDATE_PROGRESS, "工期延期"),
    "relief_plan": _relief_plan,
    "relief_roster": _roster,
    "asset_matter": _matter,
    "maintenance_posting": _upkeep,
    "year_target": _target,
    "target_report": _target_report,
    "policy_document": _policy_document,
    "waiver": _waiver,
}
"""How each kind of reviewed record is taken back."""


def can_recall(name: str) -> bool:
    """Whether records of this table can be taken back here."""
    return name in _WAYS
