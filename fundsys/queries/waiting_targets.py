"""What waits around yearly targets and policy documents: reports owed, returned or to confirm, figures and papers to approve."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundsys.domain.policy_documents import DocumentState
from fundsys.domain.rights import Permission
from fundsys.domain.yearly_targets import ReportState, TargetState, due_on, month_due, month_ended
from fundsys.models.policy_documents import PolicyDocument
from fundsys.models.yearly_targets import TargetReport, YearTarget
from fundsys.queries.kept import kept
from fundsys.queries.money_facts import days_of, policy_of
from fundsys.queries.target_reports import OwedReport, duties, owed, reports
from fundsys.queries.viewer import Viewer
from fundsys.queries.yearly_targets import REPORT_DAY

Told = tuple[str, int, date | datetime | None, str, str, str]
"""Kind, id (0 for a list), since when or until when, title, why, the words before the days."""
READ_FROM = frozenset({"year_target", "target_report", "policy_value", "unit", "attachment"})
_P = Permission


def targets_waiting(session: Session, who: Viewer, year: int, today: date) -> Iterator[Told]:
    """What of it this person can move on."""
    if who.can(_P.REPORT_TARGET):
        yield from _to_report(session, who, year, today)
    if who.can(_P.APPROVE_TARGET):
        yield from _to_confirm(session, year, today)
    if who.can(_P.APPROVE_POLICY):
        count = session.scalar(select(func.count()).where(YearTarget.state == TargetState.PROPOSED))
        if count:
            yield "confirm_targets", 0, None, f"年度目标 {count} 项待批准", "核对数值和依据文件后批准或退回", ""
        since = select(func.count(), func.min(PolicyDocument.submitted_at)).where(
            PolicyDocument.state == DocumentState.SUBMITTED
        )
        papers, first = session.execute(since).one()
        if papers:
            yield "policy_documents", 0, first, f"政策文件 {papers} 份待确认", "核对文号、有效期和扫描件", "已等"


def _to_report(session: Session, who: Viewer, year: int, today: date) -> Iterator[Told]:
    r = TargetReport
    back = (
        select(r.id, r.number, YearTarget.name, r.reviewed_at, r.return_reason)
        .join(YearTarget, r.target_id == YearTarget.id)
        .where(r.unit_id == who.unit_id, r.state == ReportState.RETURNED)
        .order_by(r.id)
    )
    for key, number, name, at, reason in session.execute(back):
        yield "target_report", key, at, f"{number} 目标月报退回待改", f"{name}：{reason}", "已退回"
    month = month_ended(year, today)
    missing = [o for o in owed_now(session, year, month, who.unit_id) if o.is_missing] if month else []
    if missing:
        title = f"{month}月目标月报 {len(missing)} 项未报"
        yield "target_reports", month, missing[0].due_on, title, "填累计完成数、文字和佐证，报主管部门确认", ""


def _to_confirm(session: Session, year: int, today: date) -> Iterator[Told]:
    r = TargetReport
    count, since = session.execute(
        select(func.count(), func.min(r.submitted_at)).where(r.state == ReportState.SUBMITTED)
    ).one()
    if count:
        yield "review_target_reports", 0, since, f"目标月报待确认 {count} 份", "核对数字和佐证后确认或退回", "已等"
    month = month_due(year, today, days_of(policy_of(session, year), REPORT_DAY))
    late = [o for o in owed_now(session, year, month) if o.is_missing] if month else []
    if late:
        units = len({o.duty.unit_id for o in late})
        title = f"{month}月目标月报 {units} 个单位 {len(late)} 项逾期未报"
        yield "late_targets", month, late[0].due_on, title, "催报，或在月调度表上通报", ""


def owed_now(session: Session, year: int, month: int, unit_id: int | None = None) -> list[OwedReport]:
    """What is owed for a month of a year, by one unit or by all."""

    def read() -> list[OwedReport]:
        who_owes = duties(session, year, unit_id)
        if not who_owes:
            return []
        day = days_of(policy_of(session, year), REPORT_DAY)
        there = reports(session, year, TargetReport.target_id.in_([d.target_id for d in who_owes]))
        return owed(year, month, day, who_owes, there)

    return kept(session, ("owed targets", year, month, unit_id), READ_FROM, read)


def last_day(session: Session, year: int, month: int) -> date:
    """The last day, inclusive, on which a month's report is in time."""
    return due_on(year, month, days_of(policy_of(session, year), REPORT_DAY))
