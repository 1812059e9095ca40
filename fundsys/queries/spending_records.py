"""What the rules on uses, the library and sums look at: words on the negative list, allocations by their day, totals with their parts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Select, Subquery, func, select, true
from sqlalchemy.orm import Session

from fundsys.domain.asset_matters import MatterKind, MatterState
from fundsys.domain.funds import EntryKind, MoneyState, RequestState
from fundsys.domain.further_facts import EntryFact, FaultFact, LookedThrough, SpendingFact, SumFact
from fundsys.domain.money import ZERO, Money, exact_wan
from fundsys.domain.negative_list import NegativeItem, ReviewVerdict, hits, item_of, said_in
from fundsys.domain.rules.spending_records import SOURCES
from fundsys.models.assets import Asset, AssetCost
from fundsys.models.desk import Contract, PaymentRequest, TreasuryList, TreasuryRow
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, FundSource, Payment
from fundsys.models.matters import AssetMatter, MatterLine, MatterSource
from fundsys.models.office import DictionaryEntry, Person
from fundsys.models.papers import NegativeReview
from fundsys.models.projects import Project
from fundsys.queries.plain_rows import built_once, plain_rows

SPENDINGS_READ_FROM = frozenset(
    {"contract", "dictionary_entry", "negative_review", "payment", "payment_request", "person", "project"}
)
ENTRIES_READ_FROM = frozenset({"allocation", "allotment_line", "allotment_notice", "project"})
SUMS_READ_FROM = ENTRIES_READ_FROM | {
    *("asset", "asset_cost", "asset_matter", "fund_source", "matter_line", "matter_source"),
    *("treasury_list", "treasury_row"),
}


def negative_items(session: Session) -> tuple[NegativeItem, ...]:
    """The items of the county's negative list that have words to look for."""
    rows = plain_rows(session, _items())
    made = (item_of(code, label, json.loads(facts).get("match_terms") or ()) for code, label, facts in rows)
    return tuple(item for item in made if item.words)


@built_once
def _items() -> Select[str, str, str]:
    e = DictionaryEntry
    return select(e.code, e.label, e.facts).where(e.kind == "negative_item", e.active.is_(True)).order_by(e.position)


def reviews(session: Session, until: date | None = None) -> dict[tuple[str, int], tuple[str, bool]]:
    """(table, id) → the last conclusion on a record in words, and whether it is clear of the list."""
    return {
        (about, row_id): (
            f"{on} {by or '系统'}复核：{verdict.label}，{words}",
            verdict is ReviewVerdict.CLEAR,
        )
        for about, row_id, verdict, words, on, by in plain_rows(session, _reviews(until))
    }


@built_once
def _reviews(until: date | None) -> Select[str, int, ReviewVerdict, str, date, str]:
    r = NegativeReview
    return (
        select(r.about, r.row_id, r.verdict, r.words, r.reviewed_on, Person.name)
        .outerjoin(Person, r.reviewed_by == Person.id)
        .where(r.reviewed_on <= until if until else true())
        .order_by(r.id)
    )


def spending_facts(session: Session, year: int, until: date | None = None) -> tuple[SpendingFact, ...]:
    """The uses of the year's projects in words: of projects, confirmed contracts, requests handed over, payments."""
    texts, told = list(_texts(session, year, until)), reviews(session, until)
    items = said_in(negative_items(session), "\n".join(text for *_, text in texts))
    return tuple(
        SpendingFact(table, number, label, found, *(told.get((table, number), ("", False)) if found else ("", False)))
        for table, number, label, text in texts
        for found in (hits(text, items),)
    )


def hits_of(session: Session, table: str, row_id: int) -> SpendingFact | None:
    """One use with what it hits; None for what says no use. Only records of a project are uses."""
    models: dict[str, Any] = {
        "project": Project,
        "contract": Contract,
        "payment_request": PaymentRequest,
        "payment": Payment,
    }
    row = session.get(models[table], row_id) if table in models else None
    project = session.get(Project, row.project_id if table != "project" else row_id) if row is not None else None
    if project is None:
        return None
    return next((s for s in spending_facts(session, project.year) if (s.table, s.id) == (table, row_id)), None)


