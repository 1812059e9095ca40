"""Acts on public notices: drafted by the unit that owes it, approved by the lead bureau, put up, and what came of it recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from fundsys.domain.errors import DomainError, NotAllowed, NotFound, StepRefused
from fundsys.domain.money import ZERO, Money
from fundsys.domain.publicity import OPEN_STATES, Occasion, PublicLevel, PublicState, personal_numbers
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset, Income
from fundsys.models.papers import Attachment
from fundsys.models.projects import Project
from fundsys.models.publicity import PublicationDuty, PublicNotice, PublicSubject
from fundsys.queries.public_subjects import sees_all, subjects
from fundsys.queries.publicity import TABLE
from fundsys.queries.viewer import Viewer, seen_assets, seen_projects, viewer_of
from fundsys.services import attachments
from fundsys.services.acts import Act
from fundsys.services.funds.common import each, need, refuse_all, second_person, seen_records
from fundsys.services.numbers import next_numbers

WORD = "公示"
Files = Sequence[tuple[str, bytes]]
_S = PublicState


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """A notice as it is typed. subjects: ids of the records it is about; last_on None: it stays up (county only)."""

    occasion: Occasion
    level: PublicLevel
    title: str
    first_on: date
    last_on: date | None = None
    content: str = ""
    implementing_unit: str = ""
    amount: Money | None = None
    place: str = ""
    hotline: str = ""
    remark: str = ""
    subjects: tuple[int, ...] = ()


def draft_public(entry: PublicEntry, *, files: Files = (), act: Act) -> PublicNotice:
    """Draft a notice of the own unit. Raises: NotAllowed; NotFound for what the unit does not own; Refusals."""
    who = _publisher(act)
    _own_subjects(act, who, entry)
    made = PublicNotice(unit_id=_unit(act, who, entry), entered_by=act.person_id, state=_S.DRAFT)
    _write(made, entry)
    act.session.add(made)
    act.session.flush()
    _keep(made, files, act)
    act.subject = made.title
    return made


def edit_public(
    public_id: int, entry: PublicEntry, *, files: Files = (), version: int | None = None, act: Act
) -> PublicNotice:
    """Change a draft, or a notice that was sent back. Raises: as draft_public; Stale; StepRefused."""
    notice, who = _own(act, public_id, version)
    if notice.state not in OPEN_STATES:
        raise StepRefused(f"这份公示现在是“{notice.state.label}”，不能修改；已审定的先撤下再重新公示")
    _own_subjects(act, who, entry)
    _write(notice, entry)
    notice.version += 1
    act.session.flush()
    _keep(notice, files, act)
    return notice


def submit_public(public_id: int, *, version: int | None = None, act: Act) -> PublicNotice:
    """Hand a notice to the lead bureau; the first time it gets its number. Raises: Refusals with what is missing."""
    notice, _ = _own(act, public_id, version)
    if notice.state not in OPEN_STATES:
        raise StepRefused(f"这份公示现在是“{notice.state.label}”，不用再提交，请刷新后再看")
    refuse_all(_faults(notice))
    if notice.number is None:
        (notice.number,) = next_numbers(act.session, PublicNotice.number, WORD, act.day.year, 1)
    notice.submitted_at, notice.return_reason, notice.entered_by = act.at, "", act.person_id
    notice.reviewed_by = notice.reviewed_at = None
    _to(notice, _S.SUBMITTED, act)
    return notice


def recall_public(public_id: int, *, version: int | None = None, act: Act) -> PublicNotice:
    """Take back a notice nobody has approved yet. Raises: StepRefused, Stale."""
    notice, _ = _own(act, public_id, version)
    if notice.state is not _S.SUBMITTED:
        raise StepRefused(f"这份公示现在是“{notice.state.label}”，不能撤回，请刷新后再看")
    _to(notice, _S.DRAFT, act)
    return notice


def delete_public(public_id: int, *, version: int | None = None, act: Act) -> None:
    """Remove a draft that was never handed over; a numbered one stays, so that no number is missing."""
    notice, _ = _own(act, public_id, version)
    if notice.state not in OPEN_STATES or notice.number is not None:
        raise StepRefused("已编号的公示不能删除；不再需要的可以留作草稿")
    act.session.delete(notice)
    act.session.flush()


def approve_public(seen: Mapping[int, int], *, act: Act) -> list[PublicNotice]:
    """Approve texts as they were seen (id → version), all of them or none, by a person who entered none of them.

    Raises: NotAllowed for an own entry, naming it; Stale; StepRefused.
    """
    need(act, Permission.APPROVE_NOTICE_TEXT)
    found = _waiting(act, seen)
    each(found, lambda notice: notice.number or notice.title, lambda notice: second_person(act, notice.entered_by))
    for notice in found:
        notice.reviewed_by, notice.reviewed_at, notice.return_reason = act.person_id, act.at, ""
        _to(notice, _S.APPROVED, act)
    return found


def return_public(seen: Mapping[int, int], reason: str, *, act: Act) -> list[PublicNotice]:
    """Send texts back to their units with a reason, all of them or none. Raises: DomainError, NotAllowed, Stale."""
    need(act, Permission.APPROVE_NOTICE_TEXT)
    if not reason.strip():
        raise DomainError("请填写退回原因，公示单位才知道改哪里", field="reason")
    found = _waiting(act, seen)
    for notice in found:
        notice.return_reason = reason.strip()[:200]
        notice.reviewed_by, notice.reviewed_at = act.person_id, act.at
        _to(notice, _S.RETURNED, act)
    return found


def take_down(public_id: int, reason: str, *, version: int | None = None, act: Act) -> PublicNotice:
    """Withdraw an approved notice: it counts no longer, and what it was about is owed again. Raises: DomainError, Stale."""
    who = need(act, Permission.APPROVE_NOTICE_TEXT) if _approves(act) else None
    notice = _get(act, public_id, version) if who or act.person is None else _own(act, public_id, version)[0]
    if notice.state is not _S.APPROVED:
        raise StepRefused(f"这份公示现在是“{notice.state.label}”，只有已审定的才能撤下")
    if not reason.strip():
        raise DomainError("请填写撤下原因", field="reason")
    notice.withdrawal_reason, notice.withdrawn_on = reason.strip()[:200], act.day
    _to(notice, _S.WITHDRAWN, act)
    return notice


def keep_photos(public_id: int, files: Files, *, version: int | None = None, act: Act) -> PublicNotice:
    """Keep pictures of the notice hanging. Raises: DomainError without any, or for what is no picture."""
    notice, _ = _own(act, public_id, version)
    if notice.state is _S.WITHDRAWN:
        raise StepRefused("这份公示已撤下，不能再补照片")
    if not files:
        raise DomainError("请选择公示照片", field="photos")
    _keep(notice, files, act)
    notice.version += 1
    return notice


def record_result(
    public_id: int, has_objection: bool, handling: str, *, files: Files = (), version: int | None = None, act: Act
) -> PublicNotice:
    """What came of a notice: objections or none, and how they were handled, with a picture of it hanging.

    Raises: StepRefused before it was approved; DomainError for “none” before the last day has passed, for an
    objection without its handling, without a picture.
    """
    notice, _ = _own(act, public_id, version)
    if notice.state is not _S.APPROVED:
        raise StepRefused(f"这份公示现在是“{notice.state.label}”，审定以后才能登记结果")
    _keep(notice, files, act)
    faults = []
    if not has_objection and notice.last_on is not None and act.day <= notice.last_on:
        faults.append(
            DomainError(f"公示到 {notice.last_on.isoformat()} 才期满，期满后才能登记无异议", field="objection")
        )
    if has_objection and not handling.strip():
        faults.append(DomainError("有异议的，请写明异议内容和处理情况", field="handling"))
    if not act.session.scalar(_photos(notice.id)):
        faults.append(DomainError("请附公示照片（张贴现场或网页截图）", field="photos"))
    refuse_all(faults)
    notice.has_objection, notice.objection_handling = has_objection, handling.strip()
    notice.version += 1
    act.session.flush()
    return notice


def edit_duty(
    duty_id: int,
    label: str,
    due_days: int | None,
    least_days: int | None,
    carrier: str,
    active: bool,
    *,
    version: int | None = None,
    act: Act,
) -> PublicationDuty:
    """Change what must be published when, for the whole county. Raises: NotAllowed, DomainError, Stale."""
    need(act, Permission.EDIT_DICTIONARY)
    duty = act.session.get(PublicationDuty, duty_id)
    if duty is None:
        raise NotFound("没有这一条公示事项，请从公示事项表进入")
    act.check_version(duty, version, {"label": label, "carrier": carrier})
    if not label.strip():
        raise DomainError("请填写公示事项的名称", field="label")
    duty.label, duty.carrier, duty.active, duty.edited = label.strip()[:60], carrier.strip()[:120], active, True
    duty.due_days, duty.least_days = due_days, least_days
    duty.version += 1
    act.subject = duty.label
    return duty


# ---------- what the acts share ----------


def _publisher(act: Act) -> Viewer | None:
    return need(act, Permission.PUBLISH)


def _approves(act: Act) -> bool:
    return act.person is not None and viewer_of(act.person).can(Permission.APPROVE_NOTICE_TEXT)


def _get(act: Act, public_id: int, version: int | None) -> PublicNotice:
    notice = act.session.get(PublicNotice, public_id)
    if notice is None:
        raise NotFound("没有这份公示，或者不在您的管理范围内")
    act.subject = notice.number or notice.title
    act.check_version(notice, version)
    return notice


def _own(act: Act, public_id: int, version: int | None) -> tuple[PublicNotice, Viewer | None]:
    who = _publisher(act)
    notice = _get(act, public_id, None)
    if who is not None and notice.unit_id != who.unit_id:
        raise NotFound("没有这份公示，或者不在您的管理范围内")
    act.check_version(notice, version)
    return notice, who


def _waiting(act: Act, seen: Mapping[int, int]) -> list[PublicNotice]:
    found = seen_records(act, PublicNotice, seen, "公示")
    for notice in found:
        if notice.state is not _S.SUBMITTED:
            raise StepRefused(
                f"{notice.number or notice.title}现在是“{notice.state.label}”，这次一份也没有办理，请刷新后再看"
            )
    act.subject = found[0].number or "" if len(found) == 1 else f"{len(found)}份公示"
    return found


def _to(notice: PublicNotice, state: PublicState, act: Act) -> None:
    notice.state = state
    notice.version += 1
    act.session.flush()
    act.subject = act.subject or notice.number or notice.title


def _unit(act: Act, who: Viewer | None, entry: PublicEntry) -> int:
    """The unit that puts it up: the person's; 系统 writes for the owner of what it is about."""
    if who is not None:
        return who.unit_id
    if entry.occasion.table == "project" and entry.subjects:
        owner = act.session.scalar(select(Project.owner_unit_id).where(Project.id == entry.subjects[0]))
        if owner:
            return owner
    raise NotAllowed("公示由经办单位登记")


