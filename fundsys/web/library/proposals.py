"""The library's list, one proposal with its papers, and the proposer's acts."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys.domain.library import LibraryState
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Permission, Role, Scope
from fundsys.extensions import db
from fundsys.queries import library as queries
from fundsys.queries import plan_papers
from fundsys.queries import projects as project_queries
from fundsys.queries.history import history
from fundsys.queries.stage_papers import TABLE as PAPER_TABLE
from fundsys.queries.stage_papers import dossier, kept_papers
from fundsys.services.acts import Act
from fundsys.services.library import proposals as services
from fundsys.services.library import reviews
from fundsys.web.access import allow, me
from fundsys.web.frame import work_year
from fundsys.web.papers import send_paper
from fundsys.web.tables import PAGE_SIZE, Page, order_from, page_number

from . import bp
from .forms import ProposalForm, RemovalForm, StepForm, further

P = Permission
FIELDS = {one.name: one.default for one in fields(services.ProposalEntry)}
"""What a proposal asks, with what a blank box means."""
PAPER_BOXES = ("meeting", "declaration", "photos")
IN_LIBRARY = (ProjectStatus.PROPOSED, ProjectStatus.TOWN_REVIEWED, ProjectStatus.ADMITTED)


@bp.route("/")
@allow(P.READ_PROJECTS)
def index() -> str:
    """The project library: proposed, reviewed by the town, appraised, admitted, taken out."""
    args = request.args
    order, number = order_from(args, queries.SORTS, "code"), page_number(args)
    wanted = queries.LibraryFilter(
        text=args.get("q", "").strip()[:60],
        year=args.get("year", type=int),
        town_id=args.get("town", type=int),
        library=args.get("library", "")[:20],
        category=args.get("category", "")[:60],
        state=next((s for s in LibraryState if s.code == args.get("state")), None),
    )
    rows, sums = queries.library(
        db.session(), me(), wanted, sort=order.name, down=order.down, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE
    )
    return render_template(
        "library/index.html",
        page=Page(rows, number, sums.count),
        sums=sums,
        order=str(order),
        wanted=wanted,
        states=list(LibraryState),
        towns=project_queries.towns(db.session()),
        libraries=queries.libraries(db.session()),
        categories=[(c, c) for c, _ in queries.type_tree(db.session())],
        may_propose=me().can(P.PROPOSE_PROJECT) or me().can(P.EDIT_PROJECT),
    )


@bp.route("/new", methods=["GET", "POST"])
@allow(P.PROPOSE_PROJECT, P.EDIT_PROJECT)
def new() -> Any:
    """Propose a project of the own village, town or unit."""
    who = me()
    form = ProposalForm(
        library="LK01",
        year=work_year() + 1,
        nature="新建",
        village_count=1,
        responsible=who.name,
        village_id=who.village_id,
        town_id=who.town_id,
    )
    form.act_name = "申报项目"
    return _write(form, None)


@bp.route("/<int:project_id>/edit", methods=["GET", "POST"])
@allow(P.PROPOSE_PROJECT, P.EDIT_PROJECT)
def edit(project_id: int) -> Any:
    """Change a draft, or a proposal that was sent back."""
    card = queries.card(db.session(), me(), project_id, _permission())
    record = card.record
    if request.method == "GET" and not card.state.is_editable:
        flash(f"项目现在是“{card.state.label}”，不能修改；需要改的先撤回", "bad")
        return redirect(url_for(".show", project_id=project_id))
    form = ProposalForm(version=record.version, **{name: getattr(record, name) for name in FIELDS})
    form.act_name = "修改申报项目"
    return _write(form, card)


def _permission() -> Permission:
    return P.PROPOSE_PROJECT if me().can(P.PROPOSE_PROJECT) else P.EDIT_PROJECT


def _write(form: ProposalForm, card: queries.LibraryCard | None) -> Any:
    _offer(form, card)
    if form.submitted():
        entry, papers = _answers(form)
        wish = request.form.get("action", "save")
        if card is None:
            done = form.try_to(_draft, entry, papers, wish)
        else:
            done = form.try_to(_edit, card.record.id, entry, papers, wish, version=form.version.data)
        if done:
            return _saved(form)
    page = render_template(
        "library/edit.html",
        form=form,
        card=card,
        fixed_place=me().role is Role.VILLAGE,
        papers=_papers(card.record.id) if card else {},
        further=further(form),
    )
    return (page, 422) if request.method == "POST" else page


def _offer(form: ProposalForm, card: queries.LibraryCard | None) -> None:
    session, who = db.session(), me()
    form.library.options = queries.libraries(session)
    tree = queries.type_tree(session)
    form.type_id.offer_groups((f"{category} · {group}", types) for category, groups in tree for group, types in groups)
    form.nature.options = [(word, word) for word in queries.natures(session)]
    places = queries.places(session, who)
    form.town_id.options = [(key, name) for key, name, _ in places]
    form.village_id.offer_groups((name, villages) for _, name, villages in places)
    form.owner_unit_id.options = queries.owner_choices(session, who)
    if card and card.record.owner_unit_id not in {key for key, _ in form.owner_unit_id.options}:
        form.owner_unit_id.options.append((card.record.owner_unit_id, card.owner_unit))


def _answers(form: ProposalForm) -> tuple[services.ProposalEntry, services.Papers]:
    told = form.answers()
    files = {name: form[name].files() for name in PAPER_BOXES}
    papers = services.Papers(files, told["kept_at"] or "")
    asked = {name: told[name] for name in FIELDS if name in told}
    entry: dict[str, Any] = {n: FIELDS[n] if v is None and FIELDS[n] is not MISSING else v for n, v in asked.items()}
    return services.ProposalEntry(**entry), papers


def _draft(entry: services.ProposalEntry, papers: services.Papers, wish: str, *, act: Act) -> int:
    """Draft, and hand over when asked, as one act. Returns the id."""
    made = services.draft_proposal(entry, papers, act=act)
    return _handed(made.id, wish, act)


def _edit(
    project_id: int, entry: services.ProposalEntry, papers: services.Papers, wish: str, *, version: int | None, act: Act
) -> int:
    """Change, and hand over when asked, as one act. Returns the id."""
    services.edit_proposal(project_id, entry, papers, version=version, act=act)
    return _handed(project_id, wish, act)


def _handed(project_id: int, wish: str, act: Act) -> int:
    if wish == "submit":
        services.submit_proposal(project_id, act=act)
    act.answer = f"{project_id} {wish}"
    return project_id


def _saved(form: ProposalForm) -> Response:
    before = (form.repeated or "").split(" ")
    project_id = form.result or int(before[0] or 0)
    sent = request.form.get("action") == "submit"
    flash("已提交，等待镇审核" if sent else "已存草稿，资料齐了再提交", "good")
    return redirect(url_for(".show", project_id=project_id))


def _papers(project_id: int) -> dict[str, list[Any]]:
    """The proposal's papers by the box they came in."""
    boxes = {code: key for key, code in services.PAPERS.items()}
    told: dict[str, list[Any]] = {}
    for paper in kept_papers(db.session(), [project_id]).get(project_id, ()):
        if paper.stage_paper in boxes:
            told.setdefault(boxes[paper.stage_paper], []).append(paper)
    return told


