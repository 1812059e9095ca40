"""The year's 123 projects and the library beside them, planned: subject, place, money and every day of their lives."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from fundsys.domain.money import Money, split_by_largest_remainder
from fundsys.domain.projects import ProjectStatus as S
from fundsys.models.projects import Project

from . import subjects as sub
from .diary import LAST_DAY, Diary, Row, working_day
from .papers import MOVED_ON, MOVED_WAN, NOTICES, PLANS, THIRD, Line
from .subjects import FEE, LEAD, NON, OTHER, Subject
from .world import Village, World

YEAR = 2024
_TENTH_WAN = 100_000
_POOLS = {LEAD: sub.LEAD_SUBJECTS, OTHER: sub.OTHER_SUBJECTS, NON: sub.NON_SUBJECTS, FEE: sub.FEES}
_WIDE = {(0, LEAD): sub.LEAD_WIDE, (0, OTHER): sub.OTHER_WIDE, (0, NON): sub.NON_WIDE[:3], (4, NON): sub.NON_WIDE[3:]}
_ALSO_RELIEF = {(0, NON): 2, (2, NON): 2, (7, NON): 1}  # by number of the notice: further work-relief projects
_STATES = {
    1: {S.IN_SERVICE: 20, S.HANDED_OVER: 14, S.SETTLED: 12, S.ACCEPTED: 13},
    2: {S.ACCEPTED: 3, S.COMPLETED: 14, S.UNDER_WAY: 17},
    3: {S.UNDER_WAY: 16, S.SUSPENDED: 2, S.TENDERING: 1, S.PLANNED: 1},
}
_WIDE_STATES = {1: S.CLAIMED, 2: S.UNDER_WAY}
_GAPS = (
    (S.APPROVED, 10, 28),
    (S.TENDERING, 8, 20),
    (S.UNDER_WAY, 14, 30),
    (S.COMPLETED, 60, 130),
    (S.ACCEPTED, 12, 35),
    (S.SETTLED, 15, 40),
    (S.CLAIMED, 10, 25),
    (S.HANDED_OVER, 10, 25),
    (S.IN_SERVICE, 6, 18),
)
CONTRACTORS = tuple(
    f"{name}（演示）"
    for name in (
        "陇州秦源建设有限公司",
        "千河水利工程有限公司",
        "关山路桥工程有限公司",
        "陇山建筑安装有限公司",
        "雍城市政工程有限公司",
        "汧阳机电设备有限公司",
        "西府园林绿化有限公司",
        "陇塬农业设施有限公司",
        "渭北新能源有限公司",
        "景福建设工程有限公司",
    )
)
_LINKS = (
    "土地流转、就近务工",
    "订单收购、技术服务",
    "集体分红、公益岗位",
    "生产资料供应、托管服务",
    "就近务工、改善生产条件",
)


@dataclass
class Grant:
    """One allocation to a project. fen: what remains in the end; at_first: what was allotted on the day.

    back_on: when the difference went back to the line. mistyped: what was approved by mistake and reversed before.
    """

    line: int
    fen: int
    on: date
    at_first: int = 0
    back_on: date | None = None
    is_moved: bool = False
    mistyped: int = 0
    id: int = 0


@dataclass
class Plan:
    """A project as it will go."""

    id: int
    code: str
    subject: Subject
    group: str
    plan: int
    village: Village | None
    town_id: int | None
    owner_id: int
    builder_id: int
    name: str
    is_relief: bool
    is_cooperation: bool
    status: S = S.PLANNED
    grants: list[Grant] = field(default_factory=list)
    topup: int = 0
    own_fen: int = 0
    days: dict[S, date] = field(default_factory=dict)
    facts: Row = field(default_factory=dict)
    contract_fen: int = 0
    settled_fen: int = 0
    progress_bp: int = 0
    starts_late: int = 0

    @property
    def fen(self) -> int:
        """What it was given, net, without drafts."""
        return sum(g.fen for g in self.grants)

    @property
    def is_built(self) -> bool:
        """Whether somebody is contracted to build it."""
        return bool(self.subject.asset) and self.subject.type_code not in ("PT010601", "PT010602", "PT030201")

    def day(self, status: S) -> date | None:
        """The day it came to a state."""
        return self.days.get(status)


def split_wan(fen: int, weights: list[float]) -> list[int]:
    """Split an amount by weights into believable figures: tenths of 万元, what is left over on the largest."""
    units = split_by_largest_remainder(Money(fen // _TENTH_WAN), {n: int(w * 1000) for n, w in enumerate(weights)})
    parts = [units[n].fen * _TENTH_WAN for n in range(len(weights))]
    parts[max(range(len(parts)), key=parts.__getitem__)] += fen - sum(parts)
    return parts


class Planner:
    """Deals the lines of the notices out to projects, then settles places, states and days."""

    def __init__(self, world: World, diary: Diary, seed: int) -> None:
        self.world, self.diary, self.chance = world, diary, Random(f"{seed}/projects")
        self.plans: list[Plan] = []
        self._taken: set[tuple[str, str]] = set()
        self._turns = {group: self._shuffled(pool) for group, pool in _POOLS.items()}
        self._fees = list(sub.FEES)
        self.giver: Plan | None = None

    def _shuffled(self, pool: tuple[Subject, ...]) -> list[Subject]:
        return self.chance.sample(pool, len(pool))

    def deal(self) -> list[Plan]:
        """The 123 projects in the order of their codes."""
        further: list[tuple[int, Line, str, int, date]] = []
        number = 0
        for n, notice in enumerate(NOTICES):
            for line in notice.lines:
                number += 1
                for share in line.shares:
                    self._deal_share(n, number, line, share.group, share.sum_wan, share.firsts, share.further, further)
        self._give_states()
        for number, line, group, fen, on in further:
            self._deal_further(number, line, group, fen, on)
        self._move_money()
        self._take_back()
        self._top_up()
        for plan in self.plans:
            self._give_days(plan)
            self._give_amounts(plan)
        self._number()
        return self.plans

    def _deal_share(
        self,
        notice: int,
        number: int,
        line: Line,
        group: str,
        wan: str,
        firsts: int,
        more: int,
        further: list[tuple[int, Line, str, int, date]],
    ) -> None:
        chosen = self._subjects(notice, line, group, firsts)
        weights = [s.weight * self.chance.uniform(0.7, 1.4) for s in chosen] + [
            self.chance.uniform(14, 30) for _ in range(more)
        ]
        parts = split_wan(Money.wan(wan).fen, weights)
        on = allocated_on(notice, line)
        for subject, fen in zip(chosen, parts, strict=False):
            plan = self._new_plan(subject, group, line, PLANS[line.plan][0])
            plan.grants.append(Grant(number, fen, on, fen))
        further += [(number, line, group, fen, on) for fen in parts[firsts:]]

    def _subjects(self, notice: int, line: Line, group: str, count: int) -> list[Subject]:
        if group == FEE:
            return [self._fees.pop(0) for _ in range(count)]
        if line.relief:
            pool = sub.RELIEF_OTHER if group == OTHER else sub.RELIEF_NON
            return [pool[n % len(pool)] for n in range(count)]
        first_line = line is NOTICES[notice].lines[0]
        chosen = list(_WIDE.get((notice, group), ())) if first_line else []
        if first_line:
            chosen += sub.RELIEF_NON[: _ALSO_RELIEF.get((notice, group), 0)]
        while len(chosen) < count:
            turn = self._turns[group]
            chosen.append(turn[0])
            turn.append(turn.pop(0))
        return chosen

    def _new_plan(self, subject: Subject, group: str, line: Line, decided: date) -> Plan:
        world, chance = self.world, self.chance
        village = None if subject.whole_county else self._village(subject)
        town = f"{village.town}人民政府" if village else ""
        owner = town if subject.unit == "镇" else subject.unit
        builder = owner
        if village and subject.unit != "镇":
            builder = town if chance.random() < 0.7 else village.collective
        place = f"{village.town}{village.name}" if village else ""
        plan = Plan(
            id=0,
            code="",
            subject=subject,
            group=group,
            plan=line.plan,
            village=village,
            town_id=village.town_id if village else None,
            owner_id=world.units[owner],
            builder_id=world.units[builder],
            name=f"{place}{subject.name}",
            is_relief="以工代赈" in subject.name,
            is_cooperation=line.source == "F601",
        )
        self.plans.append(plan)
        return plan

    def _village(self, subject: Subject) -> Village:
        weights = [5 if v.is_key else 2 if v.town == "八渡镇" else 1 for v in self.world.villages]
        while True:
            village = self.chance.choices(self.world.villages, weights)[0]
            if (village.code, subject.type_code) not in self._taken:
                self._taken.add((village.code, subject.type_code))
                return village

    def _give_states(self) -> None:
        for number, states in _STATES.items():
            plans = [p for p in self.plans if p.plan == number]
            for plan in plans:
                if plan.subject.whole_county:
                    plan.status = _WIDE_STATES[number]
            open_ones = [p for p in plans if not p.subject.whole_county]
            told = [status for status, count in states.items() for _ in range(count)]
            if any(p.subject.whole_county for p in plans) and number == 2:
                assert len(told) == len(open_ones)
            for plan, status in zip(self.chance.sample(open_ones, len(open_ones)), told, strict=True):
                plan.status = status

    def _deal_further(self, number: int, line: Line, group: str, fen: int, on: date) -> None:
        if group == FEE:
            plan = [p for p in self.plans if p.group == FEE][0 if line.source.startswith("F1") else 1]
        else:
            open_ones = [
                p
                for p in self.plans
                if p.group == group
                and p.status in (S.UNDER_WAY, S.COMPLETED, S.ACCEPTED)
                and PLANS[p.plan][0] <= on
                and not p.subject.whole_county
                and not p.is_cooperation
                and len(p.grants) == 1
            ]
            early = [
                p for p in self.plans if p.group == group and p.plan == 1 and len(p.grants) == 1 and p.subject.asset
            ]
            plan = self.chance.choice(open_ones or early)
        plan.grants.append(Grant(number, fen, on, fen))

    def _move_money(self) -> None:
        """August: a road gives money back to the line, an industry project gets it."""
        moved = Money.wan(MOVED_WAN).fen
        second = [(p, g) for p in self.plans for g in p.grants if NOTICES[4].lines[0] is _line(g.line)]
        open_ones = [(p, g) for p, g in second if p.status in (S.UNDER_WAY, S.COMPLETED) and not p.subject.whole_county]
        giver = max((x for x in open_ones if x[0].group == NON), key=lambda x: x[1].fen)
        taker = max((x for x in open_ones if x[0].group == OTHER), key=lambda x: x[1].fen)
        giver[1].at_first, giver[1].back_on = giver[1].fen + moved, MOVED_ON
        taker[1].fen = taker[1].at_first = taker[1].fen - moved
        taker[0].grants.append(Grant(taker[1].line, moved, MOVED_ON, moved, is_moved=True))
        self.giver = giver[0]

    def _take_back(self) -> None:
        """What settled projects did not need: one sum given anew, one left on its line; and one typing mistake."""
        settled = [(p, g) for p in self.plans if p.status in (S.HANDED_OVER, S.IN_SERVICE) for g in p.grants]
        again = Money.wan("6.27").fen
        central = next((p, g) for p, g in settled if p.group == OTHER and g.line == 1 and g.fen > 2 * again)
        county = next(
            (x for x in settled if _line(x[1].line).source == "F401" and x[1].fen > 10 * _TENTH_WAN * 10), None
        )
        back = [(central[1], again, date(2024, 10, 10))]
        back += [(county[1], Money.wan("8.00").fen, date(2024, 10, 25))] if county else []
        for grant, fen, on in back:
            grant.fen, grant.back_on = grant.fen - fen, on
        taker = next(p for p in self.plans if p.group == OTHER and p.status is S.UNDER_WAY)
        taker.grants.append(Grant(1, again, date(2024, 10, 24), again))
        city = next(g for p in self.plans for g in p.grants if _line(g.line).source == "F301")
        city.mistyped = city.fen - Money.wan("2.70").fen

    def _top_up(self) -> None:
        for group, (wan, count, _) in THIRD.items():
            if group == FEE:
                chosen = [p for p in self.plans if p.group == FEE][:1]
            else:
                states = (S.UNDER_WAY, S.COMPLETED, S.SUSPENDED, S.TENDERING)
                open_ones = [p for p in self.plans if p.group == group and p.status in states and p.subject.asset]
                chosen = self.chance.sample(open_ones, count)
            parts = split_wan(Money.wan(wan).fen, [p.subject.weight * self.chance.uniform(0.8, 1.3) for p in chosen])
            for plan, fen in zip(chosen, parts, strict=True):
                plan.topup = fen

    def _give_days(self, plan: Plan) -> None:
        chance, decided = self.chance, PLANS[plan.plan][0]
        plan.days[S.PLANNED] = decided
        begin = max(decided, plan.grants[0].on - timedelta(days=12))
        steps = [(status, chance.randint(low, high)) for status, low, high in _GAPS if status.code <= plan.status.code]
        if not plan.is_built:
            steps = [(status, gap) for status, gap in steps if status is not S.TENDERING]
        last = LAST_DAY - timedelta(days=chance.randint(4, 40))
        whole = sum(gap for _, gap in steps)
        if plan.status in (S.UNDER_WAY, S.SUSPENDED):
            last = min(last, begin + timedelta(days=110))
        room = (last - begin).days
        passed = 0
        for status, gap in steps:
            passed += gap
            plan.days[status] = working_day(begin + timedelta(days=passed * min(room, whole) // whole))
        if plan.status is S.SUSPENDED:
            plan.days[S.SUSPENDED] = working_day(plan.days[S.UNDER_WAY] + timedelta(days=40))
        done = S.COMPLETED in plan.days
        plan.progress_bp = 10000 if done else 0
        if S.UNDER_WAY in plan.days and not done:
            plan.progress_bp = chance.randrange(2500, 9300, 100)

    def _give_amounts(self, plan: Plan) -> None:
        chance = self.chance
        whole = plan.fen + plan.topup
        if plan.is_built and not plan.is_relief and chance.random() < 0.2:
            plan.own_fen = max(1, whole * chance.randint(4, 15) // 100 // 1_000_000) * 1_000_000
        spare = 0 if plan.group == FEE else whole * chance.randint(0, 9) // 100
        fiscal = -(-(whole + spare) // _TENTH_WAN) * _TENTH_WAN
        fiscal += sum(g.at_first - g.fen for g in plan.grants)
        if plan.is_built and S.TENDERING in plan.days:
            plan.contract_fen = (plan.fen + plan.own_fen) * chance.randint(970, 1000) // 1000 // 10_000 * 10_000
        if S.SETTLED in plan.days:
            plan.settled_fen = plan.fen + plan.own_fen
            plan.contract_fen = plan.settled_fen if plan.is_built else 0
            if plan.status is S.SETTLED and chance.random() < 0.5:
                plan.settled_fen -= plan.fen * chance.randint(6, 30) // 1000
        plan.facts = self._facts(plan, fiscal)

    def _facts(self, plan: Plan, fiscal: int) -> Row:
        chance = self.chance
        households = chance.randint(600, 2400) if plan.subject.whole_county else chance.randint(18, 160)
        people = households * chance.randint(30, 40) // 10
        poor = households * chance.randint(30, 70) // 100
        start = plan.day(S.UNDER_WAY) or LAST_DAY + timedelta(days=10)
        done = plan.day(S.COMPLETED)
        ends = done + timedelta(days=chance.randint(-6, 25)) if done else date(2024, 12, chance.randint(5, 25))
        if plan.status is S.UNDER_WAY and chance.random() < 0.15:
            ends = date(2024, 10, 31)
        return {
            "content": plan.subject.words(chance),
            "planned_fiscal": Money(fiscal),
            "planned_other": Money(plan.own_fen),
            "planned_investment": Money(fiscal + plan.own_fen),
            "financing": "财政资金、村集体自筹" if plan.own_fen else "财政资金",
            "subsidy_standard": "按验收数量补助到户" if plan.subject.unit == "镇" else "",
            "plan_start_on": start - timedelta(days=chance.randint(0, 12)),
            "plan_end_on": max(ends, start),
            "village_count": chance.randint(60, 140) if plan.subject.whole_county else 1,
            "households": households,
            "people": people,
            "poor_households": poor,
            "poor_people": min(people, poor * 3),
            "performance_target": f"按期完成建设任务，验收合格率100%，受益农户{households}户，群众满意度95%以上",
            "participation": "村民代表会议议定，群众参与监督",
            "farmer_linkage": chance.choice(_LINKS),
            "admitted_on": working_day(date(2023, 10, 9) + timedelta(days=chance.randint(0, 60))),
            "nature": "补助" if not plan.is_built else chance.choice(("新建", "新建", "改建", "扩建")),
        }

    def _number(self) -> None:
        order = {LEAD: 0, OTHER: 1, NON: 2, FEE: 3}
        fee_last = sorted(self.plans, key=lambda p: (p.group == FEE, p.plan, order[p.group]))
        for number, plan in enumerate(fee_last, 1):
            plan.id = self.diary.next_id(Project)
            plan.code = f"{YEAR}-{number:04d}"
        self.plans = fee_last


_LINES = [line for notice in NOTICES for line in notice.lines]


def _line(number: int) -> Line:
    return _LINES[number - 1]


def allocated_on(notice: int, line: Line) -> date:
    """When a line was allocated: not before the batch of the plan it opens was decided."""
    decided = PLANS[line.plan][0] + timedelta(days=10) if line.plan else date.min
    return working_day(max(NOTICES[notice].allocated_on, decided))


def library_rows(plans: list[Plan], world: World, diary: Diary, seed: int) -> list[Row]:
    """Sixty further entries of the library: proposed, reviewed by towns, admitted, and two taken out."""
    chance = Random(f"{seed}/library")
    states = [S.PROPOSED] * 15 + [S.TOWN_REVIEWED] * 20 + [S.ADMITTED] * 23 + [S.REMOVED] * 2
    pool = sub.LEAD_SUBJECTS + sub.OTHER_SUBJECTS + sub.NON_SUBJECTS
    names = {p.name for p in plans}
    rows: list[Row] = []
    while len(rows) < len(states):
        subject, village = chance.choice(pool), chance.choice(world.villages)
        name = f"{village.town}{village.name}{subject.name}"
        if name not in names:
            names.add(name)
            rows.append(_library_row(len(rows), states[len(rows)], subject, village, name, world, diary, chance))
    return rows


def _library_row(
    number: int, status: S, subject: Subject, village: Village, name: str, world: World, diary: Diary, chance: Random
) -> dict[str, Any]:
    fen = subject.weight * chance.randint(60, 150) // 10 * _TENTH_WAN
    households = chance.randint(18, 150)
    year = YEAR if number >= 55 else YEAR + 1
    owner = f"{village.town}人民政府" if subject.unit == "镇" else subject.unit
    start = date(year, chance.randint(3, 6), 1)
    return {
        "id": diary.next_id(Project),
        "code": f"{year}-{number + 501:04d}",
        "library_code": f"K{year}-{number + 201:04d}" if status in (S.ADMITTED, S.REMOVED) else "",
        "name": name,
        "year": year,
        "type_id": world.types[subject.type_code].id,
        "town_id": village.town_id,
        "village_id": village.id,
        "place": f"{village.town}{village.name}",
        "owner_unit_id": world.units[owner],
        "content": subject.words(chance),
        "planned_investment": Money(fen),
        "planned_fiscal": Money(fen),
        "financing": "财政资金",
        "is_lead_industry": subject.trade == "奶山羊",
        "plan_start_on": start,
        "plan_end_on": start + timedelta(days=chance.randint(90, 200)),
        "households": households,
        "people": households * 3,
        "poor_households": households // 2,
        "poor_people": households,
        "performance_target": f"受益农户{households}户，验收合格率100%",
        "farmer_linkage": chance.choice(_LINKS),
        "admitted_on": date(2023, 11, chance.randint(1, 28)) if status is S.ADMITTED else None,
        "status": status,
        "removal_reason": "用地手续不能落实，经领导小组同意出库" if status is S.REMOVED else "",
    }
