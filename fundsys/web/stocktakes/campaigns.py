"""Campaigns: the list, opening one, its page with sheets and lines, the papers, and its end."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from fundsys import printing
from fundsys.domain.assets import AssetClass
from fundsys.domain.errors import NotFound
from fundsys.domain.rights import Permission, Scope
from fundsys.domain.stocktakes import StocktakeState
from fundsys.extensions import db
from fundsys.imports.kinds.counts import KIND, rows_of_sheet
from fundsys.models.maintenance import CheckSheet
from fundsys.queries import stocktakes as queries
from fundsys.queries.frames import Scope as FrameScope
from fundsys.queries.projects import towns
from fundsys.queries.stocktakes import SheetOf, StocktakeInfo
from fundsys.services import stocktakes as services
from fundsys.services.acts import Act
from fundsys.services.stocktakes import StocktakeEntry
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import today
from fundsys.web.sheet_files import pressed, workbook_of
from fundsys.web.tables import Page, page_number

from . import bp
from .forms import CloseForm, OpenForm, PaperForm

_P = Permission


@bp.route("/")
@allow(_P.READ_ASSETS)
def index() -> str:
    """The campaigns with this person's assets in them."""
    return render_template("stocktakes/index.html", rows=queries.stocktakes(db.session(), me()), today=today())


def ticked_scope(form: Any) -> FrameScope:
    """The scope that was ticked and typed."""
    classes = [c for c in AssetClass if c.code in request.form.getlist("classes")]
    numbers = [int(t) for t in request.form.getlist("towns") if t.isascii() and t.isdigit() and len(t) < 10]
    return FrameScope(form.first_year.data, form.last_year.data, tuple(numbers), tuple(classes))


@bp.route("/new", methods=["GET", "POST"])
@allow(_P.OPEN_STOCKTAKE)
def new() -> Any:
    """Open a campaign."""
    form = OpenForm(register_on=today())

    def make(entry: StocktakeEntry, *, act: Act) -> str:
        """Open it. Returns its id."""
        return str(services.open_stocktake(entry, act=act).id)

    if form.submitted():
        assert form.register_on.data is not None and form.due_on.data is not None
        days = (form.register_on.data, form.due_on.data)
        entry = StocktakeEntry(form.name.data or "", *days, ticked_scope(form), form.document_no.data or "")
        if form.try_to(make, entry):
            flash("已发起，各村的盘点表在下面，可以打印，也可以下载工作簿", "good")
            return redirect(url_for(".show", stocktake_id=int(form.result or form.repeated or 0)))
    status = 422 if request.method == "POST" else 200
    whole = me().scope(_P.OPEN_STOCKTAKE) is Scope.ALL
    chosen = request.form.getlist("classes") if request.method == "POST" else ["OPR", "PUB"]
    page = render_template(
        "stocktakes/new.html",
        form=form,
        towns=towns(db.session) if whole else [],
        chosen_towns=set(request.form.getlist("towns")),
        classes=list(AssetClass),
        chosen=set(chosen),
    )
    return page, status


@bp.route("/<int:stocktake_id>")
@allow(_P.READ_ASSETS)
def show(stocktake_id: int) -> str:
    """One campaign: how far it is, its sheets, its lines, what differs."""
    session, who = db.session(), me()
    found = queries.stocktake(session, who, stocktake_id)
    state, text, number = (
        request.args.get("state", ""),
        request.args.get("q", "").strip()[:60],
        page_number(request.args),
    )
    size = queries.PAGE_SIZE
    rows, count = queries.lines(session, who, found.id, state=state, text=text, offset=(number - 1) * size, limit=size)
    return render_template(
        "stocktakes/show.html",
        stocktake=found,
        sheets=queries.sheets(session, who, found.id),
        page=Page(rows, number, count, size),
        state=state,
        text=text,
        states=list(queries.STATES.items()),
        surpluses=queries.surpluses(session, who, found.id),
        treatments=queries.treatments(session, who, stocktake_id=found.id),
        today=today(),
        is_open=found.state is StocktakeState.OPEN,
        may_count=who.can(_P.STOCKTAKE),
        may_close=_may_close(found),
    )


def _may_close(found: StocktakeInfo) -> bool:
    scope = me().scope(_P.OPEN_STOCKTAKE)
    ours = scope is Scope.ALL or (scope is Scope.OWN and found.unit_id == me().unit_id)
    return ours and found.state is StocktakeState.OPEN


@bp.route("/<int:stocktake_id>/close", methods=["GET", "POST"])
@allow(_P.OPEN_STOCKTAKE)
def close(stocktake_id: int) -> Any:
    """End a campaign whose every line is answered for."""
    found = queries.stocktake(db.session(), me(), stocktake_id)
    form = CloseForm()
    if request.method == "GET":
        form.version.data = found.version
    sent = form.submitted()
    if sent and form.try_to(services.close_stocktake, found.id, form.words.data or "", version=form.version.data):
        flash(f"{found.number}已结束，{found.frame_count} 行都有着落", "good")
        return redirect(url_for(".show", stocktake_id=found.id))
    if not _may_close(found) and not sent:
        raise NotFound("这次盘点不由您的单位结束，或者已经结束")
    rows, _ = queries.lines(db.session(), me(), found.id, state="uncounted")
    status = 422 if request.method == "POST" else 200
    return render_template("stocktakes/close.html", form=form, stocktake=found, rows=rows), status


def sheet_of(sheet_id: int) -> tuple[StocktakeInfo, SheetOf]:
    """A sheet with its campaign, for whoever sees an asset on it. Raises NotFound."""
    campaign = db.session().scalar(select(CheckSheet.stocktake_id).where(CheckSheet.id == sheet_id))
    if campaign is not None:
        found = queries.stocktake(db.session(), me(), campaign)
        for sheet in queries.sheets(db.session(), me(), campaign):
            if sheet.id == sheet_id:
                return found, sheet
    raise NotFound("没有这份盘点表，或者没有您管理的资产在内")


@bp.route("/sheets/<int:sheet_id>")
@allow(_P.READ_ASSETS)
def sheet(sheet_id: int) -> str:
    """One sheet on a phone: what is left of it, in the order of the way."""
    found, told = sheet_of(sheet_id)
    rows, _ = queries.lines(db.session(), me(), found.id, sheet_id=sheet_id)
    return render_template(
        "stocktakes/sheet.html",
        stocktake=found,
        sheet=told,
        rows=rows,
        form=PaperForm(),
        may_count=me().can(_P.STOCKTAKE) and found.state is StocktakeState.OPEN,
    )


@bp.route("/sheets/<int:sheet_id>/paper", methods=["POST"])
@allow(_P.PRINT)
def paper(sheet_id: int) -> Response:
    """LG16 of one sheet through the press; the same form again gives the same print."""
    found, told = sheet_of(sheet_id)
    order = printing.Order("LG16", found.register_on.year, {"sheet": told.number}, who=me(), base_url=request.host_url)
    return pressed(order, str(PaperForm().form_id.data), f"{told.number}{told.title}")


@bp.route("/sheets/<int:sheet_id>/workbook")
@allow(_P.IMPORT_COUNTS)
def workbook(sheet_id: int) -> Response:
    """The workbook of a sheet, to be filled and imported (盘点)."""
    _, told = sheet_of(sheet_id)
    return workbook_of(KIND, rows_of_sheet(db.session(), sheet_id), f"{told.number}{told.title}")
