"""`fundsys selftest`: screen, PDF, workbook, CSV and API of every ledger, compared to the 分."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from fundsys.cli.office import as_option, county_option, refuse_missing, viewer_acting
from fundsys.cli.verify import bar

if TYPE_CHECKING:
    from fundsys.selftest import Tested


@click.command(
    "selftest", help="自检：每张台账印成 PDF、工作簿、CSV，连同页面和接口逐格读回来比对，到分一致；有一处不符就指名"
)
@click.option("--ledger", "codes", multiple=True, metavar="台账", help="只检这些台账，代码或名称，可写几次")
@click.option("--year", type=int, default=None, metavar="年度", help="默认为本县的工作年度")
@click.option("--json", "as_json", is_flag=True, help="只输出一个 JSON 文档")
@as_option
@county_option
def selftest(codes: tuple[str, ...], year: int | None, as_json: bool, acting: str | None) -> None:
    """Exit 0 when every output of every ledger agrees, 1 when one differs."""
    from fundsys.reports.registry import ledgers
    from fundsys.selftest import selftest as tried

    refuse_missing()
    with bar(len(codes) or len(ledgers())) as shown:
        found = list(tried(codes, year, viewer_acting(acting), shown))
    if as_json:
        click.echo(json.dumps(_document(found), ensure_ascii=False))
    else:
        _tell(found)
    if not all(one.ok for one in found):
        raise click.exceptions.Exit(1)


def _document(found: list[Tested]) -> dict[str, object]:
    return {
        "ok": all(one.ok for one in found),
        "ledgers": [
            {
                "ledger": one.code,
                "title": one.title,
                "row_count": one.row_count,
                "row_digest": one.row_digest,
                "ok": one.ok,
                "left_out": one.left_out,
                "differences": list(one.differences),
            }
            for one in found
        ],
    }


def _tell(found: list[Tested]) -> None:
    for one in found:
        if one.left_out:
            click.echo(f"{one.code} {one.title}：没有检。{one.left_out}")
        elif one.ok:
            click.echo(f"{one.code} {one.title}：{one.row_count} 行，页面、PDF、工作簿、CSV、接口一致")
        else:
            click.echo(f"{one.code} {one.title}：{len(one.differences)} 处不符，第一处：{one.differences[0]}", err=True)
            for sentence in one.differences[1:]:
                click.echo(f"  {sentence}", err=True)
    tried = [one for one in found if not one.left_out]
    wrong = sum(not one.ok for one in tried)
    click.echo(f"自检 {len(tried)} 张台账，{f'{wrong} 张不符' if wrong else '全部一致'}")