@bp.route("/<int:project_id>")
@allow(P.READ_PROJECTS)
def show(project_id: int) -> str:
    """One proposal: what is asked, where it stands, its papers, what may be the same project."""
    return _card_page(project_id, StepForm())


def _card_page(project_id: int, form: StepForm) -> str:
    who = me()
    card = queries.card(db.session(), who, project_id)
    form.version.data = card.record.version
    county = who.scope(P.EDIT_PROJECT) is Scope.ALL and card.record.entered_by != who.id
    own = (who.can(P.PROPOSE_PROJECT) or who.can(P.EDIT_PROJECT)) and not county
    in_library = card.record.status in IN_LIBRARY
    status = card.record.status
    ready = who.can(P.EDIT_PROJECT)
    return render_template(
        "library/show.html",
        card=card,
        form=form,
        lines=[line for line in dossier(db.session(), card.record)[0] if line.paper.stage in IN_LIBRARY],
        suspected=queries.duplicates(db.session(), [project_id]).get(project_id, []),
        library=dict(queries.libraries(db.session())).get(card.record.library, card.record.library),
        history=history(db.session(), "project", project_id),
        further=[(box.label.text, getattr(card.record, box.name)) for box in further(ProposalForm())],
        targets=plan_papers.targets(db.session(), project_id),
        proposals=plan_papers.plan_proposals(db.session(), who, project_id=project_id),
        changes=plan_papers.changes(db.session(), who, project_id=project_id),
        may_plan=ready and status is ProjectStatus.ADMITTED,
        may_change=ready and status.reached(ProjectStatus.PLANNED) and not status.reached(ProjectStatus.SETTLED),
        may_edit=own and card.state.is_editable and in_library,
        may_withdraw=own and card.state is LibraryState.SUBMITTED and card.entry is not None,
        may_remove=who.can(P.ADMIT_PROJECT) and in_library and not card.state.is_editable,
    )


@bp.route("/<int:project_id>/step", methods=["POST"])
@allow(P.PROPOSE_PROJECT, P.EDIT_PROJECT)
def step(project_id: int) -> Any:
    """Hand over, take back or discard a proposal: the button says which."""
    steps: dict[str, tuple[str, Any, str]] = {
        "submit": ("提交申报项目", services.submit_proposal, "已提交，等待镇审核"),
        "withdraw": ("撤回申报项目", services.withdraw_proposal, "已撤回，可以修改后再提交"),
        "delete": ("作废申报草稿", services.delete_proposal, "草稿已作废，编号不再使用"),
    }
    wish, form = request.form.get("action", ""), StepForm()
    if wish in steps and form.submitted():
        form.act_name, service, sentence = steps[wish]
        if form.try_to(service, project_id, version=form.version.data):
            flash(sentence, "good")
            return redirect(
                url_for(".index", state="draft") if wish == "delete" else url_for(".show", project_id=project_id)
            )
    return _card_page(project_id, form), 422


@bp.route("/<int:project_id>/remove", methods=["GET", "POST"])
@allow(P.ADMIT_PROJECT)
def remove(project_id: int) -> Any:
    """Take a project out of the library, with reason and document."""
    card = queries.card(db.session(), me(), project_id, P.ADMIT_PROJECT)
    form = RemovalForm(version=card.record.version)
    if form.submitted() and form.try_to(reviews.remove, project_id, version=form.version.data, **form.answers()):
        flash("已出库，原因和文号记在项目里", "good")
        return redirect(url_for(".show", project_id=project_id))
    page = render_template("library/remove.html", card=card, form=form)
    return (page, 422) if request.method == "POST" else page


@bp.route("/<int:project_id>/papers/<int:paper_id>/<int:file_id>")
@allow(P.READ_PROJECTS)
def paper(project_id: int, paper_id: int, file_id: int) -> Response:
    """A file of the proposal's papers, for whoever may see the project."""
    queries.card(db.session(), me(), project_id)
    mine = {kept.id for kept in kept_papers(db.session(), [project_id]).get(project_id, ())}
    return send_paper(PAPER_TABLE, paper_id if paper_id in mine else 0, file_id)
