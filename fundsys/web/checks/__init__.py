"""The rules: all of them on one page, each with its basis, its figures and the records that add up to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from fundsys.domain.dates import parse_day
from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.money import ZERO, total
from fundsys.domain.rights import Permission
from fundsys.domain.rule_families import Family, rules_of
from fundsys.domain.rules.base import Finding, Outcome, Rule, is_of_records, over_rows, rule_called
from fundsys.extensions import db
from fundsys.queries.facts import county_today
from fundsys.queries.findings import Checked, findings, month_ends
from fundsys.queries.money_facts import policy_of
from fundsys.queries.past import past, told
from fundsys.queries.policy_documents import CitedPaper, papers_behind
from fundsys.queries.row_units import units_of, units_with_records
from fundsys.queries.seen_rows import Origin, as_seen, origins
from fundsys.queries.suspects import Depth
from fundsys.services.rule_words import rule_words
from fundsys.web.access import allow, me
from fundsys.web.checks import view
from fundsys.web.frame import work_year
from fundsys.web.tables import PAGE_SIZE, Page, page_number

bp = Blueprint("checks", __name__, url_prefix="/checks")
LEFT_OUT_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """The year and the days asked for; wrong: a sentence for each that cannot be read."""

    year: int
    as_at: date | None
    until: date | None
    wrong: tuple[str, ...]
    family: Family | None = None
    unit: int | None = None

    @property
    def args(self) -> dict[str, Any]:
        """The question as arguments of an address, so that links keep it."""
        told = {
            "year": self.year if self.year != work_year() else None,
            "as_at": self.as_at,
            "until": self.until,
            "family": self.family.code if self.family else None,
            "unit": self.unit,
        }
        return {key: str(value) for key, value in told.items() if value}


def _asked() -> Asked:
    wrong: list[str] = []

    def day(name: str) -> date | None:
        text = request.args.get(name, "").strip()
        try:
            return parse_day(text) if text else None
        except DomainError as error:
            wrong.append(error.message)
            return None

    year = request.args.get("year", work_year(), type=int)
    if not 1949 <= year <= 2100:
        wrong.append(f"“{year}”不是年度，请写四位数字")
        year = work_year()
    family = next((f for f in Family if f.code == request.args.get("family")), None)
    unit = request.args.get("unit", type=int)
    return Asked(year, day("as_at"), day("until"), tuple(wrong), family, unit)


@contextmanager
def _reading(asked: Asked) -> Iterator[Session]:
    """The session of the page, or a past view."""
    if asked.as_at is None:
        yield db.session()
        return
    with past(asked.as_at) as session:
        yield session


def _note(session: Session) -> str:
    seen = told(session)
    return seen.note if seen else ""


@bp.route("/")
@allow(Permission.READ_RULES)
def index() -> str:
    """Every rule of the year: now, required, distance, verdict."""
    asked = _asked()
    outcome = next((o for o in Outcome if o.code == request.args.get("outcome")), None)
    with _reading(asked) as session:
        found = _listed(session, asked, rules_of(asked.family))
        told = [(c.approved.outcome, view.line(c, **asked.args)) for c in found]
        note = _note(session)
    return render_template(
        "checks/index.html",
        families=list(Family),
        units=[(str(key), name) for key, name in units_with_records(db.session())],
        asked=asked,
        lines=[line for judged, line in told if outcome in (None, judged)],
        tally=view.tally([line for _, line in told]),
        outcome=outcome,
        outcomes=list(Outcome),
        words_of=rule_words(),
        note=note,
        today=county_today(db.session),
    )


def _listed(session: Session, asked: Asked, rules: Sequence[Rule]) -> list[Checked]:
    """The findings on the whole county, or on one unit's records alone; what is judged as a whole is then left out."""
    depth = Depth.FIGURES if asked.unit is None else Depth.EVERY
    found = findings(session, asked.year, asked.as_at, asked.until, rules, depth)
    if asked.unit is None:
        return found
    units = units_of(session, {(row.table, row.id) for c in found for row in c.approved.rows})
    told = []
    for c in found:
        if is_of_records(c.approved):
            mine = over_rows(c.approved, [r for r in c.approved.rows if units.get((r.table, r.id)) == asked.unit])
            told.append(Checked(mine, mine))
    return told


