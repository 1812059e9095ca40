"""The yearly plan from the library, and changes of what was planned."""

from __future__ import annotations

import uuid
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain import terms
from fundsys.domain.library import CHANGEABLE, PlanState, TargetKind
from fundsys.domain.money import ZERO, show_wan, total
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.record_words import field_name
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import library as library_queries
from fundsys.queries import plan_papers as queries
from fundsys.queries.history import history
from fundsys.services.acts import Act
from fundsys.services.library import changes, plans
from fundsys.web.access import allow, me
from fundsys.web.tables import PAGE_SIZE, Page, page_number

from . import bp
from .forms import ChangeForm, ChangeStepForm, PlanApprovalForm, PlanForm, StepForm
from .reviews import decisions

P = Permission
TARGET_ROWS = ("output", "output", "benefit", "benefit", "satisfaction")
"""The kinds of the rows a plan form begins with."""


@bp.route("/<int:project_id>/plan", methods=["GET", "POST"])
@allow(P.EDIT_PROJECT)
def propose(project_id: int) -> Any:
    """Propose a library project for a year's plan, with money, days, beneficiaries and targets."""
    card = library_queries.card(db.session(), me(), project_id, P.EDIT_PROJECT)
    if card.record.status is not ProjectStatus.ADMITTED:
        flash(f"项目现在是“{card.record.status.label}”，已入库、没有列计划的才能列入年度计划", "bad")
        return redirect(url_for(".show", project_id=project_id))
    p = card.record
    same = ("planned_fiscal", "planned_other", "plan_start_on", "plan_end_on", "households", "people", "farmer_linkage")
    form = PlanForm(version=p.version, year=p.year, **{name: getattr(p, name) for name in same})
    rows = _target_rows(project_id)
    if form.submitted():
        targets = _targets(form, rows)
        answers = form.answers() | {"planned_other": form.planned_other.data or ZERO, "reason": form.reason.data or ""}
        done = not form.row_errors and form.try_to(
            _propose, project_id, plans.PlanEntry(**answers), targets, version=form.version.data
        )
        if done:
            flash("已提出，等待另一人审定", "good")
            return redirect(url_for(".plan"))
    page = render_template("library/propose.html", form=form, card=card, rows=rows, kinds=list(TargetKind))
    return (page, 422) if request.method == "POST" else page


def _propose(
    project_id: int, entry: plans.PlanEntry, targets: list[plans.TargetRow], *, version: int | None, act: Act
) -> None:
    """Propose, as one act."""
    made = plans.propose_for_plan(project_id, entry, targets, version=version, act=act)
    act.answer = str(made.id)


def _target_rows(project_id: int) -> list[dict[str, str]]:
    """The rows as the page shows them: typed, else what stands, else one of each kind to fill."""
    if request.method == "POST":
        count = max(
            (int(n.rpartition("-")[2]) for n in request.form if n.startswith("target-name-") and n[12:].isdecimal()),
            default=0,
        )
        keys = ("kind", "name", "value", "unit")
        return [{k: request.form.get(f"target-{k}-{n}", "") for k in keys} for n in range(1, min(count, 20) + 1)]
    told = [
        {"kind": t.kind.code, "name": t.indicator, "value": f"{t.value:f}", "unit": t.unit}
        for t in queries.targets(db.session(), project_id)
    ]
    there = {t["kind"] for t in told}
    return told + [{"kind": kind, "name": "", "value": "", "unit": ""} for kind in TARGET_ROWS if kind not in there]


def _targets(form: PlanForm, rows: list[dict[str, str]]) -> list[plans.TargetRow]:
    found = []
    for number, row in enumerate(rows, 1):
        if not row["name"].strip() and not row["value"].strip():
            continue
        kind = next((k for k in TargetKind if k.code == row["kind"]), None)
        try:
            value = Decimal(row["value"].strip().replace("％", "").replace("%", ""))
            if not value.is_finite() or abs(value) >= 10**12:
                raise InvalidOperation
        except InvalidOperation:
            form.say(f"第 {number} 条绩效指标的值“{row['value']}”不是数", f"target-value-{number}")
            continue
        if kind is None:
            form.say(f"请选择第 {number} 条绩效指标的类别", f"target-kind-{number}")
            continue
        found.append(plans.TargetRow(kind, row["name"], value, row["unit"]))
    return found


