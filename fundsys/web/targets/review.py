"""Confirming monthly reports, several at once: all of those chosen, or none."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.rights import Permission
from fundsys.domain.yearly_targets import ReportState
from fundsys.extensions import db
from fundsys.models.yearly_targets import TargetReport
from fundsys.queries.target_reports import reports
from fundsys.queries.yearly_targets import target_years
from fundsys.services import target_reports as services
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.ticks import chosen_rows

from . import bp
from .forms import ReviewForm


@bp.route("/target-reports/review", methods=["GET", "POST"])
@allow(Permission.APPROVE_TARGET)
def review() -> Any:
    """Reports that wait; confirm or send back those chosen, as they were seen."""
    waiting = TargetReport.state == ReportState.SUBMITTED
    rows = [row for year in target_years(db.session()) for row in reports(db.session(), year, waiting)]
    form = ReviewForm()
    returning = request.form.get("action") == "return"
    form.act_name = "退回目标月报" if returning else "确认目标月报"
    chosen = chosen_rows(rows, lambda row: row.entered_by_id != me().id)

    def judge(seen: dict[int, int], reason: str, *, act: Act) -> str:
        """Confirm or send back what was chosen; the sentence to say."""
        found = services.return_reports(seen, reason, act=act) if returning else services.approve_reports(seen, act=act)
        act.answer = f"{'已退回' if returning else '已确认'} {len(found)} 份目标月报"
        return act.answer

    if form.submitted() and form.try_to(judge, chosen, form.reason.data or ""):
        flash(form.repeated or form.result or "", "good")
        return redirect(url_for(".review"))
    page = render_template("targets/review.html", form=form, rows=rows, chosen=chosen)
    return (page, 422) if request.method == "POST" else page
