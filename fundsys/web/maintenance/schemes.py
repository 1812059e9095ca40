"""The schemes of 1+12 by their versions: read by everybody who sees assets, revised with the dictionaries."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.errors import NotFound
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries.maintenance import schemes, schemes_on
from fundsys.services.maintenance import SchemeEntry, revise_scheme
from fundsys.web.access import allow
from fundsys.web.funds.forms import today

from . import bp
from .forms import SchemeForm

_FIELDS = (
    *("name", "lead", "body", "keeper_post", "money_source", "patrol_every", "patrol_unit"),
    *("after_event", "after_hours", "document_no"),
)


@bp.route("/maintenance/schemes")
@allow(Permission.READ_ASSETS, Permission.EDIT_DICTIONARY)
def scheme_list() -> str:
    """The general scheme and those of the sectors, as in force today, with what is to come."""
    session, day = db.session(), today()
    rows = sorted(schemes_on(session, day).values(), key=lambda s: s.code)
    coming = [s for s in schemes(session) if s.from_on > day]
    return render_template("maintenance/schemes.html", rows=rows, coming=coming, today=day)


@bp.route("/maintenance/schemes/<int:sector_id>")
@allow(Permission.READ_ASSETS, Permission.EDIT_DICTIONARY)
def scheme(sector_id: int) -> str:
    """One scheme (0: the general one) with all its versions."""
    found = [s for s in schemes(db.session()) if (s.sector_id or 0) == sector_id]
    if not found:
        raise NotFound("没有这个管护行业，请从管护办法进入")
    now = schemes_on(db.session(), today())[sector_id or None]
    return render_template("maintenance/scheme.html", rows=list(reversed(found)), now=now, today=today())


@bp.route("/maintenance/schemes/<int:sector_id>/revise", methods=["GET", "POST"])
@allow(Permission.EDIT_DICTIONARY)
def revise(sector_id: int) -> Any:
    """Give it a new version from a day on."""
    now = schemes_on(db.session(), today()).get(sector_id or None)
    if now is None:
        raise NotFound("没有这个管护行业，请从管护办法进入")
    form = SchemeForm(from_on=today(), **{name: getattr(now, name) for name in _FIELDS})
    if form.submitted():
        told: dict[str, Any] = {
            k: v if v is not None or k in ("patrol_every", "after_hours") else "" for k, v in form.answers().items()
        }
        if form.try_to(revise_scheme, sector_id or None, SchemeEntry(**told)):
            flash("已保存；从执行起始日期起按新办法算，以前的不变", "good")
            return redirect(url_for(".scheme", sector_id=sector_id))
    status = 422 if request.method == "POST" else 200
    return render_template("maintenance/revise.html", form=form, now=now, sector_id=sector_id), status
