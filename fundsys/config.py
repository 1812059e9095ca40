"""Settings: defaults, then instance/config.py, then FUNDSYS_* of the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Settings:
    """Where things are and how the program runs.

    instance: folder of configuration, keys, database, uploads and printed sheets.
    database_url: SQLAlchemy address; a SQLite file or a PostgreSQL database.
    county: six-digit code to work on; None means the only county there is.
    testing: tests only; lets cookies travel without TLS checks and prints no secrets.
    token_days: how many days an access token may last.
    api_limits: how much a person or token may ask of the API; counted in each process, or in all where api_store names
    a Redis server.
    """

    instance: Path
    database_url: str
    county: str | None = None
    testing: bool = False
    upload_limit: int = 32 * 1024 * 1024
    token_days: int = 366
    api_limits: str = "300 per minute;20000 per day"
    api_store: str = "memory://"


def room(name: str) -> Path:
    """A top-level folder of the house: inside the package when installed (or linked), beside it in a bare checkout."""
    inside = HERE / name
    return inside if inside.exists() else HERE.parent / name


def load(overrides: Mapping[str, object] | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; what is given in `overrides` wins."""
    env = os.environ if environment is None else environment
    given = dict(overrides or {})
    default_instance = HERE.parent / "instance" if (HERE.parent / "setup.cfg").exists() else Path.cwd() / "instance"
    instance = Path(str(given.pop("instance", "") or env.get("FUNDSYS_INSTANCE") or default_instance)).resolve()
    from_file: dict[str, object] = {}
    file = instance / "config.py"
    if file.exists():
        exec(compile(file.read_text("utf-8"), str(file), "exec"), from_file)
    url = env.get("FUNDSYS_DATABASE_URL") or from_file.get("DATABASE_URL") or f"sqlite:///{instance / 'fundsys.db'}"
    county = env.get("FUNDSYS_COUNTY") or from_file.get("COUNTY")
    settings = Settings(instance=instance, database_url=str(url), county=str(county) if county else None)
    for name, kind in (("token_days", int), ("api_limits", str), ("api_store", str)):
        if told := env.get(f"FUNDSYS_{name.upper()}") or from_file.get(name.upper()):
            given.setdefault(name, kind(str(told)))
    return replace(settings, **given)  # type: ignore[arg-type]
