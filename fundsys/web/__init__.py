"""Pages: ask, answer, redirect. Decisions are made elsewhere."""

from __future__ import annotations

import importlib
import pkgutil

from flask import Blueprint, Flask, g
from flask_wtf.csrf import CSRFProtect

from fundsys.web.dress import bearer


class Protection(CSRFProtect):
    """Against forms sent from elsewhere. A token comes from no browser and is sent by nobody but its holder."""

    def protect(self, apply_exemptions: bool = False) -> None:
        """Ask for the page's mark; not of a token."""
        if bearer() is not None:
            g.csrf_valid = True
        else:
            super().protect(apply_exemptions)


csrf = Protection()


def init_app(app: Flask) -> None:
    """Hang every page, filter and header on the application."""
    from fundsys.web import access, dress, errors, filters, frame, numbers, security_headers, static_files, twins

    numbers.register(app)
    security_headers.register(app)
    dress.register(app)
    access.know(app)
    twins.register(app)
    numbers.check_addresses(app)
    csrf.init_app(app)
    static_files.register(app)
    filters.register(app)
    errors.register(app)
    frame.register(app)
    for package in (__name__, "fundsys.api"):
        for blueprint in blueprints(package):
            app.register_blueprint(blueprint)


def blueprints(package: str) -> list[Blueprint]:
    """The blueprints of a package, found by looking: a module or sub-package with a `bp`."""
    found = []
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        bp = getattr(importlib.import_module(f"{package}.{module.name}"), "bp", None)
        if isinstance(bp, Blueprint):
            found.append(bp)
    return found
