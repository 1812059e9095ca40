"""Headroom is what it says: exactly so much saved is green, and one 分 more is red, through saving and handing over."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

from flask import Flask
from sqlalchemy import select

from fundsys import store
from fundsys.domain.effect import Effect, Way
from fundsys.domain.funds import MoneyState
from fundsys.domain.money import Money
from fundsys.domain.rules.base import Outcome
from fundsys.models.funds import Allocation
from fundsys.queries import allotment_sheet
from fundsys.services import funds
from fundsys.services.acts import act
from tests.figures import Figure
from tests.money import approved_notice, entry_clerk, make_projects, reviewer

TODAY = date(2024, 11, 1)
FEN = Money(1)
LEADING, INDUSTRY, OTHER, FEE = "leading", "industry", "other", "fee"
KINDS: dict[str, dict[str, object]] = {
    LEADING: {"type": "PT010102", "is_lead_industry": True},
    INDUSTRY: {"type": "PT010102"},
    OTHER: {"type": "PT030103"},
    FEE: {"type": "PT070101"},
}
TRIES = (
    ("R65", Way.ADD_REST, OTHER),
    ("R65", Way.ADD_PART, INDUSTRY),
    ("R30", Way.ADD_REST, INDUSTRY),
    ("R30", Way.ADD_PART, LEADING),
    ("R01F", Way.ADD_PART, FEE),
    ("R01F", Way.ADD_REST, OTHER),
)
"""Rules, the way money goes, and the kind of project that takes it."""


class County:
    """A county with money: one project of each kind, and a notice with a central and a provincial line."""

    def __init__(self, draw: random.Random) -> None:
        made = make_projects(*({"wan": "9000000", **told} for told in KINDS.values()))
        self.projects = dict(zip(KINDS, made, strict=True))
        self.central, self.provincial = approved_notice(("F101", "900000"), ("F201", "900000"))
        for line in (self.central, self.provincial):
            self.give(
                line,
                {kind: Money(draw.randrange(1, 10 ** draw.choice((3, 7, 10)))) for kind in (LEADING, INDUSTRY, OTHER)},
            )
        if draw.random() < 0.8:
            self.give(self.central, {FEE: Money(draw.randrange(1, 10**8))})

    def give(self, line: int, amounts: dict[str, Money]) -> dict[int, int]:
        """Draft and hand over; id → version as a reviewer sees them."""
        rows = [funds.DraftRow(self.projects[kind], amount) for kind, amount in amounts.items()]
        with act(by=entry_clerk(), what="分配") as opened:
            funds.save_drafts(line, rows, act=opened)
            return {a.id: a.version for a in funds.submit_allocations(line, act=opened)}

    def take_back(self, seen: dict[int, int]) -> None:
        """Return what was handed over, and empty it."""
        with act(by=reviewer(), what="退回") as opened:
            lines = {(a.line_id, a.project_id) for a in funds.return_allocations(seen, "再核", act=opened)}
        with act(by=entry_clerk(), what="清空") as opened:
            for line, project in lines:
                funds.save_drafts(line, [funds.DraftRow(project, None)], act=opened)

    def effect(self, rule: str) -> Effect:
        """The rule as it stands, what waits for review counted."""
        with store.snapshot() as session:
            made = allotment_sheet.sheet(session, None, self.central)
            found = allotment_sheet.preview(session, made, {}, TODAY).effects
        return next(e for e in found if e.rule == rule and e.scope in ("", "中央"))

    def outcome_with(self, rule: str, kind: str, amount: Money) -> Outcome:
        """What the rule says once so much more is saved and handed over."""
        seen = self.give(self.central, {kind: amount})
        outcome = self.effect(rule).after.outcome
        self.take_back(seen)
        return outcome


def test_the_headroom_saved_exactly_is_green_and_one_fen_more_is_red(app: Flask, full: bool, figure: Figure) -> None:
    """Random counties: what may still go is safe to the 分, and what must go is enough to the 分."""
    draw, tried = random.Random(30), Counter[str]()
    for _ in range(40 if full else 3):
        county = County(draw)
        for rule, way, kind in TRIES:
            room = next((r for r in county.effect(rule).rooms if r.way is way), None)
            if room is None or room.amount is None or room.amount.fen > 8 * 10**11 or room.amount.fen < 2:
                continue
            tried[rule] += 1
            beyond = room.amount + FEN if room.met else room.amount - FEN
            assert county.outcome_with(rule, kind, room.amount) is Outcome.PASS, (rule, way, room)
            assert county.outcome_with(rule, kind, beyond) is Outcome.FAIL, (rule, way, room)
        all_that_is_left_needs_just_so_much_industry(county)
        county.take_back(waiting())
    assert tried.keys() == {"R65", "R30", "R01F"}
    figure("余量", f"{tried.total()} 个随机余量：存满正好通过，多 1 分（或少 1 分）即未达到")


def all_that_is_left_needs_just_so_much_industry(county: County) -> None:
    """When all that is left is given, so much industry as the strip asks for is just enough."""
    with store.snapshot() as session:
        made = allotment_sheet.sheet(session, None, county.central)
        result = allotment_sheet.preview(session, made, {}, TODAY)
        least, left = result.least, result.unspoken
        assert left == made.remaining
        if not least or left == least:
            return
        for amount, wanted in ((least, Outcome.PASS), (least - FEN, Outcome.FAIL)):
            typed = {
                (county.central, county.projects[INDUSTRY]): amount,
                (county.central, county.projects[OTHER]): left - amount,
            }
            share = next(e for e in allotment_sheet.preview(session, made, typed, TODAY).effects if e.rule == "R65")
            assert share.after.outcome is wanted


def waiting() -> dict[int, int]:
    """What waits for review: id → version."""
    with store.snapshot() as session:
        wanted = select(Allocation.id, Allocation.version).where(Allocation.state == MoneyState.SUBMITTED)
        return dict(session.execute(wanted).all())
