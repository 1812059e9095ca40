"""Builders of facts: they fill what does not matter and refuse to guess what does (money, level, class)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from fundsys.domain.assets import AssetClass
from fundsys.domain.facts import (
    AllocationFact,
    AssetFact,
    DifferenceFact,
    DisposedFact,
    Facts,
    GivenFact,
    IncomeRecordFact,
    LegacyFact,
    LikenessFact,
    NoticeRecordFact,
    OperatedFact,
    PaceFact,
    PaymentFact,
    PictureFact,
    ProblemFact,
    ProjectFact,
    ProjectRecordFact,
    PublicDutyFact,
    PublicNoticeFact,
    StationShareFact,
    Waiver,
)
from fundsys.domain.funds import JUDGED_LEVELS, FundLevel
from fundsys.domain.further_facts import (
    ContractFact,
    EntryFact,
    OperatorFact,
    SpendingFact,
    SumFact,
    TitleFact,
    WorksFact,
)
from fundsys.domain.industry import FourBatch
from fundsys.domain.money import Money
from fundsys.domain.policy import Policy, Setting
from fundsys.domain.policy.thresholds import WORK_PLAN
from fundsys.domain.projects import ProjectStatus

CENTRAL, PROVINCIAL, CITY, COUNTY = FundLevel.CENTRAL, FundLevel.PROVINCIAL, FundLevel.CITY, FundLevel.COUNTY

T = TypeVar("T")
_ids = itertools.count(1)
_SOURCES = {CENTRAL: "F101", PROVINCIAL: "F201", CITY: "F301", COUNTY: "F401"}


def only(things: Iterable[T]) -> T:
    """The one thing there is; any other number is a failure."""
    (thing,) = things
    return thing


def an_allocation(
    *,
    level: FundLevel,
    wan: str | None = None,
    fen: int | None = None,
    industry: bool = False,
    leading: bool = False,
    **rest: Any,
) -> AllocationFact:
    """An approved entry of transition money; exactly one of wan and fen. Leading money is industry money."""
    if (wan is None) == (fen is None):
        raise TypeError("say the amount once: wan= or fen=")
    number = next(_ids)
    facts: dict[str, Any] = {
        "id": number,
        "label": f"分配{number}",
        "amount": Money.wan(wan) if wan is not None else Money(fen or 0),
        "level": level,
        "source_code": _SOURCES.get(level, "F999"),
        "is_transition": level in _SOURCES,
        "counts_in_base": level in JUDGED_LEVELS,
        "is_industry": industry or leading,
        "is_leading": leading,
    }
    return AllocationFact(**(facts | rest))


def a_fee(*, level: FundLevel, wan: str | None = None, fen: int | None = None, **rest: Any) -> AllocationFact:
    """An approved management fee of a level."""
    return an_allocation(level=level, wan=wan, fen=fen, is_fee=True, **rest)


def a_payment(*, level: FundLevel, wan: str, industry: bool = False, leading: bool = False, **rest: Any) -> PaymentFact:
    """An approved payment of transition money."""
    number = next(_ids)
    facts: dict[str, Any] = {
        "id": number,
        "label": f"支付{number}",
        "amount": Money.wan(wan),
        "level": level,
        "source_code": _SOURCES.get(level, "F999"),
        "is_transition": level in _SOURCES,
        "counts_in_base": level in JUDGED_LEVELS,
        "is_industry": industry or leading,
        "is_leading": leading,
    }
    return PaymentFact(**(facts | rest))


def a_project(*, status: ProjectStatus = ProjectStatus.PLANNED, year: int = 2024, **rest: Any) -> ProjectFact:
    """A project of the year's plan that lacks nothing: its money came with an earlier notice."""
    number = next(_ids)
    facts: dict[str, Any] = {
        "id": number,
        "code": f"{year}-{number:04d}",
        "name": f"项目{number}",
        "status": status,
        "year": year,
        "plan_document": "陇乡振发〔2024〕3号",
        "owner": "县畜产局",
        "starts_on": date(2024, 3, 1),
        "ends_on": date(2024, 10, 31),
        "earlier_money": Money.wan(10),
    }
    return ProjectFact(**(facts | rest))


