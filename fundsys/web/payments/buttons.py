"""A record's buttons: each names an act, and what is said when it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flask import flash, redirect, render_template, request

from .forms import BackForm, ReverseForm


class Button(NamedTuple):
    """act_name: as the journal has it; service: takes the record's id, the reason where asked, version and act."""

    act_name: str
    service: Callable[..., Any]
    sentence: str
    asks_reason: bool = False


def pressed(
    buttons: Mapping[str, Button], record_id: int, again: Callable[[int, BackForm], str], lead_to: Callable[[str], str]
) -> Any:
    """Do what the pressed button says, or show the record's page again with what is wrong.

    again: the page of the record with the form. lead_to: where a button leads when it is done.
    """
    wish, form = request.form.get("action", ""), BackForm()
    if wish not in buttons or not form.submitted():
        return again(record_id, form), 422
    button = buttons[wish]
    form.act_name = button.act_name
    more = (form.reason.data or "",) if button.asks_reason else ()
    if form.try_to(button.service, record_id, *more, version=form.version.data):
        flash(button.sentence, "good")
        return redirect(lead_to(wish))
    return again(record_id, form), 422


def reversed_whole(row: Any, act_name: str, service: Callable[..., str], word: str, back: str, lead_to: str) -> Any:
    """The page that takes a posting back whole. service: answers the sentence to say; back: the view of the posting."""
    form = ReverseForm(version=row.version)
    form.act_name = act_name
    if form.submitted():
        answers = form.answers()
        if form.try_to(service, row.id, answers.pop("reason"), answers.pop("document_no"), **answers):
            flash(form.repeated or form.result or "", "good")
            return redirect(lead_to)
    page = render_template("payments/reverse.html", form=form, row=row, word=word, back=back)
    return (page, 422) if request.method == "POST" else page
