"""Valuation (评估): method, document and value; the books follow only where the paper says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fundsys.domain.asset_matters import MatterKind, ValueKind
from fundsys.domain.errors import DomainError
from fundsys.domain.money import ZERO, Money
from fundsys.models.matters import AssetMatter, Valuation
from fundsys.services.acts import Act
from fundsys.services.funds.common import refuse_all

from .common import Files, asset_for, book_value, check_day, drafted, move_value, new_matter, open_matter, redrafted
from .feed import show_valuation

KIND = MatterKind.VALUATION


@dataclass(frozen=True, slots=True)
class ValuationEntry:
    """A valuation as typed. value: what the asset is worth. adjusts: whether its book value becomes that."""

    happened_on: date
    value: Money
    method: str
    document_no: str
    appraiser: str = ""
    adjusts: bool = False
    words: str = ""


def draft_valuation(asset_id: int, entry: ValuationEntry, *, files: Files = (), act: Act) -> AssetMatter:
    """Draft a valuation of an asset. Raises NotAllowed, NotFound, StepRefused."""
    asset = asset_for(act, KIND, asset_id)
    matter = new_matter(act, KIND, entry.happened_on, asset_id=asset.id, asset=asset)
    matter.valuation = Valuation(method="")
    _write(matter, entry)
    return drafted(act, matter, files)


def edit_valuation(
    matter_id: int, entry: ValuationEntry, *, files: Files = (), version: int | None = None, act: Act
) -> AssetMatter:
    """Change a draft, or one that was sent back. Raises StepRefused, Stale."""
    matter = open_matter(act, matter_id, version)
    _write(matter, entry)
    return redrafted(act, matter, files)


def _write(matter: AssetMatter, entry: ValuationEntry) -> None:
    told = matter.valuation
    assert told is not None
    if entry.value < ZERO:
        raise DomainError("评估值不能小于零", field="value")
    matter.happened_on, matter.document_no = entry.happened_on, entry.document_no.strip()[:60]
    matter.amount, matter.words = entry.value, entry.words.strip()
    told.method, told.appraiser = entry.method.strip()[:40], entry.appraiser.strip()[:80]
    told.adjusts = entry.adjusts


def check(act: Act, matter: AssetMatter) -> None:
    """Refuse a valuation without method or document, or of an impossible day. Raises Refusals."""
    asset, told = matter.asset, matter.valuation
    assert asset is not None
    assert told is not None
    check_day(act, asset, matter.happened_on, "评估")
    faults = []
    if not told.method:
        faults.append(DomainError("请选择评估方式", field="method"))
    if not matter.document_no:
        faults.append(DomainError("请填写评估报告或会议纪要的文号", field="document_no"))
    refuse_all(faults)


def post(act: Act, matter: AssetMatter) -> None:
    """Show the value in the register; where the books follow, tell the difference as a revaluation, and the net value with it.

    A valuation of a later day may stand already: it shows its value, but the books are where this one puts them.
    """
    asset, told = matter.asset, matter.valuation
    assert asset is not None
    assert told is not None
    if told.adjusts:
        move_value(act, asset, matter, ValueKind.REVALUED, matter.amount - book_value(act, asset))
        asset.net_value = matter.amount
    show_valuation(act, asset)
