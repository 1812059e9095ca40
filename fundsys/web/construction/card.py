"""One project's construction on one page: its steps, the county's checklist, tender, acceptance, settlement, retention."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from sqlalchemy import select

from fundsys.domain.errors import NotFound
from fundsys.domain.projects import OPTIONAL
from fundsys.domain.projects import ProjectStatus as S
from fundsys.domain.rights import Permission as P
from fundsys.extensions import db
from fundsys.models.construction import Extension
from fundsys.models.papers import Attachment
from fundsys.models.projects import Project, ProjectPaper
from fundsys.queries import construction as queries
from fundsys.queries.facts import county_today
from fundsys.queries.projects import ProjectCard, project_card
from fundsys.queries.retention import retentions
from fundsys.queries.stage_papers import TABLE as PAPERS
from fundsys.queries.stage_papers import dossier
from fundsys.services import attachments, steps
from fundsys.services import construction as services
from fundsys.services.acts import Act
from fundsys.services.library.common import project_for
from fundsys.web import paper_boxes
from fundsys.web.access import allow, me
from fundsys.web.forms import OfficeForm

from . import bp
from .forms import (
    AcceptanceForm,
    AcceptanceStepForm,
    ClaimsForm,
    PapersForm,
    SettlementForm,
    SettlementStepForm,
    TenderForm,
)


@bp.route("/<int:project_id>")
@allow(P.READ_PROJECTS)
def show(project_id: int) -> str:
    """One project's way through construction."""
    session = db.session()
    card = project_card(session, me(), project_id)
    lines, beside = dossier(session, card.record)
    way = queries.steps_of(session, project_id)
    passed = {step.to_status for step in way} | {card.record.status}
    asked = [
        (stage, list(told))
        for stage, told in groupby((x for x in lines if x.asked), lambda x: x.paper.stage)
        if stage not in OPTIONAL or stage in passed
    ]
    status, who = card.record.status, me()
    accepted, settled = queries.acceptances(session, project_id), queries.settlements(session, project_id)
    return render_template(
        "construction/show.html",
        card=card,
        asked=[(stage, told) for stage, told in asked if not stage.is_withdrawn],
        beside=beside,
        steps=way,
        days=queries.days_in_force(session, [card.record])[project_id],
        tender=queries.tender_of(session, project_id),
        extensions=queries.extensions(session, who, project_id=project_id),
        acceptances=accepted,
        settlements=settled,
        retentions=retentions(session, who, county_today(session), project_id),
        may={
            "papers": who.can(P.UPDATE_PROGRESS),
            "tender": who.can(P.RECORD_CONTRACT) and status.reached(S.APPROVED) and not status.reached(S.SETTLED),
            "extend": who.can(P.UPDATE_PROGRESS) and status.reached(S.PLANNED) and not status.reached(S.COMPLETED),
            "accept": who.can(P.RECORD_ACCEPTANCE) and status is S.COMPLETED,
            "settle": who.can(P.RECORD_ACCEPTANCE) and status is S.ACCEPTED,
            "claim": who.can(P.RECORD_ACCEPTANCE) and status is S.SETTLED,
        },
        acceptance_form=_step_form(AcceptanceStepForm, accepted, P.APPROVE_ACCEPTANCE),
        settlement_form=_step_form(SettlementStepForm, settled, P.APPROVE_SETTLED_AMOUNT),
    )


def _step_form(form: type[OfficeForm], rows: list[Any], permission: P) -> OfficeForm | None:
    """The form to decide on the paper that waits; None where there is none, or it is this person's own."""
    last = rows[-1] if rows else None
    if last is None or last.state.code != "submitted" or not me().can(permission) or last.proposed_by_id == me().id:
        return None
    return form(version=last.version)


