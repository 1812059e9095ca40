"""A register as values in files, printed by a process that reads them: python -m tests.bench.handed JOB FOLDER.

Rows come from outside, as in the anchors. `press` reads the typeset sheet and imports our press; `naive` reads the texts
of the cells and imports WeasyPrint; neither imports the database, its tables or the ledgers. `floor` prints an empty page:
what a process pays before it prints anything.
"""

from __future__ import annotations

import json
import pickle
import sys
from dataclasses import replace
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fundsys.reports.figures import Kind
    from fundsys.reports.sheet import Sheet

SHEET, TABLE = "sheet.pickle", "table.json"


# --- for the process that composes ---------------------------------------------------------------------------------


def hand_over(sheet: Sheet, folder: Path) -> None:
    """Write what the printing processes read: the typeset sheet, and the plain texts of its table."""
    from fundsys.reports.figures import Kind

    with open(folder / SHEET, "wb") as file:
        pickler = pickle.Pickler(file, pickle.HIGHEST_PROTOCOL)
        pickler.dispatch_table = {Kind: _by_name}
        pickler.dump(as_values(sheet))
    (folder / TABLE).write_text(json.dumps(table_of(sheet), ensure_ascii=False), "utf-8")


def _by_name(kind: Kind) -> Any:
    """A kind of cell all ledgers share by its name, any other whole."""
    from fundsys.reports import figures

    name = kind.name.upper()
    return name if getattr(figures, name, None) is kind else kind.__reduce_ex__(pickle.HIGHEST_PROTOCOL)


def as_values(sheet: Sheet) -> Sheet:
    """The same sheet over rows of plain values, without the functions that ask a record or a query for them."""
    from fundsys.reports.ledger import Group
    from fundsys.reports.sheet import compose

    columns, groups = sheet.columns, sheet.ledger.groups
    ledger = replace(
        sheet.ledger,
        columns=tuple(replace(one, getter=one.getter and itemgetter(k)) for k, one in enumerate(columns)),
        group_by=tuple(Group(one.title, itemgetter(len(columns) + k)) for k, one in enumerate(groups)) or None,
        rows=None,
        remarks=None,
        titled=None,
        bind=None,
    )
    asked = [one.getter for one in columns] + [one.label for one in groups]
    return compose(ledger, [tuple(get and get(row) for get in asked) for row in sheet.rows()], sheet.imprint)


def table_of(sheet: Sheet) -> dict[str, Any]:
    """Paper, headings and the texts of all cells, row by row."""
    from fundsys.reports.sheet import ROW

    rows = [sheet.texts(line) for line in sheet.lines() if line.kind == ROW]
    return {"page": sheet.ledger.page, "heads": [column.term.label for column in sheet.columns], "rows": rows}


# --- the processes that print --------------------------------------------------------------------------------------


def press(folder: Path, target: Path) -> None:
    """Our print of the sheet."""
    from fundsys.reports.press import pdf

    with open(folder / SHEET, "rb") as file:
        sheet = pickle.load(file)  # noqa: S301  (written by the bench itself)
    pdf.render(sheet, target)


def naive(folder: Path, target: Path) -> None:
    """All columns of the table as plain HTML through WeasyPrint as it comes."""
    plain_table(json.loads((folder / TABLE).read_text("utf-8")), target)


def plain_table(table: dict[str, Any], target: Path) -> None:
    """One HTML table, set by WeasyPrint."""
    import weasyprint

    heads = "".join(f"<th>{text}</th>" for text in table["heads"])
    rows = [f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in table["rows"]]
    style = (
        f"@page{{size:{table['page']};margin:13mm 12mm 15mm;@top-center{{content:'资产登记台账'}}"
        "@bottom-center{content:'第 ' counter(page) ' 页 共 ' counter(pages) ' 页'}}"
        "body{font:7pt 'Noto Serif CJK SC'}table{border-collapse:collapse;width:100%}"
        "td,th{border:.5pt solid #444;padding:1pt}thead{display:table-header-group}tr{break-inside:avoid}"
    )
    html = f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    weasyprint.HTML(string=f"<!doctype html><html lang=zh-CN><style>{style}</style>{html}").write_pdf(target)


def floor(folder: Path, target: Path) -> None:
    """One empty page through WeasyPrint."""
    import weasyprint

    weasyprint.HTML(string="<!doctype html><html lang=zh-CN><style>@page{size:A4}</style>").write_pdf(target)


JOBS = {job.__name__: job for job in (press, naive, floor)}

if __name__ == "__main__":
    name, place = sys.argv[1], Path(sys.argv[2])
    printed = place / f"{name}.pdf"
    JOBS[name](place, printed)
    print(json.dumps({"bytes": printed.stat().st_size}))
