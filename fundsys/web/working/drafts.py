"""Forms being typed: kept while one types, offered again when the page is opened anywhere, thrown away."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from flask import jsonify, redirect, request, url_for

from fundsys.domain.errors import DomainError
from fundsys.extensions import db
from fundsys.services import drafts
from fundsys.web.access import SIGNED_IN, allow, me

from . import bp


@bp.route("/drafts")
@allow(SIGNED_IN)
def draft() -> Any:
    """What the person has typed on a page (at=…) and not sent, as JSON; an empty object for nothing."""
    found = drafts.mine(db.session(), me().id, _address(request.args.get("at", "")))
    if not found:
        return jsonify({})
    return jsonify({"at": int(found[0].saved_at.timestamp() * 1000), "values": found[0].boxes})


@bp.route("/drafts", methods=["POST"])
@allow(SIGNED_IN)
def keep_draft() -> Any:
    """Keep what is on the page now. 413 for a form too large, 422 for what is no form."""
    if (request.content_length or 0) > drafts.LARGEST * 3:
        return jsonify({"error": "填写的内容过长，服务器不代存"}), 413
    try:
        boxes = json.loads(request.form.get("boxes", ""))
        told = {str(name): [str(v) for v in values] for name, values in boxes.items() if isinstance(values, list)}
        at = drafts.keep(me().id, _address(request.form.get("at", "")), request.form.get("title", ""), told)
    except (ValueError, AttributeError):
        return jsonify({"error": "内容读不懂，没有代存"}), 422
    except DomainError as refusal:
        return jsonify({"error": refusal.message}), 413
    return jsonify({"at": int(at.timestamp() * 1000)})


@bp.route("/drafts/drop", methods=["POST"])
@allow(SIGNED_IN)
def drop_draft() -> Any:
    """Throw away what was typed on a page."""
    drafts.drop(me().id, _address(request.form.get("at", "")))
    return redirect(url_for(".messages"), code=303)


def _address(text: str) -> str:
    """A path of this site, without what follows it."""
    path = urlsplit(text).path
    return path if path.startswith("/") and not path.startswith("//") else "/"
