"""Runs the revisions on the county at work, in one transaction, with the triggers taken off before and made anew after.

The triggers are made from the models, so they fit the newest revision only: a county left at an older one has none
and waits for its own program, which makes them.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from fundsys import store
from fundsys.models.base import Base
from fundsys.models.journal import install_triggers, remove_triggers


def plain_type(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """A revision names database types, never the program's own: it must still run when those have changed."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def run() -> None:
    """Upgrade or downgrade one namespace; a failure leaves it as it was."""
    with store.engine(store.current_county()).connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.connection.cursor().execute("pragma foreign_keys=off")
        connection = connection.execution_options(begin="BEGIN IMMEDIATE")
        with connection.begin():
            remove_triggers(connection)
            context.configure(
                connection=connection,
                target_metadata=Base.metadata,
                render_as_batch=True,
                transactional_ddl=True,
                compare_type=True,
                render_item=plain_type,
            )
            context.run_migrations()
            if context.get_context().get_current_revision() == context.script.get_current_head():
                install_triggers(connection)
        if sqlite:
            connection.connection.cursor().execute("pragma foreign_keys=on")


run()
