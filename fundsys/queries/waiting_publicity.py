"""What waits around public notices: texts to approve, results owed past their day, notices that came back or are over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundsys.domain.publicity import PublicState
from fundsys.domain.rights import Permission
from fundsys.models.publicity import PublicNotice
from fundsys.queries.kept import kept
from fundsys.queries.owed_notices import READ_FROM, owed_to_the_public
from fundsys.queries.public_subjects import sees_all
from fundsys.queries.viewer import Viewer

Told = tuple[str, int, date | datetime | None, str, str, str]
"""Kind, id (0 for a list), since when or until when, title, why, the words before the days."""

_P = Permission


def publicity_waiting(session: Session, who: Viewer, year: int, today: date) -> Iterator[Told]:
    """What of it this person can move on."""
    n = PublicNotice
    if who.can(_P.APPROVE_NOTICE_TEXT):
        count, since = session.execute(
            select(func.count(), func.min(n.submitted_at)).where(n.state == PublicState.SUBMITTED)
        ).one()
        if count:
            yield "review_public", 0, since, f"公示待审定 {count} 份", "核对正文、金额、期限后审定或退回", "已等"
    if not who.can(_P.PUBLISH):
        return
    mine = select(n.id, n.number, n.title, n.reviewed_at, n.return_reason).where(
        n.unit_id == who.unit_id, n.state == PublicState.RETURNED
    )
    for key, number, title, at, reason in session.execute(mine):
        yield "public", key, at, f"{number} 公示退回待改", f"{title}：{reason}", "已退回"
    over = select(func.count(), func.min(n.last_on)).where(
        n.unit_id == who.unit_id, n.state == PublicState.APPROVED, n.has_objection.is_(None), n.last_on < today
    )
    count, ended = session.execute(over).one()
    if count:
        yield "public_over", 0, ended, f"{count} 份公示期满未登记结果", "登记有无异议，附公示照片", "已期满"
    late = _late(session, who, year, today)
    if late:
        yield "owed_public", 0, late[0], f"{len(late)} 项结果逾期未公示", "勾选后登记公示，提交主管部门审定", ""


def _late(session: Session, who: Viewer, year: int, today: date) -> list[date]:
    """The last days that have passed of what this person's unit owes."""

    def read() -> list[date]:
        owed = owed_to_the_public(session, year, who)
        mine = [o for o in owed if not sees_all(who) or o.by == who.unit_name]
        return [o.due_on for o in mine if o.published is None and o.due_on is not None and o.due_on < today]

    return kept(session, ("late public", year, today, who.unit_id, who.role), READ_FROM, read)
