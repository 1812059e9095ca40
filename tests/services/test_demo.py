"""The demo county: complete, whole to the 分, the same for the same seed, and only in an empty database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from fundsys import create_app, store
from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Role
from fundsys.domain.rules.base import Outcome
from fundsys.models.assets import Patrol
from fundsys.models.journal import Act, business_tables
from fundsys.models.office import County
from fundsys.queries.facts import work_year
from fundsys.queries.findings import findings
from fundsys.services import counties, people
from fundsys.services.acts import act
from fundsys.services.demo import Built, build
from tests.conftest import DATABASES

ASSETS = 200
NOW = datetime(2025, 3, 4, 2, 30, tzinfo=UTC)
SECRET = "small-river-42-stones"
HOME = "610327"


@contextmanager
def app_over(url: str, folder: Path) -> Iterator[Flask]:
    """The application over one database, closed afterwards."""
    app = create_app({"instance": folder / "instance", "database_url": url, "testing": True})
    with app.app_context():
        yield app
        store.close()


@dataclass(frozen=True)
class Demo:
    """A demo county, what its building answered, and the digest of its rows when it was built."""

    built: Built
    digest: str

    def one(self, sql: str) -> Any:
        """The single answer of a query."""
        with store.snapshot(HOME) as session:
            answer = session.execute(text(sql)).scalar()
            return int(answer) if isinstance(answer, Decimal) else answer

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with store.snapshot(HOME) as session:
            return [tuple(row) for row in session.execute(text(sql))]


Standings = Callable[[str], tuple[Flask, Demo]]


@pytest.fixture(scope="module")
def standings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standings]:
    """`standings("sqlite")`: a small demo county on that engine, built over a database that was made before."""
    folder, made = tmp_path_factory.mktemp("demo"), dict[str, tuple[Flask, Demo]]()

    def stand(kind: str) -> tuple[Flask, Demo]:
        if kind not in made:
            sqlite = f"sqlite:///{folder / 'fundsys.db'}"
            url = sqlite if kind == "sqlite" else request.getfixturevalue("postgres_server").create()
            with app_over(url, folder / kind) as app:
                counties.init(HOME)
                built = build(ASSETS, 7, NOW, password=SECRET)
                with store.snapshot(HOME) as session:
                    made[kind] = app, Demo(built, digest_of_rows(session))
        return made[kind]

    yield stand
    for kind, (app, _) in made.items():
        if kind != "sqlite":
            request.getfixturevalue("postgres_server").drop(app.config["SETTINGS"].database_url)


@pytest.fixture(scope="module", params=DATABASES)
def standing(request: pytest.FixtureRequest, standings: Standings) -> tuple[Flask, Demo]:
    """A small demo county on each engine."""
    return standings(request.param)


@pytest.fixture
def demo(standing: tuple[Flask, Demo]) -> Iterator[Demo]:
    """The demo county, open for one test."""
    app, there = standing
    store.use(app.config["SETTINGS"])
    with app.app_context():
        yield there
        store.close()


def digest_of_rows(session: Session) -> str:
    """One figure over all business rows, as the program reads them."""
    made = hashlib.sha256()
    for table in business_tables():
        for row in session.execute(select(table).order_by(table.c.id)):
            made.update(repr((table.name, tuple(row))).encode())
    return made.hexdigest()


# ---------- what there is ----------


def test_the_county_is_marked_as_a_demo(demo: Demo) -> None:
    with store.snapshot(HOME) as session:
        assert session.scalars(select(County.is_demo)).all() == [True]


def test_there_are_123_projects_in_the_plan_and_621_legacy_projects(demo: Demo) -> None:
    planned = (
        "select count(*) from project where year = 2024 and status between '40' and '99' and plan_document_no <> ''"
    )
    assert demo.one(planned + " and plan_start_on is not null and plan_end_on is not null") == 123
    assert demo.one("select count(*) from project where status < '40' or status like 'X%'") == 83
    assert demo.one("select count(*) from legacy_project") == 621
    assert demo.one("select count(*) from legacy_project where batch is null") == 9
    assert demo.one("select count(*) from asset") == ASSETS
    assert demo.one("select count(*) from allotment_notice") == 9


def test_every_planned_project_has_approved_money(demo: Demo) -> None:
    paid = "select project_id from allocation where state = 'approved' group by project_id having sum(amount_fen) > 0"
    assert demo.one(f"select count(*) from project where plan_document_no <> '' and id not in ({paid})") == 0


def test_there_is_one_account_per_role_and_each_signs_in(demo: Demo) -> None:
    assert sorted(a.role.code for a in demo.built.accounts) == sorted(role.code for role in Role)
    for account in demo.built.accounts:
        assert people.sign_in(account.login, account.password, "127.0.0.1").role is account.role


def test_nobody_else_has_a_password(demo: Demo) -> None:
    assert demo.one("select count(*) from credential") == len(demo.built.accounts)
    assert demo.one("select count(*) from person") > len(demo.built.accounts)


# ---------- ratios near their limits ----------

MONEY = """select coalesce(sum(a.amount_fen), 0) from allocation a join allotment_line l on l.id = a.line_id
    join fund_source s on s.id = l.source_id join project p on p.id = a.project_id
    join project_type t on t.id = p.type_id where a.state = 'approved' and s.is_transition"""
JUDGED = " and s.level in ('central', 'provincial')"
INDUSTRY = " and t.counts_as_industry = 'yes'"


def test_the_shares_stand_just_above_their_limits(demo: Demo) -> None:
    whole, industry = demo.one(MONEY + JUDGED), demo.one(MONEY + JUDGED + INDUSTRY)
    leading = demo.one(MONEY + JUDGED + INDUSTRY + " and p.is_lead_industry")
    assert whole == 5862_000_000
    assert Fraction(65, 100) <= Fraction(industry, whole) < Fraction(66, 100)
    assert Fraction(30, 100) <= Fraction(leading, industry) < Fraction(31, 100)


def test_the_management_fee_is_close_to_one_per_cent_of_each_level(demo: Demo) -> None:
    for level in ("central", "provincial"):
        fee = demo.one(f"{MONEY} and s.level = '{level}' and t.is_management_fee")
        whole = demo.one(f"{MONEY} and s.level = '{level}'")
        assert Fraction(8, 1000) < Fraction(fee, whole) <= Fraction(1, 100)


def test_eleven_work_relief_projects_are_paid_from_transition_money(demo: Demo) -> None:
    assert (
        len(demo.rows(MONEY.replace("coalesce(sum(a.amount_fen), 0)", "distinct p.id") + " and p.is_work_relief")) == 11
    )


def test_some_things_are_wrong_on_purpose(demo: Demo) -> None:
    newest = "select count(*) from asset where project_year = 2023"
    undone = newest + " and (titled_on is null or appraised_value_fen is null or supervisor = '')"
    assert 0 < demo.one(undone) < demo.one(newest) / 4
    kept = "select count(*) from asset where asset_class <> 'HH' and status in ('S1', 'S2', 'S6', 'S9')"
    assert demo.one(f"{kept} and (keeper = '' or sector_id is null or last_patrol_on < '2025-01-15')") > 0
    of_a_sample = (
        "select count(*) from sample_look l join rectification r on r.id = l.finding_id where r.state = 'open'"
    )
    of_checks = "select count(distinct rectification_id) from check_matter"
    waiting = demo.one("select count(*) from rectification where state = 'open'")
    assert waiting == 2 + demo.one(of_a_sample) + demo.one(of_checks) == 4
    assert demo.one("select count(*) from check_run") == 2
    assert demo.one("select count(*) from waiver where state = 'approved'") == 2


def test_the_rules_give_every_answer_somewhere(demo: Demo) -> None:
    with store.in_county(HOME), store.snapshot(HOME) as session:
        year = work_year(session)
        told = {y: [c.approved.outcome for c in findings(session, y)] for y in (year, year + 1)}
    assert {Outcome.PASS, Outcome.FAIL, Outcome.NO_DATA, Outcome.WAIVED} == set(told[year])
    assert Outcome.REVIEW in told[year + 1]
    assert min(told[year].count(Outcome.PASS), told[year].count(Outcome.FAIL)) > 20


# ---------- invariants, in own words ----------

TAKEN = "state in ('submitted', 'approved')"


@pytest.mark.parametrize(
    ("promise", "broken"),
    [
        (
            "I01 allocations within their line",
            f"""select count(*) from allotment_line l where l.amount_fen <
                (select coalesce(sum(amount_fen), 0) from allocation a where a.line_id = l.id and {TAKEN})""",
        ),
        (
            "I02 money moved sums to zero",
            "select sum(amount_fen) from allocation where kind = 'adjustment'",
        ),
        (
            "I03 payments within allocations",
            f"""select count(*) from (select line_id, project_id, sum(amount_fen) s from payment where {TAKEN}
                group by line_id, project_id) x where s > (select coalesce(sum(amount_fen), 0) from allocation a
                where a.line_id = x.line_id and a.project_id = x.project_id and a.state = 'approved')""",
        ),
        (
            "I04 payments within disbursements, disbursements within allocations",
            f"""select count(*) from (select line_id, project_id, sum(amount_fen) s from disbursement where {TAKEN}
                group by line_id, project_id) x where s > (select sum(amount_fen) from allocation a
                where a.line_id = x.line_id and a.project_id = x.project_id and a.state = 'approved')
                or s < (select coalesce(sum(amount_fen), 0) from payment p
                where p.line_id = x.line_id and p.project_id = x.project_id and p.{TAKEN})""",
        ),
        (
            "I05 settled within allocated and own money",
            """select count(*) from project p where settled_amount_fen > planned_other_fen +
                (select sum(amount_fen) from allocation a where a.project_id = p.id and a.state = 'approved')""",
        ),
        (
            "I06 settled cost is what the assets cost",
            """select count(*) from project p where status in ('92', '95') and settled_amount_fen <>
                (select coalesce(sum(original_cost_fen), 0) from asset a where a.project_id = p.id)""",
        ),
        (
            "cost by source sums to the original cost",
            """select count(*) from asset a where original_cost_fen <>
                (select coalesce(sum(amount_fen), 0) from asset_cost c where c.asset_id = a.id)""",
        ),
        (
            "I23 below zero only in corrections",
            """select count(*) from allocation a where amount_fen < 0 and (kind = 'allocation' or corrects_id is null
                or (kind = 'reversal' and amount_fen <> -(select amount_fen from allocation o where o.id = a.corrects_id)))""",
        ),
        (
            "I25 days of projects in order",
            """select count(*) from project where admitted_on > approved_on or approved_on > started_on
                or contract_on > started_on or started_on > completed_on or completed_on > accepted_on
                or accepted_on > settled_on or plan_start_on > plan_end_on""",
        ),
        (
            "I25 days of assets in order",
            """select count(*) from asset where accepted_on > registered_on or registered_on > titled_on
                or accepted_on > in_use_on or in_use_on > last_patrol_on""",
        ),
        (
            "I25 money goes out after it was allotted",
            """select count(*) from disbursement d where disbursed_on < (select min(decided_on) from allocation a
                where a.line_id = d.line_id and a.project_id = d.project_id)""",
        ),
        ("I25 no day to come", "select count(*) from patrol where patrolled_on > '2025-03-04'"),
        (
            "I30 two persons",
            """select (select count(*) from allocation where state = 'approved' and
                (entered_by is null or reviewed_by is null or entered_by = reviewed_by)) +
                (select count(*) from payment where state = 'approved' and
                (entered_by is null or reviewed_by is null or entered_by = reviewed_by))""",
        ),
        (
            "no allotment beyond the plan, drafts included",
            """select count(*) from project p where planned_fiscal_fen <
                (select coalesce(sum(amount_fen), 0) from allocation a where a.project_id = p.id)""",
        ),
        (
            "stated totals are their lines",
            """select count(*) from allotment_notice n where stated_total_fen <>
                (select sum(amount_fen) from allotment_line l where l.notice_id = n.id)""",
        ),
        (
            "decided classes have reason, person and day, and remedies where needed",
            """select count(*) from legacy_project where batch is not null and (batch_reason = '' or decided_by = ''
                or decided_on is null or (batch in ('B3', 'B4') and (measure = '' or due_on is null)))""",
        ),
    ],
)
def test_the_books_are_whole(demo: Demo, promise: str, broken: str) -> None:
    assert demo.one(broken) == 0, promise


def test_numbers_are_given_without_gaps_in_the_order_of_the_reviews(demo: Demo) -> None:
    for table, word in (("allocation", "分配"), ("disbursement", "拨付"), ("payment", "支付")):
        numbers = demo.rows(f"select number from {table} where state = 'approved' order by reviewed_at, number")
        for year in ("2024", "2025"):
            given = [n for (n,) in numbers if f"〔{year}〕" in n]
            assert given == [f"{word}〔{year}〕{i:05d}号" for i in range(1, len(given) + 1)]


# ---------- the past, the present, and who may not ----------


def test_the_journal_goes_through_the_year_and_ends_now(demo: Demo) -> None:
    days = [day for (day,) in demo.rows("select office_day from act where what <> '登录' order by seq")]
    days = [date.fromisoformat(str(day)) for day in days]
    assert days[0] == date(2024, 1, 2) and days[-1] == date(2025, 3, 4)
    assert days == sorted(days)
    assert {f"{day:%Y-%m}" for day in days} >= {f"2024-{month:02d}" for month in range(1, 12)}


def test_patrols_are_fresh_on_the_day_the_demo_is_built(demo: Demo) -> None:
    fresh = demo.one(f"select count(*) from asset where last_patrol_on >= '{date(2025, 3, 4) - timedelta(days=90)}'")
    assert fresh > ASSETS / 2


def test_a_demo_is_refused_where_there_is_anything(demo: Demo) -> None:
    with pytest.raises(DomainError, match="已经有数据"):
        build(ASSETS)


def test_new_rows_go_on_after_the_ids_of_the_demo(demo: Demo) -> None:
    with act(by=None, what="试验") as a:
        before = a.session.scalar(text("select max(id) from region"))
        highest = a.session.scalar(text("select max(id) from patrol"))
        asset = a.session.scalar(text("select min(id) from asset"))
        patrol = Patrol(asset_id=asset, patrolled_on=date(2025, 3, 4), patroller="试", condition="完好", words="")
        a.session.add(patrol)
        a.session.flush()
        assert before and patrol.id == highest + 1
        a.session.delete(patrol)


def test_the_same_seed_gives_the_same_rows_on_either_database_and_another_seed_others(
    standings: Standings, tmp_path: Path
) -> None:
    seen = {kind: standings(kind)[1].digest for kind in DATABASES}
    with app_over(f"sqlite:///{tmp_path / 'other.db'}", tmp_path):
        build(ASSETS, 8, NOW)
        with store.snapshot(HOME) as session:
            other = digest_of_rows(session)
    assert seen["sqlite"] == seen["postgresql"] != other


def test_a_demo_is_refused_for_a_county_without_its_places(database_url: str, tmp_path: Path) -> None:
    with app_over(database_url, tmp_path), store.in_county("610328"), pytest.raises(DomainError, match="610327"):
        build(ASSETS)


def test_a_database_with_work_in_it_is_left_alone(database_url: str, tmp_path: Path) -> None:
    with app_over(database_url, tmp_path):
        counties.init(HOME)
        with act(by=None, what="改县名") as a:
            a.session.scalars(select(County)).one().reporting_unit = "陇县农业农村局"
        with pytest.raises(DomainError, match="已经有数据"):
            build(ASSETS)
        with store.snapshot(HOME) as session:
            assert session.scalar(select(func.count()).select_from(Act)) == 2


def test_what_is_entered_in_the_demo_is_dated_on_the_day_it_stands_still(demo: Demo) -> None:
    with store.snapshot(HOME) as session:
        day = session.scalars(select(County.demo_day)).one()
    with act(by=None, what="试一笔", county=HOME) as opened:
        assert opened.day == day
