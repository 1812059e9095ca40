"""The forms of 四个一批."""

from __future__ import annotations

from typing import Any

from flask import request

from fundsys.domain import terms
from fundsys.domain.coded import Coded
from fundsys.domain.industry import FourBatch, Opinion, Prospect, RunState
from fundsys.domain.reclass import Decision
from fundsys.extensions import db
from fundsys.queries.facts import county_today, work_year
from fundsys.queries.legacy_records import labels
from fundsys.web.forms import (
    ChoiceField,
    DateField,
    DocumentNoField,
    NumberField,
    OfficeForm,
    PercentField,
    TextField,
    TickField,
    WanField,
)
from fundsys.web.papers import PapersField


class Answer(Coded):
    """Yes or no, where nobody looked being a third thing."""

    YES = "yes", "是"
    NO = "no", "否"


def as_bool(answer: Answer | None) -> bool | None:
    """None where nobody looked."""
    return None if answer is None else answer is Answer.YES


class LabelledChoice(ChoiceField):
    """The four classes under the county's own names."""

    @property
    def options(self) -> list[tuple[str, str]]:
        """Codes with this year's labels."""
        shown = labels(db.session(), work_year(db.session()))
        return [(member.code, shown[member.code]) for member in self.members]


class ProposeForm(OfficeForm):
    """A class for a legacy project, as owner or town proposes it."""

    act_name = "提出分类建议"
    batch = LabelledChoice(terms.BATCH_CLASS, FourBatch, required=True, radio=True)
    reason = TextField(terms.BATCH_REASON, required=True, rows=2, limit=500)
    measure = TextField(terms.MEASURE, rows=2, limit=500)
    responsible_unit = TextField(terms.CLASS_UNIT, limit=80)
    responsible = TextField(terms.RESPONSIBLE, limit=40)
    due_on = DateField(terms.MEASURE_DUE_ON)
    statement = TextField(terms.CLASS_STATEMENT, rows=2, limit=1000)
    papers = PapersField(terms.CLASS_PAPERS)


class ClassForm(ProposeForm):
    """The class of a legacy project, as the lead bureau decides it."""

    act_name = "审定四个一批分类"
    decided_on = DateField(terms.CLASS_DECIDED_ON, required=True)
    document_no = DocumentNoField(terms.CLASS_DOCUMENT)


class BulkForm(OfficeForm):
    """One class for many projects."""

    act_name = "批量审定四个一批分类"
    codes = TextField(terms.RECLASS_CODES, rows=3, limit=20_000)
    batch = LabelledChoice(terms.BATCH_CLASS, FourBatch, required=True, radio=True)
    reason = TextField(terms.BATCH_REASON, required=True, rows=2, limit=500)
    decided_on = DateField(terms.CLASS_DECIDED_ON, required=True)
    document_no = DocumentNoField(terms.CLASS_DOCUMENT, required=True)
    measure = TextField(terms.MEASURE, rows=2, limit=500)
    responsible_unit = TextField(terms.CLASS_UNIT, limit=80)
    responsible = TextField(terms.RESPONSIBLE, limit=40)
    due_on = DateField(terms.MEASURE_DUE_ON)
    statement = TextField(terms.CLASS_STATEMENT, rows=2, limit=1000)


class AnswerForm(OfficeForm):
    """The lead bureau's answer to proposals."""

    decided_on = DateField(terms.CLASS_DECIDED_ON, required=True)
    document_no = DocumentNoField(terms.CLASS_DOCUMENT)
    reason = TextField(terms.CLASS_RETURN_REASON, limit=200)


class WithdrawForm(OfficeForm):
    """Take a proposal back."""

    act_name = "撤回分类建议"


