"""Every page as JSON: the same rights, the same acts, the same refusals, and never more than the page could show."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.models.journal import Act as ActRow
from fundsys.models.journal import Change, Vault
from fundsys.models.office import DictionaryEntry
from fundsys.models.projects import Project
from fundsys.services import vault
from fundsys.services.demo import Built
from fundsys.web.json_boxes import boxes
from fundsys.web.twins import plain
from tests.counties import OfficeClient, acts
from tests.figures import Figure
from tests.programs import V1, Program, a_token, pages_of, person_of, program_as, routes, somewhere

Clients = Callable[..., OfficeClient]
CODES = "/dictionaries/?kind=function_code"
A_FEW = (Role.TOWN, Role.SYSADMIN)
"""Roles whose every route is compared in a quick run: one with a part of the county, one with none of its business."""
STARTS_WORK = {"drift.index", "queue.parts", "queue.year", "queue.again", "log.package", "log.again"}
"""Pages whose act starts another process; the guard before them is the same."""
ROAD = {"code": "2130142", "label": "乡村道路建设"}


# ---------- the same rights ----------


def verdict(status: int) -> str:
    """What an answer decides: not allowed, not there, moved on, or answered (with the content or a refusal of the form)."""
    if status in (401, 403, 404, 405, 409, 413, 500, 503):
        return str(status)
    return "answered" if status in (200, 302, 303, 400, 422) else f"strange {status}"


def in_person(app: Flask, endpoint: str) -> bool:
    """Whether a view is the person's own at the page."""
    return bool(getattr(app.view_functions[endpoint], "in_person", False))


def differing(app: Flask, page: OfficeClient, program: Program) -> list[str]:
    """The routes on which page and twin decide differently."""
    mark = {"X-CSRFToken": page.token("/people/password")["csrf_token"]}
    found = []
    for rule in routes(app):
        if rule.rule.startswith("/api/") or rule.endpoint in STARTS_WORK or rule.endpoint == "people.sign_out":
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            path = somewhere(rule)
            twin = program.ask(method, V1 + path, {} if method == "POST" else None)
            if in_person(app, rule.endpoint):
                if twin.status_code != 403:
                    found.append(f"{method} {rule.rule} is the person's own and answered {twin.status_code}")
                continue
            shown = page.open(path, method=method, headers=mark)
            if verdict(shown.status_code) != verdict(twin.status_code):
                found.append(f"{method} {rule.rule}: page {shown.status_code}, twin {twin.status_code}")
            if twin.mimetype == "text/html":
                found.append(f"{method} {rule.rule} answered with a page")
    return found


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.code)
def test_a_page_and_its_twin_decide_alike_for_every_role(
    app: Flask, client_as: Clients, role: Role, full: bool
) -> None:
    if not full and role not in A_FEW:
        pytest.skip("只在 ./test --full 时执行")
    assert differing(app, client_as(role), program_as(app, role)) == []


@pytest.mark.only_on("sqlite")
def test_control_somebody_elses_rights_are_seen_to_differ(app: Flask, client_as: Clients) -> None:
    assert len(differing(app, client_as(Role.AUDITOR), program_as(app, Role.LEAD))) > 50


@pytest.mark.only_on("sqlite")
def test_a_stranger_is_answered_401_and_sent_nowhere(app: Flask) -> None:
    stranger = Program(app, "610327-" + "x" * 43)
    for path in ("/", "/notices", "/assets/", "/openapi.json"):
        answer = stranger.get(path)
        assert (answer.status_code, answer.location) == (401, None)
        assert answer.get_json()["error"]["message"]


# ---------- never more than the page ----------

PROJECTS = re.compile(r"20\d\d-\d{4}(?!\d)")


def personal_numbers() -> set[str]:
    """Every identity, bank and phone number the county keeps under lock."""
    with store.snapshot() as session:
        told = {vault.reveal(session, key) for key in session.scalars(select(Vault.id))}
    return {number for number in told if number}


def beyond(html: str, json: str, secret: set[str]) -> set[str]:
    """What JSON tells of projects and people that the page does not show."""
    projects = set(PROJECTS.findall(json)) - set(PROJECTS.findall(html))
    return projects | {number for number in secret if number in json and number not in html}


BOUNDED = (Role.OWNER, Role.TOWN, Role.VILLAGE, Role.KEEPER)