@bp.route("/<int:project_id>/papers", methods=["GET", "POST"])
@allow(P.UPDATE_PROGRESS)
def papers(project_id: int) -> Any:
    """Put papers into the dossier, or promise them."""
    session = db.session()
    card = project_card(session, me(), project_id, P.UPDATE_PROGRESS)
    form = PapersForm(version=card.record.version)
    lines, _ = dossier(session, card.record)
    now = card.record.status
    asked = [x for x in lines if x.asked and not x.paper.stage.is_withdrawn and x.paper.stage.code <= now.code]
    told = [paper_boxes.Step(s, tuple(g)) for s, g in groupby(asked, lambda x: x.paper.stage)]
    if form.submitted():
        given = paper_boxes.given(form, session)
        if given == steps.NOTHING:
            form.say("请至少选一份资料，或者登记一份后补")
        elif given is not None and form.try_to(_keep, project_id, given, form.version.data):
            flash("资料已存入项目档案", "good")
            return redirect(url_for(".show", project_id=project_id))
    return _page("construction/papers.html", card=card, form=form, told=told)


def _keep(project_id: int, given: steps.Given, version: int | None, *, act: Act) -> None:
    """Put papers into the dossier."""
    project = project_for(act, (P.UPDATE_PROGRESS,), project_id, version)
    steps.keep_given(project, given, act=act)
    project.version += 1


@bp.route("/<int:project_id>/tender", methods=["GET", "POST"])
@allow(P.RECORD_CONTRACT)
def tender(project_id: int) -> Any:
    """Enter how the builder was found."""
    card = project_card(db.session(), me(), project_id, P.RECORD_CONTRACT)
    form = TenderForm(version=card.record.version)
    form.method.options = queries.tender_methods(db.session())
    if form.submitted():
        told = {name: value for name, value in form.answers().items() if value is not None}
        if form.try_to(services.record_tender, project_id, services.TenderEntry(**told), version=form.version.data):
            return _done(project_id, "招标采购已登记")
    return _page("construction/tender.html", card=card, form=form)


@bp.route("/<int:project_id>/acceptance", methods=["GET", "POST"])
@allow(P.RECORD_ACCEPTANCE)
def acceptance(project_id: int) -> Any:
    """Enter an acceptance of the town or the county."""
    card = project_card(db.session(), me(), project_id, P.RECORD_ACCEPTANCE)
    form = AcceptanceForm(version=card.record.version, held_on=county_today(db.session()))
    return _with_papers("construction/acceptance.html", card, form, S.ACCEPTED, _accept, "验收已登记")


def _accept(project_id: int, form: AcceptanceForm, given: steps.Given, *, act: Act) -> None:
    """Enter an acceptance."""
    told = form.answers()
    services.record_acceptance(
        project_id,
        told["level"],
        told["held_on"],
        bool(told["passed"]),
        told["opinion"] or "",
        members=told["members"] or "",
        remedy=told["remedy"] or "",
        remedy_due_on=told["remedy_due_on"],
        document_no=told["document_no"] or "",
        papers=given,
        version=form.version.data,
        act=act,
    )


@bp.route("/<int:project_id>/settlement", methods=["GET", "POST"])
@allow(P.RECORD_ACCEPTANCE)
def settlement(project_id: int) -> Any:
    """Enter what the project was settled at."""
    card = project_card(db.session(), me(), project_id, P.RECORD_ACCEPTANCE)
    form = SettlementForm(version=card.record.version)
    return _with_papers("construction/settlement.html", card, form, S.SETTLED, _settle, "结算已登记，等财政局复核")


def _settle(project_id: int, form: SettlementForm, given: steps.Given, *, act: Act) -> None:
    """Enter a settlement."""
    told = form.answers()
    services.record_settlement(
        project_id,
        told["review"],
        told["asked_amount"],
        told["amount"],
        told["reviewer"] or "",
        told["reported_on"],
        report_no=told["report_no"] or "",
        remark=told["remark"] or "",
        papers=given,
        version=form.version.data,
        act=act,
    )


