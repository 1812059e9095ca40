"""Handing over all tasks of a person who leaves: one act, to another of the same unit and role."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from sqlalchemy import or_, select, update

from fundsys.domain.assets import IN_SERVICE
from fundsys.domain.errors import DomainError, NotAllowed, NotFound
from fundsys.domain.rights import Permission, Scope
from fundsys.models.assets import Asset
from fundsys.models.industry import LegacyProject
from fundsys.models.office import Person
from fundsys.models.projects import Project
from fundsys.models.working import HandedItem, HandOver
from fundsys.queries.handing import held
from fundsys.queries.reviewed import open_work, reviewed
from fundsys.queries.viewer import viewer_of
from fundsys.services import messages
from fundsys.services.acts import Act
from fundsys.services.funds.common import need


def hand_over(from_id: int, to_id: int, reason: str, *, act: Act) -> HandOver:
    """Give everything open that one person entered, and what stands in their name, to another of the same unit and role.

    Who handed something over never approves it later; who took it over is from now on the one who entered it.
    Raises: DomainError for another unit or role, a closed account, without a reason or with nothing to hand over.
    """
    leaving, taking = _persons(act, from_id, to_id, reason)
    before = held(act.session, leaving), held(act.session, taking)
    count = sum(before[0].values())
    if not count:
        raise DomainError(f"{leaving.name}名下没有要移交的工作")
    made = HandOver(
        from_id=from_id,
        to_id=to_id,
        unit_id=leaving.unit_id,
        reason=reason.strip()[:200],
        handed_on=act.day,
        handed_by=act.person_id,
    )
    act.session.add(made)
    act.session.flush()
    _records(act, made)
    _names(act, leaving, taking)
    act.session.flush()
    act.session.expire_all()
    after = held(act.session, leaving), held(act.session, taking)
    made.counts = json.dumps(_counts(*before, *after), ensure_ascii=False)
    act.session.flush()
    messages.tell_handed(act, made.id, from_id, taking, f"移交原因：{made.reason}", count)
    act.subject = f"{leaving.name}移交{taking.name}"
    act.answer = f"已移交 {count} 项"
    return made


def _persons(act: Act, from_id: int, to_id: int, reason: str) -> tuple[Person, Person]:
    who = need(act, Permission.HAND_OVER)
    leaving, taking = act.session.get(Person, from_id), act.session.get(Person, to_id)
    own = who is not None and who.scope(Permission.HAND_OVER) is Scope.OWN
    if leaving is None or (own and who is not None and leaving.unit_id != who.unit_id):
        raise NotFound("没有这个人，或者不在您的单位")
    if taking is None or taking.id == leaving.id or not taking.active:
        raise DomainError("请选择在用账号的另一个人来接手", field="to_id")
    if (taking.unit_id, taking.role) != (leaving.unit_id, leaving.role):
        raise DomainError("接手人须与移交人同单位、同角色，请另选或先调整账号", field="to_id")
    if leaving.role.is_administrator:
        raise NotAllowed("三员的工作不在这里移交，请由安全管理员调整账号")
    if not reason.strip():
        raise DomainError("请填写移交原因", field="reason")
    return leaving, taking


def _records(act: Act, made: HandOver) -> None:
    """Every open record takes the new enterer, one version on, and is remembered with the old one."""
    for name, kind in reviewed().items():
        ids = [one.id for one in open_work(act.session, made.from_id) if one.about == name]
        if ids:
            _move(act, kind.table, kind.enterer, ids, made)
    drafts = act.session.scalars(select(Project.id).where(Project.is_draft, Project.entered_by == made.from_id)).all()
    if drafts:
        _move(act, Project.__table__, "entered_by", list(drafts), made)


def _move(act: Act, table: Any, enterer: str, ids: list[int], made: HandOver) -> None:
    values = {enterer: made.to_id} | ({"version": table.c.version + 1} if "version" in table.c else {})
    act.session.connection().execute(update(table).where(table.c.id.in_(ids)).values(values))
    for row_id in ids:
        act.session.add(HandedItem(hand_over_id=made.id, about=table.name, row_id=row_id, from_id=made.from_id))
    act.session.flush()


def _names(act: Act, leaving: Person, taking: Person) -> None:
    """What stands in the leaving person's name: assets kept, measures answered for."""
    place = viewer_of(leaving)
    here = or_(
        Asset.owner_unit_id == leaving.unit_id,
        Asset.village_id == (place.village_id or 0),
        Asset.town_id == (place.town_id or 0),
    )
    kept = update(Asset).where(Asset.keeper == leaving.name, here, Asset.status.in_(IN_SERVICE))
    act.session.execute(
        kept.values(keeper=taking.name, version=Asset.version + 1), execution_options={"synchronize_session": False}
    )
    answered = update(LegacyProject).where(
        LegacyProject.responsible == leaving.name, LegacyProject.responsible_unit == leaving.unit.name
    )
    act.session.execute(
        answered.values(responsible=taking.name, version=LegacyProject.version + 1),
        execution_options={"synchronize_session": False},
    )


def _counts(a_before: Counter[str], b_before: Counter[str], a_after: Counter[str], b_after: Counter[str]) -> Any:
    words = dict.fromkeys([*a_before, *b_before, *a_after, *b_after])
    return {word: [a_before[word], b_before[word], a_after[word], b_after[word]] for word in words}
