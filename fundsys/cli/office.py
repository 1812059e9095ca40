"""What commands share: the application, the county, the person who acts."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from fundsys import store


def county_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run the command inside the application, on the county of --county (or FUNDSYS_COUNTY, or the only one)."""

    @click.option("--county", metavar="县代码", default=None, help="办理哪个县（六位代码）；只有一个县时不用写")
    @wraps(command)
    def run(*args: Any, county: str | None = None, **options: Any) -> Any:
        from fundsys import create_app

        app = create_app()
        with app.app_context(), store.in_county(county or store.settings().county):
            return command(*args, **options)

    return run
