"""What commands share: the application, the county, the person who acts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from fundsys import store
from fundsys.domain.dates import parse_day
from fundsys.domain.errors import DomainError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from fundsys.queries.viewer import Viewer

as_option = click.option("--as", "acting", metavar="登录名", default=None, help="以谁的名义办理，按其权限")
"""`--as USER`: the command gets the login as `acting`; `person_acting` gives the person."""


class Day(click.ParamType[date]):
    """A day as people type it; anything else is wrong usage."""

    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day."""
        if isinstance(value, date):
            return value
        try:
            return parse_day(str(value))
        except DomainError as error:
            self.fail(error.message, param, ctx)


as_at_option = click.option("--as-at", type=Day(), metavar="日期", help="按这一天终了时系统知道的情况")
until_option = click.option("--until", type=Day(), metavar="日期", help="只计业务日期不晚于这一天的")
"""`--as-at D` and `--until D`, the two kinds of past."""


@contextmanager
def reading(as_at: date | None) -> Iterator[Session]:
    """A reading session on the county: as it is, or as it was known at the end of a day. Raises DomainError."""
    from fundsys.queries.past import past

    refuse_missing()
    with past(as_at) if as_at else store.snapshot() as session:
        yield session


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


def viewer_acting(login: str | None) -> Viewer | None:
    """The person of --as with their rights; None (系统) without --as. Raises DomainError."""
    from fundsys.queries.viewer import viewer

    if login is None:
        return None
    person_id = person_acting(login)
    with store.snapshot() as session:
        return viewer(session, person_id)


def county_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run the command inside the application, on the county of --county (or FUNDSYS_COUNTY, or the only one)."""

    @click.option("--county", metavar="县代码", default=None, help="办理哪个县（六位代码）；只有一个县时不用写")
    @wraps(command)
    def run(*args: Any, county: str | None = None, **options: Any) -> Any:
        from fundsys import create_app

        app = create_app(pages=False)
        with app.app_context(), store.in_county(county or store.settings().county):
            return command(*args, **options)

    return run
