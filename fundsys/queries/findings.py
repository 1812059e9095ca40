"""What the rules say of a year: approved money, and approved with submitted. Kept per rule until what it reads changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys.collector import paused
from fundsys.domain.rules.base import Finding, Rule, all_rules
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice
from fundsys.queries.asset_records import DISPOSED_READ_FROM
from fundsys.queries.count_facts import COUNTS_READ_FROM, DIFFERENCES_READ_FROM
from fundsys.queries.facts import county_today, facts
from fundsys.queries.kept import kept_all
from fundsys.queries.money_pace import PACE_READ_FROM
from fundsys.queries.notice_records import NOTICES_READ_FROM
from fundsys.queries.owed_notices import READ_FROM
from fundsys.queries.past import told
from fundsys.queries.project_papers import PROJECT_PAPERS_READ_FROM
from fundsys.queries.project_records import PROJECT_RECORDS_READ_FROM
from fundsys.queries.relief_facts import RELIEF_READ_FROM
from fundsys.queries.spending_records import ENTRIES_READ_FROM, SPENDINGS_READ_FROM, SUMS_READ_FROM
from fundsys.queries.suspects import COUNTED, SUSPECTS, Depth
from fundsys.queries.tender_facts import TENDERS_READ_FROM
from fundsys.queries.wrong_entries import (
    CAPITALS_READ_FROM,
    CODES_READ_FROM,
    OPERATORS_READ_FROM,
    PLACES_READ_FROM,
    TITLES_READ_FROM,
)

_MONEY = {"allocation", "allotment_line", "allotment_notice", "fund_source", "payment", "project", "project_type"}
_READ_BY: dict[str, AbstractSet[str]] = {
    "allocations": _MONEY,
    "payments": _MONEY,
    "projects": {"allocation", "allotment_line", "allotment_notice", "extension", "project", "unit", "work_relief_pay"},
    "assets": {
        *("asset", "asset_cost", "fund_source", "maintenance_sector", "patrol"),
        *("maintenance_scheme", "keeper_assignment", "asset_matter"),
        *COUNTS_READ_FROM,
    },
    "twins": {"asset"},
    "legacy": {"legacy_project"},
    "public_duties": READ_FROM,
    "public_notices": READ_FROM,
    "relief": RELIEF_READ_FROM,
    "labor": RELIEF_READ_FROM,
    "project_records": PROJECT_RECORDS_READ_FROM | PROJECT_PAPERS_READ_FROM,
    "problems": {"rectification", "rectification_step", "unit"},
    "stations": {
        "asset",
        "asset_matter",
        "income",
        "income_receipt",
        "income_share",
        "income_sharing",
        "public_notice",
        "public_subject",
        "region",
        "sharing_line",
    },
    "notices": NOTICES_READ_FROM,
    "incomes": {"asset", "asset_matter", "income", "income_receipt", "income_share", "income_sharing", "sharing_line"},
    "given": PACE_READ_FROM,
    "pace": PACE_READ_FROM,
    "disposed": DISPOSED_READ_FROM,
    "differences": DIFFERENCES_READ_FROM,
    "likenesses": {"dictionary_entry", "legacy_project", "project", "region"},
    "pictures": {"attachment"},
    "spendings": SPENDINGS_READ_FROM,
    "entries": ENTRIES_READ_FROM,
    "sums": SUMS_READ_FROM,
    "asset_sums": {"asset", "asset_cost"},
    "works": TENDERS_READ_FROM,
    "contracts": TENDERS_READ_FROM,
    "titles": TITLES_READ_FROM,
    "operators": OPERATORS_READ_FROM,
    "places": PLACES_READ_FROM,
    "codes": CODES_READ_FROM,
    "capitals": CAPITALS_READ_FROM,
    "operated": {"asset", "asset_contract", "asset_matter"},
}
"""The tables behind each part of the facts; policy values and waivers are behind all."""
LESSER = SUSPECTS | COUNTED
"""The parts of which fewer records are read where fewer are asked for."""
_Question = tuple[str, int, date, Depth, str]


@dataclass(frozen=True, slots=True)
class Checked:
    """One finding counted both ways: approved money alone, and what is submitted with it."""

    approved: Finding
    reserved: Finding

    @property
    def differs(self) -> bool:
        """Whether submitted money changes anything that is judged."""
        a, b = self.approved, self.reserved
        return (a.outcome, a.numerator, a.denominator) != (b.outcome, b.numerator, b.denominator)


def findings(
    session: Session,
    year: int,
    as_at: date | None = None,
    until: date | None = None,
    rules: Iterable[Rule] | None = None,
    depth: Depth = Depth.EVERY,
) -> list[Checked]:
    """The findings of these rules (all of them when none are named), in the order of the policy page.

    as_at, until: as `fundsys.queries.facts.facts`; a past view is asked for by its session. Findings on the present
    are kept in this process until an act changes a table the rule reads, or the day changes. depth: which records come
    with them; the figures alone take a fraction of the time where there are many records.
    """
    wanted = list(all_rules() if rules is None else rules)
    if until or told(session):
        return [c for found in judged_anew(session, year, wanted, as_at, until, depth).values() for c in found]
    day = as_at or county_today(session)
    known = {r.code: r for r in wanted}

    def judge(missing: list[_Question]) -> dict[_Question, tuple[Checked, ...]]:
        found = judged_anew(session, year, [known[question[-1]] for question in missing], day, None, depth)
        return {question: found[question[-1]] for question in missing}

    questions = {
        ("findings", year, day, depth if LESSER & {*r.watches} else Depth.EVERY, r.code): tables_behind(r)
        for r in wanted
    }
    told_by = kept_all(session, questions, judge)
    return [finding for question in questions for finding in told_by[question]]


def month_ends(
    session: Session, asked: Rule, year: int, as_at: date | None = None, until: date | None = None
) -> dict[str, list[tuple[int, Finding]]]:
    """What a rule on allocations alone would have found at the end of each month of the year so far, by scope.

    Basis: entries decided by then, as known now; the last month counts all, so that it is the figure of today.
    Empty for rules that look at more than allocations.
    """
    if set(asked.watches) != {"allocations"}:
        return {}
    now = facts(session, year, as_at, until, {"allocations"})
    decided = dict(
        session.execute(
            select(Allocation.id, Allocation.decided_on)
            .join(AllotmentLine, Allocation.line_id == AllotmentLine.id)
            .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
            .where(AllotmentNotice.year == year)
        ).all()
    )
    last = 12 if now.as_at.year > year else now.as_at.month if now.as_at.year == year else 0
    found: dict[str, list[tuple[int, Finding]]] = {}
    for month in range(1, last + 1):
        begin_next = date(year + month // 12, month % 12 + 1, 1)
        known = tuple(a for a in now.allocations if month == last or decided[a.id] < begin_next)
        by_then = replace(now, allocations=known)
        for finding in asked(by_then):
            found.setdefault(finding.scope, []).append((month, finding))
    return found


def judged_anew(
    session: Session,
    year: int,
    rules: Sequence[Rule],
    as_at: date | None = None,
    until: date | None = None,
    depth: Depth = Depth.EVERY,
) -> dict[str, tuple[Checked, ...]]:
    """The findings of these rules by code, whatever is kept; days and rows as for `findings`."""
    parts = {part for r in rules for part in r.watches}
    judged = {}
    with paused():
        now = facts(session, year, as_at, until, parts, depth)
        then = now.with_submitted()
        for r in rules:
            approved = r(now)
            reserved = r(then) if "allocations" in r.watches else approved
            judged[r.code] = tuple(Checked(a, b) for a, b in zip(approved, reserved, strict=True))
        del now, then  # before the collector looks again
    return judged


def tables_behind(asked: Rule) -> frozenset[str]:
    """Names of the tables this rule looks at."""
    return frozenset({"policy_value", "waiver"}).union(*(_READ_BY.get(part, set()) for part in asked.watches))
