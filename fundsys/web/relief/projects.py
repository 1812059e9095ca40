"""Which projects count as work relief, and one project's page: plan, workers, training, evidence on paper."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from fundsys import printing
from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.money import ZERO, Money, exact_yuan
from fundsys.domain.rights import Permission
from fundsys.domain.work_relief import OPEN_STATES, ReliefState
from fundsys.extensions import db
from fundsys.models.office import Region
from fundsys.queries import relief as queries
from fundsys.queries.history import history
from fundsys.queries.money_facts import policy_of
from fundsys.queries.relief_counted import counted
from fundsys.queries.viewer import require_project
from fundsys.services import work_relief as services
from fundsys.services.acts import Act
from fundsys.services.work_relief.training import TABLE as TRAINING
from fundsys.web.access import allow, me
from fundsys.web.frame import work_year
from fundsys.web.papers import send_paper, shown_papers
from fundsys.web.payments.papers import printed

from . import bp
from .forms import PlanForm, PressForm, TrainingForm, WithdrawForm, WorkerForm

P = Permission


@bp.route("/work-relief")
@allow(P.READ_PROJECTS)
def index() -> str:
    """Every work-relief project of the year: counted, or not counted and why."""
    year = request.args.get("year", type=int) or work_year()
    found = counted(db.session(), me(), year)
    return render_template(
        "relief/index.html",
        year=year,
        found=found,
        yes=sum(1 for r in found.rows if r.counts),
        paid=sum((r.paid for r in found.rows), ZERO),
    )


@bp.route("/work-relief/<int:project_id>")
@allow(P.READ_PROJECTS)
def show(project_id: int) -> str:
    """One project's work relief."""
    session, who = db.session(), me()
    project = require_project(session, who, P.READ_PROJECTS, project_id)
    found = counted(session, who, project.year)
    plans = queries.plans(session, None, project_id=project_id)
    standing = next((p for p in plans if p.state is ReliefState.APPROVED), None)
    return render_template(
        "relief/show.html",
        p=project,
        row=next((r for r in found.rows if r.id == project_id), None),
        plans=plans,
        standing=standing,
        underway=next((p for p in plans if p.state in (*OPEN_STATES, ReliefState.SUBMITTED)), None),
        workers=queries.workers(session, None, project_id=project_id),
        rosters=queries.rosters(session, None, project_id=project_id),
        trainings=queries.trainings(session, project_id),
        papers={t.id: _papers(t.id) for t in queries.trainings(session, project_id)},
        sums=queries.sums(session).get(project_id, queries.ReliefSum()),
        form=PressForm(),
        history=history(session, "relief_plan", plans[0].id) if plans else [],
        may_record=_may_record(project_id),
        may_print=who.can(P.PRINT),
    )


def _may_record(project_id: int) -> bool:
    try:
        require_project(db.session(), me(), P.RECORD_WORK_RELIEF, project_id)
    except DomainError:
        return False
    return True


def _papers(training_id: int) -> list[Any]:
    return shown_papers(TRAINING, training_id, lambda key: url_for(".paper", training_id=training_id, paper_id=key))


@bp.route("/work-relief/<int:project_id>/plan", methods=["GET", "POST"])
@allow(P.RECORD_WORK_RELIEF)
def plan(project_id: int) -> Any:
    """Write the plan, or a new one in the place of the approved one."""
    project = require_project(db.session(), me(), P.RECORD_WORK_RELIEF, project_id)
    plans = queries.plans(db.session(), None, project_id=project_id)
    now = next((p for p in plans if p.state in OPEN_STATES), None)
    base = now or next((p for p in plans if p.state is ReliefState.APPROVED), None)
    form = PlanForm(version=now.version if now else None, **_proposed(project, base))
    if form.submitted():
        answers = form.answers()
        if form.try_to(_save_plan, project_id, answers, version=form.version.data):
            flash("已提交，等待主管部门审定" if request.form.get("action") == "submit" else "已存草稿", "good")
            return redirect(url_for(".show", project_id=project_id))
    page = render_template("relief/plan.html", form=form, p=project, now=now, base=base)
    return (page, 422) if request.method == "POST" else page


