"""What the rules on things that cannot be right look at: operators, places, numbers, amounts in capitals, titles."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from fundsys.domain.asset_matters import MatterState, Right
from fundsys.domain.assets import GONE
from fundsys.domain.further_facts import FaultFact, LookedThrough, OperatorFact, TitleFact
from fundsys.domain.industry import RunState
from fundsys.domain.money_words import capitals_fault
from fundsys.models.assets import Asset
from fundsys.models.desk import Contract
from fundsys.models.funds import Payment
from fundsys.models.industry import LegacyProject
from fundsys.models.matters import AssetMatter, AssetTitle, TitleHolder
from fundsys.models.office import Region, Unit
from fundsys.models.projects import Project
from fundsys.queries.plain_rows import plain_rows

OPERATORS_READ_FROM = frozenset({"asset", "asset_title", "legacy_project", "title_holder", "unit"})
PLACES_READ_FROM = frozenset({"asset", "legacy_project", "project", "region"})
CODES_READ_FROM = frozenset({"asset", "contract", "project"})
CAPITALS_READ_FROM = frozenset({"payment", "project"})
Town, Village = aliased(Region), aliased(Region)
TITLES_READ_FROM = frozenset({"asset", "asset_matter", "asset_title", "title_holder"})


def operator_facts(session: Session) -> tuple[OperatorFact, ...]:
    """Operators of the industry projects of earlier years, holders of titles and units with a credit code."""
    p, t, h, u = LegacyProject, AssetTitle, TitleHolder, Unit
    named = or_(p.operator_credit_code != "", p.operator != "")
    legacy = plain_rows(
        session, select(p.id, p.code, p.operator, p.operator_credit_code, p.run_state).where(named).order_by(p.id)
    )
    holders = session.execute(
        select(Asset.id, Asset.code, h.name, h.credit_code)
        .join(t, t.asset_id == Asset.id)
        .join(h, h.title_id == t.id)
        .where(h.credit_code != "", t.begins_on.is_not(None), t.ends_on.is_(None), h.right == Right.OWN)
        .order_by(h.id)
    )
    units = session.execute(select(u.id, u.name, u.credit_code).where(u.credit_code != "", u.active).order_by(u.id))
    return (
        *(
            OperatorFact(
                "legacy_project",
                key,
                f"{code} {name}",
                credit,
                f"经营主体{state.label}" if state is RunState.CLOSED else "",
            )
            for key, code, name, credit, state in legacy
        ),
        *(OperatorFact("asset", key, f"{code} {name}", credit) for key, code, name, credit in holders),
        *(OperatorFact("unit", key, name, credit) for key, name, credit in units),
    )


def place_faults(session: Session) -> LookedThrough:
    """Records with a town or village: how many, and those whose village lies in another town, or whose place is none.

    The list of places itself is looked through with them; where it is whole and no record lies anywhere, there is no data.
    """
    whole, faults, town, village = 0, list[FaultFact](), Town, Village
    for table, model in (("project", Project), ("asset", Asset), ("legacy_project", LegacyProject)):
        wrong = or_(
            and_(model.town_id.is_not(None), town.level != "town"),
            and_(model.village_id.is_not(None), village.level != "village"),
            and_(model.village_id.is_not(None), model.town_id.is_not(None), village.parent_id != model.town_id),
        )
        placed = (
            select(func.count(), func.sum(case((wrong, 1), else_=0)))
            .select_from(model)
            .outerjoin(town, model.town_id == town.id)
            .outerjoin(village, model.village_id == village.id)
            .where(or_(model.town_id.is_not(None), model.village_id.is_not(None)))
        )
        number, bad = session.execute(placed).one()
        whole += number
        if bad:
            rows = placed.with_only_columns(model.id, model.code, model.name, town.name, village.name).where(wrong)
            faults += [
                FaultFact(table, key, f"{code} {name}", f"{in_village or '村'}不在{in_town or '所登记的镇'}里")
                for key, code, name, in_town, in_village in session.execute(rows.order_by(model.id))
            ]
    regions = session.execute(select(Region.id, Region.code, Region.name, Region.level, Region.parent_id)).all()
    codes = {key: code for key, code, *_ in regions}
    for key, code, name, level, parent in regions:
        if not (len(code) == 12 and code.isdigit()):
            faults.append(FaultFact("region", key, f"{code} {name}", "区划代码不是 12 位数字"))
        elif level == "village" and codes.get(parent or 0, "")[:9] != code[:9]:
            faults.append(FaultFact("region", key, f"{code} {name}", "代码前 9 位与所属镇不符"))
    return LookedThrough(whole + len(regions) if whole or faults else 0, tuple(faults))


def code_faults(session: Session) -> LookedThrough:
    """Records with a number: how many, and those that share theirs with another. Case, width and spaces say nothing."""
    a, p, c = Asset, Project, Contract
    plain = func.upper(func.replace(a.code, " ", ""))
    twice = select(plain.label("plain")).group_by(plain).having(func.count() > 1).subquery()
    alike = select(a.id, a.code, a.name).join(twice, plain == twice.c.plain).order_by(a.id)
    is_any_odd = session.scalar(select(exists().where(a.code != plain)))  # of one writing the database never takes two
    assets = session.execute(alike).all() if is_any_odd else []
    projects = plain_rows(session, select(p.id, p.code, p.library_code, p.name).order_by(p.id)).all()
    contracts = plain_rows(session, select(c.id, c.contract_no, c.name, c.payee).order_by(c.id)).all()
    whole = (session.scalar(select(func.count()).select_from(a)) or 0) + len(projects) + len(contracts)
    faults = (
        *_repeated("资产编码", "asset", assets),
        *_repeated("项目编号", "project", [(key, code, name) for key, code, _, name in projects]),
        *_repeated("项目库编号", "project", [(key, code, name) for key, _, code, name in projects if code]),
        *_repeated("合同编号", "contract", contracts),
    )
    return LookedThrough(whole, faults)


def _repeated(what: str, table: str, rows: Sequence[Any]) -> Iterator[FaultFact]:
    """Those of id, number, name and what may tell apart that share a number. One contract may stand under several
    projects, so its number is shared only where the payees differ."""
    keys = [code_key(row[1]) for row in rows]
    if len({*keys}) == len(keys):
        return
    groups: dict[str, list[Any]] = defaultdict(list)
    for key, row in zip(keys, rows, strict=True):
        groups[key].append(row)
    for group in groups.values():
        if len(group) > 1 and (table != "contract" or len({payee for *_, payee in group}) > 1):
            for key, number, name, *_ in group:
                yield FaultFact(table, key, f"{number} {name}", f"{what}与另外 {len(group) - 1} 条记录相同")


def code_key(code: str) -> str:
    """A number by what it says: without width, case and spaces."""
    plain = code if code.isascii() else unicodedata.normalize("NFKC", code)
    return "".join(plain.upper().split())


def capitals_faults(session: Session, until: date | None = None) -> LookedThrough:
    """Payments with the capitals of their voucher: how many, and those of which they say another amount."""
    m = Payment
    asked = select(m.id, m.amount, m.capitals).where(m.capitals != "", m.paid_on <= until if until else true())
    rows = plain_rows(session, asked.order_by(m.id)).all()
    wrong = {key: why for key, amount, capitals in rows if (why := capitals_fault(amount, capitals))}
    named = select(m.id, m.number, Project.name).join(Project, m.project_id == Project.id)
    found = session.execute(named.where(m.id.in_(wrong)).order_by(m.id)) if wrong else ()
    return LookedThrough(
        len(rows),
        tuple(FaultFact("payment", key, f"{number or '未编号'} {name}", wrong[key]) for key, number, name in found),
    )


def title_facts(session: Session, until: date | None = None) -> tuple[TitleFact, ...]:
    """The titles in force of the assets in the books, with their owners and the sum of the owners' shares."""
    a, t, m, h = Asset, AssetTitle, AssetMatter, TitleHolder
    owners: dict[int, list[TitleHolder]] = defaultdict(list)
    for holder in session.scalars(select(h).where(h.right == Right.OWN).order_by(h.id)):
        owners[holder.title_id].append(holder)
    rows = session.execute(
        select(t.id, a.id, a.code, a.name, t.scope, m.words)
        .join(a, t.asset_id == a.id)
        .join(m, t.matter_id == m.id)
        .where(
            m.state == MatterState.APPROVED,
            a.status.not_in(GONE),
            t.begins_on.is_not(None),
            or_(t.ends_on.is_(None), t.ends_on > until) if until else t.ends_on.is_(None),
            t.begins_on <= until if until else true(),
        )
        .order_by(a.id)
    )
    return tuple(
        TitleFact(
            asset,
            f"{code} {name}",
            scope,
            frozenset(h.owner_type for h in mine),
            sum((Fraction(h.part, h.whole) for h in mine), Fraction(0)),
            words,
        )
        for title, asset, code, name, scope, words in rows
        for mine in (owners[title],)
    )
