"""`fundsys check`: run the rules of a year."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from fundsys.cli.office import as_at_option, as_option, county_option, person_acting, reading, until_option

if TYPE_CHECKING:
    from fundsys.domain.rules.base import Finding
    from fundsys.queries.findings import Checked

_HEADS = ("规则", "名称", "现在", "要求", "距界线", "结论")


@click.command("check", help="按规则检查一个年度；不论结论如何都算执行成功")
@click.option("--year", type=int, metavar="年度", help="默认为本县的工作年度")
@click.option("--rule", "names", multiple=True, metavar="代码", help="只查这些规则，R65 和 F001 两种代码都行，可写几次")
@as_at_option
@until_option
@click.option("--json", "as_json", is_flag=True, help="只输出一个 JSON 文档")
@click.option("--keep", is_flag=True, help="把结果保留到“检查记录”，与上一次比较；可由系统定时任务每夜执行")
@as_option
@county_option
def check(
    year: int | None,
    names: tuple[str, ...],
    as_at: date | None,
    until: date | None,
    as_json: bool,
    keep: bool,
    acting: str | None,
) -> None:
    """Run the rules and print what they find."""
    from fundsys.queries.check_json import check_json, rules_named
    from fundsys.queries.facts import county_today, work_year
    from fundsys.queries.findings import findings
    from fundsys.queries.suspects import Depth

    if keep and until:
        raise click.UsageError("--keep 按记录的日子比较，不能与 --until 同用")
    rules = rules_named(names)
    with reading(as_at) as session:
        judged = year if year is not None else work_year(session)
        found = findings(session, judged, as_at, until, rules, Depth.EVERY if as_json else Depth.FIGURES)
        day = as_at or county_today(session)
    told = _keep(judged, tuple(r.code for r in rules) if names else (), as_at, acting) if keep else ""
    if as_json:
        click.echo(json.dumps(check_json(judged, day, until, found), ensure_ascii=False))
        return
    _tell(judged, day, until, found)
    if told:
        click.echo(told)


def _keep(year: int, codes: tuple[str, ...], as_at: date | None, acting: str | None) -> str:
    """Keep the run, as this person or as 系统; one line on what became of it."""
    from fundsys.services.acts import act
    from fundsys.services.kept_checks import Wanted, keep_run

    who = person_acting(acting) if acting else None
    with act(by=who, what="保留检查结果") as opened:
        made = keep_run(Wanted(year, None, codes, None, as_at), act=opened)
        compared = f"，新增 {made.new_count} 个，消除 {made.gone_count} 个" if made.before_id else "，第一次，没有比较"
        return f"已保留第 {made.id} 次检查：问题 {made.fault_count} 个{compared}"


def _tell(year: int, as_at: date, until: date | None, found: Sequence[Checked]) -> None:
    """The results as a table for people, and beneath it one sentence for each."""
    click.echo(f"规则检查 {year}年度 按 {as_at} 的记录" + (f" 业务日期截至 {until}" if until else ""))
    rows = [_HEADS, *(_cells(c.approved) for c in found)]
    widths = [max(_width(row[i]) for row in rows) for i in range(len(_HEADS))]
    for row in rows:
        click.echo(
            "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    click.echo()
    for c in found:
        click.echo(f"{_code(c.approved)} {c.approved.message}")
        if c.differs:
            click.echo(f"{_code(c.approved)} 待复核的一并计入：{c.reserved.outcome.label}，{c.reserved.message}")


def _cells(finding: Finding) -> tuple[str, ...]:
    return (
        _code(finding),
        finding.title,
        finding.measured_words,
        finding.required_words,
        finding.distance_words,
        finding.outcome.label,
    )


def _code(finding: Finding) -> str:
    return f"{finding.rule}（{finding.scope}）" if finding.scope else finding.rule


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