def _texts(session: Session, year: int, until: date | None) -> Iterator[tuple[str, int, str, str]]:
    """(table, id, label, words) of everything that says what money is for."""
    for number, code, name, content in plain_rows(session, _projects(year)):
        yield "project", number, f"{code} {name}", f"{name} {content}"
    for table, query in _uses(year, until):
        for number, paper, name, words in plain_rows(session, query):
            yield table, number, f"{paper or '未编号'} {name}", words


@built_once
def _projects(year: int) -> Select[int, str, str, str]:
    p = Project
    return select(p.id, p.code, p.name, p.content).where(p.year == year, p.is_draft.is_(False)).order_by(p.id)


@built_once
def _uses(year: int, until: date | None) -> tuple[tuple[str, Select[int, str | None, str, str]], ...]:
    """Table and question of whatever else says what money of the year's projects is for."""
    p, c, r, m = Project, Contract, PaymentRequest, Payment
    asked: tuple[tuple[str, Any], ...] = (
        (
            "contract",
            select(c.id, c.contract_no, c.name, c.name)
            .join(p, c.project_id == p.id)
            .where(c.state == MoneyState.APPROVED, c.signed_on <= until if until else true()),
        ),
        (
            "payment_request",
            select(r.id, r.number, p.name, r.reason)
            .join(p, r.project_id == p.id)
            .where(r.state != RequestState.DRAFT, r.reason != "", r.applied_on <= until if until else true()),
        ),
        (
            "payment",
            select(m.id, m.number, p.name, m.remark)
            .join(p, m.project_id == p.id)
            .where(m.state == MoneyState.APPROVED, m.remark != "", m.paid_on <= until if until else true()),
        ),
    )
    mine = (p.year == year, p.is_draft.is_(False))
    return tuple((table, query.where(*mine).order_by(query.selected_columns[0])) for table, query in asked)


def entry_facts(session: Session, year: int, until: date | None = None) -> tuple[EntryFact, ...]:
    """The approved allocations of the year's notices that give money."""
    rows = plain_rows(session, _entries(year, until))
    return tuple(
        EntryFact(key, f"{number or ''} {code} {name}".strip(), on, day) for key, number, code, name, on, day in rows
    )


