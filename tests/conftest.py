"""What every test may ask for: a database of its own on either engine, and a browser."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings

from fundsys.services.demo import Built
from tests import browser as browsers
from tests import counties, figures, postgres
from tests.counties import OfficeClient, county_app

DATABASES = ("sqlite", "postgresql")
settings.register_profile(
    "quick",
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("full", settings.get_profile("quick"), max_examples=2000, derandomize=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    """--full runs every proof at the size the county was promised."""
    parser.addoption("--full", action="store_true", help="按足量执行全部证明")


def pytest_configure(config: pytest.Config) -> None:
    """Choose how many random examples are drawn, and where the counties of a quick run lie: in memory, if there is room."""
    settings.load_profile("full" if config.getoption("--full") else "quick")
    if not config.getoption("--full") and (there := postgres.in_memory()):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(there))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, with a reason, what only a full run asks for; begin with what takes longest, so that no worker ends alone."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    if not config.getoption("--full"):
        for item in items:
            if item.get_closest_marker("full"):
                item.add_marker(pytest.mark.skip(reason="只在 ./test --full 时执行"))


def pytest_collection_finish() -> None:
    """Thousands of tests and a whole program lie in memory and stay: the collector need not look through them for each test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the figures of the proofs together at the end of the run."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.stats.get(kind, [])]
    if told := figures.lines(reports):
        terminalreporter.section("证明的数字（足量）" if config.getoption("--full") else "证明的数字（小样）")
        for line in told:
            terminalreporter.write_line(line)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run whatever needs a database on each engine, unless its `only_on` mark names some."""
    if "database_url" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("only_on")
        metafunc.parametrize("database_url", mark.args if mark else DATABASES, indirect=True)


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Whether this is a full run."""
    return bool(request.config.getoption("--full"))


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> figures.Figure:
    """`figure("断杀保存", "100 次，丢失 0")`: one line of the figures at the end of the run."""
    return figures.teller(request)


@pytest.fixture(scope="session")
def postgres_server(full: bool) -> Iterator[postgres.PostgresServer]:
    """One PostgreSQL server per test process, started when first asked for."""
    server = postgres.start_server(full)
    yield server
    server.destroy()


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Gives fresh, empty databases: `new_database("sqlite")`, `new_database("postgresql")`."""
    with ExitStack() as done:

        def make(kind: str) -> str:
            if kind == "sqlite":
                return f"sqlite:///{tmp_path / 'fundsys.db'}"
            server: postgres.PostgresServer = request.getfixturevalue("postgres_server")
            url = server.create()
            done.callback(server.drop, url)
            return url

        yield make


@pytest.fixture
def database_url(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    """The address of a fresh, empty database; every test that uses it runs on each engine."""
    return new_database(request.param)


@pytest.fixture(scope="session")
def chromium() -> Iterator[browsers.Browser]:
    """One headless browser per test process."""
    with browsers.chromium() as browser:
        yield browser


@pytest.fixture
def desk(chromium: browsers.Browser) -> Iterator[browsers.Desk]:
    """One person's browser; fails the test when a page fetches from elsewhere or complains."""
    desk = browsers.Desk(chromium)
    yield desk
    desk.close()


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application over one fresh county with its reference data, on each database in turn."""
    with county_app(database_url, tmp_path / "instance") as made:
        yield made


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all test processes of this run see."""
    mine = tmp_path_factory.getbasetemp()
    return mine if worker_id == "master" else mine.parent


@pytest.fixture
def demo_county(app: Flask, tmp_path: Path, run_folder: Path) -> Built:
    """A small demo county in the application's county, and what its building answered."""
    return counties.demo_county(tmp_path / "instance", run_folder)


@pytest.fixture
def client_as(app: Flask) -> Callable[..., OfficeClient]:
    """`client_as(Role.FINANCE_ENTRY)` is a browser signed in as somebody of that role."""
    return partial(counties.client_as, app)
