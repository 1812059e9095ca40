"""One picture used for two matters: the list over the whole county, and the words for a record's page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, render_template, request, url_for

from fundsys.domain.record_words import table_name
from fundsys.domain.rights import Permission, Scope
from fundsys.extensions import db
from fundsys.queries.same_pictures import SamePicture, Use, same_pictures
from fundsys.web.access import allow, me
from fundsys.web.tables import PAGE_SIZE, Page, page_number

from . import bp

_RECORDS = {
    "public_notice": ("publicity.show", "public_id"),
    "payment_request": ("payments.request_", "request_id"),
    "allotment_notice": ("funds.show", "notice_id"),
    "project": ("projects.show", "project_id"),
    "asset": ("assets.show", "asset_id"),
    "contract": ("payments.contract", "contract_id"),
}


@dataclass(frozen=True, slots=True)
class ShownUse:
    """Where a picture was used, with the way there."""

    label: str
    url: str
    name: str
    kept_at: datetime
    kept_by: str


def shown_uses(found: Iterable[SamePicture]) -> list[list[ShownUse]]:
    """Each picture's uses as pages show them."""
    return [[_shown(use) for use in one.uses] for one in found]


def _shown(use: Use) -> ShownUse:
    endpoint, name = _RECORDS.get(use.table, ("", ""))
    url = url_for(endpoint, **{name: use.row_id}) if endpoint in current_app.view_functions else ""  # type: ignore[arg-type]
    return ShownUse(f"{table_name(use.table)} {use.row_id}", url, use.name, use.kept_at, use.kept_by)


@bp.route("/same-pictures")
@allow(Permission.FIND)
def twice() -> str:
    """Every picture kept for two records or more; told of the whole county only."""
    whole = me().scope(Permission.FIND) is Scope.ALL
    found, number = same_pictures(db.session()) if whole else [], page_number(request.args)
    shown = shown_uses(found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE])
    return render_template("publicity/pictures.html", page=Page(shown, number, len(found), PAGE_SIZE))
