"""Problems found and put right: the list with who is late, recording one, its page with answer, close-out and re-opening."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys.domain import terms
from fundsys.domain.rectification import FindingState
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import rectification as queries
from fundsys.queries.facts import county_today
from fundsys.queries.history import history
from fundsys.queries.kept_checks import matters_of_task
from fundsys.services import rectification as services
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.forms import DateField, OfficeForm, PickField, TextField
from fundsys.web.frame import work_year
from fundsys.web.papers import PapersField, send_paper, shown_papers
from fundsys.web.tables import Page, order_from, page_number

bp = Blueprint("rectification", __name__, url_prefix="/findings")
_S = FindingState


class FindingForm(OfficeForm):
    """A problem as it is found."""

    act_name = "登记问题"
    source = PickField(terms.FINDING_SOURCE, number=False, required=True)
    paper_no = TextField(terms.FINDING_PAPER, limit=60)
    problem = TextField(terms.FINDING_PROBLEM, required=True, limit=2000, rows=4)
    unit = PickField(terms.FINDING_UNIT, required=True)
    found_on = DateField(terms.FINDING_FOUND, year=work_year)
    due_on = DateField(terms.FINDING_DUE, required=True, year=work_year)
    papers = PapersField(terms.FINDING_PAPERS)


class StepForm(OfficeForm):
    """What was done about a problem, or what is thought of it."""

    words = TextField(terms.FINDING_WORDS, limit=2000, rows=4)
    papers = PapersField(terms.FINDING_PAPERS)


@bp.route("/")
@allow(Permission.READ_FINDINGS)
def index() -> str:
    """The problems this person may see."""
    args, session = request.args, db.session()
    order, number = order_from(args, queries.SORTS, "due"), page_number(args)
    wanted = queries.ProblemFilter(
        state=next((s for s in FindingState if s.code == args.get("state")), None),
        source=args.get("source", "")[:40],
        unit_id=args.get("unit", type=int),
        year=args.get("year", type=int),
        late=args.get("late") == "1",
        q=args.get("q", "").strip()[:60],
        sort=str(order),
        page=number,
    )
    today = county_today(session)
    found = queries.problems(session, me(), wanted, today)
    return render_template(
        "rectification/index.html",
        page=Page(found.rows, number, found.count, wanted.size),
        found=found,
        wanted=wanted,
        order=str(order),
        today=today,
        states=list(FindingState),
        sources=queries.sources(session),
        units=[(str(key), name) for key, name in queries.answering_units(session, me())],
    )


@bp.route("/new", methods=["GET", "POST"])
@allow(Permission.FIND)
def new() -> Any:
    """Record a problem."""
    form = FindingForm()
    form.source.options = queries.sources(db.session())
    form.unit.options = queries.answering_units(db.session(), me())
    if form.submitted() and form.try_to(_record, form):
        flash("已登记，责任单位的工作台会列出", "good")
        return redirect(url_for(".show", finding_id=form.result or int(form.repeated or 0)))
    page = render_template("rectification/new.html", form=form)
    return (page, 422) if request.method == "POST" else page


def _record(form: FindingForm, *, act: Act) -> int:
    assert form.due_on.data is not None
    entry = services.FindingEntry(
        source=form.source.data or "",
        problem=form.problem.data or "",
        unit_id=form.unit.data or 0,
        due_on=form.due_on.data,
        found_on=form.found_on.data,
        paper_no=form.paper_no.data or "",
    )
    made = services.record_finding(entry, files=form.papers.files(), act=act)
    act.answer = str(made.id)
    return made.id


@bp.route("/<int:finding_id>")
@allow(Permission.READ_FINDINGS)
def show(finding_id: int) -> str:
    """One problem: what was found, what was done, what shows it, and each step with who took it."""
    return _page(finding_id, StepForm())


def _page(finding_id: int, form: StepForm) -> str:
    who, session = me(), db.session()
    row = queries.problem(session, who, finding_id)
    form.version.data = row.version
    judge = who.can(Permission.CLOSE_OUT) and row.unit_id != who.unit_id
    return render_template(
        "rectification/show.html",
        row=row,
        form=form,
        today=county_today(session),
        steps=queries.steps_of(session, finding_id),
        faults=matters_of_task(session, who, finding_id),
        papers=shown_papers(queries.TABLE, row.id, lambda key: url_for(".paper", finding_id=row.id, paper_id=key)),
        history=history(session, queries.TABLE, finding_id),
        may_answer=who.can(Permission.RECTIFY) and row.unit_id == who.unit_id and row.state is _S.OPEN,
        may_judge=judge and row.state is _S.ANSWERED,
        may_reopen=judge and row.state in (_S.CLOSED, _S.LASTING),
    )


@bp.route("/<int:finding_id>/step", methods=["POST"])
@allow(Permission.RECTIFY, Permission.CLOSE_OUT)
def step(finding_id: int) -> Any:
    """Answer, send back, close, keep up for long or open again: the button says which."""
    steps: dict[str, tuple[str, Any, str]] = {
        "answer": ("报送整改", services.answer_finding, "已报送，等待销号"),
        "return": ("退回整改", services.return_finding, "已退回，责任单位的工作台会列出"),
        "close": ("销号", services.close_out, "已销号"),
        "lasting": ("转长期坚持", services.keep_lasting, "已转长期坚持，单独计数"),
        "reopen": ("重新打开问题", services.reopen_finding, "已重新打开，请责任单位继续整改"),
    }
    wish, form = request.form.get("action", ""), StepForm()
    if wish in steps and form.submitted():
        form.act_name, service, sentence = steps[wish]
        more = {"files": form.papers.files()} if wish == "answer" else {}
        if form.try_to(service, finding_id, form.words.data or "", version=form.version.data, **more):
            flash(sentence, "good")
            return redirect(url_for(".show", finding_id=finding_id))
    return _page(finding_id, form), 422


@bp.route("/<int:finding_id>/papers/<int:paper_id>")
@allow(Permission.READ_FINDINGS)
def paper(finding_id: int, paper_id: int) -> Response:
    """A paper of a problem, for whoever may see the problem."""
    queries.problem(db.session(), me(), finding_id)
    return send_paper(queries.TABLE, finding_id, paper_id)
