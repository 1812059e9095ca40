"""The forms of corrections."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.web.forms import DateField, DocumentNoField, OfficeForm, TextField, WanField
from fundsys.web.frame import work_year
from fundsys.web.funds.forms import RowsForm


class PaperForm(RowsForm):
    """The head of an adjustment or recovery; its rows are boxes named after line and project."""

    rows = ("after-",)
    document_no = DocumentNoField(terms.ADJUSTMENT_NO)
    reason = TextField(terms.ADJUSTMENT_REASON, limit=400)
    decided_on = DateField(terms.CORRECTED_ON, year=work_year)


class ReturnForm(OfficeForm):
    """Returning unallocated money to the higher level."""

    act_name = "登记退回上级"
    amount = WanField(terms.RETURNED_AMOUNT, required=True, above_zero=True)
    document_no = DocumentNoField(terms.RETURN_PAPER_NO, required=True)
    reason = TextField(terms.RETURNED_WHY, required=True, limit=400)
    decided_on = DateField(terms.CORRECTED_ON, year=work_year)


class UndoForm(OfficeForm):
    """Taking a return back by its negative."""

    act_name = "冲销退回上级"
    document_no = DocumentNoField(terms.RETURN_PAPER_NO, required=True)
    reason = TextField(terms.UNDO_RETURN_REASON, required=True, limit=400)
    decided_on = DateField(terms.CORRECTED_ON, year=work_year)
