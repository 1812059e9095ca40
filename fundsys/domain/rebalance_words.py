"""The smallest re-allocation in words: who gives, who takes, why, and what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .money import ZERO, Money, ceil_wan, exact_wan, show_limit, show_percent, total
from .rebalance import Cell, CountDemand, Demand, Line, Question, ShareDemand

SHORT = {"R65": "产业占比", "R30": "首位产业占比", "R01F": "管理费占比", "RWR": "以工代赈项目数", "R123": "年度项目数"}


@dataclass(frozen=True, slots=True)
class Move:
    """What changes for one project on one line, and why it can. words: what it is counted as."""

    cell: Cell
    line: Line
    after: Money
    why: str

    @property
    def change(self) -> Money:
        return self.after - self.cell.present


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money from one project to another on one line. giver None: the rest of the line; taker None: back to the line."""

    line: Line
    giver: Cell | None
    taker: Cell | None
    amount: Money
    sentence: str


def kind_of(cell: Cell) -> str:
    """What a project's money counts as."""
    entry = cell.entry
    if entry.is_fee:
        return "管理费"
    return "首位产业" if entry.is_industry and entry.is_leading else "产业" if entry.is_industry else "非产业"


def moves(question: Question, amounts: Sequence[int]) -> list[Move]:
    """Every change, those who give first, in the order of codes."""
    lines = {line.id: line for line in question.lines}
    room = _room(question, amounts)
    found = []
    for place, (cell, amount) in enumerate(zip(question.cells, amounts, strict=True)):
        change = amount - cell.present.fen
        if not change:
            continue
        if change < 0:
            why = f"可调出 {exact_wan(cell.present - cell.floor)} 万元"
            if cell.floor:
                why += f"，其余 {exact_wan(cell.floor)} 万元不动"
        else:
            left = room[place]
            why = "没有超出计划投资" if left is None else f"调后计划投资还缺 {exact_wan(left)} 万元"
        found.append(Move(cell, lines[cell.line_id], Money(amount), why))
    return sorted(found, key=lambda m: (m.change > ZERO, m.cell.code, m.line.id))


def _room(question: Question, amounts: Sequence[int]) -> dict[int, Money | None]:
    """What each cell's project may still take under its ceiling with these amounts."""
    found: dict[int, Money | None] = {}
    for project_id, places in question.places(lambda c: c.project_id).items():
        ceiling = question.ceilings.get(project_id)
        left = None if ceiling is None else ceiling - Money(sum(amounts[n] for n in places))
        found |= dict.fromkeys(places, left)
    return found


def transfers(question: Question, amounts: Sequence[int]) -> list[Transfer]:
    """Who gives to whom, line by line in the order of codes. The amounts add up to every change."""
    found = []
    by_line = question.places(lambda c: c.line_id)
    for line in question.lines:
        places = by_line.get(line.id, [])
        change = {n: amounts[n] - question.cells[n].present.fen for n in places}
        givers: list[tuple[int | None, int]] = [(n, -c) for n, c in change.items() if c < 0]
        takers: list[tuple[int | None, int]] = [(n, c) for n, c in change.items() if c > 0]
        over = sum(change.values())
        if over > 0:
            givers.append((None, over))
        elif over < 0:
            takers.append((None, -over))
        while givers and takers:
            (giver, gives), (taker, takes) = givers[0], takers[0]
            amount = min(gives, takes)
            found.append(_transfer(question, line, giver, taker, amount))
            givers[0], takers[0] = (giver, gives - amount), (taker, takes - amount)
            givers, takers = [g for g in givers if g[1]], [t for t in takers if t[1]]
    return found


def _transfer(question: Question, line: Line, giver: int | None, taker: int | None, amount: int) -> Transfer:
    old = None if giver is None else question.cells[giver]
    new = None if taker is None else question.cells[taker]
    origin = f"从“{old.name}”（{kind_of(old)}）调" if old else "用尚未分配的指标增加"
    goal = f"到“{new.name}”（{kind_of(new)}）" if new else "，退出超过指标的部分"
    if old is None and new is not None:
        origin, goal = f"用尚未分配的指标给“{new.name}”（{kind_of(new)}）增加", ""
    sentence = f"{origin} {exact_wan(Money(amount))} 万元{goal}{_why(question, giver, taker)}。"
    return Transfer(line, old, new, Money(amount), sentence)


