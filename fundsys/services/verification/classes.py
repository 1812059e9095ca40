"""四个一批: what each project shows is the newest decision, and every decision begins where the one before ended."""

from __future__ import annotations

from sqlalchemy import text

from .report import Check
from .rows import label_of

_NEWEST = """
    select p.id, p.batch, d.batch from legacy_project p join (
        select project_id, batch, row_number() over (partition by project_id order by decided_on desc, id desc) as place
        from class_decision where state = 'decided'
    ) d on d.project_id = p.id and d.place = 1
    where p.batch is null or p.batch <> d.batch order by p.id limit 100"""
_CHAIN = """
    select id, was, before from (
        select id, was, lag(batch) over (partition by project_id order by decided_on, id) as before
        from class_decision where state = 'decided'
    ) d where before is not null and (was is null or was <> before) order by id limit 100"""


def classes(check: Check) -> None:
    """I11: at every date each project has exactly one class or none, and changes lead from one to the next."""
    for row_id, shown, newest in check.session.execute(text(_NEWEST)).all():
        told = f"类别是 {shown or '未定'}，最后一次审定是 {newest}"
        check.found("I11", "legacy_project", row_id, told, label_of(check, "legacy_project", row_id))
    for row_id, was, before in check.session.execute(text(_CHAIN)).all():
        told = f"原类写的是 {was or '未定'}，前一次审定是 {before}"
        check.found("I11", "class_decision", row_id, told, label_of(check, "class_decision", row_id))
