"""`fundsys import` and `fundsys template`: workbooks into the county, and the blank workbooks to fill in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from fundsys.cli.office import as_option, county_option, person_acting, refuse_missing, viewer_acting
from fundsys.domain.errors import DomainError

_HELP = """检查一个工作簿能不能作为 KIND 导入，逐格报告错处；加 --apply 时全部存入，有一处不对就一条也不存。

KIND：projects（项目）、notices（指标文）、allocations（资金分配）、legacy（历年产业项目）、assets（资产）。
文件可以是 fundsys template 做的模板，也可以是任何一个县的表；表里没有的列用 --given 说明，例如 --given 项目状态=列计划。

\b
--json 时标准输出是一个 JSON 文档：
  kind, file, sha256, sheet, way（template 模板 / foreign 县里的表）, rows（数据行数）,
  applied（是否已存入）, added, changed, same（新增、改动、未变的行数）, amount_fen（金额合计，分）,
  errors [{sheet, cell, row, column, message}]（最多 500 条）, error_count, bad_rows（有错的行数）,
  missing [{column, field}]（缺的列）, changes [{row, name, fields [{label, before, after}]}], notices [请核对的话]

退出码：0 可以导入或已导入，1 拒绝（有错格、缺列、无权、文件打不开），2 用法不对。
"""


@click.command("import", help=_HELP)
@click.argument("kind", metavar="KIND")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sheet", metavar="工作表", help="导入哪个工作表；只有一个有数据时不用写")
@click.option("--year", type=click.IntRange(2013, 2100), metavar="年度", help="表里没有年度列时，全表的年度")
@click.option("--unit", type=click.Choice(["元", "万元"]), help="表里没有写明金额单位时，由此说明")
@click.option("--given", multiple=True, metavar="列名=值", help="表里没有的列，全表适用的值；可写多次")
@click.option(
    "--marked",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="文件.xlsx",
    help="有错处时，另存一份标好错处的原表；没有错处而原表带着上次的标注时，另存一份去掉标注的",
)
@click.option("--apply", "apply_it", is_flag=True, help="没有错处时存入")
@as_option
@click.option("--json", "as_json", is_flag=True, help="结果用 JSON 给出")
@county_option
def import_workbook(
    kind: str,
    file: Path,
    sheet: str | None,
    year: int | None,
    unit: str | None,
    given: tuple[str, ...],
    marked: Path | None,
    apply_it: bool,
    acting: str | None,
    as_json: bool,
) -> None:
    """Check a workbook, and store it with --apply. Exit 0, 1 when refused, 2 on wrong usage."""
    from fundsys.cli.demo import bar
    from fundsys.imports.intake import Asked, check, take_in
    from fundsys.imports.kinds.registry import kind_of
    from fundsys.services.acts import act

    wanted = kind_of(kind)
    refuse_missing()
    if apply_it and acting is None:
        raise click.UsageError("存入业务数据要说明以谁的名义：请加 --as 登录名")
    if marked is not None and (marked.suffix.lower() != ".xlsx" or marked.resolve() == file.resolve()):
        raise click.BadParameter("请写另一个以 .xlsx 结尾的文件名", param_hint="--marked")
    asked = Asked(kind, file, file.name, sheet, unit, _given(wanted, given, year))
    with bar(f"导入{wanted.label}") as progress:
        found = check(asked, viewer_acting(acting), progress=progress)
        stored = False
        if apply_it and found.plan and not found.plan.is_nothing and acting is not None:
            with act(by=person_acting(acting), what=f"导入{wanted.label}") as opened:
                found.plan = take_in(found, asked, act=opened, progress=progress)
                stored = True
    if marked is not None:
        _return(found, asked, viewer_acting(acting), marked)
    if as_json:
        click.echo(json.dumps(document(found, stored), ensure_ascii=False))
    else:
        _tell(found, stored, apply_it)
    if found.refusal:
        if not as_json:
            click.echo(found.refusal, err=True)
        raise SystemExit(1)


def _return(found: Any, asked: Any, who: Any, target: Path) -> None:
    """Write the workbook that goes back, and say on stderr where it lies."""
    from fundsys import store
    from fundsys.imports.intake import told_for
    from fundsys.imports.marking.book import clean
    from fundsys.imports.returned import write_returned

    try:
        if not found.refusal:
            if asked.name.lower().endswith(".xlsx") and clean(asked.path, target):
                click.echo(f"已另存去掉标注的工作簿：{target}", err=True)
            return
        with store.snapshot() as session:
            other = write_returned(found, asked, told_for(found.kind, who, session, found.table.way), target)
    except OSError as error:
        raise DomainError(f"写不了“{target}”：{error.strerror}") from error
    click.echo(f"已另存标好错处的工作簿：{target}{f'（{other}）' if other else ''}", err=True)


def _given(kind: Any, given: tuple[str, ...], year: int | None) -> dict[str, str]:
    told: dict[str, str] = {}
    if year is not None:
        attr = next((a for a in ("year", "project_year") if a in kind.by_attr), None)
        if attr:
            told[attr] = str(year)
    for pair in given:
        word, sign, value = pair.partition("=")
        column = next((c for c in kind.columns if word.strip() in (c.attr, c.label, c.heading)), None)
        if not sign or column is None or not column.given:
            may = "、".join(c.label for c in kind.columns if c.given)
            raise click.BadParameter(f"“{pair}”不行；可以说明的列：{may}", param_hint="--given")
        told[column.attr] = value
    return told


def document(found: Any, stored: bool) -> dict[str, Any]:
    """The answer of --json."""
    plan = found.plan
    return {
        "kind": found.kind.code,
        "file": found.table.name,
        "sha256": found.table.sha256,
        "sheet": found.table.sheet,
        "way": found.table.way,
        "rows": len(found.table),
        "applied": stored,
        "added": plan.added if plan else 0,
        "changed": plan.changed if plan else 0,
        "same": plan.same if plan else 0,
        "amount_fen": plan.amount_fen if plan else None,
        "errors": [
            {"sheet": f.sheet, "cell": f.cell, "row": f.row, "column": f.label, "message": f.message}
            for f in found.faults
        ],
        "error_count": found.count,
        "bad_rows": found.bad_rows,
        "missing": [{"column": c.label, "field": c.attr} for c in found.missing],
        "changes": [
            {
                "row": c.row,
                "name": c.name,
                "fields": [{"label": label, "before": before, "after": after} for label, before, after in c.fields],
            }
            for c in (plan.changes if plan else ())
        ],
        "notices": found.notices,
    }


def _tell(found: Any, stored: bool, apply_it: bool) -> None:
    for fault in found.faults:
        click.echo(str(fault))
    if found.count > len(found.faults):
        click.echo(f"还有 {found.count - len(found.faults)} 处没有列出")
    for notice in found.notices:
        click.echo(f"请核对：{notice}")
    plan = found.plan
    if plan is None:
        return
    for change in plan.changes[:20]:
        told = "，".join(f"{label}：{before or '未填'} → {after or '未填'}" for label, before, after in change.fields)
        click.echo(f"第 {change.row} 行 {change.name}：{told}")
    figures = f"{len(found.table)} 行，新增 {plan.added}，改动 {plan.changed}，未变 {plan.same}"
    if plan.is_nothing:
        click.echo(f"{figures}；与系统里的一致，没有要存的")
    elif stored:
        click.echo(f"已导入{found.kind.label}：{figures}")
    else:
        click.echo(f"可以导入{found.kind.label}：{figures}" + ("" if apply_it else "；存入请加 --apply --as 登录名"))


@click.command("template", help="做一个 KIND 的空白工作簿：有可选的词表，每列一句说明；--filled 时填好现有的数据")
@click.argument("kind", metavar="KIND")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="文件.xlsx")
@click.option("--filled", is_flag=True, help="填好系统里现有的数据（按 --as 的权限）")
@as_option
@county_option
def template(kind: str, out: Path, filled: bool, acting: str | None) -> None:
    """Write the workbook of a KIND."""
    from fundsys import store
    from fundsys.imports.intake import told_for
    from fundsys.imports.kinds.registry import kind_of
    from fundsys.imports.template import write_template

    wanted = kind_of(kind)
    if out.suffix.lower() != ".xlsx":
        raise click.BadParameter("文件名请以 .xlsx 结尾", param_hint="--out")
    refuse_missing()
    who = viewer_acting(acting)
    with store.snapshot() as session:
        told = told_for(wanted, who, session)
        try:
            count = write_template(wanted, told, out, wanted.known(session, told) if filled else ())
        except OSError as error:
            raise DomainError(f"写不了“{out}”：{error.strerror}") from error
    click.echo(f"已写好{wanted.label}的{f'工作簿，{count} 行' if filled else '空白模板'}：{out}")
