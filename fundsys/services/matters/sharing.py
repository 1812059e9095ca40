"""Distribution of income: what the villagers resolved, taken from what came in to the 分, and paid out line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from fundsys.domain.asset_income import STATION, STATION_USES, SharingUse, shared, taken
from fundsys.domain.asset_matters import MatterKind, MatterState
from fundsys.domain.errors import DomainError, StepRefused
from fundsys.domain.money import ZERO, Money, exact_yuan, total
from fundsys.domain.rights import Permission
from fundsys.models.income import IncomeShare, IncomeSharing, SharingLine, SharingPayout
from fundsys.models.matters import AssetMatter
from fundsys.queries.viewer import require_asset
from fundsys.services.acts import Act
from fundsys.services.funds.common import need, refuse_all

from .common import Files, drafted, keep_papers, new_matter, open_matter, own_matter, redrafted, refuse_second
from .income import has_papers, not_future, paid_of, pool

MOST_LINES = 40


@dataclass(frozen=True, slots=True)
class ShareEntry:
    """One line of a distribution as typed."""

    use: SharingUse
    amount: Money
    households: int = 0
    workers: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class SharingEntry:
    """A distribution as typed. happened_on: the day of the plan. meeting_on, meeting: the villagers' resolution."""

    happened_on: date
    lines: tuple[ShareEntry, ...]
    meeting_on: date | None = None
    meeting: str = ""
    town_opinion: str = ""
    words: str = ""


def draft_sharing(asset_id: int, entry: SharingEntry, *, files: Files = (), act: Act) -> AssetMatter:
    """Draft the distribution of an asset's income. Raises NotAllowed, NotFound, StepRefused, DomainError."""
    asset = require_asset(act.session, need(act, Permission.RECORD_INCOME), Permission.RECORD_INCOME, asset_id)
    refuse_second(act, MatterKind.SHARING, AssetMatter.asset_id == asset.id)
    matter = new_matter(act, MatterKind.SHARING, entry.happened_on, asset_id=asset.id, asset=asset)
    matter.sharing = IncomeSharing()
    _write(act, matter, entry)
    return drafted(act, matter, files)


def edit_sharing(
    matter_id: int, entry: SharingEntry, *, files: Files = (), version: int | None = None, act: Act
) -> AssetMatter:
    """Change a draft, or one that was sent back. Raises StepRefused, Stale, DomainError."""
    matter = open_matter(act, matter_id, version)
    _write(act, matter, entry)
    return redrafted(act, matter, files)


def _write(act: Act, matter: AssetMatter, entry: SharingEntry) -> None:
    told = matter.sharing
    assert told is not None
    if len(entry.lines) > MOST_LINES:
        raise DomainError(f"分配明细不能超过 {MOST_LINES} 行", field="lines")
    if any(line.amount <= ZERO for line in entry.lines):
        raise DomainError("每一行分配金额应大于零", field="lines")
    matter.happened_on, matter.words = entry.happened_on, entry.words.strip()
    matter.amount = total(line.amount for line in entry.lines)
    told.meeting_on, told.meeting = entry.meeting_on, entry.meeting.strip()[:200]
    told.town_opinion = entry.town_opinion.strip()[:200]
    told.lines = []
    act.session.flush()
    told.lines = [
        SharingLine(
            position=place,
            use=line.use,
            amount=line.amount,
            households=line.households,
            workers=line.workers,
            words=line.words.strip()[:120],
        )
        for place, line in enumerate(entry.lines, 1)
    ]


def check(act: Act, matter: AssetMatter) -> None:
    """Refuse a distribution without resolution, beyond what came in, or for what it may not be. Raises Refusals."""
    not_future(act, matter.happened_on, "方案日期")
    refuse_all(_faults(act, matter))


def _faults(act: Act, matter: AssetMatter) -> Iterator[DomainError]:
    told, asset = matter.sharing, matter.asset
    assert told is not None
    assert asset is not None
    if told.meeting_on is None or not told.meeting:
        yield DomainError("收益分配要经村民（代表）会议议定，请填写议定日期和会议记录", field="meeting")
    elif not matter.happened_on <= told.meeting_on <= act.day:
        yield DomainError("议定日期不能早于方案日期，也不能晚于今天", field="meeting_on")
    if not has_papers(act, matter):
        yield DomainError("请附会议记录的扫描件或照片", field="papers")
    if not told.town_opinion:
        yield DomainError("请填写镇审核意见", field="town_opinion")
    if not told.lines:
        yield DomainError("请填写分配明细", field="lines")
    for line in told.lines:
        if line.use is SharingUse.POSTS and not line.workers:
            yield DomainError(f"第 {line.position} 行：公益岗位请填写人数", field="lines")
        if line.use is SharingUse.HOUSEHOLDS and not line.households:
            yield DomainError(f"第 {line.position} 行：分配到户请填写户数", field="lines")
        if asset.kind == STATION and line.use not in STATION_USES:
            told_uses = "、".join(use.label for use in STATION_USES)
            yield DomainError(f"第 {line.position} 行：光伏收益只能用于{told_uses}", field="lines")
    try:
        taken(pool(act.session, asset.id), matter.amount)
    except DomainError as refusal:
        yield refusal


