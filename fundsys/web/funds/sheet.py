"""The allocation sheet: many amounts at once, with every rule now → after before anything is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys.domain.errors import DomainError
from fundsys.domain.funds import MoneyState
from fundsys.domain.money import ZERO, Money, exact_wan, show_wan, total
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import allotment_sheet as queries
from fundsys.services import funds
from fundsys.services.acts import Act, NothingToDo
from fundsys.web.access import allow, me

from . import bp
from .forms import SheetForm, read_wan, today
from .strip import cells, fee_room, fee_words

KINDS = (
    ("industry", "产业"),
    ("leading", "首位产业"),
    ("other", "非产业"),
    ("relief", "以工代赈"),
    ("filled", "只看已填"),
)


@dataclass(frozen=True)
class Line:
    """One row as the page shows it: what stands, what was typed, and what would come of it."""

    row: queries.SheetRow
    typed: str
    reason: str
    amount: Money
    error: str
    reason_error: str
    hints: tuple[tuple[str, str], ...]

    @property
    def after(self) -> Money:
        return self.row.given + self.amount

    @property
    def short(self) -> Money:
        return self.row.planned - self.after

    @property
    def is_beyond(self) -> bool:
        return self.amount > ZERO and self.short < ZERO

    @property
    def was(self) -> str:
        return exact_wan(self.row.draft) if self.row.draft else ""

    @property
    def tone(self) -> str:
        if self.error:
            return "bad"
        return "warn" if any(tone == "warn" for tone, _ in self.hints) else ""


@bp.route("/allotments/<int:line_id>/allocate", methods=["GET", "POST"])
@allow(Permission.ALLOCATE)
def allocate(line_id: int) -> Any:
    """The sheet of a notice line: fill, count, keep as drafts, hand over."""
    made = _sheet(line_id)
    form = SheetForm(decided_on=made.decided_on, county_no=made.county_no or None)
    wish = request.form.get("action", "count")
    if request.method == "POST" and wish != "count":
        readable = form.submitted()
        typed = _typed(made, form)
        if readable and not form.row_errors and (answer := _save(form, made, typed, wish)):
            return answer
        return _page(made, form), 422
    if request.method == "POST":
        form.validate()
        _typed(made, form)
    return _page(made, form)


@bp.route("/allotments/<int:line_id>/preview", methods=["POST"])
@allow(Permission.ALLOCATE)
def preview(line_id: int) -> str:
    """The live pieces of the sheet for what is typed now. Writes nothing."""
    made = _sheet(line_id)
    form = SheetForm()
    return render_template("funds/preview.html", **_told(made, form))


def _sheet(line_id: int) -> queries.Sheet:
    add = [code.strip() for code in request.args.getlist("add") if code.strip()]
    return queries.sheet(db.session, me().id, line_id, add)


def _save(form: SheetForm, made: queries.Sheet, typed: dict[int, Money], wish: str) -> Response | None:
    """Keep or hand over; the answer, or None when the office refused."""
    form.act_name = "提交分配复核" if wish == "submit" else "存分配草稿"
    done = form.try_to(
        _submit if wish == "submit" else _keep,
        made.line_id,
        _draft_rows(made, typed),
        decided_on=form.decided_on.data,
        document_no=form.county_no.data or "",
        over=form.version.data,
    )
    if not done:
        return None
    flash(form.repeated or form.result or "没有改动", "good")
    return redirect(request.full_path.rstrip("?"))


def _keep(line_id: int, rows: Sequence[funds.DraftRow], *, act: Act, **head: Any) -> str:
    """Keep the sheet as drafts; the sentence to say."""
    saved = funds.save_drafts(line_id, rows, act=act, **head)
    if not saved:
        raise NothingToDo
    parts = (("新增", saved.added), ("修改", saved.changed), ("去掉", saved.removed))
    act.answer = "已存草稿：" + "，".join(f"{word} {count} 笔" for word, count in parts if count)
    return act.answer


def _submit(line_id: int, rows: Sequence[funds.DraftRow], *, act: Act, **head: Any) -> str:
    """Keep the sheet and hand it over, as one act; the sentence to say."""
    funds.save_drafts(line_id, rows, act=act, **head)
    handed = funds.submit_allocations(line_id, act=act)
    amount = show_wan(total(a.amount for a in handed))
    act.answer = f"已提交复核 {len(handed)} 笔，合计 {amount} 万元，等待另一人复核"
    return act.answer


def _typed(made: queries.Sheet, form: SheetForm, complain: bool = True) -> dict[int, Money]:
    """The amounts in the boxes by project; boxes that cannot be read complain and count as nothing."""
    found: dict[int, Money] = {}
    for row in made.rows:
        name = f"amount-{row.project_id}"
        try:
            amount = read_wan(request.form.get(name, "")) or ZERO
            if amount < ZERO:
                raise DomainError("本次安排不能小于零")
            found[row.project_id] = amount
        except DomainError as error:
            if complain:
                form.say(f"{row.name}：{error.message}", name)
    return found


def _draft_rows(made: queries.Sheet, typed: dict[int, Money]) -> list[funds.DraftRow]:
    rows = []
    for row in made.rows:
        key = row.project_id
        if f"amount-{key}" not in request.form:
            continue
        reason = request.form.get(f"reason-{key}", row.reason)
        rows.append(funds.DraftRow(key, typed.get(key, ZERO), reason, _seen(request.form.get(f"seen-{key}", ""))))
    return rows


def _seen(mark: str) -> funds.Seen:
    """The draft the clerk had before them; without a mark none was there, and a mark that cannot be read never matches."""
    parts = (mark or "0.0.0").split(".")
    if len(parts) == 3 and all(p.isascii() and p.isdigit() and len(p) < 18 for p in parts):
        return funds.Seen(int(parts[0]), int(parts[1]), Money(int(parts[2])))
    return funds.Seen(-1, 0, Money(-1))


def _told(made: queries.Sheet, form: SheetForm) -> dict[str, Any]:
    """Everything the page and its live pieces show, from what is typed or, on first sight, from the drafts."""
    posted = request.method == "POST"
    amounts = _typed(made, form, complain=False) if posted else {r.project_id: r.draft or ZERO for r in made.rows}
    result = queries.preview(db.session, made, amounts, today())
    room = fee_words(fee_room(result.effects, made.level))
    order = sorted(made.rows, key=lambda row: (not row.draft, row.given >= row.planned, row.code))
    lines = [_line(row, form, amounts.get(row.project_id, ZERO), room, posted) for row in order]
    return {
        "sheet": made,
        "lines": [line for line in lines if _shown(line)],
        "hidden_lines": len(lines) - sum(_shown(line) for line in lines),
        "result": result,
        "cells": cells(result.effects, made.level),
        "sums": _sums([line for line in lines if line.amount]),
    }


def _sums(filled: Sequence[Line]) -> tuple[Money, Money, Money, Money]:
    """Planned, given before, given after and still short, over the rows with an amount."""
    return (
        total(line.row.planned for line in filled),
        total(line.row.given for line in filled),
        total(line.after for line in filled),
        total(line.short for line in filled),
    )


def _line(row: queries.SheetRow, form: SheetForm, amount: Money, fee: str, posted: bool) -> Line:
    key = row.project_id
    stored = exact_wan(row.draft) if row.draft else ""
    typed = request.form.get(f"amount-{key}", "") if posted else stored
    reason = request.form.get(f"reason-{key}", row.reason) if posted else row.reason
    error = form.row_errors.get(f"amount-{key}", "")
    return Line(
        row, typed, reason, amount, error, form.row_errors.get(f"reason-{key}", ""), tuple(_hints(row, amount, fee))
    )


def _hints(row: queries.SheetRow, amount: Money, fee: str) -> list[tuple[str, str]]:
    hints = []
    over = row.given + amount - row.planned
    if row.state is MoneyState.RETURNED:
        hints.append(("warn", f"已退回：{row.return_reason}"))
    if amount > ZERO and over > ZERO:
        hints.append(("warn", f"超计划 {exact_wan(over)}"))
    if row.is_fee and fee and amount > ZERO:
        hints.append(("warn", fee))
    if row.is_work_relief:
        hints.append(("", "以工代赈"))
    hints += [("", f"{name}拟分配 {show_wan(other)}") for name, other in row.others]
    return hints


def _shown(line: Line) -> bool:
    """Whether the filter shows the row; a row with anything in it always shows."""
    args, row = request.args, line.row
    if line.typed.strip() or line.row.draft or line.error:
        return True
    words, kind = args.get("q", "").strip(), args.get("kind", "")
    if words and not any(words in text for text in (row.name, row.code, row.owner, row.type_name)):
        return False
    wanted = {
        "industry": row.is_industry,
        "leading": row.is_leading,
        "other": not row.is_industry,
        "relief": row.is_work_relief,
        "filled": False,
    }
    return wanted.get(kind, True)


def _page(made: queries.Sheet, form: SheetForm) -> str:
    return render_template(
        "funds/allocate.html",
        form=form,
        kinds=KINDS,
        days_left=(made.due_on - today()).days,
        missing=[c for c in request.args.getlist("add") if c.strip() and c.strip() not in {r.code for r in made.rows}],
        preview_url=_preview_url(made.line_id),
        **_told(made, form),
    )


def _preview_url(line_id: int) -> str:
    """The address of the live pieces, under the same choice of projects."""
    asked = request.query_string.decode()
    return url_for(".preview", line_id=line_id) + (f"?{asked}" if asked else "")
