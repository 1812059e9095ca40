"""The forms of stocktakes."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.domain.maintenance import Condition
from fundsys.domain.stocktakes import CountResult, TreatmentKind
from fundsys.web.forms import (
    ChoiceField,
    DateField,
    NumberField,
    OfficeForm,
    PhotosField,
    PickField,
    TextField,
    TickField,
)
from fundsys.web.frame import work_year


class OpenForm(OfficeForm):
    """A campaign; towns and classes are boxes to tick."""

    act_name = "发起盘点"
    name = TextField(terms.STOCKTAKE_NAME, required=True, limit=80)
    register_on = DateField(terms.STOCKTAKE_DAY, required=True, year=work_year)
    due_on = DateField(terms.STOCKTAKE_DUE, required=True, year=work_year)
    document_no = TextField(terms.STOCKTAKE_DOCUMENT, limit=60)
    first_year = NumberField(terms.FIRST_YEAR, least=1990, most=2100)
    last_year = NumberField(terms.LAST_YEAR, least=1990, most=2100)


class CloseForm(OfficeForm):
    """The end of a campaign."""

    act_name = "结束盘点"
    words = TextField(terms.CLOSE_STOCKTAKE_WORDS, limit=400, rows=3)


class PaperForm(OfficeForm):
    """A button that prints a sheet."""


class LinesForm(OfficeForm):
    """What came back on paper, typed in a row a line."""

    act_name = "录入盘点表"
    counted_on = DateField(terms.COUNTED_ON, required=True, year=work_year)
    counter = TextField(terms.COUNTER, limit=40)
    lines = TextField(terms.COUNT_LINES, required=True, limit=60_000, rows=16)


class CountForm(OfficeForm):
    """A count of one line, on the phone of who stands before the thing."""

    act_name = "登记盘点"
    outcome = ChoiceField(terms.COUNT_RESULT, CountResult, required=True, radio=True)
    quantity = NumberField(terms.COUNTED_QUANTITY, places=4)
    condition = ChoiceField(terms.COUNT_CONDITION, Condition)
    not_in_use = TickField(terms.NOT_IN_USE)
    place_wrong = TickField(terms.PLACE_WRONG)
    label_missing = TickField(terms.LABEL_MISSING)
    words = TextField(terms.DIFFERENCE_REASON, limit=400, rows=2)
    counted_on = DateField(terms.COUNTED_ON, required=True, year=work_year)
    photos = PhotosField(terms.COUNT_PHOTOS)


class SurplusForm(OfficeForm):
    """Something found that no line stands for."""

    act_name = "登记盘盈"
    village = PickField(terms.SURPLUS_VILLAGE, required=True)
    name = TextField(terms.SURPLUS_NAME, required=True, limit=120)
    location = TextField(terms.SURPLUS_PLACE, limit=120)
    quantity = NumberField(terms.SURPLUS_QUANTITY, places=4, required=True)
    quantity_unit = TextField(terms.SURPLUS_UNIT, required=True, limit=12)
    words = TextField(terms.SURPLUS_WORDS, required=True, limit=400, rows=2)
    found_on = DateField(terms.SURPLUS_DAY, required=True, year=work_year)
    photos = PhotosField(terms.COUNT_PHOTOS)


class TreatForm(OfficeForm):
    """How a difference is to be treated."""

    act_name = "提出差异处理"
    kind = ChoiceField(terms.TREATMENT_KIND, TreatmentKind, required=True)
    words = TextField(terms.TREATMENT_WORDS, required=True, limit=400, rows=3)
    document_no = TextField(terms.TREATMENT_DOCUMENT, limit=60)


class DecideForm(OfficeForm):
    """Deciding a treatment, or sending it back: the button says which."""

    reason = TextField(terms.TREATMENT_RETURN, limit=200)


class DoneForm(OfficeForm):
    """A treatment carried out."""

    act_name = "办结差异处理"
    matter_no = TextField(terms.TREATMENT_MATTER, limit=24)
    words = TextField(terms.TREATMENT_DONE, limit=200)
