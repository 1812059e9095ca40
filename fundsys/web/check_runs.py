"""Kept runs of the rules: keeping one, what it found beside the run before, the faults that stand, and tasks made of them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys.domain import terms
from fundsys.domain.kept_checks import Change
from fundsys.domain.rights import Permission
from fundsys.domain.rule_families import Family
from fundsys.domain.rules.base import Severity, all_rules
from fundsys.extensions import db
from fundsys.queries import kept_checks as queries
from fundsys.queries import rectification
from fundsys.queries.facts import county_today
from fundsys.queries.findings import findings
from fundsys.queries.row_units import units_with_records
from fundsys.services import kept_checks as services
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.checks.view import record_url
from fundsys.web.forms import ChoiceField, DateField, NumberField, OfficeForm, PickField, TextField
from fundsys.web.frame import work_year
from fundsys.web.tables import Page, page_number
from fundsys.web.ticks import ticked

bp = Blueprint("check_runs", __name__, url_prefix="/check-runs")
_CHANGES = ((Change.NEW, "新增"), (Change.STILL, "仍在"), (Change.GONE, "已消除"))


class KeepForm(OfficeForm):
    """Which rules are run and kept."""

    act_name = "保留检查结果"
    year = NumberField(terms.CHECK_YEAR, required=True, least=1990, most=2100)
    family = ChoiceField(terms.CHECK_FAMILY, Family, blank="全部规则")
    unit = PickField(terms.CHECK_UNIT, blank="全县")
    as_at = DateField(terms.CHECK_DAY)


class TaskForm(OfficeForm):
    """What the tasks made of faults share."""

    act_name = "下达整改"
    source = PickField(terms.FINDING_SOURCE, number=False, required=True)
    due_on = DateField(terms.FINDING_DUE, required=True, year=work_year)
    paper_no = TextField(terms.FINDING_PAPER, limit=60)


@bp.route("/")
@allow(Permission.READ_RULES)
def index() -> str:
    """The kept runs, and the form that keeps another."""
    return _index(_keep_form())


def _keep_form() -> KeepForm:
    told = request.args
    family = next((f for f in Family if f.code == told.get("family")), None)
    form = KeepForm(year=told.get("year", work_year(), type=int), family=family, unit=told.get("unit", type=int))
    form.unit.options = units_with_records(db.session())
    return form


def _index(form: KeepForm) -> str:
    number = page_number(request.args)
    rows, whole = queries.runs(db.session(), offset=(number - 1) * 50)
    return render_template(
        "check_runs/index.html", page=Page(rows, number, whole, 50), form=form, may_keep=me().can(Permission.FIND)
    )


@bp.route("/keep", methods=["POST"])
@allow(Permission.FIND)
def keep() -> Any:
    """Run the rules and keep what they answer."""
    form = _keep_form()
    if form.submitted():
        wanted = services.Wanted(
            form.year.data or work_year(), form.family.data, (), form.unit.data or None, form.as_at.data
        )
        if wanted.as_at is None:
            # judged before the writers' queue is taken
            findings(db.session(), wanted.year, rules=wanted.rules, depth=wanted.depth)
        if form.try_to(_keep, wanted):
            flash("已保留，下面是与上一次的比较", "good")
            return redirect(url_for(".show", run_id=form.result or int(form.repeated or 0)))
    return _index(form), 422


def _keep(wanted: services.Wanted, *, act: Act) -> int:
    made = services.keep_run(wanted, act=act)
    act.answer = str(made.id)
    return made.id


@bp.route("/<int:run_id>")
@allow(Permission.READ_RULES)
def show(run_id: int) -> str:
    """One run beside the run before: rule by rule, and fault by fault."""
    session = db.session()
    kept = queries.run(session, run_id)
    before = queries.run(session, kept.before_id) if kept.before_id is not None else None
    return _matters_page("check_runs/show.html", _task_form(), run_id, kept=kept, before=before,
        results=queries.results(session, kept))  # fmt: skip


@bp.route("/faults", methods=["GET", "POST"])
@allow(Permission.READ_RULES)
def faults() -> Any:
    """The faults that stand, each once with its first day; those chosen become tasks for their units."""
    form = _task_form()
    if request.method == "GET":
        return _matters_page("check_runs/faults.html", form, None)
    if not me().can(Permission.FIND):
        return _matters_page("check_runs/faults.html", form, None), 403
    chosen = ticked()
    if form.submitted() and form.try_to(_make_tasks, chosen, _task_entry(form)):
        flash(f"已下达 {len(_made(form))} 项整改，责任单位的工作台会列出", "good")
        return _to_tasks(_made(form))
    return _matters_page("check_runs/faults.html", form, None, set(chosen)), 422


def _task_form() -> TaskForm:
    form = TaskForm()
    form.source.options = rectification.sources(db.session())
    if request.method == "GET":
        form.source.data = "county"
    return form


def _task_entry(form: TaskForm) -> services.TaskEntry:
    return services.TaskEntry(form.source.data or "", form.due_on.data, form.paper_no.data or "")


def _make_tasks(seen: dict[int, int], entry: services.TaskEntry, *, act: Act) -> list[int]:
    made = services.make_tasks(seen, entry, act=act)
    act.answer = ",".join(map(str, made))
    return made


def _made(form: TaskForm) -> list[int]:
    told: list[int] = form.result or [int(key) for key in (form.repeated or "").split(",") if key.isdecimal()]
    return told


def _to_tasks(made: list[int]) -> Response:
    if len(made) == 1:
        return redirect(url_for("rectification.show", finding_id=made[0]))
    return redirect(url_for("rectification.index", state="open"))


def _matters_page(
    template: str, form: TaskForm, run_id: int | None, chosen: set[int] | None = None, **more: Any
) -> str:
    args, session = request.args, db.session()
    number = page_number(args)
    wanted = queries.MatterFilter(
        run_id=run_id,
        change=next((c for c in Change if c.code == args.get("change")), None),
        rule=args.get("rule", "")[:8],
        unit_id=args.get("unit", type=int),
        severity=next((s for s in Severity if s.code == args.get("severity")), None),
        task=args.get("task", ""),
        gone=args.get("gone") == "1",
        page=number,
    )
    rows, whole = queries.matters(session, me(), wanted)
    return render_template(
        template,
        form=form,
        page=Page(rows, number, whole, wanted.size),
        wanted=wanted,
        chosen=chosen or set(),
        urls={r.id: record_url(r.table, r.row_id) or url_for("checks.show", code=r.rule) for r in rows},
        changes=[(c.code, word) for c, word in _CHANGES],
        severities=list(Severity),
        units=[(str(key), name) for key, name in units_with_records(session)],
        rules=[(r.code, f"{r.code} {r.title}") for r in all_rules()],
        today=county_today(session),
        may_task=me().can(Permission.FIND) and not wanted.gone,
        **more,
    )
