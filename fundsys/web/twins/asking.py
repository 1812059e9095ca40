"""What is asked as JSON: the body becomes the form the page reads, before anybody reads it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import cast

from flask import Flask, g, request
from werkzeug.datastructures import FileStorage

from fundsys.domain.errors import DomainError
from fundsys.services.acts import form_id_of
from fundsys.web.access import READING, me, me_or_none
from fundsys.web.dress import is_twin
from fundsys.web.json_boxes import FORM_ID, REQUEST_ID, Box, boxes
from fundsys.web.numbers import OfficeRequest


def read_body() -> None:
    """Take the body of a request for JSON as the boxes of a form. Raises DomainError for what cannot be read."""
    for name in ("told", "told_by", "repeated", "refusal", "stale_form"):
        g.pop(name, None)
    if not is_twin() or request.method in READING:
        return
    told = boxes(request.get_data()) if request.is_json else list(_sent())
    cast(OfficeRequest, request).fill_in(list(_with_id(told)))


def _sent() -> Iterable[Box]:
    """The boxes of a multipart or URL-encoded body."""
    if any("\0" in one for pair in request.form.items(multi=True) for one in pair):
        raise DomainError("请求里有不能保存的字符，请重新键入")
    yield from request.form.items(multi=True)
    yield from request.files.items(multi=True)


def _with_id(told: Iterable[Box]) -> Iterable[Box]:
    """The boxes with the id of the form, which is never missing."""
    named = ""
    for name, value in told:
        if name in (REQUEST_ID, FORM_ID) and not isinstance(value, FileStorage):
            named = value.strip()
            if len(named) > 60:
                raise DomainError("请求号最多 60 个字", field=REQUEST_ID)
        else:
            yield name, value
    yield FORM_ID, form_id_of(me().id, named) if named and me_or_none() else str(uuid.uuid4())


def register(app: Flask) -> None:
    """Read every body before the page does; who may not ask was turned away before."""
    app.before_request(read_body)
