"""The forms of the project library."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.web.forms import (
    DateField,
    DocumentNoField,
    NumberField,
    OfficeForm,
    PickField,
    TextField,
    TickField,
    WanField,
)
from fundsys.web.frame import work_year
from fundsys.web.funds.forms import RowsForm
from fundsys.web.papers import PapersField


class ProposalForm(OfficeForm):
    """A proposal for the library, in the order of the library's table."""

    library = PickField(terms.LIBRARY_KIND, number=False, required=True)
    year = NumberField(terms.LIBRARY_YEAR, required=True, least=2000, most=2100)
    type_id = PickField(terms.LIBRARY_TYPE, required=True)
    name = TextField(terms.LIBRARY_NAME, required=True, limit=120)
    nature = PickField(terms.LIBRARY_NATURE, number=False, required=True)
    town_id = PickField(terms.LIBRARY_TOWN, blank="全县或跨镇")
    village_id = PickField(terms.LIBRARY_VILLAGE, blank="全镇或跨村")
    place = TextField(terms.PLACE, limit=120)
    plan_start_on = DateField(terms.PLAN_START, year=work_year)
    plan_end_on = DateField(terms.PLAN_END, year=work_year)
    owner_unit_id = PickField(terms.LIBRARY_OWNER, required=True)
    responsible = TextField(terms.LIBRARY_PERSON, limit=40)
    content = TextField(terms.LIBRARY_CONTENT, limit=4000, rows=3)
    planned_fiscal = WanField(terms.LIBRARY_FISCAL)
    planned_other = WanField(terms.LIBRARY_OTHER)
    financing = TextField(terms.FINANCING, limit=60)
    subsidy_standard = TextField(terms.SUBSIDY_STANDARD, limit=120)
    is_lead_industry = TickField(terms.LIBRARY_LEAD)
    is_work_relief = TickField(terms.LIBRARY_RELIEF)
    is_cooperation = TickField(terms.LIBRARY_COOPERATION)
    village_count = NumberField(terms.VILLAGE_COUNT)
    households = NumberField(terms.BENEFIT_HOUSEHOLDS)
    people = NumberField(terms.BENEFIT_PEOPLE)
    poor_households = NumberField(terms.POOR_HOUSEHOLDS)
    poor_people = NumberField(terms.POOR_PEOPLE)
    performance_target = TextField(terms.LIBRARY_GOAL, limit=2000, rows=2)
    participation = TextField(terms.PARTICIPATION, limit=2000, rows=2)
    farmer_linkage = TextField(terms.FARMER_LINKAGE, limit=2000, rows=2)
    remark = TextField(terms.REMARK, limit=1000, rows=2)
    meeting = PapersField(terms.LIBRARY_MEETING)
    declaration = PapersField(terms.LIBRARY_FORM)
    photos = PapersField(terms.LIBRARY_PHOTOS)
    kept_at = TextField(terms.LIBRARY_KEPT_AT, limit=80)


class StepForm(OfficeForm):
    """A button on a proposal."""


class TownForm(RowsForm):
    """A town's review of several proposals: one choice and one reason a row."""

    act_name = "镇审核项目"
    rows = ("choice-", "why-")
    words = TextField(terms.TOWN_OPINION, limit=400, rows=2)
    document_no = DocumentNoField(terms.REVIEW_NO)
    place = TextField(terms.REVIEW_PLACE, limit=80)


class AppraisalForm(RowsForm):
    """The county's appraisal of several proposals."""

    act_name = "论证项目"
    rows = ("choice-", "why-")
    words = TextField(terms.APPRAISAL_WORDS, limit=400, rows=2)
    document_no = DocumentNoField(terms.APPRAISAL_NO)
    place = TextField(terms.APPRAISAL_PLACE, limit=80)
    notice_from = DateField(terms.NOTICE_FROM, year=work_year)
    notice_until = DateField(terms.NOTICE_UNTIL, year=work_year)


class AdmissionForm(RowsForm):
    """Admission of proposals whose notice is over."""

    act_name = "审定入库"
    rows = ("choice-", "why-")
    document_no = DocumentNoField(terms.ADMISSION_NO)
    place = TextField(terms.ADMISSION_PLACE, limit=80)


class RemovalForm(OfficeForm):
    """Taking a project out of the library."""

    act_name = "项目出库"
    reason = TextField(terms.REMOVAL_WHY, required=True, limit=200)
    document_no = DocumentNoField(terms.REMOVAL_NO, required=True)


class RollForm(RowsForm):
    """Keeping what no plan chose on the list for another year."""

    act_name = "滚动到下一年度"
    rows = ("chosen", "seen-")
    year = NumberField(terms.ROLL_YEAR, required=True, least=2000, most=2100)
    reason = TextField(terms.ROLL_WHY, required=True, limit=200)
