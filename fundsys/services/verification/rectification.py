"""I29: problems go forward step by step, back only with a reason; closed needs evidence and somebody else's hand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import text

from .report import Check

_STEPS = """
    select r.id, r.state, r.unit_id, r.closed_by, s.kind, s.from_state, s.to_state, s.words, s.person_id, s.unit_id,
        r.problem
    from rectification r left join rectification_step s on s.rectification_id = r.id order by r.id, s.id"""
_BARE = """
    select r.id from rectification r where r.state in ('closed', 'lasting') and not exists (
        select 1 from attachment a where a.table_name = 'rectification' and a.row_id = r.id) order by r.id"""
_ALLOWED = {
    ("found", None, "open"),
    ("answered", "open", "answered"),
    ("returned", "answered", "open"),
    ("closed", "answered", "closed"),
    ("lasting", "answered", "lasting"),
    ("reopened", "closed", "open"),
    ("reopened", "lasting", "open"),
}


def steps(check: Check) -> None:
    """Every problem's steps lead from one to the next and to the state it shows."""
    seen = 0
    for key, group in groupby(check.session.execute(text(_STEPS)), key=lambda row: row[0]):
        rows = list(group)
        seen += 1
        for told in _wrong(rows):
            check.found("I29", "rectification", key, told, str(rows[0][10])[:40])
    for (key,) in check.session.execute(text(_BARE)).all():
        check.found("I29", "rectification", key, "已经销号或者转长期坚持，却没有佐证材料")
    check.count("问题整改", seen)


def _wrong(rows: Sequence[Any]) -> list[str]:
    _, state, owner, closed_by, first_kind, *_ = rows[0]
    if first_kind is None:
        return [] if state == "open" else ["没有经过任何环节就离开了待整改"]
    found, before, answered_by = [], None, None
    for _, _, _, _, kind, from_state, to_state, words, person, unit, _ in rows:
        if (kind, from_state, to_state) not in _ALLOWED or from_state != before:
            found.append(f"的环节“{kind}”从 {before or '无'} 跳到了 {to_state}")
        if kind in ("returned", "reopened") and not str(words).strip():
            found.append("退回或重新打开没有写原因")
        if kind == "answered":
            answered_by = person
        if kind in ("closed", "lasting") and (unit == owner or (person is not None and person == answered_by)):
            found.append("由整改单位自己销号")
        before = to_state
    if before != state:
        found.append(f"状态是 {state}，最后一个环节到的是 {before}")
    if state == "closed" and closed_by != rows[-1][8]:
        found.append("的销号人和销号环节的办理人不是同一人")
    return found
