"""The forms of work relief."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.domain.work_relief import Household, PayBase
from fundsys.web.forms import (
    ChoiceField,
    DateField,
    DocumentNoField,
    NumberField,
    OfficeForm,
    PercentField,
    PickField,
    TextField,
    WanField,
)
from fundsys.web.frame import work_year
from fundsys.web.funds.forms import RowsForm
from fundsys.web.papers import PapersField


class PlanForm(OfficeForm):
    """The work-relief plan of a project."""

    act_name = "登记以工代赈方案"
    min_share = PercentField(terms.RELIEF_SHARE, required=True, exact=True)
    base_kind = ChoiceField(terms.RELIEF_BASE_KIND, PayBase, required=True)
    base_amount = WanField(terms.RELIEF_BASE, required=True, above_zero=True)
    document_no = DocumentNoField(terms.RELIEF_DOCUMENT, required=True)
    posts = TextField(terms.RELIEF_POSTS, required=True, limit=2000, rows=5)
    public_posts = NumberField(terms.RELIEF_PUBLIC_POSTS)
    organization = TextField(terms.RELIEF_ORGANIZATION, limit=2000, rows=3)


class WorkerForm(OfficeForm):
    """A worker with the labor agreement."""

    act_name = "登记务工人员"
    name = TextField(terms.WORKER_NAME, required=True, limit=40)
    identity = TextField(terms.WORKER_ID_NO, limit=40, personal=True)
    bank = TextField(terms.WORKER_CARD, limit=40, personal=True)
    phone = TextField(terms.WORKER_PHONE, limit=40, personal=True)
    village_id = PickField(terms.WORKER_VILLAGE, blank="本县以外")
    household = ChoiceField(terms.WORKER_HOUSEHOLD, Household, required=True)
    work_type = TextField(terms.WORK_TYPE, limit=40)
    agreement_no = TextField(terms.WORKER_AGREEMENT, limit=40)
    agreed_on = DateField(terms.WORKER_AGREED_ON, year=work_year)
    cash_approval = TextField(terms.WORKER_CASH, limit=60)


class RosterForm(RowsForm):
    """A month's roster, and boxes named after the workers."""

    act_name = "登记务工花名册"
    rows = ("attended-", "days-", "rate-", "deducted-", "paid-", "paid_on-", "voucher-", "note-")
    month = TextField(terms.LABOR_MONTH, required=True, limit=7)
    attendance_place = TextField(terms.ATTENDANCE_PLACE, limit=80)
    remark = TextField(terms.REMARK, limit=200)


class RosterStepForm(OfficeForm):
    """A button on a roster's page, and why it is corrected."""

    reason = TextField(terms.ROSTER_CORRECTION, limit=200)


class PressForm(OfficeForm):
    """A button on a project's page."""


class TrainingForm(OfficeForm):
    """A training that was held."""

    act_name = "登记技能培训"
    held_on = DateField(terms.TRAINING_ON, required=True, year=work_year)
    topic = TextField(terms.TRAINING_TOPIC, required=True, limit=80)
    attendances = NumberField(terms.TRAINING_COUNT, required=True)
    place = TextField(terms.TRAINING_PLACE, limit=80)
    remark = TextField(terms.REMARK, limit=200)
    papers = PapersField(terms.TRAINING_PAPERS)


class WithdrawForm(OfficeForm):
    """A training entered by mistake."""

    act_name = "作废培训记录"
    reason = TextField(terms.TRAINING_WITHDRAWAL, required=True, limit=200)


class ReviewForm(OfficeForm):
    """Approving several plans and rosters, or sending them back with a reason."""

    reason = TextField(terms.RELIEF_RETURN, limit=200)
