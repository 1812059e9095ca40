"""What waits about the income of a unit's assets: arrears past the county's days, approved distributions to pay, late remedies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy.orm import Session

from fundsys.domain.money import show_wan, show_yuan, total
from fundsys.domain.rights import Permission
from fundsys.queries.idle_assets import idle
from fundsys.queries.income import IncomeFilter, IncomeStand, incomes, payable
from fundsys.queries.money_facts import days_of, policy_of
from fundsys.queries.viewer import Viewer

Told = tuple[str, int, date | None, str, str, str]


def income_waiting(session: Session, who: Viewer, year: int, today: date) -> Iterator[Told]:
    """Kind, id, since when, title, why, the words before the days."""
    if not who.can(Permission.RECORD_INCOME):
        return
    days = int(days_of(policy_of(session, year), "arrears_days"))
    owed = incomes(session, who, IncomeFilter(stand=IncomeStand.OWED, size=1), today - timedelta(days=days))
    if owed.count:
        told = f"逾期超过 {days} 天没有到账，先催收，到账后登记"
        yield "arrears", 0, None, f"{owed.count} 笔收益拖欠 {show_wan(owed.arrears)} 万元", told, ""
    unpaid = payable(session, who)
    for key, name, left in unpaid[:3]:
        yield "to_pay", key, None, f"{name}收益分配待支付", f"还有 {show_yuan(left)} 元没有支付", ""
    if len(unpaid) > 3:
        rest = total(left for _, _, left in unpaid[3:])
        yield "income_paid", 0, None, f"另有 {len(unpaid) - 3} 份收益分配待支付", f"共 {show_yuan(rest)} 元", ""
    late = [row for row in idle(session, who) if row.is_late(today)]
    if late:
        first = min(row.due_on for row in late if row.due_on)
        yield "late_idle", 0, first, f"{len(late)} 项闲置低效资产过了盘活时限", "盘活以后办理恢复使用", "已过"
