"""Two counties on one installation: neither sees, locks or touches the other."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundsys import store
from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Role
from fundsys.models.journal import Act
from fundsys.models.office import County, Region, Unit
from fundsys.models.papers import Rectification
from fundsys.queries.past import past
from fundsys.services import counties, people
from fundsys.services.acts import act
from tests.counties import PASSWORD, OfficeClient

OTHER = "610328"


@pytest.fixture
def two(app: Flask) -> Flask:
    """陇县 and 千阳县 side by side."""
    counties.add(OTHER, "千阳县")
    return app


def a_finding(county: str, words: str) -> None:
    with act(by=None, what="登记问题", county=county) as opened:
        unit = opened.session.scalars(select(Unit.id).limit(1)).one()
        found, due = date(2024, 3, 1), date(2024, 6, 30)
        opened.session.add(Rectification(source="县", problem=words, unit_id=unit, found_on=found, due_on=due))


def problems(county: str) -> list[str]:
    with store.snapshot(county) as session:
        return list(session.scalars(select(Rectification.problem).order_by(Rectification.id)))


def test_each_county_keeps_its_own_records_names_and_journal(two: Flask) -> None:
    a_finding(store.HOME_COUNTY, "陇县的问题")
    a_finding(OTHER, "千阳的问题")
    assert problems(store.HOME_COUNTY) == ["陇县的问题"]
    assert problems(OTHER) == ["千阳的问题"]
    assert counties.names() == [(store.HOME_COUNTY, "陇县"), (OTHER, "千阳县")]
    with store.snapshot(OTHER) as session:
        assert session.scalar(select(County.code)) == OTHER
        seqs = session.scalars(select(Act.seq).order_by(Act.seq)).all()
        assert list(seqs) == list(range(1, len(seqs) + 1))
        assert session.scalar(select(func.count()).select_from(Region).where(Region.code.like("610327%"))) == 0


def test_a_long_act_in_one_county_delays_no_act_in_the_other(two: Flask) -> None:
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with two.app_context(), store.in_county(store.HOME_COUNTY), store.writing(store.HOME_COUNTY):
            held.set()
            done.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert held.wait(30)
        a_finding(OTHER, "不等")  # would wait for ever behind a common lock
        assert problems(OTHER) == ["不等"]
    finally:
        done.set()
        holder.join()


def test_control_a_second_act_in_the_same_county_does_wait(two: Flask) -> None:
    held, done, wrote = threading.Event(), threading.Event(), threading.Event()

    def hold() -> None:
        with two.app_context(), store.in_county(OTHER), store.writing(OTHER):
            held.set()
            done.wait(30)

    def write() -> None:
        with two.app_context(), store.in_county(OTHER):
            a_finding(OTHER, "等到了")
            wrote.set()

    holder, writer = threading.Thread(target=hold), threading.Thread(target=write)
    holder.start()
    assert held.wait(30)
    writer.start()
    assert not wrote.wait(0.5)
    done.set()
    holder.join()
    writer.join()
    assert problems(OTHER) == ["等到了"]


def test_a_past_view_of_one_county_holds_nothing_of_the_other(two: Flask) -> None:
    a_finding(store.HOME_COUNTY, "陇县的问题")
    with past(date(2999, 1, 1), OTHER) as session:
        assert session.scalars(select(Rectification.problem)).all() == []


def test_an_account_opens_its_own_county_only(two: Flask) -> None:
    with store.in_county(OTHER), act(by=None, what="登记账号") as opened:
        unit = opened.session.scalars(select(Unit.id).limit(1)).one()
        people.add_person("qian", "千阳人", Role.LEAD, unit, act=opened, secret=PASSWORD, one_time=False)
    two.test_client_class = OfficeClient
    client = two.test_client()
    sent = {"account": "qian", "password": PASSWORD}
    assert client.send("/people/sign-in", sent | {"county": store.HOME_COUNTY}).status_code == 422  # type: ignore[attr-defined]
    assert client.send("/people/sign-in", sent | {"county": OTHER}).status_code == 302  # type: ignore[attr-defined]
    assert "千阳县" in client.get("/").get_data(as_text=True)


def test_a_county_is_added_once_and_its_code_is_checked(two: Flask) -> None:
    with pytest.raises(DomainError, match="不能重复"):
        counties.add(OTHER, "千阳县")
    with pytest.raises(DomainError, match="六位数字"):
        counties.add("61032", "千阳县")


def test_without_a_choice_a_command_asks_which_county(two: Flask) -> None:
    with store.in_county(None), pytest.raises(DomainError, match="--county"):
        store.current_county()
