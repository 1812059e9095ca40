"""`fundsys proofs` and `fundsys prove`: the list of prints that needs no network, and a paper checked against it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from fundsys import store
from fundsys.cli.office import county_option, refuse_missing
from fundsys.domain.errors import DomainError


@click.command(
    "proofs", help="做一份打印核验清单（.txt 文本，或 .html 自带核对程序的页面），公布或拷走，离线也能核对打印件"
)
@click.option("--out", "out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="输出文件")
@county_option
def proofs(out: Path) -> None:
    """Write the list of all prints."""
    from fundsys.domain.proof_list import read
    from fundsys.queries.history import OFFICE_ZONE
    from fundsys.reports.press import offline
    from fundsys.reports.published import proof_list

    if out.suffix not in (".txt", ".html"):
        raise DomainError("核验清单请用 .txt 或 .html 结尾")
    refuse_missing()
    with store.snapshot() as session:
        text = proof_list(session, datetime.now(OFFICE_ZONE))
    out.write_text(text if out.suffix == ".txt" else offline.page(text), "utf-8", newline="\n")
    made = read(text)
    click.echo(f"已写出 {out}：{len(made.entries)} 份打印，清单摘要 SHA256 {made.digest}")


@click.command("prove", help="用核验清单核对一张打印件，不用网络也不用数据库：清单文件、打印号、核验码")
@click.argument("published", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("number")
@click.argument("code")
def prove(published: Path, number: str, code: str) -> None:
    """Check a paper against a list."""
    from fundsys.domain import proof_list

    try:
        text = published.read_text("utf-8")
    except UnicodeDecodeError as wrong:
        raise DomainError("这不是打印核验清单，请用“打印记录”页上下载的 .txt 清单") from wrong
    found = proof_list.prove(proof_list.read(text), number, code)
    click.echo(f"有这次打印：{found.number} {found.title}，{found.printed_at} 打印，{found.unit}，{found.edition}")
    as_at = f"，按{found.as_at}终了时的记录" if found.as_at else ""
    click.echo(f"范围：{found.scope}；业务截止 {found.until}{as_at}")
    click.echo(f"行数 {found.row_count}")
    for name, figure in found.totals:
        click.echo(f"合计 {name} {figure}")
    click.echo(f"行摘要 {found.row_digest}")
    click.echo("请逐项与纸面比对，有一处不同就不是这一份。")
