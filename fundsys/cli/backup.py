"""`fundsys backup FILE` and `fundsys restore FILE`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from fundsys.cli.office import county_option
from fundsys.cli.verify import bar
from fundsys.domain.record_words import table_name

OnTable = Callable[[int, int, str], None]
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("backup", help="把本县全部数据和附件存成一个备份文件（不含密钥，密钥文件夹请另行保管）")
@click.argument("file", type=_FILE)
@county_option
def backup(file: Path) -> None:
    """Write an archive and say what is in it."""
    from fundsys.services import archive

    with bar(100) as shown:
        done = archive.backup(file, on_table=_in_hundredths(shown))
    for digest in done.lost:
        click.echo(f"提示：附件 {digest[:12]} 的文件不见了，备份里没有它", err=True)
    click.echo(f"已备份到 {done.file}：{done.rows} 行，附件 {done.files} 个")
    click.echo(f"办理记录到第 {done.seq} 号，摘要 {done.digest}")


@click.command("restore", help="从备份文件恢复本县：先在旁边建好、核对无误，再一次换上；原有数据另存")
@click.argument("file", type=_FILE)
@county_option
def restore(file: Path) -> None:
    """Restore an archive, or refuse with a sentence and leave everything as it is."""
    from fundsys.services import archive

    with bar(100) as shown:
        done = archive.restore(file, on_table=_in_hundredths(shown))
    click.echo(f"已恢复县 {done.county}：{done.rows} 行，办理记录到第 {done.seq} 号，摘要 {done.digest}")
    if done.kept:
        click.echo(f"原有数据另存为 {done.kept}，确认无误后可以删除")


def _in_hundredths(shown: OnTable | None) -> OnTable | None:
    """A bar of a hundred steps moved by (done, of how many, table)."""
    if shown is None:
        return None
    bar_ = shown
    return lambda done, total, table: bar_(100 * done // max(total, 1), 100, table_name(table) if table else "")
