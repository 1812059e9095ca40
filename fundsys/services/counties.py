"""Making and upgrading a county's namespace. One county is one SQLite file or one PostgreSQL schema."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import flask_migrate
from sqlalchemy import select, text

from fundsys import config, store
from fundsys.domain.errors import DomainError
from fundsys.models.office import County
from fundsys.services import keys, reference


def init(code: str | None = None, name: str | None = None, at: datetime | None = None) -> list[str]:
    """Create or upgrade the county's database and load the reference data; safe to repeat.

    at: the moment the reference data is loaded, now unless a demo begins in the past.
    Returns sentences about what was done. Needs an application context.
    """
    county = code or store.current_county()
    keys.vault_keys(store.settings().instance)
    done = []
    fresh = not store.exists(county)
    with store.in_county(county):
        migrate(county)
        changed = reference.load(county, name, at)
    done.append(f"{'已建立' if fresh else '已核对'}数据库（县代码 {county}）")
    done.append(f"参考数据：新增或更新 {changed} 条" if changed else "参考数据：没有变化")
    return done


def upgrade_all() -> list[str]:
    """Upgrade every county there is, one after the other; each stands by itself."""
    return [f"{code}：{'；'.join(init(code))}" for code in store.counties()]


def add(code: str, name: str) -> list[str]:
    """A further county on this installation. Raises DomainError when it is there already."""
    store.schema(code)
    if store.exists(code):
        raise DomainError(f"县代码 {code} 已经有数据库，不能重复建立")
    return init(code, name)


def names() -> list[tuple[str, str]]:
    """(code, name) of the counties there are."""
    found = []
    for code in store.counties():
        with store.snapshot(code) as session:
            found.append((code, session.scalar(select(County.name).limit(1)) or ""))
    return found


def migrate(county: str) -> None:
    """Bring the county's namespace to this program's tables, making it when it is not there."""
    if store.is_sqlite():
        store.sqlite_file(county).parent.mkdir(parents=True, exist_ok=True)
    elif not store.exists(county):
        with store.engine(None).begin() as connection:
            connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{store.schema(county)}"'))
    if _head_of(county) != _head_here():
        flask_migrate.upgrade(directory=str(config.room("migrations")))
    if store.is_sqlite():
        store.sqlite_file(county).chmod(0o600)


def _head_here() -> str | None:
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(config.room("migrations"))).get_current_head()


def _head_of(county: str) -> str | None:
    from alembic.runtime.migration import MigrationContext

    if store.is_sqlite() and not Path(store.sqlite_file(county)).exists():
        return None
    with store.engine(county).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