def _own_subjects(act: Act, who: Viewer | None, entry: PublicEntry) -> None:
    """Refuse records that are not there, or not this unit's to publish."""
    if entry.occasion is Occasion.FREE or not entry.subjects:
        return
    ids = set(entry.subjects)
    there = {s.id for s in subjects(act.session, entry.occasion, ids=ids)}
    if there != ids or (who is not None and not _may_publish(act, who, entry.occasion, ids)):
        raise NotFound(f"有的{entry.occasion.label}不存在，或者不在您的管理范围内", field="subjects")


def _may_publish(act: Act, who: Viewer, occasion: Occasion, ids: set[int]) -> bool:
    if occasion.table in ("allotment_notice", "correction"):
        return sees_all(who)
    if occasion.table == "project":
        mine = select(func.count()).where(Project.id.in_(ids), seen_projects(who, Permission.PUBLISH))
    elif occasion.table == "asset":
        mine = select(func.count()).where(Asset.id.in_(ids), seen_assets(who, Permission.PUBLISH))
    else:
        mine = (
            select(func.count())
            .select_from(Income)
            .join(Asset, Income.asset_id == Asset.id)
            .where(Income.id.in_(ids), seen_assets(who, Permission.PUBLISH))
        )
    return act.session.scalar(mine) == len(ids)


