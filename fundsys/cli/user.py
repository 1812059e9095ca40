"""`fundsys user add`: an account with a one-time secret."""

from __future__ import annotations

import click

from fundsys.cli.office import as_option, county_option, person_acting, refuse_missing
from fundsys.domain.rights import Role


@click.group("user", help="账号")
def user() -> None:
    """Accounts of the county."""


@user.command("add", help="新建账号，给出一次性口令；不写 --as 时由系统办理")
@click.argument("name", metavar="姓名")
@click.option("--role", required=True, type=click.Choice([role.code for role in Role]), help="角色代码")
@click.option("--unit", required=True, metavar="单位", help="单位全称或代码")
@click.option("--login", metavar="登录名", help="默认用姓名的拼音")
@as_option
@county_option
def add(name: str, role: str, unit: str, login: str | None, acting: str | None) -> None:
    """Make an account; its secret is printed once."""
    from fundsys.services import people
    from fundsys.services.acts import act

    refuse_missing()
    wanted = next(r for r in Role if r.code == role)
    with act(by=person_acting(acting) if acting else None, what="新建账号", subject=name) as a:
        there = people.unit_named(a.session, unit)
        made, secret = people.add_person(login or login_of(name), name, wanted, there.id, act=a)
    click.echo(f"已新建账号：{made.name}（{made.role.label}，{there.name}）")
    click.echo(f"登录名：{made.login}")
    click.echo(f"一次性口令：{secret}")
    click.echo("口令只显示这一次，首次登录须改密码。")


def login_of(name: str) -> str:
    """A login made of a name: its pinyin without tones; a name without Chinese as it is."""
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(name))


add.top_level = False  # type: ignore[attr-defined]
