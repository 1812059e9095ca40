"""The one way to write: whole acts, each sealed to the one before; nothing beside them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed, OverCommitted, Stale
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.models.assets import Asset
from fundsys.models.funds import FundSource
from fundsys.models.journal import Act, Change
from fundsys.models.office import County, Person
from fundsys.services.acts import NothingToDo, Repeated, act
from fundsys.services.verification import verify
from tests.counties import somebody
from tests.storage.county_money import a_notice, a_project, an_allocation, noon, some_assets


def copy_of_a_source() -> str:
    """A statement that adds a row to a business table."""
    names = [c.name for c in FundSource.__table__.columns if c.name not in ("id", "code")]
    columns = ", ".join(names)
    return f"insert into fund_source (code, {columns}) select 'X', {columns} from fund_source where id = 1"


def acts() -> int:
    """How many acts there are."""
    with store.snapshot() as session:
        return session.scalars(select(func.count()).select_from(Act)).one()


def refused_by_the_database(sql: str) -> str:
    """What the database answers to a statement written past the acts, on every connection of the pool."""
    with pytest.raises(DBAPIError) as refusal:
        with store.writing() as session:
            session.execute(text(sql))
    return str(refusal.value.orig)


def test_a_business_row_changed_without_an_act_is_refused(app: Flask) -> None:
    for sql in (
        "update county set name = '别的县'",
        "delete from policy_value",
        copy_of_a_source(),
    ):
        assert "没有打开的办理事项" in refused_by_the_database(sql)


def test_a_refused_act_leaves_no_open_door(app: Flask) -> None:
    line, project = a_notice(Money(100)), a_project()
    for _ in range(3):
        with pytest.raises(OverCommitted, match="分配合计超过该指标金额"):
            an_allocation(line, project, 101)
    assert "没有打开的办理事项" in refused_by_the_database("update county set name = '别的县'")
    an_allocation(line, project, 100)
    assert verify().problems == []


def test_acts_and_changes_are_never_altered_or_taken_away(app: Flask) -> None:
    for sql in (
        "update act set what = 'x'",
        "delete from act",
        'delete from "change"',
        'update "change" set row_id = 1',
    ):
        assert "只能追加" in refused_by_the_database(sql)


@pytest.mark.only_on("postgresql")  # SQLite has no TRUNCATE
def test_a_table_is_never_emptied_at_once(app: Flask) -> None:
    assert "只能追加" in refused_by_the_database("truncate asset cascade")


def test_rows_changed_in_bulk_are_journaled_one_by_one(app: Flask) -> None:
    some_assets(30)
    with act(by=None, what="更换管护人") as opened:
        opened.session.execute(text("update asset set keeper = '王五'"))
    with store.snapshot() as session:
        assert session.scalars(select(func.count()).where(Change.act_seq == opened.seq)).one() == 30
    assert verify().problems == []


def test_an_act_that_fails_leaves_nothing(app: Flask) -> None:
    before = acts()
    with pytest.raises(DomainError, match="不行"), act(by=None, what="登记") as opened:
        opened.session.execute(text("update county set name = '别的县'"))
        raise DomainError("不行")
    with act(by=None, what="登记") as opened:
        opened.session.execute(text("update county set name = '别的县'"))
        raise NothingToDo
    assert acts() == before
    with store.snapshot() as session:
        assert session.scalars(select(County.name)).all() == ["陇县"]


def test_a_commit_inside_an_act_cannot_leave_changes_without_their_act(app: Flask) -> None:
    with pytest.raises(Exception), act(by=None, what="登记") as opened:  # noqa: B017  # the engines refuse differently
        opened.session.execute(text("update county set name = '别的县'"))
        opened.session.commit()
    with store.snapshot() as session:
        assert session.scalars(select(County.name)).all() == ["陇县"]
    assert verify().problems == []


def test_the_office_day_never_falls_though_the_clock_does(app: Flask) -> None:
    some_assets(1, noon("2100-03-05"))
    with act(by=None, what="登记", at=noon("2100-03-01")) as earlier:
        earlier.session.execute(text("update asset set keeper = '王五'"))
    assert earlier.day == date(2100, 3, 5)
    assert verify().problems == []


def test_the_office_day_is_the_day_in_longxian(app: Flask) -> None:
    with act(by=None, what="登记", at=datetime(2100, 3, 1, 15, 59, 59, tzinfo=UTC)) as before_midnight:
        pass
    with act(by=None, what="登记", at=datetime(2100, 3, 1, 16, 0, tzinfo=UTC)) as at_midnight:
        pass
    assert (before_midnight.day, at_midnight.day) == (date(2100, 3, 1), date(2100, 3, 2))


def test_the_same_form_again_is_told_the_same_answer(app: Flask) -> None:
    with act(by=None, what="登记", form_id="f1") as opened:
        opened.answer = "已登记 1 条"
    with pytest.raises(Repeated) as repeated, act(by=None, what="登记", form_id="f1"):
        raise AssertionError("这一步不该执行")
    assert (repeated.value.answer, repeated.value.seq) == ("已登记 1 条", opened.seq)


def test_another_persons_form_is_refused(app: Flask) -> None:
    with act(by=somebody(Role.FINANCE_ENTRY), what="登记", form_id="f1"):
        pass
    with pytest.raises(NotAllowed, match="他人"), act(by=somebody(Role.FINANCE_REVIEW), what="登记", form_id="f1"):
        pass


def test_a_closed_account_acts_no_more(app: Flask) -> None:
    person = somebody(Role.FINANCE_ENTRY)
    today = datetime.now(UTC).date()
    with act(by=None, what="停用账号") as opened:
        opened.session.get_one(Person, person).last_day = today - timedelta(days=2)
    with pytest.raises(NotAllowed, match="停用"), act(by=person, what="登记"):
        pass


def test_a_stale_save_shows_both_texts(app: Flask) -> None:
    (number,) = some_assets(1)
    with act(by=None, what="更换管护人") as opened:
        asset = opened.session.get_one(Asset, number)
        asset.keeper, asset.version = "王五", asset.version + 1
    with pytest.raises(Stale) as stale, act(by=None, what="更换管护人") as opened:
        asset = opened.session.get_one(Asset, number)
        opened.check_version(asset, 1, mine={"keeper": "赵六"})
    assert (stale.value.theirs, stale.value.mine) == ({"keeper": "王五"}, {"keeper": "赵六"})
