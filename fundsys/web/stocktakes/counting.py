"""Counting: typed in from paper, one line on a phone, and what was found beside the frame."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from fundsys.domain.errors import NotFound
from fundsys.domain.maintenance import Condition
from fundsys.domain.rights import Permission
from fundsys.domain.stocktakes import StocktakeState
from fundsys.extensions import db
from fundsys.models.office import Region
from fundsys.models.stocktakes import CountEntry, CountSurplus, StocktakeLine
from fundsys.queries import stocktakes as queries
from fundsys.queries.stocktakes import LineRow
from fundsys.services import stocktakes as services
from fundsys.services.acts import Act
from fundsys.services.stocktakes import CountTold, SurplusTold
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import today
from fundsys.web.papers import ShownPaper, send_paper, shown_papers

from . import bp
from .forms import CountForm, LinesForm, SurplusForm

_P = Permission


@bp.route("/enter", methods=["GET", "POST"])
@allow(_P.STOCKTAKE)
def enter() -> Any:
    """Type in what came back on paper."""
    form = LinesForm(counted_on=today())

    def take_in(text: str, day: Any, counter: str, *, act: Act) -> str:
        """Type them in. Returns the sentence to say."""
        act.answer = f"已录入 {len(services.enter_lines(text, day, counter, act=act))} 行"
        return act.answer

    if form.submitted() and form.try_to(take_in, form.lines.data, form.counted_on.data, form.counter.data or ""):
        flash(form.repeated or form.result or "", "good")
        return redirect(url_for(".index"))
    status = 422 if request.method == "POST" else 200
    return render_template("stocktakes/enter.html", form=form), status


@bp.route("/lines/<int:line_id>", methods=["GET", "POST"])
@allow(_P.STOCKTAKE)
def count(line_id: int) -> Any:
    """Count one line, or put a slip right by a new entry."""
    line = queries.line_of(db.session(), me(), line_id, _P.STOCKTAKE)
    campaign = queries.stocktake(db.session(), me(), line.stocktake_id)
    form = CountForm(counted_on=today())
    if form.submitted():
        photos = [(f.filename or "", f.read()) for f in form.photos.data or []]
        if form.try_to(services.record_count, _told(form, line), files=photos):
            flash(f"已登记，{line.asset_name}盘点完成", "good")
            return redirect(_next(line))
    status = 422 if request.method == "POST" else 200
    earlier = queries.earlier_entries(db.session(), line.id)
    page = render_template(
        "stocktakes/count.html",
        form=form,
        line=line,
        stocktake=campaign,
        is_open=campaign.state is StocktakeState.OPEN,
        earlier=[(entry, by, _photos(entry.id)) for entry, by in earlier],
    )
    return page, status


def _photos(entry_id: int) -> list[ShownPaper]:
    return shown_papers("count_entry", entry_id, lambda key: url_for(".photo", entry_id=entry_id, paper_id=key))


def _told(form: CountForm, line: LineRow) -> CountTold:
    assert form.outcome.data is not None and form.counted_on.data is not None
    condition: Condition | None = form.condition.data
    return CountTold(
        line_id=line.id,
        result=form.outcome.data,
        counted_on=form.counted_on.data,
        quantity=form.quantity.data,
        condition=condition,
        in_use=not form.not_in_use.data,
        place_fits=False if form.place_wrong.data else None,
        label_there=not form.label_missing.data,
        words=form.words.data or "",
        again=line.entry_id is not None,
    )


def _next(line: LineRow) -> str:
    """Back to the sheet, where the next one stands."""
    sheet = db.session().scalar(select(StocktakeLine.sheet_id).where(StocktakeLine.id == line.id))
    return url_for(".sheet", sheet_id=sheet)


@bp.route("/<int:stocktake_id>/surplus", methods=["GET", "POST"])
@allow(_P.STOCKTAKE)
def surplus(stocktake_id: int) -> Any:
    """Record something found beside the frame, or correct such a record (?again=)."""
    session = db.session()
    campaign = queries.stocktake(session, me(), stocktake_id)
    again = request.args.get("again", type=int)
    before = next((s for s in queries.surpluses(session, me(), campaign.id) if s.id == again), None)
    form = SurplusForm(found_on=today())
    form.village.options = _villages()
    if before and request.method == "GET":
        form.process(data={n: getattr(before, n) for n in ("name", "location", "quantity", "quantity_unit", "words")})
        form.found_on.data = before.found_on
        form.village.data = session.scalar(select(CountSurplus.village_id).where(CountSurplus.id == before.id))
    if form.submitted():
        told = form.answers()
        photos = [(f.filename or "", f.read()) for f in told.pop("photos") or []]
        entry = SurplusTold(
            village_id=told.pop("village"),
            location=told.pop("location") or "",
            quantity=Decimal(told.pop("quantity")),
            replaces_id=again,
            **told,
        )
        if form.try_to(services.record_surplus, campaign.id, entry, files=photos):
            flash("已登记，提出处理意见后由主管部门审定", "good")
            return redirect(url_for(".show", stocktake_id=campaign.id))
    status = 422 if request.method == "POST" else 200
    return render_template("stocktakes/surplus.html", form=form, stocktake=campaign, before=before), status


def _villages() -> list[tuple[int, str]]:
    """The villages a find may be in: of the own town, or all with their towns."""
    town, session = me().town_id, db.session()
    query = select(Region.id, Region.name, Region.parent_id).where(Region.level == "village", Region.active)
    rows = session.execute(query.where(Region.parent_id == town) if town else query.order_by(Region.code)).all()
    names = dict(session.execute(select(Region.id, Region.name).where(Region.level == "town")).all())
    return [(key, name if town else f"{names.get(parent or 0, '')}{name}") for key, name, parent in rows]


@bp.route("/photos/<int:entry_id>/<int:paper_id>")
@allow(_P.READ_ASSETS)
def photo(entry_id: int, paper_id: int) -> Response:
    """A photo of a count, for whoever may see its asset."""
    line_id = db.session().scalar(select(CountEntry.line_id).where(CountEntry.id == entry_id))
    if line_id is None:
        raise NotFound("没有这张照片，或者不在您的管理范围内")
    queries.line_of(db.session(), me(), line_id)
    return send_paper("count_entry", entry_id, paper_id)


@bp.route("/finds/<int:surplus_id>/<int:paper_id>")
@allow(_P.READ_ASSETS)
def find_photo(surplus_id: int, paper_id: int) -> Response:
    """A photo of a find, for whoever may see the find."""
    mine = select(CountSurplus.id).where(CountSurplus.id == surplus_id, queries.seen_surpluses(me()))
    if db.session().scalar(mine) is None:
        raise NotFound("没有这张照片，或者不在您的管理范围内")
    return send_paper("count_surplus", surplus_id, paper_id)
