"""The table of what must be published when: read by the lead bureau, edited with the dictionaries."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.errors import NotFound
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries.history import history
from fundsys.queries.money_facts import days_of, policy_of
from fundsys.queries.owed_notices import duties
from fundsys.services.publicity import edit_duty
from fundsys.web.access import allow
from fundsys.web.frame import work_year

from . import bp
from .forms import DutyForm


@bp.route("/public-notices/duties")
@allow(Permission.APPROVE_NOTICE_TEXT, Permission.EDIT_DICTIONARY)
def duty_list() -> str:
    """The whole table, with the year's values where a row has none of its own."""
    policy = policy_of(db.session(), work_year())
    return render_template(
        "publicity/duties.html",
        rows=duties(db.session(), None),
        due=days_of(policy, "publication_days"),
        least=days_of(policy, "public_days_min"),
    )


@bp.route("/public-notices/duties/<int:duty_id>", methods=["GET", "POST"])
@allow(Permission.EDIT_DICTIONARY)
def duty(duty_id: int) -> Any:
    """One row: its name, its days, where it hangs, and whether it is asked at all."""
    row = next((d for d in duties(db.session(), None) if d.id == duty_id), None)
    if row is None:
        raise NotFound("没有这一条公示事项，请从公示事项表进入")
    names = ("version", "label", "due_days", "least_days", "carrier", "active")
    form, status = DutyForm(**{name: getattr(row, name) for name in names}), 200
    if request.method == "POST":
        answers = form.answers() if form.submitted() else {}
        if answers and form.try_to(
            edit_duty, duty_id, **answers | {"carrier": answers["carrier"] or ""}, version=form.version.data
        ):
            flash("已保存；应公示事项和规则检查按新的要求计算", "good")
            return redirect(url_for(".duty_list"))
        status = 422
    told = history(db.session(), "publication_duty", duty_id)
    return render_template("publicity/duty.html", row=row, form=form, history=told), status
