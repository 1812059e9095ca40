"""The county's own names for the four classes."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.industry import FourBatch
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import industry as queries
from fundsys.queries.facts import work_year
from fundsys.queries.history import history
from fundsys.queries.legacy_records import labels
from fundsys.services import industry
from fundsys.services.acts import Act
from fundsys.web.access import allow

from . import bp
from .forms import LabelForm


@bp.route("/labels", methods=["GET", "POST"])
@allow(Permission.CLASSIFY)
def rename() -> Any:
    """Name the classes for a year and those after it."""
    year = work_year(db.session())
    form = LabelForm(label_year=year, **{code.lower(): label for code, label in labels(db.session(), year).items()})
    if form.submitted() and form.try_to(_rename, form):
        flash("已保存；记录里存的是代码，以前的分类不变", "good")
        return redirect(url_for(".rename"))
    rows = queries.own_labels(db.session())
    entries = [entry for row in rows for entry in history(db.session(), "batch_label", row.id)]
    page = render_template("industry/labels.html", form=form, rows=rows, history=entries, classes=list(FourBatch))
    return (page, 422) if request.method == "POST" else page


def _rename(form: LabelForm, *, act: Act) -> str:
    """Rename; the sentence to say."""
    told = {batch: form[batch.code.lower()].data or "" for batch in FourBatch}
    industry.rename_classes(form.label_year.data or 0, told, act=act)
    return act.answer
