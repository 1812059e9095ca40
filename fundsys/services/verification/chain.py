"""The journal from first act to last: every digest computed again, nothing missing, and the head where others saw it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import text

from fundsys import store
from fundsys.domain.record_words import table_name
from fundsys.models.base import Base
from fundsys.queries.history import record_label
from fundsys.services import anchors
from fundsys.services.acts import FIRST_DIGEST, act_digest

from .report import Check

_ACT = tuple(c.name for c in Base.metadata.tables["act"].columns)


def chain(check: Check) -> None:
    """Acts numbered 1, 2, 3 … without a gap, office days never falling, each digest over the one before."""
    changes = _Changes(check)
    seq, digest, day, last_change = 0, FIRST_DIGEST, "", 0
    for act in _acts(check):
        number, told = int(act["seq"]), str(act["what"])
        if number != seq + 1:
            check.found("chain", "act", seq + 1, f"缺失：第 {seq} 号之后是第 {number} 号，中间的办理记录被删去")
        if act["previous_digest"] != digest:
            check.found("chain", "act", number, "接不上前一条办理记录的摘要", told)
        if str(act["office_day"]) < day:
            check.found("chain", "act", number, f"的办理日期 {act['office_day']} 早于前一条的 {day}", told)
        own = changes.of(number)
        if own and own[0][0] <= last_change:
            check.found("chain", "act", number, "的改动记录次序不对", told)
        if act_digest(act, [d for _, d in own]) != act["digest"]:
            check.found("chain", "act", number, "与自己的摘要不符：办理内容或所属改动被改过、移动或删去", told)
        seq, digest, day = number, str(act["digest"]), str(act["office_day"])
        last_change = own[-1][0] if own else last_change
        if check.enough("chain"):
            break
    changes.of(None)
    check.report.head_seq, check.report.head_digest = seq, digest if seq else ""
    check.count("acts", seq)
    check.count("changes", changes.seen)
    if store.on_sqlite(check.session):
        _numbers_of_changes(check)


def _acts(check: Check) -> Iterator[dict[str, Any]]:
    names = ", ".join(f'"{n}"' for n in _ACT)
    for partition in store.stream(check.session, f"select {names} from act order by seq"):
        for row in partition:
            yield dict(zip(_ACT, row, strict=True))


class _Changes:
    """The changes in order of acts, each digest computed again as it passes."""

    def __init__(self, check: Check) -> None:
        self.check = check
        self.seen = 0
        sql = 'select act_seq, id, table_name, row_id, before, after, digest from "change" order by act_seq, id'
        self.rows = (row for partition in store.stream(check.session, sql) for row in partition)
        self.next = next(self.rows, None)

    def of(self, seq: int | None) -> list[tuple[int, str]]:
        """(id, digest) of an act's changes; those of acts that are not there are reported. None: all that is left."""
        own = []
        while self.next is not None and (seq is None or self.next[0] <= seq):
            act_seq, number, table, row_id, before, after, digest = self.next
            self.seen += 1
            if act_seq != seq:
                told = f"属于第 {act_seq} 号办理，但没有这条办理记录（{self._record()}）"
                self.check.found("chain", "change", number, told)
            else:
                own.append((number, digest))
            if store.change_digest(table, row_id, before, after) != digest:
                told = f"与自己的摘要不符：{self._record()}的前后内容被改过"
                self.check.found("chain", "change", number, told)
            self.next = next(self.rows, None)
        return own

    def _record(self) -> str:
        assert self.next is not None
        _, _, table, row_id, before, after, _ = self.next
        try:
            label = record_label(table, json.loads(after or before or "{}"))
        except ValueError:
            label = ""
        return f"{table_name(table)}{f'“{label}”' if label else ''}编号 {row_id}"


def _numbers_of_changes(check: Check) -> None:
    """On SQLite changes are numbered without a gap, and the engine remembers the highest number it ever gave."""
    count, highest = check.session.execute(text('select count(*), max(id) from "change"')).one()
    given = check.session.execute(text("select seq from sqlite_sequence where name = 'change'")).scalar()
    if highest is not None and count != highest:
        check.broken("chain", f"改动记录有缺号：共 {count} 条，最大编号 {highest}")
    if (given or 0) != (highest or 0):
        check.broken("chain", f"末尾的改动记录被删去：曾编到第 {given or 0} 号，现在到第 {highest or 0} 号")


def anchor(check: Check) -> None:
    """The head noted outside the database is an act of this chain, with the same digest."""
    noted = anchors.read(check.county, check.session)
    if noted is None:
        if anchors.others(check.county):
            check.broken("anchor", "办理记录的第一条与锚文件都对不上：整条记录被重新做过，或不是本机的数据库")
        elif check.report.head_seq:
            check.note("没有找到锚文件，不能证明办理记录的末尾没有被整段删去")
        return
    seq, digest = noted
    there = check.session.execute(text("select digest from act where seq = :seq"), {"seq": seq}).scalar()
    if there is None:
        told = f"末尾被删去：锚文件记着第 {seq} 号，现在只到第 {check.report.head_seq} 号"
        check.found("anchor", "act", seq, told)
    elif there != digest:
        check.found("anchor", "act", seq, "与锚文件不符：这一条或更早的办理记录被重新做过")
    check.count("anchors", 1)
