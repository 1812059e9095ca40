"""A recovery (收回): a grave act with its own page, the effect in one sentence, and a document number."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.funds import CorrectionKind
from fundsys.domain.money import ZERO, exact_wan, total
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import balances
from fundsys.queries import corrections as queries
from fundsys.services.acts import Act
from fundsys.services.funds import corrections as services
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import today

from . import bp
from .forms import PaperForm
from .rows import Line, lines_of


@bp.route("/corrections/recover", methods=["GET", "POST"])
@allow(Permission.REVERSE)
def recover() -> Any:
    """Unspent balances with what is proposed; `project` asks for one project's money for other reasons."""
    rows, proposals = _rows()
    form = PaperForm()
    form.act_name = "登记收回"
    ok = form.submitted()
    lines = [_turned(line, proposals) for line in lines_of(rows, form, {})]
    asked = [line for line in lines if line.change]
    if ok and not form.row_errors and request.form.get("action") == "save":
        moves = [services.Move(line.row.standing.line_id, line.row.standing.project_id, -line.change) for line in asked]
        entry = services.CorrectionEntry(
            CorrectionKind.RECOVERY, moves, form.decided_on.data, form.document_no.data or "", form.reason.data or ""
        )
        if form.try_to(_submit, entry):
            flash("收回已提交，由另一人复核；复核前资金不回到指标", "good")
            number = int(form.repeated) if form.repeated else form.result
            return redirect(url_for(".show", correction_id=number))
    page = render_template(
        "corrections/recover.html",
        form=form,
        lines=lines,
        proposals=proposals,
        sentence=_sentence(asked),
        zero=ZERO,
        sum=total(line.change for line in lines),
    )
    return (page, 422) if request.method == "POST" and request.form.get("action") == "save" else page


def _submit(entry: services.CorrectionEntry, *, act: Act) -> int:
    """Keep the paper and hand it over at once; its id."""
    made = services.save_correction(entry, act=act)
    services.submit_correction(made.id, act=act)
    act.answer = str(made.id)
    return made.id


def _rows() -> tuple[list[queries.StandingRow], dict[str, Any]]:
    found = balances.project_balances(db.session, me(), today())
    code = request.args.get("project", "").strip()
    mine = [b for b in found if (b.row.code == code if code else b.unspent > ZERO)]
    return [b.row for b in mine], {b.row.key: b.unspent for b in mine}


def _turned(line: Line, proposals: dict[str, Any]) -> Line:
    """The boxes of this page hold what is taken back, not what stays."""
    box = f"after-{line.row.key}"
    typed = request.form.get(box, "") if request.method == "POST" else exact_wan(proposals[line.row.key] or ZERO)
    if request.method != "POST":
        return Line(line.row, typed if proposals[line.row.key] else "", proposals[line.row.key], line.error)
    blank = not typed.strip()
    return Line(line.row, typed, ZERO if blank or line.error else line.change + line.row.standing.allocated, line.error)


def _sentence(asked: list[Line]) -> str:
    if not asked:
        return "还没有填写收回的金额。"
    projects = len({line.row.standing.project_id for line in asked})
    lines = len({line.row.standing.line_id for line in asked})
    amount = exact_wan(total(line.change for line in asked))
    return (
        f"复核后，从 {projects} 个项目收回 {amount} 万元，回到原来的 {lines} 条指标，可以重新分配；"
        "原分配不改动，另记红字并写明收回的是哪一笔。"
    )
