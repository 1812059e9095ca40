"""Splits and merges: the value and its sources are conserved to the 分, and both histories name the same paper."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from fundsys.domain.asset_matters import MatterKind, ValueKind
from fundsys.domain.assets import GONE, AssetStatus
from fundsys.domain.cost_split import split, split_costs
from fundsys.domain.errors import DomainError, StepRefused
from fundsys.domain.money import ZERO, Money, exact_wan, total
from fundsys.models.assets import Asset, AssetCost
from fundsys.models.matters import AssetMatter, AssetTitle, LinePart, MatterLine
from fundsys.queries.viewer import require_asset
from fundsys.services.acts import Act
from fundsys.services.funds.common import need

from .common import Files, asset_for, book_value, check_day, keep_papers, may_draft, move_value, new_matter
from .formation import LineEntry
from .numbers import next_asset_number

SHARED = ("settled_amount", "net_value", "appraised_value")
"""Amounts that go with the value in proportion."""


@dataclass(frozen=True, slots=True)
class SplitEntry:
    """A split as typed: the parts that become assets of their own; what is left stays with the asset."""

    happened_on: date
    parts: tuple[LineEntry, ...]
    document_no: str
    words: str


@dataclass(frozen=True, slots=True)
class MergeEntry:
    """A merge as typed: the assets that go into this one."""

    happened_on: date
    others: tuple[int, ...]
    document_no: str
    words: str


def draft_split(asset_id: int, entry: SplitEntry, *, files: Files = (), act: Act) -> AssetMatter:
    """Draft the split of an asset. Raises NotAllowed, NotFound, StepRefused, DomainError."""
    asset = asset_for(act, MatterKind.SPLIT, asset_id)
    if not entry.parts:
        raise DomainError("请填写拆出的资产", field="lines")
    matter = _matter(act, MatterKind.SPLIT, asset, entry.happened_on, entry.document_no, entry.words)
    matter.amount = total(p.amount for p in entry.parts)
    matter.lines = [
        MatterLine(
            position=number,
            name=part.name.strip()[:120],
            quantity=part.quantity,
            quantity_unit=part.quantity_unit.strip()[:12] or asset.quantity_unit,
            location=part.location.strip()[:120],
            amount=part.amount,
        )
        for number, part in enumerate(entry.parts, 1)
    ]
    keep_papers(files, matter, act)
    return matter


def draft_merge(asset_id: int, entry: MergeEntry, *, files: Files = (), act: Act) -> AssetMatter:
    """Draft the merge of assets into one. Raises NotAllowed, NotFound, StepRefused, DomainError."""
    asset = asset_for(act, MatterKind.MERGE, asset_id)
    if not entry.others or asset_id in entry.others:
        raise DomainError("请选择要并入的其他资产", field="lines")
    who = need(act, may_draft(MatterKind.MERGE))
    others = [require_asset(act.session, who, may_draft(MatterKind.MERGE), key) for key in dict.fromkeys(entry.others)]
    matter = _matter(act, MatterKind.MERGE, asset, entry.happened_on, entry.document_no, entry.words)
    matter.amount = total(o.original_cost for o in others)
    matter.lines = [
        MatterLine(position=number, name=o.name, amount=o.original_cost, asset_id=o.id)
        for number, o in enumerate(others, 1)
    ]
    keep_papers(files, matter, act)
    return matter


def _matter(act: Act, kind: MatterKind, asset: Asset, on: date, document_no: str, words: str) -> AssetMatter:
    matter = new_matter(act, kind, on, asset_id=asset.id, asset=asset)
    matter.document_no, matter.words = document_no.strip()[:60], words.strip()
    act.subject = asset.name
    return matter


def check(act: Act, matter: AssetMatter) -> None:
    """Refuse a split that takes everything, a merge of what does not match. Raises DomainError, StepRefused."""
    asset = matter.asset
    assert asset is not None
    check_day(act, asset, matter.happened_on, matter.kind.label)
    if not matter.words:
        raise DomainError("请写明原因", field="words")
    for line in matter.lines:
        if not line.name or line.amount <= ZERO:
            raise DomainError(f"第 {line.position} 行的名称和金额都要填写，金额大于零", field="lines")
    if book_value(act, asset) != asset.original_cost:
        raise StepRefused(f"“{asset.name}”评估调整过账面，原值与账面不同，不能拆分或合并")
    if matter.kind is MatterKind.SPLIT:
        taken = total(line.amount for line in matter.lines)
        if taken >= asset.original_cost:
            told = f"拆出 {exact_wan(taken)} 万元，原值 {exact_wan(asset.original_cost)} 万元，原资产要留有余额"
            raise DomainError(told, field="lines")
        return
    for line in matter.lines:
        other = act.session.get_one(Asset, line.asset_id)
        if other.status in GONE or book_value(act, other) != other.original_cost:
            raise StepRefused(f"“{other.name}”{other.status.label}或评估调整过账面，不能并入")
        if (other.asset_class, other.owner_name, other.town_id) != (asset.asset_class, asset.owner_name, asset.town_id):
            raise DomainError(f"“{other.name}”与“{asset.name}”的类别、所有权人和镇要相同才能合并", field="lines")
        if other.original_cost != line.amount:
            raise StepRefused(f"“{other.name}”的原值已变动，请退回重新登记")


def post(act: Act, matter: AssetMatter) -> None:
    """Move the value, source by source."""
    asset = matter.asset
    assert asset is not None
    if matter.kind is MatterKind.SPLIT:
        _split(act, matter, asset)
    else:
        _merge(act, matter, asset)
    asset.version += 1


def _costs(act: Act, asset: Asset) -> dict[int, AssetCost]:
    rows = act.session.scalars(select(AssetCost).where(AssetCost.asset_id == asset.id).order_by(AssetCost.source_id))
    return {row.source_id: row for row in rows}


def _split(act: Act, matter: AssetMatter, asset: Asset) -> None:
    costs = _costs(act, asset)
    kept = asset.original_cost - matter.amount
    lines = {line.position: line.amount for line in matter.lines} | {len(matter.lines) + 1: kept}
    by_source = split_costs(lines, {key: c.amount for key, c in costs.items()}) if costs else {}
    shared = {
        name: split(value, {position: amount.fen for position, amount in lines.items()})
        for name in SHARED
        if (value := getattr(asset, name)) is not None
    }
    left = asset.quantity
    for line in matter.lines:
        part = _part(act, matter, asset, line, {name: told[line.position] for name, told in shared.items()})
        own = {key: amount for key, amount in by_source.get(line.position, {}).items() if amount.fen}
        line.parts = [LinePart(source_id=key, amount=amount) for key, amount in own.items()]
        act.session.add_all(AssetCost(asset_id=part.id, source_id=key, amount=amount) for key, amount in own.items())
        if line.quantity is not None and line.quantity_unit == asset.quantity_unit and line.quantity < left:
            left -= line.quantity
        move_value(act, part, matter, ValueKind.ACQUIRED, line.amount)
    move_value(act, asset, matter, ValueKind.PARTED, Money(-matter.amount.fen))
    for key, cost in costs.items():
        cost.amount = by_source[len(lines)][key]
        if not cost.amount.fen:
            act.session.delete(cost)
    asset.original_cost, asset.quantity = kept, left
    for name, told in shared.items():
        setattr(asset, name, told[len(lines)])


_LIKE = (
    "asset_class", "form", "kind", "project_id", "project_code", "project_year", "fund_sources", "town_id", "village_id",
    "location", "spec", "accepted_on", "in_use_on", "life_years", "owner_type", "owner_name", "operator", "sector_id",
    "maintenance_body", "keeper", "keeper_phone_id", "maintenance_fund", "supervisor", "owner_unit_id",
)  # fmt: skip


def _part(act: Act, matter: AssetMatter, asset: Asset, line: MatterLine, amounts: dict[str, Money]) -> Asset:
    """A part as an asset of its own, like the one it comes from, waiting for a title of its own."""
    place = asset.village_id or asset.town_id
    part = Asset(
        code=next_asset_number(act, place, asset.project_year, asset.asset_class, asset.form),
        name=line.name,
        quantity=line.quantity or Decimal(1),
        quantity_unit=line.quantity_unit or asset.quantity_unit,
        original_cost=line.amount,
        status=AssetStatus.UNTITLED,
        registered_on=matter.happened_on,
        entered_by=matter.entered_by,
        **{name: getattr(asset, name) for name in _LIKE},
        **amounts,
    )
    if line.location:
        part.location = line.location
    act.session.add(part)
    act.session.flush()
    line.asset_id = part.id
    return part


def _merge(act: Act, matter: AssetMatter, asset: Asset) -> None:
    costs = {key: c.amount for key, c in _costs(act, asset).items()}
    sums: dict[int, Money] = defaultdict(lambda: ZERO, costs)
    for line in matter.lines:
        other = act.session.get_one(Asset, line.asset_id)
        for key, cost in _costs(act, other).items():
            sums[key] += cost.amount
            line.parts.append(LinePart(source_id=key, amount=cost.amount))
            act.session.delete(cost)
        move_value(act, other, matter, ValueKind.PARTED, Money(-other.original_cost.fen))
        for name in SHARED:
            mine, theirs = getattr(asset, name), getattr(other, name)
            setattr(asset, name, None if mine is None or theirs is None else mine + theirs)
            setattr(other, name, None if theirs is None else ZERO)
        if other.quantity_unit == asset.quantity_unit:
            asset.quantity += other.quantity
        other.original_cost, other.status = ZERO, AssetStatus.MERGED
        other.version += 1
        end_title(act, other, matter.happened_on)
    move_value(act, asset, matter, ValueKind.JOINED, matter.amount)
    asset.original_cost += matter.amount
    there = _costs(act, asset)
    for key, amount in sums.items():
        if key in there:
            there[key].amount = amount
        elif amount.fen:
            act.session.add(AssetCost(asset_id=asset.id, source_id=key, amount=amount))


def end_title(act: Act, asset: Asset, on: date) -> None:
    """The title in force ends with the asset. Raises: DomainError where it began only later."""
    t = AssetTitle
    for title in act.session.scalars(
        select(t).where(t.asset_id == asset.id, t.begins_on.is_not(None), t.ends_on.is_(None))
    ):
        if title.begins_on and title.begins_on >= on:
            told = f"“{asset.name}”现在的确权自 {title.begins_on.isoformat()} 起，日期应在那一天之后"
            raise DomainError(told, field="happened_on")
        title.ends_on = on
