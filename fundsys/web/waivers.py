"""Waivers: the list, asking for one, and one with what is decided about it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys.domain import terms
from fundsys.domain.errors import NotFound
from fundsys.domain.kept_checks import WaiverState
from fundsys.domain.rights import Permission, Role
from fundsys.domain.rules.base import Severity, all_rules, rule_called
from fundsys.extensions import db
from fundsys.queries import waivers as queries
from fundsys.queries.facts import county_today
from fundsys.queries.history import history
from fundsys.queries.row_labels import label_of
from fundsys.queries.row_units import units_of
from fundsys.services import waivers as services
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.checks.view import record_url
from fundsys.web.forms import DateField, DocumentNoField, OfficeForm, PickField, TextField
from fundsys.web.frame import work_year
from fundsys.web.papers import PapersField, send_paper, shown_papers
from fundsys.web.tables import Page, page_number
from fundsys.web.ticks import is_number

bp = Blueprint("waivers", __name__, url_prefix="/waivers")
_STANDINGS = (("waiting", "待批准"), ("valid", "生效中"), ("expired", "已到期"), ("closed", "退回和撤回"))


class WaiverForm(OfficeForm):
    """A waiver as it is asked for."""

    act_name = "申请豁免"
    rule = PickField(terms.WAIVER_RULE, number=False, required=True)
    reason = TextField(terms.WAIVER_REASON, required=True, limit=400, rows=3)
    document_no = DocumentNoField(terms.WAIVER_DOCUMENT, required=True)
    expires_on = DateField(terms.WAIVER_LAST_DAY, required=True, year=work_year)
    papers = PapersField(terms.WAIVER_PAPERS)


class StepForm(OfficeForm):
    """What is decided about a waiver."""

    reason = TextField(terms.REFUSAL_REASON, limit=200)


@bp.route("/")
@allow(Permission.READ_RULES)
def index() -> str:
    """The waivers this person may see."""
    number, standing, today = page_number(request.args), request.args.get("standing", ""), county_today(db.session())
    rows, whole = queries.waivers(db.session(), me(), standing=standing, day=today, page=number)
    return render_template(
        "waivers/index.html",
        page=Page(rows, number, whole, 50),
        standing=standing,
        standings=_STANDINGS,
        today=today,
        may_propose=me().can(Permission.PROPOSE_WAIVER) and me().role is Role.FINANCE_ENTRY,
    )


@bp.route("/new", methods=["GET", "POST"])
@allow(Permission.PROPOSE_WAIVER)
def new() -> Any:
    """Ask for a waiver: of one record, from its rule's page, or of a whole rule."""
    subject, year = request.args.get("subject", "")[:60], request.args.get("year", work_year(), type=int)
    form = WaiverForm(rule=request.args.get("rule", ""))
    form.rule.options = [(r.code, f"{r.code} {r.title}") for r in all_rules() if r.severity is not Severity.BLOCKER]
    about = _own_label(*_record(subject)) if ":" in subject else subject
    if form.submitted():
        told = form.answers()
        told.pop("papers", None)
        entry = services.WaiverEntry(subject=subject, year=year, **told)
        if form.try_to(_propose, entry, form.papers.files()):
            flash("已申请，批准以后才计入；没有批准以前仍按未达到", "good")
            return redirect(url_for(".show", waiver_id=form.result or int(form.repeated or 0)))
    page = render_template("waivers/new.html", form=form, about=about, subject=subject, year=year)
    return (page, 422) if request.method == "POST" else page


def _own_label(table: str, key: int) -> str:
    """What the person's own record is called. Raises NotFound for another unit's."""
    unit = units_of(db.session(), [(table, key)]).get((table, key))
    if unit is None or (unit != me().unit_id and me().role is not Role.FINANCE_ENTRY):
        raise NotFound("没有这条记录，或者不是您单位的")
    return label_of(db.session(), table, key)


def _record(subject: str) -> tuple[str, int]:
    table, _, key = subject.partition(":")
    if not is_number(key):
        raise NotFound("没有这条记录，请从规则页选一条记录申请")
    return table, int(key)


def _propose(entry: services.WaiverEntry, files: Any, *, act: Act) -> int:
    made = services.propose_waiver(entry, files=files, act=act)
    act.answer = str(made.id)
    return made.id


@bp.route("/<int:waiver_id>")
@allow(Permission.READ_RULES)
def show(waiver_id: int) -> str:
    """One waiver: what for, why, by which paper, until when, who approved it."""
    return _page(waiver_id, StepForm())


def _page(waiver_id: int, form: StepForm) -> str:
    who, session = me(), db.session()
    row, today = queries.waiver(session, who, waiver_id), county_today(session)
    form.version.data = row.version
    found = rule_called(row.rule)
    valid = row.state is WaiverState.APPROVED and row.expires_on >= today
    return render_template(
        "waivers/show.html",
        row=row,
        rule=found,
        form=form,
        today=today,
        url=record_url(*_record(row.subject)) if ":" in row.subject else "",
        papers=shown_papers(queries.TABLE, row.id, lambda key: url_for(".paper", waiver_id=row.id, paper_id=key)),
        history=history(session, queries.TABLE, waiver_id),
        may_decide=who.can(Permission.APPROVE_WAIVER)
        and row.state is WaiverState.SUBMITTED
        and row.proposed_id != who.id,
        may_withdraw=who.can(Permission.PROPOSE_WAIVER)
        and row.state is WaiverState.SUBMITTED
        and row.proposed_id == who.id,
        may_end=who.can(Permission.APPROVE_WAIVER) and valid,
    )


@bp.route("/<int:waiver_id>/step", methods=["POST"])
@allow(Permission.PROPOSE_WAIVER, Permission.APPROVE_WAIVER)
def step(waiver_id: int) -> Any:
    """Approve, send back, take back or end: the button says which."""
    steps: dict[str, tuple[str, Any, str]] = {
        "approve": ("批准豁免", services.approve_waiver, "已批准，到期以后自动不再计入"),
        "return": ("退回豁免申请", services.return_waiver, "已退回，理由申请人看得到"),
        "withdraw": ("撤回豁免申请", services.withdraw_waiver, "已撤回"),
        "end": ("终止豁免", services.end_waiver, "已终止，规则从现在起照常判定"),
    }
    wish, form = request.form.get("action", ""), StepForm()
    if wish in steps and form.submitted():
        form.act_name, service, sentence = steps[wish]
        told = (form.reason.data or "",) if wish in ("return", "end") else ()
        if form.try_to(service, waiver_id, *told, version=form.version.data):
            flash(sentence, "good")
            return redirect(url_for(".show", waiver_id=waiver_id))
    return _page(waiver_id, form), 422


@bp.route("/<int:waiver_id>/papers/<int:paper_id>")
@allow(Permission.READ_RULES)
def paper(waiver_id: int, paper_id: int) -> Response:
    """A paper of a waiver, for whoever may see the waiver."""
    queries.waiver(db.session(), me(), waiver_id)
    return send_paper(queries.TABLE, waiver_id, paper_id)