@bp.route("/plan", methods=["GET"])
@allow(P.READ_PROJECTS)
def plan() -> str:
    """What was proposed for the yearly plan, and what became of it."""
    state = next((s for s in PlanState if s.code == request.args.get("state")), None)
    number = page_number(request.args)
    rows, sums = queries.plan_page(db.session(), me(), state, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    return render_template(
        "library/plan.html",
        page=Page(rows, number, sums.count),
        state=state,
        states=list(PlanState),
        sums=sums,
        form_ids={r.id: str(uuid.uuid4()) for r in rows},
        may_approve=me().can(P.ADMIT_PROJECT),
        may_withdraw=me().can(P.EDIT_PROJECT),
    )


@bp.route("/plan/<int:proposal_id>/withdraw", methods=["POST"])
@allow(P.EDIT_PROJECT)
def withdraw_plan(proposal_id: int) -> Any:
    """Take a proposal for the plan back."""
    form = StepForm()
    form.act_name = "撤回列入年度计划"
    if form.submitted() and form.try_to(plans.withdraw_proposal_for_plan, proposal_id, version=form.version.data):
        flash("已撤回，项目仍在项目库里", "good")
        return redirect(url_for(".plan"))
    for sentence in form.form_errors:
        flash(str(sentence), "bad")
    return redirect(url_for(".plan"))


@bp.route("/plan/approve", methods=["GET", "POST"])
@allow(P.ADMIT_PROJECT)
def approve_plan() -> Any:
    """Approve proposals under the plan's document, or send them back."""
    form = PlanApprovalForm()
    rows = queries.plan_proposals(db.session(), me(), PlanState.SUBMITTED)
    if form.submitted():
        told = decisions(form)
        if told is not None:
            seen, passed, returned = told
            chosen = {key: seen[key] for key in passed}
            if form.try_to(_approve, chosen, returned, form.document_no.data or "", form.place.data or ""):
                flash(form.repeated or form.result or "", "good")
                return redirect(url_for(".plan"))
    page = render_template("library/approve_plan.html", form=form, rows=rows, typed=request.form, me_id=me().id)
    return (page, 422) if request.method == "POST" else page


def _approve(seen: Any, returned: Any, number: str, place: str, *, act: Act) -> str:
    """Approve; the sentence to say."""
    done = plans.approve_plan(seen, returned, number, place, act=act)
    told = (
        [f"{len(done)} 个项目列入年度计划，{show_wan(total(p.planned_investment for p in done))} 万元"] if done else []
    )
    told += [f"{len(returned)} 个已退回"] if returned else []
    act.answer = "；".join(told)
    return act.answer


# ---------- changes ----------


@bp.route("/changes")
@allow(P.READ_PROJECTS)
def change_list() -> str:
    """Papers of changes: what was planned, what shall be, who decided."""
    state = next((s for s in PlanState if s.code == request.args.get("state")), None)
    number, project_id = page_number(request.args), request.args.get("project", type=int)
    rows, sums = queries.change_page(
        db.session(), me(), state=state, project_id=project_id, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE
    )
    return render_template(
        "library/changes.html",
        page=Page(rows, number, sums.count),
        sums=sums,
        state=state,
        states=list(PlanState),
        word=_word,
    )


@bp.route("/<int:project_id>/change", methods=["GET", "POST"])
@allow(P.EDIT_PROJECT)
def change(project_id: int) -> Any:
    """Propose changes of a planned project."""
    card = library_queries.card(db.session(), me(), project_id, P.EDIT_PROJECT)
    form = ChangeForm(version=card.record.version, **{name: getattr(card.record, name) for name in CHANGEABLE})
    if form.submitted():
        new = {name: form[name].data for name in CHANGEABLE}
        new |= {name: new[name] or "" for name in ("content", "place")} | {
            "planned_other": new["planned_other"] or ZERO
        }
        done = form.try_to(
            _change, project_id, new, form.reason.data or "", form.request_no.data or "", version=form.version.data
        )
        if done:
            flash("变更已提出，等待另一人审定；审定前项目不变", "good")
            return redirect(url_for(".show_change", change_id=int(form.repeated or form.result)))
    page = render_template("library/change.html", form=form, card=card)
    return (page, 422) if request.method == "POST" else page


def _change(project_id: int, new: Any, reason: str, request_no: str, *, version: int | None, act: Act) -> int:
    """Propose; the id of the paper."""
    made = changes.propose_change(project_id, new, reason, request_no, version=version, act=act)
    act.answer = str(made.id)
    return made.id


@bp.route("/changes/<int:change_id>", methods=["GET", "POST"])
@allow(P.READ_PROJECTS)
def show_change(change_id: int) -> Any:
    """One paper of changes with both versions side by side; decide on it, or take it back."""
    row = queries.change_of(db.session(), me(), change_id)
    form = ChangeStepForm(version=row.version)
    if request.method == "POST" and _decide(form, change_id):
        return redirect(url_for(".show_change", change_id=change_id))
    who = me()
    waits = row.state is PlanState.SUBMITTED
    page = render_template(
        "library/show_change.html",
        row=row,
        form=form,
        word=_word,
        history=history(db.session(), "project_change", change_id),
        may_decide=waits and who.can(P.ADMIT_PROJECT) and row.proposed_by_id != who.id,
        may_withdraw=waits and who.can(P.EDIT_PROJECT),
    )
    return (page, 422) if request.method == "POST" else page


def _decide(form: ChangeStepForm, change_id: int) -> bool:
    steps: dict[str, tuple[str, Any, tuple[str, ...], str]] = {
        "approve": ("审定项目变更", changes.approve_change, ("document_no",), "已审定，项目按变更后的内容执行"),
        "return": ("退回项目变更", changes.return_change, ("reason",), "已退回，项目不变"),
        "withdraw": ("撤回项目变更", changes.withdraw_change, (), "已撤回，项目不变"),
    }
    wish = request.form.get("action", "")
    if wish not in steps or not form.submitted():
        return False
    form.act_name, service, boxes, sentence = steps[wish]
    more = [form[name].data or "" for name in boxes]
    if form.try_to(service, change_id, *more, version=form.version.data):
        flash(sentence, "good")
        return True
    return False


def _word(field: str) -> str:
    """What a changed field is called, with its unit."""
    unit = f"（{terms.PLAN_FISCAL.unit}）" if field.startswith("planned_") else ""
    return field_name("project", field) + unit
