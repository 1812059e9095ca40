"""Two prints of one ledger side by side: each is made again from the journal as it was, or of a day, or of today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from fundsys.domain.dates import parse_day, show_day_zh
from fundsys.domain.difference import Bridge, Difference, Field, Row, Sum, Turn, bridges, compare
from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money
from fundsys.queries.facts import work_year
from fundsys.queries.kept_files import kept_rows
from fundsys.queries.ledgers import KeptPrint, kept_print
from fundsys.queries.past import after_act, last_seq, past
from fundsys.queries.registers import Wanted
from fundsys.queries.viewer import Viewer, viewer

from .figures import DECIMAL
from .ledger import Column, Ledger
from .registry import ledger as find_ledger
from .sheet import FIELD, HEADING, NONE, RECORD, ROW, Imprint, Sheet, compose

FILTERS = ("old", "new", "ledger", "from", "to")


@dataclass(frozen=True)
class Face:
    """A ledger as it read at one moment. totals: the number of rows first; digest: over the rows; proven: whether it is
    what was printed, None where nothing was."""

    label: str
    ledger: Ledger
    rows: tuple[Row, ...]
    totals: tuple[Sum, ...]
    digest: str
    proven: bool | None


@dataclass(frozen=True)
class Compared:
    """Two faces of a ledger, what is not the same, and the bridges of its totals."""

    ledger: Ledger
    old: Face
    new: Face
    differences: tuple[Difference, ...]
    bridges: tuple[Bridge, ...]

    @property
    def closes(self) -> bool:
        return all(bridge.closes for bridge in self.bridges)


def fields_of(ledger: Ledger) -> list[Field]:
    """The columns that are compared: all but the serial number."""
    return [
        Field(c.key, c.term.label, c.term.unit, c.figure.sums and c.figure.sums_money or c.key in ledger.totals)
        for c in ledger.columns
        if c.getter is not None
    ]


def _totals_of(ledger: Ledger) -> list[Field]:
    return [f for f in fields_of(ledger) if f.key in ledger.totals]


def face(sheet: Sheet, label: str, proven: bool | None = None, kept: KeptPrint | None = None) -> Face:
    """What a typeset ledger says, row by row; the totals are the print's own where there is one."""
    ledger = sheet.ledger
    exact = [c.figure.exact for c in ledger.columns]
    told = (
        [None if v is None else show(v) for show, v in zip(exact, line.values, strict=True)]
        for line in sheet.lines()
        if line.kind == ROW
    )
    own = sheet.totals
    totals = (
        (sheet.count, *(own[c.key] for c in ledger.columns if c.key in ledger.totals and c.getter is not None))
        if kept is None
        else totals_of(ledger, kept)
    )
    return Face(label, ledger, _rows(ledger, told), totals, sheet.row_digest, proven)


def _rows(ledger: Ledger, told: Iterable[Sequence[str | None]]) -> tuple[Row, ...]:
    """Rows for comparing, from the exact texts of all columns."""
    compared = [i for i, c in enumerate(ledger.columns) if c.getter is not None]
    keys = [i for i in compared if ledger.columns[i].key in ledger.identity]
    summed = [(i, ledger.columns[i]) for i in compared if ledger.columns[i].key in ledger.totals]
    name = next((i for i in compared if ledger.columns[i].key.endswith("_name") and i not in keys), None)
    rows = []
    for line in told:
        cells = tuple(line[i] for i in compared)
        key = tuple(line[i] or "" for i in keys) if keys else tuple(cell or "" for cell in cells)
        sums = tuple(_read(c, line[i]) for i, c in summed)
        rows.append(Row(key, (line[name] or "") if name is not None else "", cells, sums))
    return tuple(rows)


def _read(column: Column, text: str | None) -> Sum:
    """A figure from its exact text; nothing where nothing stands."""
    unit = column.term.unit
    if text is None:
        return _nothing(unit)
    if column.figure.sums_money:
        return Money.wan(text) if column.figure.style == "wan" else Money.yuan(text)
    return Decimal(text) if column.figure is DECIMAL else int(text)


def _as_kept(kept: KeptPrint) -> Face | None:
    """A print from the rows kept with it; None where they are gone, or the columns of the ledger have changed since."""
    told = kept_rows(kept.number, kept.row_digest)
    if told is None:
        return None
    ledger = find_ledger(kept.ledger)
    head, *records = told.removesuffix(RECORD).split(RECORD)
    if head.decode().split(FIELD) != [ledger.code, *(c.key for c in ledger.columns)]:
        return None
    lines = (record.decode() for record in records)
    rows = ([None if t == NONE else t for t in line.split(FIELD)] for line in lines if not line.startswith(HEADING))
    return Face(name_of(kept), ledger, _rows(ledger, rows), totals_of(ledger, kept), kept.row_digest, True)


def totals_of(ledger: Ledger, kept: KeptPrint) -> tuple[Sum, ...]:
    """The totals as the print's record keeps them, the number of rows first."""
    summed = [f for f in fields_of(ledger) if f.key in ledger.totals]
    return (kept.row_count, *(_sum(kept.totals[f.key], f.unit) for f in summed))


def _nothing(unit: str) -> Sum:
    return Money(0) if unit in ("万元", "元") else 0


def _sum(told: int | str, unit: str) -> Sum:
    """A total as the print keeps it."""
    if isinstance(told, str):
        return Decimal(told)
    return Money(told) if unit in ("万元", "元") else told


