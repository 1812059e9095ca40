"""Differences: how one is to be treated, deciding it, and the paper that carried it out."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select

from fundsys.domain.errors import NotFound
from fundsys.domain.rights import Permission
from fundsys.domain.stocktakes import TreatmentState
from fundsys.extensions import db
from fundsys.models.stocktakes import CountEntry, CountSurplus
from fundsys.queries import stocktakes as queries
from fundsys.queries.history import history
from fundsys.services import stocktakes as services
from fundsys.services.acts import Act
from fundsys.services.stocktakes import TreatmentTold
from fundsys.web.access import allow, me

from . import bp
from .forms import DecideForm, DoneForm, TreatForm

_P, _S = Permission, TreatmentState


@bp.route("/entries/<int:entry_id>/treat", methods=["GET", "POST"])
@allow(_P.STOCKTAKE)
def treat(entry_id: int) -> Any:
    """Say how the difference of a counted line is to be treated."""
    line_id = db.session().scalar(select(CountEntry.line_id).where(CountEntry.id == entry_id))
    if line_id is None:
        raise NotFound("没有这条盘点结果，或者不在您的管理范围内")
    line = queries.line_of(db.session(), me(), line_id, _P.STOCKTAKE)
    if line.result is None:
        raise NotFound("这一行还没有盘点")
    told = f"{line.asset_name}：{line.result.label}，{line.words or '没有说明'}"
    return _proposed(services.treat_entry, entry_id, line.stocktake_id, told)


@bp.route("/finds/<int:surplus_id>/treat", methods=["GET", "POST"])
@allow(_P.STOCKTAKE)
def treat_find(surplus_id: int) -> Any:
    """Say how something found beside the frame is to be treated."""
    mine = select(CountSurplus.stocktake_id).where(CountSurplus.id == surplus_id, queries.seen_surpluses(me()))
    campaign = db.session().scalar(mine)
    if campaign is None:
        raise NotFound("没有这条盘盈，或者不在您的管理范围内")
    row = next((s for s in queries.surpluses(db.session(), me(), campaign) if s.id == surplus_id), None)
    if row is None:
        raise NotFound("这条盘盈已被更正，请刷新后再看")
    return _proposed(services.treat_surplus, surplus_id, campaign, f"{row.village} {row.name}：盘盈，{row.words}")


def _proposed(service: Any, key: int, stocktake_id: int, told: str) -> Any:
    form = TreatForm()

    def propose(kind: Any, words: str, document_no: str, *, act: Act) -> str:
        """Say it. Returns the id of the treatment."""
        act.answer = str(service(key, TreatmentTold(kind, words, document_no or ""), act=act).id)
        return act.answer

    if form.submitted() and form.try_to(propose, **form.answers()):
        flash("已提出，由主管部门审定", "good")
        return redirect(url_for(".treatment", treatment_id=int(form.result or form.repeated or 0)))
    status = 422 if request.method == "POST" else 200
    return render_template("stocktakes/treat.html", form=form, told=told, stocktake_id=stocktake_id), status


@bp.route("/treatments")
@allow(_P.READ_ASSETS)
def treatment_list() -> str:
    """The treatments this person sees."""
    state = next((s for s in TreatmentState if s.code == request.args.get("state")), None)
    rows = queries.treatments(db.session(), me(), state=state)
    return render_template("stocktakes/treatments.html", rows=rows, state=state, states=list(TreatmentState))


@bp.route("/treatments/<int:treatment_id>")
@allow(_P.READ_ASSETS)
def treatment(treatment_id: int) -> str:
    """One treatment with what happened to it."""
    return _page(treatment_id, DecideForm(), DoneForm())


def _page(treatment_id: int, decide_form: DecideForm, done_form: DoneForm) -> str:
    session, who = db.session(), me()
    row = queries.treatment(session, who, treatment_id)
    for form in (decide_form, done_form):
        form.version.data = row.version
    return render_template(
        "stocktakes/treatment.html",
        row=row,
        form=decide_form,
        done_form=done_form,
        stocktake=queries.stocktake(session, who, row.stocktake_id),
        history=history(session, "count_treatment", row.id),
        may_decide=who.can(_P.DECIDE_DIFFERENCE) and row.state is _S.PROPOSED and row.proposed_id != who.id,
        may_finish=who.can(_P.STOCKTAKE) and row.state is _S.DECIDED,
    )


@bp.route("/treatments/<int:treatment_id>/decide", methods=["POST"])
@allow(_P.DECIDE_DIFFERENCE)
def decide(treatment_id: int) -> Any:
    """Decide a treatment or send it back: the button says which."""
    wish, form = request.form.get("action", ""), DecideForm()
    if wish in ("agree", "return") and form.submitted():
        form.act_name = "审定差异处理" if wish == "agree" else "退回差异处理"
        if form.try_to(
            services.decide_treatment, treatment_id, wish == "agree", form.reason.data or "", form.version.data
        ):
            flash("已审定" if wish == "agree" else "已退回", "good")
            return redirect(url_for(".treatment", treatment_id=treatment_id))
    return _page(treatment_id, form, DoneForm()), 422


@bp.route("/treatments/<int:treatment_id>/done", methods=["POST"])
@allow(_P.STOCKTAKE)
def done(treatment_id: int) -> Any:
    """Say that a treatment was carried out."""
    form = DoneForm()
    if form.submitted() and form.try_to(
        services.carry_out, treatment_id, form.matter_no.data or "", form.words.data or "", form.version.data
    ):
        flash("已办结", "good")
        return redirect(url_for(".treatment", treatment_id=treatment_id))
    return _page(treatment_id, DecideForm(), form), 422
