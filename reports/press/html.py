"""A sheet as a fragment for the screen: the same lines, words and figures as the paper, as one accessible table."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from ..sheet import GROUP, ROW, SUBTOTAL, Line, Sheet, is_gap

_CLASS = {"left": "", "right": ' class="fs-num"', "center": ' class="fs-mid"'}


class Fragment(str):
    """Finished markup: templates print it as it stands."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def page(
    sheet: Sheet,
    begin: int = 0,
    count: int | None = None,
    link: Callable[[Any], str | None] | None = None,
    link_key: str = "",
) -> Fragment:
    """The table of a ledger for the screen.

    begin, count: which rows are shown (all by default); headings and subtotals of hidden groups are left out, the total
    is always that of all rows. link: row → address, put on the cell of the column `link_key` (None: no link).
    """
    end = None if count is None else begin + count
    rows = iter(sheet.rows()) if link else None
    out: list[str] = []
    waiting: list[Line] = []
    seen = 0
    shown_groups: set[int] = set()
    for line in sheet.lines():
        if line.kind == ROW:
            source = next(rows) if rows is not None else None
            inside = seen >= begin and (end is None or seen < end)
            seen += 1
            if inside:
                out.extend(_group(sheet, head) for head in waiting)
                shown_groups.update(head.level for head in waiting)
                waiting.clear()
                out.append(_row(sheet, line, link(source) if link else None, link_key))
        elif line.kind == GROUP:
            waiting = [head for head in waiting if head.level < line.level] + [line]
            shown_groups.discard(line.level)
        elif line.kind == SUBTOTAL and line.level in shown_groups and begin < seen <= (end or seen):
            out.append(_sum(sheet, line))
    total = _sum(sheet, line)
    body = "".join(out) or f'<tr><td colspan="{len(sheet.columns)}" class="fs-mid">没有符合条件的记录</td></tr>'
    demo = "演示数据　" if sheet.imprint.demo else ""
    caption = f"{demo}{sheet.title}{sheet.subtitle}"
    return Fragment(
        f'<table class="fs-table fs-tight fs-ledger"><caption>{escape(caption)}</caption><thead>{_heads(sheet)}</thead>'
        f"<tbody>{body}</tbody><tfoot>{total}</tfoot></table>{_notes(sheet)}"
    )


def _heads(sheet: Sheet) -> str:
    unit = sheet.ledger.unit
    overs = [column.over for column in sheet.columns]
    two = any(overs)
    upper, lower = [], []
    for k, column in enumerate(sheet.columns):
        name = escape(column.heading(unit).replace("\n", ""))
        kind = _CLASS[column.figure.align]
        if not overs[k]:
            upper.append(
                f'<th scope="col"{kind}{" rowspan=2" if two else ""}>{name}</th>'.replace("rowspan=2", 'rowspan="2"')
            )
            continue
        if k == 0 or overs[k - 1] != overs[k]:
            span = next((j for j in range(k, len(overs)) if overs[j] != overs[k]), len(overs)) - k
            upper.append(f'<th scope="colgroup" class="fs-mid" colspan="{span}">{escape(overs[k])}</th>')
        lower.append(f'<th scope="col"{kind}>{name}</th>')
    return f"<tr>{''.join(upper)}</tr>" + (f"<tr>{''.join(lower)}</tr>" if two else "")


def _row(sheet: Sheet, line: Line, address: str | None, link_key: str) -> str:
    cells = []
    for column, text in zip(sheet.columns, sheet.texts(line), strict=True):
        shown = escape(text)
        if address and column.key == link_key:
            shown = f'<a href="{escape(address)}">{shown}</a>'
        cells.append(f"<td{_CLASS[column.figure.align]}>{shown}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _group(sheet: Sheet, line: Line) -> str:
    return f'<tr class="is-group"><th scope="rowgroup" colspan="{len(sheet.columns)}">{escape(sheet.label(line))}</th></tr>'


def _sum(sheet: Sheet, line: Line) -> str:
    first = next((k for k, value in enumerate(line.values) if value is not None), len(line.values))
    lead = max(first, 1)
    cells = [f'<th scope="row" colspan="{lead}">{escape(sheet.label(line))}</th>']
    texts = sheet.texts(line)
    for k in range(lead, len(line.values)):
        cells.append(f"<td{_CLASS[sheet.columns[k].figure.align]}>{escape(texts[k])}</td>")
    return f'<tr class="is-sum">{"".join(cells)}</tr>'


def _notes(sheet: Sheet) -> str:
    looks = ((' class="fs-bad-text"' if is_gap(note) else "", note) for note in sheet.notes)
    notes = "".join(f"<li{look}>{escape(note)}</li>" for look, note in looks)
    return f'<ul class="fs-notes">{notes}</ul>' if notes else ""
