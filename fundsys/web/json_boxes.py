"""A JSON body as the boxes of a form: the same names, the same texts a browser would send."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any, NoReturn

from werkzeug.datastructures import FileStorage

from fundsys.domain.errors import DomainError

MOST = 5_000
"""Boxes of one form."""
REQUEST_ID = "request_id"
FORM_ID = "form_id"
CHOSEN = "chosen"
Box = tuple[str, str | FileStorage]


def boxes(body: bytes) -> list[Box]:
    """The boxes of a JSON object, in order. Numbers keep the digits they were written with; null is an empty box.

    Lists are boxes of one name; an object in an object adds its name with a hyphen, objects in a list are counted from 1;
    {"chosen": {"12": 3}} ticks row 12 as it was seen at version 3; {"name", "base64"} is a file.
    Raises: DomainError for what is no such object.
    """
    if not body.strip():
        return []
    try:
        told = json.loads(body, parse_float=str, parse_int=str, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise DomainError("请求体不是 JSON，请按接口说明发送") from error
    if not isinstance(told, dict):
        raise DomainError("请求体须为一个 JSON 对象，例如 {}")
    found: list[Box] = []
    for name, value in told.items():
        for box in _ticks(value) if name == CHOSEN and isinstance(value, Mapping) else _flat(name, value, 0):
            found.append(box)
            if len(found) > MOST:
                raise DomainError(f"一次最多 {MOST} 项，请分开发送")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def _ticks(rows: Mapping[str, Any]) -> Iterator[Box]:
    for key, version in rows.items():
        yield CHOSEN, _text(CHOSEN, key)
        if version is not None:
            yield f"seen-{key}", _text(CHOSEN, version)


def _flat(name: str, value: Any, depth: int) -> Iterator[Box]:
    if depth > 4:
        raise DomainError(f"{name}嵌套太深，请按接口说明发送", field=name)
    if isinstance(value, dict):
        if "base64" in value:
            yield _text(name, name), _file(name, value)
            return
        for key, one in value.items():
            yield from _flat(f"{name}-{key}", one, depth + 1)
    elif isinstance(value, list):
        for number, one in enumerate(value, 1):
            inside = isinstance(one, dict | list) and not (isinstance(one, dict) and "base64" in one)
            yield from _flat(f"{name}-{number}" if inside else name, one, depth + 1)
    elif value is not None and value is not False:
        yield _text(name, name), "1" if value is True else _text(name, value)


def _text(name: str, value: Any) -> str:
    """A text a database can keep. Raises DomainError."""
    if not isinstance(value, str):
        raise DomainError("该项须为一个值", field=name)
    if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
        raise DomainError("该项里有不能保存的字符，请重新键入", field=name.encode("utf-8", "replace").decode())
    return value


def _file(name: str, told: Mapping[str, Any]) -> FileStorage:
    try:
        content = base64.b64decode(str(told["base64"]), validate=True)
    except (binascii.Error, ValueError):
        raise DomainError("文件内容须用 base64 写成", field=name) from None
    return FileStorage(BytesIO(content), filename=_text(name, told.get("name") or "附件"), name=name)
