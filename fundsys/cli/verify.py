"""`fundsys verify`: proves the county's data and names what is broken."""

from __future__ import annotations

import json
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import click

from fundsys import store
from fundsys.cli.office import county_option
from fundsys.domain.errors import NotFound

if TYPE_CHECKING:
    from fundsys.services.verification import Report

COUNTED = {
    "acts": "办理记录",
    "changes": "改动记录",
    "rows": "业务数据行",
    "triggers": "触发器",
    "attachments": "附件",
    "prints": "打印记录",
    "vault": "个人信息",
}


@click.command("verify", help="核对全部数据：办理记录首尾相接、逐行相符、资金平衡、附件完整；指出第一处不符")
@click.option("--json", "as_json", is_flag=True, help="输出一个 JSON 文档")
@county_option
def verify(as_json: bool) -> None:
    """Exit 0 when everything holds, 1 when something is broken."""
    from fundsys.services import verification

    code = store.current_county()
    if not store.exists(code):
        raise NotFound("还没有数据库，请先执行 fundsys init")
    with bar(len(verification.STEPS)) as shown:
        report = verification.verify(code, on_step=shown)
    if as_json:
        click.echo(json.dumps(as_document(report), ensure_ascii=False))
    else:
        _tell(report)
    if not report.ok:
        raise click.exceptions.Exit(1)


def as_document(report: Report) -> dict[str, Any]:
    """The report as the contract's JSON."""
    return {
        "ok": report.ok,
        "checked": report.checked,
        "head": {"seq": report.head_seq, "digest": report.head_digest},
        "problems": [
            {"check": p.check, "table": p.table, "id": p.id, "label": p.label, "message": p.message}
            for p in report.problems
        ],
        "notes": report.notes,
    }


def _tell(report: Report) -> None:
    for note in report.notes:
        click.echo(f"提示：{note}")
    if report.ok:
        counted = "，".join(f"{word} {report.checked[key]}" for key, word in COUNTED.items() if key in report.checked)
        click.echo(f"核对无误：{counted}")
        if report.head_seq:
            click.echo(f"办理记录到第 {report.head_seq} 号，摘要 {report.head_digest}")
        return
    first, *others = report.problems
    click.echo(f"发现 {len(report.problems)} 处不符，第一处：{first.message}", err=True)
    for problem in others:
        click.echo(problem.message, err=True)


class _Bar:
    """A progress bar on the terminal, moved by (done, of how many, words)."""

    def __init__(self, length: int) -> None:
        self.bar: Any = click.progressbar(length=length, file=sys.stderr, item_show_func=lambda word: str(word or ""))

    def __enter__(self) -> _Bar:
        self.bar.__enter__()
        return self

    def __exit__(self, *told: Any) -> None:
        self.bar.__exit__(*told)

    def __call__(self, done: int, total: int, word: str) -> None:
        self.bar.update(done - self.bar.pos, word)


def bar(length: int) -> AbstractContextManager[Any]:
    """A progress bar when a person watches, nothing in a pipe."""
    return _Bar(length) if sys.stderr.isatty() else nullcontext()
