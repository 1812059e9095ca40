"""One box for everything: notices, projects, assets and legacy projects a person may see, by number or name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for

from fundsys.domain.money import show_wan
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import assets, funds, industry, projects
from fundsys.queries.facts import county_today, work_year
from fundsys.queries.legacy_records import labels
from fundsys.web.access import SIGNED_IN, allow, me

bp = Blueprint("search", __name__, url_prefix="/search")
SHOWN = 10
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found."""

    code: str
    name: str
    url: str
    about: str


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind. more: the list with all of them, when not all are shown."""

    label: str
    total: int
    hits: list[Hit]
    more: str


@bp.route("")
@allow(SIGNED_IN)
def index() -> str:
    """What the words find, within the person's rights."""
    words = request.args.get("q", "").strip()[:LONGEST]
    groups = [group for group in _groups(words) if group.total] if words else []
    return render_template("search/index.html", words=words, groups=groups, total=sum(g.total for g in groups))


def _groups(words: str) -> Iterator[Group]:
    who, session = me(), db.session()
    if who.can(Permission.READ_MONEY):
        wanted = funds.NoticeFilter(q=words, size=SHOWN)
        found = funds.notices(session, who, wanted, county_today(session))
        notices = [
            Hit(n.document_no, n.title, url_for("funds.show", notice_id=n.id), f"{n.year}年，{show_wan(n.amount)} 万元")
            for n in found.rows
        ]
        yield Group("指标文", found.count, notices, url_for("funds.index", q=words))
    if who.can(Permission.READ_PROJECTS):
        rows, sums = projects.projects(session, who, projects.ProjectFilter(text=words), limit=SHOWN)
        hits = [
            Hit(
                p.code,
                p.name,
                url_for("projects.show", project_id=p.id),
                f"{p.town}{p.village}，{p.owner_unit}，{p.status.label}",
            )
            for p in rows
        ]
        yield Group("项目", sums.count, hits, url_for("projects.index", q=words, year=""))
    if who.can(Permission.READ_ASSETS):
        kept, counted = assets.assets(session, who, assets.AssetFilter(text=words), limit=SHOWN)
        found_assets = [
            Hit(
                a.code,
                a.name,
                url_for("assets.show", asset_id=a.id),
                f"{a.town}{a.village}，{a.asset_class.label}，{a.status.label}",
            )
            for a in kept
        ]
        yield Group("资产", counted.count, found_assets, url_for("assets.index", q=words))
    if who.can(Permission.READ_LEGACY):
        called = labels(session, work_year(session))
        old, count, _ = industry.legacy_projects(session, who, industry.LegacyFilter(text=words), limit=SHOWN)
        found_old = [
            Hit(
                p.code,
                p.name,
                url_for("industry.show", project_id=p.id),
                f"{p.year}年，{p.town}，{called[p.batch.code] if p.batch else '未定'}",
            )
            for p in old
        ]
        yield Group("产业项目", count, found_old, url_for("industry.index", q=words))
