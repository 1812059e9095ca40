"""Forms of construction beside the progress report."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.domain.construction import AcceptanceLevel, Review
from fundsys.web.forms import (
    ChoiceField,
    DateField,
    DocumentNoField,
    OfficeForm,
    PhotosField,
    PickField,
    TextField,
    TickField,
    WanField,
)


class TenderForm(OfficeForm):
    """How the builder or supplier was found."""

    act_name = "登记招标采购"
    method = PickField(terms.TENDER_METHOD, number=False, required=True)
    announced_on = DateField(terms.TENDER_ANNOUNCED)
    decided_on = DateField(terms.TENDER_DECIDED, required=True)
    winner = TextField(terms.TENDER_WINNER, required=True, limit=80)
    control_price = WanField(terms.TENDER_CONTROL, above_zero=True)
    amount = WanField(terms.TENDER_AMOUNT, required=True, above_zero=True)
    document_no = DocumentNoField(terms.TENDER_NO)
    exemption_no = DocumentNoField(terms.TENDER_EXEMPTION)


class ExtensionForm(OfficeForm):
    """More time, asked for."""

    act_name = "申请工期延期"
    new_end_on = DateField(terms.EXTENSION_END, required=True)
    new_start_on = DateField(terms.EXTENSION_START)
    reason = TextField(terms.EXTENSION_WHY, required=True, rows=3, limit=400)
    request_no = DocumentNoField(terms.EXTENSION_REQUEST_NO)
    papers = PhotosField(terms.EXTENSION_PAPERS)


class ExtensionStepForm(OfficeForm):
    """What is decided about more time."""

    document_no = DocumentNoField(terms.EXTENSION_NO)
    reason = TextField(terms.PAPER_BACK)
    papers = PhotosField(terms.EXTENSION_PAPERS)


class AcceptanceForm(OfficeForm):
    """One acceptance on the spot."""

    act_name = "登记验收"
    level = ChoiceField(terms.ACCEPTANCE_LEVEL, AcceptanceLevel, required=True)
    held_on = DateField(terms.ACCEPTANCE_ON, required=True)
    passed = TickField(terms.ACCEPTANCE_PASSED)
    members = TextField(terms.ACCEPTANCE_MEMBERS)
    opinion = TextField(terms.ACCEPTANCE_OPINION, required=True, rows=2, limit=400)
    remedy = TextField(terms.ACCEPTANCE_REMEDY, rows=2, limit=400)
    remedy_due_on = DateField(terms.ACCEPTANCE_DUE)
    document_no = DocumentNoField(terms.ACCEPTANCE_NO)


class AcceptanceStepForm(OfficeForm):
    """What the lead bureau decides about a county acceptance."""

    document_no = DocumentNoField(terms.ACCEPTANCE_NO)
    reason = TextField(terms.PAPER_BACK)


class SettlementForm(OfficeForm):
    """What the project was settled at."""

    act_name = "登记结算"
    review = ChoiceField(terms.SETTLEMENT_REVIEW, Review, required=True)
    asked_amount = WanField(terms.SETTLEMENT_ASKED, required=True, above_zero=True)
    amount = WanField(terms.SETTLEMENT_AMOUNT, required=True, above_zero=True)
    reviewer = TextField(terms.SETTLEMENT_REVIEWER, required=True, limit=80)
    report_no = DocumentNoField(terms.SETTLEMENT_NO)
    reported_on = DateField(terms.SETTLEMENT_ON, required=True)
    remark = TextField(terms.SETTLEMENT_REMARK, limit=400)


class SettlementStepForm(OfficeForm):
    """What the finance bureau decides about a settled amount."""

    reason = TextField(terms.PAPER_BACK)


class ClaimsForm(OfficeForm):
    """The end of claims."""

    act_name = "办理报账完结"
    on = DateField(terms.CLAIMED_ON, required=True)


class PapersForm(OfficeForm):
    """Papers put into the dossier by themselves."""

    act_name = "存入项目资料"
