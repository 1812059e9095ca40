"""The forms of public notices."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.domain.publicity import PublicLevel
from fundsys.web.forms import ChoiceField, DateField, NumberField, OfficeForm, TextField, TickField, WanField
from fundsys.web.frame import work_year
from fundsys.web.papers import PapersField


class PublicForm(OfficeForm):
    """A notice as it is to hang."""

    title = TextField(terms.PUBLIC_TITLE, required=True, limit=120)
    level = ChoiceField(terms.PUBLIC_LEVEL, PublicLevel, required=True)
    first_on = DateField(terms.PUBLIC_FROM, required=True, year=work_year)
    last_on = DateField(terms.PUBLIC_TO, year=work_year)
    place = TextField(terms.PUBLIC_PLACE, limit=200)
    content = TextField(terms.PUBLIC_CONTENT, limit=4000, rows=6)
    implementing_unit = TextField(terms.PUBLIC_UNIT, limit=80)
    amount = WanField(terms.PUBLIC_AMOUNT)
    hotline = TextField(terms.PUBLIC_HOTLINE, limit=60)
    remark = TextField(terms.REMARK, limit=400)
    papers = PapersField(terms.PUBLIC_PAPERS)


class StepForm(OfficeForm):
    """A button on a notice's page, and why it is taken down."""

    reason = TextField(terms.PUBLIC_WITHDRAWAL, limit=200)


class ResultForm(OfficeForm):
    """What came of a notice."""

    act_name = "登记公示结果"
    objection = TickField(terms.PUBLIC_OBJECTION)
    handling = TextField(terms.PUBLIC_HANDLING, limit=1000, rows=3)
    papers = PapersField(terms.PUBLIC_PAPERS)

    def say(self, sentence: str, field: str | None = None) -> None:
        """The service speaks of photos."""
        super().say(sentence, "papers" if field == "photos" else field)


class ReviewForm(OfficeForm):
    """Approving several texts, or sending them back with a reason."""

    reason = TextField(terms.PUBLIC_RETURN_REASON, limit=200)


class DutyForm(OfficeForm):
    """What must be published when."""

    act_name = "修改公示事项"
    label = TextField(terms.DUTY_LABEL, required=True, limit=60)
    due_days = NumberField(terms.DUTY_DUE_DAYS, least=0, most=365)
    least_days = NumberField(terms.DUTY_LEAST_DAYS, least=1, most=365)
    carrier = TextField(terms.DUTY_CARRIER, limit=120)
    active = TickField(terms.DUTY_ACTIVE)
