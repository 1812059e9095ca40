"""Formation: what an accepted and settled project left behind, each 分 of its cost by source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from fundsys.domain.asset_matters import MatterKind, MatterState, ValueKind
from fundsys.domain.assets import AssetClass, AssetForm, AssetStatus, OwnerType
from fundsys.domain.cost_split import split_costs
from fundsys.domain.errors import DomainError, StepRefused
from fundsys.domain.money import Money, exact_wan, total
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset, AssetCost
from fundsys.models.funds import FundSource
from fundsys.models.matters import AssetMatter, LinePart, MatterLine, MatterSource
from fundsys.models.projects import Project
from fundsys.queries.settled_costs import settled_by_source
from fundsys.queries.viewer import require_project
from fundsys.services.acts import Act
from fundsys.services.funds.common import need, refuse_all

from .common import LIVE, Files, keep_papers, move_value, new_matter, open_matter, redrafted, refuse_second
from .numbers import next_asset_number

KIND = MatterKind.FORMATION


@dataclass(frozen=True, slots=True)
class LineEntry:
    """One line as typed. expense: what the money was spent on where no asset came of it; "" for an asset."""

    name: str
    amount: Money
    expense: str = ""
    asset_class: AssetClass | None = None
    form: AssetForm | None = None
    kind: str = ""
    quantity: Decimal | None = None
    quantity_unit: str = ""
    location: str = ""
    owner_name: str = ""


@dataclass(frozen=True, slots=True)
class FormationEntry:
    """A formation as typed. happened_on: the day of registration. document_no: of the settlement's review."""

    happened_on: date
    lines: tuple[LineEntry, ...]
    document_no: str = ""
    words: str = ""


def draft_formation(project_id: int, entry: FormationEntry, *, files: Files = (), act: Act) -> AssetMatter:
    """Draft what a settled project left behind. Raises NotAllowed, NotFound, StepRefused, DomainError."""
    project = require_project(act.session, need(act, Permission.REGISTER_ASSET), Permission.REGISTER_ASSET, project_id)
    if project.settled_amount is None or project.accepted_on is None:
        raise StepRefused("项目验收并审定结算以后才能登记形成的资产")
    refuse_second(act, KIND, AssetMatter.project_id == project.id, (*LIVE, MatterState.APPROVED))
    there = act.session.scalars(select(Asset.code).where(Asset.project_id == project.id)).first()
    if there:
        raise StepRefused(f"这个项目已登记资产（{there}），不能再从结算形成；有出入请用拆分、合并或评估更正")
    matter = new_matter(act, KIND, entry.happened_on, project_id=project.id, project=project)
    _write(matter, entry, act)
    keep_papers(files, matter, act)
    act.subject = project.name
    return matter


def edit_formation(
    matter_id: int, entry: FormationEntry, *, files: Files = (), version: int | None = None, act: Act
) -> AssetMatter:
    """Change a draft, or one that was sent back. Raises StepRefused, Stale."""
    matter = open_matter(act, matter_id, version)
    matter.lines = []
    act.session.flush()
    _write(matter, entry, act)
    return redrafted(act, matter, files)


def _write(matter: AssetMatter, entry: FormationEntry, act: Act) -> None:
    project = matter.project
    assert project is not None
    if not entry.lines:
        raise DomainError("请至少填写一行：形成的资产，或没有形成资产的支出", field="lines")
    matter.happened_on, matter.document_no = entry.happened_on, entry.document_no.strip()[:60]
    matter.words, matter.amount = entry.words.strip(), total(line.amount for line in entry.lines)
    matter.lines = [
        MatterLine(
            position=number,
            expense=line.expense.strip()[:40],
            name=line.name.strip()[:120],
            asset_class=None if line.expense else line.asset_class,
            form=None if line.expense else line.form,
            kind=line.kind.strip()[:40],
            quantity=line.quantity,
            quantity_unit=line.quantity_unit.strip()[:12],
            location=line.location.strip()[:120],
            owner_name=line.owner_name.strip()[:80],
            amount=line.amount,
        )
        for number, line in enumerate(entry.lines, 1)
    ]
    there = {s.source_id: s for s in matter.sources}
    wanted = settled_by_source(act.session, project)
    matter.sources = [there.get(key) or MatterSource(source_id=key, amount=amount) for key, amount in wanted.items()]
    for source in matter.sources:
        source.amount = wanted[source.source_id]


def check(act: Act, matter: AssetMatter) -> None:
    """Refuse a formation whose lines do not account for the settled cost, or lack what a card needs. Raises Refusals."""
    refuse_all(_faults(act, matter))


