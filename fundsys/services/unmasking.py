"""Showing a whole personal number: only for a recorded reason, and only so often a day. Source: PIPL; C20."""

from __future__ import annotations

from sqlalchemy import func, select

from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Permission
from fundsys.models.journal import Act as ActRow
from fundsys.queries.viewer import require, viewer_of
from fundsys.services import vault
from fundsys.services.acts import Act

A_DAY = 30
WHAT = "查看完整账号"


def reveal_account(account_id: int | None, reason: str, subject: str, *, act: Act) -> str:
    """The whole bank number of a record this person sees. The act keeps who, when, which record and why.

    Raises: NotAllowed; DomainError without a reason, without a number, or after the day's last.
    """
    require(viewer_of(act.person) if act.person else None, Permission.UNMASK)
    if not reason.strip():
        raise DomainError("请填写查看原因，会记入办理日志", field="reason")
    if act.person is not None:
        seen = act.session.scalar(
            select(func.count()).where(
                ActRow.person_id == act.person_id, ActRow.what == WHAT, ActRow.office_day == act.day
            )
        )
        if (seen or 0) >= A_DAY:
            raise DomainError(f"今天已查看 {A_DAY} 次完整账号，请明天再看")
    number = vault.reveal(act.session, account_id) if account_id is not None else None
    if number is None:
        raise DomainError("没有登记账号，或者已按规定删除")
    act.what, act.subject = WHAT, f"{subject}：{reason.strip()}"
    act.answer = "已查看"
    return number
