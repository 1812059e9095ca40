"""Settlement and its audit, confirmed by the finance bureau; and the end of claims, when all but the retention is paid."""

from __future__ import annotations

from datetime import date

from fundsys.domain.construction import Review
from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, StepRefused
from fundsys.domain.library import PlanState
from fundsys.domain.money import ZERO, Money, exact_wan
from fundsys.domain.projects import ProjectStatus
from fundsys.models.construction import Settlement
from fundsys.models.projects import Project
from fundsys.queries.construction import paid_to, retention_of
from fundsys.services import steps
from fundsys.services.acts import Act
from fundsys.services.library.common import project_for

from .common import P, decide, need, none_waits, open_paper

WHAT = "结算"


def record_settlement(
    project_id: int,
    review: Review,
    asked_amount: Money,
    amount: Money,
    reviewer: str,
    reported_on: date,
    *,
    report_no: str = "",
    remark: str = "",
    papers: steps.Given = steps.NOTHING,
    version: int | None = None,
    act: Act,
) -> Settlement:
    """Enter what a project was settled at. It waits for the finance bureau.

    Raises: StepRefused unless the project is accepted and nothing waits; DomainError for amounts or days that cannot be.
    """
    project = project_for(act, (P.RECORD_ACCEPTANCE,), project_id, version)
    if project.status is not ProjectStatus.ACCEPTED:
        raise StepRefused(f"项目现在是“{project.status.label}”，验收以后才能登记结算")
    none_waits(Settlement, project_id, WHAT, act)
    if amount <= ZERO:
        raise DomainError("审定金额须大于零", field="amount")
    if amount > asked_amount:
        raise DomainError("审定金额不能大于送审金额，请核对", field="amount")
    if reported_on > act.day:
        raise DomainError(f"审核报告日期不能晚于今天 {act.day.isoformat()}", field="reported_on")
    if project.accepted_on and reported_on < project.accepted_on:
        raise DomainError(f"审核报告日期不能早于验收日期 {project.accepted_on.isoformat()}", field="reported_on")
    _not_overpaid(project, amount, act, "amount")
    made = Settlement(
        project_id=project_id,
        review=review,
        asked_amount=asked_amount,
        amount=amount,
        reviewer=need(reviewer, "reviewer", "审核单位")[:80],
        report_no=tidy_document_no(report_no)[:60],
        reported_on=reported_on,
        remark=remark.strip()[:400],
        state=PlanState.SUBMITTED,
        proposed_by=act.person_id,
        proposed_on=act.day,
    )
    act.session.add(made)
    project.version += 1
    act.session.flush()
    steps.keep_given(project, papers, act=act)
    return made


def confirm_settlement(settlement_id: int, *, version: int | None = None, act: Act) -> Settlement:
    """Confirm the settled amount as the finance bureau; the project is settled with its papers there.

    Raises: NotAllowed for an own entry, StepRefused when papers are missing, DomainError when more was paid. Source: F032.
    """
    paper, project = open_paper(Settlement, settlement_id, (P.APPROVE_SETTLED_AMOUNT,), version, WHAT, act)
    _not_overpaid(project, paper.amount, act, None)
    decide(paper, PlanState.APPROVED, act)
    steps.move(project, ProjectStatus.SETTLED, on=paper.reported_on, document_no=paper.report_no, act=act)
    project.settled_on, project.settled_amount = paper.reported_on, paper.amount
    project.version += 1
    act.session.flush()
    return paper


def return_settlement(settlement_id: int, reason: str, *, version: int | None = None, act: Act) -> Settlement:
    """Send a settlement back to whoever entered it. Raises: DomainError, NotAllowed, StepRefused."""
    paper, _ = open_paper(Settlement, settlement_id, (P.APPROVE_SETTLED_AMOUNT,), version, WHAT, act)
    decide(paper, PlanState.RETURNED, act, need(reason, "reason", "退回原因"))
    return paper


def close_claims(
    project_id: int, on: date, *, papers: steps.Given = steps.NOTHING, version: int | None = None, act: Act
) -> Project:
    """Close the claims of a settled project: everything but the retention has been paid, and the vouchers are there.

    Raises: StepRefused, DomainError with what is still to be paid. Source: domain.md 2.4 “支付完毕（留质保金）”.
    """
    project = project_for(act, (P.RECORD_ACCEPTANCE,), project_id, version)
    if project.status is not ProjectStatus.SETTLED or project.settled_amount is None:
        raise StepRefused(f"项目现在是“{project.status.label}”，结算审定以后才能办理报账完结")
    steps.keep_given(project, papers, act=act)
    left = project.settled_amount - paid_to(act.session, project_id) - retention_of(act.session, project)
    if left > ZERO:
        raise DomainError(f"除质保金外还有 {exact_wan(left)} 万元没有支付，付完再办报账完结")
    steps.move(project, ProjectStatus.CLAIMED, on=on, act=act)
    project.version += 1
    act.session.flush()
    return project


def _not_overpaid(project: Project, amount: Money, act: Act, field: str | None) -> None:
    paid = paid_to(act.session, project.id)
    if paid > amount:
        sentence = f"已支付 {exact_wan(paid)} 万元，多于审定金额 {exact_wan(amount)} 万元，请先收回多付的资金"
        raise DomainError(sentence, field=field)
