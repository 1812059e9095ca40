"""Every label of a form comes from a term: one line to change in fundsys/domain/terms.py."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Iterator

from flask import Flask
from wtforms import HiddenField

from fundsys.domain import terms
from fundsys.web.forms import OfficeForm, TextField
from fundsys.web.forms.fields import OfficeField

TERMS = {id(value) for value in vars(terms).values() if isinstance(value, terms.Term)}


def forms(root: type[OfficeForm] = OfficeForm) -> Iterator[type[OfficeForm]]:
    """Every form of the application, found by looking."""
    for form in root.__subclasses__():
        yield form
        yield from forms(form)


def strangers(app: Flask, form: type[OfficeForm]) -> list[str]:
    """Boxes whose label is no term's."""
    with app.test_request_context():
        return [
            f"{form.__name__}.{field.name} {field.label.text}"
            for field in form()
            if not isinstance(field, HiddenField)
            and not (
                isinstance(field, OfficeField) and id(field.term) in TERMS and field.label.text == field.term.label
            )
        ]


def test_every_label_of_every_form_is_a_term(bare: Flask) -> None:
    found = [form for form in forms() if form.__module__.startswith("fundsys.")]
    assert {"NoticeForm", "ProgressForm", "SignInForm"} <= {form.__name__ for form in found}
    assert [wrong for form in found for wrong in strangers(bare, form)] == []


def test_control_a_label_of_its_own_is_seen(bare: Flask) -> None:
    class Home(OfficeForm):
        place = TextField(terms.Term("place", "另起的名字"))
        amount = TextField(terms.LINE_AMOUNT, label="另起的名字")

    assert strangers(bare, Home) == ["Home.place 另起的名字", "Home.amount 另起的名字"]


def test_every_term_has_words_without_blanks_around_or_half_width_marks() -> None:
    told = [value for value in vars(terms).values() if isinstance(value, terms.Term)]
    assert len(told) > 100
    for term in told:
        assert term.label and term.label == term.label.strip(), term
        assert not set(",;:()") & set(term.label + term.hint), term


def test_no_term_is_written_twice_under_one_name() -> None:
    written = re.findall(r"^([A-Z_0-9]+) = Term\(", inspect.getsource(terms), flags=re.MULTILINE)
    assert len(written) > 100
    assert sorted(name for name, count in Counter(written).items() if count > 1) == []
