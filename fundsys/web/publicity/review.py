"""Approving the texts of public notices, several at once: all of those chosen, or none."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.publicity import PublicState
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import publicity as queries
from fundsys.services import publicity as services
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.ticks import chosen_rows

from . import bp
from .forms import ReviewForm

WAITING = queries.PublicFilter(state=PublicState.SUBMITTED, sort="first", size=500)


@bp.route("/public-notices/review", methods=["GET", "POST"])
@allow(Permission.APPROVE_NOTICE_TEXT)
def review() -> Any:
    """Texts that wait; approve or send back those chosen, as they were seen."""
    rows = list(queries.public_notices(db.session(), me(), WAITING).rows)
    form, chosen = ReviewForm(), chosen_rows(rows, lambda row: row.entered_by_id != me().id)
    returning = request.form.get("action") == "return"
    form.act_name = "退回公示" if returning else "审定公示"

    def judge(seen: dict[int, int], reason: str, *, act: Act) -> str:
        """Approve or send back what was chosen; the sentence to say."""
        found = services.return_public(seen, reason, act=act) if returning else services.approve_public(seen, act=act)
        act.answer = f"{'已退回' if returning else '已审定'} {len(found)} 份公示"
        return act.answer

    if form.submitted() and form.try_to(judge, chosen, form.reason.data or ""):
        flash(form.repeated or form.result or "", "good")
        return redirect(url_for(".review"))
    page = render_template(
        "publicity/review.html",
        form=form,
        rows=rows,
        chosen=chosen,
        missing={row.id: queries.missing_of(row, row.subjects) for row in rows},
    )
    return (page, 422) if request.method == "POST" else page
