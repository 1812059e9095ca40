"""The tools the tests stand on: two real databases and a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from argon2 import extract_parameters
from flask import Flask
from sqlalchemy import create_engine, select, text

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.models.office import Credential, Person
from fundsys.services import people
from tests.browser import Desk
from tests.counties import DEAR_HASHER, PASSWORD, client_as, county_app, somebody
from tests.postgres import PostgresServer


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


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_next_test_has_the_application_but_neither_the_county_nor_the_settings(
    kind: str, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    urls = [
        f"sqlite:///{tmp_path / name}" if kind == "sqlite" else postgres_server.create() for name in ("a.db", "b.db")
    ]
    with county_app(urls[0], tmp_path / "first") as app:
        clerk = client_as(app, Role.FINANCE_ENTRY)
        assert clerk.get("/").status_code == 200
        cookie, key = clerk.get_cookie("session"), app.config["SECRET_KEY"]
        app.config["MAX_CONTENT_LENGTH"] = 1
        with store.snapshot() as session:
            assert session.scalars(select(Person.login)).all()
    assert cookie is not None
    with county_app(urls[1], tmp_path / "second") as again:
        with store.snapshot() as session:
            assert session.scalars(select(Person.login)).all() == []
        assert again.config["SETTINGS"].instance == (tmp_path / "second").resolve()
        assert again.config["SECRET_KEY"] != key and again.config["MAX_CONTENT_LENGTH"] > 1
        stranger = again.test_client()
        stranger.set_cookie("session", cookie.value)
        assert "/people/sign-in" in (stranger.get("/").location or "")
    for url in urls if kind == "postgresql" else ():
        postgres_server.drop(url)


@pytest.mark.only_on("sqlite")
def test_the_office_keeps_passwords_dearer_than_the_tests_do_and_makes_a_cheap_digest_anew(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody(Role.FINANCE_ENTRY)
    wanted = select(Credential.password_digest)
    with store.snapshot() as session:
        cheap = extract_parameters(session.scalars(wanted).one())
    monkeypatch.setattr(people, "_hasher", DEAR_HASHER)
    people.sign_in(f"t{Role.FINANCE_ENTRY.code}", PASSWORD, "127.0.0.1")
    with store.snapshot() as session:
        dear = extract_parameters(session.scalars(wanted).one())
    assert dear.memory_cost >= 65536 and dear.memory_cost > cheap.memory_cost and dear.type == cheap.type
