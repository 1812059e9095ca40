"""What commands share: the application, the county, the person who acts."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from fundsys import store
from fundsys.domain.errors import DomainError

as_option = click.option("--as", "acting", metavar="登录名", default=None, help="以谁的名义办理，按其权限")
"""`--as USER`: the command gets the login as `acting`; `person_acting` gives the person."""


def refuse_missing() -> None:
    """Refuse to work where no database has been made yet. Raises DomainError."""
    if not store.exists(store.current_county()):
        raise DomainError("还没有数据库，请先执行 fundsys init")


def person_acting(login: str) -> int:
    """Id of the person of --as. Raises DomainError when there is no such login."""
    from sqlalchemy import select

    from fundsys.models.office import Person
    from fundsys.services.people import plain_login

    refuse_missing()
    with store.snapshot() as session:
        found = session.scalar(select(Person.id).where(Person.login == plain_login(login)))
    if found is None:
        raise DomainError(f"没有登录名为“{login}”的账号，请核对 --as")
    return found


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
