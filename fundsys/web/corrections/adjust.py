"""An adjustment: a small grid of one notice's lines and projects, kept as a draft, handed over from its own page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.funds import CorrectionKind, MoneyState
from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import corrections as queries
from fundsys.queries.correction_effects import levels_of, moved_effects
from fundsys.services.acts import Act
from fundsys.services.funds import corrections as services
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import today
from fundsys.web.funds.strip import cells

from . import bp
from .forms import PaperForm
from .rows import Line, lines_of, moves_of


@bp.route("/corrections/adjust/<int:notice_id>", methods=["GET", "POST"])
@allow(Permission.REVERSE)
def adjust(notice_id: int) -> Any:
    """The grid of an adjustment: what each project has, may lose and shall have."""
    paper = _paper_asked()
    rows = queries.grid(db.session, notice_id, request.args.getlist("add"), paper.id if paper else None)
    form = PaperForm(**_head(paper))
    form.act_name = "登记调整"
    ok = form.submitted()
    lines = lines_of(rows, form, _after(paper, rows))
    moves = moves_of(lines)
    if ok and not form.row_errors and request.form.get("action") != "count":
        entry = services.CorrectionEntry(
            CorrectionKind.ADJUSTMENT,
            moves,
            form.decided_on.data,
            form.document_no.data or "",
            form.reason.data or "",
        )
        version = form.version.data if paper else None
        if form.try_to(_save, entry, correction_id=paper.id if paper else None, version=version):
            flash("已存草稿，核对规则后提交复核", "good")
            number = int(form.repeated) if form.repeated else form.result
            return redirect(url_for(".show", correction_id=number))
        lines = lines_of(rows, form, {})
    year = rows[0].year if rows else 0
    labels = _labels(lines)
    moved = [(m.line_id, m.project_id, m.change) for m in moves]
    page = render_template(
        "corrections/adjust.html",
        form=form,
        notice_id=notice_id,
        lines=lines,
        labels=labels,
        sums=_sums(lines, labels),
        paper=paper,
        zero=ZERO,
        cells=cells(
            moved_effects(db.session, year, moved, today()), levels_of(db.session, {r.standing.line_id for r in rows})
        )
        if rows
        else [],
    )
    refused = request.method == "POST" and request.form.get("action") != "count"
    return (page, 422) if refused else page


def _save(entry: services.CorrectionEntry, *, correction_id: int | None, version: int | None, act: Act) -> int:
    """Keep the draft; its id, also when the form comes twice."""
    made = services.save_correction(entry, correction_id=correction_id, version=version, act=act)
    act.answer = str(made.id)
    return made.id


def _paper_asked() -> queries.Paper | None:
    number = request.args.get("paper", type=int)
    paper = queries.paper(db.session, number, me()) if number else None
    return paper if paper and paper.kind is CorrectionKind.ADJUSTMENT else None


def _head(paper: queries.Paper | None) -> dict[str, Any]:
    if paper is None or paper.state not in (MoneyState.DRAFT, MoneyState.RETURNED):
        return {}
    return {
        "version": paper.version,
        "document_no": paper.document_no,
        "reason": paper.reason,
        "decided_on": paper.decided_on,
    }


def _after(paper: queries.Paper | None, rows: Sequence[queries.StandingRow]) -> dict[tuple[int, int], Money]:
    """What each project shall have by the paper."""
    if paper is None:
        return {}
    made = {(r.standing.line_id, r.standing.project_id): r.standing.allocated for r in rows}
    for entry in paper.entries:
        key = entry.line_id, entry.project_id
        made[key] = made.get(key, ZERO) + entry.change
    return made


def _labels(lines: Sequence[Line]) -> dict[int, str]:
    """What each notice line is called: its source, with its place in the notice where a source stands there twice."""
    told = {line.row.standing.line_id: line.row for line in lines}
    often = Counter(row.source for row in told.values())
    return {
        line_id: row.source if often[row.source] == 1 else f"第 {row.position} 行 {row.source}"
        for line_id, row in told.items()
    }


def _sums(lines: Sequence[Line], labels: Mapping[int, str]) -> list[tuple[int, str, Money, Money, Money]]:
    """For each notice line: (id, source, taken, given, out of balance)."""
    found = []
    for line_id in dict.fromkeys(line.row.standing.line_id for line in lines):
        mine = [line for line in lines if line.row.standing.line_id == line_id]
        down = total(line.change for line in mine if line.change < ZERO)
        up = total(line.change for line in mine if line.change > ZERO)
        found.append((line_id, labels[line_id], down, up, up + down))
    return found
