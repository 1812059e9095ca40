"""Notices: the list, one of them, registering and editing."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys.domain.funds import FundLevel, MoneyState, NoticeKind
from fundsys.domain.money import exact_wan
from fundsys.domain.rights import Permission, Scope
from fundsys.extensions import db
from fundsys.queries import funds as queries
from fundsys.queries.allocations import AllocationFilter, allocations
from fundsys.queries.history import history
from fundsys.services import funds
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.frame import work_year
from fundsys.web.papers import send_paper, shown_papers
from fundsys.web.tables import Page, order_from, page_number

from . import bp
from .forms import BLANK_LINES, LineBoxes, NoticeForm, PapersForm, boxes_of, entry_from, line_boxes, today

SORTS = ("received", "issued", "number", "amount", "remaining")
EDITABLE = (MoneyState.DRAFT, MoneyState.RETURNED)


@bp.route("/notices")
@allow(Permission.READ_MONEY)
def index() -> str:
    """The notices this person may see, and their totals."""
    args = request.args
    order = order_from(args, SORTS, "-received")
    number = page_number(args)
    wanted = queries.NoticeFilter(
        year=args.get("year", type=int),
        level=_member(FundLevel, args.get("level")),
        state=_member(MoneyState, args.get("state")),
        q=args.get("q", "").strip()[:60],
        sort=str(order),
        page=number,
    )
    found = queries.notices(db.session, me(), wanted, today())
    return render_template(
        "funds/index.html",
        page=Page(found.rows, number, found.count, wanted.size),
        totals=found.totals,
        wanted=wanted,
        order=str(order),
        years=[(str(y), f"{y}年") for y in queries.years(db.session)],
        levels=[x for x in FundLevel],
        states=list(MoneyState),
        whole=me().scope(Permission.READ_MONEY) is Scope.ALL,
    )


@bp.route("/notices/<int:notice_id>")
@allow(Permission.READ_MONEY)
def show(notice_id: int) -> str:
    """One notice: facts, lines, what is left, what was given, what happened to it."""
    who = me()
    notice = queries.notice(db.session, who, notice_id, today())
    given = allocations(db.session, who, AllocationFilter(notice_id=notice_id, size=200))
    mine = notice.entered_by_id == who.id and who.can(Permission.REGISTER_NOTICE)
    return render_template(
        "funds/show.html",
        notice=notice,
        given=given,
        history=history(db.session, "allotment_notice", notice_id),
        papers=shown_papers(
            "allotment_notice", notice_id, lambda key: url_for(".paper", notice_id=notice_id, paper_id=key)
        ),
        paper_form=PapersForm() if who.can(Permission.REGISTER_NOTICE) else None,
        may_edit=mine and notice.state in EDITABLE,
        may_review=who.can(Permission.REVIEW_MONEY)
        and notice.state is MoneyState.SUBMITTED
        and notice.entered_by_id != who.id,
        may_allocate=who.can(Permission.ALLOCATE) and notice.state is MoneyState.APPROVED,
        whole=who.scope(Permission.READ_MONEY) is Scope.ALL,
    )


@bp.route("/notices/new", methods=["GET", "POST"])
@allow(Permission.REGISTER_NOTICE)
def new() -> Any:
    """Register a notice: as a draft, or handed over for review at once."""
    form = NoticeForm(year=work_year(), batch=1, kind=NoticeKind.ALLOTMENT)
    return _write(form, None)


@bp.route("/notices/<int:notice_id>/edit", methods=["GET", "POST"])
@allow(Permission.REGISTER_NOTICE)
def edit(notice_id: int) -> Any:
    """Change a draft of one's own."""
    notice = queries.notice(db.session, me(), notice_id, today())
    if request.method == "GET" and notice.state not in EDITABLE:
        flash(f"指标文现在是“{notice.state.label}”，不能修改；确需修改的，请复核人先退回", "info")
        return redirect(url_for(".show", notice_id=notice_id))
    names = ("document_no", "title", "issuing_unit", "year", "batch", "issued_on", "received_on", "kind", "remark")
    form = NoticeForm(
        version=notice.version,
        stated_total=abs(notice.stated_total),
        amends_no=notice.amends.document_no if notice.amends else None,
        **{n: getattr(notice, n) for n in names},
    )
    return _write(form, notice)


