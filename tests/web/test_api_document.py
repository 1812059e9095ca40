"""The API against its own document: random requests find no server error and no answer outside it."""

from __future__ import annotations

import contextvars
import copy
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from fundsys.domain.rights import Permission, Role, Scope, may
from fundsys.services.demo import Built
from fundsys.web.twins.document import document
from tests.draws import draws
from tests.figures import Figure
from tests.programs import Program, a_token, person_of
from tests.web.test_twins import STARTS_WORK

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
RECORDS = 160
"""Ids the demo county has in its larger tables; random ones are nearly all of nothing."""
EVERY = 15
"""Of so many operations one is asked in a quick run."""


def with_real_ids(told: dict[str, Any]) -> dict[str, Any]:
    """The document with places of addresses in the range of the demo's records."""
    told = copy.deepcopy(told)
    for operations in told["paths"].values():
        for operation in operations.values():
            for place in operation["parameters"]:
                if place["in"] == "path" and place["name"] == "year":
                    place["schema"] = {"type": "integer", "enum": [2023, 2024, 2025, 1, 99_999]}
                elif place["in"] == "path" and place["schema"].get("type") == "integer":
                    place["schema"] = {"type": "integer", "minimum": 1, "maximum": RECORDS}
    return told


def who_may(app: Flask, endpoint: str) -> Role:
    """A role that may ask a view."""
    allowed = getattr(app.view_functions[endpoint], "allowed", ())
    order = [Role.FINANCE_ENTRY, Role.LEAD, Role.OWNER, *Role]
    needs = [one for one in allowed if isinstance(one, Permission)]
    return next((role for role in order if any(may(role, one) is not Scope.NONE for one in needs)), Role.LEAD)


def operations(app: Flask, told: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The operations of the document, each with the view behind it; those that start another process are left out."""
    schema = schemathesis.openapi.from_dict(told)
    schema.app = app
    for one in schema.get_all_operations():
        operation = one.ok()
        number = operation.definition.raw["operationId"]
        endpoint = next(e for e in app.view_functions if number.startswith((f"{e}.get", f"{e}.post")))
        if endpoint not in STARTS_WORK:
            yield endpoint, operation


def faults(operation: Any, program: Program, examples: int) -> list[str]:
    """What a number of random requests brought to light."""
    found: list[str] = []

    @seed(610327)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        headers = {"Authorization": f"Bearer {program.token}"}
        answer = contextvars.Context().run(case.call, headers=headers)
        try:
            case.validate_response(answer, checks=CHECKS)
        except BaseExceptionGroup as told:
            found.append(f"{operation.label}: {answer.status_code} {[str(e)[:300] for e in told.exceptions]}")

    ask()
    return found


@pytest.mark.only_on("sqlite", pytest.param("postgresql", marks=pytest.mark.full))
@pytest.mark.long
def test_random_requests_find_no_server_error_and_no_answer_outside_the_document(
    app: Flask, demo_county: Built, full: bool, figure: Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    logging.getLogger("fundsys").setLevel(logging.CRITICAL)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.test_request_context("/"):
        told = with_real_ids(document())
    programs = {one.role: Program(app, a_token(person_of(one.login))) for one in reversed(demo_county.accounts)}
    wrong, asked, examples = [], 0, draws(3, 20)
    for number, (endpoint, operation) in enumerate(operations(app, told)):
        if not full and number % EVERY:
            continue
        asked += 1
        wrong += faults(operation, programs[who_may(app, endpoint)], examples)
    assert wrong == []
    figure("接口对照自己的文档", f"{asked} 项，每项 {examples} 次，服务器错误和文档外的答复 0")
