"""`fundsys demo`: a complete, plausible demo county in an empty database."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from fundsys import store
from fundsys.cli.office import county_option


@click.command("demo", help="在空数据库里装入一个演示县：项目、资金、资产齐全，每个角色一个账号")
@click.option("--assets", default=2400, show_default=True, type=click.IntRange(100, 500_000), help="资产数")
@click.option("--seed", default=2024, show_default=True, type=int, help="随机种子；相同的种子得到相同的数据")
@click.option("--if-empty", is_flag=True, help="已经有数据时什么也不做，不算出错")
@click.option("--json", "as_json", is_flag=True, help="账号和件数用 JSON 给出")
@county_option
def demo(assets: int, seed: int, if_empty: bool, as_json: bool) -> None:
    """Build the demo county and print its accounts once."""
    from fundsys.demo_prints import write_prints
    from fundsys.services import demo as demos

    if if_empty and not demos.is_empty(store.current_county()):
        click.echo("{}" if as_json else "数据库里已经有数据，没有装演示数据")
        return
    with bar("装入演示数据") as progress:
        built = demos.build(assets, seed, progress=progress)
    write_prints()
    if as_json:
        accounts = [
            {"login": a.login, "password": a.password, "name": a.name, "role": a.role.code, "unit": a.unit}
            for a in built.accounts
        ]
        click.echo(json.dumps({"accounts": accounts, "figures": built.figures}, ensure_ascii=False))
        return
    click.echo("已装入演示县：" + "，".join(f"{label} {number:,}" for label, number in built.figures.items()))
    click.echo("演示账号（密码只显示这一次，请记下）：")
    for a in built.accounts:
        click.echo(f"  {a.login:<15} {a.password}  {a.role.label}  {a.name}  {a.unit}")


@contextmanager
def bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal; silence in a pipe."""
    if not sys.stderr.isatty():
        yield lambda done, whole: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(title, total=None)
        yield lambda done, whole: shown.update(task, completed=done, total=whole)
