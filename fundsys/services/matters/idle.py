"""Idle and under-used assets: found with a remedy and its deadline, and found in use again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fundsys.domain.asset_matters import MatterKind
from fundsys.domain.assets import AssetStatus
from fundsys.domain.errors import DomainError, StepRefused
from fundsys.models.income import IdleStep
from fundsys.models.matters import AssetMatter
from fundsys.services.acts import Act
from fundsys.services.funds.common import refuse_all

from .common import Files, asset_for, drafted, new_matter, open_matter, redrafted
from .income import has_papers, not_future

UNUSED = (AssetStatus.IDLE, AssetStatus.UNDERUSED)
USED = (AssetStatus.IN_USE, AssetStatus.LEASED)


@dataclass(frozen=True, slots=True)
class IdleEntry:
    """What was found as typed. happened_on: since when. words: why and the remedy, or how it came into use again."""

    happened_on: date
    status: AssetStatus
    words: str
    responsible: str = ""
    due_on: date | None = None


def draft_idle(asset_id: int, entry: IdleEntry, *, files: Files = (), act: Act) -> AssetMatter:
    """Draft that an asset is idle, under-used, or in use again: the status says which. Raises NotAllowed, StepRefused."""
    kind = MatterKind.IDLE if entry.status in UNUSED else MatterKind.REVIVAL
    asset = asset_for(act, kind, asset_id)
    matter = new_matter(act, kind, entry.happened_on, asset_id=asset.id, asset=asset)
    matter.idle = IdleStep(to_status=entry.status)
    _write(matter, entry)
    return drafted(act, matter, files)


def edit_idle(
    matter_id: int, entry: IdleEntry, *, files: Files = (), version: int | None = None, act: Act
) -> AssetMatter:
    """Change a draft, or one that was sent back. Raises StepRefused, Stale, DomainError."""
    matter = open_matter(act, matter_id, version)
    _write(matter, entry)
    return redrafted(act, matter, files)


def _write(matter: AssetMatter, entry: IdleEntry) -> None:
    told = matter.idle
    assert told is not None
    allowed = UNUSED if matter.kind is MatterKind.IDLE else USED
    if entry.status not in allowed:
        raise DomainError(f"请选择{'、'.join(s.label for s in allowed)}之一", field="status")
    matter.happened_on, matter.words = entry.happened_on, entry.words.strip()
    told.to_status, told.responsible, told.due_on = entry.status, entry.responsible.strip()[:80], entry.due_on


def check(act: Act, matter: AssetMatter) -> None:
    """Refuse a finding without remedy, person and deadline, and a revival without proof. Raises Refusals, StepRefused."""
    told, asset = matter.idle, matter.asset
    assert told is not None
    assert asset is not None
    not_future(act, matter.happened_on, "起始日期")
    faults = []
    if matter.kind is MatterKind.IDLE:
        if not matter.words:
            faults.append(DomainError("请写明原因和盘活措施", field="words"))
        if not told.responsible:
            faults.append(DomainError("请填写盘活责任人", field="responsible"))
        if told.due_on is None or told.due_on <= matter.happened_on:
            faults.append(DomainError("请填写完成时限，须晚于起始日期", field="due_on"))
    else:
        if asset.status not in UNUSED:
            raise StepRefused(f"“{asset.name}”现在是“{asset.status.label}”，不需要办理恢复使用")
        if not matter.words:
            faults.append(DomainError("请写明怎样恢复使用的", field="words"))
        if not has_papers(act, matter):
            faults.append(DomainError("请附恢复使用的照片或合同", field="papers"))
    refuse_all(faults)


def post(act: Act, matter: AssetMatter) -> None:
    """The register shows the state from now on."""
    told, asset = matter.idle, matter.asset
    assert told is not None
    assert asset is not None
    told.was_status = asset.status.code
    asset.status = told.to_status
    asset.version += 1
