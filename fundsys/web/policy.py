"""Thresholds and bases of a year: what is in force, what is proposed, who approves."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from fundsys.domain import terms
from fundsys.domain.errors import NotFound
from fundsys.domain.policy import Unit
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import policy as queries
from fundsys.queries.facts import county_today
from fundsys.queries.history import history
from fundsys.queries.policy_documents import CitedPaper, offered, papers_behind
from fundsys.services import policy
from fundsys.web.access import allow, me
from fundsys.web.forms import OfficeForm, PickField, TextField
from fundsys.web.frame import work_year

bp = Blueprint("policy", __name__, url_prefix="/policy")
EXAMPLES = {
    Unit.SHARE: "例：65%",
    Unit.COUNT: "例：123",
    Unit.DAYS: "例：30",
    Unit.YEAR: "例：2023",
    Unit.MONEY: "万元，例：5.00",
}


class ProposalForm(OfficeForm):
    """A new value and the paper it comes from."""

    act_name = "提出阈值和口径"
    text = TextField(terms.PROPOSED_VALUE, required=True, limit=40)
    document = TextField(terms.POLICY_DOCUMENT, required=True)


class ChoiceProposalForm(OfficeForm):
    """A new basis, chosen from those there are, and the paper it comes from."""

    act_name = "提出阈值和口径"
    text = PickField(terms.PROPOSED_VALUE, number=False, required=True)
    document = TextField(terms.POLICY_DOCUMENT, required=True)


class ApprovalForm(OfficeForm):
    """Approve a proposed value."""

    act_name = "批准阈值和口径"


class RefusalForm(OfficeForm):
    """Why a proposal is turned down."""

    act_name = "不同意阈值和口径"
    reason = TextField(terms.REFUSAL_REASON, required=True)


class OpenForm(OfficeForm):
    """Give a year its starting values."""

    act_name = "开启年度阈值和口径"


def _year() -> int:
    year = request.args.get("year", work_year(), type=int)
    return year if 1949 <= year <= 2100 else work_year()


@bp.route("/")
@allow(Permission.READ_RULES, Permission.EDIT_POLICY, Permission.APPROVE_POLICY)
def index() -> str:
    """The values of a year with clause and document."""
    year = _year()
    rows = queries.policy_rows(db.session(), year)
    return render_template(
        "policy/index.html",
        year=year,
        rows=rows,
        years=queries.years_with_values(db.session()),
        waiting=sum(1 for row in rows if row.proposed),
        papers={row.code: _papers(year, row) for row in rows},
        opening=OpenForm() if me().can(Permission.EDIT_POLICY) and not any(row.id for row in rows) else None,
    )


@bp.route("/<int:year>/open", methods=["POST"])
@allow(Permission.EDIT_POLICY)
def open_year(year: int) -> Any:
    """Give a year the values its clauses speak of."""
    form = OpenForm()
    if form.submitted() and form.try_to(policy.open_policy_year, year):
        flash(f"已开启{year}年度的阈值和口径", "good")
    for sentence in form.form_errors:
        flash(sentence, "bad")
    return redirect(url_for(".index", year=year))


@bp.route("/<int:year>/<code>", methods=["GET", "POST"])
@allow(Permission.READ_RULES, Permission.EDIT_POLICY, Permission.APPROVE_POLICY)
def show(year: int, code: str) -> Any:
    """One value: where it comes from, what is proposed, its history."""
    row = _row(year, code)
    form = _proposal(row) if me().can(Permission.EDIT_POLICY) and row.kind.editable else None
    if request.method == "POST":
        if form is None:
            return render_template("policy/show.html", **_told(year, row, None)), 403
        if form.submitted() and form.try_to(policy.propose_value, year, code, version=_version(form), **form.answers()):
            flash("已提出，批准后生效；现行值不变", "good")
            return redirect(url_for(".show", year=year, code=code))
        return render_template("policy/show.html", **_told(year, row, form)), 422
    return render_template("policy/show.html", **_told(year, row, form))


@bp.route("/<int:year>/<code>/approve", methods=["POST"])
@allow(Permission.APPROVE_POLICY)
def approve(year: int, code: str) -> Any:
    """Put the proposed value into force."""
    row, form = _row(year, code), ApprovalForm()
    if form.submitted() and form.try_to(policy.approve_value, row.id or 0, version=_version(form)):
        flash("已批准，规则从现在起按新值检查", "good")
    return _back(year, code, form)


@bp.route("/<int:year>/<code>/refuse", methods=["POST"])
@allow(Permission.APPROVE_POLICY)
def refuse(year: int, code: str) -> Any:
    """Turn the proposed value down."""
    row, form = _row(year, code), RefusalForm()
    if form.submitted() and form.try_to(policy.refuse_value, row.id or 0, form.reason.data, version=_version(form)):
        flash("没有同意，现行值不变", "good")
    return _back(year, code, form)


def _row(year: int, code: str) -> queries.ValueRow:
    row = queries.policy_row(db.session(), year, code) if 1949 <= year <= 2100 else None
    if row is None:
        raise NotFound("没有这项阈值或口径")
    return row


def _papers(year: int, row: queries.ValueRow) -> list[CitedPaper]:
    """The policy documents that the value's paper or clause names."""
    session = db.session()
    return papers_behind(session, year, county_today(session), f"{row.document} {row.clause}")


def _proposal(row: queries.ValueRow) -> OfficeForm:
    usual = row.value if row.is_set else ""
    if row.kind.unit in (Unit.YES_NO, Unit.CHOICE):
        chosen = ChoiceProposalForm(version=row.version, text=row.stored)
        yes_no = [("true", "是"), ("false", "否")]
        chosen.text.options = list(row.kind.choices.items()) if row.kind.unit is Unit.CHOICE else yes_no
        return chosen
    return ProposalForm(version=row.version, text=usual.split(" ")[0].removesuffix("年"))


def _told(year: int, row: queries.ValueRow, form: OfficeForm | None) -> dict[str, Any]:
    may_approve = bool(row.proposed) and me().can(Permission.APPROVE_POLICY) and row.proposed_by != me().id
    return {
        "year": year,
        "row": row,
        "form": _offered(form),
        "papers": _papers(year, row),
        "example": EXAMPLES.get(row.kind.unit, ""),
        "approval": ApprovalForm(formdata=None, version=row.version) if may_approve else None,
        "refusal": RefusalForm(formdata=None, version=row.version) if may_approve else None,
        "history": history(db.session(), "policy_value", row.id) if row.id else [],
    }


def _offered(form: OfficeForm | None) -> OfficeForm | None:
    """The form with the policy documents that hold now as suggestions; any other paper may still be typed."""
    if form is not None:
        form.document.suggestions = offered(db.session(), county_today(db.session()))
    return form


def _version(form: OfficeForm) -> int | None:
    data: int | None = form.version.data
    return data


def _back(year: int, code: str, form: OfficeForm) -> Any:
    for sentence in [*form.form_errors, *(e for field in form for e in field.errors)]:
        flash(sentence, "bad")
    return redirect(url_for(".show", year=year, code=code))
