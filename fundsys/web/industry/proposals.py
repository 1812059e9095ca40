"""Proposals of owners and towns: what waits, and the lead bureau's answer to several at once."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.industry import DecisionState
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.models.industry import ClassDecision
from fundsys.queries import legacy_records as records
from fundsys.queries.facts import county_today, work_year
from fundsys.queries.viewer import seen_legacy
from fundsys.services import industry
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.ticks import chosen_rows

from . import bp
from .forms import AnswerForm
from .lists import shown_labels


@bp.route("/proposals", methods=["GET", "POST"])
@allow(Permission.READ_LEGACY, Permission.CLASSIFY)
def proposals() -> Any:
    """What was proposed; the lead bureau decides or sends back those chosen."""
    session, who = db.session(), me()
    state = next((s for s in DecisionState if s.code == request.args.get("state")), DecisionState.PROPOSED)
    from_units = ClassDecision.proposed_by.is_not(None)
    rows = records.decisions(session, seen_legacy(who), from_units, ClassDecision.state == state)
    form = None
    if who.can(Permission.CLASSIFY) and state is DecisionState.PROPOSED:
        form = AnswerForm(decided_on=county_today(session))
    chosen = chosen_rows(rows)
    if request.method == "POST" and form is not None:
        returning = request.form.get("action") == "return"
        form.act_name = "退回分类建议" if returning else "审定四个一批分类"
        if form.submitted() and form.try_to(_answer, chosen, form, returning):
            flash(form.repeated or form.result or "", "good")
            return redirect(url_for(".proposals"))
    advice = records.advice_for(session, [r.project_id for r in rows], work_year(session), county_today(session))
    page = render_template(
        "industry/proposals.html",
        rows=rows,
        advice=advice,
        form=form,
        chosen=chosen,
        labels=shown_labels(),
        states=list(DecisionState),
        state=state,
        may_propose=who.can(Permission.PROPOSE_CLASS),
    )
    if request.method == "POST":
        return page, 403 if form is None else 422
    return page


def _answer(chosen: dict[int, int], form: AnswerForm, returning: bool, *, act: Act) -> str:
    """Decide or send back what was chosen; the sentence to say."""
    if returning:
        industry.return_proposals(chosen, form.reason.data or "", act=act)
    else:
        on = form.decided_on.data or act.day
        industry.decide_proposals(chosen, on, document_no=form.document_no.data or "", act=act)
    return act.answer
