"""Pages: ask, answer, redirect. Decisions are made elsewhere."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Hang every page, filter and header on the application."""
