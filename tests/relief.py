"""Work relief for tests: a project with an approved plan, workers whose numbers could be real, months of pay."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from fundsys import store
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.domain.work_relief import Household, PayBase
from fundsys.models.work_relief import ReliefPlan, ReliefRoster
from fundsys.services import work_relief
from fundsys.services.acts import act
from tests.counties import somebody
from tests.money import make_projects


def identity(number: int) -> str:
    """An identity number of an invented person, with its check digit."""
    body = f"610327{1960 + number % 40}0{1 + number % 9}{10 + number % 18}{100 + number % 900:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11]


def card(number: int) -> str:
    """A card number of sixteen digits with its Luhn digit."""
    body = f"621700{number:09d}"
    digits = [int(d) for d in reversed(body)]
    total = sum(sum(divmod(d * 2, 10)) for d in digits[::2]) + sum(digits[1::2])
    return body + str(-total % 10)


def relief_project(**told: Any) -> int:
    """Id of a work-relief project of the owner's."""
    return make_projects({"is_work_relief": True, "type": "PT030104"} | told)[0]


def plan_entry(**told: Any) -> work_relief.PlanEntry:
    """A plan as typed: 30 % of 10 万元, ten people."""
    usual: dict[str, Any] = {
        "min_share": Fraction(30, 100),
        "base_kind": PayBase.FISCAL,
        "base_amount": Money.wan("10"),
        "document_no": "陇发改发〔2024〕12号",
        "posts": (work_relief.PostEntry("混凝土工", 10, 200, Money.yuan(150)),),
    }
    return work_relief.PlanEntry(**(usual | told))


def planned(project_id: int, **told: Any) -> int:
    """Id of an approved plan."""
    with act(by=somebody(Role.OWNER), what="登记以工代赈方案") as opened:
        plan = work_relief.save_plan(project_id, plan_entry(**told), act=opened)
        work_relief.submit_plan(plan.id, act=opened)
        key = plan.id
    with act(by=somebody(Role.LEAD), what="审定以工代赈方案") as opened:
        work_relief.approve_plans(seen(ReliefPlan, key), act=opened)
    return key


def worker(project_id: int, number: int, **told: Any) -> int:
    """Id of a worker with an identity number, a card and an agreement."""
    usual: dict[str, Any] = {
        "name": f"张{'一二三四五六七八九十'[number % 10]}",
        "household": Household.LIFTED,
        "identity": identity(number),
        "bank": card(number),
        "phone": f"1390917{number:04d}",
        "work_type": "混凝土工",
        "agreement_no": f"LW-{number:03d}",
        "agreed_on": date(2024, 3, 1),
    }
    with act(by=somebody(Role.OWNER), what="登记务工人员") as opened:
        return work_relief.enter_worker(project_id, work_relief.WorkerEntry(**(usual | told)), act=opened).id


def line(worker_id: int, days: str = "20", rate: str = "150", **told: Any) -> work_relief.LineEntry:
    """A worker's month, paid in full on 10 June 2024."""
    usual: dict[str, Any] = {
        "attended": Decimal(days),
        "paid_on": date(2024, 6, 10),
        "voucher_no": "HD-0001",
    }
    return work_relief.LineEntry(worker_id, Decimal(days), Money.yuan(rate), **(usual | told))


def roster(project_id: int, *lines: work_relief.LineEntry, month: str = "2024-05", approve: bool = True) -> int:
    """Id of a month handed over, and approved unless said."""
    with act(by=somebody(Role.OWNER), what="登记务工花名册") as opened:
        made = work_relief.save_roster(project_id, work_relief.RosterEntry(month, lines, "村委会档案柜"), act=opened)
        work_relief.submit_roster(made.id, act=opened)
        key = made.id
    if approve:
        approved(key)
    return key


def approved(*keys: int) -> None:
    """Approve months as they stand."""
    with act(by=somebody(Role.LEAD), what="审定务工花名册") as opened:
        work_relief.approve_rosters(seen(ReliefRoster, *keys), act=opened)


def seen(table: Any, *keys: int) -> dict[int, int]:
    """Papers at the versions a reviewer sees."""
    with store.snapshot() as session:
        return {k: v for k, v in session.execute(select(table.id, table.version).where(table.id.in_(keys)))}
