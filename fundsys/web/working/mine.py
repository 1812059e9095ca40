"""What the person signed in has on the desk or has handed over for decision, and taking it back: one page for every kind."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.extensions import db
from fundsys.queries.reviewed import open_work, reviewed
from fundsys.services import recalls
from fundsys.web.access import SIGNED_IN, allow, me
from fundsys.web.forms import OfficeForm
from fundsys.web.ticks import is_number

from . import bp
from .links import record_url


class RecallForm(OfficeForm):
    """Taking back what was handed over."""

    act_name = "撤回提交"


@bp.route("/my-work", methods=["GET", "POST"])
@allow(SIGNED_IN)
def my_work() -> Any:
    """Everything one entered that is not decided yet; what waits for others can be taken back, several as one act."""
    found = [one for one in open_work(db.session(), me().id) if not _part_of_paper(one)]
    form = RecallForm()
    names = {(one.about, one.id): f"{reviewed()[one.about].word} {one.name}" for one in found}
    if form.submitted() and form.try_to(recalls.recall, _chosen(names)):
        flash(form.repeated or f"已撤回 {form.result} 项", "good")
        return redirect(url_for(".my_work"))
    rows = [
        (one, reviewed()[one.about].word, record_url(one.about, one.id, one.parent_id), recalls.can_recall(one.about))
        for one in sorted(found, key=lambda one: (not one.waits, one.about, one.id))
    ]
    shown = render_template(
        "working/my_work.html",
        form=form,
        rows=rows,
        waits=sum(one.waits for one, *_ in rows),
        ticked=request.form.getlist("chosen"),
    )
    return (shown, 422) if request.method == "POST" else shown


def _part_of_paper(one: Any) -> bool:
    return one.about == "allocation" and one.parent_id is None


def _chosen(names: dict[tuple[str, int], str]) -> dict[tuple[str, int], tuple[int, str]]:
    """The ticked records at the versions the page showed; the service judges whether they are one's own."""
    found = {}
    for text in request.form.getlist("chosen"):
        about, _, number = text.partition("-")
        version = request.form.get(f"seen-{text}", "")
        if about in reviewed() and is_number(number) and is_number(version):
            key = (about, int(number))
            found[key] = (int(version), names.get(key, reviewed()[about].word))
    return found
