"""Income due, received and distributed; contracts; idle assets; one asset with everything that was done about its income."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from fundsys.domain.asset_matters import MatterKind
from fundsys.domain.assets import AssetStatus
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import idle_assets
from fundsys.queries import income as queries
from fundsys.queries.assets import asset_card
from fundsys.queries.matters import papers_of_asset
from fundsys.queries.money_facts import days_of, policy_of
from fundsys.queries.viewer import seen_assets
from fundsys.services.matters.idle import UNUSED
from fundsys.web.access import allow, me
from fundsys.web.frame import work_year
from fundsys.web.funds.forms import today
from fundsys.web.tables import Page, page_number

from . import bp

SHOWN = 200


@bp.route("/income")
@allow(Permission.READ_ASSETS)
def index() -> str:
    """What is due from operating assets, what came in, what was distributed; a year's, or of all years."""
    args, session = request.args, db.session()
    asked = args.get("year", type=int) if "year" in args else work_year()
    wanted = queries.IncomeFilter(
        year=asked if asked and 1990 < asked < 2200 else None,
        stand=next((s for s in queries.IncomeStand if s.code == args.get("stand")), None),
        kept=args.get("kept") == "1",
        q=args.get("q", "").strip()[:60],
        page=page_number(args),
    )
    day = today()
    found = queries.incomes(session, me(), wanted, day)
    return render_template(
        "income/index.html",
        page=Page(found.rows, wanted.page, found.count, queries.PAGE_SIZE),
        found=found,
        wanted=wanted,
        stands=list(queries.IncomeStand),
        today=day,
        warn_days=days_of(policy_of(session, work_year()), "arrears_days"),
    )


@bp.route("/income/contracts")
@allow(Permission.READ_ASSETS)
def contracts() -> str:
    """Contracts in the books, those that end first first."""
    q = request.args.get("q", "").strip()[:60]
    rows = queries.contracts(db.session(), me(), q)
    return render_template("income/contracts.html", rows=rows[:SHOWN], count=len(rows), q=q, today=today())


@bp.route("/income/idle")
@allow(Permission.READ_ASSETS)
def idle() -> str:
    """Idle and under-used assets with their remedies, and operating assets that bring nothing in."""
    session, who, day = db.session(), me(), today()
    months = int(days_of(policy_of(session, work_year()), "income_idle_months"))
    rows = idle_assets.idle(session, who)
    silent = idle_assets.without_income(session, who, day, months)
    return render_template(
        "income/idle.html",
        rows=rows[:SHOWN],
        count=len(rows),
        silent=silent[:SHOWN],
        silent_count=len(silent),
        months=months,
        today=day,
    )


@bp.route("/income/assets/<int:asset_id>")
@allow(Permission.READ_ASSETS)
def asset_page(asset_id: int) -> Any:
    """One asset: contract, what is due and came in, distributions, idleness, and what may be done next."""
    session, who = db.session(), me()
    asset = asset_card(session, who, asset_id).record
    mine = session.query(type(asset).id).filter(type(asset).id == asset_id, seen_assets(who, Permission.RECORD_INCOME))
    rows = queries.of_asset(session, asset_id)
    papers = [m for m in papers_of_asset(session, who, asset_id) if m.kind.is_income]
    return render_template(
        "income/asset.html",
        a=asset,
        rows=rows,
        papers=papers,
        sharings=[m for m in papers if m.kind is MatterKind.SHARING],
        may_record=mine.first() is not None,
        station=queries.is_station(asset),
        unused=asset.status in UNUSED,
        gone=asset.status in (AssetStatus.DISPOSED, AssetStatus.MERGED),
        today=today(),
    )
