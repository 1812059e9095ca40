"""The forms of yearly targets and their monthly reports."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.domain.yearly_targets import Comparison, TargetKind
from fundsys.web.forms import (
    ChoiceField,
    CodeField,
    DateField,
    NumberField,
    OfficeForm,
    PickField,
    TextField,
    TickField,
)
from fundsys.web.frame import work_year
from fundsys.web.papers import PapersField


class TargetForm(OfficeForm):
    """What is said of a target beside its figure, and who answers for it."""

    act_name = "修改年度目标"
    name = TextField(terms.TARGET_NAME, required=True, limit=120)
    clause = TextField(terms.TARGET_CLAUSE, limit=60)
    units = TextField(terms.TARGET_UNITS, limit=1000, rows=6)
    reporting_unit = PickField(terms.TARGET_REPORTING_UNIT, blank="不填报")
    note = TextField(terms.REMARK, limit=200)
    active = TickField(terms.TARGET_ACTIVE)


class NewTargetForm(TargetForm):
    """A target the plan of the year adds."""

    act_name = "提出年度目标"
    code = CodeField(terms.TARGET_CODE, required=True, pattern=r"[0-9A-Z\-]{1,16}")
    kind = ChoiceField(terms.TARGET_KIND, TargetKind, required=True)
    comparison = ChoiceField(terms.TARGET_COMPARISON, Comparison, required=True)
    unit = TextField(terms.TARGET_FIGURE_UNIT, required=True, limit=20)
    value = NumberField(terms.TARGET_VALUE, required=True, places=4)
    document = TextField(terms.TARGET_DOCUMENT, required=True, limit=200)


class FigureForm(OfficeForm):
    """Another figure, and the paper it comes from."""

    act_name = "提出目标数值"
    value = NumberField(terms.TARGET_VALUE, required=True, places=4)
    document = TextField(terms.TARGET_DOCUMENT, required=True, limit=200)


class ReportForm(OfficeForm):
    """A monthly report."""

    month = NumberField(terms.REPORTED_MONTH, required=True, least=1, most=12)
    figure = NumberField(terms.REPORTED_FIGURE, places=4)
    held_on = DateField(terms.HELD_ON, year=work_year)
    document_no = TextField(terms.HELD_PAPER, limit=60)
    words = TextField(terms.REPORT_WORDS, limit=400, rows=3)
    problem = TextField(terms.TARGET_PROBLEM, limit=200)
    next_step = TextField(terms.TARGET_NEXT, limit=200)
    papers = PapersField(terms.REPORT_PAPERS)


class CorrectionForm(ReportForm):
    """The correction of a confirmed report; the month is the old one's."""

    strikes = TickField(terms.REPORT_STRIKES)


class StepForm(OfficeForm):
    """A button on a page."""


class ConfirmForm(OfficeForm):
    """Approving several targets, or turning them down with a reason."""

    reason = TextField(terms.TARGET_RETURN_REASON, limit=200)


class ReviewForm(OfficeForm):
    """Confirming several reports, or sending them back with a reason."""

    reason = TextField(terms.TARGET_REPORT_RETURN, limit=200)
