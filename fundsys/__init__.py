"""陇县衔接资金与帮扶项目资产管理系统. This module wires the parts together and decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fundsys.version import VERSION as __version__

if TYPE_CHECKING:
    from flask import Flask

    from fundsys.config import Settings

__all__ = ["__version__", "create_app", "put_to_work"]


def create_app(overrides: Mapping[str, object] | None = None, *, pages: bool = True) -> Flask:
    """The application over the settings found (see config.py); `overrides` names settings by field.

    pages: False for a command, which answers no browser: it starts without a thousand modules.
    """
    from flask import Flask

    from fundsys import config
    from fundsys.extensions import db, migrate

    settings = config.load(overrides)
    app = Flask(
        "fundsys",
        template_folder=str(config.room("templates")),
        static_folder=str(config.HERE / "web" / "static"),
        instance_path=str(settings.instance),
    )
    put_to_work(app, settings)
    app.config.update(
        SQLALCHEMY_DATABASE_URI="sqlite://",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
    )
    db.init_app(app)
    migrate.init_app(app, db, directory=str(config.room("migrations")), render_as_batch=True)
    if pages:
        from fundsys import web

        web.init_app(app)
    return app


def put_to_work(app: Flask, settings: Settings) -> None:
    """Let the application, and this process, work on the counties these settings name."""
    from fundsys import store
    from fundsys.services import keys

    store.use(settings)
    app.config.update(
        SECRET_KEY=keys.session_key(settings.instance),
        SETTINGS=settings,
        TESTING=settings.testing,
        MAX_CONTENT_LENGTH=settings.upload_limit,
    )