def _write(notice: PublicNotice, entry: PublicEntry) -> None:
    refuse_all(_misfits(entry))
    notice.occasion, notice.level, notice.title = entry.occasion, entry.level, entry.title.strip()[:120]
    notice.year = entry.first_on.year
    notice.first_on, notice.last_on = entry.first_on, entry.last_on
    notice.content, notice.implementing_unit = entry.content.strip(), entry.implementing_unit.strip()[:80]
    notice.amount, notice.place = entry.amount, entry.place.strip()[:200]
    notice.hotline, notice.remark = entry.hotline.strip()[:60], entry.remark.strip()[:400]
    there = {s.row_id: s for s in notice.subjects if s.table_name == entry.occasion.table}
    wanted = dict.fromkeys(entry.subjects) if entry.occasion.table else {}
    notice.subjects = [
        there.get(row_id) or PublicSubject(table_name=entry.occasion.table, row_id=row_id) for row_id in wanted
    ]


def _misfits(entry: PublicEntry) -> Iterator[DomainError]:
    if entry.last_on is not None and entry.last_on < entry.first_on:
        yield DomainError("公示止日不能早于起日", field="last_on")
    if entry.last_on is None and entry.level is not PublicLevel.COUNTY:
        yield DomainError("镇、村公示要写明止日；长期公开的只有县级", field="last_on")
    if entry.amount is not None and entry.amount < ZERO:
        yield DomainError("公示金额不能小于零", field="amount")
    for name, text in (("title", entry.title), ("content", entry.content), ("remark", entry.remark)):
        if kinds := personal_numbers(text):
            yield DomainError(f"公示里不能出现{'、'.join(kinds)}，请删去或隐去中间几位", field=name)


def _faults(notice: PublicNotice) -> Iterator[DomainError]:
    for name, value, said in (
        ("title", notice.title, "公示标题"),
        ("content", notice.content, "公示内容"),
        ("place", notice.place, "公示地点或网址"),
        ("hotline", notice.hotline, "监督电话"),
    ):
        if not value.strip():
            yield DomainError(f"请填写{said}", field=name)
    if notice.occasion is not Occasion.FREE:
        if not notice.subjects:
            yield DomainError("请从“应公示事项”选择公示的项目、资产或资金结果", field="subjects")
        if notice.amount is None:
            yield DomainError("请填写公示金额", field="amount")
        if not notice.implementing_unit:
            yield DomainError("请填写实施单位", field="implementing_unit")


def _photos(public_id: int) -> Any:
    return select(func.count()).where(Attachment.table_name == TABLE, Attachment.row_id == public_id)


def _keep(notice: PublicNotice, files: Files, act: Act) -> None:
    for name, content in files:
        attachments.keep(content, name, TABLE, notice.id, act=act)
