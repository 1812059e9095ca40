"""Calls for patrols after an event: the list with how far each has come, a new one, taking one back."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.errors import NotFound
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries.after_events import CallRow, calls
from fundsys.queries.maintenance import schemes_on
from fundsys.queries.projects import towns
from fundsys.services.acts import Act
from fundsys.services.maintenance import CallEntry, call_patrols, withdraw_call
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import today

from . import bp
from .forms import CallForm, WithdrawForm

_P = Permission


@bp.route("/maintenance/calls")
@allow(_P.READ_ASSETS)
def call_list() -> str:
    """The calls that touch what this person sees."""
    return render_template("maintenance/calls.html", rows=calls(db.session(), me(), today()), own=me().id)


@bp.route("/maintenance/calls/new", methods=["GET", "POST"])
@allow(_P.MAINTAIN)
def new_call() -> Any:
    """Call for patrols after an event, in the towns ticked; none ticked means all the person looks after."""
    form = CallForm(happened_on=today())
    own = me().town_id
    offered = [(number, name) for number, name in towns(db.session) if own is None or number == own]
    told = {int(text) for text in request.form.getlist("town_id") if text.isascii() and text.isdigit()}
    chosen = [number for number, _ in offered if number in told]

    def call(name: str, happened_on: Any, hours: int | None, document_no: str | None, *, act: Act) -> str:
        """Make it. Returns its id."""
        entry = CallEntry(name, happened_on, chosen, hours, document_no or "")
        return str(call_patrols(entry, act=act).id)

    if form.submitted() and form.try_to(call, **form.answers()):
        flash("已发起，列入应巡查；首次巡查后自动销去", "good")
        return redirect(url_for(".call_list"))
    asked = [s for s in schemes_on(db.session(), today()).values() if s.sector_id and (s.after_event or s.after_hours)]
    status = 422 if request.method == "POST" else 200
    page = render_template("maintenance/new_call.html", form=form, towns=offered, chosen=chosen, asked=asked)
    return page, status


def _call(call_id: int) -> CallRow:
    found = next((c for c in calls(db.session(), me(), today()) if c.id == call_id), None)
    if found is None:
        raise NotFound("没有这次事件后巡查，或者不在您的管理范围内")
    return found


@bp.route("/maintenance/calls/<int:call_id>/withdraw", methods=["GET", "POST"])
@allow(_P.MAINTAIN)
def withdraw(call_id: int) -> Any:
    """Take a call back that was made by mistake."""
    found = _call(call_id)
    form = WithdrawForm(version=found.version)
    if form.submitted() and form.try_to(withdraw_call, call_id, form.reason.data or "", version=form.version.data):
        flash("已撤回，不再列入应巡查", "good")
        return redirect(url_for(".call_list"))
    status = 422 if request.method == "POST" else 200
    return render_template("maintenance/withdraw.html", form=form, call=found), status
