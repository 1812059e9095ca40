"""Counties for tests: a fresh, upgraded namespace on either database, people of every role, and clients signed in as them."""

from __future__ import annotations

import contextvars
import fcntl
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, NullPool, create_engine, func, make_url, select, text
from sqlalchemy.util import LRUCache

from fundsys import config, create_app, put_to_work, store
from fundsys.demo_prints import write_prints
from fundsys.domain.rights import Role
from fundsys.models.journal import Act as ActRow
from fundsys.models.office import Person, Unit
from fundsys.services import counties, demo, people
from fundsys.services.acts import act
from tests.pages import Page
from tests.postgres import database_name, programs

PASSWORD = "Guan-Shan-2024-long"
DEMO_ASSETS = 200
UNIT_KINDS = {
    Role.FINANCE_ENTRY: "finance",
    Role.FINANCE_REVIEW: "finance",
    Role.LEAD: "lead",
    Role.OWNER: "agency",
    Role.TOWN: "town",
    Role.VILLAGE: "village",
    Role.KEEPER: "village",
}
_seed: dict[str, Any] = {}
_apps: list[Flask] = []

# A digest takes as long as a guess should: half a second of the tests' time each. Its own tests put the dear one back,
# and the served county of the journeys never leaves it.
DEAR_HASHER = people._hasher
people._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

# Turning a question into SQL takes longer than a small county takes to answer it: each is turned once in a process, not
# once for every test's database.
_dialects: dict[str, tuple[Any, Any]] = {}


def _engine_that_knows_the_questions(*told: Any, **options: Any) -> Engine:
    made = create_engine(*told, **options)
    dialect, cache = _dialects.setdefault(made.name, (made.dialect, LRUCache(5_000)))
    made.dialect = made.pool._dialect = dialect
    made._compiled_cache = cache
    return made


store.create_engine = _engine_that_knows_the_questions  # type: ignore[attr-defined]


@contextmanager
def county_app(database_url: str, instance: Path) -> Iterator[Flask]:
    """The application over one fresh county (陇县, reference data loaded), inside its context.

    The first county made in this process is kept as a seed on either database: making one takes seconds, copying none.
    """
    with the_app(instance, database_url) as app, app.app_context(), store.in_county(store.HOME_COUNTY):
        if store.is_sqlite():
            _sqlite_from_seed(store.sqlite_file(store.HOME_COUNTY))
        else:
            _postgres_from_seed(database_url)
        yield app


@contextmanager
def the_app(instance: Path, database_url: str) -> Iterator[Flask]:
    """The application of this process, at work on one instance: its pages and templates are made once, not for each test.

    What a test changes in its settings is gone with the test; what it would hang on it, Flask refuses once it has answered.
    """
    if _apps:
        app = _apps.pop()
    else:
        app = create_app({"instance": instance, "database_url": database_url, "testing": True})
    usual, kind = dict(app.config), app.test_client_class
    told = {"instance": instance, "database_url": database_url, "testing": True, "api_limits": "1000000 per minute"}
    put_to_work(app, config.load(told))
    app.instance_path = str(instance.resolve())
    try:
        yield app
    finally:
        store.close()  # after the context, which still held a connection
        app.config.clear()
        app.config.update(usual)
        app.test_client_class = kind
        _apps.append(app)


def demo_county(instance: Path, shared: Path) -> demo.Built:
    """The demo county of 200 assets in the open, empty county; PASSWORD opens every account.

    On each database it is built once for all test processes of a run (shared: a folder they all see) and copied from there.
    """
    kept = shared / f"demo-{'sqlite' if store.is_sqlite() else 'postgresql'}"
    kept.mkdir(parents=True, exist_ok=True)
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (kept / "built").exists():
            built = demo.build(DEMO_ASSETS, password=PASSWORD)
            write_prints()
            store.close()
            shutil.copytree(instance, kept / "instance", dirs_exist_ok=True)
            _keep_database(kept)
            told = [vars(account) | {"role": account.role.code} for account in built.accounts]
            (kept / "built").write_text(json.dumps([told, built.figures]), "utf-8")
            return built
    store.close()
    shutil.copytree(kept / "instance", instance, dirs_exist_ok=True)
    _bring_database(kept)
    told, figures = json.loads((kept / "built").read_text("utf-8"))
    roles = {role.code: role for role in Role}
    return demo.Built(tuple(demo.Account(**one | {"role": roles[one["role"]]}) for one in told), figures)


def _keep_database(kept: Path) -> None:
    if store.is_sqlite():
        shutil.copy(store.sqlite_file(store.HOME_COUNTY), kept / "county.db")
    else:
        _postgres_program("pg_dump", "--format=custom", "--compress=0", f"--file={kept / 'county.dump'}")


