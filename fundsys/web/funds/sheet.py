"""The allocation sheet: many amounts of one notice at once, with every rule now → after before anything is saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys.domain.funds import FundLevel
from fundsys.domain.money import Money, exact_wan, show_wan, total
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import allotment_sheet as queries
from fundsys.queries import plans
from fundsys.services import funds
from fundsys.services.acts import Act, NothingToDo
from fundsys.web.access import allow, me

from . import bp, paste
from .boxes import Line, Texts, draft_rows, drafted, lines_of, typed
from .forms import SheetForm, today
from .strip import cells, fee_room, fee_words, rooms

KINDS = (
    ("industry", "产业"),
    ("leading", "首位产业"),
    ("other", "非产业"),
    ("relief", "以工代赈"),
    ("filled", "只看已填"),
)


@bp.route("/notices/<int:notice_id>/allocate", methods=["GET", "POST"])
@bp.route("/allotments/<int:line_id>/allocate", methods=["GET", "POST"])
@allow(Permission.ALLOCATE, Permission.PROPOSE_ALLOCATION)
def allocate(notice_id: int | None = None, line_id: int | None = None) -> Any:
    """The sheet of a notice, or of one line: fill, count, keep as drafts or as a plan, hand over."""
    loaded = _loaded_plan()
    made = _sheet(notice_id, line_id, [project for _, project in loaded[1]] if loaded else ())
    texts = request.form.to_dict() if request.method == "POST" else _first_texts(made, loaded)
    form = SheetForm(
        decided_on=made.decided_on,
        county_no=made.county_no or None,
        plan_name=loaded[0].name if loaded else None,
    )
    wish = request.form.get("action", "count")
    if request.method == "POST" and wish not in ("count", "fill"):
        readable = form.submitted()
        amounts = typed(made, texts, form)
        if readable and not form.row_errors and (answer := _act(form, made, texts, amounts, wish)):
            return answer
        return _page(made, form, texts, loaded), 422
    if request.method == "POST":
        form.validate()
    told: dict[str, Any] = {}
    if wish == "fill":
        made, texts, told["pasted"] = _fill(made, texts, notice_id, line_id)
        texts["block"] = "\n".join(told["pasted"].left)
    return _page(made, form, texts, loaded, **told)


@bp.route("/notices/<int:notice_id>/preview", methods=["POST"])
@bp.route("/allotments/<int:line_id>/preview", methods=["POST"])
@allow(Permission.ALLOCATE, Permission.PROPOSE_ALLOCATION)
def preview(notice_id: int | None = None, line_id: int | None = None) -> str:
    """The live pieces of the sheet for what is typed now. Writes nothing."""
    made = _sheet(notice_id, line_id)
    return render_template("funds/preview.html", **_told(made, SheetForm(), request.form.to_dict()))


def _sheet(notice_id: int | None, line_id: int | None, keep: Sequence[int] = ()) -> queries.Sheet:
    """The sheet of the address, with the projects that are asked for, planned, or have a box in what was sent."""
    add = [code.strip() for code in request.args.getlist("add") if code.strip()]
    kept = {*keep, *_sent_projects()}
    if notice_id is not None:
        return queries.notice_sheet(db.session, me().id, notice_id, add, kept)
    return queries.sheet(db.session, me().id, line_id or 0, add, kept)


def _sent_projects() -> set[int]:
    """The projects in whose boxes something was sent."""
    found = set()
    for name, text in request.form.items():
        parts = name.split("-")
        if parts[0] == "amount" and len(parts) == 3 and text.strip() and parts[2].isascii() and parts[2].isdigit():
            found.add(int(parts[2][:9]))
    return found


Loaded = tuple[plans.Plan, dict[tuple[int, int], plans.Planned]]


def _loaded_plan() -> Loaded | None:
    """The plan the address asks to load, and its amounts."""
    plan_id = request.args.get("plan", type=int)
    return (plans.plan(db.session, plan_id), plans.planned(db.session, plan_id)) if plan_id else None


def _first_texts(made: queries.Sheet, loaded: Loaded | None) -> dict[str, str]:
    """What stands in the boxes on first sight: the drafts, or the plan that is loaded."""
    if loaded is None:
        return drafted(made)
    texts = {}
    for (line_id, project_id), one in loaded[1].items():
        texts[funds.box(line_id, project_id)] = exact_wan(one.amount)
        texts |= {f"reason-{project_id}": one.reason, f"paper-{project_id}": one.document}
    return texts


# ---------- acts ----------


def _act(form: SheetForm, made: queries.Sheet, texts: Texts, amounts: queries.Typed, wish: str) -> Response | None:
    """Keep, hand over, or keep as a plan; the answer, or None when the office refused."""
    if wish == "plan":
        return _save_plan(form, made, texts, amounts)
    form.act_name = "提交分配复核" if wish == "submit" else "存分配草稿"
    done = form.try_to(
        _submit if wish == "submit" else _keep,
        draft_rows(made, texts, amounts),
        decided_on=form.decided_on.data,
        document_no=form.county_no.data or "",
        over=form.version.data,
    )
    if not done:
        return None
    flash(form.repeated or form.result or "没有改动", "good")
    return redirect(_here(plan=None))


def _here(**changed: Any) -> str:
    """The address of this sheet under the same choice of projects."""
    asked: dict[str, Any] = request.args.to_dict(flat=False) | changed | (request.view_args or {})
    return url_for(".allocate", **{key: value for key, value in asked.items() if value is not None})


def _keep(rows: funds.Rows, *, act: Act, **head: Any) -> str:
    """Keep the sheet as drafts; the sentence to say."""
    saved = funds.save_sheet(rows, act=act, **head)
    if not saved:
        raise NothingToDo
    act.answer = "已存草稿：" + saved.words
    return act.answer


def _submit(rows: funds.Rows, *, act: Act, **head: Any) -> str:
    """Keep the sheet and hand it over, as one act; the sentence to say."""
    funds.save_sheet(rows, act=act, **head)
    handed = funds.submit_sheet(rows, act=act)
    amount = show_wan(total(a.amount for a in handed))
    act.answer = f"已提交复核 {len(handed)} 笔，合计 {amount} 万元，等待另一人复核"
    return act.answer


def _save_plan(form: SheetForm, made: queries.Sheet, texts: Texts, amounts: queries.Typed) -> Response | None:
    """Keep what is typed as a plan, over the one it was loaded from when the name is the same."""
    rows = [
        funds.PlanRow(line, key, amount, texts.get(f"reason-{key}", ""), texts.get(f"paper-{key}", ""))
        for (line, key), amount in amounts.items()
    ]
    over = tuple(request.form.get(name, 0, type=int) for name in ("plan_id", "plan_version"))
    form.act_name = "存分配方案"
    if not form.try_to(_plan, made.notice_id, form.plan_name.data or "", rows, over=over if over[0] else None):
        return None
    plan_id, sentence = (form.repeated or form.result).split(" ", 1)
    flash(sentence, "good")
    return redirect(_here(plan=plan_id))


def _plan(notice_id: int, name: str, rows: Sequence[funds.PlanRow], *, over: Any, act: Act) -> str:
    """Keep the plan; its id and the sentence to say."""
    plan = funds.save_plan(notice_id, name, rows, over=over, act=act)
    act.answer = f"{plan.id} 已存为方案“{plan.name}”，不占用资金，采用后才成为草稿"
    return act.answer


# ---------- a block pasted by code or name ----------


def _fill(
    made: queries.Sheet, texts: dict[str, str], notice_id: int | None, line_id: int | None
) -> tuple[queries.Sheet, dict[str, str], paste.Pasted]:
    """The sheet with the boxes filled that the pasted block speaks of, and what became of its rows."""
    rows = paste.rows_of(texts.get("block", ""))
    on_sheet = {row.project_id for row in made.rows}
    known = [paste.Named(row.project_id, row.code, row.name, True, True) for row in made.rows]
    known += [
        paste.Named(key, code, name, in_library, False)
        for key, code, name, in_library in queries.projects_called(db.session, paste.words_of(rows))
        if key not in on_sheet
    ]
    lines = [line.id for line in made.lines]
    begin = next((n for n, line in enumerate(lines) if str(line) == texts.get("at")), 0)
    pasted = paste.fill(rows, known, lines, begin)
    texts = texts | {funds.box(*key): text for key, text in pasted.filled.items()}
    return _sheet(notice_id, line_id, [key for _, key in pasted.filled]), texts, pasted


# ---------- pages ----------


def _told(made: queries.Sheet, form: SheetForm, texts: Texts, first: Sequence[int] = ()) -> dict[str, Any]:
    """Everything the page and its live pieces show, from what stands in the boxes."""
    amounts: dict[tuple[int, int], Money] = typed(made, texts, form)
    result = queries.preview(db.session, made, amounts, today())
    fees: dict[FundLevel, str] = {level: fee_words(fee_room(result.effects, level)) for level in made.levels}
    lines = lines_of(made, texts, form, amounts, fees, first)
    return {
        "sheet": made,
        "lines": [line for line in lines if _shown(line)],
        "hidden_lines": len(lines) - sum(_shown(line) for line in lines),
        "result": result,
        "cells": cells(result.effects, made.levels, result),
        "rooms": rooms(result.effects),
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


def _shown(line: Line) -> bool:
    """Whether the filter shows the row; a row with anything in it always shows."""
    args, row = request.args, line.row
    if line.is_touched:
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


def _page(made: queries.Sheet, form: SheetForm, texts: Texts, loaded: Loaded | None, **told: Any) -> str:
    codes = {row.code for row in made.rows}
    asked: dict[str, Any] = request.args.to_dict(flat=False) | (request.view_args or {})
    return render_template(
        "funds/allocate.html",
        form=form,
        kinds=KINDS,
        days_left=(made.due_on - today()).days,
        missing=[c.strip() for c in request.args.getlist("add") if c.strip() and c.strip() not in codes],
        preview_url=url_for(".preview", **asked),
        rebalance_url=url_for(".propose", **asked),
        here=_here(),
        block=texts.get("block", ""),
        loaded=loaded[0] if loaded else None,
        plan_count=len(plans.plans(db.session, made.notice_id)),
        may_allocate=me().can(Permission.ALLOCATE),
        **told,
        **_told(made, form, texts, [project for _, project in loaded[1]] if loaded else ()),
    )
