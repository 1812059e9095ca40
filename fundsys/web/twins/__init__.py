"""Every page as JSON: what it tells, what it does, what it refuses; its OpenAPI document; how much may be asked."""

from __future__ import annotations

from flask import Blueprint, Flask

bp = Blueprint("twins", __name__)

from . import guide  # noqa: E402, F401


def register(app: Flask) -> None:
    """Count what is asked as JSON, turn away who may not ask, read the body, dress the answer: in this order."""
    from fundsys.web import access

    from . import answers, asking, limits

    limits.register(app)
    access.guard(app)
    asking.register(app)
    answers.register(app)
