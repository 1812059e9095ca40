"""Projects: the library, the year's plan, one project's card, and the owner's report of construction."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy import select

from fundsys.domain import terms
from fundsys.domain.errors import NotFound
from fundsys.domain.projects import ProjectStatus, open_steps
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.models.papers import Attachment
from fundsys.models.projects import ProgressReport
from fundsys.queries import projects as queries
from fundsys.queries.facts import county_today
from fundsys.queries.history import history
from fundsys.services import attachments, pieces, progress
from fundsys.services.acts import Act
from fundsys.services.steps import Given
from fundsys.web import paper_boxes
from fundsys.web.access import allow, me
from fundsys.web.forms import (
    ChoiceField,
    DateField,
    NumberField,
    OfficeForm,
    PercentField,
    PhotosField,
    TextField,
    TickField,
)
from fundsys.web.frame import work_year
from fundsys.web.tables import PAGE_SIZE, Page, order_from, page_number

bp = Blueprint("projects", __name__, url_prefix="/projects")

REPORTED = (
    ProjectStatus.APPROVED,
    ProjectStatus.TENDERING,
    ProjectStatus.UNDER_WAY,
    ProjectStatus.SUSPENDED,
    ProjectStatus.COMPLETED,
    ProjectStatus.ACCEPTED,
)
LISTED_STEPS = tuple(s for s in REPORTED if s is not ProjectStatus.ACCEPTED)
MARKS = (("lead", "首位产业"), ("relief", "以工代赈"))


class ProgressForm(OfficeForm):
    """What the owner reports of a project's construction."""

    act_name = "填报建设进度"
    status = ChoiceField(terms.STAGE, ProjectStatus, only=REPORTED, required=True)
    progress_bp = PercentField(terms.PROGRESS, exact=True, required=True)
    reported_on = DateField(terms.REPORTED_ON, required=True)
    words = TextField(terms.WORDS, required=True, rows=3, limit=1000)
    problem = TextField(terms.PROBLEM)
    measure = TextField(terms.PROBLEM_MEASURE)
    reason = TextField(terms.BACK_REASON)
    photos = PhotosField(terms.SITE_PHOTOS)
    consent = TickField(terms.PLACE_CONSENT)
    latitude = NumberField(terms.PLACE_LATITUDE, places=6, least=-90, most=90)
    longitude = NumberField(terms.PLACE_LONGITUDE, places=6, least=-180, most=180)


class ReturnForm(OfficeForm):
    """Why a report goes back to its owner."""

    act_name = "退回建设进度"
    reason = TextField(terms.RETURN_REASON, required=True)


