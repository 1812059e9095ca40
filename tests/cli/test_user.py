"""fundsys user add: an account by the machine's operator, or by an administrator's rights."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from fundsys import store
from fundsys.cli.main import main
from fundsys.models.office import Credential, Person


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose database is in a folder of its own."""
    monkeypatch.setenv("FUNDSYS_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.delenv("FUNDSYS_DATABASE_URL", raising=False)


def run(*args: str) -> int:
    try:
        main(list(args))
    except SystemExit as left:
        return int(left.code or 0)
    return 0


def test_before_there_is_a_database_the_command_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("user", "add", "赵敏", "--role", "finance_entry", "--unit", "县财政局") == 1
    assert "fundsys init" in capsys.readouterr().err


def test_an_account_gets_a_login_of_its_name_and_a_secret_shown_once(capsys: pytest.CaptureFixture[str]) -> None:
    run("init")
    assert run("user", "add", "赵敏", "--role", "finance_entry", "--unit", "县财政局") == 0
    told = capsys.readouterr().out
    secret = told.split("一次性口令：")[1].split()[0]
    with store.snapshot("610327") as session:
        person = session.scalars(select(Person)).one()
        credential = session.scalars(select(Credential)).one()
        assert (person.login, person.name) == ("zhaomin", "赵敏")
        assert credential.one_time and secret not in credential.password_digest


def test_one_login_belongs_to_one_person_whatever_its_width_and_case(capsys: pytest.CaptureFixture[str]) -> None:
    run("init")
    options = ("--role", "town", "--unit", "八渡镇人民政府")
    assert run("user", "add", "李军", "--login", "LiJun", *options) == 0
    assert run("user", "add", "李俊", "--login", "ｌｉｊｕｎ", *options) == 1
    assert "已有人使用" in capsys.readouterr().err


def test_only_the_system_administrator_may_make_accounts_under_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    run("init")
    run("user", "add", "周涛", "--role", "sysadmin", "--unit", "县政府办公室")
    run("user", "add", "赵敏", "--role", "finance_entry", "--unit", "县财政局")
    assert run("user", "add", "李军", "--role", "owner", "--unit", "县畜产局", "--as", "zhoutao") == 0
    assert run("user", "add", "马兰", "--role", "owner", "--unit", "县畜产局", "--as", "zhaomin") == 1
    assert "不能管理用户" in capsys.readouterr().err
    assert run("user", "add", "马兰", "--role", "owner", "--unit", "县畜产局", "--as", "nobody") == 1


def test_an_unknown_unit_is_refused_and_an_unknown_role_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    run("init")
    assert run("user", "add", "马兰", "--role", "owner", "--unit", "县畜产") == 1
    assert "请核对单位全称" in capsys.readouterr().err
    assert run("user", "add", "马兰", "--role", "boss", "--unit", "县畜产局") == 2
