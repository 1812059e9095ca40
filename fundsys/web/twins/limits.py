"""How much may be asked of the API: by person or token, and by address before anybody is known. Pages have no limit."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter
from flask_login import current_user

from fundsys import store
from fundsys.web.access import address
from fundsys.web.dress import speaks_json


def _who() -> str:
    if not current_user.is_authenticated:
        return f"address {address()}"
    token = current_user.token
    return f"token {current_user.county} {token.id}" if token else f"person {current_user.county} {current_user.id}"


def register(app: Flask) -> None:
    """Count what is asked; what is beyond is answered 429 with the seconds to wait."""
    limiter = Limiter(
        _who,
        application_limits=[lambda: store.settings().api_limits],
        storage_uri=store.settings().api_store,
        strategy="fixed-window",
        headers_enabled=True,
    )
    limiter.request_filter(lambda: not speaks_json())
    limiter.init_app(app)