def of_print(session: Session, kept: KeptPrint) -> Face:
    """A print as it was: from the rows kept with it, else made again from the journal, and whether its rows are those printed."""
    if (found := _as_kept(kept)) is not None:
        return found
    seq = min(kept.seq, last_seq(session, kept.as_at)) if kept.as_at else kept.seq
    source = after_act(seq, kept.as_at or kept.day) if seq else past(date.min)
    sheet = _sheet(kept, kept.until, source)
    return face(sheet, name_of(kept), sheet.row_digest == kept.row_digest, kept)


def name_of(kept: KeptPrint) -> str:
    """A print as comparisons call it."""
    return f"打印号 {kept.number}"


def of_now(kept: KeptPrint, source: AbstractContextManager[Session], today: date) -> Face:
    """The same print made of other records, business dates up to the print's day."""
    until = kept.until or kept.as_at or kept.day
    return face(_sheet(kept, until, source), f"{show_day_zh(today)}的记录（业务截止 {show_day_zh(until)}）")


def _sheet(kept: KeptPrint, until: date | None, source: AbstractContextManager[Session]) -> Sheet:
    ledger = find_ledger(kept.ledger)
    assert ledger.rows is not None
    with source as session:
        who = viewer(session, kept.printed_by) if kept.printed_by else None
        wanted = Wanted(kept.year or work_year(session), dict(kept.where), until, who)
        return compose(ledger, list(ledger.rows(session, wanted)), Imprint(public=kept.public))


def of_day(code: str, day: date, year: int | None, where: Mapping[str, str], who: Viewer | None) -> Face:
    """A ledger as it was known at the end of a day."""
    ledger = find_ledger(code)
    if ledger.rows is None or ledger.code == "PF52":
        raise DomainError("这份表不能比较，请选别的台账", field="ledger")
    with past(day) as session:
        wanted = Wanted(year or work_year(session), dict(where), None, who)
        sheet = compose(ledger, list(ledger.rows(session, wanted)), Imprint())
    return face(sheet, f"{show_day_zh(day)}终了时的记录")


def compared(old: Face, new: Face) -> Compared:
    """Two faces of one ledger against each other."""
    fields, totals = fields_of(new.ledger), _totals_of(new.ledger)
    found = tuple(compare(fields, old.rows, new.rows))
    made = bridges(totals, old.rows, new.rows, old.totals, new.totals)
    return Compared(new.ledger, old, new, found, tuple(made))


def asked(session: Session, wanted: Wanted) -> Compared:
    """The comparison an address asks for: two prints (old, new), or two days (from, to) of a ledger. Raises DomainError."""
    told = dict(wanted.where)
    if told.get("old") and told.get("new"):
        if extra := set(told) - {"old", "new"}:
            raise DomainError(f"比较两次打印时没有“{sorted(extra)[0]}”这个筛选，筛选以打印时的为准", field="where")
        a, b = kept_print(session, wanted.who, told["old"]), kept_print(session, wanted.who, told["new"])
        if a.scope != b.scope:
            raise DomainError("两次打印的台账、年度、筛选或版本不同，不能比较；请选同一范围的两次打印", field="new")
        if a.number == b.number:
            raise DomainError("请选两次不同的打印", field="new")
        return compared(of_print(session, a), of_print(session, b))
    if told.get("ledger") and told.get("from") and told.get("to"):
        first, last = parse_day(told["from"]), parse_day(told["to"])
        where = {k: v for k, v in told.items() if k not in FILTERS}
        year, who, code = wanted.year, wanted.who, told["ledger"]
        return compared(of_day(code, first, year, where, who), of_day(code, last, year, where, who))
    raise DomainError("请填两次打印的打印号（old、new），或台账和前后两天（ledger、from、to）", field="where")


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One line of PF52: a row more or less, or a changed cell."""

    turn: str
    record: str
    name: str
    column: str
    before: str | None
    after: str | None


def rows(session: Session, wanted: Wanted) -> Iterator[DifferenceRow]:
    """PF52: what is not the same, line by line."""
    for one in asked(session, replace(wanted, until=None)).differences:
        key = " ".join(one.key)[:80]
        if not one.cells:
            yield DifferenceRow(one.turn.label, key, one.name, "整行", None, None)
        for cell in one.cells:
            yield DifferenceRow(one.turn.label, key, one.name, cell.field.label, cell.before, cell.after)


def remarks(session: Session, wanted: Wanted) -> tuple[str, ...]:
    """Which two are compared, and the bridge of every total."""
    found = asked(session, wanted)
    return (*said(found), *(f"{bridge.said}。" for bridge in found.bridges))


def said(found: Compared) -> list[str]:
    """Which two are compared, and whether each is what was printed."""
    told = [f"{found.ledger.code} {found.ledger.title}，原：{found.old.label}；新：{found.new.label}。"]
    for one in (found.old, found.new):
        if one.proven is False:
            told.append(
                f"{one.label}：按日志还原的行与打印时的校验值不同（个人信息后来已删除、台账的列改过，或日志有误），请先核对纸面。"
            )
    return told


def counted(found: Compared) -> dict[str, int]:
    """How many rows of each turn, by its code."""
    return {turn.code: sum(d.turn is turn for d in found.differences) for turn in Turn}
