"""Monthly rosters: entered as a grid of the project's workers, shown with both books side by side, moved on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.dates import parse_day
from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.money import ZERO, Money, exact_yuan, parse_number
from fundsys.domain.rights import Permission, Role
from fundsys.domain.work_relief import OPEN_STATES, ReliefState
from fundsys.extensions import db
from fundsys.queries import relief as queries
from fundsys.queries.history import history
from fundsys.queries.viewer import require_project
from fundsys.services import work_relief as services
from fundsys.services.acts import Act
from fundsys.services.funds.common import refuse_all
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import today

from . import bp
from .forms import RosterForm, RosterStepForm

P = Permission
BOXES = ("attended", "days", "rate", "deducted", "paid", "paid_on", "voucher", "note")


@bp.route("/work-relief/<int:project_id>/rosters/new", methods=["GET", "POST"])
@allow(P.RECORD_WORK_RELIEF)
def new_roster(project_id: int) -> Any:
    """Enter a month."""
    project = require_project(db.session(), me(), P.RECORD_WORK_RELIEF, project_id)
    known = queries.rosters(db.session(), None, project_id=project_id)
    place = known[-1].attendance_place if known else ""
    form = RosterForm(month=f"{today():%Y-%m}", attendance_place=place)
    return _grid(form, project, None)


@bp.route("/work-relief/rosters/<int:roster_id>/edit", methods=["GET", "POST"])
@allow(P.RECORD_WORK_RELIEF)
def edit_roster(roster_id: int) -> Any:
    """Change a drafted month, or one that was sent back."""
    row = _row(roster_id)
    project = require_project(db.session(), me(), P.RECORD_WORK_RELIEF, row.project_id)
    if row.state not in OPEN_STATES and request.method == "GET":
        return redirect(url_for(".roster", roster_id=roster_id))
    form = RosterForm(version=row.version, month=row.month, attendance_place=row.attendance_place, remark=row.remark)
    return _grid(form, project, row)


def _row(roster_id: int) -> queries.RosterRow:
    found = queries.rosters(db.session(), me(), roster_id=roster_id)
    if not found:
        raise NotFound("没有这份务工花名册，或者不在您的管理范围内")
    return found[0]


def _grid(form: RosterForm, project: Any, row: queries.RosterRow | None) -> Any:
    workers = queries.workers(db.session(), None, project_id=project.id)
    if form.submitted():
        month = row.month if row else form.month.data or ""
        if form.try_to(_save, project.id, month, form, [w.id for w in workers], version=form.version.data):
            flash("已提交，等待审定" if request.form.get("action") == "submit" else "已存草稿", "good")
            return redirect(url_for(".roster", roster_id=form.result or int((form.repeated or "0").split(" ")[0])))
    sent = request.method == "POST"
    boxes = {
        w.id: {b: request.form.get(f"{b}-{w.id}", "") for b in BOXES} if sent else _stored(row, w.id) for w in workers
    }
    page = render_template("relief/roster_edit.html", form=form, p=project, row=row, workers=workers, boxes=boxes)
    return (page, 422) if sent else page


def _stored(row: queries.RosterRow | None, worker_id: int) -> dict[str, str]:
    line = next((x for x in row.lines if x.worker.id == worker_id), None) if row else None
    if line is None:
        return dict.fromkeys(BOXES, "")
    return {
        "attended": "" if line.attended is None else str(line.attended),
        "days": str(line.days),
        "rate": exact_yuan(line.day_rate),
        "deducted": exact_yuan(line.deducted) if line.deducted else "",
        "paid": exact_yuan(line.paid) if line.paid else "",
        "paid_on": line.paid_on.isoformat() if line.paid_on else "",
        "voucher": line.voucher_no,
        "note": line.note,
    }


def _save(project_id: int, month: str, form: RosterForm, ids: list[int], *, version: int | None, act: Act) -> int:
    """Save a month, and hand it over when asked, as one act."""
    entry = services.RosterEntry(month, tuple(_read(ids)), form.attendance_place.data or "", form.remark.data or "")
    made = services.save_roster(project_id, entry, version=version, act=act)
    if request.form.get("action") == "submit":
        services.submit_roster(made.id, act=act)
    act.answer = f"{made.id} 花名册"
    return made.id


def _read(ids: Iterable[int]) -> list[services.LineEntry]:
    """The lines that have days. Raises Refusals naming the boxes that cannot be read."""
    found, faults = [], []
    names = {w.id: w.name for w in queries.workers(db.session(), me())}
    for key in ids:
        told = {box: request.form.get(f"{box}-{key}", "").strip() for box in BOXES}
        if not any(told[box] for box in ("days", "attended", "paid")):
            continue
        try:
            found.append(
                services.LineEntry(
                    worker_id=key,
                    days=_number(told["days"]) or Decimal(0),
                    attended=_number(told["attended"]),
                    day_rate=_yuan(told["rate"]) or ZERO,
                    deducted=_yuan(told["deducted"]) or ZERO,
                    paid=_yuan(told["paid"]),
                    paid_on=_day(told["paid_on"]),
                    voucher_no=told["voucher"],
                    note=told["note"],
                )
            )
        except (DomainError, ValueError) as error:
            said = error.message if isinstance(error, DomainError) else str(error)
            faults.append(DomainError(f"{names.get(key, '')}：{said}"))
    refuse_all(faults)
    return found


def _number(text: str) -> Decimal | None:
    return Decimal(str(parse_number(text))) if text else None


def _yuan(text: str) -> Money | None:
    return Money.yuan(text) if text else None


def _day(text: str) -> date | None:
    return parse_day(text) if text else None


@bp.route("/work-relief/rosters/<int:roster_id>")
@allow(P.READ_PROJECTS)
def roster(roster_id: int) -> str:
    """One month with both books side by side."""
    return _page(_row(roster_id), RosterStepForm())


def _page(row: queries.RosterRow, form: RosterStepForm) -> str:
    who = me()
    form.version.data = row.version
    try:
        own = bool(require_project(db.session(), who, P.RECORD_WORK_RELIEF, row.project_id))
    except DomainError:
        own = False
    waits = row.state is ReliefState.SUBMITTED
    return render_template(
        "relief/roster.html",
        row=row,
        form=form,
        may_edit=own and row.state in OPEN_STATES,
        may_recall=own and waits,
        may_check=own and waits and not row.town_checked_by and who.role is Role.TOWN and who.id != row.entered_by_id,
        may_correct=own and row.state is ReliefState.APPROVED,
        may_review=waits and who.can(P.APPROVE_WORK_RELIEF),
        history=history(db.session(), "relief_roster", row.id),
    )


@bp.route("/work-relief/rosters/<int:roster_id>/step", methods=["POST"])
@allow(P.RECORD_WORK_RELIEF)
def step(roster_id: int) -> Any:
    """Hand over, take back, look at for the town, or begin the correction of a month: the button says which."""
    steps: dict[str, tuple[str, Any, str]] = {
        "submit": ("提交务工花名册", services.submit_roster, "已提交，等待审定"),
        "recall": ("撤回务工花名册", services.recall_roster, "已撤回，可以修改后再提交"),
        "check": ("镇级核查花名册", services.check_roster, "已记镇级核查"),
        "correct": ("更正务工花名册", services.correct_roster, "已起草更正，审定后代替原来的"),
    }
    row, wish, form = _row(roster_id), request.form.get("action", ""), RosterStepForm()
    if wish not in steps or not form.submitted():
        return _page(row, form), 422
    form.act_name, service, sentence = steps[wish]
    told = {} if wish == "correct" else {"version": form.version.data}
    args = (form.reason.data or "",) if wish == "correct" else ()
    if form.try_to(service, roster_id, *args, **told):
        flash(sentence, "good")
        made = form.result.id if wish == "correct" and form.result else roster_id
        return redirect(url_for(".roster", roster_id=made))
    return _page(row, form), 422
