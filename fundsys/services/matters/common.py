"""What the acts on asset papers share: whose paper it is, which asset it may be about, scans, movements of value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from fundsys.domain.asset_matters import OPEN_STATES, MatterKind, MatterState, ValueKind
from fundsys.domain.assets import GONE
from fundsys.domain.errors import DomainError, NotFound, StepRefused
from fundsys.domain.money import ZERO, Money
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset
from fundsys.models.matters import AssetMatter, ValueEntry
from fundsys.queries.viewer import require_asset, require_project, viewer_of
from fundsys.services import attachments
from fundsys.services.acts import Act
from fundsys.services.funds.common import need

TABLE = "asset_matter"
Files = Sequence[tuple[str, bytes]]
LIVE = (*OPEN_STATES, MatterState.SUBMITTED)
"""States in which a paper is under way."""
AFTERWARDS = (
    MatterKind.REVERSAL,
    MatterKind.RECEIPT,
    MatterKind.SETTLEMENT,
    MatterKind.SHARING,
    MatterKind.PAYOUT,
    MatterKind.TAKING_BACK,
)
"""Papers that an asset out of the books may still have: its disposal undone, its old income received, shared out, set right."""


def may_draft(kind: MatterKind) -> Permission:
    """The right to write a paper of this kind."""
    if kind.is_income:
        return Permission.RECORD_INCOME
    return Permission.REQUEST_DISPOSAL if kind.is_grave else Permission.REGISTER_ASSET


def may_approve(kind: MatterKind) -> Permission:
    """The right to approve it."""
    if kind.is_income:
        return Permission.APPROVE_INCOME
    return Permission.DISPOSE if kind.is_grave else Permission.CONFIRM_TITLE


def matter_of(act: Act, matter_id: int, version: int | None = None) -> AssetMatter:
    """The paper. Raises NotFound, Stale."""
    matter = act.session.get(AssetMatter, matter_id)
    if matter is None:
        raise NotFound("没有这份资产办理单，或者不在您的管理范围内")
    act.subject = title_of(matter)
    act.check_version(matter, version)
    return matter


def own_matter(act: Act, matter_id: int, version: int | None = None) -> AssetMatter:
    """The paper of an asset or project of the own unit. Raises NotAllowed, NotFound for hidden and missing alike, Stale."""
    matter = matter_of(act, matter_id)
    who = need(act, may_draft(matter.kind))
    if matter.asset_id:
        require_asset(act.session, who, may_draft(matter.kind), matter.asset_id)
    elif matter.project_id:
        require_project(act.session, who, may_draft(matter.kind), matter.project_id)
    act.check_version(matter, version)
    return matter


def open_matter(act: Act, matter_id: int, version: int | None) -> AssetMatter:
    """An own paper that may still be changed. Raises StepRefused."""
    matter = own_matter(act, matter_id, version)
    if matter.state not in OPEN_STATES:
        raise StepRefused(f"这份{matter.kind.label}现在是“{matter.state.label}”，不能修改，请刷新后再看")
    return matter


def title_of(matter: AssetMatter) -> str:
    """What a paper is called in the journal."""
    about = matter.asset.name if matter.asset else matter.project.name if matter.project else ""
    return f"{matter.number or matter.kind.label} {about}"[:200]


def asset_for(act: Act, kind: MatterKind, asset_id: int) -> Asset:
    """The asset a new paper is about: in the books, of the own unit, with no other paper of the kind under way."""
    asset = require_asset(act.session, need(act, may_draft(kind)), may_draft(kind), asset_id)
    refuse_gone(asset, kind)
    refuse_second(act, kind, AssetMatter.asset_id == asset.id)
    return asset


def refuse_gone(asset: Asset, kind: MatterKind) -> None:
    """Refuse a paper about an asset out of the books, unless it brings it back or settles the money of its time."""
    if asset.status in GONE and kind not in AFTERWARDS:
        raise StepRefused(f"“{asset.name}”{asset.status.label}，不能再办{kind.label}")


def refuse_second(act: Act, kind: MatterKind, about: Any, states: Sequence[MatterState] = LIVE) -> None:
    """Refuse a second paper of a kind about the same thing."""
    other = act.session.scalars(
        select(AssetMatter).where(about, AssetMatter.kind == kind, AssetMatter.state.in_(states))
    ).first()
    if other is not None:
        raise StepRefused(f"已有一份{kind.label}（{other.state.label}），请在那一份上办理")


def new_matter(act: Act, kind: MatterKind, happened_on: date, **told: Any) -> AssetMatter:
    """A draft of the person acting."""
    unit = viewer_of(act.person).unit_id if act.person else None
    matter = AssetMatter(
        kind=kind,
        state=MatterState.DRAFT,
        happened_on=happened_on,
        unit_id=unit,
        entered_by=act.person_id,
        **({"amount": ZERO} | told),
    )
    act.session.add(matter)
    return matter


def keep_papers(files: Files, matter: AssetMatter, act: Act) -> None:
    """Keep scans and photos of a paper."""
    act.session.flush()
    for name, content in files:
        attachments.keep(content, name, TABLE, matter.id, act=act, field="papers")


def drafted(act: Act, matter: AssetMatter, files: Files) -> AssetMatter:
    """A new draft with its scans; the journal calls it by the asset."""
    keep_papers(files, matter, act)
    if matter.asset is not None:
        act.subject = matter.asset.name
    return matter


def redrafted(act: Act, matter: AssetMatter, files: Files) -> AssetMatter:
    """A changed draft with its scans."""
    matter.version += 1
    keep_papers(files, matter, act)
    return matter


def check_day(act: Act, asset: Asset, on: date, what: str) -> None:
    """Refuse a day before the asset was accepted, or still to come. Source: I25."""
    if on > act.day:
        raise DomainError(f"{what}日期不能晚于今天", field="happened_on")
    first = asset.registered_on or asset.accepted_on
    if first and on < first:
        raise DomainError(f"{what}日期不能早于资产登记日期 {first.isoformat()}", field="happened_on")


def book_value(act: Act, asset: Asset) -> Money:
    """What the books say the asset is worth: its movements, or its original cost before the first of them."""
    found = act.session.scalar(select(func.sum(ValueEntry.amount)).where(ValueEntry.asset_id == asset.id))
    return asset.original_cost if found is None else found


def move_value(act: Act, asset: Asset, matter: AssetMatter, kind: ValueKind, amount: Money) -> None:
    """Tell a movement of book value; the first of an asset is told after its opening value. Raises DomainError."""
    v = ValueEntry
    last = act.session.scalar(select(func.max(v.happened_on)).where(v.asset_id == asset.id))
    if last is not None and matter.happened_on < last:
        raise DomainError(
            f"“{asset.name}”的账面在 {last.isoformat()} 已有变动，这次不能早于那一天", field="happened_on"
        )
    if last is None and kind is not ValueKind.ACQUIRED:
        opened = asset.registered_on or asset.accepted_on or matter.happened_on
        day = min(opened, matter.happened_on)
        act.session.add(
            v(
                asset_id=asset.id,
                matter_id=matter.id,
                kind=ValueKind.OPENING,
                amount=asset.original_cost,
                happened_on=day,
            )
        )
    act.session.add(v(asset_id=asset.id, matter_id=matter.id, kind=kind, amount=amount, happened_on=matter.happened_on))
    act.session.flush()
