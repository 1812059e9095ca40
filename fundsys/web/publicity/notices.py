"""Public notices: the list, writing one for what is owed, its page with steps, pictures and result, its paper."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys import printing
from fundsys.domain.errors import DomainError
from fundsys.domain.money import total
from fundsys.domain.publicity import OPEN_STATES, Occasion, PublicLevel, PublicState
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import publicity as queries
from fundsys.queries.funds import years
from fundsys.queries.history import history
from fundsys.queries.money_facts import days_of, policy_of
from fundsys.queries.public_subjects import Subject, subjects
from fundsys.queries.same_pictures import also_used_for
from fundsys.reports.registry import ledgers
from fundsys.services import publicity as services
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.frame import work_year
from fundsys.web.funds.forms import today
from fundsys.web.papers import send_paper, shown_papers
from fundsys.web.payments.papers import printed
from fundsys.web.tables import Page, order_from, page_number

from . import bp
from .forms import PublicForm, ResultForm, StepForm
from .pictures import shown_uses

WORDS = ("place", "content", "implementing_unit", "hotline", "remark")
PUBLIC_COPIES = {
    Occasion.ALLOCATED: "LG04",
    Occasion.ADMITTED: "LG01",
    Occasion.PLANNED: "LG02",
    Occasion.LABOR_PAY: "LG10",
    Occasion.TITLED: "LG05",
    Occasion.INCOME: "LG08",
}
"""The ledger whose public copy hangs beside a notice of the occasion."""


@bp.route("/public-notices")
@allow(Permission.READ_RULES, Permission.PUBLISH)
def index() -> str:
    """The notices this person may see."""
    args = request.args
    order, number = order_from(args, queries.SORTS, "-first"), page_number(args)
    wanted = queries.PublicFilter(
        year=args.get("year", type=int),
        occasion=next((o for o in Occasion if o.code == args.get("occasion")), None),
        level=next((x for x in PublicLevel if x.code == args.get("level")), None),
        state=next((s for s in PublicState if s.code == args.get("state")), None),
        unreported=args.get("unreported") == "1",
        q=args.get("q", "").strip()[:60],
        sort=str(order),
        page=number,
    )
    found = queries.public_notices(db.session(), me(), wanted)
    return render_template(
        "publicity/index.html",
        page=Page(found.rows, number, found.count, wanted.size),
        found=found,
        wanted=wanted,
        order=str(order),
        today=today(),
        occasions=list(Occasion),
        levels=list(PublicLevel),
        states=list(PublicState),
        years=[(str(y), f"{y}年") for y in years(db.session())],
    )


@bp.route("/public-notices/new", methods=["GET", "POST"])
@allow(Permission.PUBLISH)
def new() -> Any:
    """A notice for what was picked from the list of what is owed; without a pick, about anything else."""
    occasion, level, ids = _picked(request.args.getlist("pick"))
    about = subjects(db.session(), occasion, ids=ids, who=me()) if ids else []
    form = PublicForm(**_proposed(occasion, level, about))
    form.act_name = "登记公示"
    return _write(form, occasion, about, None)


@bp.route("/public-notices/<int:public_id>/edit", methods=["GET", "POST"])
@allow(Permission.PUBLISH)
def edit(public_id: int) -> Any:
    """Change a draft, or a notice that was sent back."""
    row = queries.public_notice(db.session(), me(), public_id)
    if row.state not in OPEN_STATES and request.method == "GET":
        return redirect(url_for(".show", public_id=public_id))
    names = ("title", "level", "first_on", "last_on", "amount", *WORDS)
    form = PublicForm(version=row.version, **{name: getattr(row, name) for name in names})
    form.act_name = "修改公示"
    return _write(form, row.occasion, queries.subjects_of(db.session(), public_id, row.occasion), row)


def _picked(picks: list[str]) -> tuple[Occasion, PublicLevel | None, list[int]]:
    """Occasion, level and records of the picks. Raises DomainError for picks that make no one notice."""
    if not picks:
        return Occasion.FREE, None, []
    parts = [pick.split(":") for pick in picks]
    kinds = {tuple(part[:2]) for part in parts}
    known = [(o, x) for o in Occasion for x in PublicLevel if (o.code, x.code) in kinds]
    if len(kinds) != 1 or len(known) != 1 or not all(len(p) == 3 and p[2].isascii() and p[2].isdigit() for p in parts):
        raise DomainError("一份公示只能是同一层级的同一种事项，请重新勾选")
    return *known[0], [int(part[2][:9]) for part in parts]


def _proposed(occasion: Occasion, level: PublicLevel | None, about: list[Subject]) -> dict[str, Any]:
    """What the boxes hold before anything is typed: from the ledgers, the duty and the county's hotlines."""
    duty = queries.duty_for(db.session(), occasion, level) if level else None
    day = today()
    least = days_of(policy_of(db.session(), work_year()), "public_days_min")
    days = duty.least_days if duty and duty.least_days is not None else least
    lasting = level is PublicLevel.COUNTY and duty is not None and "长期" in duty.carrier
    told: dict[str, Any] = {
        "level": level,
        "hotline": queries.hotlines(db.session()),
        "first_on": day,
        "last_on": None if lasting else day + timedelta(days=days - 1),
        "place": duty.carrier if duty else "",
    }
    if about:
        label = duty.label if duty else occasion.label
        one = about[0]
        told["title"] = f"{one.name}{label}" if len(about) == 1 else f"{one.name}等{len(about)}项{label}"
        told["amount"] = total(s.amount for s in about)
        told["implementing_unit"] = (
            one.implementing_unit if len({s.implementing_unit for s in about}) == 1 else "见明细"
        )
        told["content"] = one.content if len(about) == 1 else f"共 {len(about)} 项，逐项内容、金额、实施单位见明细。"
        told["title"], told["content"] = told["title"][:120], told["content"][:4000]
    return told


