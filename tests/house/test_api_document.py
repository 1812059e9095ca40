"""The OpenAPI document holds every address, every way of asking and every box of every form, and goes stale with none of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flask import Flask
from wtforms import HiddenField

from fundsys.domain import terms
from fundsys.web.forms import OfficeForm, TextField
from fundsys.web.twins import document as made
from fundsys.web.twins.asked import Asked

IN_PERSON_FORMS = ("PasswordForm", "PersonForm", "SignInForm", "TokenForm")
IN_PERSON = {
    "payments.contract_account",
    "payments.request_account",
    "people.change_password",
    "people.new",
    "people.renew_secret",
    "people.sign_in",
    "people.sign_out",
    "tokens.end",
    "tokens.index",
    "tokens.new",
}
"""What is never served as JSON: secrets, whole personal numbers, and the tokens themselves."""


def document(app: Flask) -> dict[str, Any]:
    """The document of the application."""
    with app.test_request_context():
        return made.document()


def written(told: dict[str, Any]) -> set[tuple[str, str]]:
    """Every operation: method, and address with its places named alike."""
    return {(m.upper(), re.sub(r"{\w+}", "{}", path)) for path, ways in told["paths"].items() for m in ways}


def served(app: Flask) -> set[tuple[str, str]]:
    """Every operation the application answers as JSON, told from its own routing."""
    found = set()
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static" and rule.endpoint not in IN_PERSON:
            path = re.sub(r"<[^>]*>", "{}", rule.rule)
            path = path if path.startswith("/api/") else f"/api/v1{path}"
            found |= {(m, path) for m in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    return found


def test_every_address_and_way_of_asking_is_in_the_document_and_no_other(bare: Flask) -> None:
    assert written(document(bare)) == served(bare)
    assert len(served(bare)) > 500


def test_only_secrets_whole_personal_numbers_and_tokens_are_kept_to_the_page(bare: Flask) -> None:
    kept = {name for name, view in bare.view_functions.items() if getattr(view, "in_person", False)}
    assert kept == IN_PERSON


def test_control_an_address_that_is_not_in_the_document_is_seen(bare: Flask) -> None:
    told = document(bare)
    lost = next(iter(told["paths"]))
    rest = {"paths": {path: ways for path, ways in told["paths"].items() if path != lost}}
    assert written(rest) < served(bare)


def forms(root: type[OfficeForm] = OfficeForm) -> Iterator[type[OfficeForm]]:
    """Every form of the application, found by looking."""
    for form in root.__subclasses__():
        yield form
        yield from forms(form)


def body(told: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """The boxes an operation takes."""
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    return dict(told["components"]["schemas"][schema["$ref"].rpartition("/")[2]].get("properties", {}))


def documented(told: dict[str, Any]) -> list[set[str]]:
    """The names of the boxes of every operation that takes a page's form."""
    return [
        set(body(told, ways["post"]))
        for path, ways in told["paths"].items()
        if path.startswith("/api/v1/") and "post" in ways
    ]


def boxes(app: Flask, form: type[OfficeForm]) -> set[str]:
    """The boxes a form really has when it is made."""
    with app.test_request_context():
        return {field.name for field in form() if not isinstance(field, HiddenField)}


def untold(app: Flask, found: list[type[OfficeForm]], told: list[set[str]]) -> list[str]:
    """Forms that no operation of the document takes with all their boxes."""
    return [form.__name__ for form in found if not any(boxes(app, form) <= names for names in told)]


def test_every_box_of_every_form_is_in_the_document(bare: Flask) -> None:
    found = [
        form for form in forms() if form.__module__.startswith("fundsys.") and form.__name__ not in IN_PERSON_FORMS
    ]
    assert len(found) > 100
    assert untold(bare, found, documented(document(bare))) == []


def test_control_a_box_nobody_documented_is_seen(bare: Flask) -> None:
    class Strange(OfficeForm):
        never_heard_of = TextField(terms.REMARK)

    assert untold(bare, [Strange], documented(document(bare))) == ["Strange"]
    assert made.boxes_of(Asked(forms=[Strange])).keys() >= {"never_heard_of", "request_id", "version"}


def test_every_operation_says_who_may_ask_and_what_it_may_be_answered(bare: Flask) -> None:
    told = document(bare)
    for path, ways in told["paths"].items():
        for method, operation in ways.items():
            assert operation["description"] != "权限：", path
            assert {"200", "401", "403", "404", "409", "422", "429"} <= set(operation["responses"]), path
            places = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert places == set(re.findall(r"{(\w+)}", path)), (method, path)
    numbers = [o["operationId"] for ways in told["paths"].values() for o in ways.values()]
    assert len(numbers) == len(set(numbers))
