"""`fundsys package` and `fundsys package-check`: archive packages, and the proof of one without a database."""

from __future__ import annotations

import uuid
from pathlib import Path

import click

from fundsys.cli.office import as_option, county_option, refuse_missing, viewer_acting
from fundsys.domain.errors import DomainError


@click.command("package", help="做归档包（PDF、工作簿、JSON 和带 SHA-256 的目录）：一份或几份打印，或一个年度的各台账")
@click.argument("numbers", nargs=-1, metavar="[打印号]…")
@click.option("--year", type=int, default=None, help="一个年度的各台账：先各印一份，再装包")
@click.option("--out", "out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="输出文件（.zip）")
@as_option
@county_option
def package(numbers: tuple[str, ...], year: int | None, out: Path, acting: str | None) -> None:
    """Pack prints for the archive."""
    from fundsys import packages, store
    from fundsys.queries.ledgers import kept_print

    refuse_missing()
    who = viewer_acting(acting)
    if bool(numbers) == (year is not None):
        raise DomainError("请写要归档的打印号，或者用 --year 写一个年度，二者取一")
    if out.suffix != ".zip":
        raise DomainError("归档包请用 .zip 结尾")
    left_out: list[tuple[str, str]] = []
    if year is not None:
        wanted, left_out = packages.print_year(year, who, str(uuid.uuid4()), lambda done, total: None)
    else:
        with store.snapshot() as session:
            wanted = [kept_print(session, who, number).number for number in numbers]
    files = packages.write(wanted, out, lambda done, total: None, left_out)
    click.echo(f"已写出 {out}：{len(wanted)} 份打印，{files} 个文件")
    for code, why in left_out:
        click.echo(f"不在其中：{code}，{why}")


@click.command("package-check", help="核对归档包：逐个文件的 SHA-256、核验码和行摘要；不用数据库，也不用网络")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def package_check(file: Path) -> None:
    """Check a package."""
    from fundsys import packages

    wrong = packages.check(file)
    if wrong:
        raise DomainError("归档包不对：" + "；".join(wrong))
    click.echo(f"归档包完好：{file}")