@built_once
def _entries(year: int, until: date | None) -> Select[int, str | None, str, str, date, date | None]:
    a, p = Allocation, Project
    return (
        select(a.id, a.number, p.code, p.name, a.decided_on, p.admitted_on)
        .join(p, a.project_id == p.id)
        .join(AllotmentLine, a.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .where(
            AllotmentNotice.year == year,
            a.state == MoneyState.APPROVED,
            a.kind == EntryKind.ALLOCATION,
            a.decided_on <= until if until else true(),
        )
        .order_by(a.id)
    )


def sum_facts(session: Session, year: int, until: date | None = None) -> tuple[SumFact, ...]:
    """The totals kept in the books beside the sum of their parts."""
    return (
        *_by_source(session, year, until),
        *_notices(session, year),
        *_formations(session, year),
        *_treasury(session, year),
    )


def _by_source(session: Session, year: int, until: date | None) -> Iterator[SumFact]:
    """Money of the year's projects in all, and what of it the sources of their notices' lines account for."""
    for number, code, name, whole, parts in plain_rows(session, _sourced(year, until)):
        yield SumFact("project", number, f"{code} {name}", SOURCES, whole, parts or ZERO)
    for number, code, name, whole, parts in plain_rows(session, _sourced_papers(year)):
        yield SumFact("project", number, f"{code} {name}", f"{SOURCES}（资产形成）", whole, parts or ZERO)


@built_once
def _sourced(year: int, until: date | None) -> Select[int, str, str, Money, Money]:
    a, p = Allocation, Project
    then = a.decided_on <= until if until else true()
    sourced = (
        select(a.project_id, func.sum(a.amount).label("amount"))
        .join(AllotmentLine, a.line_id == AllotmentLine.id)
        .join(FundSource, AllotmentLine.source_id == FundSource.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .where(a.state == MoneyState.APPROVED, then)
        .group_by(a.project_id)
        .subquery()
    )
    return (
        select(p.id, p.code, p.name, func.sum(a.amount), func.max(sourced.c.amount))
        .join(a, a.project_id == p.id)
        .outerjoin(sourced, sourced.c.project_id == p.id)
        .where(p.year == year, a.state == MoneyState.APPROVED, then)
        .group_by(p.id, p.code, p.name)
        .order_by(p.id)
    )


@built_once
def _sourced_papers(year: int) -> Select[int, str, str, Money, Money]:
    p, m, s = Project, AssetMatter, MatterSource
    return (
        select(p.id, p.code, p.name, m.amount, func.sum(s.amount))
        .join(m, m.project_id == p.id)
        .join(s, s.matter_id == m.id)
        .where(p.year == year, m.kind == MatterKind.FORMATION, m.state == MatterState.APPROVED)
        .group_by(p.id, p.code, p.name, m.id, m.amount)
        .order_by(m.id)
    )


def _notices(session: Session, year: int) -> Iterator[SumFact]:
    for number, document, whole, parts in plain_rows(session, _notices_asked(year)):
        yield SumFact("allotment_notice", number, document, "下达金额", whole, parts or ZERO, is_typed=True)


@built_once
def _notices_asked(year: int) -> Select[int, str, Money, Money]:
    n, line = AllotmentNotice, AllotmentLine
    return (
        select(n.id, n.document_no, n.stated_total, func.sum(line.amount))
        .outerjoin(line, line.notice_id == n.id)
        .where(n.year == year, n.state == MoneyState.APPROVED)
        .group_by(n.id, n.document_no, n.stated_total)
        .order_by(n.id)
    )


def asset_sums(session: Session) -> LookedThrough:
    """The assets whose cost is split by source: how many, and those of which the parts are not the cost."""
    return LookedThrough(
        plain_rows(session, _split()).scalar() or 0,
        tuple(
            FaultFact(
                "asset", key, f"{code} {name}", f"原值 {exact_wan(cost)} 万元，各来源之和 {exact_wan(parts)} 万元"
            )
            for key, code, name, cost, parts in plain_rows(session, _split_apart())
        ),
    )


@built_once
def _split() -> Select[int]:
    return select(func.count()).select_from(_parts())


@built_once
def _split_apart() -> Select[int, str, str, Money, Money]:
    """The assets of which the parts are not the cost."""
    a, parts = Asset, _parts()
    return (
        select(a.id, a.code, a.name, a.original_cost, parts.c.amount)
        .join(parts, parts.c.asset_id == a.id)
        .where(parts.c.amount != a.original_cost)
        .order_by(a.id)
    )


def _parts() -> Subquery:
    cost = AssetCost
    return select(cost.asset_id, func.sum(cost.amount).label("amount")).group_by(cost.asset_id).subquery()


def _formations(session: Session, year: int) -> Iterator[SumFact]:
    """Approved formation papers of the year's projects: the settled cost beside the assets and expenses it became."""
    for number, paper, name, whole, parts in plain_rows(session, _formations_asked(year)):
        yield SumFact("asset_matter", number, f"{paper or ''} {name}".strip(), "形成资产的结算额", whole, parts or ZERO)


@built_once
def _formations_asked(year: int) -> Select[int, str | None, str, Money, Money]:
    m, p, line = AssetMatter, Project, MatterLine
    return (
        select(m.id, m.number, p.name, m.amount, func.sum(line.amount))
        .join(p, m.project_id == p.id)
        .join(line, line.matter_id == m.id)
        .where(p.year == year, m.kind == MatterKind.FORMATION, m.state == MatterState.APPROVED)
        .group_by(m.id, m.number, p.name, m.amount)
        .order_by(m.id)
    )


def _treasury(session: Session, year: int) -> Iterator[SumFact]:
    for number, name, whole, parts in plain_rows(session, _treasury_asked(year)):
        yield SumFact("treasury_list", number, name, "国库清单合计", whole, parts or ZERO)


@built_once
def _treasury_asked(year: int) -> Select[int, str, Money, Money]:
    t, row = TreasuryList, TreasuryRow
    return (
        select(t.id, t.file_name, t.total, func.sum(row.amount))
        .outerjoin(row, row.list_id == t.id)
        .where(t.first_day >= date(year, 1, 1), t.first_day <= date(year, 12, 31))
        .group_by(t.id, t.file_name, t.total)
        .order_by(t.id)
    )
