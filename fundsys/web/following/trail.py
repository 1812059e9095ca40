"""资金流转: the trail of one project or one notice, and finding which."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for

from fundsys.domain.dates import parse_day
from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Permission
from fundsys.domain.trail import Step
from fundsys.extensions import db
from fundsys.queries import trail as queries
from fundsys.web.access import allow, me

from . import bp


@bp.route("/trail")
@allow(Permission.READ_MONEY)
def trail() -> Any:
    """Find the project or the notice to follow; the only one found is opened at once."""
    asked = request.args.get("q", "").strip()[:60]
    found = queries.matches(db.session(), me(), asked)
    if len(found) == 1:
        return redirect(trail_url(found[0].kind, found[0].id))
    return render_template("following/find.html", asked=asked, found=found, trail_url=trail_url)


def trail_url(kind: str, key: int) -> str:
    """The way to the trail of a notice or a project."""
    if kind == "notice":
        return url_for("following.notice_trail", notice_id=key)
    return url_for("following.project_trail", project_id=key)


@bp.route("/trail/projects/<int:project_id>")
@allow(Permission.READ_MONEY)
def project_trail(project_id: int) -> str:
    """The way of a project's money from the notice to the income of its assets."""
    until, refused = _until()
    found = queries.project_trail(db.session(), me(), project_id, until)
    return _page(found, until, refused, project=found.projects[0].code)


@bp.route("/trail/notices/<int:notice_id>")
@allow(Permission.READ_MONEY)
def notice_trail(notice_id: int) -> str:
    """The way of a notice's money, project by project."""
    until, refused = _until()
    found = queries.notice_trail(db.session(), me(), notice_id, until)
    assert found.notice is not None
    return _page(found, until, refused, notice=found.notice[1])


def _until() -> tuple[date | None, str]:
    text = request.args.get("until", "").strip()
    try:
        return (parse_day(text) if text else None), ""
    except DomainError as wrong:
        return None, wrong.message


def _page(found: queries.Trail, until: date | None, refused: str, **asked: str) -> str:
    told: dict[str, Any] = {**asked, "until": until.isoformat() if until else None}
    missing = {gap.step for gap in found.gaps}
    return render_template(
        "following/trail.html",
        trail=found,
        steps=[(step, found.sums[step], step in missing) for step in Step],
        until=until,
        refused=refused,
        Step=Step,
        link=_link,
        print_url=url_for("ledgers.show", code="PF11", **told),
    )


_PAGES = {
    "allocation": ("funds.allocation", "allocation_id"),
    "notice": ("funds.show", "notice_id"),
    "asset": ("assets.show", "asset_id"),
    "matter": ("matters.show", "matter_id"),
    "income": ("income.asset_page", "asset_id"),
}


def _link(link: tuple[str, int] | None) -> str:
    if link is None:
        return ""
    endpoint, name = _PAGES[link[0]]
    told: dict[str, Any] = {name: link[1]}
    return url_for(endpoint, **told)