@bp.route("/<code>")
@allow(Permission.READ_RULES)
def show(code: str) -> str:
    """One rule: its verdict, its basis, the rows that count, the rows left out and why."""
    found = rule_called(code)
    if found is None:
        raise NotFound(f"没有规则“{code}”")
    asked = _asked()
    with _reading(asked) as session:
        everything = _listed(session, asked, _with(asked.family, found))
        shown = everything if asked.unit else findings(session, asked.year, asked.as_at, asked.until, [found])
        origin = origins(session, asked.year) if "allocations" in found.watches else {}
        parts = [_part(session, c, origin) for c in shown if c.approved.rule == found.code]
        trends = month_ends(session, found, asked.year, asked.as_at, asked.until)
        note = _note(session)
    lines = [view.line(c, **asked.args) for c in everything]
    return render_template(
        "checks/show.html",
        rule=found,
        asked=asked,
        lines=lines,
        tally=view.tally(lines),
        parts=parts,
        words=rule_words()[found.code],
        why=view.deciding_words(found.code),
        trends={scope: (view.trend(points), view.trend_ticks(points)) for scope, points in trends.items()},
        note=note,
        today=county_today(db.session),
        papers=_papers(found, asked.year),
    )


def _with(family: Family | None, shown: Rule) -> tuple[Rule, ...]:
    """The rules listed beside one that is shown: of the family asked for, all where it is not of that family."""
    rules = rules_of(family)
    return rules if shown in rules else rules_of(None)


def _papers(found: Rule, year: int) -> list[CitedPaper]:
    """The policy documents behind the rule: those its clause, or its threshold's paper, names."""
    session = db.session()
    setting = policy_of(session, year).settings.get(found.threshold)
    text = f"{found.clause} {setting.document} {setting.clause}" if setting else found.clause
    return papers_behind(session, year, county_today(session), text)


def _part(session: Session, checked: Checked, origin: dict[int, Origin]) -> dict[str, Any]:
    """What the page of a rule shows of one finding."""
    finding = as_seen(session, me(), checked.approved)
    rows = _chosen(finding, origin)
    number = page_number(request.args)
    shown = rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    money = view.is_money(finding)
    return {
        "finding": finding,
        "id": view.anchor(finding),
        "verdict": view.verdict(finding),
        "reserved": checked.reserved if checked.differs else None,
        "money": money,
        "table": view.TABLES.get(finding.rows[0].table if finding.rows else "", "记录"),
        "count": len(finding.rows),
        "notices": view.by_notice(finding.rows, origin) if money else [],
        "page": Page([view.shown_row(r, origin) for r in shown], number, len(rows)),
        "whole": total(r.amount or ZERO for r in rows if r.in_denominator),
        "part": total(r.amount or ZERO for r in rows if r.in_numerator),
        "left_out": [view.left_row(x, origin) for x in finding.left_out[:LEFT_OUT_SHOWN]],
        "left_out_count": len(finding.left_out),
        "left_out_sum": total(x.amount or ZERO for x in finding.left_out),
    }


def _chosen(finding: Finding, origin: dict[int, Origin]) -> Sequence[Any]:
    """The rows asked for (`?notice=`, `?part=yes|no`); for numbers, what misses the requirement comes first."""
    rows = list(finding.rows)
    notice, part = request.args.get("notice", type=int), request.args.get("part", "")
    if notice is not None:
        rows = [r for r in rows if r.id in origin and origin[r.id].notice_id == notice]
    if part in ("yes", "no"):
        rows = [r for r in rows if r.in_numerator is (part == "yes")]
    return rows if view.is_money(finding) else sorted(rows, key=lambda r: r.in_numerator)
