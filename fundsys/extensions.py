"""The database session of a page. Reading goes through `db.session`; writing through `fundsys.services.acts.act`."""

from __future__ import annotations

from typing import Any, Self

from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy.engine import Connection, Engine

from fundsys import store
from fundsys.models.base import Base


class CountySession(Session):
    """A session that reads the county the request is about."""

    def get_bind(
        self, mapper: Any | None = None, clause: Any | None = None, bind: Any | None = None, **kwargs: Any
    ) -> Engine | Connection:
        if bind is not None:
            return bind  # type: ignore[no-any-return]
        return store.engine(store.current_county())

    def __call__(self) -> Self:
        """The session of the request, as the proxy `db.session()` gives it."""
        return self


class Database(SQLAlchemy):
    """The glue between requests and sessions; `session` stands for the session of the request at work."""

    session: CountySession  # type: ignore[assignment]


db = Database(model_class=Base, session_options={"class_": CountySession})
migrate = Migrate()
