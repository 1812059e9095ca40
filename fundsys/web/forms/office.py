"""The form every page of entry is made of: asked once, answered once, nothing typed is lost."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import flash, g, request
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import HiddenField

from fundsys.domain.errors import DomainError, Stale
from fundsys.services.acts import Repeated, act

HOUSEKEEPING = frozenset({"csrf_token", "form_id", "version"})
_IN_CHINESE = {
    "The CSRF token is missing.": "页面缺少防伪标记，请刷新后再提交，已填内容都在",
    "The CSRF session token is missing.": "登录已过期，请重新登录后再提交，已填内容都在",
    "The CSRF token has expired.": "页面打开太久，请刷新后再提交，已填内容都在",
    "The CSRF token is invalid.": "页面的防伪标记不对，请刷新后再提交，已填内容都在",
    "The CSRF tokens do not match.": "页面的防伪标记不对，请刷新后再提交，已填内容都在",
}


class _Chinese:
    """What the libraries say, in our words."""

    def gettext(self, text: str) -> str:
        return _IN_CHINESE.get(text, text)

    def ngettext(self, one: str, many: str, n: int) -> str:
        return self.gettext(one if n == 1 else many)


class FormId(HiddenField):
    """The id under which the form is one act, however often it is sent: made with the page, kept through errors."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep a well-formed id; make a new one instead of anything else."""
        try:
            self.data = str(uuid.UUID(valuelist[0]))
        except (IndexError, ValueError):
            self.data = str(uuid.uuid4())


class Version(HiddenField):
    """The version of the record the page was made from; None for a new record."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a whole number; anything else is a page that has been tampered with or cut."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if text:
            if not (text.isascii() and text.isdigit()):
                raise ValueError("页面缺少版本号，请重新打开再填")
            self.data = int(text)

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)


class OfficeForm(FlaskForm):
    """A form of the office.

    act_name: what the journal calls the act; "" takes the first line of the service's docstring.
    result: what the service gave, after try_to; repeated: the earlier answer when the same form came twice.
    """

    act_name = ""

    form_id = FormId(default=lambda: str(uuid.uuid4()))
    version = Version()

    class Meta(FlaskForm.Meta):
        locales = False

        def get_translations(self, form: object) -> _Chinese:
            """Our own words for what the libraries complain about."""
            return _Chinese()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.result: Any = None
        self.repeated: str | None = None

    def submitted(self) -> bool:
        """Sent, and every box can be read."""
        return bool(self.validate_on_submit())

    def answers(self) -> dict[str, Any]:
        """What was answered, by field name, parsed; without the form's own housekeeping."""
        return {name: field.data for name, field in self._fields.items() if name not in HOUSEKEEPING}

    def shown_answers(self) -> dict[str, str]:
        """What was answered as the page shows it, by field name: for the comparison when two people save the same record."""
        return {
            name: str(field._value() if hasattr(field, "_value") else field.data or "")
            for name, field in self._fields.items()
            if name not in HOUSEKEEPING
        }

    def say(self, sentence: str, field: str | None = None) -> None:
        """Put a sentence at a box, or on top of the form when the box is not on it."""
        if field is not None and field in self._fields:
            self._fields[field].errors = [*self._fields[field].errors, sentence]
        else:
            self.form_errors.append(sentence)

    def try_to(self, function: Callable[..., Any], *args: Any, **answers: Any) -> bool:
        """Do an act of the office with these answers, as the person signed in.

        True when it is done (its value in `result`), also when it had been done before by the same form (`repeated`).
        False when the office refuses: the sentence stands at its box and everything typed is still there.
        Raises: Stale, which the error page turns into a comparison of both texts.
        """
        try:
            what = self.act_name or _first_line(function)
            with act(
                by=_person_id(), form_id=self.form_id.data, what=what, address=request.remote_addr or ""
            ) as opened:
                self.result = function(*args, act=opened, **answers)
        except Repeated as before:
            self.repeated = before.answer
            g.repeated = True
        except Stale:
            g.stale_form = self
            raise
        except DomainError as refusal:
            g.refusal = refusal
            for one in getattr(refusal, "errors", (refusal,)):
                self.say(one.message, one.field)
            return False
        flash(self.form_id.data or "", "accepted-form")
        return True


def _person_id() -> int | None:
    """Id of the person signed in."""
    return int(current_user.id) if current_user and current_user.is_authenticated else None


def _first_line(function: Callable[..., Any]) -> str:
    words = (function.__doc__ or function.__name__).strip().splitlines()[0]
    return words.rstrip(".。")
