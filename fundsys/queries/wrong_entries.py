"""What the rules on things that cannot be right look at: operators, places, numbers, amounts in capitals, titles."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from fundsys.domain.asset_matters import MatterState, Right
from fundsys.domain.assets import GONE, OwnerType
from fundsys.domain.further_facts import FaultFact, LookedThrough, OperatorFact, TitleFact
from fundsys.domain.industry import RunState
from fundsys.domain.money import Money
from fundsys.domain.money_words import capitals_fault
from fundsys.models.assets import Asset
from fundsys.models.desk import Contract
from fundsys.models.funds import Payment
from fundsys.models.industry import LegacyProject
from fundsys.models.matters import AssetMatter, AssetTitle, TitleHolder
from fundsys.models.office import Region, Unit
from fundsys.models.projects import Project
from fundsys.queries.plain_rows import built_once, plain_rows

OPERATORS_READ_FROM = frozenset({"asset", "asset_title", "legacy_project", "title_holder", "unit"})
PLACES_READ_FROM = frozenset({"asset", "legacy_project", "project", "region"})
CODES_READ_FROM = frozenset({"asset", "contract", "project"})
CAPITALS_READ_FROM = frozenset({"payment", "project"})
Town, Village = aliased(Region), aliased(Region)
TITLES_READ_FROM = frozenset({"asset", "asset_matter", "asset_title", "title_holder"})


_P, _T, _H, _U = LegacyProject, AssetTitle, TitleHolder, Unit
_LEGACY_OPERATORS = (
    select(_P.id, _P.code, _P.operator, _P.operator_credit_code, _P.run_state)
    .where(or_(_P.operator_credit_code != "", _P.operator != ""))
    .order_by(_P.id)
)
_HOLDERS = (
    select(Asset.id, Asset.code, _H.name, _H.credit_code)
    .join(_T, _T.asset_id == Asset.id)
    .join(_H, _H.title_id == _T.id)
    .where(_H.credit_code != "", _T.begins_on.is_not(None), _T.ends_on.is_(None), _H.right == Right.OWN)
    .order_by(_H.id)
)
_UNITS = select(_U.id, _U.name, _U.credit_code).where(_U.credit_code != "", _U.active).order_by(_U.id)


def operator_facts(session: Session) -> tuple[OperatorFact, ...]:
    """Operators of the industry projects of earlier years, holders of titles and units with a credit code."""
    return (
        *(
            OperatorFact(
                "legacy_project",
                key,
                f"{code} {name}",
                credit,
                f"经营主体{state.label}" if state is RunState.CLOSED else "",
            )
            for key, code, name, credit, state in plain_rows(session, _LEGACY_OPERATORS)
        ),
        *(
            OperatorFact("asset", key, f"{code} {name}", credit)
            for key, code, name, credit in plain_rows(session, _HOLDERS)
        ),
        *(OperatorFact("unit", key, name, credit) for key, name, credit in plain_rows(session, _UNITS)),
    )


@built_once
def _placed(model: type[Project] | type[Asset] | type[LegacyProject]) -> tuple[Any, Any]:
    """How many records of a kind have a place, and of how many it is wrong; and the question for those."""
    town, village = Town, Village
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
    columns = model.id, model.code, model.name, town.name, village.name
    return placed, placed.with_only_columns(*columns).where(wrong).order_by(model.id)


def place_faults(session: Session) -> LookedThrough:
    """Records with a town or village: how many, and those whose village lies in another town, or whose place is none.

    The list of places itself is looked through with them; where it is whole and no record lies anywhere, there is no data.
    """
    whole, faults = 0, list[FaultFact]()
    for table, model in (("project", Project), ("asset", Asset), ("legacy_project", LegacyProject)):
        asked, named = _placed(model)
        number, wrong = plain_rows(session, asked).one()
        whole += number
        faults += [
            FaultFact(table, key, f"{code} {name}", f"{in_village or '村'}不在{in_town or '所登记的镇'}里")
            for key, code, name, in_town, in_village in (plain_rows(session, named) if wrong else ())
        ]
    regions = plain_rows(session, _REGIONS).all()
    codes = {key: code for key, code, *_ in regions}
    for key, code, name, level, parent in regions:
        if not (len(code) == 12 and code.isdigit()):
            faults.append(FaultFact("region", key, f"{code} {name}", "区划代码不是 12 位数字"))
        elif level == "village" and codes.get(parent or 0, "")[:9] != code[:9]:
            faults.append(FaultFact("region", key, f"{code} {name}", "代码前 9 位与所属镇不符"))
    return LookedThrough(whole + len(regions) if whole or faults else 0, tuple(faults))


_REGIONS = select(Region.id, Region.code, Region.name, Region.level, Region.parent_id)
_PLAIN_CODE = func.upper(func.replace(Asset.code, " ", ""))
_TWICE = select(_PLAIN_CODE.label("plain")).group_by(_PLAIN_CODE).having(func.count() > 1).subquery()
_ALIKE = select(Asset.id, Asset.code, Asset.name).join(_TWICE, _TWICE.c.plain == _PLAIN_CODE).order_by(Asset.id)
_IS_ANY_ODD = select(exists().where(Asset.code != _PLAIN_CODE))  # of one writing the database never takes two
_PROJECT_CODES = select(Project.id, Project.code, Project.library_code, Project.name).order_by(Project.id)
_CONTRACT_CODES = select(Contract.id, Contract.contract_no, Contract.name, Contract.payee).order_by(Contract.id)
_ASSETS = select(func.count()).select_from(Asset)


def code_faults(session: Session) -> LookedThrough:
    """Records with a number: how many, and those that share theirs with another. Case, width and spaces say nothing."""
    assets = plain_rows(session, _ALIKE).all() if plain_rows(session, _IS_ANY_ODD).scalar() else []
    projects = plain_rows(session, _PROJECT_CODES).all()
    contracts = plain_rows(session, _CONTRACT_CODES).all()
    whole = plain_rows(session, _ASSETS).scalar_one() + len(projects) + len(contracts)
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
    rows = plain_rows(session, _with_capitals(until)).all()
    wrong = {key: why for key, amount, capitals in rows if (why := capitals_fault(amount, capitals))}
    named = select(m.id, m.number, Project.name).join(Project, m.project_id == Project.id)
    found = session.execute(named.where(m.id.in_(wrong)).order_by(m.id)) if wrong else ()
    return LookedThrough(
        len(rows),
        tuple(FaultFact("payment", key, f"{number or '未编号'} {name}", wrong[key]) for key, number, name in found),
    )


@built_once
def _with_capitals(until: date | None) -> Select[int, Money, str]:
    m = Payment
    by_then = m.paid_on <= until if until else true()
    return select(m.id, m.amount, m.capitals).where(m.capitals != "", by_then).order_by(m.id)


def title_facts(session: Session, until: date | None = None) -> tuple[TitleFact, ...]:
    """The titles in force of the assets in the books, with their owners and the sum of the owners' shares."""
    owners: dict[int, list[tuple[OwnerType, Fraction]]] = defaultdict(list)
    for title, kind, part, whole in plain_rows(session, _OWNERS):
        owners[title].append((kind, Fraction(part, whole)))
    return tuple(
        TitleFact(
            asset,
            f"{code} {name}",
            scope,
            frozenset(kind for kind, _ in mine),
            sum((share for _, share in mine), Fraction(0)),
            words,
        )
        for title, asset, code, name, scope, words in plain_rows(session, _titles(until))
        for mine in (owners[title],)
    )


_OWNERS = select(_H.title_id, _H.owner_type, _H.part, _H.whole).where(_H.right == Right.OWN).order_by(_H.id)


@built_once
def _titles(until: date | None) -> Any:
    a, t, m = Asset, AssetTitle, AssetMatter
    return (
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
