"""Extensions of time: asked for, decided, taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.library import PlanState
from fundsys.domain.rights import Permission as P
from fundsys.extensions import db
from fundsys.queries import construction as queries
from fundsys.queries.history import history
from fundsys.queries.projects import project_card
from fundsys.services import construction as services
from fundsys.services.acts import Act
from fundsys.web.access import allow, me

from . import bp
from .forms import ExtensionForm, ExtensionStepForm


@bp.route("/extensions")
@allow(P.READ_PROJECTS)
def extension_list() -> str:
    """Requests for more time, and what became of them."""
    state = next((s for s in PlanState if s.code == request.args.get("state")), None)
    rows = queries.extensions(db.session(), me(), state=state)
    return render_template("construction/extensions.html", rows=rows, state=state, states=list(PlanState))


@bp.route("/<int:project_id>/extension", methods=["GET", "POST"])
@allow(P.UPDATE_PROGRESS)
def extend(project_id: int) -> Any:
    """Ask for more time."""
    card = project_card(db.session(), me(), project_id, P.UPDATE_PROGRESS)
    form = ExtensionForm(version=card.record.version)
    if form.submitted() and form.try_to(_ask, project_id, form):
        flash("延期已申请，等待另一人审定；审定前仍按原来的日期考核", "good")
        return redirect(url_for(".extension", extension_id=int(form.repeated or form.result)))
    days: tuple[date | None, date | None] = queries.days_in_force(db.session(), [card.record])[project_id]
    page = render_template("construction/extend.html", form=form, card=card, days=days)
    return (page, 422) if request.method == "POST" else page


def _ask(project_id: int, form: ExtensionForm, *, act: Act) -> int:
    """Ask for more time; the id of the paper."""
    made = services.ask_extension(
        project_id,
        form.answers()["new_end_on"],
        form.reason.data or "",
        new_start_on=form.new_start_on.data,
        request_no=form.request_no.data or "",
        files=[(f.filename or "", f.read()) for f in form.papers.data or []],
        version=form.version.data,
        act=act,
    )
    act.answer = str(made.id)
    return made.id


@bp.route("/extensions/<int:extension_id>", methods=["GET", "POST"])
@allow(P.READ_PROJECTS)
def extension(extension_id: int) -> Any:
    """One request for more time with both dates; decide on it, or take it back."""
    row = queries.extension_of(db.session(), me(), extension_id)
    form = ExtensionStepForm(version=row.version)
    if request.method == "POST" and _decide(form, extension_id):
        return redirect(url_for(".extension", extension_id=extension_id))
    waits = row.state is PlanState.SUBMITTED
    page = render_template(
        "construction/extension.html",
        row=row,
        form=form,
        history=history(db.session(), "extension", extension_id),
        may_decide=waits and me().can(P.ADMIT_PROJECT) and row.proposed_by_id != me().id,
        may_withdraw=waits and me().can(P.UPDATE_PROGRESS),
    )
    return (page, 422) if request.method == "POST" else page


def _decide(form: ExtensionStepForm, extension_id: int) -> bool:
    told: dict[str, tuple[str, Any, str]] = {
        "approve": ("审定工期延期", _approve, "已同意延期，按延期后的日期考核"),
        "return": ("退回工期延期", _return, "已退回，仍按原来的日期考核"),
        "withdraw": ("撤回工期延期", _withdraw, "已撤回，仍按原来的日期考核"),
    }
    wish = request.form.get("action", "")
    if wish not in told or not form.submitted():
        return False
    form.act_name, service, sentence = told[wish]
    if form.try_to(service, extension_id, form):
        flash(sentence, "good")
        return True
    return False


def _approve(extension_id: int, form: ExtensionStepForm, *, act: Act) -> None:
    files = [(f.filename or "", f.read()) for f in form.papers.data or []]
    services.approve_extension(
        extension_id, form.document_no.data or "", files=files, version=form.version.data, act=act
    )


def _return(extension_id: int, form: ExtensionStepForm, *, act: Act) -> None:
    services.return_extension(extension_id, form.reason.data or "", version=form.version.data, act=act)


def _withdraw(extension_id: int, form: ExtensionStepForm, *, act: Act) -> None:
    services.withdraw_extension(extension_id, version=form.version.data, act=act)