@bp.route("/notices/<int:notice_id>/papers", methods=["POST"])
@allow(Permission.REGISTER_NOTICE)
def keep_papers(notice_id: int) -> Any:
    """Keep scans of the notice; they can be added after it was approved too."""
    form = PapersForm()
    if form.submitted() and form.try_to(funds.keep_notice_papers, notice_id, form.papers.files()):
        flash(form.repeated or f"已存 {form.result} 个附件", "good")
    for sentence in [*form.form_errors, *form.papers.errors]:
        flash(str(sentence), "bad")
    return redirect(url_for(".show", notice_id=notice_id))


@bp.route("/notices/<int:notice_id>/papers/<int:paper_id>")
@allow(Permission.READ_MONEY)
def paper(notice_id: int, paper_id: int) -> Response:
    """A scan of a notice, for whoever may see the notice."""
    queries.notice(db.session, me(), notice_id, today())
    return send_paper("allotment_notice", notice_id, paper_id)


@bp.route("/notices/<int:notice_id>/delete", methods=["POST"])
@allow(Permission.REGISTER_NOTICE)
def delete(notice_id: int) -> Any:
    """Remove a draft of one's own."""
    form = NoticeForm()
    form.act_name = "删除指标文草稿"
    if form.try_to(_delete, notice_id, version=form.version.data):
        flash(form.repeated or form.result, "good")
        return redirect(url_for(".index"))
    flash(str(form.form_errors[0]), "bad")
    return redirect(url_for(".show", notice_id=notice_id))


def _write(form: NoticeForm, notice: queries.Notice | None) -> Any:
    """Show the form, or do what its button says: more rows, keep as a draft, hand over."""
    if request.method == "GET":
        return _form_page(form, boxes_of(notice), notice)
    count = min(request.form.get("rows", type=int) or BLANK_LINES, 60)
    boxes = line_boxes(request.form, count)
    wish = request.form.get("action", "save")
    if wish == "more":
        boxes += [LineBoxes(n) for n in range(count + 1, count + 1 + BLANK_LINES)]
        return _form_page(form, boxes, notice)
    readable = form.submitted()
    entry = entry_from(form, boxes)
    if readable and entry is not None:
        form.act_name = ("登记" if notice is None else "修改") + ("并提交指标文" if wish == "submit" else "指标文")
        save = _register if notice is None else _edit
        extra = {} if notice is None else {"notice_id": notice.id, "version": form.version.data}
        if form.try_to(save, entry, submit=wish == "submit", **extra):
            return _saved(form, wish)
    return _form_page(form, boxes, notice), 422


def _saved(form: NoticeForm, wish: str) -> Response:
    notice_id = form.result or int((form.repeated or "0").split(" ")[0])
    flash("已提交复核，等待另一人复核" if wish == "submit" else "已存草稿", "good")
    return redirect(url_for(".show", notice_id=notice_id))


def _register(entry: funds.NoticeEntry, *, submit: bool, act: Act) -> int:
    """Register, and hand over when asked, as one act. Returns the id."""
    notice = funds.register_notice(entry, act=act)
    if submit:
        funds.submit_notice(notice.id, act=act)
    act.answer = f"{notice.id} {notice.document_no}"
    return notice.id


def _edit(entry: funds.NoticeEntry, *, notice_id: int, version: int | None, submit: bool, act: Act) -> int:
    """Change, and hand over when asked, as one act. Returns the id."""
    notice = funds.edit_notice(notice_id, entry, version=version, act=act)
    if submit:
        funds.submit_notice(notice.id, act=act)
    act.answer = f"{notice.id} {notice.document_no}"
    return notice.id


def _delete(notice_id: int, *, version: int | None, act: Act) -> str:
    """Remove it; the sentence to say."""
    funds.delete_notice(notice_id, version=version, act=act)
    act.answer = f"已删除草稿{act.subject}，经过仍在办理日志里查得到"
    return act.answer


def _form_page(form: NoticeForm, boxes: list[LineBoxes], notice: queries.Notice | None) -> str:
    form.amends_no.suggestions = queries.standing_numbers(db.session, today().year)
    return render_template(
        "funds/edit.html",
        form=form,
        boxes=boxes,
        notice=notice,
        sources=queries.sources(db.session),
        function_codes=queries.codes(db.session, "function_code"),
        economic_codes=queries.codes(db.session, "economic_code"),
        lines_total=exact_wan(abs(notice.lines_total)) if notice else "",
    )


def _member(kind: Any, code: str | None) -> Any:
    """The member of a coded enumeration with this code; None when there is none."""
    return next((m for m in kind if m.code == code), None)
