"""Opening a year: values of the year before to confirm, balances carried over with their origin, the year at work moves on."""

from __future__ import annotations

from sqlalchemy import select

from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, StepRefused
from fundsys.domain.funds import LineEntryKind, MoneyState, NoticeKind
from fundsys.domain.money import exact_wan, total
from fundsys.domain.rights import Permission
from fundsys.models.desk import WorkYear
from fundsys.models.funds import AllotmentLine, AllotmentNotice, FundSource, LinePosting
from fundsys.models.office import County, PolicyValue
from fundsys.queries import years as queries
from fundsys.services.acts import Act
from fundsys.services.yearly_targets import copy_targets

from .common import need, step
from .periods import refuse_closed


def open_work_year(year: int, document_no: str, *, act: Act) -> WorkYear:
    """Open a year for work. Repeating it adds what is missing and hands a returned carry-over in again.

    Only unallocated balances are carried over; what projects have been given stays on its old line and is paid from it.
    The carry-over notice and the postings on the old lines wait for a second person as one.
    Raises: DomainError for a year that is neither the next nor the one at work, and without a document number.
    """
    need(act, Permission.OPEN_YEAR)
    county = act.session.scalars(select(County)).one()
    opened = act.session.scalars(select(WorkYear).where(WorkYear.year == year)).one_or_none()
    if opened is None and year != county.work_year + 1:
        raise DomainError(f"现在的工作年度是{county.work_year}年，只能开启{county.work_year + 1}年", field="year")
    number = tidy_document_no(document_no) or (opened.document_no if opened else "")
    if not number:
        raise DomainError("请填写开启年度的依据文号，它也是结转指标文的文号", field="document_no")
    if opened is None:
        opened = WorkYear(year=year, opened_on=act.day, opened_by=act.person_id, document_no=number)
        act.session.add(opened)
        act.session.flush()
    proposed = _propose_values(year, act)
    targets = copy_targets(year, act=act)
    carried = _carry_over(opened, act)
    if county.work_year < year:
        county.work_year = year
        county.version += 1
    act.session.flush()
    act.subject = f"{year}年度"
    parts = [f"已开启{year}年度"] if proposed or targets or carried else [f"{year}年度已经开启，没有要补的"]
    parts += [f"沿用上年的阈值和口径 {proposed} 项，等待批准"] if proposed else []
    parts += [f"沿用上年的年度目标 {targets} 项，等待批准"] if targets else []
    parts += [f"{carried}，等待复核"] if carried else []
    act.answer = "；".join(parts)
    return opened


def _propose_values(year: int, act: Act) -> int:
    """Copy the values of the year before as proposals; nothing is in force before somebody approves it. Returns how many."""
    found = queries.proposals_for(act.session, year)
    for proposal in found:
        act.session.add(
            PolicyValue(
                year=year,
                code=proposal.code,
                value="",
                clause=proposal.clause,
                document="",
                proposed_value=proposal.value,
                proposed_document=proposal.document,
                proposed_by=act.person_id,
                state="proposed",
            )
        )
    return len(found)


def _carry_over(opened: WorkYear, act: Act) -> str:
    """Carry unallocated balances into the year's notice; what it did, in words, empty when there was nothing to do."""
    notice = act.session.get(AllotmentNotice, opened.carryover_notice_id) if opened.carryover_notice_id else None
    if notice is not None and notice.state in (MoneyState.SUBMITTED, MoneyState.APPROVED):
        return ""
    if notice is not None:
        _clear(notice, act)
    balances = queries.balances_before(act.session, opened.year)
    if not balances:
        return ""
    refuse_closed(act, act.day)
    source = act.session.scalars(select(FundSource.id).where(FundSource.code == queries.CARRIED_SOURCE)).one()
    amount = total(b.amount for b in balances)
    if notice is None:
        notice = _notice(opened, act)
    notice.stated_total, notice.issued_on, notice.received_on = amount, act.day, act.day
    for place, balance in enumerate(balances, 1):
        act.session.add(
            AllotmentLine(
                notice_id=notice.id,
                position=place,
                source_id=source,
                amount=balance.amount,
                origin_id=balance.line_id,
                remark=f"结转自{balance.notice_no} {balance.source}"[:200],
            )
        )
        act.session.add(
            LinePosting(
                line_id=balance.line_id,
                kind=LineEntryKind.CARRYOVER,
                amount=-balance.amount,
                decided_on=act.day,
                document_no=notice.document_no,
                reason=f"未分配余额结转{opened.year}年度",
                state=MoneyState.SUBMITTED,
                submitted_at=act.at,
                entered_by=act.person_id,
            )
        )
    step(notice, MoneyState.SUBMITTED, "结转指标文")
    notice.submitted_at, notice.entered_by, notice.reviewed_by, notice.return_reason = act.at, act.person_id, None, ""
    opened.carryover_notice_id = notice.id
    act.session.flush()
    return f"结转 {len(balances)} 条指标的未分配余额 {exact_wan(amount)} 万元"


def _notice(opened: WorkYear, act: Act) -> AllotmentNotice:
    same = act.session.scalar(select(AllotmentNotice.id).where(AllotmentNotice.document_no == opened.document_no))
    if same is not None:
        raise StepRefused(f"文号{opened.document_no}已经登记过，请换一个结转用的文号")
    made = AllotmentNotice(
        document_no=opened.document_no,
        title=f"{opened.year - 1}年度衔接资金未分配余额结转{opened.year}年度",
        issuing_unit="县财政局",
        year=opened.year,
        kind=NoticeKind.CARRYOVER,
        issued_on=act.day,
        received_on=act.day,
        stated_total=total(b.amount for b in queries.balances_before(act.session, opened.year)),
        state=MoneyState.DRAFT,
        entered_by=act.person_id,
    )
    act.session.add(made)
    act.session.flush()
    return made


def _clear(notice: AllotmentNotice, act: Act) -> None:
    """Take a returned carry-over apart, to be made again from what is there now."""
    for line in list(notice.lines):
        act.session.delete(line)
    for posting in act.session.scalars(
        select(LinePosting).where(
            LinePosting.kind == LineEntryKind.CARRYOVER,
            LinePosting.document_no == notice.document_no,
            LinePosting.state == MoneyState.RETURNED,
        )
    ).all():
        posting.state = MoneyState.DRAFT
        act.session.flush()
        act.session.delete(posting)
    act.session.flush()
    act.session.expire(notice, ["lines"])
