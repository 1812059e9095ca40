"""The one place where papers feed the plain columns of the register: value, owner, title, state."""

from __future__ import annotations

from fractions import Fraction

from sqlalchemy import select

from fundsys.domain.asset_matters import MatterKind, MatterState, Right, show_share
from fundsys.domain.assets import AssetStatus
from fundsys.models.assets import Asset
from fundsys.models.matters import AssetMatter, AssetTitle, TitleHolder
from fundsys.services.acts import Act


def show_valuation(act: Act, asset: Asset) -> None:
    """The newest approved valuation: value and document."""
    m = AssetMatter
    newest = act.session.scalars(
        select(m)
        .where(m.asset_id == asset.id, m.kind == MatterKind.VALUATION)
        .where(m.state.in_((MatterState.SUBMITTED, MatterState.APPROVED)), m.number.is_not(None))
        .order_by(m.happened_on.desc(), m.id.desc())
    ).first()
    if newest is None or newest.valuation is None:
        return
    asset.appraised_value, asset.appraisal_no = newest.amount, newest.document_no[:60]
    asset.version += 1


def show_title(asset: Asset, title: AssetTitle) -> None:
    """The title in force: owners, certificate, days, operator, supervisor; an asset waiting for title is in use."""
    own = [h for h in title.holders if h.right is Right.OWN]
    asset.owner_type, asset.owner_name = own[0].owner_type, names_of(own)
    asset.title_document, asset.titled_on = title.certificate_no, title.begins_on
    asset.handed_over_on = title.handed_over_on or asset.handed_over_on
    operate = [h for h in title.holders if h.right is Right.OPERATE]
    oversee = [h for h in title.holders if h.right is Right.OVERSEE]
    asset.operator = names_of(operate) or asset.operator
    asset.supervisor = names_of(oversee) or asset.supervisor
    if asset.status is AssetStatus.UNTITLED:
        asset.status = AssetStatus.IN_USE
    asset.version += 1


def names_of(holders: list[TitleHolder]) -> str:
    """Holders in words: one by name, several each with the share."""
    if len(holders) < 2:
        return "".join(h.name for h in holders)
    told = "、".join(f"{h.name}{show_share(Fraction(h.part, h.whole))}" for h in holders)
    return told if len(told) <= 80 else f"{holders[0].name}等{len(holders)}家"
