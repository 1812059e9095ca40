"""Contracts by which assets are operated: parties, days and terms; each term falls due once the contract is approved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from fundsys.domain.asset_income import MOST_TERMS, ContractKind
from fundsys.domain.asset_matters import MatterKind, MatterState
from fundsys.domain.assets import AssetStatus
from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError
from fundsys.domain.money import ZERO, Money, total
from fundsys.models.assets import Income
from fundsys.models.income import AssetContract, ContractTerm
from fundsys.models.matters import AssetMatter
from fundsys.services.acts import Act
from fundsys.services.funds.common import refuse_all

from .common import Files, asset_for, drafted, new_matter, open_matter, redrafted
from .income import not_future

KIND = MatterKind.CONTRACT


@dataclass(frozen=True, slots=True)
class ContractEntry:
    """A contract as typed. happened_on: the day it was signed. terms: days and amounts that fall due."""

    happened_on: date
    kind: ContractKind
    operator: str
    contract_no: str
    begins_on: date
    ends_on: date
    terms: tuple[tuple[date, Money], ...] = ()
    document_no: str = ""
    words: str = ""


def draft_contract(asset_id: int, entry: ContractEntry, *, files: Files = (), act: Act) -> AssetMatter:
    """Draft a contract on an asset. Raises NotAllowed, NotFound, StepRefused, DomainError."""
    asset = asset_for(act, KIND, asset_id)
    matter = new_matter(act, KIND, entry.happened_on, asset_id=asset.id, asset=asset)
    matter.contract = AssetContract(kind=entry.kind, begins_on=entry.begins_on, ends_on=entry.ends_on)
    _write(act, matter, entry)
    return drafted(act, matter, files)


def edit_contract(
    matter_id: int, entry: ContractEntry, *, files: Files = (), version: int | None = None, act: Act
) -> AssetMatter:
    """Change a draft, or one that was sent back. Raises StepRefused, Stale, DomainError."""
    matter = open_matter(act, matter_id, version)
    _write(act, matter, entry)
    return redrafted(act, matter, files)


def _write(act: Act, matter: AssetMatter, entry: ContractEntry) -> None:
    told = matter.contract
    assert told is not None
    if entry.ends_on < entry.begins_on:
        raise DomainError("合同止日不能早于合同起日", field="ends_on")
    if len(entry.terms) > MOST_TERMS:
        raise DomainError(f"应收期数不能超过 {MOST_TERMS} 期", field="terms")
    if any(amount <= ZERO for _, amount in entry.terms):
        raise DomainError("每一期应收金额应大于零", field="terms")
    matter.happened_on, matter.words = entry.happened_on, entry.words.strip()
    matter.document_no = tidy_document_no(entry.document_no)[:60]
    matter.amount = total(amount for _, amount in entry.terms)
    told.kind, told.begins_on, told.ends_on = entry.kind, entry.begins_on, entry.ends_on
    told.operator, told.contract_no = entry.operator.strip()[:80], entry.contract_no.strip()[:60]
    told.terms = []
    act.session.flush()
    told.terms = [
        ContractTerm(position=place, due_on=due_on, amount=amount)
        for place, (due_on, amount) in enumerate(sorted(entry.terms), 1)
    ]


def check(act: Act, matter: AssetMatter) -> None:
    """Refuse a contract without parties, number or terms, or of days another contract has. Raises Refusals."""
    not_future(act, matter.happened_on, "签订日期")
    refuse_all(_faults(act, matter))


def _faults(act: Act, matter: AssetMatter) -> Iterator[DomainError]:
    told = matter.contract
    assert told is not None
    if not told.operator:
        yield DomainError("请填写经营主体", field="operator")
    if not told.contract_no:
        yield DomainError("请填写合同编号", field="contract_no")
    if not told.terms:
        yield DomainError("请填写每期的应收日期和金额，没有应收就没有收益可收", field="terms")
    days = [term.due_on for term in told.terms]
    if len(set(days)) < len(days):
        yield DomainError("同一天只能有一期应收，请合并金额", field="terms")
    if days and days[0] < told.begins_on:
        yield DomainError("应收日期不能早于合同起日", field="terms")
    c, m = AssetContract, AssetMatter
    others = act.session.scalars(
        select(c)
        .join(m, c.matter_id == m.id)
        .where(m.asset_id == matter.asset_id, m.state == MatterState.APPROVED, m.id != matter.id)
        .where(c.begins_on <= told.ends_on, c.ends_on >= told.begins_on)
    )
    for other in others:
        if other.ended_on is None or other.ended_on > told.begins_on:
            until = other.ended_on or other.ends_on
            yield DomainError(
                f"合同{other.contract_no}（{other.begins_on.isoformat()} 至 {until.isoformat()}）还在履行，"
                "同一时间只能有一份合同；已提前终止的请先办理收益冲销",
                field="begins_on",
            )


def post(act: Act, matter: AssetMatter) -> None:
    """Every term falls due; the register shows operator, number, end and what a year brings."""
    told, asset = matter.contract, matter.asset
    assert told is not None
    assert asset is not None
    for term in told.terms:
        act.session.add(
            Income(
                asset_id=asset.id,
                year=term.due_on.year,
                due=term.amount,
                due_on=term.due_on,
                received=ZERO,
                kind=told.kind.income,
                payer=told.operator,
                contract_no=told.contract_no,
                matter_id=matter.id,
            )
        )
    asset.operator, asset.contract_no, asset.contract_to = told.operator, told.contract_no, told.ends_on
    first_year = told.begins_on + timedelta(days=365)
    asset.yearly_income = total(term.amount for term in told.terms if term.due_on < first_year)
    if told.kind is ContractKind.LEASE and asset.status is AssetStatus.IN_USE:
        asset.status = AssetStatus.LEASED
    asset.version += 1
