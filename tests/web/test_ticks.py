"""The ticks of a table, as anybody may send them."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask

from fundsys.domain.rights import Role
from fundsys.web.ticks import chosen_rows, ticked
from tests.counties import OfficeClient

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


@pytest.mark.parametrize("digits", ["²", "①", "0", "99999", "2147483647", "9" * 40])
@pytest.mark.parametrize(
    "address",
    [
        "/ledgers/LG05?plan_year={}",
        "/assets/book?year={}",
        "/waivers/new?rule=F081&subject=asset:{}",
        "/assets/?town={}&year={}",
        "/check-runs/faults?unit={}&page={}",
        "/negative-list/?year={}",
        "/targets?year={}&unit={}",
        "/ledgers/PF61?month={}",
        "/search?q={}&kind=assets&page={}",
    ],
)
def test_signs_that_only_look_like_a_number_are_no_fault_of_the_program(
    app: Flask, client_as: Callable[..., OfficeClient], address: str, digits: str
) -> None:
    for role in (Role.LEAD, Role.OWNER, Role.INSPECTOR):
        assert client_as(role).get(address.replace("{}", digits)).status_code < 500
