"""`fundsys print`: a ledger into a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from fundsys.cli.office import as_at_option, as_option, county_option, refuse_missing, until_option, viewer_acting


def a_filter(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """`--where key=value`, several times."""
    found = {}
    for value in values:
        key, sign, told = value.partition("=")
        if not sign or not key.strip():
            raise click.BadParameter(f"“{value}”应写成 名称=值，例如 town=八渡镇")
        found[key.strip()] = told.strip()
    return found


@click.command("print", help="打印台账（LG01…LG18 或台账名称）到 .pdf、.xlsx、.csv 或 .html 文件")
@click.argument("ledger")
@click.option("--out", "out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="输出文件")
@click.option("--year", type=int, default=None, help="年度，默认为本县工作年度")
@click.option("--where", multiple=True, callback=a_filter, metavar="名称=值", help="筛选，可写多次，例如 town=八渡镇")
@as_at_option
@until_option
@click.option("--public", is_flag=True, help="公示版：隐去个人信息")
@as_option
@county_option
def print_(
    ledger: str,
    out: Path,
    year: int | None,
    where: dict[str, str],
    as_at: date | None,
    until: date | None,
    public: bool,
    acting: str | None,
) -> None:
    """Print a ledger and record the print."""
    from fundsys import printing

    refuse_missing()
    who = viewer_acting(acting)
    order = printing.Order(ledger, year, where, as_at=as_at, until=until, public=public, who=who)
    record = printing.print_ledger(order, out)
    click.echo(f"已打印 {out}：打印号 {record.number}，{record.row_count} 行，核验码 {record.check_code}")
    click.echo(f"行摘要 {record.row_digest}")