def _proposed(project: Any, base: queries.PlanRow | None) -> dict[str, Any]:
    if base is None:
        share = policy_of(db.session(), project.year).relief_share_default
        return {"min_share": int(share * 10_000) if share else None, "base_amount": project.planned_fiscal}
    names = ("base_kind", "base_amount", "document_no", "public_posts", "organization")
    posts = "\n".join(f"{kind} {people} {days} {exact_yuan(rate)}" for kind, people, days, rate in base.posts)
    return {name: getattr(base, name) for name in names} | {"posts": posts, "min_share": int(base.min_share * 10_000)}


def _save_plan(project_id: int, answers: dict[str, Any], *, version: int | None, act: Act) -> int:
    """Draft a plan, and hand it over when asked, as one act."""
    entry = services.PlanEntry(
        **answers
        | {
            "min_share": Fraction(answers["min_share"], 10_000),
            "posts": tuple(read_posts(answers["posts"] or "")),
            "public_posts": answers["public_posts"] or 0,
            "organization": answers["organization"] or "",
        }
    )
    made = services.save_plan(project_id, entry, version=version, act=act)
    if request.form.get("action") == "submit":
        services.submit_plan(made.id, act=act)
    return made.id


def read_posts(text: str) -> list[services.PostEntry]:
    """Lines of 工种 人数 工日 日工资. Raises DomainError naming the line that cannot be read."""
    found = []
    for number, line in enumerate((x for x in text.splitlines() if x.strip()), 1):
        parts = re.split(r"[\s,，、;；]+", line.strip())
        if len(parts) != 4 or not all(p.isascii() and p.isdigit() and len(p) < 8 for p in parts[1:3]):
            raise DomainError(f"第 {number} 行请写成“工种 人数 工日 日工资”，例：混凝土工 20 600 150", field="posts")
        try:
            rate = Money.yuan(parts[3])
        except (DomainError, ValueError) as error:
            raise DomainError(f"第 {number} 行的日工资“{parts[3]}”不是金额", field="posts") from error
        found.append(services.PostEntry(parts[0][:40], int(parts[1]), int(parts[2]), rate))
    return found


@bp.route("/work-relief/plans/<int:plan_id>/submit", methods=["POST"])
@allow(P.RECORD_WORK_RELIEF)
def submit_plan(plan_id: int) -> Any:
    """Hand a drafted plan over."""
    row = next((p for p in queries.plans(db.session(), me()) if p.id == plan_id), None)
    if row is None:
        raise NotFound("没有这份以工代赈方案，或者不在您的管理范围内")
    form = PressForm()
    form.act_name = "提交以工代赈方案"
    if form.submitted() and form.try_to(services.submit_plan, plan_id):
        flash("已提交，等待主管部门审定", "good")
    for sentence in form.form_errors:
        flash(sentence, "bad")
    return redirect(url_for(".show", project_id=row.project_id))


@bp.route("/work-relief/<int:project_id>/workers/new", methods=["GET", "POST"])
@allow(P.RECORD_WORK_RELIEF)
def new_worker(project_id: int) -> Any:
    """Enter a worker."""
    project = require_project(db.session(), me(), P.RECORD_WORK_RELIEF, project_id)
    form = WorkerForm(village_id=project.village_id)
    return _worker(form, project, None)


@bp.route("/work-relief/workers/<int:worker_id>/edit", methods=["GET", "POST"])
@allow(P.RECORD_WORK_RELIEF)
def edit_worker(worker_id: int) -> Any:
    """Change a worker; numbers are typed anew or left."""
    row = next((w for w in queries.workers(db.session(), me()) if w.id == worker_id), None)
    if row is None:
        raise NotFound("没有这名务工人员，或者不在您的管理范围内")
    project = require_project(db.session(), me(), P.RECORD_WORK_RELIEF, row.project_id)
    names = ("name", "village_id", "household", "work_type", "agreement_no", "agreed_on", "cash_approval")
    form = WorkerForm(version=row.version, **{name: getattr(row, name) for name in names})
    return _worker(form, project, row)


