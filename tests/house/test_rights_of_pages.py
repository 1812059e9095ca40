"""Every route for every role: refused unless the matrix grants one of the acts the view declares."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from fundsys import create_app
from fundsys.domain.rights import Permission, Role, Scope, may
from fundsys.web.access import OPEN, SIGNED_IN
from tests.counties import OfficeClient
from tests.counties import client_as as signed_in
from tests.programs import routes, somewhere

pytestmark = pytest.mark.only_on("sqlite")


def test_every_view_declares_who_may_open_it(app: Flask) -> None:
    silent = [rule.endpoint for rule in routes(app) if not getattr(app.view_functions[rule.endpoint], "allowed", ())]
    assert silent == []


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.code)
def test_a_role_opens_what_the_matrix_grants_and_nothing_else(
    app: Flask, client_as: Callable[..., OfficeClient], role: Role
) -> None:
    client = client_as(role)
    wrong = []
    for rule in routes(app):
        allowed = app.view_functions[rule.endpoint].allowed  # type: ignore[attr-defined]
        granted = any(
            one in (OPEN, SIGNED_IN) or (isinstance(one, Permission) and may(role, one) is not Scope.NONE)
            for one in allowed
        )
        if rule.endpoint == "people.sign_out":
            continue  # would end the session the other routes are asked with
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            refused = client.open(somewhere(rule), method=method).status_code == 403
            if refused == granted:
                wrong.append(f"{method} {rule.rule} {'refused' if refused else 'opened'}")
    assert wrong == []


def test_a_stranger_opens_only_what_is_open_to_everybody(app: Flask, client_as: Callable[..., OfficeClient]) -> None:
    app.test_client_class = OfficeClient
    stranger = app.test_client()
    for rule in routes(app):
        allowed = app.view_functions[rule.endpoint].allowed  # type: ignore[attr-defined]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            answer = stranger.open(somewhere(rule), method=method)
            turned_away = answer.status_code in (401, 403) or "/people/sign-in" in (answer.location or "")
            assert turned_away == (OPEN not in allowed), f"{method} {rule.rule} answered {answer.status_code}"


def test_a_view_without_a_declared_rule_is_refused(app: Flask) -> None:
    usual = app.config["SETTINGS"]
    own = create_app({"instance": usual.instance, "database_url": usual.database_url, "testing": True})
    own.add_url_rule("/undeclared", "undeclared", lambda: "open")
    assert signed_in(own, Role.LEAD).get("/undeclared").status_code == 403
