"""The asset register: filtered list, one asset's card with its history."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import segno
from flask import Blueprint, Response, render_template, request, url_for
from markupsafe import Markup

from fundsys.domain.assets import AssetClass, AssetStatus
from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import assets as queries
from fundsys.queries.facts import county_today
from fundsys.queries.history import history
from fundsys.queries.kept import kept
from fundsys.queries.matters import papers_of_asset
from fundsys.queries.projects import towns
from fundsys.queries.stocktakes import last_counted, to_count
from fundsys.queries.viewer import reach
from fundsys.web import cells
from fundsys.web.access import allow, me
from fundsys.web.tables import PAGE_SIZE, Page, order_from, page_number

bp = Blueprint("assets", __name__, url_prefix="/assets")
_HOUSEHOLD = AssetClass.HOUSEHOLD
_WORDS, _YEAR, _SECTOR = cells.words("nowrap"), cells.words("mid"), cells.words("nowrap", low=True)
_KEEPER, _NO_KEEPER_NEEDED = cells.words("nowrap", missing_tone="warn"), cells.words("nowrap", missing="-")
_TITLE = {True: cells.cell(cells.tag("已确权", "good")), False: cells.cell(cells.tag("待确权", "warn"))}
_STATUS = {status: cells.cell(cells.quiet_tag(status)) for status in AssetStatus}
TITLED = (("yes", "已确权"), ("no", "待确权"))


@bp.route("/")
@allow(Permission.READ_ASSETS)
def index() -> Any:
    """The register, filtered, with totals of what was found."""
    told = {key: value for key, value in request.args.items() if value}
    refused = ""
    try:
        wanted = queries.filter_from(db.session, told)
    except DomainError as error:
        wanted, refused = queries.AssetFilter(), error.message
    order = order_from(request.args, queries.SORTS, "code")
    number = page_number(request.args)
    address = url_for(".show", asset_id=0)

    def read() -> tuple[list[queries.AssetRow], queries.AssetSums, Markup]:
        offset = (number - 1) * PAGE_SIZE
        rows, sums = queries.assets(
            db.session, me(), wanted, sort=order.name, down=order.down, offset=offset, limit=PAGE_SIZE
        )
        return rows, sums, cells.body(rows, line_of(address), mood)

    question = ("asset lines", address, reach(me(), Permission.READ_ASSETS), wanted, order, number)
    rows, sums, body = kept(db.session(), question, queries.BEHIND_LINES, read)
    page = render_template(
        "assets/index.html",
        page=Page(rows, number, sums.count),
        sums=sums,
        order=order,
        wanted=wanted,
        refused=refused,
        years=request.args.get("year", ""),
        towns=towns(db.session),
        villages=queries.villages(db.session, wanted.town_id),
        classes=list(AssetClass),
        sectors=queries.sectors(db.session),
        statuses=list(AssetStatus),
        titled=TITLED,
        body=body,
        printing={} if refused else queries.in_words(db.session, printed(told), wanted),
    )
    return page, 422 if refused else 200


def printed(told: dict[str, str]) -> dict[str, str]:
    """What of an address belongs on paper."""
    return {key: value for key, value in told.items() if key not in ("page", "sort")}


def line_of(address: str) -> Callable[[queries.AssetRow], tuple[str, ...]]:
    """Writes the cells of one asset; address: where the card of asset 0 would be."""
    place = address.removesuffix("0")

    def line(a: queries.AssetRow) -> tuple[str, ...]:
        keeper = _NO_KEEPER_NEEDED if a.asset_class is _HOUSEHOLD else _KEEPER
        return (
            cells.code(a.code),
            cells.name(a.name, f"{place}{a.id}"),
            _WORDS(a.asset_class.label),
            _WORDS(a.town),
            _WORDS(a.village),
            _YEAR(a.year),
            cells.amounts(a.original_cost),
            cells.amounts(a.net_value),
            _TITLE[a.is_titled],
            _SECTOR(a.sector.partition("（")[0]),
            keeper(a.keeper),
            _STATUS[a.status],
        )

    return line


def mood(a: queries.AssetRow) -> str:
    """A line stands out when the asset has no title, or nobody to look after it."""
    return "" if a.is_titled and (a.keeper or a.asset_class is _HOUSEHOLD) else "warn"


@bp.route("/<int:asset_id>")
@allow(Permission.READ_ASSETS)
def show(asset_id: int) -> str:
    """One asset's card."""
    card = queries.asset_card(db.session, me(), asset_id, county_today(db.session))
    return render_template(
        "assets/show.html",
        card=card,
        papers=papers_of_asset(db.session(), me(), asset_id),
        history=history(db.session, "asset", asset_id),
        count_line=to_count(db.session(), me(), asset_id) if me().can(Permission.STOCKTAKE) else None,
        counted=last_counted(db.session(), asset_id),
    )


@bp.route("/<int:asset_id>/plate.svg")
@allow(Permission.READ_ASSETS)
def plate(asset_id: int) -> Response:
    """The QR of the asset's plate, leading to its card."""
    queries.asset_card(db.session, me(), asset_id)
    drawn = BytesIO()
    _code(asset_id).save(drawn, kind="svg", dark="#1b2631", border=2)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


def plate_inline(asset_id: int) -> str:
    """The same QR, to stand inside a page for paper."""
    return _code(asset_id).svg_inline(dark="#000", border=0, omitsize=True)


def _code(asset_id: int) -> segno.QRCode:
    return segno.make_qr(url_for("assets.show", asset_id=asset_id, _external=True), error="m")
