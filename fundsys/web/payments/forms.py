"""The forms of money going out."""

from __future__ import annotations

from typing import Any

from fundsys.domain import terms
from fundsys.domain.funds import ContractSubject, PaymentKind
from fundsys.web.forms import (
    ChoiceField,
    DateField,
    DocumentNoField,
    OfficeForm,
    PercentField,
    PickField,
    TextField,
    YuanField,
)
from fundsys.web.frame import work_year
from fundsys.web.funds.forms import RowsForm
from fundsys.web.papers import PapersField

KINDS = tuple(kind for kind in PaymentKind if kind is not PaymentKind.REVERSAL)


class ContractForm(OfficeForm):
    """A contract as it stands on paper, with its payment terms."""

    contract_no = TextField(terms.WORKS_CONTRACT_NO, required=True, limit=60)
    name = TextField(terms.WORKS_CONTRACT_NAME, required=True, limit=120)
    subject = ChoiceField(terms.CONTRACT_SUBJECT, ContractSubject, required=True)
    amount = YuanField(terms.CONTRACT_AMOUNT, required=True, above_zero=True)
    signed_on = DateField(terms.SIGNED_ON, required=True, year=work_year)
    payee = TextField(terms.PAY_PAYEE, required=True, limit=80)
    bank = TextField(terms.BANK, limit=80)
    account = TextField(terms.ACCOUNT_NO, limit=40, personal=True)
    advance_bp = PercentField(terms.ADVANCE_SHARE, required=True, exact=True)
    progress_bp = PercentField(terms.PROGRESS_SHARE, required=True, exact=True)
    retention_bp = PercentField(terms.RETENTION_SHARE, required=True, exact=True)
    retention_due_on = DateField(terms.RETENTION_DUE_ON, year=work_year)
    remark = TextField(terms.CONTRACT_REMARK, limit=400, rows=2)


class RequestForm(OfficeForm):
    """A payment request as it stands on paper."""

    contract_id = PickField(terms.WORKS_CONTRACT, blank="不按合同支付")
    kind = ChoiceField(terms.PAYMENT_KIND, PaymentKind, only=KINDS, required=True)
    amount = YuanField(terms.REQUEST_AMOUNT, required=True, above_zero=True)
    retention_held = YuanField(terms.RETENTION_HELD)
    payee = TextField(terms.PAY_PAYEE, limit=80)
    bank = TextField(terms.BANK, limit=80)
    account = TextField(terms.ACCOUNT_NO, limit=40, personal=True)
    reason = TextField(terms.PAY_REASON, limit=400, rows=2)
    applied_on = DateField(terms.APPLIED_ON, year=work_year)
    documents = TextField(terms.PAY_DOCUMENTS, limit=1000, rows=4)
    papers = PapersField(terms.PAY_PAPERS)
    exception_reason = TextField(terms.EXCEPTION_REASON, limit=200)
    exception_document = DocumentNoField(terms.EXCEPTION_DOCUMENT)


class AcceptForm(RowsForm):
    """Taking a request up: the day, the voucher, and boxes named after the lines."""

    rows = ("part-", "total")
    paid_on = DateField(terms.PAID_ON, required=True, year=work_year)
    voucher_no = TextField(terms.PAID_VOUCHER, limit=40)


class PaymentForm(OfficeForm):
    """A payment entered by the finance bureau itself."""

    line_id = PickField(terms.PAID_LINE, required=True)
    contract_id = PickField(terms.WORKS_CONTRACT, blank="不按合同支付")
    kind = ChoiceField(terms.PAYMENT_KIND, PaymentKind, only=KINDS, required=True)
    amount = YuanField(terms.PAID_AMOUNT, required=True, above_zero=True)
    capitals = TextField(terms.PAID_CAPITALS, limit=80)
    paid_on = DateField(terms.PAID_ON, required=True, year=work_year)
    voucher_no = TextField(terms.PAID_VOUCHER, limit=40)
    payee = TextField(terms.PAY_PAYEE, required=True, limit=80)
    bank = TextField(terms.BANK, limit=80)
    account = TextField(terms.ACCOUNT_NO, limit=40, personal=True)
    remark = TextField(terms.PAID_REMARK, limit=400)
    exception_reason = TextField(terms.EXCEPTION_REASON, limit=200)
    exception_document = DocumentNoField(terms.EXCEPTION_DOCUMENT)


class DisburseForm(OfficeForm):
    """A disbursement to an implementing unit."""

    act_name = "登记拨付"
    line_id = PickField(terms.PAID_LINE, required=True)
    unit_id = PickField(terms.DISBURSED_TO)
    amount = YuanField(terms.DISBURSED_AMOUNT, required=True, above_zero=True)
    disbursed_on = DateField(terms.DISBURSED_ON, required=True, year=work_year)
    document_no = DocumentNoField(terms.DISBURSED_PAPER)
    remark = TextField(terms.PAID_REMARK, limit=400)


class BackForm(OfficeForm):
    """Sending something back with a reason."""

    reason = TextField(terms.REQUEST_RETURN_REASON, limit=200)


class ReverseForm(OfficeForm):
    """A returned payment, or one taken off the books."""

    reason = TextField(terms.BACK_PAYMENT_REASON, required=True, limit=200)
    document_no = TextField(terms.BACK_PAYMENT_PAPER, required=True, limit=40)
    reversed_on = DateField(terms.REVERSED_DAY, year=work_year)


class UnmaskForm(OfficeForm):
    """Why somebody asks for a whole account number."""

    act_name = "查看完整账号"
    why = TextField(terms.UNMASK_REASON, required=True, limit=100)


class StepForm(OfficeForm):
    """A button: nothing to fill but the version it was shown with."""


def words(answers: dict[str, Any], *keys: str) -> dict[str, Any]:
    """Answers with blanks of these boxes as empty words."""
    return answers | {key: answers[key] or "" for key in keys if key in answers}
