"""What a view asks for, read from the view itself: its forms, the boxes it looks into by name, the words of its address.

Nothing is listed by hand: a form or box that a view comes to read is found the next time the document is made.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

from marshmallow import Schema

from fundsys.web.forms import OfficeForm

ROOMS = ("fundsys.web.", "fundsys.api.")
NOT_OURS = ("fundsys.web.forms", "fundsys.web.access", "fundsys.web.frame", "fundsys.web.twins.document")
ADDRESS_NAMES = frozenset({"args", "asked"})
FORM_NAMES = frozenset({"posted", "boxes", "sent", "given"})
READERS = frozenset({"get", "getlist"})
FINEST = "*"
"""Stands in the name of a box for what differs from row to row."""


@dataclass
class Asked:
    """What a view asks for. forms, schemas: the classes; boxes, files, words: names read straight from body and address.

    own_json: it writes JSON itself, for a script of its page.
    """

    forms: list[type[OfficeForm]] = field(default_factory=list)
    schemas: list[type[Schema]] = field(default_factory=list)
    boxes: dict[str, set[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    words: dict[str, str] = field(default_factory=dict)
    own_json: bool = False


@cache
def asked(view: Callable[..., Any]) -> Asked:
    """What this view asks for, in itself and in whatever of our rooms it calls."""
    found = Asked()
    _visit(inspect.unwrap(view), found, set())
    return found


def _visit(thing: Any, found: Asked, seen: set[int]) -> None:
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, type):
        if issubclass(thing, OfficeForm):
            found.forms.append(thing)
        elif issubclass(thing, Schema):
            found.schemas.append(thing)
    node, names = _source(thing)
    if node is None:
        return
    _read(node, found)
    for used in _used(node, names):
        if _is_ours(used):
            _visit(used, found, seen)


def _is_ours(thing: Any) -> bool:
    """Whether a view of ours may ask through it: a function, form, schema or class of the web or API rooms."""
    if not (inspect.isfunction(thing) or isinstance(thing, type)):
        return False
    module = getattr(thing, "__module__", "") or ""
    return module.startswith(ROOMS) and not module.startswith(NOT_OURS)


@cache
def _tree(module: str) -> dict[tuple[str, int], ast.AST]:
    """The functions and classes of a module, by name and first line."""
    told = ast.parse(inspect.getsource(sys.modules[module]))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    lines: dict[tuple[str, int], ast.AST] = {}
    for node in ast.walk(told):
        if isinstance(node, kinds):
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            lines[node.name, first] = node
            lines.setdefault((node.name, 0), node)
    return lines


def _source(thing: Any) -> tuple[ast.AST | None, dict[str, Any]]:
    """The text of a function or class, taken apart, and the names it may use."""
    module = getattr(thing, "__module__", "")
    if module not in sys.modules:
        return None, {}
    line = thing.__code__.co_firstlineno if inspect.isfunction(thing) else 0
    names = dict(vars(sys.modules[module]))
    if inspect.isfunction(thing) and thing.__closure__:
        names |= {n: c.cell_contents for n, c in zip(thing.__code__.co_freevars, thing.__closure__, strict=True)}
    return _tree(module).get((thing.__name__, line)), names


def _used(node: ast.AST, names: dict[str, Any]) -> Iterator[Any]:
    """What of these names a piece of program uses; also what stands in a module, a table or a list it names."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            yield from _inside(names.get(one.id))
        elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
            owner = names.get(one.value.id)
            if isinstance(owner, ModuleType):
                yield from _inside(getattr(owner, one.attr, None))


def _inside(thing: Any) -> Iterator[Any]:
    if isinstance(thing, dict):
        for one in thing.values():
            yield from _inside(one)
    elif isinstance(thing, list | tuple) and len(thing) < 50:
        for one in thing:
            yield from _inside(one)
    elif hasattr(thing, "__dataclass_fields__") and not isinstance(thing, type):
        yield type(thing)
        for name in thing.__dataclass_fields__:
            value = getattr(thing, name, None)
            if inspect.isfunction(value) or isinstance(value, type):
                yield value
    elif thing is not None:
        yield thing


def _read(node: ast.AST, found: Asked) -> None:
    """Note the names that are read from body and address, and JSON that is written by hand."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and one.id == "jsonify":
            found.own_json = True
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr in READERS and one.args:
            owner, name = one.func.value, _name(one.args[0])
            whole = any(k.arg == "type" and getattr(k.value, "id", "") == "int" for k in one.keywords)
        elif isinstance(one, ast.Subscript):
            owner, name, whole = one.value, _name(one.slice), False
        else:
            continue
        place = _place(owner)
        if not name or not place:
            continue
        if place == "words":
            found.words[name] = "integer" if whole or found.words.get(name) == "integer" else "string"
        elif place == "files":
            found.files.add(name)
        else:
            found.boxes.setdefault(name, set()).update(_choices(one, node))


def _name(node: ast.expr) -> str:
    """A name written out, or with * where it differs from row to row; "" for what is not written here."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [str(p.value) if isinstance(p, ast.Constant) else FINEST for p in node.values]
        return "".join(parts) if any(p != FINEST for p in parts) else ""
    return ""


def _place(owner: ast.expr) -> str:
    """Where something is read from: the words of the address, the boxes of the body, its files; "" for elsewhere."""
    text = ast.unparse(owner)
    if "request.files" in text:
        return "files"
    if "request.form" in text or "request.values" in text:
        return "boxes"
    if "request.args" in text:
        return "words"
    if isinstance(owner, ast.Name):
        return "words" if owner.id in ADDRESS_NAMES else "boxes" if owner.id in FORM_NAMES else ""
    return ""


def _choices(call: ast.AST, node: ast.AST) -> set[str]:
    """The words a box is compared with where it is read, such as the button that was pressed."""
    found = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Compare) and any(call is inner for inner in ast.walk(one)):
            found |= {c.value for c in ast.walk(one) if isinstance(c, ast.Constant) and isinstance(c.value, str)}
    return found - {getattr(getattr(call, "args", [None])[0], "value", None)} - {""}
