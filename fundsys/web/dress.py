"""In which dress a request is answered: as a page, or as JSON. Below /api/v1 every page of ours answers as JSON.

The mount changes nothing but the dress: address, view, rights, form and service are the page's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, has_request_context, request

PREFIX = "/api/v1"
_TWIN = "fundsys.twin"
_BEARER = "bearer "


class Mount:
    """Hands what is asked below /api/v1 to the page of that address, marked to be answered as JSON."""

    def __init__(self, pages: Callable[..., Any]) -> None:
        self.pages = pages

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        path = environ.get("PATH_INFO", "")
        below = path.removeprefix(PREFIX)
        if below != path and below[:1] in ("", "/") and not below.startswith(("/api/", "/static/")):
            environ = environ | {
                "SCRIPT_NAME": environ.get("SCRIPT_NAME", "") + PREFIX,
                "PATH_INFO": below or "/",
                _TWIN: True,
            }
        return self.pages(environ, start_response)


def is_twin() -> bool:
    """Whether a page is asked for as JSON."""
    return has_request_context() and _TWIN in request.environ


def speaks_json() -> bool:
    """Whether the answer, also of an error, is JSON."""
    return is_twin() or request.path.startswith("/api/")


def bearer() -> str | None:
    """The token sent with a request for JSON; None when none was sent. Pages know no tokens."""
    told = request.headers.get("Authorization", "")
    return told[len(_BEARER) :].strip() if speaks_json() and told[: len(_BEARER)].lower() == _BEARER else None


def register(app: Flask) -> None:
    """Let every page be asked for below /api/v1."""
    app.wsgi_app = Mount(app.wsgi_app)  # type: ignore[method-assign]
