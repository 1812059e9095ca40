"""Numbers in addresses and forms: a longer one than any record has is no number of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import FileStorage, ImmutableMultiDict
from werkzeug.routing import IntegerConverter

from fundsys.domain.plain_input import GREATEST
from fundsys.web.json_boxes import Box

YEARS = range(1900, 2200)
"""The years anything here can be of; days are reckoned from them."""
YEAR_NAMES = frozenset({"year", "from"})


def year_of_ours(text: str) -> int:
    """A year as text. Raises ValueError."""
    year = int(text)
    if year not in YEARS:
        raise ValueError("不是能办理的年度")
    return year


def whole(text: str) -> int:
    """A whole number as a column can keep it. Raises ValueError."""
    number = int(text)
    if abs(number) > GREATEST:
        raise ValueError("比任何编号都大")
    return number


class Told(ImmutableMultiDict[str, str]):
    """What an address or a form tells; a whole number beyond every column is passed over like any other that cannot be read."""

    def get(self, key: str, default: Any = None, type: Callable[[str], Any] | None = None) -> Any:  # type: ignore[override]
        """One value, read."""
        ours = year_of_ours if key in YEAR_NAMES else whole
        return super().get(key, default, ours if type is int else type)  # type: ignore[arg-type]

    def getlist(self, key: str, type: Callable[[str], Any] | None = None) -> list[Any]:
        """All values, read."""
        return super().getlist(key, whole if type is int else type)  # type: ignore[arg-type]


class OfficeRequest(Request):
    """A request whose numbers are ours."""

    parameter_storage_class = Told

    def fill_in(self, boxes: list[Box]) -> None:
        """Take these boxes for the form, instead of reading one from the body."""
        self.__dict__["form"] = Told([(name, box) for name, box in boxes if isinstance(box, str)])
        self.__dict__["files"] = ImmutableMultiDict(
            [(name, box) for name, box in boxes if isinstance(box, FileStorage)]
        )


class Key(IntegerConverter):
    """A record's id in an address; what no record can have is not found."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max": GREATEST, **kwargs})


def register(app: Flask) -> None:
    """Read every number of this application so."""
    app.request_class = OfficeRequest
    app.url_map.converters["int"] = Key


def check_addresses(app: Flask) -> None:
    """Let an address of a year nothing can be of lead nowhere, and read no sign that no database keeps."""

    @app.before_request
    def readable() -> None:
        places = request.view_args or {}
        if places.get("year", YEARS[0]) not in YEARS:
            abort(404)
        if any("\0" in str(text) for text in (*places.values(), *request.args.values())):
            abort(400)
        if request.method == "POST" and any("\0" in text for text in request.form.values()):
            abort(400)
