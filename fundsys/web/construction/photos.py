"""Photos of a report that come in pieces, one after the other, so that a line that breaks costs one piece."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request

from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Permission as P
from fundsys.extensions import db
from fundsys.queries.projects import project_card
from fundsys.services import pieces
from fundsys.web.access import allow, me

from . import bp


@bp.route("/<int:project_id>/photos", methods=["GET"])
@allow(P.UPDATE_PROGRESS)
def piece_state(project_id: int) -> Any:
    """How much of a photo has come."""
    project_card(db.session, me(), project_id, P.UPDATE_PROGRESS)
    return jsonify(received=pieces.received(me().id, project_id, request.args.get("sha256", "")))


@bp.route("/<int:project_id>/photos", methods=["POST"])
@allow(P.UPDATE_PROGRESS)
def send_piece(project_id: int) -> Any:
    """Take one piece; the answer says where the next begins. Nothing is written to the books before the report."""
    project_card(db.session, me(), project_id, P.UPDATE_PROGRESS)
    piece = request.files.get("piece")
    told = request.values
    try:
        there = pieces.add(
            me().id,
            project_id,
            told.get("sha256", ""),
            told.get("begin", -1, type=int),
            piece.read(pieces.PIECE + 1) if piece else b"",
            told.get("size", 0, type=int),
        )
    except DomainError as error:
        return jsonify(message=error.message), 422
    return jsonify(received=there)
