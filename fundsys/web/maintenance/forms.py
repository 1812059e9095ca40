"""The forms of maintenance."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.domain.maintenance import Condition, PatrolUnit, PostingKind
from fundsys.web.forms import (
    ChoiceField,
    DateField,
    NumberField,
    OfficeForm,
    PhotosField,
    PickField,
    TextField,
    TickField,
    YuanField,
)
from fundsys.web.frame import work_year


class SchemeForm(OfficeForm):
    """A scheme as it is to be from a day on."""

    act_name = "修订管护办法"
    from_on = DateField(terms.SCHEME_FROM, required=True, year=work_year)
    name = TextField(terms.SCHEME_NAME, required=True, limit=60)
    lead = TextField(terms.SCHEME_LEAD, limit=80)
    body = TextField(terms.SCHEME_BODY, limit=120)
    keeper_post = TextField(terms.SCHEME_POST, limit=40)
    money_source = TextField(terms.SCHEME_MONEY, limit=120)
    patrol_every = NumberField(terms.SCHEME_EVERY, least=1, most=366)
    patrol_unit = ChoiceField(terms.SCHEME_UNIT, PatrolUnit, required=True)
    after_event = TextField(terms.SCHEME_EVENT, limit=80)
    after_hours = NumberField(terms.SCHEME_HOURS, least=1, most=720)
    document_no = TextField(terms.SCHEME_DOCUMENT, limit=60)


class AssignForm(OfficeForm):
    """Who keeps an asset from a day on."""

    act_name = "变更管护责任人"
    from_on = DateField(terms.ASSIGN_FROM, required=True, year=work_year)
    keeper = TextField(terms.ASSIGN_KEEPER, required=True, limit=40)
    phone = TextField(terms.ASSIGN_PHONE, limit=20)
    maintenance_body = TextField(terms.MAINTENANCE_BODY, required=True, limit=80)
    maintenance_fund = TextField(terms.MAINTENANCE_FUND, required=True, limit=80)
    sector_id = PickField(terms.ASSIGN_SECTOR, required=True)
    public_post = TickField(terms.PUBLIC_POST)
    reason = TextField(terms.ASSIGN_WHY, limit=200)
    document_no = TextField(terms.SCHEME_DOCUMENT, limit=60)


class PatrolForm(OfficeForm):
    """A patrol, on the phone of who walked there."""

    act_name = "登记巡查"
    patrolled_on = DateField(terms.PATROLLED_ON, required=True, year=work_year)
    condition = ChoiceField(terms.CONDITION, Condition, required=True, radio=True)
    words = TextField(terms.PATROL_WORDS, limit=400, rows=2)
    measure = TextField(terms.PATROL_MEASURE, limit=200)
    defect_due_on = DateField(terms.DEFECT_DUE, year=work_year)
    needed_amount = YuanField(terms.NEEDED_AMOUNT)
    weather = TextField(terms.WEATHER, limit=20)
    photos = PhotosField(terms.PATROL_PHOTOS)


class SheetForm(OfficeForm):
    """A paper sheet of what is due by a day."""

    act_name = "制作巡查表"
    title = TextField(terms.SHEET_TITLE, required=True, limit=80)
    until_on = DateField(terms.SHEET_UNTIL, required=True, year=work_year)


class LinesForm(OfficeForm):
    """What came back on paper, typed in a row a line."""

    act_name = "录入巡查表"
    patrolled_on = DateField(terms.PATROLLED_ON, required=True, year=work_year)
    patroller = TextField(terms.PATROLLER, limit=40)
    lines = TextField(terms.SHEET_LINES, required=True, limit=60_000, rows=16)


class PaperForm(OfficeForm):
    """A button that prints a sheet."""


class FixForm(OfficeForm):
    """A defect put right."""

    act_name = "登记整改"
    fixed_on = DateField(terms.FIXED_ON, required=True, year=work_year)
    fix_words = TextField(terms.FIX_WORDS, required=True, limit=400, rows=2)
    repair_cost = YuanField(terms.REPAIR_COST)
    photos = PhotosField(terms.PATROL_PHOTOS)


class CloseForm(OfficeForm):
    """Closing a defect, or sending it back."""

    reason = TextField(terms.DEFECT_RETURN, limit=200)


class SiteForm(OfficeForm):
    """Which assets stand in a relocation site."""

    act_name = "登记安置点资产"
    site = TextField(terms.SITE_NAME, limit=60)
    codes = TextField(terms.SITE_ASSETS, required=True, limit=60_000, rows=8)


class CallForm(OfficeForm):
    """A call for patrols after an event; the towns are boxes to tick."""

    act_name = "发起事件后巡查"
    name = TextField(terms.EVENT_NAME, required=True, limit=60)
    happened_on = DateField(terms.EVENT_DAY, required=True, year=work_year)
    hours = NumberField(terms.EVENT_HOURS, least=1, most=720)
    document_no = TextField(terms.SCHEME_DOCUMENT, limit=60)


class WithdrawForm(OfficeForm):
    """Taking back a call."""

    act_name = "撤回事件后巡查"
    reason = TextField(terms.CALL_BACK, required=True, limit=200)


class BudgetForm(OfficeForm):
    """A town's maintenance money of a year."""

    act_name = "登记管护经费预算"
    amount = YuanField(terms.BUDGET_AMOUNT, required=True, above_zero=True)
    source = TextField(terms.BUDGET_SOURCE, required=True, limit=80)
    happened_on = DateField(terms.BUDGET_DAY, required=True, year=work_year)
    document_no = TextField(terms.SCHEME_DOCUMENT, required=True, limit=60)


class CostForm(OfficeForm):
    """What was spent on an asset."""

    act_name = "登记管护支出"
    kind = ChoiceField(
        terms.COST_KIND, PostingKind, only=[k for k in PostingKind if k is not PostingKind.BUDGET], required=True
    )
    amount = YuanField(terms.COST_AMOUNT, required=True, above_zero=True)
    happened_on = DateField(terms.COST_DAY, required=True, year=work_year)
    words = TextField(terms.COST_WORDS, required=True, limit=200)
    document_no = TextField(terms.COST_VOUCHER, limit=60)


class PostingForm(OfficeForm):
    """Approving a posting, sending it back or reversing it: the button says which."""

    reason = TextField(terms.POSTING_REASON, limit=200)