def _write(form: PublicForm, occasion: Occasion, about: list[Subject], row: queries.PublicRow | None) -> Any:
    if form.submitted():
        answers = form.answers()
        answers.pop("papers")
        answers |= {name: answers[name] or "" for name in WORDS}
        entry = services.PublicEntry(occasion=occasion, subjects=tuple(s.id for s in about), **answers)
        more = {} if row is None else {"public_id": row.id, "version": form.version.data}
        if form.try_to(_draft if row is None else _edit, entry, form.papers.files(), **more):
            flash("已提交，等待主管部门审定" if request.form.get("action") == "submit" else "已存草稿", "good")
            return redirect(url_for(".show", public_id=form.result or int((form.repeated or "0").split(" ")[0])))
    page = render_template(
        "publicity/edit.html", form=form, row=row, occasion=occasion, about=about, sum=total(s.amount for s in about)
    )
    return (page, 422) if request.method == "POST" else page


def _draft(entry: services.PublicEntry, files: services.Files, *, act: Act) -> int:
    """Draft, and hand over when asked, as one act. Returns the id."""
    return _handed(services.draft_public(entry, files=files, act=act).id, act)


def _edit(entry: services.PublicEntry, files: services.Files, *, public_id: int, version: int | None, act: Act) -> int:
    """Change, and hand over when asked, as one act. Returns the id."""
    services.edit_public(public_id, entry, files=files, version=version, act=act)
    return _handed(public_id, act)


def _handed(public_id: int, act: Act) -> int:
    if request.form.get("action") == "submit":
        services.submit_public(public_id, act=act)
    act.answer = f"{public_id} 公示"
    return public_id


@bp.route("/public-notices/<int:public_id>")
@allow(Permission.READ_RULES, Permission.PUBLISH)
def show(public_id: int) -> str:
    """One notice: its text, what it is about, its pictures, what came of it."""
    return _page(public_id, StepForm(), ResultForm())


