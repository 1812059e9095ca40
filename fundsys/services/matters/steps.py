"""The way of every asset paper: handed over, taken back, sent back, approved by a second person, and only then in the books."""

from __future__ import annotations

from collections.abc import Callable

from fundsys.domain.asset_matters import OPEN_STATES, MatterKind, MatterState
from fundsys.domain.errors import DomainError, StepRefused
from fundsys.models.matters import AssetMatter
from fundsys.services.acts import Act
from fundsys.services.funds.common import need, second_person
from fundsys.services.numbers import next_numbers

from . import contract, disposal, formation, idle, parts, receipt, sharing, taking_back, title, valuation
from .common import matter_of, may_approve, open_matter, own_matter, refuse_gone

Doing = Callable[[Act, AssetMatter], None]
_CHECK: dict[MatterKind, Doing] = {
    MatterKind.FORMATION: formation.check,
    MatterKind.VALUATION: valuation.check,
    MatterKind.TITLE: title.check,
    MatterKind.SPLIT: parts.check,
    MatterKind.MERGE: parts.check,
    MatterKind.DISPOSAL: disposal.check,
    MatterKind.REVERSAL: disposal.check,
    MatterKind.CONTRACT: contract.check,
    MatterKind.RECEIPT: receipt.check_receipt,
    MatterKind.SETTLEMENT: receipt.check_settlement,
    MatterKind.SHARING: sharing.check,
    MatterKind.PAYOUT: sharing.check_payout,
    MatterKind.IDLE: idle.check,
    MatterKind.REVIVAL: idle.check,
    MatterKind.TAKING_BACK: taking_back.check,
}
_POST: dict[MatterKind, Doing] = {
    MatterKind.FORMATION: formation.post,
    MatterKind.VALUATION: valuation.post,
    MatterKind.TITLE: title.post,
    MatterKind.SPLIT: parts.post,
    MatterKind.MERGE: parts.post,
    MatterKind.DISPOSAL: disposal.post,
    MatterKind.REVERSAL: disposal.post,
    MatterKind.CONTRACT: contract.post,
    MatterKind.RECEIPT: receipt.post_receipt,
    MatterKind.SETTLEMENT: receipt.post_settlement,
    MatterKind.SHARING: sharing.post,
    MatterKind.PAYOUT: sharing.post_payout,
    MatterKind.IDLE: idle.post,
    MatterKind.REVIVAL: idle.post,
    MatterKind.TAKING_BACK: taking_back.post,
}


def submit_matter(matter_id: int, *, version: int | None = None, act: Act) -> AssetMatter:
    """Hand a paper over for approval. Raises Refusals with everything that is missing, StepRefused, Stale."""
    matter = open_matter(act, matter_id, version)
    _check(act, matter)
    matter.submitted_at, matter.return_reason, matter.entered_by = act.at, "", act.person_id
    matter.reviewed_by = matter.reviewed_at = None
    return _to(act, matter, MatterState.SUBMITTED)


def recall_matter(matter_id: int, *, version: int | None = None, act: Act) -> AssetMatter:
    """Take back a paper nobody has approved yet. Raises StepRefused, Stale."""
    matter = own_matter(act, matter_id, version)
    _waits(matter)
    return _to(act, matter, MatterState.DRAFT)


def delete_matter(matter_id: int, *, version: int | None = None, act: Act) -> None:
    """Remove a paper that was never approved. Raises StepRefused, Stale."""
    matter = own_matter(act, matter_id, version)
    if matter.state not in OPEN_STATES:
        raise StepRefused(f"这份{matter.kind.label}现在是“{matter.state.label}”，不能删除")
    act.session.delete(matter)
    act.session.flush()


def return_matter(matter_id: int, reason: str, *, version: int | None = None, act: Act) -> AssetMatter:
    """Send a paper back with a reason. Raises NotAllowed, DomainError, StepRefused, Stale."""
    matter = matter_of(act, matter_id, version)
    need(act, may_approve(matter.kind))
    _waits(matter)
    if not reason.strip():
        raise DomainError("请填写退回原因，经办单位才知道改哪里", field="reason")
    matter.return_reason = reason.strip()[:200]
    matter.reviewed_by, matter.reviewed_at = None, act.at
    return _to(act, matter, MatterState.RETURNED)


def approve_matter(matter_id: int, *, version: int | None = None, act: Act) -> AssetMatter:
    """Approve a paper somebody else entered: it gets its number and goes into the books in the same act.

    Raises NotAllowed for an own entry, StepRefused, Stale, and whatever would be refused on handing it over today.
    """
    matter = matter_of(act, matter_id, version)
    need(act, may_approve(matter.kind))
    second_person(act, matter.entered_by)
    _waits(matter)
    _check(act, matter)
    (matter.number,) = next_numbers(act.session, AssetMatter.number, matter.kind.label, act.day.year, 1)
    matter.reviewed_by, matter.reviewed_at = act.person_id, act.at
    _POST[matter.kind](act, matter)
    _to(act, matter, MatterState.APPROVED)
    act.subject = f"{matter.number} {act.subject.split(' ', 1)[-1]}"[:200]
    return matter


def _check(act: Act, matter: AssetMatter) -> None:
    if matter.asset is not None:
        refuse_gone(matter.asset, matter.kind)
    _CHECK[matter.kind](act, matter)


def _waits(matter: AssetMatter) -> None:
    if matter.state is not MatterState.SUBMITTED:
        raise StepRefused(f"这份{matter.kind.label}现在是“{matter.state.label}”，请刷新后再看")


def _to(act: Act, matter: AssetMatter, state: MatterState) -> AssetMatter:
    matter.state = state
    matter.version += 1
    act.session.flush()
    return matter
