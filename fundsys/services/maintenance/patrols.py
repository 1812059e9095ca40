"""Recording patrols, one on a phone or hundreds from paper: each once, its asset knowing the last, its defect opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, tuple_

from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.maintenance import Condition, PatrolWay, due_on
from fundsys.domain.money import Money
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset, Patrol
from fundsys.models.maintenance import Defect
from fundsys.queries.after_events import called_for
from fundsys.queries.facts import county_today
from fundsys.queries.maintenance import rhythms
from fundsys.queries.viewer import require, seen_assets, viewer_of
from fundsys.services import attachments
from fundsys.services.acts import Act
from fundsys.services.funds.common import refuse_all

Files = Sequence[tuple[str, bytes]]
_BAD = (Condition.SERIOUS, Condition.RUINED)
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class PatrolEntry:
    """A patrol as it is told. defect_due_on: by when what was found must be put right; asked for what is serious."""

    asset_id: int
    patrolled_on: date
    condition: Condition
    patroller: str = ""
    words: str = ""
    measure: str = ""
    weather: str = ""
    defect_due_on: date | None = None
    needed_amount: Money | None = None


def record_patrol(entry: PatrolEntry, *, files: Files = (), act: Act) -> Patrol:
    """Record a patrol with its photos, on the phone of who walked there. Raises: NotAllowed, NotFound, Refusals."""
    (made,) = record_patrols([entry], PatrolWay.PHONE, act=act)
    for name, content in files:
        attachments.keep(content, name, "patrol", made.id, act=act)
    return made


def record_patrols(
    entries: Sequence[PatrolEntry],
    way: PatrolWay,
    *,
    act: Act,
    right: Permission = Permission.PATROL,
    names: Sequence[str] | None = None,
) -> list[Patrol]:
    """Record patrols, all of them or none. names: what each entry is called in a refusal (第 12 行).

    Raises: NotAllowed; NotFound for assets the person does not see; Refusals with what is wrong in each.
    """
    who = viewer_of(act.person) if act.person else None
    require(who, right)
    ids = sorted({e.asset_id for e in entries})
    assets: dict[int, Asset] = {}
    for start in range(0, len(ids), AT_ONCE):
        test = [Asset.id.in_(ids[start : start + AT_ONCE]), *([seen_assets(who, right)] if who else [])]
        assets |= {a.id: a for a in act.session.scalars(select(Asset).where(*test))}
    if len(assets) != len(ids):
        raise NotFound("有的资产不存在，或者不在您的管理范围内")
    known = _known(act, entries)
    today = county_today(act.session)
    faults: list[DomainError] = []
    for place, entry in enumerate(entries):
        begin = f"{names[place]}：" if names else ""
        faults += [
            DomainError(f"{begin}{fault.message}", field=fault.field)
            for fault in _faults(entry, assets[entry.asset_id], known, today)
        ]
        known.add((entry.asset_id, entry.patrolled_on))
    refuse_all(faults)
    return _store(entries, assets, way, act)


def _store(entries: Sequence[PatrolEntry], assets: dict[int, Asset], way: PatrolWay, act: Act) -> list[Patrol]:
    told, called = rhythms(act.session), called_for(act.session)
    made: list[Patrol] = []
    for entry in sorted(entries, key=lambda e: e.patrolled_on):
        asset = assets[entry.asset_id]
        since = asset.last_patrol_on or min((d for d in (asset.in_use_on, asset.registered_on) if d), default=None)
        due = due_on(since, told.get(asset.sector_id, ())) if since and since < entry.patrolled_on else None
        call = called.get(asset.id)
        if call and call.happened_on <= entry.patrolled_on:
            due = min(due, call.due_on) if due else call.due_on
        made.append(
            Patrol(
                asset_id=asset.id,
                patrolled_on=entry.patrolled_on,
                patroller=(entry.patroller.strip() or asset.keeper)[:40],
                condition=entry.condition.code,
                words=entry.words.strip()[:400],
                measure=entry.measure.strip()[:200],
                weather=entry.weather.strip()[:20],
                way=way,
                due_on=due,
                entered_by=act.person_id,
            )
        )
        asset.last_patrol_on = max(asset.last_patrol_on or entry.patrolled_on, entry.patrolled_on)
        asset.version += 1
    act.session.add_all(made)
    act.session.flush()
    for entry, patrol in zip(sorted(entries, key=lambda e: e.patrolled_on), made, strict=True):
        if entry.defect_due_on is not None:
            act.session.add(_defect(entry, patrol, act))
    act.session.flush()
    by_entry = dict(zip(map(id, sorted(entries, key=lambda e: e.patrolled_on)), made, strict=True))
    act.subject = act.subject or (assets[entries[0].asset_id].name if len(entries) == 1 else f"{len(entries)}条巡查")
    return [by_entry[id(entry)] for entry in entries]


def _defect(entry: PatrolEntry, patrol: Patrol, act: Act) -> Defect:
    return Defect(
        asset_id=entry.asset_id,
        patrol_id=patrol.id,
        found_on=entry.patrolled_on,
        condition=entry.condition,
        words=patrol.words,
        needed_amount=entry.needed_amount,
        due_on=entry.defect_due_on,
        found_by=act.person_id,
    )


def _known(act: Act, entries: Sequence[PatrolEntry]) -> set[tuple[int, date]]:
    """Which of the asset-days have a patrol already."""
    pairs = sorted({(e.asset_id, e.patrolled_on) for e in entries})
    found: set[tuple[int, date]] = set()
    for start in range(0, len(pairs), AT_ONCE):
        wanted = select(Patrol.asset_id, Patrol.patrolled_on).where(
            tuple_(Patrol.asset_id, Patrol.patrolled_on).in_(pairs[start : start + AT_ONCE])
        )
        found |= {(asset_id, day) for asset_id, day in act.session.execute(wanted)}
    return found


def _faults(entry: PatrolEntry, asset: Asset, known: set[tuple[int, date]], today: date) -> list[DomainError]:
    found = []
    if not asset.asset_class.needs_maintenance:
        found.append(DomainError(f"“{asset.name}”是到户类资产，由农户自行管护，不登记巡查", field="asset_code"))
    if entry.patrolled_on > today:
        found.append(DomainError("巡查日期不能晚于今天", field="patrolled_on"))
    if asset.in_use_on and entry.patrolled_on < asset.in_use_on:
        found.append(DomainError(f"巡查日期早于启用日期 {asset.in_use_on}", field="patrolled_on"))
    if (entry.asset_id, entry.patrolled_on) in known:
        found.append(DomainError(f"“{asset.name}”{entry.patrolled_on} 已登记过巡查", field="patrolled_on"))
    if entry.condition is not Condition.SOUND and not entry.words.strip():
        found.append(DomainError("不是完好的，请写明问题", field="words"))
    if entry.condition in _BAD and entry.defect_due_on is None:
        found.append(DomainError("严重或损毁的，请填写整改时限", field="defect_due_on"))
    if entry.condition is Condition.SOUND and entry.defect_due_on is not None:
        found.append(DomainError("完好的不填整改时限", field="defect_due_on"))
    if entry.defect_due_on is not None and entry.defect_due_on < entry.patrolled_on:
        found.append(DomainError("整改时限不能早于巡查日期", field="defect_due_on"))
    return found
