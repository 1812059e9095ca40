"""The dictionaries the county edits: codes with names, in use or not."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from fundsys.domain import terms
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import dictionaries as queries
from fundsys.queries.history import history
from fundsys.services import dictionaries
from fundsys.web.access import allow
from fundsys.web.forms import OfficeForm, TextField, TickField

bp = Blueprint("dictionaries", __name__, url_prefix="/dictionaries")


class AddForm(OfficeForm):
    """A code of the county's own."""

    act_name = "添加字典"
    code = TextField(terms.DICTIONARY_CODE, required=True, limit=20)
    label = TextField(terms.DICTIONARY_LABEL, required=True, limit=200)


class EditForm(OfficeForm):
    """Another name, or out of use."""

    act_name = "修改字典"
    label = TextField(terms.DICTIONARY_LABEL, required=True, limit=200)
    active = TickField(terms.DICTIONARY_ACTIVE)


@bp.route("/", methods=["GET", "POST"])
@allow(Permission.EDIT_DICTIONARY)
def index() -> Any:
    """One dictionary, and a box to add to it."""
    kind = request.args.get("kind", "")
    kind = kind if kind in queries.KINDS else next(iter(queries.KINDS))
    form = AddForm()
    status = 200
    if request.method == "POST":
        if form.submitted() and form.try_to(dictionaries.add_entry, kind, **form.answers()):
            flash("已添加，以后登记时可以选用", "good")
            return redirect(url_for(".index", kind=kind))
        status = 422
    rows = queries.entries(db.session(), kind)
    return render_template("dictionaries/index.html", rows=rows, kind=kind, kinds=queries.KINDS, form=form), status


@bp.route("/<int:entry_id>", methods=["GET", "POST"])
@allow(Permission.EDIT_DICTIONARY)
def show(entry_id: int) -> Any:
    """One entry and its history."""
    entry = queries.entry(db.session(), entry_id)
    form = EditForm(version=entry.version, label=entry.label, active=entry.active)
    status = 200
    if request.method == "POST":
        if form.submitted() and form.try_to(
            dictionaries.edit_entry, entry_id, version=form.version.data, **form.answers()
        ):
            flash("已保存；以前登记的记录不变", "good")
            return redirect(url_for(".index", kind=entry.kind))
        status = 422
    told = history(db.session(), "dictionary_entry", entry_id)
    return render_template(
        "dictionaries/show.html", entry=entry, kind=queries.KINDS[entry.kind], form=form, history=told
    ), status
