"""Approval of work-relief plans and rosters: several at once, all of them or none."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.rights import Permission
from fundsys.domain.work_relief import ReliefState
from fundsys.extensions import db
from fundsys.queries import relief as queries
from fundsys.services import work_relief as services
from fundsys.services.acts import Act
from fundsys.web.access import allow, me

from . import bp
from .forms import ReviewForm

WAITS = (ReliefState.SUBMITTED,)


@bp.route("/work-relief/review", methods=["GET", "POST"])
@allow(Permission.APPROVE_WORK_RELIEF)
def review() -> Any:
    """Plans and rosters that wait; approve or send back those chosen, as they were seen."""
    plans = queries.plans(db.session(), me(), states=WAITS)
    rosters = queries.rosters(db.session(), me(), states=WAITS)
    form = ReviewForm()
    returning = request.form.get("action") == "return"
    form.act_name = "退回以工代赈资料" if returning else "审定以工代赈资料"
    picked = [_seen("plan", plans), _seen("roster", rosters)]
    if form.submitted() and form.try_to(_judge, picked, form.reason.data or "", returning):
        flash(form.repeated or form.result or "", "good")
        return redirect(url_for(".review"))
    page = render_template("relief/review.html", form=form, plans=plans, rosters=rosters, chosen=picked)
    return (page, 422) if request.method == "POST" else page


def _judge(picked: list[dict[int, int]], reason: str, returning: bool, *, act: Act) -> str:
    """Approve or send back what was chosen; the sentence to say."""
    plans, rosters = picked
    count = 0
    if plans or not rosters:
        found = services.return_plans(plans, reason, act=act) if returning else services.approve_plans(plans, act=act)
        count += len(found)
    if rosters:
        told = (
            services.return_rosters(rosters, reason, act=act)
            if returning
            else services.approve_rosters(rosters, act=act)
        )
        count += len(told)
    act.answer = f"{'已退回' if returning else '已审定'} {count} 份"
    return act.answer


def _seen(kind: str, rows: list[Any]) -> dict[int, int]:
    """The ticked papers of a kind at the versions the page showed; on first sight all."""
    if request.method == "GET":
        return {row.id: row.version for row in rows}
    found = {}
    for text in request.form.getlist(kind):
        version = request.form.get(f"{kind}-seen-{text}", "")
        if all(t.isascii() and t.isdigit() and len(t) < 18 for t in (text, version)):
            found[int(text)] = int(version)
    return found
