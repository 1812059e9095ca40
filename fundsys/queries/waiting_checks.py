"""What waits around the checks: faults without a task, waivers to approve, waivers sent back or about to end, uses to review."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundsys.domain.kept_checks import WaiverState
from fundsys.domain.rights import Permission, Scope
from fundsys.domain.rules.base import Severity
from fundsys.models.kept_checks import CheckMatter
from fundsys.models.papers import Waiver
from fundsys.queries.kept import kept
from fundsys.queries.spending_records import SPENDINGS_READ_FROM, spending_facts
from fundsys.queries.viewer import Viewer

Told = tuple[str, int, date | None, str, str]
"""Kind, id (0 for a list), the day, title, why."""
SOON = timedelta(days=15)
_P = Permission


def checks_waiting(session: Session, who: Viewer, year: int, today: date) -> Iterator[Told]:
    """What of it this person can move on."""
    if who.scope(_P.FIND) is Scope.ALL:
        m = CheckMatter
        count, first = session.execute(
            select(func.count(), func.min(m.first_seen_on)).where(
                m.gone_on.is_(None), m.rectification_id.is_(None), m.severity != Severity.MEDIUM
            )
        ).one()
        if count:
            yield "faults", 0, None, f"{count} 个检查出的问题没有下达整改", f"最早的 {first.isoformat()} 就已发现"
    w = Waiver
    if who.can(_P.APPROVE_WAIVER):
        waiting = select(func.count()).where(w.state == WaiverState.SUBMITTED, w.proposed_by.is_distinct_from(who.id))
        if asked := session.scalar(waiting):
            yield "waivers", 0, None, f"{asked} 项豁免申请待批准", "看理由、文件和期限，批准后生效"
    if who.can(_P.PROPOSE_WAIVER):
        mine = w.proposed_by == who.id
        for key, rule, label in session.execute(
            select(w.id, w.rule, w.label).where(mine, w.state == WaiverState.RETURNED, w.decided_on > today - SOON)
        ):
            yield "waiver", key, None, f"豁免申请退回：{rule} {label}", "看退回的理由"
        for key, rule, label, last in session.execute(
            select(w.id, w.rule, w.label, w.expires_on).where(
                mine, w.state == WaiverState.APPROVED, w.expires_on >= today, w.expires_on <= today + SOON
            )
        ):
            yield "waiver", key, last, f"豁免快到期：{rule} {label}", "到期以后照常判定，请抓紧整改"
    if who.can(_P.REVIEW_MONEY):
        hits = kept(session, ("negative_hits", year), SPENDINGS_READ_FROM, lambda: _open_hits(session, year))
        if hits:
            yield "negative_hits", 0, None, f"{hits} 条用途命中负面清单，待复核", "看实际用途，登记是否属于负面清单"


def _open_hits(session: Session, year: int) -> int:
    return sum(1 for s in spending_facts(session, year) if s.hits and not s.review)
