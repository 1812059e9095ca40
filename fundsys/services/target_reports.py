"""Acts on monthly reports of targets: written and handed over by the reporting unit, confirmed by the lead bureau, corrected by a new row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from fundsys.domain.errors import DomainError, NotFound, StepRefused
from fundsys.domain.rights import Permission
from fundsys.domain.yearly_targets import OPEN_REPORTS, ReportState, rhythm_of
from fundsys.models.papers import Attachment
from fundsys.models.yearly_targets import TargetReport, YearTarget
from fundsys.queries.target_reports import TABLE
from fundsys.queries.viewer import Viewer
from fundsys.services import attachments
from fundsys.services.acts import Act
from fundsys.services.funds.common import each, need, refuse_all, second_person, seen_records
from fundsys.services.numbers import next_numbers

WORD = "月报"
Files = Sequence[tuple[str, bytes]]
_S = ReportState
_P = Permission


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """A report as it is typed. figure: reached since the year began; held_on: the day something was held.

    strikes: of a correction that only strikes the earlier report out.
    """

    month: int
    figure: Decimal | None = None
    held_on: date | None = None
    document_no: str = ""
    words: str = ""
    problem: str = ""
    next_step: str = ""
    strikes: bool = False


def draft_report(target_id: int, entry: ReportEntry, *, files: Files = (), act: Act) -> TargetReport:
    """Draft a report of the own unit. Raises: NotAllowed; NotFound for a target of another unit; Refusals."""
    target, who = _own_target(act, target_id)
    made = TargetReport(target_id=target.id, unit_id=target.reporting_unit_id, entered_by=act.person_id, month=0)
    refuse_all(_faults(target, entry, made, act))
    _write(made, entry)
    act.session.add(made)
    act.session.flush()
    _keep(made, files, act)
    act.subject = _named(target, made)
    return made


def correct_report(report_id: int, entry: ReportEntry, *, files: Files = (), act: Act) -> TargetReport:
    """Draft the correction of a confirmed report: a new row that takes its place once it is confirmed.

    Raises: StepRefused for a report that is not confirmed, or is being corrected already.
    """
    old, target = _own(act, report_id, None)
    if old.state is not _S.APPROVED:
        raise StepRefused(f"这份月报现在是“{old.state.label}”，已确认的才用更正，没有确认的直接修改")
    if act.session.scalar(select(TargetReport.id).where(TargetReport.replaces_id == old.id)) is not None:
        raise StepRefused("这份月报已有一份更正，请在那一份上办理")
    made = TargetReport(
        target_id=target.id, unit_id=old.unit_id, entered_by=act.person_id, replaces_id=old.id, month=old.month
    )
    refuse_all(_faults(target, entry, made, act))
    _write(made, entry)
    act.session.add(made)
    act.session.flush()
    _keep(made, files, act)
    act.subject = f"更正 {_named(target, old)}"
    return made


def edit_report(
    report_id: int, entry: ReportEntry, *, files: Files = (), version: int | None = None, act: Act
) -> TargetReport:
    """Change a draft, or a report that came back. Raises: as draft_report; Stale; StepRefused."""
    report, target = _own(act, report_id, version)
    if report.state not in OPEN_REPORTS:
        raise StepRefused(f"这份月报现在是“{report.state.label}”，不能修改；已确认的用更正")
    refuse_all(_faults(target, entry, report, act))
    _write(report, entry)
    report.version += 1
    act.session.flush()
    _keep(report, files, act)
    act.subject = _named(target, report)
    return report


def submit_report(report_id: int, *, version: int | None = None, act: Act) -> TargetReport:
    """Hand a report to the lead bureau; the first time it gets its number. Raises: Refusals with what is missing."""
    report, target = _own(act, report_id, version)
    if report.state not in OPEN_REPORTS:
        raise StepRefused(f"这份月报现在是“{report.state.label}”，不用再提交，请刷新后再看")
    papers = select(func.count()).where(Attachment.table_name == TABLE, Attachment.row_id == report.id)
    if not report.strikes and not act.session.scalar(papers) and (report.figure or report.held_on):
        raise DomainError("请附佐证材料（照片、统计表或纪要扫描件），再提交", field="papers")
    if report.number is None:
        (report.number,) = next_numbers(act.session, TargetReport.number, WORD, act.day.year, 1)
    report.submitted_at, report.return_reason, report.entered_by = act.at, "", act.person_id
    report.reviewed_by = report.reviewed_at = None
    _to(report, _S.SUBMITTED)
    act.session.flush()
    act.subject = _named(target, report)
    return report


def recall_report(report_id: int, *, version: int | None = None, act: Act) -> TargetReport:
    """Take back a report nobody has confirmed yet. Raises: StepRefused, Stale."""
    report, target = _own(act, report_id, version)
    if report.state is not _S.SUBMITTED:
        raise StepRefused(f"这份月报现在是“{report.state.label}”，不能撤回，请刷新后再看")
    _to(report, _S.DRAFT)
    act.subject = _named(target, report)
    return report


def delete_report(report_id: int, *, version: int | None = None, act: Act) -> int:
    """Remove a draft that was never handed over; a numbered one stays, so that no number is missing.

    Returns the id of the target it told of, which the act answers too.
    """
    report, target = _own(act, report_id, version)
    if report.state not in OPEN_REPORTS or report.number is not None:
        raise StepRefused("已编号的月报不能删除；不再需要的可以留作草稿")
    act.subject, act.answer = _named(target, report), str(target.id)
    act.session.delete(report)
    act.session.flush()
    return target.id


def approve_reports(seen: Mapping[int, int], *, act: Act) -> list[TargetReport]:
    """Confirm reports as they were seen, all of them or none, by a person who entered none of them.

    Raises: NotAllowed for an own entry, naming it; Stale; StepRefused.
    """
    need(act, _P.APPROVE_TARGET)
    found = _waiting(act, seen)
    each(found, lambda report: report.number or "", lambda report: second_person(act, report.entered_by))
    for report in found:
        report.reviewed_by, report.reviewed_at, report.return_reason = act.person_id, act.at, ""
        _to(report, _S.APPROVED)
    act.subject = "、".join(report.number or "" for report in found)[:200]
    return found


def return_reports(seen: Mapping[int, int], reason: str, *, act: Act) -> list[TargetReport]:
    """Send reports back to their units with a reason, all of them or none. Raises: DomainError, NotAllowed, Stale."""
    need(act, _P.APPROVE_TARGET)
    if not reason.strip():
        raise DomainError("请填写退回原因，填报单位才知道改哪里", field="reason")
    found = _waiting(act, seen)
    for report in found:
        report.return_reason = reason.strip()[:200]
        report.reviewed_by, report.reviewed_at = act.person_id, act.at
        _to(report, _S.RETURNED)
    act.subject = "、".join(report.number or "" for report in found)[:200]
    return found


# ---------- what the acts share ----------


def _own_target(act: Act, target_id: int) -> tuple[YearTarget, Viewer | None]:
    """A target the unit of the person acting reports. Raises: NotFound, StepRefused."""
    who = need(act, _P.REPORT_TARGET)
    target = act.session.get(YearTarget, target_id)
    if target is None or (who is not None and target.reporting_unit_id != who.unit_id):
        raise NotFound("没有这项由本单位填报的目标，请从年度目标进入")
    if target.confirmed_on is None or not target.active or target.reporting_unit_id is None:
        raise StepRefused("这项目标还没有批准或已停用，不用填报")
    return target, who


def _own(act: Act, report_id: int, version: int | None) -> tuple[TargetReport, YearTarget]:
    who = need(act, _P.REPORT_TARGET)
    report = act.session.get(TargetReport, report_id)
    if report is None or (who is not None and report.unit_id != who.unit_id):
        raise NotFound("没有这份目标月报，请从年度目标进入")
    act.check_version(report, version)
    return report, act.session.get_one(YearTarget, report.target_id)


def _faults(target: YearTarget, entry: ReportEntry, report: TargetReport, act: Act) -> list[DomainError]:
    """What keeps a report from being written, all at once."""
    if entry.strikes:
        return [] if report.replaces_id else [DomainError("只有更正才能撤销原报告", field="strikes")]
    faults = []
    rhythm = rhythm_of(target.kind, target.unit)
    first = date(target.year, entry.month, 1)
    if first > act.day:
        faults.append(DomainError(f"{entry.month}月还没有到，不能填报", field="month"))
    if rhythm is None:
        if entry.held_on is not None:
            faults.append(DomainError("这项目标报累计完成数，不报开展日期", field="held_on"))
        if entry.figure is None:
            faults.append(DomainError("请填写年初至本月末的累计完成数", field="figure"))
    elif entry.held_on is None and entry.figure is None:
        faults.append(DomainError("请填写开展日期；本期没有开展的，完成数填 0", field="held_on"))
    elif entry.held_on is None and entry.figure:
        faults.append(DomainError("开展了的请填开展日期，一次一份；完成数只在没有开展时填 0", field="figure"))
    elif entry.held_on is not None:
        faults += _held_faults(target, entry, act)
    if entry.figure is not None and entry.figure < 0:
        faults.append(DomainError("完成数不能小于 0", field="figure"))
    return faults + _twice(target, entry, report, act)


def _held_faults(target: YearTarget, entry: ReportEntry, act: Act) -> list[DomainError]:
    held, faults = entry.held_on, []
    assert held is not None
    if entry.figure is not None:
        faults.append(DomainError("开展日期和完成数只填一项", field="figure"))
    if held > act.day:
        faults.append(DomainError("开展日期不能在今天以后", field="held_on"))
    if (held.year, held.month) != (target.year, entry.month):
        faults.append(DomainError(f"开展日期须在 {target.year} 年 {entry.month} 月内", field="held_on"))
    if not entry.document_no.strip():
        faults.append(DomainError("请填写纪要文号或通知文号", field="document_no"))
    return faults


def _twice(target: YearTarget, entry: ReportEntry, report: TargetReport, act: Act) -> list[DomainError]:
    """A second figure for the same month is a correction, not another report; the same meeting is told once."""
    r = TargetReport
    query = select(r).where(r.target_id == target.id, r.month == entry.month, ~r.strikes)
    if report.id is not None:
        query = query.where(r.id != report.id)
    gone = set(act.session.scalars(select(r.replaces_id).where(r.target_id == target.id, r.replaces_id.is_not(None))))
    for other in act.session.scalars(query):
        if other.id in gone or other.id == report.replaces_id:
            continue
        if entry.held_on is None and other.held_on is None:
            word = "请在那一份上更正" if other.state is _S.APPROVED else "请在那一份上修改"
            return [DomainError(f"{entry.month}月已有一份月报{other.number or '（草稿）'}，{word}", field="month")]
        if (
            entry.held_on is not None
            and other.held_on == entry.held_on
            and other.document_no == entry.document_no.strip()
        ):
            return [
                DomainError(f"{entry.held_on.isoformat()}的这一次已报过（{other.number or '草稿'}）", field="held_on")
            ]
    return []


def _write(report: TargetReport, entry: ReportEntry) -> None:
    report.month, report.strikes = entry.month, entry.strikes
    report.figure = None if entry.strikes else entry.figure
    report.held_on = None if entry.strikes else entry.held_on
    report.document_no, report.words = entry.document_no.strip()[:60], entry.words.strip()[:400]
    report.problem, report.next_step = entry.problem.strip()[:200], entry.next_step.strip()[:200]


def _keep(report: TargetReport, files: Files, act: Act) -> None:
    for name, content in files:
        attachments.keep(content, name, TABLE, report.id, act=act, field="papers")


def _waiting(act: Act, seen: Mapping[int, int]) -> list[TargetReport]:
    found = seen_records(act, TargetReport, seen, "目标月报")
    for report in found:
        if report.state is not _S.SUBMITTED:
            raise StepRefused(f"{report.number}现在是“{report.state.label}”，不在待确认里，请刷新后再看")
    return found


def _to(report: TargetReport, state: ReportState) -> None:
    report.state = state
    report.version += 1


def _named(target: YearTarget, report: TargetReport) -> str:
    return f"{target.code} {target.name} {report.month}月"
