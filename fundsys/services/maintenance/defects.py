"""Putting defects right and closing them: the keeper reports it done, the town looks and closes it or sends it back."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, true

from fundsys.domain.errors import DomainError, NotAllowed, NotFound, StepRefused
from fundsys.domain.maintenance import DefectState
from fundsys.domain.money import ZERO, Money
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset
from fundsys.models.maintenance import Defect
from fundsys.queries.facts import county_today
from fundsys.queries.viewer import require, seen_assets, viewer_of
from fundsys.services import attachments
from fundsys.services.acts import Act

from .money import post_repair, take_back_repair
from .patrols import Files


def fix_defect(
    defect_id: int,
    fixed_on: date,
    words: str,
    cost: Money | None = None,
    *,
    files: Files = (),
    version: int | None = None,
    act: Act,
) -> Defect:
    """Report a defect put right, with what it cost. Raises: NotAllowed, NotFound, StepRefused, DomainError, Stale."""
    right = Permission.PATROL if _can(act, Permission.PATROL) else Permission.MAINTAIN
    defect = _defect(act, defect_id, right, version)
    if defect.state is not DefectState.OPEN:
        raise StepRefused(f"这个问题现在是“{defect.state.label}”，不用再填整改，请刷新后再看")
    if fixed_on < defect.found_on:
        raise DomainError("完成日期不能早于发现日期", field="fixed_on")
    if fixed_on > county_today(act.session):
        raise DomainError("完成日期不能晚于今天", field="fixed_on")
    if not words.strip():
        raise DomainError("请写明怎样整改的", field="fix_words")
    if cost is not None and cost < ZERO:
        raise DomainError("维修费用不能小于零", field="repair_cost")
    defect.fixed_on, defect.fix_words, defect.repair_cost = fixed_on, words.strip()[:400], cost
    defect.fixed_by, defect.return_reason = act.person_id, ""
    _to(defect, DefectState.FIXED, act)
    for name, content in files:
        attachments.keep(content, name, "defect", defect.id, act=act)
    return defect


def close_defect(defect_id: int, *, version: int | None = None, act: Act) -> Defect:
    """Close a defect that was put right, by somebody else than who found or fixed it. Raises: NotAllowed, StepRefused."""
    defect = _defect(act, defect_id, Permission.CONFIRM_PATROL, version)
    if defect.state is not DefectState.FIXED:
        raise StepRefused(f"这个问题现在是“{defect.state.label}”，整改以后才能销号")
    if act.person_id is not None and act.person_id in (defect.found_by, defect.fixed_by):
        raise NotAllowed("不能销号本人发现或整改的问题，请由另一人销号")
    asset = act.session.get_one(Asset, defect.asset_id)
    if act.person is not None and act.person.name == asset.keeper:
        raise NotAllowed("管护责任人不能给自己管的资产销号，请由另一人销号")
    defect.closed_by, defect.closed_at = act.person_id, act.at
    post_repair(defect, asset, act=act)
    _to(defect, DefectState.CLOSED, act)
    return defect


def reopen_defect(defect_id: int, reason: str, *, version: int | None = None, act: Act) -> Defect:
    """Send a defect back to be put right, with a reason. Raises: NotAllowed, StepRefused, DomainError."""
    defect = _defect(act, defect_id, Permission.CONFIRM_PATROL, version)
    if defect.state is DefectState.OPEN:
        raise StepRefused("这个问题还没有整改，不用退回")
    if not reason.strip():
        raise DomainError("请填写退回原因，责任人才知道还差什么", field="reason")
    if defect.state is DefectState.CLOSED:
        take_back_repair(defect, "销号后重新打开", act=act)
    defect.return_reason, defect.closed_by, defect.closed_at = reason.strip()[:200], None, None
    _to(defect, DefectState.OPEN, act)
    return defect


def _can(act: Act, right: Permission) -> bool:
    return act.person is None or viewer_of(act.person).can(right)


def _defect(act: Act, defect_id: int, right: Permission, version: int | None) -> Defect:
    who = viewer_of(act.person) if act.person else None
    require(who, right)
    found = act.session.scalars(
        select(Defect)
        .join(Asset, Defect.asset_id == Asset.id)
        .where(Defect.id == defect_id, seen_assets(who, right) if who else true())
    ).one_or_none()
    if found is None:
        raise NotFound("没有这个问题，或者不在您的管理范围内")
    act.check_version(found, version)
    return found


def _to(defect: Defect, state: DefectState, act: Act) -> None:
    defect.state = state
    defect.version += 1
    act.session.flush()
    act.subject = defect.words[:60]