def _worker(form: WorkerForm, project: Any, row: queries.WorkerRow | None) -> Any:
    wanted = select(Region.id, Region.name).where(Region.level == "village", Region.active)
    if project.town_id:
        wanted = wanted.where(Region.parent_id == project.town_id)
    form.village_id.options = [(key, name) for key, name in db.session.execute(wanted.order_by(Region.id))]
    known = {key for key, _ in form.village_id.options}
    if row is not None and row.village_id and row.village_id not in known:
        form.village_id.options.append((row.village_id, row.village))
    if form.submitted():
        answers: dict[str, Any] = {name: value or "" for name, value in form.answers().items()}
        for name in ("village_id", "agreed_on"):
            answers[name] = answers[name] or None
        entry = services.WorkerEntry(**answers)
        done = (
            form.try_to(services.enter_worker, project.id, entry)
            if row is None
            else form.try_to(services.save_worker, row.id, entry, version=form.version.data)
        )
        if done:
            flash("已保存", "good")
            return redirect(url_for(".show", project_id=project.id))
    page = render_template("relief/worker.html", form=form, p=project, row=row)
    return (page, 422) if request.method == "POST" else page


@bp.route("/work-relief/<int:project_id>/trainings/new", methods=["GET", "POST"])
@allow(P.RECORD_WORK_RELIEF)
def new_training(project_id: int) -> Any:
    """Record a training that was held."""
    project = require_project(db.session(), me(), P.RECORD_WORK_RELIEF, project_id)
    form = TrainingForm()
    if form.submitted():
        told = form.answers()
        told.pop("papers")
        told |= {name: told[name] or "" for name in ("place", "remark")}
        if form.try_to(services.record_training, project_id, files=form.papers.files(), **told):
            flash("已保存", "good")
            return redirect(url_for(".show", project_id=project_id))
    page = render_template("relief/training.html", form=form, p=project)
    return (page, 422) if request.method == "POST" else page


@bp.route("/work-relief/<int:project_id>/trainings/<int:training_id>/withdraw", methods=["GET", "POST"])
@allow(P.RECORD_WORK_RELIEF)
def withdraw_training(project_id: int, training_id: int) -> Any:
    """Withdraw a training entered by mistake."""
    project = require_project(db.session(), me(), P.RECORD_WORK_RELIEF, project_id)
    row = next((t for t in queries.trainings(db.session(), project_id) if t.id == training_id), None)
    if row is None:
        raise NotFound("没有这条培训记录，或者不在您的管理范围内")
    form = WithdrawForm(version=row.version)
    if form.submitted() and form.try_to(
        services.withdraw_training, training_id, form.reason.data or "", version=form.version.data
    ):
        flash("已作废", "good")
        return redirect(url_for(".show", project_id=project_id))
    page = render_template("relief/withdraw.html", form=form, p=project, row=row)
    return (page, 422) if request.method == "POST" else page


@bp.route("/work-relief/trainings/<int:training_id>/papers/<int:paper_id>")
@allow(P.READ_PROJECTS)
def paper(training_id: int, paper_id: int) -> Response:
    """A picture of a training, for whoever may see its project."""
    project_id = queries.project_of_training(db.session(), training_id)
    require_project(db.session(), me(), P.READ_PROJECTS, project_id)
    return send_paper(TRAINING, training_id, paper_id)


@bp.route("/work-relief/<int:project_id>/print", methods=["POST"])
@allow(P.PRINT)
def print_(project_id: int) -> Response:
    """PF26 佐证材料: one project's evidence as one PDF."""
    project = require_project(db.session(), me(), P.READ_PROJECTS, project_id)
    where = {"project": project.code}
    return printed(printing.Order("PF26", project.year, where, who=me(), base_url=request.host_url))
