"""Access tokens: shown once, never more than the person, ended by day, hand, rights and secret; how much may be asked."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from fundsys import config, put_to_work, store
from fundsys.domain.access_tokens import TokenScope, rights_of
from fundsys.domain.errors import DomainError, NotAllowed, NotFound
from fundsys.domain.rights import Permission, Role
from fundsys.models.journal import Act as ActRow
from fundsys.models.journal import Change
from fundsys.models.office import AccessToken, DictionaryEntry, Person, TokenUse
from fundsys.queries.access_tokens import TokenRow, tokens
from fundsys.queries.facts import office_today
from fundsys.queries.viewer import held_to, require, viewer, viewer_of
from fundsys.services import access_tokens, counties, jobs, people
from fundsys.services.acts import act
from tests.counties import PASSWORD, OfficeClient, acts, somebody
from tests.programs import Program, a_token, program_as

Clients = Callable[..., OfficeClient]
CODES = "/dictionaries/?kind=function_code"
ROAD = {"code": "2130142", "label": "乡村道路建设"}


def status(app: Flask, token: str, path: str = "/") -> int:
    """What a token is answered."""
    return int(Program(app, token).get(path).status_code)


def row_of(person_id: int) -> TokenRow:
    """The newest token of a person as the list shows it."""
    with store.snapshot() as session:
        who = viewer(session, person_id)
        assert who is not None
        return tokens(session, who)[0]


# ---------- taking one ----------


def test_a_token_is_shown_once_and_only_its_digest_is_kept(app: Flask, client_as: Clients) -> None:
    clerk = client_as(Role.LEAD)
    last = (office_today() + timedelta(days=30)).isoformat()
    told = {"name": "数据上报", "scope": "read", "last_day": last} | clerk.token("/access-tokens/new")
    first = clerk.post("/access-tokens/new", data=told).get_data(as_text=True)
    token = re.search(r'data-secret="([^"]+)"', first)
    assert token and re.fullmatch(r"610327-[\w-]{43}", token[1])
    before = acts()
    again = clerk.post("/access-tokens/new", data=told).get_data(as_text=True)
    assert token[1] not in again and "没有重复领取" in again and acts() == before
    with store.snapshot() as session:
        kept = session.scalars(select(AccessToken)).one()
        assert kept.token_digest == hashlib.sha256(token[1].encode()).hexdigest()
        images = session.scalars(select(Change.after).where(Change.table_name == "access_token")).all()
        what = session.scalars(select(ActRow.what).order_by(ActRow.seq.desc()).limit(1)).one()
    assert (what, len(images)) == ("领取接口凭证", 1)
    assert token[1].partition("-")[2] not in str(images)
    assert status(app, token[1]) == 200
    listed = clerk.get("/access-tokens/").get_data(as_text=True)
    assert "数据上报" in listed and "只读取" in listed and "在用" in listed and token[1] not in listed


def test_a_token_of_chosen_rights_orders_no_job_which_would_be_done_with_all_rights(app: Flask) -> None:
    person = somebody(Role.LEAD)
    with act(by=person, what="交办") as opened:
        assert jobs.put(opened.session, "batch", {}, person)
        mark = held_to.set((person, frozenset({Permission.PRINT})))
        try:
            with pytest.raises(NotAllowed, match="只有选定的权限"):
                jobs.put(opened.session, "batch", {}, person)
        finally:
            held_to.reset(mark)


@pytest.mark.only_on("sqlite")
def test_a_token_that_will_not_do_is_refused_in_words(app: Flask) -> None:
    person, today = somebody(Role.TOWN), office_today()
    for told, field in (
        ({"last": today - timedelta(days=1), "first": today - timedelta(days=3)}, "last_day"),
        ({"last": today, "first": today + timedelta(days=1)}, "last_day"),
        ({"last": today + timedelta(days=367)}, "last_day"),
        ({"scope": TokenScope.CHOSEN}, "permissions"),
        ({"scope": TokenScope.CHOSEN, "permissions": [Permission.PAY]}, "permissions"),
    ):
        with pytest.raises(DomainError) as refused:
            a_token(person, **told)  # type: ignore[arg-type]
        assert refused.value.field == field, told
    a_token(person, last=today + timedelta(days=366), name="一年")
    with pytest.raises(DomainError, match="已有名为“一年”的凭证"):
        a_token(person, name="一年")
    assert Permission.PAY not in rights_of(Role.TOWN)


def test_a_form_that_will_not_do_comes_back_with_its_sentence_and_what_was_typed(client_as: Clients) -> None:
    client = client_as(Role.TOWN)
    answer = client.send("/access-tokens/new", {"name": "取数程序", "scope": "read", "last_day": "2020-01-01"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "停用日期不能早于启用日期" in page
    assert 'value="取数程序"' in page


# ---------- how long it lasts ----------


def test_a_token_opens_on_its_first_day_and_ends_after_its_last(app: Flask) -> None:
    person, today = somebody(Role.LEAD), office_today()
    assert status(app, a_token(person, last=today)) == 200
    assert status(app, a_token(person, first=today + timedelta(days=1))) == 401
    past = a_token(person, last=today)
    with act(by=None, what="改动日期") as opened:
        newest = opened.session.scalars(select(AccessToken).order_by(AccessToken.id.desc())).first()
        assert newest is not None
        newest.first_day, newest.last_day = today - timedelta(days=2), today - timedelta(days=1)
    assert status(app, past) == 401


def test_rights_secret_and_account_end_every_token_of_the_person(app: Flask) -> None:
    person, keeper, security = somebody(Role.TOWN), somebody(Role.SYSADMIN), somebody(Role.SECADMIN)
    token = a_token(person)
    assert status(app, token) == 200
    with store.snapshot() as session:
        version = session.get_one(Person, person).version
    with act(by=security, what="调整账号权限") as opened:
        people.change_rights(person, version, act=opened, role=Role.OWNER)
    assert status(app, token) == 401
    assert row_of(person).state(office_today()) == "已失效"
    token = a_token(person, name="又一个")
    assert status(app, token) == 200
    with act(by=person, what="修改密码") as opened:
        people.change_password(PASSWORD, "Wei-Shui-2025-longer", act=opened)
    assert status(app, token) == 401
    token = a_token(person, name="第三个")
    assert status(app, token) == 200
    with act(by=keeper, what="停用账号") as opened:
        people.change_rights(person, version + 1, act=opened, active=False)
    assert status(app, token) == 401


def test_the_person_or_the_administrator_of_rights_ends_a_token_and_nobody_else(app: Flask, client_as: Clients) -> None:
    person = somebody(Role.LEAD)
    mine, theirs = a_token(person), a_token(person)
    with store.snapshot() as session:
        first, second = session.scalars(select(AccessToken.id).order_by(AccessToken.id)).all()
    with pytest.raises(NotFound), act(by=somebody(Role.SYSADMIN), what="停用接口凭证") as opened:
        access_tokens.end_token(first, act=opened)
    assert status(app, mine) == 200
    client_as(Role.LEAD).thrice("/access-tokens/", to=f"/access-tokens/{first}/end")
    assert (status(app, mine), status(app, theirs)) == (401, 200)
    with act(by=somebody(Role.SECADMIN), what="停用接口凭证") as opened:
        access_tokens.end_token(second, act=opened)
    assert status(app, theirs) == 401


@pytest.mark.only_on("sqlite")
def test_what_is_no_token_of_this_county_opens_nothing(app: Flask) -> None:
    good = a_token(somebody(Role.LEAD))
    assert status(app, good) == 200
    for wrong in ("", "x", good[:-1], good + "a", good.replace("610327", "610328"), good.upper(), "610327-" + "A" * 43):
        assert status(app, wrong) == 401, wrong


def test_using_a_token_keeps_the_day_and_no_act(app: Flask) -> None:
    person = somebody(Role.LEAD)
    token, before = a_token(person), acts()
    for _ in range(3):
        assert status(app, token) == 200
    assert (row_of(person).last_on, acts()) == (office_today(), before)
    with store.snapshot() as session:
        assert session.scalar(select(func.count()).select_from(TokenUse)) == 1


# ---------- how much it may ----------


def test_a_token_that_only_reads_does_no_act(app: Flask) -> None:
    reader = program_as(app, Role.SYSADMIN, TokenScope.READ)
    assert reader.get(CODES).status_code == 200
    before = acts()
    answer = reader.post(CODES, ROAD)
    assert (answer.status_code, acts()) == (403, before)
    assert "只能读取" in answer.get_json()["error"]["message"]
    assert reader.ask("POST", "/api/payments", {}).status_code == 403
    assert program_as(app, Role.SYSADMIN).post(CODES, ROAD).status_code == 200


def test_chosen_rights_hold_for_pages_for_rows_and_inside_the_act(app: Flask) -> None:
    person = somebody(Role.LEAD)
    few = Program(app, a_token(person, TokenScope.CHOSEN, [Permission.READ_PROJECTS]))
    assert few.get("/projects/").status_code == 200
    assert few.get("/assets/").status_code == 403
    assert Program(app, a_token(person)).get("/assets/").status_code == 200


def test_control_inside_an_act_the_token_has_no_right_it_was_not_given(app: Flask) -> None:
    person = somebody(Role.LEAD)
    mark = held_to.set((person, frozenset({Permission.READ_PROJECTS})))
    try:
        with act(by=person, what="试") as opened:
            assert opened.person is not None
            who = viewer_of(opened.person)
            require(who, Permission.READ_PROJECTS)
            with pytest.raises(DomainError):
                require(who, Permission.ADMIT_PROJECT)
    finally:
        held_to.reset(mark)
    with act(by=person, what="试") as opened:
        assert opened.person is not None
        require(viewer_of(opened.person), Permission.ADMIT_PROJECT)


@pytest.mark.only_on("sqlite")
def test_a_token_leaves_no_session_and_a_page_knows_no_token(app: Flask) -> None:
    program = program_as(app, Role.SYSADMIN)
    assert program.get(CODES).headers.getlist("Set-Cookie") == []
    assert program.post(CODES, ROAD).headers.getlist("Set-Cookie") == []
    assert program.ask("GET", CODES).status_code == 302


@pytest.mark.only_on("sqlite")
def test_no_token_makes_tokens_or_changes_the_password(app: Flask) -> None:
    program, before = program_as(app, Role.SECADMIN), acts()
    for path in ("/access-tokens/new", "/people/password", "/people/sign-in", "/people/sign-out"):
        assert program.post(path).status_code == 403, path
    assert acts() == before


# ---------- how much may be asked ----------


@pytest.mark.only_on("sqlite")
def test_what_is_beyond_the_limit_is_429_with_the_seconds_to_wait_and_pages_go_on(
    app: Flask, client_as: Clients
) -> None:
    usual = store.settings()
    program, other, page = program_as(app, Role.LEAD), program_as(app, Role.TOWN), client_as(Role.LEAD)
    told = {"instance": usual.instance, "database_url": usual.database_url, "testing": True}
    put_to_work(app, config.load(told | {"api_limits": "3 per hour"}))
    assert [program.get("/").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    answer = program.get("/")
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert answer.get_json()["error"]["message"].startswith("短时间内请求太多")
    assert other.get("/").status_code == 200
    assert [page.get("/").status_code for _ in range(5)] == [200] * 5


@pytest.mark.only_on("postgresql")
def test_the_database_refuses_a_token_made_outside_an_act(app: Flask) -> None:
    a_token(somebody(Role.LEAD))
    with pytest.raises(Exception, match="没有打开的办理事项"), store.writing() as session:
        session.execute(text("update access_token set last_day = :day"), {"day": date(2030, 1, 1)})


def test_a_token_opens_its_own_county_where_there_are_several(app: Flask) -> None:
    here = a_token(somebody(Role.LEAD))
    counties.add("610328", "千阳县")
    with store.in_county("610328"):
        there = a_token(somebody(Role.LEAD))
    assert (here[:6], there[:6]) == ("610327", "610328")
    before = acts()
    assert [status(app, token, "/projects/") for token in (here, there)] == [200, 200]
    assert status(app, there.replace("610328", "610327")) == 401
    with store.in_county("610328"):
        keeper = Program(app, a_token(somebody(Role.SYSADMIN)))
    assert keeper.post(CODES, ROAD).status_code == 200
    assert acts() == before
    with store.in_county("610328"), store.snapshot() as session:
        assert session.scalar(select(func.count()).select_from(DictionaryEntry).filter_by(code=ROAD["code"])) == 1


def test_a_request_id_outlives_a_change_of_rights(app: Flask) -> None:
    keeper, security = somebody(Role.SYSADMIN), somebody(Role.SECADMIN)
    assert Program(app, a_token(keeper)).post(CODES, ROAD | {"request_id": "一"}).status_code == 200
    with store.snapshot() as session:
        version = session.get_one(Person, keeper).version
    with act(by=security, what="调整账号权限") as opened:
        people.change_rights(keeper, version, act=opened, days=(office_today(), None))
    again = Program(app, a_token(keeper, name="新领的")).post(CODES, ROAD | {"request_id": "一"})
    assert again.get_json()["repeated"] is True
