"""`fundsys init`, `fundsys county`, `fundsys upgrade`."""

from __future__ import annotations

import click

from fundsys import store
from fundsys.cli.office import county_option


@click.command("init", help="建立或升级数据库，装入参考数据；可以反复执行")
@county_option
def init() -> None:
    """Create or upgrade the county's database."""
    from fundsys.services import counties

    for line in counties.init():
        click.echo(line)


@click.command("upgrade", help="升级数据库到本版程序")
@click.option("--all", "every", is_flag=True, help="升级本机全部县")
@county_option
def upgrade(every: bool) -> None:
    """Upgrade one county or all."""
    from fundsys.services import counties

    for line in counties.upgrade_all() if every else counties.init():
        click.echo(line)


@click.group("county", help="一台机器上的几个县")
def county() -> None:
    """Counties of this installation."""


@county.command("add", help="增加一个县")
@click.argument("code")
@click.argument("name")
@county_option
def add(code: str, name: str) -> None:
    """A further county."""
    from fundsys.services import counties

    for line in counties.add(code, name):
        click.echo(line)


@county.command("list", help="列出本机的县")
@county_option
def list_() -> None:
    """The counties there are."""
    from fundsys.services import counties

    if not store.counties():
        click.echo("还没有县，请先执行 fundsys init")
    for code, name in counties.names():
        click.echo(f"{code}  {name}")


add.top_level = list_.top_level = False  # type: ignore[attr-defined]
