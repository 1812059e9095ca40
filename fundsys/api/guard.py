"""Who may ask the API, by the same matrix as the pages, and how an act is done through it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, request
from flask_login import current_user

from fundsys.domain.rights import Permission
from fundsys.queries.viewer import Viewer
from fundsys.services.acts import Act, Repeated, act, form_id_of

_V = TypeVar("_V", bound=Callable[..., Any])


def allow(*permissions: Permission) -> Callable[[_V], _V]:
    """Declare who may ask: any of these permissions. An answer without it is 403."""

    def mark(view: _V) -> _V:
        view.allowed = permissions  # type: ignore[attr-defined]
        return view

    return mark


def me() -> Viewer:
    """The person asking; only inside views that declare a permission."""
    who: Viewer = current_user.who
    return who


def do(what: str, work: Callable[[Act], dict[str, Any]], request_id: str = "") -> Response:
    """Do one act as the person asking; the answer is what `work` tells, as JSON.

    request_id: made by the caller; the same one again is the same act, with the answer it had.
    Raises: DomainError, which is answered as 422 (409 for a stale version) with its field.
    """
    try:
        with act(
            by=me().id,
            what=what,
            form_id=form_id_of(me().id, request_id) if request_id else None,
            address=request.remote_addr or "",
        ) as opened:
            told = json.dumps(work(opened), ensure_ascii=False)
            opened.answer = told
    except Repeated as before:
        told = before.answer
    return Response(told, mimetype="application/json")
