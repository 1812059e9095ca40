"""What the county knew on a past day, and the history of a record."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from fundsys import store
from fundsys.domain.money import Money
from fundsys.models.assets import Asset
from fundsys.models.base import Base
from fundsys.models.journal import UNJOURNALED, Act, Vault, business_tables
from fundsys.queries.history import history
from fundsys.queries.past import ERASED, past, told
from fundsys.services.acts import act
from tests.figures import Figure
from tests.storage.county_money import a_notice, a_project, an_allocation, noon, some_assets


def register(session: Session) -> list[tuple[object, ...]]:
    """The asset register as a query gives it."""
    rows = session.execute(select(Asset.code, Asset.name, Asset.original_cost, Asset.keeper).order_by(Asset.code))
    return [tuple(row) for row in rows]


def test_fifty_changes_later_the_register_of_that_day_is_the_same(app: Flask, figure: Figure) -> None:
    assets = some_assets(80, noon("2100-03-01"))
    with store.snapshot() as session:
        printed = register(session)
    with act(by=None, what="更换管护人", at=noon("2100-03-02")) as opened:
        for number in assets[:50]:
            opened.session.get_one(Asset, number).keeper = "王五"
    with store.snapshot() as session:
        assert register(session) != printed
    with past(date(2100, 3, 1)) as session:
        assert register(session) == printed
    with past(date(2100, 3, 2)) as session, store.snapshot() as now:
        assert register(session) == register(now)
    figure("过去某日的台账", "改动 50 项以后，与当日所见相同")


def test_a_change_of_the_same_day_belongs_to_that_day(app: Flask) -> None:
    (asset,) = some_assets(1, noon("2100-03-01"))
    with act(by=None, what="更换管护人", at=noon("2100-03-01")) as opened:
        opened.session.get_one(Asset, asset).keeper = "王五"
    with act(by=None, what="更换管护人", at=noon("2100-03-02")) as opened:
        opened.session.get_one(Asset, asset).keeper = "赵六"
    with past(date(2100, 3, 1)) as session:
        assert session.scalars(select(Asset.keeper)).all() == ["王五"]


def test_every_table_of_the_past_of_today_is_the_table_of_today(app: Flask) -> None:
    an_allocation(a_notice(Money(500)), a_project(), 200)
    some_assets(3)
    with store.snapshot() as now, past(date(2100, 1, 1)) as then:
        for table in [*business_tables(), Base.metadata.tables["act"]]:
            order = table.c["seq" if table.name == "act" else "id"]
            assert now.execute(select(table).order_by(order)).all() == then.execute(select(table).order_by(order)).all()
        assert told(then) is not None and told(now) is None


def test_what_was_deleted_since_stands_in_its_own_time(app: Flask) -> None:
    (asset,) = some_assets(1, noon("2100-03-01"))
    with act(by=None, what="删除误登资产", at=noon("2100-03-02")) as opened:
        opened.session.execute(text("delete from asset_cost"))
        opened.session.execute(text("delete from asset"))
    with past(date(2100, 3, 1)) as session:
        assert session.scalars(select(Asset.id)).all() == [asset]
    with past(date(2100, 3, 2)) as session:
        assert session.scalars(select(Asset.id)).all() == []


def test_before_the_first_act_the_county_is_empty_and_says_so(app: Flask) -> None:
    with store.snapshot() as session:
        first = session.scalars(select(Act.office_day).order_by(Act.seq).limit(1)).one()
    with past(date(2001, 1, 1)) as session:
        assert register(session) == []
        view = told(session)
        assert view is not None and view.seq == 0
        assert "2001年1月1日本县还没有任何记录" in view.note and f"{first.year}年" in view.note


def test_nothing_can_be_written_into_the_past(app: Flask) -> None:
    with past(date(2100, 1, 1)) as session, pytest.raises(OperationalError, match="readonly"):
        session.execute(text("update county set name = '别的县'"))


def test_personal_data_erased_since_shows_as_erased(app: Flask) -> None:
    first, second = some_assets(2, noon("2100-03-01"))
    with act(by=None, what="登记电话", at=noon("2100-03-01")) as opened:
        opened.session.add_all(
            Vault(id=n, kind="phone", key_no=1, ciphertext="sealed", masked=f"138****000{n}") for n in (1, 2)
        )
        opened.session.get_one(Asset, first).keeper_phone_id = 1
        opened.session.get_one(Asset, second).keeper_phone_id = 2
    query = select(Vault.masked).join(Asset, Asset.keeper_phone_id == Vault.id).order_by(Vault.id)
    with past(date(2100, 3, 1)) as session:
        assert session.scalars(query).all() == ["138****0001", "138****0002"]
    with act(by=None, what="更换电话并删除原号码", at=noon("2100-03-02")) as opened:
        opened.session.get_one(Asset, first).keeper_phone_id = None
        opened.session.execute(text("update vault set ciphertext = null where id = 1"))
        opened.session.execute(text("delete from vault where id = 2"))
    with past(date(2100, 3, 1)) as session:
        assert session.scalars(query).all() == [ERASED, ERASED]
    with store.snapshot() as session:
        shown = [c.before for e in history(session, "asset", first) for c in e.fields if c.field == "keeper_phone_id"]
        assert shown == [ERASED, ""]


def test_a_past_view_holds_no_secrets_of_accounts(app: Flask) -> None:
    with past(date(2100, 1, 1)) as session:
        for name in set(UNJOURNALED) - {"act", "vault", "alembic_version"}:
            assert session.execute(text(f'select count(*) from "{name}"')).scalar_one() == 0


def test_a_history_speaks_the_words_of_the_office(app: Flask) -> None:
    line, project = a_notice(Money.wan(20), at=noon("2100-03-01")), a_project(at=noon("2100-03-01"))
    number = an_allocation(line, project, 12_000_000, noon("2100-03-02"))
    with act(by=None, what="退回分配", at=noon("2100-03-03")) as opened:
        opened.session.execute(text("update allocation set state = 'returned', return_reason = '文号不全'"))
    with store.snapshot() as session:
        latest, first = history(session, "allocation", number)
        assert (latest.kind, latest.what, latest.person, latest.office_day) == (
            "修改",
            "退回分配",
            "系统",
            date(2100, 3, 3),
        )
        assert {(c.label, c.before, c.after) for c in latest.fields} == {
            ("状态", "待复核", "已退回"),
            ("退回原因", "", "文号不全"),
        }
        shown = {c.label: c.after for c in first.fields}
        assert (first.kind, shown["金额"], shown["指标明细"]) == ("新增", "12.00 万元", "宝财农〔2024〕1号 第1行")
        assert shown["项目"] == "P2024001奶山羊圈舍"
        assert history(session, "allocation", number, until=date(2100, 3, 2)) == [first]
        assert history(session, "allocation", 999) == []
