"""One box for everything a person may see: by number, name, person in charge or first letters of the pinyin."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from fundsys.domain.errors import NotFound
from fundsys.extensions import db
from fundsys.queries.searching import KINDS, search
from fundsys.web.access import SIGNED_IN, allow, me
from fundsys.web.tables import PAGE_SIZE, Page

bp = Blueprint("search", __name__, url_prefix="/search")
SHOWN = 10
LONGEST = 60
_PAGES = {
    "notices": ("funds.show", "notice_id"),
    "projects": ("projects.show", "project_id"),
    "assets": ("assets.show", "asset_id"),
    "legacy": ("industry.show", "project_id"),
    "contracts": ("payments.contract", "contract_id"),
    "problems": ("rectification.show", "finding_id"),
    "people": ("people.rights", "person_id"),
}
"""The page of a record of each kind."""


@bp.route("")
@allow(SIGNED_IN)
def index() -> str:
    """What the words find, within the person's rights: the likeliest of every kind, or all of one."""
    words = request.args.get("q", "").strip()[:LONGEST]
    kind = request.args.get("kind", "")
    if kind and kind not in {one.key for one in KINDS}:
        raise NotFound("没有这一类记录，请从查找页进入")
    page = max(request.args.get("page", 1, type=int), 1) if kind else 1
    size = PAGE_SIZE if kind else SHOWN
    found = search(db.session(), me(), words, kind=kind, offset=(page - 1) * size, limit=size)
    return render_template(
        "search/index.html",
        words=words,
        kind=kind,
        groups=found,
        total=sum(one.total for one in found),
        page=Page(found[0].hits, page, found[0].total) if kind and found else None,
        link=lambda one, hit: url_for(_PAGES[one.key][0], **{_PAGES[one.key][1]: hit.id}),
    )
