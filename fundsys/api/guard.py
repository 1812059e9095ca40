"""Who may ask the API: the signed-in person of the browser session, by the same matrix as the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask_login import current_user

from fundsys.domain.rights import Permission
from fundsys.queries.viewer import Viewer

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
