"""`fundsys read`: what we understand of any workbook, without a database."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import click

from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money, exact_wan
from fundsys.imports.child import read_in_child

_WIDTHS = (28, 16)


@click.command("read", help="读一读任意一个工作簿：表头、各行金额、跳过的行、对不上的地方。不用数据库，不改任何东西。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sheet", metavar="工作表", help="只读这一个工作表（隐藏的也读）。")
@click.option("--unit", type=click.Choice(["元", "万元"]), help="表里没有写明金额单位时，由此说明。")
@click.option("--json", "as_json", is_flag=True, help="标准输出只有一个 JSON 文档，金额为整数分。")
def read(file: Path, sheet: str | None, unit: str | None, as_json: bool) -> None:
    """Exit 0 when the file could be opened and has rows, 1 when it is refused, 2 on wrong usage."""
    try:
        sheets = read_in_child(file, sheet=sheet, unit=unit)
    except DomainError as refused:
        click.echo(refused.message, err=True)
        raise SystemExit(1) from refused
    if as_json:
        click.echo(json.dumps({"sheets": sheets}, ensure_ascii=False, indent=1))
        return
    for each in sheets:
        click.echo(summary(each))


def summary(sheet: dict[str, Any]) -> str:
    """One sheet for a reader at a terminal: heading, rows, totals, skipped rows, problems."""
    said = f"工作表“{sheet['name']}”：{len(sheet['rows'])} 行"
    lines = [said + (f"，单位 {sheet['unit']}" if sheet["unit"] else "")]
    if sheet["columns"]:
        named = [
            f"{c['column']} {c['heading']}" + ("（金额）" if c["field"] == "amount" else "") for c in sheet["columns"]
        ]
        lines.append("  列：" + "；".join(named))
    keys = [
        c["heading"] for c in sheet["columns"] if c["field"] in ("project_name", "town", "village", "place", "unit")
    ][:2]
    for row in sheet["rows"]:
        words = [_fit(row["values"].get(key, ""), width) for key, width in zip(keys, _WIDTHS, strict=False)]
        lines.append(f"  {row['row']:>5}  {'  '.join(words)}  {_amount(row['amount_fen'])}")
    lines.append(f"  合计 {_amount(sheet['total_fen'])}；表内所列合计 {_amount(sheet['stated_total_fen'])}")
    if sheet["skipped_rows"]:
        lines.append("  跳过：" + "，".join(f"第 {skip['row']} 行{skip['why']}" for skip in sheet["skipped_rows"]))
    lines += [f"  请看 {problem['cell']}：{problem['message']}" for problem in sheet["problems"]]
    return "\n".join(lines)


def _amount(fen: int | None) -> str:
    return "未定" if fen is None else f"{exact_wan(Money(fen))} 万元"


def _fit(text: str, width: int) -> str:
    """Text cut or filled to so many terminal columns, Chinese characters counting two."""
    out, used = "", 0
    for letter in " ".join(text.split()):
        size = 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if used + size > width:
            break
        out, used = out + letter, used + size
    return out + " " * (width - used)
