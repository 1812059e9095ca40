"""The API's own description: the OpenAPI document, and a page to read it on."""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template, request

from fundsys.web.access import SIGNED_IN, allow
from fundsys.web.dress import PREFIX

from . import bp
from .answer_words import ABOUT
from .document import document, groups


@bp.route("/openapi.json")
@allow(SIGNED_IN)
def openapi() -> Any:
    """The OpenAPI document of every page and every request."""
    return jsonify(document())


@bp.route("/api-guide")
@allow(SIGNED_IN)
def guide() -> str:
    """What can be asked, by subject."""
    return render_template(
        "twins/guide.html", groups=groups(), about=ABOUT, openapi_url=f"{request.root_path}{PREFIX}/openapi.json"
    )
