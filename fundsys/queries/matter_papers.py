"""Rows of the papers of assets: LG06 titles and handovers, PF33 the handover document, LG17 the disposal form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from fundsys.domain.asset_matters import IN_BOOKS, MatterKind, MatterState, OwnerLevel, Right, owner_level, show_share
from fundsys.domain.money import Money
from fundsys.models.matters import AssetMatter, AssetTitle
from fundsys.queries.matters import seen_matters
from fundsys.queries.registers import Wanted, check_filters


@dataclass(frozen=True, slots=True)
class TitleRow:
    """One title of LG06, and of PF33. share: the owners' shares where there are several."""

    asset_no: str
    asset_name: str
    town: str
    quantity: str
    location: str
    project: str
    original_cost: Money
    asset_class: str
    scope: str
    level: str
    owner_type: str
    owner: str
    credit_code: str
    share: str
    use_right: str
    income_right: str
    title_document: str
    titled_on: date | None
    public_from: date | None
    public_to: date | None
    objection: str
    handover_no: str
    giver: str
    receiver: str
    overseer: str
    handed_over_on: date | None
    signers: str
    condition: str
    papers: str
    care: str
    remark: str


@dataclass(frozen=True, slots=True)
class DisposalRow:
    """One disposal of LG17."""

    no: str
    asset_no: str
    asset_name: str
    original_cost: Money
    net_value: Money
    ground: str
    method: str
    appraised: Money | None
    appraiser: str
    meeting: str
    owner_opinion: str
    town_opinion: str
    bureau_opinion: str
    county_opinion: str
    publicity: str
    proceeds: Money | None
    proceeds_on: date | None
    proceeds_use: str


def _papers(session: Session, wanted: Wanted, kind: MatterKind) -> Iterator[AssetMatter]:
    check_filters(wanted, ("no", "town"))
    query = (
        select(AssetMatter)
        .options(selectinload(AssetMatter.asset), selectinload(AssetMatter.title).selectinload(AssetTitle.holders))
        .where(AssetMatter.kind == kind, AssetMatter.state.in_(IN_BOOKS))
        .order_by(AssetMatter.number)
    )
    if wanted.who is not None:
        query = query.where(seen_matters(wanted.who))
    if wanted.until is not None:
        query = query.where(AssetMatter.happened_on <= wanted.until)
    no = wanted.where.get("no", "")
    for m in session.scalars(query):
        town = m.asset.town.name if m.asset and m.asset.town else "县直"
        if (not no or no in (str(m.id), m.number)) and wanted.where.get("town", town) == town:
            yield m


def titles(session: Session, wanted: Wanted) -> Iterator[TitleRow]:
    """LG06 and PF33: approved titles by town and level, or the one with `no`."""
    rows = [_title(m, m.asset, m.title) for m in _papers(session, wanted, MatterKind.TITLE)]
    order = [level.label for level in OwnerLevel]
    yield from sorted(rows, key=lambda r: (r.town, order.index(r.level), r.asset_no, r.titled_on or date.min))


def _title(m: AssetMatter, asset: Any, t: Any) -> TitleRow:
    own = [h for h in t.holders if h.right is Right.OWN]
    held = {right: "、".join(h.name for h in t.holders if h.right is right) for right in Right}
    shares = "、".join(f"{h.name} {show_share(Fraction(h.part, h.whole))}" for h in own)
    notice = m.notice
    objection = None if notice is None else notice.has_objection
    return TitleRow(
        asset_no=asset.code,
        asset_name=asset.name,
        town=asset.town.name if asset.town else "县直",
        quantity=f"{asset.quantity:f} {asset.quantity_unit}",
        location=f"{asset.village.name if asset.village else ''}{asset.location}",
        project=asset.project_code,
        original_cost=m.amount,
        asset_class=asset.asset_class.label,
        scope=t.scope.label,
        level=owner_level(own[0].owner_type, own[0].name).label,
        owner_type=own[0].owner_type.label,
        owner="、".join(h.name for h in own),
        credit_code="、".join(h.credit_code for h in own if h.credit_code),
        share=shares if len(own) > 1 else "",
        use_right=held[Right.OPERATE],
        income_right=held[Right.INCOME],
        title_document=t.certificate_no,
        titled_on=t.begins_on,
        public_from=notice.first_on if notice else None,
        public_to=notice.last_on if notice else None,
        objection="未公示" if notice is None else "未登记" if objection is None else "有" if objection else "无",
        handover_no=t.handover_no or "",
        giver=t.giver,
        receiver=t.receiver,
        overseer=t.overseer,
        handed_over_on=t.handed_over_on,
        signers=t.signers,
        condition=t.condition_words,
        papers=t.papers_words,
        care=t.care_words,
        remark=f"至 {t.ends_on.isoformat()} 止" if t.ends_on else "",
    )


def disposals(session: Session, wanted: Wanted) -> Iterator[DisposalRow]:
    """LG17: approved disposals in order of their numbers, or the one with `no`."""
    for m in _papers(session, wanted, MatterKind.DISPOSAL):
        d, asset, notice = m.disposal, m.asset, m.notice
        if d is None or asset is None:
            continue
        until = notice.last_on.isoformat() if notice and notice.last_on else "长期"
        yield DisposalRow(
            no=(m.number or "") + ("（已冲销）" if m.state is MatterState.REVERSED else ""),
            asset_no=asset.code,
            asset_name=asset.name,
            original_cost=asset.original_cost,
            net_value=m.amount,
            ground=d.ground,
            method=d.method,
            appraised=d.appraised,
            appraiser=d.appraiser,
            meeting=d.meeting,
            owner_opinion=d.owner_opinion,
            town_opinion=d.town_opinion,
            bureau_opinion=d.bureau_opinion,
            county_opinion=d.county_opinion,
            publicity=f"{notice.first_on.isoformat()} 至 {until}" if notice else "未关联公示",
            proceeds=d.proceeds,
            proceeds_on=d.proceeds_on,
            proceeds_use=d.proceeds_use or "没有收入",
        )
