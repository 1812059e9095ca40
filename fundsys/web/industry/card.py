"""One legacy project: facts, the advisor's word, class and its history, measures, assets; the lead bureau decides here."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys.domain.errors import NotFound
from fundsys.domain.industry import DecisionState, FourBatch
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.models.industry import ClassDecision
from fundsys.queries import industry as queries
from fundsys.queries import legacy_records as records
from fundsys.queries.facts import county_today, work_year
from fundsys.queries.history import history
from fundsys.services import industry
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.papers import send_paper, shown_papers

from . import bp
from .forms import ClassForm, WithdrawForm, chosen_measures, decision_of
from .lists import shown_labels

TABLES = ("class_decision", "operation_record", "measure_progress")


@bp.route("/<int:project_id>", methods=["GET", "POST"])
@allow(Permission.READ_LEGACY, Permission.CLASSIFY)
def show(project_id: int) -> Any:
    """One project with its class, reasons and history; the lead bureau decides here."""
    card = queries.legacy_card(db.session(), me(), project_id)
    form = class_form(card.record) if me().can(Permission.CLASSIFY) else None
    if request.method == "POST" and form is not None and form.submitted():
        files = form.papers.files()
        if form.try_to(_decide, project_id, form.version.data, decision_of(form), files):
            flash(f"已保存，{form.result or form.repeated}", "good")
            return redirect(url_for(".show", project_id=project_id))
    status = 200
    if request.method == "POST":
        status = 403 if form is None else 422
    return render_template("industry/show.html", **_told(card, form)), status


@bp.route("/<int:project_id>/proposals/<int:decision_id>/withdraw", methods=["POST"])
@allow(Permission.PROPOSE_CLASS)
def withdraw(project_id: int, decision_id: int) -> Any:
    """Take a proposal back."""
    card = queries.legacy_card(db.session(), me(), project_id, Permission.PROPOSE_CLASS)
    form = WithdrawForm()
    if form.submitted() and form.try_to(industry.withdraw_proposal, decision_id, version=form.version.data):
        flash("已撤回分类建议", "good")
        return redirect(url_for(".show", project_id=project_id))
    return render_template("industry/show.html", **_told(card, None) | {"refused": form}), 422


def class_form(record: Any) -> ClassForm:
    """The form of a decision, filled with what stands."""
    return ClassForm(
        version=record.version,
        batch=record.batch,
        reason=record.batch_reason or None,
        decided_on=county_today(db.session),
        measure=record.measure or None,
        responsible_unit=record.responsible_unit or None,
        responsible=record.responsible or None,
        due_on=record.due_on,
    )


def _told(card: queries.LegacyCard, form: ClassForm | None) -> dict[str, Any]:
    session, record = db.session(), card.record
    who, number = me(), record.id
    decisions = records.decisions(session, ClassDecision.project_id == number)
    waiting = next((d for d in decisions if d.state is DecisionState.PROPOSED), None)
    may_propose = queries.may_propose(session, who, number)
    return {
        "card": card,
        "form": form,
        "labels": shown_labels(),
        "classes": list(FourBatch),
        "measures": records.measures(session),
        "chosen": chosen_measures() or tuple(record.measure_codes.split(",")),
        "advice": records.advice_for(session, [number], work_year(session), county_today(session))[number],
        "decisions": decisions,
        "waiting": waiting,
        "withdraw": WithdrawForm(version=waiting.version) if waiting and may_propose else None,
        "facts_rows": records.records_of(session, number),
        "progress": records.progress_of(session, number),
        "papers": [paper for table in TABLES for paper in _papers(table, number)],
        "assets": queries.assets_of(session, record.code),
        "today": county_today(session),
        "may_propose": may_propose,
        "may_dispose": who.can(Permission.CLASSIFY) and record.batch is FourBatch.ADJUST and record.disposed_on is None,
        "history": history(session, "legacy_project", number),
    }


def _papers(table: str, project_id: int) -> list[Any]:
    found = []
    for row_id in queries.rows_with_papers(db.session(), table, project_id):
        found += shown_papers(
            table,
            row_id,
            lambda key, row=row_id: url_for(  # type: ignore[misc]
                ".paper", project_id=project_id, table=table, row_id=row, paper_id=key
            ),
        )
    return found


@bp.route(
    "/<int:project_id>/papers/<any(class_decision, operation_record, measure_progress):table>/<int:row_id>/<int:paper_id>"
)
@allow(Permission.READ_LEGACY)
def paper(project_id: int, table: str, row_id: int, paper_id: int) -> Response:
    """A paper kept with a record of a project, for whoever may see the project."""
    queries.legacy_card(db.session(), me(), project_id)
    if row_id not in queries.rows_with_papers(db.session(), table, project_id):
        raise NotFound("没有这份材料，或者不在您的管理范围内")
    return send_paper(table, row_id, paper_id)


def _decide(project_id: int, version: int | None, decision: industry.Decision, files: Any, *, act: Act) -> str:
    industry.classify(project_id, decision, files=files, act=act, version=version)
    return act.answer
