"""What-if plans of a notice: side by side, adopted as drafts, or removed."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import plans as queries
from fundsys.services import funds
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.forms import OfficeForm

from . import bp
from .forms import today

MAKERS = (Permission.ALLOCATE, Permission.PROPOSE_ALLOCATION)


@bp.route("/notices/<int:notice_id>/plans")
@allow(*MAKERS, Permission.REVIEW_MONEY)
def compare_plans(notice_id: int) -> str:
    """The plans of a notice, and those chosen side by side: what each project gets, what every rule would say."""
    every = queries.plans(db.session, notice_id)
    wanted = set(request.args.getlist("plan", type=int)) or {plan.id for plan in every[-3:]}
    chosen = [plan for plan in every if plan.id in wanted][: queries.MOST_SIDE_BY_SIDE]
    drafts = request.args.get("drafts") == "1" if request.args else me().can(Permission.ALLOCATE)
    compared = queries.compare(db.session, me().id, notice_id, chosen, today(), drafts=drafts or not chosen)
    only = request.args.get("only") == "1"
    return render_template(
        "funds/plans.html",
        plans=every,
        chosen={plan.id for plan in chosen},
        drafts=drafts,
        only=only,
        compared=compared,
        rows=[row for row in compared.rows if row.differs or not only],
        forms={plan.id: OfficeForm(formdata=None, version=plan.version) for plan in every},
        may_allocate=me().can(Permission.ALLOCATE),
        my_id=me().id,
    )


@bp.route("/plans/<int:plan_id>/adopt", methods=["POST"])
@allow(Permission.ALLOCATE)
def adopt_plan(plan_id: int) -> Any:
    """Make a plan's rows one's own drafts."""
    plan = queries.plan(db.session, plan_id)
    form = OfficeForm()
    form.act_name = "采用分配方案"
    if form.submitted() and form.try_to(_adopt, plan_id, version=form.version.data):
        flash(form.repeated or form.result, "good")
        return redirect(url_for(".allocate", notice_id=plan.notice_id))
    return _back(form, plan.notice_id)


@bp.route("/plans/<int:plan_id>/delete", methods=["POST"])
@allow(*MAKERS)
def delete_plan(plan_id: int) -> Any:
    """Remove an own plan."""
    form = OfficeForm()
    form.act_name = "删除分配方案"
    notice_id = request.form.get("notice_id", 0, type=int)
    if form.submitted() and form.try_to(_delete, plan_id, version=form.version.data):
        flash(form.repeated or form.result, "good")
        return redirect(url_for(".compare_plans", notice_id=notice_id))
    return _back(form, notice_id)


def _back(form: OfficeForm, notice_id: int) -> Any:
    """What was refused is said on the page of the plans."""
    for sentence in form.form_errors or ["页面打开太久，请刷新后再办"]:
        flash(str(sentence), "bad")
    return redirect(url_for(".compare_plans", notice_id=notice_id))


def _adopt(plan_id: int, *, version: int | None, act: Act) -> str:
    """Adopt it; the sentence to say."""
    saved = funds.adopt_plan(plan_id, version=version, act=act)
    act.answer = f"已采用，成为您的草稿：{saved.words or '与现有草稿一致'}；核对后提交复核"
    return act.answer


def _delete(plan_id: int, *, version: int | None, act: Act) -> str:
    """Remove it; the sentence to say."""
    act.answer = f"已删除方案“{funds.delete_plan(plan_id, version=version, act=act)}”"
    return act.answer