def _page(public_id: int, form: StepForm, result: ResultForm) -> str:
    who, session = me(), db.session()
    row = queries.public_notice(session, who, public_id)
    form.version.data = result.version.data = row.version
    about = queries.subjects_of(session, public_id, row.occasion)
    own = who.can(Permission.PUBLISH) and row.unit_id == who.unit_id
    copy = PUBLIC_COPIES.get(row.occasion)
    duty = queries.duty_for(session, row.occasion, row.level)
    least = days_of(policy_of(session, row.year), "public_days_min")
    return render_template(
        "publicity/show.html",
        row=row,
        about=about,
        sum=total(s.amount for s in about),
        form=form,
        result=result,
        today=today(),
        least=duty.least_days if duty and duty.least_days is not None else least,
        missing=queries.missing_of(row, row.subjects),
        papers=shown_papers(queries.TABLE, row.id, lambda key: url_for(".paper", public_id=row.id, paper_id=key)),
        twice=shown_uses(also_used_for(session, queries.TABLE, row.id)),
        history=history(session, queries.TABLE, public_id),
        may_edit=own and row.state in OPEN_STATES,
        may_recall=own and row.state is PublicState.SUBMITTED,
        may_report=own and row.state is PublicState.APPROVED,
        may_photo=own and row.state in (*OPEN_STATES, PublicState.SUBMITTED),
        may_withdraw=row.state is PublicState.APPROVED and (own or who.can(Permission.APPROVE_NOTICE_TEXT)),
        may_review=row.state is PublicState.SUBMITTED and who.can(Permission.APPROVE_NOTICE_TEXT),
        may_print=who.can(Permission.PRINT),
        public_copy=copy if copy in ledgers() and who.can(Permission.PRINT) else None,
    )


@bp.route("/public-notices/<int:public_id>/step", methods=["POST"])
@allow(Permission.PUBLISH, Permission.APPROVE_NOTICE_TEXT)
def step(public_id: int) -> Any:
    """Hand over, take back, take down or remove a notice: the button says which."""
    steps: dict[str, tuple[str, Any, str]] = {
        "submit": ("提交公示", services.submit_public, "已提交，等待主管部门审定"),
        "recall": ("撤回公示", services.recall_public, "已撤回，可以修改后再提交"),
        "delete": ("删除公示草稿", services.delete_public, "已删除草稿，经过仍在办理日志里查得到"),
        "withdraw": ("撤下公示", services.take_down, "已撤下，这一项重新列入应公示事项"),
    }
    wish, form = request.form.get("action", ""), StepForm()
    if wish not in steps or not form.submitted():
        return _page(public_id, form, ResultForm()), 422
    form.act_name, service, sentence = steps[wish]
    more = (form.reason.data or "",) if wish == "withdraw" else ()
    if form.try_to(service, public_id, *more, version=form.version.data):
        flash(sentence, "good")
        return redirect(url_for(".index") if wish == "delete" else url_for(".show", public_id=public_id))
    return _page(public_id, form, ResultForm()), 422


@bp.route("/public-notices/<int:public_id>/result", methods=["POST"])
@allow(Permission.PUBLISH)
def result(public_id: int) -> Any:
    """What came of a notice, or only more pictures of it hanging."""
    form = ResultForm()
    files = form.papers.files() if form.submitted() else []
    if form.submitted():
        if request.form.get("action") == "photos":
            form.act_name = "存公示照片"
            done = form.try_to(services.keep_photos, public_id, files, version=form.version.data)
        else:
            told = (bool(form.objection.data), form.handling.data or "")
            done = form.try_to(services.record_result, public_id, *told, files=files, version=form.version.data)
        if done:
            flash("已登记", "good")
            return redirect(url_for(".show", public_id=public_id))
    return _page(public_id, StepForm(), form), 422


@bp.route("/public-notices/<int:public_id>/papers/<int:paper_id>")
@allow(Permission.READ_RULES, Permission.PUBLISH)
def paper(public_id: int, paper_id: int) -> Response:
    """A picture of a notice, for whoever may see the notice."""
    queries.public_notice(db.session(), me(), public_id)
    return send_paper(queries.TABLE, public_id, paper_id)


@bp.route("/public-notices/<int:public_id>/print", methods=["POST"])
@allow(Permission.PRINT)
def print_(public_id: int) -> Response:
    """PF24 公示单 of one notice: a public copy by construction."""
    row = queries.public_notice(db.session(), me(), public_id)
    where = {"no": str(row.id)}
    return printed(printing.Order("PF24", row.year, where, public=True, who=me(), base_url=request.host_url))
