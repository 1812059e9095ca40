"""The OpenAPI document, made from the addresses, the views and the forms themselves, so that it cannot fall behind."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, current_app
from marshmallow import INCLUDE, Schema, fields, validate
from werkzeug.routing import AnyConverter, IntegerConverter, Rule
from wtforms import HiddenField
from wtforms.fields.core import UnboundField

from fundsys.domain.plain_input import GREATEST
from fundsys.domain.rights import Permission
from fundsys.version import VERSION
from fundsys.web.access import OPEN, READING, SIGNED_IN
from fundsys.web.dress import PREFIX
from fundsys.web.forms import OfficeForm
from fundsys.web.frame import NAVIGATION

from . import answer_words
from .asked import FINEST, Asked, asked

OLDER = "/api/"
OTHERS, BY_HAND = "工作台和其他", "金额按分收的接口"


@dataclass(frozen=True, slots=True)
class Operation:
    """One address and one way of asking it, for the page that explains them. rights: who may ask, in words."""

    method: str
    path: str
    rights: str
    parameters: tuple[str, ...]
    boxes: tuple[tuple[str, str], ...]


def rules(app: Flask) -> Iterator[Rule]:
    """Every address that is served as JSON: pages by their twin, the older requests as they are."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint != "static" and not getattr(view, "in_person", False):
            yield rule


def methods(rule: Rule) -> list[str]:
    """The ways of asking an address."""
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def path_of(rule: Rule) -> str:
    """The address as the document writes it: below /api/v1, with its places in braces."""
    told = "".join(f"{{{part}}}" if place else part for place, part in rule._trace[1:] if part != "|")
    return told if told.startswith(OLDER) else PREFIX + told


def document() -> dict[str, Any]:
    """The OpenAPI document of this application."""
    return _document(current_app._get_current_object())  # type: ignore[attr-defined]


