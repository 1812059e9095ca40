"""The smallest re-allocation: of a sheet that is being filled, and of what the year has already allocated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys.domain.errors import DomainError
from fundsys.domain.funds import JUDGED_LEVELS, CorrectionKind
from fundsys.domain.money import Money, exact_wan
from fundsys.domain.rebalance import RULES
from fundsys.domain.rebalance_words import SHORT, kind_of
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import rebalance
from fundsys.queries.corrections import standings
from fundsys.services import funds
from fundsys.services.acts import Act
from fundsys.services.funds.common import open_line
from fundsys.services.funds.corrections import CorrectionEntry, Move, save_correction
from fundsys.web.access import allow, me
from fundsys.web.forms import OfficeForm
from fundsys.web.frame import work_year
from fundsys.web.numbers import whole

from . import bp
from .boxes import typed
from .forms import SheetForm, today
from .sheet import _sheet as sheet_asked
from .strip import cells

CARRIED = ("seen-", "reason-", "paper-", "amount-")
HEAD = ("decided_on", "county_no", "plan_name", "plan_id", "plan_version", "block", "at")
"""What of the sheet goes along, so that nothing typed is lost."""
REASON = "按最小调整方案，使产业占比等规则达到要求"


class DraftForm(OfficeForm):
    """A proposal that becomes the draft of an adjustment."""

    act_name = "按最小调整方案拟分配调整"


@bp.route("/notices/<int:notice_id>/rebalance", methods=["POST"])
@bp.route("/allotments/<int:line_id>/rebalance", methods=["POST"])
@allow(Permission.ALLOCATE, Permission.PROPOSE_ALLOCATION)
def propose(notice_id: int | None = None, line_id: int | None = None) -> Any:
    """The least change of what is typed on a sheet, for the clerk to take. Writes nothing."""
    made = sheet_asked(notice_id, line_id)
    form = SheetForm()
    form.validate()
    texts = request.form.to_dict()
    amounts = typed(made, texts, form)
    found = None
    if not form.row_errors:
        found = rebalance.of_sheet(db.session, made, amounts, today(), _wish(request.form))
    back = url_for(".allocate", **(request.args.to_dict(flat=False) | (request.view_args or {})))
    page = render_template(
        "funds/rebalance.html",
        form=form,
        sheet=made,
        found=found,
        cells=cells(found.effects, made.levels) if found else [],
        back=back,
        carried=_carried(texts),
        taken=_carried(texts | _boxes(found)) if found and found.is_offer else {},
        **_options(request.form),
    )
    return page if found else (page, 422)


def _carried(texts: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in texts.items() if name.startswith(CARRIED) or name in HEAD}


def _boxes(found: rebalance.Proposal) -> dict[str, str]:
    """The boxes as the offer fills them; one that gives everything is left empty."""
    return {funds.box(*key): exact_wan(amount) if amount else "" for key, amount in found.amounts.items()}


@bp.route("/rebalance", methods=["GET", "POST"])
@allow(Permission.ALLOCATE, Permission.PROPOSE_ALLOCATION)
def rebalance_year() -> Any:
    """The least adjustment of the year's allocations; the clerk may make it the draft of an adjustment paper."""
    year = request.values.get("year", work_year(), type=whole)
    form = DraftForm()
    if form.submitted() and (answer := _draft(form)):
        return answer
    found = rebalance.of_year(db.session, year, today(), _wish(request.args))
    may_draft = found.is_offer and me().can(Permission.REVERSE)
    now = standings(db.session, line_ids={line.id for line in found.question.lines}) if may_draft else {}
    page = render_template(
        "funds/rebalance_year.html",
        form=form,
        year=year,
        found=found,
        cells=cells(found.effects, JUDGED_LEVELS),
        may_draft=may_draft,
        posted=[
            (m, now[m.line.id, m.cell.project_id].allocated.fen if (m.line.id, m.cell.project_id) in now else 0)
            for m in found.moves
        ],
        **_options(request.args),
    )
    return (page, 422) if request.method == "POST" else page


def _draft(form: DraftForm) -> Response | None:
    """Keep the moves the clerk saw as a draft; the answer, or None when the office refused."""
    try:
        moves = [_move(text) for text in request.form.getlist("move")]
    except ValueError:
        form.say("页面不完整，请重新求一次再拟调整")
        return None
    if not form.try_to(_save, moves, today()):
        return None
    sentence, *papers = (form.repeated or form.result).split(" ")
    flash(sentence, "good")
    return redirect(_papers_url(papers))


def _move(text: str) -> Move:
    """line.project.change.now, in whole numbers. Raises ValueError."""
    line, project, change, now = (int(part[:18]) for part in text.split("."))
    return Move(line, project, Money(change), Money(now))


def _save(moves: Sequence[Move], day: date, *, act: Act) -> str:
    """Keep one draft for each notice, as papers of adjustment go; the sentence to say and the papers' ids."""
    by_notice: dict[int, list[Move]] = defaultdict(list)
    for move in moves:
        by_notice[open_line(act, move.line_id).notice_id].append(move)
    entries = [CorrectionEntry(CorrectionKind.ADJUSTMENT, own, day, "", REASON) for own in by_notice.values()]
    papers = [save_correction(entry, act=act) for entry in entries]
    several = f"，每份指标文一份，共{len(papers)}份" if len(papers) > 1 else ""
    told = f"已拟成调整草稿{several}，请补填文号后提交复核"
    act.answer = " ".join([told, *(str(paper.id) for paper in papers)])
    return act.answer


def _papers_url(papers: Sequence[str]) -> str:
    """The page of the paper, or the list of papers where there are several."""
    if len(papers) == 1:
        return url_for("corrections.show", correction_id=papers[0])
    return url_for("corrections.index")


# ---------- what is asked for ----------


def _wish(asked: Any) -> rebalance.Wish:
    chosen = [code for code in asked.getlist("rule") if code in RULES]
    rules = chosen if asked.get("asked") else RULES
    return rebalance.Wish(frozenset(rules), bool(asked.get("rest")), bool(asked.get("filled")), frozenset(_held(asked)))


def _held(asked: Any) -> list[tuple[int, int]]:
    """The (line, project) the clerk holds. Raises DomainError on anything else."""
    found = []
    for text in asked.getlist("hold"):
        line, dash, project = text.partition("-")
        if not dash or not all(p.isascii() and p.isdigit() and len(p) < 10 for p in (line, project)):
            raise DomainError(f"“{text[:30]}”不是可以固定的一项，请重新打开页面")
        found.append((int(line), int(project)))
    return found


def _options(asked: Any) -> dict[str, Any]:
    """What the boxes of the question show."""
    wish = _wish(asked)
    return {
        "rules": [(code, SHORT[code], code in wish.rules) for code in RULES],
        "wish": wish,
        "held": [f"{line}-{project}" for line, project in sorted(wish.held)],
        "kind_of": kind_of,
    }
