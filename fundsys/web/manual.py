"""使用说明: a short manual for each role, with pictures of the system's own pages. Everybody may read all of them."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from fundsys.domain.rights import Permission, Role
from fundsys.services.manuals import LINK, manuals
from fundsys.web.access import OPEN, SIGNED_IN, allow, me

bp = Blueprint("manual", __name__, url_prefix="/help")


@bp.route("/")
@allow(SIGNED_IN)
def index() -> Response:
    """To the manual of the person's own role."""
    return redirect(url_for(".show", code=me().role.code))


@bp.route(f"/<any({', '.join(role.code for role in Role)}):code>")
@allow(SIGNED_IN)
def show(code: str) -> str:
    """The manual of a role."""
    return _page(Role(code))


def _page(role: Role) -> str:
    return render_template(
        "manual/show.html",
        manual=manuals()[role],
        own=role is me().role,
        roles=[(r.label, url_for(".show", code=r.code), r is role) for r in Role],
        linked=linked,
    )


def linked(words: str) -> Markup:
    """The sentence with its links, as far as the person reading may open them."""
    told, end = Markup(), 0
    for found in LINK.finditer(words):
        told += escape(words[end : found.start()])
        name, endpoint = found.groups()
        told += Markup('<a href="{}">{}</a>').format(url_for(endpoint), name) if may_open(endpoint) else escape(name)
        end = found.end()
    return told + escape(words[end:])


def may_open(endpoint: str) -> bool:
    """Whether the person reading has a right that the page asks for."""
    view = current_app.view_functions.get(endpoint)
    allowed = getattr(view, "allowed", ())
    who = me()
    return any(one in (OPEN, SIGNED_IN) or (isinstance(one, Permission) and who.can(one)) for one in allowed)