@lru_cache(maxsize=4)
def _document(app: Flask) -> dict[str, Any]:
    spec = APISpec(
        title="陇县衔接资金与帮扶项目资产管理系统",
        version=VERSION,
        openapi_version="3.0.3",
        info={"description": answer_words.ABOUT},
        plugins=[MarshmallowPlugin(schema_name_resolver=lambda schema: _schema_name(schema))],
        security=[{"token": []}, {"session": []}],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": "session"})
    for name, schema in answer_words.SCHEMAS.items():
        spec.components.schema(name, schema)
    for name, told in answer_words.ANSWERS.items():
        spec.components.response(name, told)
    paths: dict[str, dict[str, Any]] = {}
    for rule in rules(app):
        for method in methods(rule):
            paths.setdefault(path_of(rule), {})[method.lower()] = _operation(app, rule, method)
    for path, operations in sorted(paths.items()):
        spec.path(path=path, operations=operations)
    return spec.to_dict()


def _operation(app: Flask, rule: Rule, method: str) -> dict[str, Any]:
    view = app.view_functions[rule.endpoint]
    told = asked(view)
    older = rule.rule.startswith(OLDER)
    operation: dict[str, Any] = {
        "operationId": f"{rule.endpoint}.{method.lower()}" + _place_mark(app, rule),
        "summary": _words(view),
        "description": f"权限：{rights_of(view)}" + ("" if method in READING else _rows(told)),
        "tags": [rule.endpoint.partition(".")[0]],
        "parameters": [*_places(rule), *_address_words(told)],
        "responses": answer_words.responses(method in READING, older or told.own_json),
    }
    if method not in READING:
        body = older_body(told) if older else box_schema(view, rule.endpoint)
        content = {"application/json": {"schema": body}}
        operation["requestBody"] = {"content": content, "required": False}
    return operation


def _rows(told: Asked) -> str:
    """The boxes that stand in every row of a table, * for the row."""
    names = sorted(name for name in told.boxes if FINEST in name and name != "seen-*")
    return f"；逐行的栏目：{'、'.join(names)}" if names else ""


def _place_mark(app: Flask, rule: Rule) -> str:
    """What tells addresses of one view apart."""
    same = list(app.url_map.iter_rules(rule.endpoint))
    return f".{same.index(rule)}" if len(same) > 1 else ""


def _words(view: Any) -> str:
    return (inspect.getdoc(inspect.unwrap(view)) or "").strip().split("\n")[0]


def rights_of(view: Any) -> str:
    """Who may ask, in words."""
    allowed = getattr(view, "allowed", ())
    if OPEN in allowed:
        return "任何人"
    if SIGNED_IN in allowed:
        return "登录即可"
    return "、".join(one.label for one in allowed if isinstance(one, Permission))


def _places(rule: Rule) -> list[dict[str, Any]]:
    """The places of an address with what may stand there."""
    return [
        {"in": "path", "name": name, "required": True, "schema": _place(rule._converters[name])}
        for name in sorted(rule.arguments)
        if name in rule._converters
    ]


def _place(converter: Any) -> dict[str, Any]:
    if isinstance(converter, IntegerConverter):
        return {"type": "integer", "minimum": 0, "maximum": GREATEST}
    if isinstance(converter, AnyConverter):
        return {"type": "string", "enum": sorted(converter.items)}
    return {"type": "string", "minLength": 1}


def _address_words(told: Asked) -> list[dict[str, Any]]:
    """The words after the question mark: what cannot be read is passed over, as on the page."""
    return [
        {"in": "query", "name": name, "required": False, "schema": {"type": kind}}
        for name, kind in sorted(told.words.items())
    ]


@lru_cache(maxsize=1024)
def box_schema(view: Callable[..., Any], endpoint: str) -> type[Schema]:
    """The boxes of a page's forms as one marshmallow schema: every box of every form, none of them required by itself."""

    class Meta:
        unknown = INCLUDE

    name = "".join(part.title() for part in endpoint.replace(".", "_").split("_")) + "Body"
    return type(name, (Schema,), {"Meta": Meta, **boxes_of(asked(view))})


def boxes_of(told: Asked) -> dict[str, fields.Field[Any]]:
    """Every box a page may read, by name."""
    found: dict[str, fields.Field[Any]] = {
        "request_id": _text("请求号：同一号再来，只办一件，答复相同", most=60),
        "version": fields.Integer(allow_none=True, metadata={"description": "读到的版本号"}),
    }
    for name, choices in told.boxes.items():
        meta: dict[str, Any] = {"description": f"可填 {'、'.join(sorted(choices))}"} if choices else {}
        if FINEST not in name and name not in ("chosen", "version", "form_id", "csrf_token"):
            found[name] = fields.Raw(allow_none=True, metadata=meta)
    for name in told.files:
        if FINEST not in name:
            found[name] = fields.Raw(allow_none=True, metadata={"description": "文件：{name, base64}，可为列表"})
    if "chosen" in told.boxes:
        found["chosen"] = fields.Dict(
            keys=fields.String(),
            values=fields.Integer(allow_none=True),
            metadata={"description": "勾选的行：编号 → 看到的版本号"},
        )
    for form in told.forms:
        for name, unbound in fields_of(form):
            found[name] = _box(unbound)
    return found


def fields_of(form: type[OfficeForm]) -> list[tuple[str, UnboundField]]:
    """The boxes of a form, as its class declares them; housekeeping left out."""
    names = [name for name in dir(form) if isinstance(getattr(form, name, None), UnboundField)]
    return [
        (name, told)
        for name in names
        if not issubclass((told := getattr(form, name)).field_class, HiddenField) and name not in ("form_id", "version")
    ]


def _box(unbound: UnboundField) -> fields.Field[Any]:
    """A box as a field of the schema. Texts and numbers alike: a page reads what people write."""
    kind = getattr(unbound.field_class, "kind", "text")
    term = unbound.args[0] if unbound.args else None
    label = getattr(term, "label", "")
    unit = getattr(unbound.field_class, "own_unit", "") or getattr(term, "unit", "")
    must = "，必填" if unbound.kwargs.get("required") or unbound.kwargs.get("least") else ""
    meta: dict[str, Any] = {"description": f"{label}{f'（{unit}）' if unit else ''}{must}"}
    if kind == "tick":
        return fields.Boolean(allow_none=True, metadata=meta)
    if kind in ("file", "photos"):
        return fields.Raw(allow_none=True, metadata=meta | {"description": f"{label}：{{name, base64}}{must}"})
    if kind == "choice" and len(unbound.args) > 1 and hasattr(unbound.args[1], "__members__"):
        codes = "、".join(str(one.value) for one in unbound.args[1])
        return fields.Raw(allow_none=True, metadata=meta | {"description": f"{meta['description']}：{codes}"})
    return fields.Raw(allow_none=True, metadata=meta)


def _text(words: str, most: int) -> fields.String:
    return fields.String(validate=validate.Length(max=most), metadata={"description": words})


def older_body(told: Asked) -> dict[str, Any] | type[Schema]:
    """The body of an older request: the schemas its view reads."""
    bodies = [schema for schema in told.schemas if schema.__name__ not in answer_words.NO_BODIES]
    if len(bodies) == 1:
        return bodies[0]
    return {"type": "object"}


def _schema_name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return str(kind.__name__).removesuffix("Schema")


def groups() -> list[tuple[str, list[Operation]]]:
    """The addresses by subject, for the page that explains them."""
    return _groups(current_app._get_current_object())  # type: ignore[attr-defined]


@lru_cache(maxsize=4)
def _groups(app: Flask) -> list[tuple[str, list[Operation]]]:
    found: dict[str, list[Operation]] = {}
    for rule in rules(app):
        view = app.view_functions[rule.endpoint]
        told = asked(view)
        for method in methods(rule):
            boxes = () if method in READING else sorted(boxes_of(told).items())
            one = Operation(
                method=method,
                path=path_of(rule),
                rights=rights_of(view),
                parameters=tuple(sorted(told.words)),
                boxes=tuple((name, str(box.metadata.get("description", ""))) for name, box in boxes),
            )
            found.setdefault(_subject(rule.endpoint), []).append(one)
    order = [*(label for label, _ in NAVIGATION), OTHERS, BY_HAND]
    return [
        (label, sorted(found[label], key=lambda o: (o.path, o.method)))
        for label in sorted(found, key=lambda label: order.index(label))
    ]


def _subject(endpoint: str) -> str:
    """The group of the side bar an address belongs to, else the word for its desk."""
    desk = endpoint.partition(".")[0]
    for label, entries in NAVIGATION:
        if any(one.partition(".")[0] == desk for _, one, _ in entries):
            return label
    return BY_HAND if desk.startswith("api_") else OTHERS