@pytest.mark.only_on("sqlite")
@pytest.mark.long
def test_no_twin_tells_a_project_or_a_personal_number_that_its_page_does_not_show(
    app: Flask, demo_county: Built, full: bool, figure: Figure
) -> None:
    secret = personal_numbers()
    with store.snapshot() as session:
        codes = set(session.scalars(select(Project.code)))
    assert len(secret) > 20 and len(codes) > 100
    from tests.form_walk import _signed_in

    wrong, looked, left_out = [], 0, 0
    for account in demo_county.accounts:
        if not full and account.role is not Role.TOWN:
            continue
        program = Program(app, a_token(person_of(account.login)))
        for path, html in pages_of(app, _signed_in(app, account.login), 3 if full else 1):
            answer = program.get(path)
            if answer.status_code == 403 and "只在网页上由本人办理" in answer.get_json()["error"]["message"]:
                continue
            assert (answer.status_code, answer.mimetype) == (200, "application/json"), path
            text = answer.get_data(as_text=True)
            looked += 1
            found = beyond(html, text, secret) & (codes | secret)
            if account.role not in BOUNDED:
                found &= secret  # who sees the whole county may be told of a project that stands on the next page
            if found:
                wrong.append(f"{account.login} {path}: {sorted(found)[:3]}")
            left_out += not answer.get_json()["data"]
    assert wrong == []
    assert left_out < looked / 20
    figure("网页和接口逐页对照", f"{looked} 页，接口多说的 0")


def test_control_a_number_or_project_too_many_is_seen() -> None:
    assert beyond("<p>2024-0001</p>", '{"code": "2024-0002"}', set()) == {"2024-0002"}
    assert beyond("<p>6212****1234</p>", '{"account": "6212345678901234"}', {"6212345678901234"}) == {
        "6212345678901234"
    }


def test_rows_of_tables_and_secrets_are_never_told() -> None:
    entry = DictionaryEntry(kind="x", code="1", label="甲")
    told = plain.told({"row": entry, "secret": "abc", "n": 1, "x": 2}, frozenset({"row", "secret", "n"}))
    assert told == {"n": 1}


# ---------- the same acts ----------


def written(after: int) -> list[tuple[str, list[tuple[str, set[str]]]]]:
    """What the acts after this one wrote: each with its tables and the fields that were kept."""
    with store.snapshot() as session:
        found = session.execute(select(ActRow.seq, ActRow.what).where(ActRow.seq > after).order_by(ActRow.seq)).all()
        return [
            (
                what,
                [
                    (c.table_name, set(re.findall(r'"(\w+)":', c.after or "")))
                    for c in session.scalars(select(Change).where(Change.act_seq == seq).order_by(Change.id))
                ],
            )
            for seq, what in found
        ]


def test_an_act_through_the_twin_writes_what_the_page_writes(app: Flask, client_as: Clients) -> None:
    page, program = client_as(Role.SYSADMIN), program_as(app, Role.SYSADMIN)
    before = acts()
    assert page.send(CODES, ROAD).status_code == 302
    by_page = written(before)
    middle = acts()
    done = program.post(CODES, ROAD | {"code": "2130143"})
    assert done.status_code == 200, done.get_data(as_text=True)
    assert written(middle) == by_page
    assert done.get_json() == {
        "done": True,
        "at": CODES,
        "id": None,
        "said": ["已添加，以后登记时可以选用"],
        "repeated": False,
    }


def test_the_same_request_twice_is_one_act_with_one_answer(app: Flask) -> None:
    program, before = program_as(app, Role.SYSADMIN), acts()
    first = program.post(CODES, ROAD | {"request_id": "路-1"}).get_json()
    again = program.post(CODES, ROAD | {"request_id": "路-1"}).get_json()
    assert acts() == before + 1
    assert again == first | {"repeated": True}
    refused = program.post(CODES, ROAD | {"request_id": "路-2"})
    assert (refused.status_code, acts()) == (422, before + 1)


def test_a_refusal_names_each_field_and_keeps_nothing(app: Flask) -> None:
    program, before = program_as(app, Role.SYSADMIN), acts()
    answer = program.post(CODES, {"label": "只有名称"})
    error = answer.get_json()["error"]
    assert (answer.status_code, error["field"], acts()) == (422, "code", before)
    assert error["errors"] == [{"field": "code", "message": error["message"]}]
    assert error["reference"]