class FactForm(OfficeForm):
    """What was found about a project on a day."""

    act_name = "登记运行情况"
    observed_on = DateField(terms.OBSERVED_ON, required=True)
    run_state = ChoiceField(terms.RUN_STATE, RunState, blank="没有核查")
    months_stopped = NumberField(terms.MONTHS_STOPPED, most=600)
    capacity_bp = PercentField(terms.CAPACITY_USE, exact=True)
    figures_year = NumberField(terms.FIGURES_YEAR, least=2013, most=2100)
    output = WanField(terms.YEARLY_OUTPUT)
    profit = WanField(terms.YEARLY_PROFIT, signed=True)
    income = WanField(terms.YEARLY_EARNED)
    distributed = WanField(terms.DISTRIBUTED)
    linkage = TextField(terms.LINKAGE_WAY, limit=80)
    linkage_works = ChoiceField(terms.LINKAGE_WORKS, Answer, blank="没有核查")
    households = NumberField(terms.HOUSEHOLDS_LED, most=100_000)
    poor_households = NumberField(terms.POOR_LED, most=100_000)
    use_bp = PercentField(terms.ASSET_USE, exact=True)
    title_clear = ChoiceField(terms.TITLE_CLEAR, Answer, blank="没有核查")
    compliant = ChoiceField(terms.COMPLIANT, Answer, blank="没有核查")
    prospect = ChoiceField(terms.PROSPECT, Prospect, blank="没有核查")
    fits_leading = ChoiceField(terms.FITS_LEADING, Answer, blank="没有核查")
    opinion = ChoiceField(terms.OPINION, Opinion, blank="没有核查")
    root_cause = TextField(terms.TROUBLE, rows=2, limit=1000)
    checked_by = TextField(terms.CHECKED_BY, limit=40)
    papers = PapersField(terms.CLASS_PAPERS)


class MeasureForm(OfficeForm):
    """How far the measures have come."""

    act_name = "填报措施进展"
    words = TextField(terms.PROGRESS_WORDS, required=True, rows=3, limit=1000)
    reported_on = DateField(terms.PROGRESS_REPORTED_ON, required=True)
    done = TickField(terms.MEASURES_DONE)
    papers = PapersField(terms.CLASS_PAPERS)


class DisposalForm(OfficeForm):
    """处置完毕."""

    act_name = "确认处置完毕"
    disposed_on = DateField(terms.DISPOSED_ON, required=True)
    document_no = DocumentNoField(terms.DISPOSAL_DOCUMENT, required=True)
    words = TextField(terms.DISPOSAL_WORDS, required=True, rows=3, limit=1000)
    papers = PapersField(terms.CLASS_PAPERS)


class LabelForm(OfficeForm):
    """The county's names for the classes of a year."""

    act_name = "改四个一批名称"
    label_year = NumberField(terms.LABEL_YEAR, required=True, least=2024, most=2100)
    b1 = TextField(terms.BATCH_LABEL_1, required=True, limit=20)
    b2 = TextField(terms.BATCH_LABEL_2, required=True, limit=20)
    b3 = TextField(terms.BATCH_LABEL_3, required=True, limit=20)
    b4 = TextField(terms.BATCH_LABEL_4, required=True, limit=20)


def chosen_measures() -> tuple[str, ...]:
    """The kinds of measures ticked."""
    return tuple(dict.fromkeys(code.strip()[:8] for code in request.form.getlist("measure_codes") if code.strip()))


def decision_of(form: Any) -> Decision:
    """What a form about a class says. Measures of the class chosen count; those of the others are not meant."""
    told = {name: field.data for name, field in form._fields.items()}
    codes = tuple(code for code in chosen_measures() if told["batch"] and code.startswith(told["batch"].code))
    return Decision(
        batch=told["batch"],
        reason=told["reason"] or "",
        decided_on=told.get("decided_on") or county_today(db.session()),
        measure=told["measure"] or "",
        responsible=told["responsible"] or "",
        due_on=told["due_on"],
        responsible_unit=told["responsible_unit"] or "",
        measure_codes=codes,
        statement=told.get("statement") or "",
        document_no=told.get("document_no") or "",
    )