def _why(question: Question, giver: int | None, taker: int | None) -> str:
    """Which rules this step brings nearer: those that fail now before those that must hold."""
    if taker is None:
        return ""
    helped = [d for d in question.demands if _helps(d, giver, taker)]
    failing = [d for d in helped if not d.met(question.present)]
    chosen = list(dict.fromkeys(short(d) for d in failing or helped))
    if not chosen:
        return "，为上面的调整让出位置"
    lower = all(isinstance(d, ShareDemand) and d.operator == "<=" for d in (failing or helped))
    if failing:
        return f"，{'、'.join(chosen)}{'降低' if lower else '提高'}"
    return f"，保住{'、'.join(chosen)}"


def _helps(demand: Demand, giver: int | None, taker: int) -> bool:
    if isinstance(demand, CountDemand):
        fresh = [m for m in demand.members if taker in m.places]
        return any(m.smallest > 0 for m in fresh)
    weights = demand.bounds[0].weights
    return weights.get(taker, 0) > (weights.get(giver, 0) if giver is not None else 0)


def short(demand: Demand) -> str:
    """A demand's short name: “产业占比”, “中央管理费占比”."""
    return f"{demand.scope}{SHORT.get(demand.rule, demand.title)}"


def required(demand: Demand) -> str:
    """What a demand asks: “≥ 65%”, “≥ 10 个”."""
    if isinstance(demand, CountDemand):
        return f"≥ {demand.wanted} 个"
    return f"{'≥' if demand.operator == '>=' else '≤'} {show_limit(demand.limit)}"


def measured(demand: Demand, amounts: Sequence[int]) -> str:
    """What a demand comes to with these amounts."""
    if isinstance(demand, CountDemand):
        return f"{demand.number(amounts)} 个"
    return show_percent(demand.share(amounts), demand.limit)


def lacking(demand: Demand, amounts: Sequence[int]) -> str:
    """How much is still missing: money to move between the parts, or projects."""
    if isinstance(demand, CountDemand):
        return f"还差 {demand.wanted - demand.number(amounts)} 个"
    gap = -demand.bounds[0].at(amounts)
    fen = -(-gap // demand.limit.denominator)
    return f"{'还差' if demand.operator == '>=' else '超出'} {ceil_wan(Money(max(fen, 1)))} 万元"


def conflict_title(demands: Sequence[Demand]) -> str:
    """The rules of a conflict in one sentence."""
    names = "、".join(f"“{short(d)} {required(d)}”" for d in demands)
    if len(demands) == 1:
        return f"在现有的指标、计划投资和不能动的资金之内，{names}达不到。"
    return f"在现有的指标、计划投资和不能动的资金之内，{names}不能同时达到；去掉其中任何一条，其余的可以达到。"


def conflict_lines(reached: Sequence[tuple[Demand, Sequence[int] | None]]) -> list[str]:
    """For each rule of a conflict, how far it gets while the others of it hold."""
    found = []
    for demand, amounts in reached:
        if amounts is None:
            continue
        most = "最低只能降到" if isinstance(demand, ShareDemand) and demand.operator == "<=" else "最多只能到"
        others = "其余各条达到时，" if len(reached) > 1 else ""
        found.append(
            f"{others}{short(demand)}{most} {measured(demand, amounts)}，要求 {required(demand)}，{lacking(demand, amounts)}。"
        )
    return found


def rooms(question: Question) -> str:
    """How much may leave and enter each kind of project, as one sentence: the figures behind a conflict."""
    room = _room(question, question.present)
    seen: dict[str, set[int]] = {}
    leaves: dict[str, Money] = {}
    enters: dict[str, Money] = {}
    for place, cell in enumerate(question.cells):
        kind = kind_of(cell)
        leaves[kind] = leaves.get(kind, ZERO) + max(ZERO, cell.present - cell.floor)
        left = room[place]
        if left is None or (cell.ceiling is not None and cell.ceiling <= cell.present):
            continue
        if cell.project_id not in seen.setdefault(kind, set()):
            seen[kind].add(cell.project_id)
            enters[kind] = enters.get(kind, ZERO) + max(ZERO, left)
    gives = "、".join(f"{kind} {exact_wan(amount)}" for kind, amount in leaves.items() if amount)
    takes = "、".join(f"{kind} {exact_wan(amount)}" for kind, amount in enters.items() if amount)
    return f"可调出（万元）：{gives or '没有'}；按计划投资还可调入（万元）：{takes or '没有'}。"


def summary(question: Question, amounts: Sequence[int]) -> str:
    """An offer in one sentence."""
    moved = total(m.change for m in moves(question, amounts) if m.change > ZERO)
    return f"最少调整 {exact_wan(moved)} 万元，涉及 {len(question.touched(amounts))} 个项目，所选的规则都能达到。"