def _list(title: str, lead: str, statuses: tuple[ProjectStatus, ...], permission: Permission, year: int | None) -> str:
    args = request.args
    order = order_from(args, queries.SORTS, "code")
    number = page_number(args)
    chosen = tuple(s for s in statuses if s.code == args.get("status")) or statuses
    wanted = queries.ProjectFilter(
        text=args.get("q", "").strip()[:60],
        year=args.get("year", year, type=int),
        town_id=args.get("town", type=int),
        unit_id=args.get("unit", type=int),
        statuses=chosen,
        mark=args.get("mark", ""),
    )
    rows, sums = queries.projects(
        db.session,
        me(),
        wanted,
        sort=order.name,
        down=order.down,
        offset=(number - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
        permission=permission,
    )
    return render_template(
        "projects/index.html",
        title=title,
        lead=lead,
        page=Page(rows, number, sums.count),
        sums=sums,
        order=order,
        wanted=wanted,
        statuses=statuses,
        status=args.get("status"),
        towns=queries.towns(db.session),
        units=queries.owner_units(db.session),
        marks=MARKS,
        reporting=permission is Permission.UPDATE_PROGRESS,
    )


@bp.route("/")
@allow(Permission.READ_PROJECTS)
def index() -> str:
    """The projects of the year's plan."""
    states = tuple(queries.PLANNED_AND_LATER)
    return _list("年度计划", "列入当年计划的衔接项目，从列计划到归档。", states, Permission.READ_PROJECTS, work_year())


@bp.route("/progress")
@allow(Permission.UPDATE_PROGRESS)
def progress_list() -> str:
    """The projects this person reports construction of."""
    return _list("建设进度", "本单位负责的在建项目，点项目名称填报进度。", REPORTED, Permission.UPDATE_PROGRESS, None)


@bp.route("/<int:project_id>")
@allow(Permission.READ_PROJECTS)
def show(project_id: int) -> str:
    """One project on one page."""
    card = queries.project_card(db.session, me(), project_id)
    return render_template(
        "projects/show.html",
        card=card,
        steps=stages(card),
        history=history(db.session, "project", project_id),
        reporting=can_report(card),
        return_form=ReturnForm(version=card.record.version) if me().can(Permission.RETURN_PROGRESS) else None,
    )


@bp.route("/<int:project_id>/progress", methods=["GET", "POST"])
@allow(Permission.UPDATE_PROGRESS)
def report(project_id: int) -> Any:
    """Report a project's construction, at a desk or in the field."""
    card = queries.project_card(db.session, me(), project_id, Permission.UPDATE_PROGRESS)
    record = card.record
    usual = record.status if record.status in REPORTED else ProjectStatus.APPROVED
    form = ProgressForm(
        version=record.version, status=usual, progress_bp=record.progress_bp, reported_on=county_today(db.session)
    )
    ahead = [stage for stage in open_steps(record.status) if stage in LISTED_STEPS]
    if form.submitted():
        papers = paper_boxes.given(form, db.session())
        if papers is not None and form.try_to(_report, project_id, form, papers):
            for sha256, _, _ in _sent():
                pieces.forget(me().id, project_id, sha256)
            flash(f"已保存，{record.name}的进度已更新", "good")
            return redirect(url_for(".show", project_id=project_id))
    status = 422 if request.method == "POST" else 200
    return render_template(
        "projects/progress.html",
        form=form,
        card=card,
        steps=stages(card),
        ahead=paper_boxes.steps_to(db.session(), record, ahead),
        typed=request.form,
    ), status


def _report(project_id: int, form: ProgressForm, papers: Given, *, act: Act) -> None:
    """Report, with the photos that came with the form and those that came before it in pieces."""
    told = form.answers()
    photos = [progress.Photo(f.filename or "", f.read()) for f in told["photos"] or []]
    for sha256, taken_at, name in _sent():
        photos.append(progress.Photo(name, pieces.whole(me().id, project_id, sha256, name), taken_at))
    position = None
    if told["consent"] and told["latitude"] is not None and told["longitude"] is not None:
        position = progress.Position(told["latitude"], told["longitude"])
    progress.report_progress(
        project_id,
        status=told["status"],
        progress_bp=told["progress_bp"],
        reported_on=told["reported_on"],
        photos=photos,
        position=position,
        papers=papers,
        version=form.version.data,
        act=act,
        **{key: told[key] or "" for key in ("words", "problem", "measure", "reason")},
    )


def _sent() -> list[tuple[str, datetime | None, str]]:
    """The photos that came in pieces before the form: digest, when the file was made, name."""
    found = []
    for line in request.form.getlist("sent")[:9]:
        sha256, _, rest = line.partition("|")
        millis, _, name = rest.partition("|")
        at = datetime.fromtimestamp(int(millis) / 1000, UTC) if millis.isdecimal() and len(millis) < 14 else None
        found.append((sha256, at, name[:120] or "照片"))
    return found


@bp.route("/<int:project_id>/return", methods=["POST"])
@allow(Permission.RETURN_PROGRESS)
def send_back(project_id: int) -> Any:
    """Send the last report back to its owner with a reason."""
    form = ReturnForm()
    if form.submitted() and form.try_to(
        progress.return_progress, project_id, form.reason.data, version=form.version.data
    ):
        flash("已退回，填报单位会在工作台看到理由", "good")
    else:
        for sentence in [*form.form_errors, *form.reason.errors]:
            flash(sentence, "bad")
    return redirect(url_for(".show", project_id=project_id))


@bp.route("/photos/<int:attachment_id>")
@allow(Permission.READ_PROJECTS)
def photo(attachment_id: int) -> Any:
    """A photo of a report, for whoever may see its project."""
    found = db.session.scalars(
        select(Attachment).where(Attachment.id == attachment_id, Attachment.table_name == "progress_report")
    ).one_or_none()
    report = select(ProgressReport.project_id).where(ProgressReport.id == (found.row_id if found else None))
    project_id = db.session.scalar(report)
    if found is None or project_id is None:
        raise NotFound("没有这张照片，或者不在您的管理范围内")
    queries.project_card(db.session, me(), project_id)
    return Response(attachments.file_of(found.sha256).read_bytes(), mimetype=found.media_type)


def can_report(card: queries.ProjectCard) -> bool:
    """Whether the person may report this project's construction now."""
    if not me().can(Permission.UPDATE_PROGRESS):
        return False
    planned = card.record.status.reached(ProjectStatus.PLANNED)
    return planned and not card.record.status.reached(ProjectStatus.SETTLED)


def stages(card: queries.ProjectCard) -> list[tuple[str, str, str]]:
    """(word, done/now/empty, day or percent beneath) of the stages people look for."""
    record, status = card.record, card.record.status
    way = (
        ("入库", ProjectStatus.ADMITTED, record.admitted_on),
        ("列计划", ProjectStatus.PLANNED, None),
        ("立项", ProjectStatus.APPROVED, record.approved_on),
        ("采购", ProjectStatus.TENDERING, record.contract_on),
        ("施工", ProjectStatus.UNDER_WAY, record.started_on),
        ("完工", ProjectStatus.COMPLETED, record.completed_on),
        ("验收", ProjectStatus.ACCEPTED, record.accepted_on),
        ("结算", ProjectStatus.SETTLED, record.settled_on),
        ("移交", ProjectStatus.HANDED_OVER, None),
    )
    reached = [s for _, s, _ in way if status.reached(s)]
    shown = []
    for word, stage, day in way:
        state = "" if stage not in reached else "now" if stage is reached[-1] else "done"
        under = day.isoformat()[2:] if day else ""
        if state == "now" and stage is ProjectStatus.UNDER_WAY:
            under = f"{record.progress_bp / 100:g}%"
        shown.append((word, state, under))
    return shown
