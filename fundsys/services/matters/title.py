"""Title and handover (确权、移交): the holders of the four rights, their exact shares, from a day on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import select

from fundsys.domain.asset_matters import BenefitScope, MatterKind, Right, check_whole
from fundsys.domain.assets import AssetClass, OwnerType
from fundsys.domain.errors import DomainError
from fundsys.domain.publicity import PublicState
from fundsys.models.matters import AssetMatter, AssetTitle, TitleHolder
from fundsys.models.publicity import PublicNotice, PublicSubject
from fundsys.services.acts import Act
from fundsys.services.funds.common import refuse_all
from fundsys.services.numbers import next_numbers

from .common import Files, asset_for, check_day, drafted, new_matter, open_matter, redrafted
from .feed import show_title

KIND = MatterKind.TITLE
SINGLE = {BenefitScope.HOUSEHOLD: OwnerType.HOUSEHOLD, BenefitScope.VILLAGE: OwnerType.COLLECTIVE}
"""Scopes that decide the type of owner. Source: asset_classes.yaml OW1, OW2."""


@dataclass(frozen=True, slots=True)
class HolderEntry:
    """One holder of one right as typed; share: exact, of the whole."""

    right: Right
    owner_type: OwnerType
    name: str
    share: Fraction
    credit_code: str = ""


@dataclass(frozen=True, slots=True)
class TitleEntry:
    """A title as typed. happened_on: from which day it holds; the rest is the handover with its three parties."""

    happened_on: date
    scope: BenefitScope
    holders: tuple[HolderEntry, ...]
    certificate_no: str = ""
    document_no: str = ""
    public_id: int | None = None
    giver: str = ""
    receiver: str = ""
    overseer: str = ""
    signers: str = ""
    handed_over_on: date | None = None
    condition_words: str = ""
    papers_words: str = ""
    care_words: str = ""
    words: str = ""


def draft_title(asset_id: int, entry: TitleEntry, *, files: Files = (), act: Act) -> AssetMatter:
    """Draft the title of an asset. Raises NotAllowed, NotFound, StepRefused."""
    asset = asset_for(act, KIND, asset_id)
    matter = new_matter(act, KIND, entry.happened_on, asset_id=asset.id, asset=asset, amount=asset.original_cost)
    matter.title = AssetTitle(asset_id=asset.id, scope=entry.scope)
    _write(matter, entry)
    return drafted(act, matter, files)


def edit_title(
    matter_id: int, entry: TitleEntry, *, files: Files = (), version: int | None = None, act: Act
) -> AssetMatter:
    """Change a draft, or one that was sent back. Raises StepRefused, Stale."""
    matter = open_matter(act, matter_id, version)
    _write(matter, entry)
    return redrafted(act, matter, files)


def _write(matter: AssetMatter, entry: TitleEntry) -> None:
    title = matter.title
    assert title is not None
    matter.happened_on, matter.public_id = entry.happened_on, entry.public_id
    matter.document_no, matter.words = entry.document_no.strip()[:60], entry.words.strip()
    title.scope, title.handed_over_on = entry.scope, entry.handed_over_on
    title.certificate_no, title.signers = entry.certificate_no.strip()[:60], entry.signers.strip()[:120]
    title.giver, title.receiver, title.overseer = (
        t.strip()[:80] for t in (entry.giver, entry.receiver, entry.overseer)
    )
    title.condition_words, title.papers_words, title.care_words = (
        t.strip()[:200] for t in (entry.condition_words, entry.papers_words, entry.care_words)
    )
    title.holders = [
        TitleHolder(
            right=h.right,
            owner_type=h.owner_type,
            name=h.name.strip()[:80],
            credit_code=h.credit_code.strip()[:18],
            part=h.share.numerator,
            whole=h.share.denominator,
        )
        for h in entry.holders
    ]


def check(act: Act, matter: AssetMatter) -> None:
    """Refuse shares that are not the whole, owners the scope does not allow, a handover without its parties. Raises Refusals."""
    asset = matter.asset
    assert asset is not None
    check_day(act, asset, matter.happened_on, "确权")
    refuse_all(_faults(act, matter))


def _faults(act: Act, matter: AssetMatter) -> Iterator[DomainError]:
    title, asset = matter.title, matter.asset
    assert title is not None
    assert asset is not None
    yield from _share_faults(title)
    owners = {h.owner_type for h in title.holders if h.right is Right.OWN}
    wanted = SINGLE.get(title.scope)
    if wanted and owners - {wanted}:
        yield DomainError(f"受益范围是“{title.scope.label}”的，所有权应归{wanted.label}", field="holders")
    if asset.asset_class is AssetClass.HOUSEHOLD and owners - {OwnerType.HOUSEHOLD}:
        yield DomainError("到户类资产归农户所有", field="holders")
    if owners == {OwnerType.OTHER}:
        yield DomainError("财政资金形成的资产不能登记为私营主体独有", field="holders")
    for name, value, word in (
        ("certificate_no", title.certificate_no, "确权凭证编号"),
        ("giver", title.giver, "移交单位"),
        ("receiver", title.receiver, "接收单位"),
        ("overseer", title.overseer, "监交单位"),
    ):
        if not value:
            yield DomainError(f"请填写{word}", field=name)
    if title.handed_over_on is None:
        yield DomainError("请填写移交日期", field="handed_over_on")
    elif title.handed_over_on > act.day:
        yield DomainError("移交日期不能晚于今天", field="handed_over_on")
    if matter.public_id is not None and not _is_about(act, matter.public_id, asset.id):
        yield DomainError("这份公示没有审定，或者不是这项资产的确权公示，请重新选择", field="public_id")
    last = act.session.scalar(
        select(AssetTitle.begins_on).where(AssetTitle.asset_id == asset.id, AssetTitle.begins_on.is_not(None))
        .order_by(AssetTitle.begins_on.desc())
    )  # fmt: skip
    if last is not None and matter.happened_on <= last:
        yield DomainError(f"现在的确权自 {last.isoformat()} 起，变更确权应在那一天之后", field="happened_on")


def _share_faults(title: AssetTitle) -> Iterator[DomainError]:
    shares: dict[Right, list[Fraction]] = defaultdict(list)
    for h in title.holders:
        if not h.name:
            yield DomainError(f"{h.right.label}有一行没有填写权利人", field="holders")
        shares[h.right].append(Fraction(h.part, h.whole))
    for right in Right:
        if right in shares or right is Right.OWN:
            try:
                check_whole(right, shares[right])
            except DomainError as fault:
                yield fault


def _is_about(act: Act, public_id: int, asset_id: int) -> bool:
    s = PublicSubject
    found = act.session.scalar(
        select(PublicNotice.id)
        .join(s, s.public_id == PublicNotice.id)
        .where(PublicNotice.id == public_id, PublicNotice.state == PublicState.APPROVED)
        .where(s.table_name == "asset", s.row_id == asset_id)
    )
    return found is not None


def post(act: Act, matter: AssetMatter) -> None:
    """The title holds from its day; the one before ends that day; the register shows it."""
    title, asset = matter.title, matter.asset
    assert title is not None
    assert asset is not None
    t = AssetTitle
    before = act.session.scalars(
        select(t).where(t.asset_id == asset.id, t.begins_on.is_not(None), t.ends_on.is_(None))
    ).all()
    for one in before:
        one.ends_on = matter.happened_on
    title.begins_on = matter.happened_on
    (title.handover_no,) = next_numbers(act.session, t.handover_no, "移交", act.day.year, 1)
    show_title(asset, title)