def test_a_stale_save_is_409_with_both_texts(app: Flask) -> None:
    program = program_as(app, Role.SYSADMIN)
    with store.snapshot() as session:
        entry_id = session.scalars(select(DictionaryEntry.id).where(DictionaryEntry.code == "2130505")).one()
    shown = program.get(f"/dictionaries/{entry_id}").get_json()["data"]["form"]
    boxes_shown = {box["name"]: box["value"] for box in shown["fields"]}
    assert boxes_shown == {"label": "生产发展", "active": True}
    told = boxes_shown | {"version": shown["version"]}
    assert program.post(f"/dictionaries/{entry_id}", told | {"label": "产业"}).status_code == 200
    stale = program.post(f"/dictionaries/{entry_id}", told | {"label": "发展"})
    error = stale.get_json()["error"]
    assert stale.status_code == 409
    assert (error["theirs"]["label"], error["mine"]["label"]) == ("产业", "发展")
    assert (
        program.post(f"/dictionaries/{entry_id}", told | {"label": "发展", "version": error["version"]}).status_code
        == 200
    )


def test_a_body_that_is_no_form_is_refused_in_words(app: Flask) -> None:
    program = program_as(app, Role.SYSADMIN)
    for body in (
        b"{",
        b"[1]",
        b'"x"',
        b'{"label": NaN}',
        b'{"label": "\\u0000"}',
        b'{"label": "\\ud800"}',
        b"[" * 9999,
    ):
        answer = program.ask("POST", V1 + CODES, data=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422, body[:20]
        assert answer.get_json()["error"]["message"]


def test_numbers_lists_ticks_and_files_become_the_boxes_a_browser_would_send() -> None:
    told = boxes(
        b'{"amount": 12.30, "big": 100000000000000000001, "yes": true, "no": false, "none": null,'
        b' "towns": [1, 2], "lines": [{"amount": "3"}], "chosen": {"12": 3}}'
    )
    assert told == [
        ("amount", "12.30"),
        ("big", "100000000000000000001"),
        ("yes", "1"),
        ("towns", "1"),
        ("towns", "2"),
        ("lines-1-amount", "3"),
        ("chosen", "12"),
        ("seen-12", "3"),
    ]
    sent = boxes(b'{"scan": {"name": "a.pdf", "base64": "' + base64.b64encode(b"%PDF") + b'"}}')[0][1]
    assert (sent.filename, sent.read()) == ("a.pdf", b"%PDF")  # type: ignore[union-attr]


# ---------- lists and files ----------


@pytest.mark.only_on("sqlite")
def test_lists_are_paged_and_filtered_as_the_page_is(app: Flask, demo_county: Built) -> None:
    login = next(one.login for one in demo_county.accounts if one.role is Role.LEAD)
    program = Program(app, a_token(person_of(login)))
    first = program.get("/projects/").get_json()["data"]["page"]
    second = program.get("/projects/?page=2").get_json()["data"]["page"]
    assert (first["count"], first["page"], second["page"], first["size"]) == (second["count"], 1, 2, len(first["rows"]))
    assert not {r["id"] for r in first["rows"]} & {r["id"] for r in second["rows"]}
    one = first["rows"][0]
    found = program.get(f"/projects/?q={one['code']}").get_json()["data"]["page"]
    assert [r["id"] for r in found["rows"]] == [one["id"]]
    card = program.get(f"/assets/{program.get('/assets/').get_json()['data']['page']['rows'][0]['id']}/plate.svg")
    assert (card.status_code, card.mimetype) == (200, "image/svg+xml")


# ---------- browsers ----------


def test_a_browsers_session_acts_only_with_the_mark_of_its_page(app: Flask, client_as: Clients) -> None:
    page = client_as(Role.SYSADMIN)
    assert page.get(V1 + CODES).get_json()["data"]["kind"] == "function_code"
    bare = page.post(V1 + CODES, json=ROAD)
    assert (bare.status_code, bare.mimetype) == (400, "application/json")
    mark = {"X-CSRFToken": page.token("/people/password")["csrf_token"]}
    assert page.post(V1 + CODES, json=ROAD, headers=mark).get_json()["done"] is True


def test_the_page_itself_is_as_it_was(app: Flask, client_as: Clients) -> None:
    answer = client_as(Role.SYSADMIN).get(CODES)
    assert answer.mimetype == "text/html" and "<h1>" in answer.get_data(as_text=True)


# ---------- signs and years nothing can be of ----------


def test_a_sign_no_database_keeps_and_a_year_nothing_is_of_are_no_server_error(app: Flask, client_as: Clients) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    page, program = client_as(Role.LEAD), program_as(app, Role.LEAD)
    for path, status in (
        ("/projects/?q=%00", 400),
        ("/findings/?year=96598", 200),
        ("/following/flow?year=-5", 200),
        ("/periods/99999/1", 404),
        ("/periods/2024/1", 200),
    ):
        assert (page.get(path).status_code, program.get(path).status_code) == (status, status), path
    assert page.send("/findings/new", {"words": "\0"}).status_code == 400
