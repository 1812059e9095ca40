"""What the journeys share: one served county per database, made once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import DATABASES
from tests.journeys.office import Office, served_office


@pytest.fixture(scope="session", params=DATABASES)
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, run_folder: Path
) -> Iterator[Office]:
    """A demo county served by the real program, on each database in turn."""
    folder = tmp_path_factory.mktemp(f"office-{request.param}")
    if request.param == "sqlite":
        with served_office(folder / "instance", f"sqlite:///{folder / 'fundsys.db'}", run_folder) as served:
            yield served
        return
    server = request.getfixturevalue("postgres_server")
    url = server.create()
    try:
        with served_office(folder / "instance", url, run_folder) as served:
            yield served
    finally:
        server.drop(url)
