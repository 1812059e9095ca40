"""Entering targets: a new one, what is said of one, another figure; approving what was proposed."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select

from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Permission
from fundsys.domain.yearly_targets import TargetState
from fundsys.extensions import db
from fundsys.models.office import Unit
from fundsys.queries import yearly_targets as queries
from fundsys.services import yearly_targets as services
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import today
from fundsys.web.ticks import chosen_rows

from . import bp
from .forms import ConfirmForm, FigureForm, NewTargetForm, StepForm, TargetForm
from .lists import asked_year, page, suggestions


@bp.route("/targets/new", methods=["GET", "POST"])
@allow(Permission.APPROVE_TARGET)
def new() -> Any:
    """A target the plan of the year adds."""
    form = NewTargetForm(active=True)
    _offer(form)
    form.document.suggestions = suggestions()
    year = asked_year()
    if form.submitted():
        answers = (
            form.kind.data,
            form.comparison.data,
            form.unit.data or "",
            form.value.data,
            form.document.data or "",
        )
        if form.try_to(_propose, year, form.code.data or "", _entry(form), *answers):
            flash("已提出，县领导批准后生效", "good")
            return redirect(url_for(".index", year=year))
    told = render_template("targets/edit.html", form=form, row=None, year=year)
    return (told, 422) if request.method == "POST" else told


def _propose(*answers: Any, act: Act) -> int:
    """Propose the target. Returns its id."""
    return services.propose_target(*answers, act=act).id


@bp.route("/targets/<int:target_id>/edit", methods=["GET", "POST"])
@allow(Permission.APPROVE_TARGET)
def edit(target_id: int) -> Any:
    """Name, clause, units, whether it is judged this year; never the figure."""
    row = queries.year_target(db.session(), me(), target_id, today())
    form = TargetForm(
        version=row.version,
        name=row.name,
        clause=row.clause,
        units="\n".join(name for _, name in row.units),
        reporting_unit=row.reporting_unit_id,
        note=row.note,
        active=row.active,
    )
    _offer(form)
    if form.submitted() and form.try_to(services.edit_target, target_id, _entry(form), version=form.version.data):
        flash("已保存", "good")
        return redirect(url_for(".show", target_id=target_id))
    told = render_template("targets/edit.html", form=form, row=row, year=row.year)
    return (told, 422) if request.method == "POST" else told


def _offer(form: TargetForm) -> None:
    """The units that may report: those that have accounts of their own in the county's office."""
    kinds = ("lead", "finance", "agency", "town")
    rows = db.session.execute(select(Unit.id, Unit.name).where(Unit.kind.in_(kinds), Unit.active).order_by(Unit.code))
    form.reporting_unit.options = [(key, name) for key, name in rows]


def _entry(form: TargetForm) -> services.TargetEntry:
    return services.TargetEntry(
        form.name.data or "",
        form.clause.data or "",
        tuple((form.units.data or "").replace("、", "\n").splitlines()),
        form.reporting_unit.data,
        form.note.data or "",
        bool(form.active.data),
    )


@bp.route("/targets/<int:target_id>/figure", methods=["POST"])
@allow(Permission.APPROVE_TARGET)
def figure(target_id: int) -> Any:
    """Propose another figure."""
    row = queries.year_target(db.session(), me(), target_id, today())
    form = FigureForm()
    answers = (form.value.data, form.document.data or "")
    if form.submitted() and form.try_to(services.propose_figure, target_id, *answers, version=form.version.data):
        flash("已提出，县领导批准后生效；现行值不变", "good")
        return redirect(url_for(".show", target_id=target_id))
    return page(row, form), 422


@bp.route("/targets/<int:target_id>/step", methods=["POST"])
@allow(Permission.APPROVE_TARGET)
def step(target_id: int) -> Any:
    """Take a proposal back, or hand in again what came back: the button says which."""
    form, wish = StepForm(), request.form.get("action", "")
    form.act_name = "撤回目标提议" if wish == "recall" else "再次提出年度目标"
    service = services.recall_target if wish == "recall" else _again
    if form.submitted() and form.try_to(service, target_id, version=form.version.data):
        flash("已撤回" if wish == "recall" else "已再次提出，等待批准", "good")
    for sentence in form.form_errors:
        flash(sentence, "bad")
    return redirect(url_for(".show", target_id=target_id))


def _again(target_id: int, *, version: int | None, act: Act) -> int:
    """Hand in again. Returns the id."""
    if version is None:
        raise DomainError("页面缺少版本号，请重新打开再办")
    services.propose_again({target_id: version}, act=act)
    return target_id


@bp.route("/targets/confirm", methods=["GET", "POST"])
@allow(Permission.APPROVE_POLICY)
def confirm() -> Any:
    """Figures that wait; approve or turn down those chosen, as they were seen."""
    rows = []
    for year in queries.target_years(db.session()):
        found = queries.year_targets(db.session(), me(), queries.TargetFilter(year), today())
        rows += [row for row in found if row.state is TargetState.PROPOSED]
    form = ConfirmForm()
    returning = request.form.get("action") == "return"
    form.act_name = "退回年度目标" if returning else "批准年度目标"
    chosen = chosen_rows(rows, lambda row: row.proposed_by != me().id)

    def judge(seen: dict[int, int], reason: str, *, act: Act) -> str:
        """Approve or turn down what was chosen; the sentence to say."""
        found = services.return_targets(seen, reason, act=act) if returning else services.approve_targets(seen, act=act)
        act.answer = f"{'已退回' if returning else '已批准'} {len(found)} 项年度目标"
        return act.answer

    if form.submitted() and form.try_to(judge, chosen, form.reason.data or ""):
        flash(form.repeated or form.result or "", "good")
        return redirect(url_for(".confirm"))
    told = render_template("targets/confirm.html", form=form, rows=rows, chosen=chosen)
    return (told, 422) if request.method == "POST" else told
