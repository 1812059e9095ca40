"""Opening a year: what it would take over, and the act."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from fundsys.domain import terms
from fundsys.domain.money import total
from fundsys.domain.rights import Permission, Scope
from fundsys.extensions import db
from fundsys.queries import years as queries
from fundsys.queries.funds import READ
from fundsys.services.acts import Act
from fundsys.services.funds import years as services
from fundsys.web.access import allow, me
from fundsys.web.forms import DocumentNoField, OfficeForm

bp = Blueprint("years", __name__)
SHOWN = 200


class YearForm(OfficeForm):
    """Opening the next year, or handing in again what was returned."""

    act_name = "开启年度"
    document_no = DocumentNoField(terms.OPENED_BY_PAPER)


@bp.route("/years", methods=["GET"])
@allow(Permission.READ_PERIODS)
def index() -> str:
    """The years that were opened, and what the next one would take over."""
    return _page(YearForm())


@bp.route("/years/open", methods=["POST"])
@allow(Permission.OPEN_YEAR)
def open_year() -> Any:
    """Open the year named by the button."""
    form = YearForm()
    year = request.form.get("year", type=int) or 0
    if form.submitted() and form.try_to(_open, year, form.document_no.data or ""):
        flash(form.repeated or form.result, "good")
        return redirect(url_for(".index"))
    return _page(form), 422


def _open(year: int, document_no: str, *, act: Act) -> str:
    """Open the year; the sentence to say."""
    services.open_work_year(year, document_no, act=act)
    return act.answer


def _page(form: YearForm) -> str:
    who = me()
    year = queries.next_year(db.session)
    whole = who.scope(READ) is Scope.ALL
    opened = queries.opened_years(db.session)
    balances = queries.balances_before(db.session, year) if whole else []
    going_on = queries.continuing(db.session, year) if whole else []
    return render_template(
        "years/index.html",
        form=form,
        year=year,
        opened=opened,
        balances=balances,
        sum=total(b.amount for b in balances),
        proposals=queries.proposals_for(db.session, year),
        going_on=going_on[:SHOWN],
        going_on_count=len(going_on),
        left=total(c.left for c in going_on),
        december=queries.december_is_closed(db.session, year - 1),
        again=next((o.year for o in opened if o.notice_state and o.notice_state.value in ("returned", "draft")), None),
        may=who.can(Permission.OPEN_YEAR),
    )
