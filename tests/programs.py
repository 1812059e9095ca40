"""A program that asks the county's API with a person's token, and the addresses there are to ask."""

from __future__ import annotations

import contextvars
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from fundsys import store
from fundsys.domain.access_tokens import TokenScope
from fundsys.domain.rights import Permission, Role
from fundsys.models.office import Person
from fundsys.queries.facts import office_today
from fundsys.services import access_tokens
from fundsys.services.acts import act
from tests.counties import OfficeClient, somebody

V1 = "/api/v1"
HREFS = re.compile(r'<a\s[^>]*?href="([^"]+)"')
FILES = re.compile(r"\.[a-z]{3,4}$|/print$|/card$|^/prints/")
IN_PERSON = "这一项只在网页上由本人办理，接口不办"


def a_token(
    person_id: int,
    scope: TokenScope = TokenScope.ACT,
    permissions: Iterable[Permission] = (),
    *,
    first: date | None = None,
    last: date | None = None,
    name: str = "",
) -> str:
    """A token of this person, good from today for a month where nothing else is told."""
    today = office_today()
    with act(by=person_id, what="领取接口凭证") as opened:
        return access_tokens.make_token(
            name or f"程序 {opened.seq}",
            scope,
            list(permissions),
            first,
            last or max(today, first or today) + timedelta(days=30),
            today=today,
            act=opened,
        )


class Program:
    """Asks with one token, without cookies; every request as the server would get it."""

    def __init__(self, app: Flask, token: str) -> None:
        app.test_client_class = OfficeClient
        self.client: FlaskClient = app.test_client(use_cookies=False)
        self.token = token

    def ask(self, method: str, path: str, told: Any = None, **options: Any) -> Any:
        """One request; told: the JSON body."""
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        if told is not None:
            options["json"] = told
        return contextvars.Context().run(FlaskClient.open, self.client, path, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> Any:
        """Read the twin of a page."""
        return self.ask("GET", V1 + path, **options)

    def post(self, path: str, told: Any = None, **options: Any) -> Any:
        """Act through the twin of a page."""
        return self.ask("POST", V1 + path, {} if told is None else told, **options)


def program_as(app: Flask, role: Role, scope: TokenScope = TokenScope.ACT, *rights: Permission) -> Program:
    """A program of somebody of this role."""
    return Program(app, a_token(somebody(role), scope, rights))


def person_of(login: str) -> int:
    """Id of the person with this login."""
    with store.snapshot() as session:
        return session.scalars(select(Person.id).where(Person.login == login)).one()


def routes(app: Flask) -> Iterator[Rule]:
    """Every route but the static files."""
    return (rule for rule in app.url_map.iter_rules() if rule.endpoint != "static")


def somewhere(rule: Rule) -> str:
    """An address of the route, with something in each of its places."""
    built = rule.build({name: _something(place) for name, place in rule._converters.items()}, append_unknown=False)
    assert built is not None
    return built[1]


def _something(place: BaseConverter) -> Any:
    if isinstance(place, AnyConverter):
        return min(place.items)
    return 1 if isinstance(place, IntegerConverter) else "x"


def pages_of(app: Flask, client: OfficeClient, each: int = 1) -> Iterator[tuple[str, str]]:
    """Pages a person comes to from the front page and the lists, `each` of every kind: address and HTML."""
    waiting = ["/", *(somewhere(rule) for rule in routes(app) if not rule.arguments and "GET" in (rule.methods or ()))]
    seen: set[str] = set()
    walked: dict[str, int] = {}
    while waiting:
        path = waiting.pop(0)
        try:
            endpoint = str(app.url_map.bind("localhost").match(urlsplit(path).path, "GET")[0])
        except Exception:
            continue
        if path in seen or walked.get(endpoint, 0) >= each or FILES.search(urlsplit(path).path):
            continue
        seen.add(path)
        answer = contextvars.Context().run(FlaskClient.open, client, path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        walked[endpoint] = walked.get(endpoint, 0) + 1
        html = answer.get_data(as_text=True)
        yield path, html
        links = (urljoin(path, unescape(link)).partition("#")[0] for link in HREFS.findall(html))
        waiting += [link for link in links if link.startswith("/")]
