"""The tools the tests stand on: two real databases and a real browser."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from tests.browser import Desk


def test_each_database_is_real_and_empty(database_url: str, request: pytest.FixtureRequest) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE village (name VARCHAR(40))"))
        connection.execute(text("INSERT INTO village VALUES ('𬇙家崾崄')"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM village")).scalar_one() == "𬇙家崾崄"
    assert engine.dialect.name == request.node.callspec.params["database_url"]
    engine.dispose()


@pytest.mark.only_on("postgresql")
def test_a_mark_keeps_a_test_on_one_database(database_url: str) -> None:
    assert database_url.startswith("postgresql+psycopg://")


def test_the_browser_shows_chinese_and_fetches_nothing_from_elsewhere(desk: Desk) -> None:
    page = desk.page()
    page.set_content('<html lang="zh-CN"><h1>陇县</h1><img alt="" src="http://elsewhere.invalid/tracker.png">')
    assert page.get_by_role("heading").inner_text() == "陇县"
    assert desk.foreign == ["http://elsewhere.invalid/tracker.png"]
    desk.foreign.clear()


def test_a_page_that_complains_is_heard(desk: Desk) -> None:
    page = desk.page()
    page.set_content("<h1>陇县</h1>")
    page.evaluate("console.error('坏了')")
    page.wait_for_timeout(50)
    assert desk.complaints == ["坏了"]
    desk.complaints.clear()