def post(act: Act, matter: AssetMatter) -> None:
    """Every line takes its part of what came in, the earlier income first, to the 分."""
    told, asset = matter.sharing, matter.asset
    assert told is not None
    assert asset is not None
    uses = {line.id: line.amount for line in told.lines}
    matter.shares = [
        IncomeShare(income_id=income, line_id=line, amount=amount)
        for income, line, amount in shared(pool(act.session, asset.id), uses)
    ]


# ---------- payment ----------


@dataclass(frozen=True, slots=True)
class PayoutEntry:
    """A payment as typed. amounts: of lines by their ids. document_no: of the voucher."""

    happened_on: date
    amounts: Mapping[int, Money]
    document_no: str
    words: str = ""


def draft_payout(sharing_id: int, entry: PayoutEntry, *, files: Files = (), act: Act) -> AssetMatter:
    """Draft a payment of an approved distribution. Raises NotAllowed, NotFound, StepRefused, DomainError."""
    sharing = own_matter(act, sharing_id)
    if sharing.kind is not MatterKind.SHARING or sharing.state is not MatterState.APPROVED or sharing.sharing is None:
        raise StepRefused("分配方案审定以后才能支付")
    refuse_second(act, MatterKind.PAYOUT, AssetMatter.asset_id == sharing.asset_id)
    matter = new_matter(act, MatterKind.PAYOUT, entry.happened_on, asset_id=sharing.asset_id, asset=sharing.asset)
    _write_payout(act, matter, sharing.sharing, entry)
    keep_papers(files, matter, act)
    act.subject = sharing.asset.name if sharing.asset else ""
    return matter


def edit_payout(
    matter_id: int, entry: PayoutEntry, *, files: Files = (), version: int | None = None, act: Act
) -> AssetMatter:
    """Change a draft, or one that was sent back. Raises StepRefused, Stale, DomainError."""
    matter = open_matter(act, matter_id, version)
    line = act.session.get_one(SharingLine, matter.payouts[0].line_id)
    _write_payout(act, matter, act.session.get_one(IncomeSharing, line.sharing_id), entry)
    return redrafted(act, matter, files)


def _write_payout(act: Act, matter: AssetMatter, sharing: IncomeSharing, entry: PayoutEntry) -> None:
    lines = {line.id: line for line in sharing.lines if line.use.is_paid_out}
    amounts = {key: amount for key, amount in entry.amounts.items() if amount}
    if not amounts or any(key not in lines or amount < ZERO for key, amount in amounts.items()):
        raise DomainError("请填写本次支付的金额，只能支付方案里列的、不留存的各行", field="lines")
    matter.happened_on, matter.amount = entry.happened_on, total(amounts.values())
    matter.document_no, matter.words = entry.document_no.strip()[:60], entry.words.strip()
    matter.payouts = []
    act.session.flush()
    matter.payouts = [SharingPayout(line_id=key, amount=amount) for key, amount in sorted(amounts.items())]


def check_payout(act: Act, matter: AssetMatter) -> None:
    """Refuse a payment without voucher, before the resolution, or beyond its lines. Raises Refusals, StepRefused."""
    not_future(act, matter.happened_on, "支付日期")
    faults = []
    if not matter.document_no:
        faults.append(DomainError("请填写支付凭证号", field="document_no"))
    for row in matter.payouts:
        line = act.session.get_one(SharingLine, row.line_id)
        sharing = act.session.get_one(IncomeSharing, line.sharing_id)
        if act.session.get_one(AssetMatter, sharing.matter_id).state is not MatterState.APPROVED:
            raise StepRefused("这份分配方案已经冲销，不能支付")
        if sharing.meeting_on and matter.happened_on < sharing.meeting_on:
            faults.append(DomainError("支付日期不能早于议定日期", field="happened_on"))
        left = line.amount - paid_of(act.session, line)
        if row.amount > left:
            told = f"{line.use.label}分配 {exact_yuan(line.amount)} 元，还没有支付的是 {exact_yuan(left)} 元"
            faults.append(DomainError(f"{told}，本次 {exact_yuan(row.amount)} 元超出了", field="lines"))
    refuse_all(faults)


def post_payout(act: Act, matter: AssetMatter) -> None:
    """Nothing more to do: the payment counts from its paper's approval on."""
