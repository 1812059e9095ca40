"""Acts on a month's accounts (月结): hand over, close by a second person, send back, open again. And the one check of a day."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import select

from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, NotFound, Stale, StepRefused
from fundsys.domain.funds import PeriodState
from fundsys.domain.money import exact_wan
from fundsys.domain.rights import Permission
from fundsys.models.desk import AccountingPeriod
from fundsys.models.guards import POSTED_ON
from fundsys.queries import periods as queries
from fundsys.services.acts import Act
from fundsys.services.numbers import next_numbers

from .common import need, refuse_all, second_person

_NAMED = 5
"""So many things that still wait are named in the refusal; the page lists them all."""


def closed_fault(act: Act, day: date, field: str | None = None) -> DomainError | None:
    """The refusal of an entry on a day of a closed month; None while the month is open."""
    found = queries.closed_month_of(act.session, day)
    return DomainError(queries.closed_words(day, found), field=field) if found else None


def refuse_closed(act: Act, day: date, field: str | None = None) -> None:
    """Refuse an entry on a day of a closed month, kindly, before the database does. Raises DomainError."""
    if fault := closed_fault(act, day, field):
        raise fault


def refuse_closed_records(act: Act, records: Iterable[Any]) -> None:
    """The same for records about to be handed over or approved, by the day each belongs to."""
    for record in records:
        refuse_closed(act, getattr(record, POSTED_ON[record.__tablename__]))


def hand_over(year: int, month: int, *, act: Act) -> AccountingPeriod:
    """Hand a month over for closing, its figures frozen for the second person.

    Raises: DomainError while the month runs, an earlier one is open, or something dated in it waits for review.
    """
    need(act, Permission.CLOSE_PERIOD)
    period = _period(act, year, month)
    if period is not None and period.state is not PeriodState.REOPENED:
        raise StepRefused(f"{year}年{month}月现在是“{period.state.label}”，不用再提交结账")
    if not 1 <= month <= 12:
        raise DomainError("月份应为 1 至 12", field="month")
    refuse_all(_closing_faults(act, year, month))
    first, last = queries.month_days(year, month)
    told = queries.canonical(queries.figures(act.session, first, last))
    if period is None:
        period = AccountingPeriod(year=year, month=month, first_day=first, last_day=last, version=0, closings=0)
        act.session.add(period)
    period.version += 1
    period.figures, period.figures_digest = told, queries.digest(told)
    period.state = PeriodState.SUBMITTED
    period.entered_by, period.submitted_at, period.reviewed_by = act.person_id, act.at, None
    act.session.flush()
    act.subject = f"{year}年{month}月"
    act.answer = f"{year}年{month}月已提交结账，由另一人核对后生效"
    return period


def close(period_id: int, *, version: int | None, digest: str, act: Act) -> AccountingPeriod:
    """Close a month as the second person saw it (version, digest of the figures), and number its closing letter.

    Raises: NotAllowed for an own hand-over; Stale when the figures moved; DomainError when something waits by now.
    """
    need(act, Permission.APPROVE_PERIOD)
    period = _submitted(act, period_id)
    second_person(act, period.entered_by)
    act.check_version(period, version)
    refuse_all(_closing_faults(act, period.year, period.month))
    now = queries.figures(act.session, period.first_day, period.last_day)
    if queries.digest(queries.canonical(now)) != period.figures_digest or digest != period.figures_digest:
        frozen = json.loads(period.figures)["total"]
        raise Stale(
            "提交结账之后账上有变化，没有结账；请退回，由录入人按现在的数字重新提交",
            theirs=_shown(now["total"]),
            mine=_shown(frozen),
        )
    period.state = PeriodState.CLOSED
    period.closings += 1
    period.reviewed_by, period.reviewed_at = act.person_id, act.at
    period.reopen_reason, period.reopen_document = "", ""
    period.reopened_by, period.reopened_at = None, None
    if period.letter_no is None:
        (period.letter_no,) = next_numbers(act.session, AccountingPeriod.letter_no, "结账", act.day.year, 1)
    period.version += 1
    act.session.flush()
    act.subject = f"{period.year}年{period.month}月"
    act.answer = f"{period.year}年{period.month}月已结账，结账函编号{period.letter_no}"
    return period


def send_back(period_id: int, reason: str, *, version: int | None = None, act: Act) -> AccountingPeriod:
    """Send a month that was handed over back; nothing is closed. Raises DomainError, Stale."""
    need(act, Permission.APPROVE_PERIOD)
    period = _submitted(act, period_id)
    act.check_version(period, version)
    if not reason.strip():
        raise DomainError("请填写退回原因，录入人才知道改哪里", field="reason")
    period.state = PeriodState.REOPENED
    period.reopen_reason = reason.strip()[:400]
    period.version += 1
    act.session.flush()
    act.subject = f"{period.year}年{period.month}月"
    act.answer = f"{period.year}年{period.month}月没有结账，已退回录入人"
    return period


def ask_to_reopen(
    period_id: int, reason: str, document_no: str, *, version: int | None = None, act: Act
) -> AccountingPeriod:
    """Ask to open a closed month again; it stays closed until a second person agrees.

    Raises: DomainError without reason or document, and while a later month is closed.
    """
    need(act, Permission.CLOSE_PERIOD)
    period = _closed(act, period_id)
    act.check_version(period, version)
    if period.reopen_reason and period.reopened_at is None:
        raise StepRefused("已经有人申请重新打开这个月，等待复核")
    faults = []
    if not reason.strip():
        faults.append(DomainError("请填写重新打开的原因", field="reason"))
    if not document_no.strip():
        faults.append(DomainError("请填写同意重新打开的文号", field="document_no"))
    refuse_all([*faults, *_later_faults(act, period)])
    period.reopen_reason, period.reopen_document = reason.strip()[:400], tidy_document_no(document_no)
    period.reopened_by, period.reopened_at = act.person_id, None
    period.version += 1
    act.session.flush()
    act.subject = f"{period.year}年{period.month}月"
    act.answer = f"已申请重新打开{period.year}年{period.month}月，另一人同意之前仍不能登记"
    return period


def answer_reopening(
    period_id: int, agree: bool, reason: str = "", *, version: int | None = None, act: Act
) -> AccountingPeriod:
    """Agree to open a closed month again, or refuse with a reason. Raises: NotAllowed for an own request; DomainError."""
    need(act, Permission.APPROVE_PERIOD)
    period = _closed(act, period_id)
    act.check_version(period, version)
    if not period.reopen_reason or period.reopened_at is not None:
        raise StepRefused("没有人申请重新打开这个月，请刷新后再看")
    second_person(act, period.reopened_by)
    month = f"{period.year}年{period.month}月"
    if agree:
        refuse_all(_later_faults(act, period))
        period.state, period.reopened_at = PeriodState.REOPENED, act.at
        act.answer = f"{month}已重新打开，补记后请再结账"
    else:
        if not reason.strip():
            raise DomainError("请填写不同意的理由", field="reason")
        period.reopen_reason, period.reopen_document, period.reopened_by = "", "", None
        act.answer = f"没有同意，{month}仍是已结账"
    period.version += 1
    act.session.flush()
    act.subject = f"{month}：{reason.strip()}"[:200] if reason.strip() else month
    return period


def _period(act: Act, year: int, month: int) -> AccountingPeriod | None:
    wanted = select(AccountingPeriod).where(AccountingPeriod.year == year, AccountingPeriod.month == month)
    return act.session.scalars(wanted).one_or_none()


def _get(act: Act, period_id: int) -> AccountingPeriod:
    period = act.session.get(AccountingPeriod, period_id)
    if period is None:
        raise NotFound("这个月还没有提交结账，请从月结列表进入")
    return period


def _submitted(act: Act, period_id: int) -> AccountingPeriod:
    period = _get(act, period_id)
    if period.state is not PeriodState.SUBMITTED:
        raise StepRefused(f"{period.year}年{period.month}月现在是“{period.state.label}”，不用复核，请刷新后再看")
    return period


def _closed(act: Act, period_id: int) -> AccountingPeriod:
    period = _get(act, period_id)
    if period.state is not PeriodState.CLOSED:
        raise StepRefused(f"{period.year}年{period.month}月现在是“{period.state.label}”，不用重新打开")
    return period


def _closing_faults(act: Act, year: int, month: int) -> Iterator[DomainError]:
    first, last = queries.month_days(year, month)
    if last >= act.day:
        yield DomainError(f"{year}年{month}月还没有过完，{last.isoformat()}之后才能结账")
    earlier = act.session.execute(
        select(AccountingPeriod.year, AccountingPeriod.month).where(
            AccountingPeriod.state != PeriodState.CLOSED, AccountingPeriod.last_day < first
        )
    ).first()
    begun = act.session.scalar(select(AccountingPeriod.id).where(AccountingPeriod.last_day < first).limit(1))
    before = (year, month - 1) if month > 1 else (year - 1, 12)
    if earlier is not None:
        yield DomainError(f"{earlier[0]}年{earlier[1]}月还没有结账，请按月份先后结账")
    elif begun is not None and queries.closed_month_of(act.session, queries.month_days(*before)[1]) is None:
        yield DomainError(f"{before[0]}年{before[1]}月还没有结账，请按月份先后结账")
    waits = queries.waiting_in(act.session, first, last)
    if waits:
        named = "；".join(f"{w.word}“{w.label}” {exact_wan(w.amount)} 万元" for w in waits[:_NAMED])
        more = f"等{len(waits)}笔" if len(waits) > _NAMED else ""
        yield DomainError(f"{year}年{month}月还有 {len(waits)} 笔等待复核，不能结账：{named}{more}，请先同意或退回")


def _later_faults(act: Act, period: AccountingPeriod) -> Iterator[DomainError]:
    later = queries.shut_after(act.session, period.last_day)
    if later is not None:
        yield DomainError(f"后面的{later[0]}年{later[1]}月已结账或已提交结账，请从最后一个月起往前重新打开")


def _shown(totals: dict[str, int]) -> dict[str, str]:
    return {f"{label}（万元）": exact_wan(queries.money(totals[key])) for key, label in queries.COLUMNS}
