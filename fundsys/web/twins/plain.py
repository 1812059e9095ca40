"""What a view told its template, as JSON: frozen rows, money, codes and days. What is none of these is left out.

Left out above all: rows of tables themselves, secrets, whole personal numbers, sessions, finished HTML.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any

from markupsafe import Markup
from wtforms import Field, HiddenField
from wtforms.form import BaseForm

from fundsys.domain.coded import Coded
from fundsys.domain.money import Money
from fundsys.domain.rules.base import Finding
from fundsys.domain.terms import Term
from fundsys.queries.viewer import Viewer
from fundsys.web.tables import Page

DEEPEST = 12
SECRET = frozenset({"secret", "password", "token", "csrf_token", "form_id"})
"""Names under which nothing is told, whatever it is."""
UNTOLD: dict[type, frozenset[str]] = {Finding: frozenset({"rows", "left_out"})}
"""What a kind of row keeps to itself: a rule looks at the whole county; its page lists the rows its reader may see."""
NOTHING = object()
_spoken: ContextVar[frozenset[str] | None] = ContextVar("spoken", default=None)
_DIGITS = 10


def told(context: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """What a view told its template, of it only what the template speaks of."""
    mark = _spoken.set(names)
    try:
        return table({name: one for name, one in context.items() if name in names})
    finally:
        _spoken.reset(mark)


def plain(value: Any, depth: int = 0) -> Any:
    """The JSON of a value; NOTHING for what is not told."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Markup):
        return NOTHING
    if isinstance(value, str):
        return str(value)
    for kind, told in _SIMPLE:
        if isinstance(value, kind):
            return told(value)
    if depth > DEEPEST or isinstance(value, Viewer):
        return NOTHING
    if isinstance(value, BaseForm):
        return form(value)
    if isinstance(value, Field):
        return box(value)
    if isinstance(value, Page):
        return page(value, depth)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return record(value, _parts(type(value)), depth)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return record(value, _parts(type(value)), depth)
    if isinstance(value, Mapping):
        return table(value, depth)
    if isinstance(value, list | tuple | set | frozenset | AbstractSet | range):
        told_ones = (plain(one, depth + 1) for one in value)
        return [one for one in told_ones if one is not NOTHING]
    return NOTHING


def fraction(share: Fraction) -> str:
    """A share as an exact decimal string, cut at ten digits."""
    whole, rest = divmod(abs(share.numerator) * 10**_DIGITS // share.denominator, 10**_DIGITS)
    text = f"{whole}.{rest:0{_DIGITS}d}".rstrip("0").rstrip(".")
    return f"-{text}" if share < 0 else text


_SIMPLE: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    (Money, lambda m: {"fen": m.fen}),
    (Coded, lambda c: c.code),
    (Term, lambda t: t.label),
    (Enum, lambda e: e.name.lower()),
    ((datetime, date, time), lambda d: d.isoformat()),
    (timedelta, lambda t: int(t.total_seconds())),
    (Fraction, fraction),
    ((Decimal, float), str),
)


@cache
def _parts(kind: type) -> tuple[tuple[str, bool], ...]:
    """What a frozen row tells: its fields and public properties, and whether each is money."""
    fields = [f.name for f in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else list(kind._fields)  # type: ignore[attr-defined]
    properties = [name for one in kind.__mro__ for name, it in vars(one).items() if isinstance(it, property)]
    try:
        hints = typing.get_type_hints(kind)
    except (NameError, TypeError):
        hints = {}
    for name in properties:
        found = getattr(kind, name)
        try:
            hints[name] = typing.get_type_hints(found.fget).get("return")
        except (NameError, TypeError):
            continue
    hidden = SECRET | UNTOLD.get(kind, frozenset())
    names = [name for name in dict.fromkeys([*fields, *properties]) if not name.startswith("_") and name not in hidden]
    return tuple((name, _is_money(hints.get(name))) for name in names)


def _is_money(hint: Any) -> bool:
    return hint is Money or any(one is Money for one in typing.get_args(hint))


def record(value: Any, parts: tuple[tuple[str, bool], ...], depth: int) -> dict[str, Any]:
    """A frozen row: field by field, money as whole 分 under the field's name with _fen."""
    told_parts = {}
    names = _spoken.get()
    for name, is_money in parts:
        if names is not None and name not in names:
            continue
        try:
            one = getattr(value, name)
        except Exception:  # a property that needs what this page did not read tells nothing
            continue
        if is_money and (one is None or isinstance(one, Money)):
            told_parts[f"{name}_fen"] = None if one is None else one.fen
        elif (found := plain(one, depth + 1)) is not NOTHING:
            told_parts[name] = found
    return told_parts


def table(value: Mapping[Any, Any], depth: int = 0) -> dict[str, Any]:
    """A mapping; keys become text, money stands under its key with _fen."""
    told = {}
    for key, one in value.items():
        name = _key(key)
        if name in SECRET:
            continue
        if isinstance(one, Money):
            told[f"{name}_fen"] = one.fen
        elif (found := plain(one, depth + 1)) is not NOTHING:
            told[name] = found
    return told


def _key(key: Any) -> str:
    if isinstance(key, tuple):
        return "/".join(map(_key, key))
    found = plain(key)
    return found if isinstance(found, str) else "" if found is None or found is NOTHING else str(found)


def page(value: Page[Any], depth: int) -> dict[str, Any]:
    """One page of a list: its rows, how many there are, which page this is."""
    rows = [one for row in value.rows if (one := plain(row, depth + 1)) is not NOTHING]
    return {"rows": rows, "page": value.number, "pages": value.pages, "count": value.total, "size": value.size}


def form(value: BaseForm) -> dict[str, Any]:
    """A form describes itself: its boxes, the version of the record it was made from, what it complains of."""
    version = value._fields.get("version")
    boxes_ = [box(one) for one in value if not isinstance(one, HiddenField)]
    told: dict[str, Any] = {"fields": boxes_, "version": version.data if version is not None else None}
    if errors := errors_of(value):
        told["errors"] = errors
    return told


def box(value: Field) -> dict[str, Any]:
    """A box of a form: what it is called and takes, whether it must be filled, what may be chosen, what stands in it."""
    kind = getattr(value, "kind", "text")
    told: dict[str, Any] = {
        "name": value.name,
        "label": value.label.text,
        "kind": kind,
        "required": bool(getattr(value, "required", False)),
    }
    if unit := getattr(value, "unit", ""):
        told["unit"] = unit
    if (options := getattr(value, "options", None)) is not None:
        told["choices"] = [{"value": _key(key), "label": str(label)} for key, label in options]
    if kind == "tick":
        told["value"] = bool(value.data)
    elif kind not in ("password", "file", "photos") and hasattr(value, "_value"):
        told["value"] = str(value._value())
    return told


def errors_of(value: BaseForm) -> list[dict[str, Any]]:
    """Every complaint of a form, each with its field; null for the whole form."""
    whole = [{"field": None, "message": str(sentence)} for sentence in getattr(value, "form_errors", ())]
    return whole + [{"field": one.name, "message": str(sentence)} for one in value for sentence in one.errors]
