"""The forms of the finance bureau, and boxes that stand in rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from fundsys.domain import terms
from fundsys.domain.errors import DomainError
from fundsys.domain.funds import NoticeKind
from fundsys.domain.money import ZERO, Money, exact_wan
from fundsys.extensions import db
from fundsys.queries.facts import county_today
from fundsys.queries.funds import Notice
from fundsys.services.funds import LineEntry, NoticeEntry
from fundsys.web.forms import ChoiceField, DateField, DocumentNoField, NumberField, OfficeForm, TextField, WanField
from fundsys.web.frame import work_year
from fundsys.web.papers import PapersField

BLANK_LINES = 3
ENTERED_KINDS = (NoticeKind.ALLOTMENT, NoticeKind.ADDITION, NoticeKind.REDUCTION)
"""Kinds a clerk registers; a carry-over comes from opening a year."""

LINE_BOXES = ("source", "amount", "function_code", "remark", "economic_code", "task", "budget_no", "is_direct")
"""The boxes of one line, in the order of LineBoxes."""


def today() -> date:
    """The day at the office."""
    return county_today(db.session)


class RowsForm(OfficeForm):
    """A form with boxes in rows: complaints about them stand in the summary, with the way to the box.

    rows: how the names of such boxes begin. row_errors: the complaint by box name.
    """

    rows: Sequence[str] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row_errors: dict[str, str] = {}

    def say(self, sentence: str, field: str | None = None) -> None:
        """Put a sentence at its box, in a row or not, or on top."""
        if field is None or not field.startswith(tuple(self.rows)):
            super().say(sentence, field)
            return
        self.row_errors.setdefault(field, sentence)
        self.form_errors.append(Markup('<a href="#{}">{}</a>').format(field, sentence))


class NoticeForm(RowsForm):
    """A notice as it stands on paper; its lines are boxes in rows."""

    rows = ("lines-",)
    document_no = TextField(terms.DOCUMENT_NO, required=True, limit=60)
    title = TextField(terms.NOTICE_TITLE, required=True, limit=120)
    issuing_unit = TextField(terms.ISSUING_UNIT, limit=80)
    year = NumberField(terms.FUND_YEAR, required=True, least=2013, most=2100)
    batch = NumberField(terms.BATCH, required=True, least=1, most=99)
    issued_on = DateField(terms.ISSUED_ON, required=True, year=work_year)
    received_on = DateField(terms.RECEIVED_ON, required=True, year=work_year)
    stated_total = WanField(terms.STATED_TOTAL, required=True, above_zero=True)
    remark = TextField(terms.REMARK, limit=1000, rows=2)
    kind = ChoiceField(terms.NOTICE_KIND, NoticeKind, only=ENTERED_KINDS)
    amends_no = DocumentNoField(terms.AMENDS_NO)


class PapersForm(OfficeForm):
    """Scans of a notice."""

    act_name = "存指标文扫描件"
    papers = PapersField(terms.NOTICE_PAPERS, least=1)


class SheetForm(RowsForm):
    """The head of an allocation sheet, and a name to keep it under as a plan; its rows are boxes of their own."""

    rows = ("amount-", "reason-", "paper-")
    decided_on = DateField(terms.DECIDED_ON, year=work_year)
    county_no = DocumentNoField(terms.COUNTY_NO)
    plan_name = TextField(terms.PLAN_NAME, limit=60)

    def say(self, sentence: str, field: str | None = None) -> None:
        """The service speaks of document_no."""
        super().say(sentence, "county_no" if field == "document_no" else field)


class ReviewForm(OfficeForm):
    """Approving, or returning with a reason."""

    reason = TextField(terms.MONEY_RETURN_REASON, limit=200)


class ReversalForm(OfficeForm):
    """Taking an allocation back: why, by which paper, when."""

    act_name = "红字冲销分配"
    reason = TextField(terms.REVERSAL_REASON, required=True, limit=200)
    document_no = DocumentNoField(terms.REVERSAL_NO, required=True)
    decided_on = DateField(terms.REVERSED_ON, year=work_year)


@dataclass
class LineBoxes:
    """One row of a notice's lines: what was typed, and what it means."""

    place: int
    source: str = ""
    amount: str = ""
    function_code: str = ""
    remark: str = ""
    economic_code: str = ""
    task: str = ""
    budget_no: str = ""
    is_direct: str = ""

    @property
    def is_blank(self) -> bool:
        return not any(getattr(self, name).strip() for name in LINE_BOXES)

    def read(self, form: NoticeForm) -> LineEntry | None:
        """The line; None, with complaints at its boxes, when it cannot be read."""
        source, amount = None, None
        if self.source.isascii() and self.source.isdigit() and len(self.source) < 10:
            source = int(self.source)
        else:
            form.say(f"第 {self.place} 行：请选择资金来源", f"lines-{self.place}-source")
        try:
            amount = read_wan(self.amount)
        except DomainError as error:
            form.say(f"第 {self.place} 行：{error.message}", f"lines-{self.place}-amount")
        if amount is None and f"lines-{self.place}-amount" not in form.row_errors:
            form.say(f"第 {self.place} 行：请填写金额", f"lines-{self.place}-amount")
        if source is None or amount is None:
            return None
        return LineEntry(
            source,
            amount,
            self.function_code[:20],
            self.remark[:200],
            self.economic_code[:20],
            self.task[:40],
            self.budget_no[:60],
            bool(self.is_direct),
        )


def read_wan(text: str) -> Money | None:
    """An amount in 万元 as typed; None for a blank. Raises DomainError."""
    plain = text.strip().removesuffix("万元").strip()
    if not plain or plain == "-":
        return None
    return Money.wan(plain)


def line_boxes(data: Any, count: int) -> list[LineBoxes]:
    """The rows as they were sent."""
    return [LineBoxes(n, *(data.get(f"lines-{n}-{name}", "") for name in LINE_BOXES)) for n in range(1, count + 1)]


def boxes_of(notice: Notice | None) -> list[LineBoxes]:
    """The rows of a stored notice, and blank ones below; blank rows only without one."""
    stored = [
        LineBoxes(
            n,
            str(line.source_id),
            exact_wan(abs(line.money.amount)),
            line.function_code,
            line.remark,
            line.economic_code,
            line.own_task,
            line.budget_no,
            "y" if line.is_direct else "",
        )
        for n, line in enumerate(notice.lines if notice else (), 1)
    ]
    begin = len(stored) + 1
    return stored + [LineBoxes(n) for n in range(begin, begin + BLANK_LINES)]


def entry_from(form: NoticeForm, boxes: Sequence[LineBoxes]) -> NoticeEntry | None:
    """The notice as it was typed; None, with complaints in place, when a line cannot be read."""
    filled = [box for box in boxes if not box.is_blank]
    lines = [box.read(form) for box in filled]
    if not filled:
        form.say("请至少填写一行资金来源和金额", "lines-1-source")
    if form.row_errors or form.issued_on.data is None or form.received_on.data is None:
        return None
    return NoticeEntry(
        document_no=form.document_no.data or "",
        title=form.title.data or "",
        issuing_unit=form.issuing_unit.data or "",
        year=form.year.data or 0,
        batch=form.batch.data or 0,
        issued_on=form.issued_on.data,
        received_on=form.received_on.data,
        stated_total=form.stated_total.data or ZERO,
        remark=form.remark.data or "",
        kind=form.kind.data or NoticeKind.ALLOTMENT,
        amends_no=form.amends_no.data or "",
        lines=[line for line in lines if line is not None],
    )
