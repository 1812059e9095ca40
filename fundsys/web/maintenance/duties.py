"""Which patrols are due to whom: the list at the desk, and the paper sheet made from it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.dates import parse_day
from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import assets as asset_queries
from fundsys.queries.maintenance import DutyFilter, duties
from fundsys.queries.projects import towns
from fundsys.services.acts import Act
from fundsys.services.maintenance import make_sheet
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import today
from fundsys.web.tables import PAGE_SIZE, Page, page_number

from . import bp
from .forms import SheetForm

STATES = [("late", "已超期"), ("all", "全部")]
_P = Permission


def wanted_from(args: Any) -> tuple[DutyFilter, str]:
    """The filter of an address, and what was wrong with it."""
    try:
        told = asset_queries.filter_from(
            db.session(), {key: args.get(key, "") for key in ("q", "town", "village", "sector")}
        )
        until = parse_day(args["until"], today().year) if args.get("until") else None
    except DomainError as refusal:
        return DutyFilter(), refusal.message
    return (
        DutyFilter(
            told.text, told.town_id, told.village_id, told.sector_id, args.get("keeper", "").strip()[:40], until,
            args.get("state") == "late",
        ),
        "",
    )  # fmt: skip


@bp.route("/maintenance/duties")
@allow(_P.READ_ASSETS)
def duty_list() -> Any:
    """The patrols due, the longest overdue first."""
    session, day = db.session(), today()
    wanted, refused = wanted_from(request.args)
    found = duties(session, me(), wanted, day)
    number = page_number(request.args)
    late = sum(1 for d in found if d.days_late(day))
    page = render_template(
        "maintenance/duties.html",
        page=Page(found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, len(found), PAGE_SIZE),
        wanted=wanted,
        refused=refused,
        today=day,
        late=late,
        soon=sum(1 for d in found if d.due and 0 <= (d.due - day).days <= 7),
        unknown=sum(1 for d in found if d.due is None),
        towns=towns(db.session),
        sectors=asset_queries.sectors(session),
        states=STATES,
        may_paper=me().can(_P.PATROL) or me().can(_P.MAINTAIN),
    )
    return page, 422 if refused else 200


@bp.route("/maintenance/sheets/new", methods=["GET", "POST"])
@allow(_P.PATROL, _P.MAINTAIN)
def new_sheet() -> Any:
    """A sheet of what is due by a day, of the places picked in the list."""
    wanted, refused = wanted_from(request.args)
    form = SheetForm(until_on=wanted.until or today(), title=f"{today().month}月巡查")
    if refused:
        form.say(refused)

    def make(title: str, until_on: Any, *, act: Act) -> str:
        """Make it. Returns its id."""
        asked = DutyFilter(wanted.text, wanted.town_id, wanted.village_id, wanted.sector_id, wanted.keeper, until_on)
        return str(make_sheet(title, asked, act=act).id)

    if form.submitted() and not refused and form.try_to(make, **form.answers()):
        flash("已制表，可以打印，也可以下载工作簿带回来导入", "good")
        return redirect(url_for(".sheet", sheet_id=int(form.result or form.repeated or 0)))
    day = form.until_on.data if form.until_on.data else today()
    counted = DutyFilter(wanted.text, wanted.town_id, wanted.village_id, wanted.sector_id, wanted.keeper, day)
    right = _P.PATROL if me().can(_P.PATROL) else _P.MAINTAIN
    count = len(duties(db.session(), me(), counted, today(), right))
    status = 422 if request.method == "POST" else 200
    return render_template("maintenance/new_sheet.html", form=form, count=count, day=day), status