def _bring_database(kept: Path) -> None:
    if store.is_sqlite():
        shutil.copy(kept / "county.db", store.sqlite_file(store.HOME_COUNTY))
        return
    url = store.settings().database_url
    beside = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with beside.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{database_name(url)}"'))
        connection.execute(text(f'CREATE DATABASE "{database_name(url)}" TEMPLATE template0'))
    _postgres_program("pg_restore", "--no-owner", "--exit-on-error", str(kept / "county.dump"))


def _postgres_program(name: str, *told: str) -> None:
    """Run one of PostgreSQL's own programs over the database of the open county."""
    address = store.settings().database_url.replace("+psycopg", "", 1)
    done = subprocess.run(
        [str(programs() / name), f"--dbname={address}", *told], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def _sqlite_from_seed(file: Path) -> None:
    if "sqlite" in _seed:
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(_seed["sqlite"].name, file)
        return
    counties.init()
    store.close()
    kept = tempfile.NamedTemporaryFile(suffix=".seed.db")  # noqa: SIM115  (open, and there, as long as this process)
    shutil.copy(file, kept.name)
    _seed["sqlite"] = kept


def _postgres_from_seed(url: str) -> None:
    server, name, seed = url.split("?", 1)[1], database_name(url), f"county_seed_{os.getpid()}"
    fresh = _seed.get("postgresql") != server
    if fresh:
        counties.init()
        store.close()
    beside = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with beside.connect() as connection:
        if fresh:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{seed}"'))
            connection.execute(text(f'CREATE DATABASE "{seed}" TEMPLATE "{name}"'))
            _seed["postgresql"] = server
        else:
            connection.execute(text(f'DROP DATABASE "{name}"'))
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{seed}"'))


def somebody(role: Role, unit: str | None = None, login: str | None = None) -> int:
    """Id of a person with this role, made when there is none of that login yet.

    unit: the unit's name; without it the first unit of the kind the role belongs to.
    """
    name = login or f"t{role.code}"
    with store.snapshot() as session:
        found = session.scalar(select(Person.id).where(Person.login == people.plain_login(name)))
        if found:
            return found
        kind = UNIT_KINDS.get(role, "lead")
        wanted = (
            select(Unit.id).where(Unit.name == unit)
            if unit
            else select(Unit.id).where(Unit.kind == kind).order_by(Unit.id)
        )
        unit_id = session.scalars(wanted.limit(1)).one()
    with act(by=None, what="登记账号") as opened:
        person, _ = people.add_person(
            name, f"{role.label}甲", role, unit_id, act=opened, secret=PASSWORD, one_time=False
        )
        return person.id


class OfficeClient(FlaskClient):
    """A test client that carries the CSRF token of the page it last read."""

    def open(self, *args: Any, **options: Any) -> Any:
        """Send one request as the server would get it: outside the application context the test works in.

        A page a browser would have to repair, or that leaves somebody out, fails the test that asked for it.
        """
        answer = contextvars.Context().run(super().open, *args, **options)
        if answer.mimetype == "text/html" and (html := answer.get_data(as_text=True)) and answer.status_code != 302:
            assert not (faults := Page(html).faults()), f"{answer.request.path}: {faults}"
        return answer

    def token(self, path: str) -> dict[str, str]:
        """The hidden boxes of the form on a page: csrf_token, form_id, version."""
        page = self.get(path).get_data(as_text=True)
        return dict(re.findall(r'name="(csrf_token|form_id|version)"[^>]*? value="([^"]*)"', page))

    def send(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> Any:
        """Read the form of a page, then post it with these answers, as a browser does."""
        return self.post(path, data=self.token(path) | (data or {}), **options)

    def thrice(self, path: str, data: dict[str, Any] | None = None, to: str = "") -> None:
        """Send the form of a page three times over: each time the same answer, and one act of the office.

        to: where the form goes, when that is not its page.
        """
        sent, before = self.token(path) | (data or {}), acts()
        answers = {(a.status_code, a.location) for a in (self.post(to or path, data=sent) for _ in range(3))}
        assert len(answers) == 1 and answers.pop()[0] == 302, self.post(to or path, data=sent).get_data(as_text=True)
        assert acts() - before == 1, f"{to or path}: {acts() - before}"


def acts() -> int:
    """How many acts the county has."""
    with store.snapshot() as session:
        return session.scalar(select(func.count()).select_from(ActRow)) or 0


def client_as(app: Flask, role: Role, unit: str | None = None, login: str | None = None) -> OfficeClient:
    """A client signed in as somebody of this role."""
    somebody(role, unit, login)
    app.test_client_class = OfficeClient
    client: Any = app.test_client()
    answer = client.send("/people/sign-in", {"account": login or f"t{role.code}", "password": PASSWORD})
    assert answer.status_code == 302, answer.get_data(as_text=True)[:2000]
    return client  # type: ignore[no-any-return]
