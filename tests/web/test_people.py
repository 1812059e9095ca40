"""Signing in: who proves who they are gets in, who guesses waits, whose rights change is out at once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Role
from fundsys.extensions import db
from fundsys.models.journal import Act
from fundsys.models.office import Person
from fundsys.services import people
from fundsys.services.acts import act
from tests.counties import PASSWORD, OfficeClient, somebody
from tests.pages import Page, words

Clients = Callable[..., OfficeClient]


def test_a_person_signs_in_and_sees_the_workbench(client_as: Clients) -> None:
    page = client_as(Role.FINANCE_ENTRY).get("/").get_data(as_text=True)
    assert "<h1>工作台</h1>" in page
    assert "财政局录入甲" in page


def test_a_page_asks_a_stranger_to_sign_in_and_remembers_where_they_wanted_to_go(app: Flask) -> None:
    answer = app.test_client().get("/people/password?x=1")
    assert answer.status_code == 302
    assert answer.location.endswith("/people/sign-in?next=/people/password?x%3D1")


def test_a_wrong_password_says_one_sentence_and_is_journaled(app: Flask) -> None:
    somebody(Role.OWNER, login="wang")
    with pytest.raises(DomainError) as wrong:
        people.sign_in("wang", "not it", "127.0.0.1")
    with pytest.raises(DomainError) as nobody:
        people.sign_in("nobody", "not it", "127.0.0.1")
    assert wrong.value.message == nobody.value.message == people.WRONG
    assert db.session.scalars(select(Act.subject).where(Act.what == "登录失败").order_by(Act.seq)).all() == [
        "wang",
        "nobody",
    ]


def test_what_is_wrong_with_a_sign_in_is_read_out(app: Flask) -> None:
    stranger = OfficeClient(app)
    page = stranger.post(
        "/people/sign-in", data=stranger.token("/people/sign-in") | {"account": "nobody", "password": "x"}
    )
    told = re.findall(r'role="alert"[^>]*>([^<]+)<', page.get_data(as_text=True))
    assert page.status_code == 422 and len(told) == 1


def test_after_five_wrong_passwords_even_the_right_one_waits(app: Flask) -> None:
    somebody(Role.OWNER, login="wang")
    for _ in range(people.FREE_TRIES):
        with pytest.raises(DomainError):
            people.sign_in("wang", "not it", "127.0.0.1")
    with pytest.raises(DomainError, match="请等"):
        people.sign_in("wang", PASSWORD, "127.0.0.1")


def test_logins_are_one_whatever_their_case_or_width(app: Flask) -> None:
    somebody(Role.OWNER, login="zhang")
    for twin in ("Zhang", "ｚｈａｎｇ", " zhang "):
        with pytest.raises(DomainError, match="已有人使用"), act(by=None, what="登记账号") as opened:
            people.add_person(twin, "另一人", Role.OWNER, 1, act=opened)


def test_a_session_ends_when_the_rights_change(client_as: Clients) -> None:
    client = client_as(Role.OWNER, login="wang")
    assert client.get("/").status_code == 200
    with act(by=None, what="调整账号权限") as opened:
        person = opened.session.scalars(select(Person).where(Person.login == "wang")).one()
        people.change_rights(person.id, person.version, act=opened, active=True)
    assert client.get("/").status_code == 302


def test_a_one_time_secret_must_be_changed_before_anything_else(app: Flask, client_as: Clients) -> None:
    administrator = client_as(Role.SYSADMIN)
    page = administrator.send(
        "/people/new", {"login": "li", "name": "李四", "role": "owner", "unit": "县水利局"}
    ).get_data(as_text=True)
    secret = page.split('data-secret="')[1].split('"')[0]
    client = app.test_client()
    client.send("/people/sign-in", {"account": "li", "password": secret})  # type: ignore[attr-defined]
    assert client.get("/").location.endswith("/people/password")
    answer = client.send(
        "/people/password", {"old": secret, "new": "long enough 12 words", "again": "long enough 12 words"}
    )  # type: ignore[attr-defined]
    assert answer.status_code == 302
    assert client.get("/").status_code == 200


NEW = {"login": "li", "name": "李四", "role": "owner", "unit": "县水利局"}


def test_the_second_copy_of_a_new_account_shows_no_secret_and_the_way_to_another(
    app: Flask, client_as: Clients
) -> None:
    administrator = client_as(Role.SYSADMIN)
    form = administrator.token("/people/new") | NEW
    first, second = (administrator.post("/people/new", data=form) for _ in range(2))
    assert first.status_code == second.status_code == 200
    pages = [Page(answer.get_data(as_text=True)) for answer in (first, second)]
    assert [page.h1 for page in pages] == ["账号已登记"] * 2
    secret = pages[0].one("strong", class_="fs-num").get("data-secret")
    assert secret and secret not in second.get_data(as_text=True)
    assert "一次性密码只在第一次显示" in second.get_data(as_text=True)
    assert secret not in "".join(str(row) for row in db.session.execute(select(Act.answer, Act.subject, Act.what)))
    renew = next(a for a in pages[1].all("a") if words(a) == "重发一次性密码").get("href", "")
    again = Page(administrator.send(renew).get_data(as_text=True)).one("strong", class_="fs-num").get("data-secret")
    for given, opens in ((secret, False), (again, True)):
        client = app.test_client()
        answer = client.send("/people/sign-in", {"account": "li", "password": given})  # type: ignore[attr-defined]
        assert (answer.status_code == 302) is opens


def test_a_new_secret_ends_the_sessions_of_its_person_and_is_one_act_however_often_sent(client_as: Clients) -> None:
    owner, administrator = client_as(Role.OWNER, login="wang"), client_as(Role.SYSADMIN)
    person = somebody(Role.OWNER, login="wang")
    form = administrator.token(f"/people/{person}/secret")
    copies = [administrator.post(f"/people/{person}/secret", data=form).get_data(as_text=True) for _ in range(3)]
    assert ["data-secret" in page for page in copies] == [True, False, False]
    assert len(db.session.scalars(select(Act).where(Act.what == "重发一次性密码")).all()) == 1
    assert owner.get("/").status_code == 302


def test_nobody_makes_a_new_secret_for_themselves_nor_a_business_role_for_anybody(client_as: Clients) -> None:
    administrator = client_as(Role.SYSADMIN)
    own = somebody(Role.SYSADMIN)
    assert "不能给自己重发" in administrator.send(f"/people/{own}/secret").get_data(as_text=True)
    assert client_as(Role.SECADMIN).get(f"/people/{own}/secret").status_code == 403
    assert client_as(Role.OWNER).get(f"/people/{own}/secret").status_code == 403


@pytest.mark.parametrize("weak", ["short1!", "aaaaaaaaaaaaaaaa1", "password12345678", "onlyletterslong"])
def test_a_weak_password_is_refused(app: Flask, weak: str) -> None:
    person_id = somebody(Role.OWNER, login="wang")
    with pytest.raises(DomainError), act(by=person_id, what="修改密码") as opened:
        people.change_password(PASSWORD, weak, act=opened)


def test_no_usual_login_and_password_opens_a_fresh_county(app: Flask) -> None:
    for login in ("admin", "root", "sysadmin", "test", "guest"):
        for password in ("admin", "123456", "password", login, ""):
            with pytest.raises(DomainError):
                people.sign_in(login, password, f"10.0.0.{len(login)}")


def test_the_auditor_reads_the_accounts_and_is_led_to_none_they_may_not_open(client_as: Clients) -> None:
    person = somebody(Role.OWNER, login="wang")
    links = {a.get("href") for a in Page(client_as(Role.AUDITOR).get("/people/").get_data(as_text=True)).all("a")}
    assert "/people/" in links
    assert f"/people/{person}" not in links
    links = {a.get("href") for a in Page(client_as(Role.SECADMIN).get("/people/").get_data(as_text=True)).all("a")}
    assert f"/people/{person}" in links
