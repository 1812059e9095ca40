"""What owner and town enter for a project: facts of operation, a proposed class, progress of measures; and 处置完毕."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.industry import FourBatch, OperationFact, standing
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import industry as queries
from fundsys.queries import legacy_records as records
from fundsys.queries.facts import county_today, work_year
from fundsys.services import industry
from fundsys.services.industry.operation import OperationEntry
from fundsys.web.access import allow, me

from . import bp
from .forms import (
    Answer,
    DisposalForm,
    FactForm,
    MeasureForm,
    ProposeForm,
    as_bool,
    chosen_measures,
    decision_of,
)
from .lists import shown_labels

_YES_NO = ("linkage_works", "title_clear", "compliant", "fits_leading")


@bp.route("/<int:project_id>/facts", methods=["GET", "POST"])
@allow(Permission.PROPOSE_CLASS)
def facts(project_id: int) -> Any:
    """Record what was found on a day; the form shows what stands."""
    card = queries.legacy_card(db.session(), me(), project_id, Permission.PROPOSE_CLASS)
    form = FactForm(version=card.record.version, observed_on=county_today(db.session()), **_stands(card.record))
    if form.submitted():
        told = {name: field.data for name, field in form._fields.items() if name in records.FACTS}
        told |= {name: as_bool(told[name]) for name in _YES_NO}
        entry = OperationEntry(
            OperationFact(**told), form.linkage.data or "", form.root_cause.data or "", form.checked_by.data or ""
        )
        files = form.papers.files()
        if form.try_to(industry.record_operation, project_id, entry, files=files, version=form.version.data):
            flash("已记下运行情况", "good")
            return redirect(url_for(".show", project_id=project_id))
    page = render_template("industry/facts.html", card=card, form=form)
    return (page, 422) if request.method == "POST" else page


def _stands(record: Any) -> dict[str, Any]:
    known = standing(records.facts_of(db.session(), [record.id])[record.id]).facts
    told = {name: getattr(known, name) for name in records.FACTS if name != "observed_on"}
    for name in _YES_NO:
        told[name] = None if told[name] is None else Answer.YES if told[name] else Answer.NO
    told |= {"run_state": told["run_state"] or record.run_state, "linkage": record.farmer_linkage or None}
    return told | {"root_cause": record.root_cause or None}


@bp.route("/<int:project_id>/propose", methods=["GET", "POST"])
@allow(Permission.PROPOSE_CLASS)
def propose(project_id: int) -> Any:
    """Propose a class; the advisor's word stands beside the form."""
    card = queries.legacy_card(db.session(), me(), project_id, Permission.PROPOSE_CLASS)
    session, record = db.session(), card.record
    advice = records.advice_for(session, [project_id], work_year(session), county_today(session))[project_id]
    form = ProposeForm(
        version=record.version,
        batch=advice.batch or record.batch,
        reason="，".join(advice.facts) or None,
        responsible_unit=record.responsible_unit or None,
        responsible=record.responsible or None,
    )
    if form.submitted():
        files = form.papers.files()
        if form.try_to(industry.propose_class, project_id, decision_of(form), files=files, version=form.version.data):
            flash("已提出分类建议，等待主管部门审定", "good")
            return redirect(url_for(".show", project_id=project_id))
    page = render_template(
        "industry/propose.html",
        card=card,
        form=form,
        advice=advice,
        labels=shown_labels(),
        classes=list(FourBatch),
        measures=records.measures(session),
        chosen=chosen_measures(),
    )
    return (page, 422) if request.method == "POST" else page


@bp.route("/<int:project_id>/measures", methods=["GET", "POST"])
@allow(Permission.PROPOSE_CLASS)
def measures(project_id: int) -> Any:
    """Report how far the measures have come."""
    card = queries.legacy_card(db.session(), me(), project_id, Permission.PROPOSE_CLASS)
    form = MeasureForm(version=card.record.version, reported_on=county_today(db.session()))
    if form.submitted():
        told = form.answers()
        told.pop("papers")
        files = form.papers.files()
        if form.try_to(industry.report_measures, project_id, files=files, version=form.version.data, **told):
            flash("措施已完成" if told["done"] else "已记下措施进展", "good")
            return redirect(url_for(".show", project_id=project_id))
    rows = records.progress_of(db.session(), project_id)
    page = render_template("industry/measures.html", card=card, form=form, progress=rows, labels=shown_labels())
    return (page, 422) if request.method == "POST" else page


@bp.route("/<int:project_id>/dispose", methods=["GET", "POST"])
@allow(Permission.CLASSIFY)
def dispose(project_id: int) -> Any:
    """处置完毕: a grave act, with its effect in one sentence and a document."""
    card = queries.legacy_card(db.session(), me(), project_id, Permission.CLASSIFY)
    form = DisposalForm(version=card.record.version, disposed_on=county_today(db.session()))
    if form.submitted():
        told = form.answers()
        told.pop("papers")
        files = form.papers.files()
        if form.try_to(industry.finish_disposal, project_id, files=files, version=form.version.data, **told):
            flash("处置完毕，已归档", "good")
            return redirect(url_for(".show", project_id=project_id))
    page = render_template(
        "industry/dispose.html",
        card=card,
        form=form,
        labels=shown_labels(),
        assets=queries.assets_of(db.session(), card.record.code),
    )
    return (page, 422) if request.method == "POST" else page