@bp.route("/<int:project_id>/claims", methods=["GET", "POST"])
@allow(P.RECORD_ACCEPTANCE)
def claims(project_id: int) -> Any:
    """Close the claims of a settled project."""
    card = project_card(db.session(), me(), project_id, P.RECORD_ACCEPTANCE)
    form = ClaimsForm(version=card.record.version, on=county_today(db.session()))
    return _with_papers("construction/claims.html", card, form, S.CLAIMED, _claim, "已办理报账完结")


def _claim(project_id: int, form: ClaimsForm, given: steps.Given, *, act: Act) -> None:
    """Close claims."""
    services.close_claims(project_id, form.answers()["on"], papers=given, version=form.version.data, act=act)


@bp.route("/<int:project_id>/acceptances/<int:paper_id>", methods=["POST"])
@allow(P.APPROVE_ACCEPTANCE)
def decide_acceptance(project_id: int, paper_id: int) -> Any:
    """Confirm or return the county's acceptance."""
    form = AcceptanceStepForm()
    steps_: dict[str, tuple[str, Callable[..., Any], str]] = {
        "approve": ("确认验收", services.confirm_acceptance, form.document_no.data or ""),
        "return": ("退回验收", services.return_acceptance, form.reason.data or ""),
    }
    return _decide(project_id, paper_id, form, steps_)


@bp.route("/<int:project_id>/settlements/<int:paper_id>", methods=["POST"])
@allow(P.APPROVE_SETTLED_AMOUNT)
def decide_settlement(project_id: int, paper_id: int) -> Any:
    """Confirm or return a settled amount."""
    form = SettlementStepForm()
    steps_: dict[str, tuple[str, Callable[..., Any], str | None]] = {
        "approve": ("复核结算金额", services.confirm_settlement, None),
        "return": ("退回结算", services.return_settlement, form.reason.data or ""),
    }
    return _decide(project_id, paper_id, form, steps_)


def _decide(project_id: int, paper_id: int, form: OfficeForm, told: dict[str, Any]) -> Any:
    wish = request.form.get("action", "")
    if wish in told and form.submitted():
        form.act_name, service, word = told[wish]
        more = [] if word is None else [word]
        if form.try_to(service, paper_id, *more, version=form.version.data):
            return _done(project_id, "已确认" if wish == "approve" else "已退回，登记人会看到原因")
    for field in form:
        for sentence in field.errors:
            flash(str(sentence), "bad")
    for sentence in form.form_errors:
        flash(str(sentence), "bad")
    return redirect(url_for(".show", project_id=project_id))


@bp.route("/papers/<int:attachment_id>")
@allow(P.READ_PROJECTS)
def paper(attachment_id: int) -> Any:
    """A scan of a paper of a project's dossier, or of an extension, for whoever may see the project."""
    session = db.session()
    found = session.get(Attachment, attachment_id)
    project_id = _project_of(found) if found else None
    if found is None or project_id is None:
        raise NotFound("没有这份资料，或者不在您的管理范围内")
    project_card(session, me(), project_id)
    return Response(attachments.file_of(found.sha256).read_bytes(), mimetype=found.media_type)


def _project_of(found: Attachment) -> int | None:
    tables: dict[str, Any] = {PAPERS: ProjectPaper, "extension": Extension}
    table = tables.get(found.table_name)
    if table is None:
        return None
    return db.session().scalar(select(Project.id).join(table).where(table.id == found.row_id))


def _with_papers(page: str, card: ProjectCard, form: Any, to: S, service: Any, sentence: str) -> Any:
    """A form with the papers of the step it leads to."""
    if form.submitted():
        given = paper_boxes.given(form, db.session())
        if given is not None and form.try_to(service, card.record.id, form, given):
            return _done(card.record.id, sentence)
    ahead = paper_boxes.steps_to(db.session(), card.record, [to])
    return _page(page, card=card, form=form, ahead=ahead)


def _done(project_id: int, sentence: str) -> Any:
    flash(sentence, "good")
    return redirect(url_for(".show", project_id=project_id))


def _page(page: str, **told: Any) -> Any:
    made = render_template(page, typed=request.form, **told)
    return (made, 422) if request.method == "POST" else made
