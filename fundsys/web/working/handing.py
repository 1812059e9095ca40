"""Handing over the work of a person who leaves."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from fundsys.domain import terms
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import handing as queries
from fundsys.services.hand_over import hand_over as hand_over_work
from fundsys.web.access import SIGNED_IN, allow, me
from fundsys.web.forms import OfficeForm, PickField, TextField

from . import bp


class HandOverForm(OfficeForm):
    """Who takes over, and why."""

    act_name = "移交工作"
    to_id = PickField(terms.HAND_OVER_TO, required=True)
    reason = TextField(terms.HAND_OVER_REASON, required=True, limit=200)


@bp.route("/hand-overs")
@allow(Permission.HAND_OVER)
def hand_overs() -> str:
    """Whose work can be handed over, and what was."""
    session = db.session()
    return render_template(
        "working/hand_overs.html", people=queries.leavers(session, me()), done=queries.hand_overs(session, me())
    )


@bp.route("/hand-overs/<int:person_id>/new", methods=["GET", "POST"])
@allow(Permission.HAND_OVER)
def hand_over(person_id: int) -> Any:
    """One person's open work, counted, and the one who takes it."""
    session = db.session()
    person = queries.leaver(session, me(), person_id)
    if person is None or person.role.is_administrator:
        abort(404)
    holds = queries.held(session, person)
    form = HandOverForm()
    form.to_id.options = [(p.id, p.name) for p in queries.takers(session, person)]
    told = {"id": person.id, "name": person.name, "unit": person.unit.name, "role": person.role.label}
    if form.submitted() and form.try_to(
        hand_over_work, person_id, to_id=form.to_id.data, reason=form.reason.data or ""
    ):
        flash(form.repeated or "已移交，移交前后的件数如下", "good")
        done = queries.hand_overs(db.session(), me())
        return redirect(url_for(".hand_over_shown", hand_over_id=done[0].id))
    page = render_template("working/hand_over.html", form=form, person=told, holds=holds)
    return (page, 422) if request.method == "POST" else page


@bp.route("/hand-overs/<int:hand_over_id>")
@allow(SIGNED_IN)
def hand_over_shown(hand_over_id: int) -> str:
    """A hand-over with the counts before and after; for those who may hand over and the two it concerns."""
    found = queries.hand_overs(db.session(), me(), only=hand_over_id)
    if not found:
        abort(404)
    return render_template("working/hand_over_shown.html", one=found[0])
