"""The tables that the migrations lay are the tables of the models, on both databases, and can be taken away again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, inspect, text

from fundsys import config, create_app, store
from fundsys.models.base import Base
from fundsys.services import counties

MIGRATIONS = str(config.room("migrations"))


@pytest.fixture
def county(database_url: str, tmp_path: Path) -> Iterator[Connection]:
    """A county laid by the migrations alone."""
    app = create_app({"instance": tmp_path, "database_url": database_url, "testing": True})
    with app.app_context(), store.in_county(store.HOME_COUNTY):
        counties.init()
        with store.engine(store.HOME_COUNTY).connect() as connection:
            yield connection
    store.close()


def table_names(connection: Connection) -> set[str]:
    """Tables there are, the migrations' own note left out."""
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def triggers(connection: Connection) -> set[str]:
    """Names of the triggers there are."""
    if connection.dialect.name == "sqlite":
        return set(connection.scalars(text("select name from sqlite_master where type = 'trigger'")))
    told = "select tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid "
    return set(
        connection.scalars(text(told + "where not tgisinternal and relnamespace = current_schema()::regnamespace"))
    )


def test_migrated_tables_equal_the_models(county: Connection) -> None:
    context = MigrationContext.configure(county, opts={"compare_type": True, "render_as_batch": True})
    assert compare_metadata(context, Base.metadata) == []


def test_migrated_conditions_equal_those_of_the_models(county: Connection) -> None:
    there = inspect(county)
    wanted = {
        (table.name, constraint.name)
        for table in Base.metadata.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    found = {(table, each["name"]) for table in table_names(county) for each in there.get_check_constraints(table)}
    assert found == wanted
    assert len(wanted) > 10


def test_a_column_the_migrations_forgot_would_be_seen(county: Connection) -> None:
    context = MigrationContext.configure(county, opts={"compare_type": True})
    table = Base.metadata.sorted_tables[-1].name
    column = next(each for each in inspect(county).get_columns(table) if each["name"] != "id")
    county.exec_driver_sql(f'ALTER TABLE "{table}" RENAME COLUMN "{column["name"]}" TO forgotten')
    assert compare_metadata(context, Base.metadata) != []
    county.rollback()


def test_the_way_down_leaves_nothing_and_the_way_up_again_leaves_the_same(county: Connection) -> None:
    before, kept = table_names(county), triggers(county)
    assert before == {table.name for table in Base.metadata.sorted_tables}
    assert len(kept) > len(before)
    county.rollback()
    flask_migrate.downgrade(directory=MIGRATIONS, revision="base")
    assert table_names(county) == set()
    assert triggers(county) == set()
    county.rollback()
    flask_migrate.upgrade(directory=MIGRATIONS)
    assert table_names(county) == before
    assert triggers(county) == kept


def test_every_revision_has_a_way_down_and_one_follows_the_other() -> None:
    revisions = list(ScriptDirectory(MIGRATIONS).walk_revisions())
    assert len(ScriptDirectory(MIGRATIONS).get_heads()) == 1
    for revision in revisions:
        source = Path(revision.path).read_text("utf-8")
        body = source.split("def downgrade", 1)[1]
        assert "op." in body or "batch_op" in body, revision.path
        assert "fundsys.models" not in source, revision.path
