"""The forms of the project library."""

from __future__ import annotations

from typing import Any

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


PLACED = frozenset(
    [
        "library",
        "year",
        "type_id",
        "name",
        "nature",
        "town_id",
        "village_id",
        "place",
        "plan_start_on",
        "plan_end_on",
        "owner_unit_id",
        "responsible",
        "content",
        "planned_fiscal",
        "planned_other",
        "financing",
        "subsidy_standard",
        "is_lead_industry",
        "is_work_relief",
        "is_cooperation",
        "village_count",
        "households",
        "people",
        "poor_households",
        "poor_people",
        "performance_target",
        "participation",
        "farmer_linkage",
        "remark",
        "meeting",
        "declaration",
        "photos",
        "kept_at",
    ]
)
"""The boxes that have their place on the page of a proposal; others stand under 其他 by themselves."""


def further(form: ProposalForm) -> list[Any]:
    """The boxes of a proposal that the page gives no place of their own."""
    return [box for box in form if hasattr(box, "term") and box.name not in PLACED]


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
    document_no = DocumentNoField(terms.LIBRARY_APPRAISAL_NO)
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


class PlanForm(RowsForm):
    """A project proposed for a year's plan; its targets are boxes in rows."""

    act_name = "提出列入年度计划"
    rows = ("target-",)
    year = NumberField(terms.PLAN_FOR_YEAR, required=True, least=2000, most=2100)
    planned_fiscal = WanField(terms.PLAN_FISCAL, required=True, above_zero=True)
    planned_other = WanField(terms.PLAN_OTHER)
    plan_start_on = DateField(terms.PLAN_START, required=True, year=work_year)
    plan_end_on = DateField(terms.PLAN_END, required=True, year=work_year)
    households = NumberField(terms.BENEFIT_HOUSEHOLDS, required=True)
    people = NumberField(terms.BENEFIT_PEOPLE, required=True)
    farmer_linkage = TextField(terms.FARMER_LINKAGE, required=True, limit=2000, rows=2)
    reason = TextField(terms.PLAN_WHY, limit=200)


class PlanApprovalForm(RowsForm):
    """Approval of proposals under the plan's document."""

    act_name = "审定年度计划"
    rows = ("choice-", "why-")
    document_no = DocumentNoField(terms.PLAN_NO)
    place = TextField(terms.PLAN_PLACE, limit=80)


class ChangeForm(OfficeForm):
    """A change of a planned project: the boxes hold what stands now."""

    act_name = "提出项目变更"
    name = TextField(terms.CHANGE_NAME, required=True, limit=120)
    content = TextField(terms.CHANGE_CONTENT, limit=4000, rows=4)
    place = TextField(terms.PLACE, limit=120)
    planned_fiscal = WanField(terms.PLAN_FISCAL, required=True)
    planned_other = WanField(terms.PLAN_OTHER)
    plan_start_on = DateField(terms.PLAN_START, year=work_year)
    plan_end_on = DateField(terms.PLAN_END, year=work_year)
    reason = TextField(terms.CHANGE_WHY, required=True, limit=200, rows=2)
    request_no = DocumentNoField(terms.CHANGE_REQUEST_NO)


class ChangeStepForm(OfficeForm):
    """What is decided on a paper of changes."""

    document_no = DocumentNoField(terms.CHANGE_APPROVAL_NO)
    reason = TextField(terms.CHANGE_BACK, limit=200)


class TagForm(OfficeForm):
    """Tags of a project; the tags themselves are boxes to tick."""

    act_name = "项目打标签"
    capacity = NumberField(terms.PROJECT_CAPACITY, places=2)
    capacity_unit = TextField(terms.CAPACITY_UNIT, limit=12)
    relocation_site = TextField(terms.RELOCATION_SITE, limit=60)