def an_asset(*, asset_class: AssetClass, in_use: bool = True, project_year: int = 2023, **rest: Any) -> AssetFact:
    """An asset for which everything has been done."""
    number = next(_ids)
    facts: dict[str, Any] = {
        "id": number,
        "code": f"610327102205-{project_year}-G1-{number:05d}",
        "name": f"资产{number}",
        "asset_class": asset_class,
        "in_use": in_use,
        "project_year": project_year,
        "original_cost": Money.wan(10),
        "is_registered": True,
        "is_valued": True,
        "is_titled": True,
        "supervisor": "县农业农村局",
        "sector": "农村公路",
        "body": "大力村村委会",
        "keeper": "张建国",
        "money_source": "村集体",
        "last_patrol_on": date(2024, 12, 20),
        "interval_days": 30,
    }
    return AssetFact(**(facts | rest))


def a_legacy_project(*, classes: tuple[FourBatch, ...], year: int = 2018, **rest: Any) -> LegacyFact:
    """A legacy project decided on, with measures where its class asks for them."""
    number = next(_ids)
    facts: dict[str, Any] = {
        "id": number,
        "code": f"{year}-{number:04d}",
        "name": f"产业项目{number}",
        "year": year,
        "classes": classes,
        "reason": "正常运行，近两年盈利",
        "person": "李明",
        "decided_on": date(2024, 6, 30),
        "measure": "更换经营主体",
        "deadline": date(2025, 6, 30),
        "responsible": "王芳",
    }
    return LegacyFact(**(facts | rest))


def a_waiver(rule: str, *, expires_on: date, subject: str = "") -> Waiver:
    """A leave of the county not to meet a rule."""
    return Waiver(rule, "上级调减任务", "陇乡振函〔2024〕9号", "刘县长", expires_on, subject)


TARGETS_2024 = {"project_target": 123, "legacy_target": 621}
"""Targets of the delivered table; the program knows none."""


def starting_policy(year: int, **changed: object) -> Policy:
    """The values a county of the work plan starts a year with: those of clauses, and the targets of the year's table."""
    policy = Policy.starting(year, **changed)
    kinds = Policy.kinds()
    for code, value in TARGETS_2024.items() if year == 2024 else ():
        policy.settings.setdefault(code, Setting(value, WORK_PLAN, kinds[code].clause))
    return policy


Fact = (
    AllocationFact
    | PaymentFact
    | ProjectFact
    | AssetFact
    | LegacyFact
    | Waiver
    | PublicDutyFact
    | PublicNoticeFact
    | ProblemFact
    | ProjectRecordFact
    | IncomeRecordFact
    | NoticeRecordFact
    | OperatedFact
    | DifferenceFact
    | DisposedFact
    | GivenFact
    | PaceFact
    | LikenessFact
    | PictureFact
    | StationShareFact
)


def some_facts(*things: Fact, year: int = 2024, as_at: date | None = None, policy: Policy | None = None) -> Facts:
    """A county's year with these facts; the last day of the year and its starting policy unless said."""

    def those(kind: type[T]) -> tuple[T, ...]:
        return tuple(thing for thing in things if isinstance(thing, kind))

    return Facts(
        year=year,
        as_at=as_at or date(year, 12, 31),
        policy=policy or starting_policy(year),
        allocations=those(AllocationFact),
        payments=those(PaymentFact),
        projects=those(ProjectFact),
        assets=those(AssetFact),
        legacy=those(LegacyFact),
        public_duties=those(PublicDutyFact),
        public_notices=those(PublicNoticeFact),
        problems=those(ProblemFact),
        project_records=those(ProjectRecordFact),
        notices=those(NoticeRecordFact),
        incomes=those(IncomeRecordFact),
        operated=those(OperatedFact),
        disposed=those(DisposedFact),
        given=those(GivenFact),
        pace=those(PaceFact),
        differences=those(DifferenceFact),
        likenesses=those(LikenessFact),
        pictures=those(PictureFact),
        stations=those(StationShareFact),
        spendings=those(SpendingFact),
        entries=those(EntryFact),
        sums=those(SumFact),
        works=those(WorksFact),
        contracts=those(ContractFact),
        titles=those(TitleFact),
        operators=those(OperatorFact),
        waivers=those(Waiver),
    )
