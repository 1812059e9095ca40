"""Money of maintenance by two persons: a town's budget of the year, what was spent on assets, reversals of both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, true

from fundsys.domain.errors import DomainError, NotAllowed, NotFound
from fundsys.domain.funds import MoneyState
from fundsys.domain.maintenance import PostingKind
from fundsys.domain.money import ZERO, Money
from fundsys.domain.rights import Permission, Scope
from fundsys.models.assets import Asset
from fundsys.models.maintenance import Defect, MaintenancePosting
from fundsys.queries.facts import county_today
from fundsys.queries.maintenance_money import seen_postings
from fundsys.queries.viewer import Viewer, require, require_asset, viewer_of
from fundsys.services.acts import Act
from fundsys.services.funds.common import need, second_person, step

_P = Permission


@dataclass(frozen=True, slots=True)
class CostEntry:
    """What was spent on an asset."""

    asset_id: int
    kind: PostingKind
    amount: Money
    happened_on: date
    words: str
    document_no: str = ""


def enter_budget(
    amount: Money, source: str, happened_on: date, document_no: str, *, town_id: int | None = None, act: Act
) -> MaintenancePosting:
    """Enter maintenance money a town has got for a year, for the finance bureau to approve. Raises: NotAllowed, DomainError."""
    who = need(act, _P.MAINTAIN)
    town = who.town_id if who else town_id
    if town is None:
        raise NotAllowed("管护经费预算由镇登记，请由镇办理")
    _judge(act, amount, happened_on)
    for name, value, said in (("source", source, "经费来源"), ("document_no", document_no, "依据文号")):
        if not value.strip():
            raise DomainError(f"请填写{said}", field=name)
    made = MaintenancePosting(
        kind=PostingKind.BUDGET,
        year=happened_on.year,
        town_id=town,
        happened_on=happened_on,
        amount=amount,
        source=source.strip()[:80],
        document_no=document_no.strip()[:60],
        entered_by=act.person_id,
    )
    return _add(act, made, "管护经费预算")


def enter_cost(entry: CostEntry, *, act: Act) -> MaintenancePosting:
    """Enter what was spent on an asset, for another person to approve. Raises: NotAllowed, NotFound, DomainError."""
    who = viewer_of(act.person) if act.person else None
    right = _P.PATROL if who is None or who.can(_P.PATROL) else _P.MAINTAIN
    asset = require_asset(act.session, who, right, entry.asset_id)
    if entry.kind is PostingKind.BUDGET:
        raise DomainError("预算不是支出，请选择支出类别", field="kind")
    _judge(act, entry.amount, entry.happened_on)
    if not entry.words.strip():
        raise DomainError("请填写用途", field="words")
    return _add(act, _cost(asset, entry, act.person_id), asset.name)


def decide_posting(
    posting_id: int, approve: bool, reason: str = "", *, version: int | None = None, act: Act
) -> MaintenancePosting:
    """Approve a posting entered by somebody else, or send it back with a reason.

    A budget is approved by the finance bureau's review; a cost by it or by the town. Raises: NotAllowed, NotFound, StepRefused.
    """
    who = viewer_of(act.person) if act.person else None
    posting = _posting(act, who, posting_id, version)
    if posting.kind is PostingKind.BUDGET or who is None or not who.can(_P.CONFIRM_PATROL):
        require(who, _P.REVIEW_MONEY)
    second_person(act, posting.entered_by)
    if not approve and not reason.strip():
        raise DomainError("请填写退回原因，录入人才知道怎样改", field="reason")
    step(posting, MoneyState.APPROVED if approve else MoneyState.RETURNED, "这笔管护经费")
    posting.decided_by, posting.decided_at = act.person_id, act.at
    posting.return_reason = "" if approve else reason.strip()[:200]
    act.session.flush()
    act.subject = posting.words or posting.source
    return posting


def reverse_posting(posting_id: int, reason: str, *, act: Act) -> MaintenancePosting:
    """Post the negative of an approved posting, once; it counts when another person approves it. Raises: NotAllowed, DomainError."""
    who = viewer_of(act.person) if act.person else None
    if who is not None and not (who.can(_P.MAINTAIN) or who.can(_P.PATROL)):
        require(who, _P.MAINTAIN)
    posting = _posting(act, who, posting_id, None)
    if posting.state is not MoneyState.APPROVED or posting.reverses_id is not None:
        raise DomainError("只有已复核的原始记录能冲销", field="reason")
    if not reason.strip():
        raise DomainError("请填写冲销原因", field="reason")
    return _reverse(act, posting, reason.strip())


def post_repair(defect: Defect, asset: Asset, *, act: Act) -> None:
    """A defect closed by somebody else than who put it right: what that cost is spent, entered by the one, approved by the other."""
    if not defect.repair_cost or defect.fixed_on is None:
        return
    words = f"维修：{defect.fix_words}"
    entry = CostEntry(asset.id, PostingKind.REPAIR, defect.repair_cost, defect.fixed_on, words)
    made = _cost(asset, entry, defect.fixed_by)
    made.defect_id, made.state = defect.id, MoneyState.APPROVED
    made.decided_by, made.decided_at = act.person_id, act.at
    act.session.add(made)


def take_back_repair(defect: Defect, reason: str, *, act: Act) -> None:
    """A closed defect is opened again: its cost is reversed, which another person approves."""
    m = MaintenancePosting
    standing = select(m).where(m.defect_id == defect.id, m.reverses_id.is_(None), m.state == MoneyState.APPROVED)
    for posting in act.session.scalars(standing.order_by(m.id)):
        if not _is_reversed(act, posting):
            _reverse(act, posting, reason)


def _is_reversed(act: Act, posting: MaintenancePosting) -> bool:
    m = MaintenancePosting
    stands = m.state.in_((MoneyState.SUBMITTED, MoneyState.APPROVED))
    return act.session.scalar(select(m.id).where(m.reverses_id == posting.id, stands).limit(1)) is not None


def _reverse(act: Act, posting: MaintenancePosting, reason: str) -> MaintenancePosting:
    if _is_reversed(act, posting):
        raise DomainError("这笔已经冲销过，不能再冲销", field="reason")
    same = ("kind", "year", "town_id", "asset_id", "defect_id", "keeper", "source", "document_no")
    made = MaintenancePosting(
        **{name: getattr(posting, name) for name in same},
        happened_on=county_today(act.session),
        amount=ZERO - posting.amount,
        words=f"冲销：{reason}"[:200],
        entered_by=act.person_id,
        reverses_id=posting.id,
    )
    return _add(act, made, made.words)


def _cost(asset: Asset, entry: CostEntry, entered_by: int | None) -> MaintenancePosting:
    return MaintenancePosting(
        kind=entry.kind,
        year=entry.happened_on.year,
        town_id=asset.town_id,
        asset_id=asset.id,
        happened_on=entry.happened_on,
        amount=entry.amount,
        keeper=asset.keeper,
        source=asset.maintenance_fund,
        words=entry.words.strip()[:200],
        document_no=entry.document_no.strip()[:60],
        entered_by=entered_by,
    )


def _judge(act: Act, amount: Money, happened_on: date) -> None:
    if amount <= ZERO:
        raise DomainError("金额要大于零；记错的用冲销更正", field="amount")
    if happened_on > county_today(act.session):
        raise DomainError("日期不能晚于今天", field="happened_on")


def _add(act: Act, made: MaintenancePosting, subject: str) -> MaintenancePosting:
    made.state = MoneyState.SUBMITTED
    act.session.add(made)
    act.session.flush()
    act.subject, act.answer = subject, str(made.id)
    return made


def _posting(act: Act, who: Viewer | None, posting_id: int, version: int | None) -> MaintenancePosting:
    m = MaintenancePosting
    rows = select(m).outerjoin(Asset, m.asset_id == Asset.id).where(m.id == posting_id)
    seen = true() if who is None or who.scope(_P.REVIEW_MONEY) is Scope.ALL else seen_postings(who)
    found = act.session.scalars(rows.where(seen)).one_or_none()
    if found is None:
        raise NotFound("没有这笔管护经费，或者不在您的管理范围内")
    act.check_version(found, version)
    return found
