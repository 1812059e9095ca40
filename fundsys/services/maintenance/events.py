"""Calling for patrols after an event: every asset of sectors with an after-event duty in the towns gets a due patrol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select, true

from fundsys.domain.errors import DomainError, NotAllowed, NotFound, StepRefused
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset
from fundsys.models.maintenance import EventCall, EventDuty
from fundsys.queries.facts import county_today
from fundsys.queries.maintenance import NEEDS_PATROLS, schemes_on
from fundsys.queries.viewer import seen_assets
from fundsys.services.acts import Act
from fundsys.services.funds.common import need


@dataclass(frozen=True, slots=True)
class CallEntry:
    """An event and where it was. towns: none means all the person looks after. hours: for schemes that name none."""

    name: str
    happened_on: date
    towns: Sequence[int] = ()
    hours: int | None = None
    document_no: str = ""


def call_patrols(entry: CallEntry, *, act: Act) -> EventCall:
    """Call for patrols after an event, by the schemes of its day. Raises: NotAllowed, DomainError."""
    who = need(act, Permission.MAINTAIN)
    today = county_today(act.session)
    if not entry.name.strip():
        raise DomainError("请填写事件名称", field="name")
    if entry.happened_on > today:
        raise DomainError("事件日期不能晚于今天", field="happened_on")
    asked: dict[int | None, int | None] = {
        scheme.sector_id: scheme.after_hours or entry.hours
        for scheme in schemes_on(act.session, entry.happened_on).values()
        if scheme.sector_id is not None and (scheme.after_event or scheme.after_hours)
    }
    test = [NEEDS_PATROLS, Asset.sector_id.in_(asked), seen_assets(who, Permission.MAINTAIN) if who else true()]
    if entry.towns:
        test.append(Asset.town_id.in_(entry.towns))
    rows = act.session.execute(select(Asset.id, Asset.sector_id).where(*test).order_by(Asset.id)).all()
    if not rows:
        raise DomainError("所选的镇没有办法要求事件后巡查的资产，请核对镇和管护办法", field="town_id")
    if any(asked[sector] is None for _, sector in rows):
        raise DomainError("有的行业办法没有定事件后的时限，请填写时限", field="hours")
    call = EventCall(
        name=entry.name.strip()[:60],
        happened_on=entry.happened_on,
        hours=entry.hours,
        document_no=entry.document_no.strip()[:60],
        called_on=today,
        called_by=act.person_id,
    )
    act.session.add(call)
    act.session.flush()
    due = {sector: entry.happened_on + timedelta(days=-(-(hours or 0) // 24)) for sector, hours in asked.items()}
    act.session.add_all(EventDuty(call_id=call.id, asset_id=asset_id, due_on=due[sector]) for asset_id, sector in rows)
    act.session.flush()
    act.subject = f"{call.name}：{len(rows)}项资产"
    return call


def withdraw_call(call_id: int, reason: str, *, version: int | None = None, act: Act) -> EventCall:
    """Take back a call made by mistake; what it asked is asked no longer. Raises: NotAllowed, NotFound, StepRefused."""
    need(act, Permission.MAINTAIN)
    call = act.session.get(EventCall, call_id)
    if call is None:
        raise NotFound("没有这次事件后巡查")
    if act.person_id is not None and call.called_by != act.person_id:
        raise NotAllowed("只有发起人能撤回，请由发起人办理")
    act.check_version(call, version)
    if call.withdrawn:
        raise StepRefused("这次事件后巡查已经撤回，请刷新后再看")
    if not reason.strip():
        raise DomainError("请填写撤回原因", field="reason")
    call.withdrawn = reason.strip()[:200]
    call.version += 1
    act.session.flush()
    act.subject = call.name
    return call