def _faults(act: Act, matter: AssetMatter) -> Iterator[DomainError]:
    project = matter.project
    assert project is not None
    settled = project.settled_amount
    if settled is None or project.accepted_on is None:
        yield DomainError("项目还没有验收或审定结算", field="lines")
        return
    if matter.happened_on < project.accepted_on:
        yield DomainError(f"登记日期不能早于验收日期 {project.accepted_on.isoformat()}", field="happened_on")
    if matter.happened_on > act.day:
        yield DomainError("登记日期不能晚于今天", field="happened_on")
    said = total(line.amount for line in matter.lines)
    if said != settled:
        told = f"各行合计 {exact_wan(said)} 万元，审定结算 {exact_wan(settled)} 万元，相差 {exact_wan(settled - said)} 万元"
        yield DomainError(f"{told}；没有形成资产的请列为支出", field="lines")
    for line in matter.lines:
        yield from _line_faults(line)


def _line_faults(line: MatterLine) -> Iterator[DomainError]:
    where = f"第 {line.position} 行"
    if not line.name:
        yield DomainError(f"{where}没有名称", field="lines")
    if line.amount <= Money(0):
        yield DomainError(f"{where}的金额应大于零", field="lines")
    if line.expense:
        return
    missing = [
        word
        for word, value in (
            ("类别", line.asset_class),
            ("形态", line.form),
            ("数量", line.quantity),
            ("计量单位", line.quantity_unit),
            ("所有权人", line.owner_name),
        )
        if value in (None, "")
    ]
    if missing:
        yield DomainError(f"{where}“{line.name}”缺{'、'.join(missing)}；没有形成资产的请选支出类别", field="lines")
    if line.asset_class is AssetClass.HOUSEHOLD and line.form is AssetForm.EQUITY:
        yield DomainError(f"{where}“{line.name}”是到户类，不能是权益类资产", field="lines")


def post(act: Act, matter: AssetMatter) -> None:
    """Put the assets into the register with their numbers, each with its cost by source."""
    project = matter.project
    assert project is not None
    sources = {s.source_id: s.amount for s in matter.sources}
    names = dict(act.session.execute(select(FundSource.id, FundSource.name).where(FundSource.id.in_(sources))).all())
    costs = split_costs({line.id: line.amount for line in matter.lines}, sources)
    for line in matter.lines:
        parts = {key: amount for key, amount in costs[line.id].items() if amount.fen}
        line.parts = [LinePart(source_id=key, amount=amount) for key, amount in parts.items()]
        if line.expense:
            continue
        asset = _asset(act, matter, project, line)
        asset.fund_sources = "、".join(names[key] for key in parts)[:120]
        act.session.add(asset)
        act.session.flush()
        line.asset_id = asset.id
        act.session.add_all(AssetCost(asset_id=asset.id, source_id=key, amount=amount) for key, amount in parts.items())
        move_value(act, asset, matter, ValueKind.ACQUIRED, line.amount)


def _asset(act: Act, matter: AssetMatter, project: Project, line: MatterLine) -> Asset:
    assert line.asset_class is not None
    assert line.form is not None
    place = project.village_id or project.town_id
    return Asset(
        code=next_asset_number(act, place, project.year, line.asset_class, line.form),
        name=line.name,
        asset_class=line.asset_class,
        form=line.form,
        kind=line.kind,
        project_id=project.id,
        project_code=project.code,
        project_year=project.year,
        town_id=project.town_id,
        village_id=project.village_id,
        location=line.location or project.place,
        quantity=line.quantity or Decimal(1),
        quantity_unit=line.quantity_unit,
        settled_amount=line.amount,
        original_cost=line.amount,
        net_value=line.amount,
        accepted_on=project.accepted_on,
        owner_type=_owner_type(line),
        owner_name=line.owner_name,
        supervisor=project.owner_unit.name,
        owner_unit_id=project.owner_unit_id,
        status=AssetStatus.UNTITLED,
        registered_on=matter.happened_on,
        entered_by=matter.entered_by,
    )


def _owner_type(line: MatterLine) -> OwnerType:
    """Before title is confirmed: households own household assets, offices are the state, everything else a collective."""
    if line.asset_class is AssetClass.HOUSEHOLD:
        return OwnerType.HOUSEHOLD
    offices: Sequence[str] = ("局", "政府", "委员会办公室", "中心")
    return OwnerType.STATE if line.owner_name.endswith(tuple(offices)) else OwnerType.COLLECTIVE
