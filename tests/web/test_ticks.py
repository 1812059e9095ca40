"""The ticks of a table, as anybody may send them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask import Flask

from fundsys.web.ticks import chosen_rows, ticked

ROWS = [SimpleNamespace(id=1, version=3), SimpleNamespace(id=2, version=1)]
APP = Flask(__name__)


def test_on_first_sight_those_are_ticked_that_the_page_says() -> None:
    with APP.test_request_context("/"):
        assert chosen_rows(ROWS) == {1: 3, 2: 1}
        assert chosen_rows(ROWS, lambda row: row.version > 1) == {1: 3}


def test_what_is_posted_counts_at_the_version_the_page_showed() -> None:
    with APP.test_request_context("/", method="POST", data={"chosen": ["2", "1"], "seen-2": "1", "seen-1": "2"}):
        assert chosen_rows(ROWS, lambda row: False) == {2: 1, 1: 2}
        assert ticked(["1"]) == {1: 2}


@pytest.mark.parametrize(
    ("number", "version"), [("²", "1"), ("1", "²"), ("01", "1"), ("", "1"), ("1", ""), ("-1", "1"), ("1" * 40, "1")]
)
def test_what_is_no_number_of_ours_is_passed_over(number: str, version: str) -> None:
    with APP.test_request_context("/", method="POST", data={"chosen": number, f"seen-{number}": version}):
        assert ticked() == {}
