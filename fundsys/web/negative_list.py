"""Uses that hit the negative list: what they say, what somebody concluded, and the conclusion of whoever reviews money."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from fundsys.domain import terms
from fundsys.domain.errors import NotFound
from fundsys.domain.negative_list import ReviewVerdict
from fundsys.domain.record_words import table_name
from fundsys.domain.rights import Permission, Scope
from fundsys.extensions import db
from fundsys.queries.spending_records import hits_of, spending_facts
from fundsys.services import negative_list as services
from fundsys.web.access import allow, me
from fundsys.web.checks.view import record_url
from fundsys.web.forms import ChoiceField, OfficeForm, TextField
from fundsys.web.frame import work_year

bp = Blueprint("negative_list", __name__, url_prefix="/negative-list")


class ReviewForm(OfficeForm):
    """What is concluded of a hit."""

    act_name = "复核负面清单"
    verdict = ChoiceField(terms.NEGATIVE_VERDICT, ReviewVerdict, required=True, radio=True)
    words = TextField(terms.NEGATIVE_WORDS, required=True, limit=400, rows=3)


@bp.route("/")
@allow(Permission.REVIEW_MONEY, Permission.FIND)
def index() -> str:
    """The hits of the year."""
    year = request.args.get("year", work_year(), type=int)
    hits = [s for s in spending_facts(db.session(), year) if s.hits]
    return render_template(
        "negative_list/index.html", year=year, rows=sorted(hits, key=lambda s: (s.is_clear, bool(s.review))),
        table_name=table_name, record_url=record_url, may=me().scope(Permission.REVIEW_MONEY) is Scope.ALL,
    )  # fmt: skip


@bp.route("/<table>/<int:row_id>", methods=["GET", "POST"])
@allow(Permission.REVIEW_MONEY)
def review(table: str, row_id: int) -> Any:
    """Conclude whether a use belongs to the list."""
    use = hits_of(db.session(), table, row_id)
    if use is None or not use.hits:
        raise NotFound("这条记录没有命中负面清单，不用复核")
    form = ReviewForm()
    if form.submitted() and form.try_to(services.review_use, table, row_id, **form.answers()):
        flash("已登记复核结论", "good")
        return redirect(url_for(".index"))
    page = render_template(
        "negative_list/review.html", form=form, use=use, what=table_name(table), url=record_url(table, row_id)
    )
    return (page, 422) if request.method == "POST" else page
