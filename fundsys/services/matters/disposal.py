"""Disposal: asked for by the unit, approved by the county, out of the books; undone only by a reversal of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from fundsys.domain.asset_matters import SOLD, MatterKind, MatterState, ValueKind
from fundsys.domain.assets import GONE, AssetStatus
from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, NotFound, StepRefused
from fundsys.domain.money import ZERO, Money
from fundsys.models.assets import Asset
from fundsys.models.matters import AssetMatter, AssetTitle, Disposal
from fundsys.models.publicity import PublicNotice
from fundsys.services.acts import Act
from fundsys.services.funds.common import refuse_all

from .common import (
    Files,
    asset_for,
    book_value,
    check_day,
    drafted,
    keep_papers,
    move_value,
    new_matter,
    open_matter,
    own_matter,
    redrafted,
)
from .parts import end_title

KIND = MatterKind.DISPOSAL


@dataclass(frozen=True, slots=True)
class DisposalEntry:
    """A disposal as typed: circumstances, method, opinions, and what it brings and is for."""

    happened_on: date
    ground: str
    method: str
    document_no: str
    meeting: str = ""
    owner_opinion: str = ""
    town_opinion: str = ""
    bureau_opinion: str = ""
    county_opinion: str = ""
    appraised: Money | None = None
    appraiser: str = ""
    proceeds: Money | None = None
    proceeds_on: date | None = None
    proceeds_use: str = ""
    public_id: int | None = None
    words: str = ""


def draft_disposal(asset_id: int, entry: DisposalEntry, *, files: Files = (), act: Act) -> AssetMatter:
    """Ask for the disposal of an asset. Raises NotAllowed, NotFound, StepRefused."""
    asset = asset_for(act, KIND, asset_id)
    matter = new_matter(act, KIND, entry.happened_on, asset_id=asset.id, asset=asset)
    matter.disposal = Disposal(ground="", method="")
    _write(act, matter, entry)
    return drafted(act, matter, files)


def edit_disposal(
    matter_id: int, entry: DisposalEntry, *, files: Files = (), version: int | None = None, act: Act
) -> AssetMatter:
    """Change a request, or one that was sent back. Raises StepRefused, Stale."""
    matter = open_matter(act, matter_id, version)
    _write(act, matter, entry)
    return redrafted(act, matter, files)


def _write(act: Act, matter: AssetMatter, entry: DisposalEntry) -> None:
    told, asset = matter.disposal, matter.asset
    assert told is not None
    assert asset is not None
    if (entry.proceeds or ZERO) < ZERO or (entry.appraised or ZERO) < ZERO:
        raise DomainError("成交价和评估值不能小于零", field="proceeds")
    if entry.public_id is not None and act.session.get(PublicNotice, entry.public_id) is None:
        raise NotFound("没有这份公示", field="public_id")
    matter.happened_on, matter.public_id = entry.happened_on, entry.public_id
    matter.document_no, matter.words = tidy_document_no(entry.document_no)[:60], entry.words.strip()
    matter.amount = book_value(act, asset)
    told.ground, told.method = entry.ground.strip()[:80], entry.method.strip()[:20]
    told.appraised, told.appraiser = entry.appraised, entry.appraiser.strip()[:80]
    told.proceeds, told.proceeds_on = entry.proceeds, entry.proceeds_on
    for name in ("meeting", "owner_opinion", "town_opinion", "bureau_opinion", "county_opinion", "proceeds_use"):
        setattr(told, name, getattr(entry, name).strip()[:200])


def draft_reversal(
    matter_id: int, happened_on: date, document_no: str, words: str, *, files: Files = (), act: Act
) -> AssetMatter:
    """Ask for the reversal of a disposal that should not have been. Raises NotAllowed, NotFound, StepRefused, DomainError."""
    disposal = own_matter(act, matter_id)
    if disposal.kind is not KIND or disposal.state is not MatterState.APPROVED or disposal.asset is None:
        raise StepRefused("只有已审定的处置才能冲销")
    other = act.session.scalars(select(AssetMatter).where(AssetMatter.reverses_id == disposal.id)).one_or_none()
    if other is not None:
        raise StepRefused(f"这次处置已有冲销（{other.state.label}），请在那一份上办理")
    matter = new_matter(
        act, MatterKind.REVERSAL, happened_on, asset_id=disposal.asset_id, asset=disposal.asset, reverses_id=disposal.id
    )
    matter.document_no, matter.words = tidy_document_no(document_no)[:60], words.strip()
    matter.amount = disposal.amount
    keep_papers(files, matter, act)
    act.subject = disposal.asset.name
    return matter


def check(act: Act, matter: AssetMatter) -> None:
    """Refuse a grave act without document, reason, opinions or the use of its money. Raises Refusals, StepRefused."""
    asset = matter.asset
    assert asset is not None
    check_day(act, asset, matter.happened_on, matter.kind.label)
    if not matter.document_no:
        raise DomainError(f"请填写{matter.kind.label}的批复或纪要文号", field="document_no")
    if matter.kind is MatterKind.REVERSAL:
        if asset.status is not AssetStatus.DISPOSED:
            raise StepRefused(f"“{asset.name}”现在是“{asset.status.label}”，没有可冲销的处置")
        if not matter.words:
            raise DomainError("请写明冲销原因", field="words")
        return
    if asset.status in GONE:
        raise StepRefused(f"“{asset.name}”{asset.status.label}，不能再处置")
    refuse_all(_faults(act, matter))


def _faults(act: Act, matter: AssetMatter) -> Iterator[DomainError]:
    told = matter.disposal
    assert told is not None
    for name, value, word in (
        ("ground", told.ground, "处置原因"),
        ("method", told.method, "处置方式"),
        ("meeting", told.meeting, "民主程序记录"),
        ("owner_opinion", told.owner_opinion, "所有权人意见"),
        ("town_opinion", told.town_opinion, "镇意见"),
        ("bureau_opinion", told.bureau_opinion, "行业部门意见"),
    ):
        if not value:
            yield DomainError(f"请填写{word}", field=name)
    if told.method in SOLD:
        if told.appraised is None or not told.appraiser:
            yield DomainError(f"{told.method}要先评估，请填写评估值和评估机构", field="appraised")
        if told.proceeds is None:
            yield DomainError("请填写成交价", field="proceeds")
    if told.proceeds and not told.proceeds_use:
        yield DomainError("有处置收入的，请写明收入用途", field="proceeds_use")
    if told.proceeds_on and told.proceeds_on > act.day:
        yield DomainError("收入入账日期不能晚于今天", field="proceeds_on")


def post(act: Act, matter: AssetMatter) -> None:
    """Take the asset out of the books, or back into them as it was. Raises: DomainError for a day its value or title does not allow."""
    asset = matter.asset
    assert asset is not None
    if matter.kind is MatterKind.REVERSAL:
        _restore(act, matter, asset)
    else:
        _remove(act, matter, asset)
    asset.version += 1


def _remove(act: Act, matter: AssetMatter, asset: Asset) -> None:
    told = matter.disposal
    assert told is not None
    matter.amount = book_value(act, asset)
    told.was_status = asset.status.code
    move_value(act, asset, matter, ValueKind.DISPOSED, Money(-matter.amount.fen))
    asset.status = AssetStatus.DISPOSED
    end_title(act, asset, matter.happened_on)


def _restore(act: Act, matter: AssetMatter, asset: Asset) -> None:
    disposal = act.session.get_one(AssetMatter, matter.reverses_id)
    told = disposal.disposal
    assert told is not None
    move_value(act, asset, matter, ValueKind.RESTORED, disposal.amount)
    asset.status = AssetStatus(told.was_status)
    disposal.state = MatterState.REVERSED
    disposal.version += 1
    t = AssetTitle
    last = act.session.scalars(
        select(t).where(t.asset_id == asset.id, t.begins_on.is_not(None)).order_by(t.begins_on.desc())
    ).first()
    if last is not None and last.ends_on == disposal.happened_on:
        last.ends_on = None
