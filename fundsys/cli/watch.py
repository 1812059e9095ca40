"""`fundsys watch`: have the prints changed since? For the machine's own timetable, once a night."""

from __future__ import annotations

import json

import click

from fundsys import store
from fundsys.cli.office import county_option


@click.command("watch", help="核对已打印的台账后来有没有变动；可由系统定时任务每夜执行，结果在“打印后变动”页和工作台")
@click.option("--json", "as_json", is_flag=True, help="结果用 JSON 给出")
@county_option
def watch(as_json: bool) -> None:
    """Look at every kept print and keep what was found."""
    from fundsys import tasks  # noqa: F401  (declares what the watch does)
    from fundsys.queries.drift import WATCH, last_watch
    from fundsys.services import jobs

    jobs.do_now(WATCH, {})
    with store.snapshot() as session:
        found = last_watch(session)
    told = found.prints if found else ()
    if as_json:
        rows = [{"print": p.number, "figures": p.figures, "words": p.words, "without_act": p.tampered} for p in told]
        click.echo(json.dumps({"prints": rows}, ensure_ascii=False))
        return
    moved, tampered = (found.moved, found.tampered) if found else (0, 0)
    click.echo(f"核对 {len(told)} 份打印，{moved} 份的数字后来有变动，{tampered} 行没有办理记录")
