"""The legacy projects by class, town and industry, and the list as filtered."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from fundsys.domain.industry import UNCLASSIFIED, FourBatch
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import industry as queries
from fundsys.queries.facts import county_today, work_year
from fundsys.queries.legacy_records import labels
from fundsys.queries.projects import towns
from fundsys.web.access import allow, me
from fundsys.web.charts import Part
from fundsys.web.tables import PAGE_SIZE, Page, order_from, page_number

from . import bp

WORDS = {
    FourBatch.CONSOLIDATE: "好的守住",
    FourBatch.UPGRADE: "有前景，补短板",
    FourBatch.REVIVE: "闲置低效，再利用",
    FourBatch.ADJUST: "不宜继续，依规退出",
}


def shown_labels() -> dict[str, str]:
    """What the county calls the classes this year, by code."""
    return labels(db.session(), work_year(db.session()))


def filter_from(args: Any) -> queries.LegacyFilter:
    """What an address asks for."""
    return queries.LegacyFilter(
        text=args.get("q", "").strip()[:60],
        town_id=args.get("town", type=int),
        village_id=args.get("village", type=int),
        year=args.get("year", type=int),
        industry=args.get("industry", "").strip()[:40],
        batch=args.get("batch", "") if args.get("batch", "") in (queries.NONE, *(b.code for b in FourBatch)) else "",
        run=args.get("run", "")[:2],
        doubt=args.get("doubt", "") if args.get("doubt", "") in queries.DOUBTS else "",
        late=county_today(db.session) if args.get("late") else None,
    )


@bp.route("/")
@allow(Permission.READ_LEGACY)
def index() -> str:
    """The projects by class, town and industry; the list as filtered."""
    args, session = request.args, db.session()
    order, number = order_from(args, queries.SORTS, "code"), page_number(args)
    wanted, shown = filter_from(args), shown_labels()
    rows, count, fiscal = queries.legacy_projects(
        session, me(), wanted, sort=order.name, down=order.down, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE
    )
    by_town = queries.by_town(session, me())
    whole: dict[FourBatch | None, int] = {b: sum(t.of(b) for t in by_town) for b in (*FourBatch, None)}
    return render_template(
        "industry/index.html",
        page=Page(rows, number, count),
        fiscal=fiscal,
        order=order,
        wanted=wanted,
        whole=queries.Classes("合计", None, whole),
        words=WORDS,
        labels=shown,
        by_town=[(t, parts_of(t, shown)) for t in by_town],
        by_industry=queries.by_industry(session, me()),
        batches=[*shown.items(), (queries.NONE, UNCLASSIFIED)],
        doubts=list(queries.DOUBTS.items()),
        classes=list(FourBatch),
        towns=towns(session),
        years=[(y, f"{y}年") for y in queries.years(session)],
    )


def parts_of(counted: queries.Classes, shown: dict[str, str]) -> list[Part]:
    """The classes under one heading as the parts of a bar."""
    parts = [Part(shown[b.code], counted.of(b), f"{counted.of(b)} 个", b.tone) for b in FourBatch]
    return [*parts, Part(UNCLASSIFIED, counted.of(None), f"{counted.of(None)} 个", "plain")]
