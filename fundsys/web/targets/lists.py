"""The list of a year's targets with how each stands, and one target: what feeds it, its reports, its history."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import render_template, request, url_for

from fundsys.domain.rights import Permission
from fundsys.domain.yearly_targets import STANDS, Stand, TargetKind, TargetState
from fundsys.extensions import db
from fundsys.models.yearly_targets import TargetReport
from fundsys.queries import yearly_targets as queries
from fundsys.queries.history import history
from fundsys.queries.target_reports import reports, sees_report
from fundsys.web.access import allow, me
from fundsys.web.frame import work_year
from fundsys.web.funds.forms import today

from . import bp
from .forms import FigureForm, StepForm

_FIGURE_PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "key_towns": ("library.tags", {}),
    "key_villages": ("library.tags", {}),
    "sector_schemes": ("maintenance.scheme_list", {}),
    "general_schemes": ("maintenance.scheme_list", {}),
    "work_year": ("years.index", {}),
}


@bp.route("/targets")
@allow(Permission.READ_TARGETS, Permission.APPROVE_POLICY)
def index() -> str:
    """The targets of a year this person may see."""
    args = request.args
    wanted = queries.TargetFilter(
        year=asked_year(),
        clause=args.get("clause", "").strip()[:60],
        unit_id=args.get("unit", type=int),
        kind=next((k for k in TargetKind if k.code == args.get("kind")), None),
        stand=next((s for s in Stand if s.code == args.get("stand")), None),
        q=args.get("q", "").strip()[:60],
    )
    everything = queries.year_targets(db.session(), me(), queries.TargetFilter(wanted.year), today())
    plain = wanted == queries.TargetFilter(wanted.year)
    rows = everything if plain else queries.year_targets(db.session(), me(), wanted, today())
    tally = Counter(row.stand for row in everything)
    return render_template(
        "targets/index.html",
        rows=rows,
        wanted=wanted,
        every=len(everything),
        tally=[(stand, tally[stand]) for stand in STANDS if tally[stand]],
        clauses=[(c, c) for c in dict.fromkeys(row.clause for row in everything)],
        units=sorted({(key, name) for row in everything for key, name in row.units if key is not None}),
        kinds=list(TargetKind),
        stands=[stand for stand in STANDS if tally[stand]],
        years=[(str(y), f"{y}年") for y in queries.target_years(db.session())],
        link=source_url,
    )


@bp.route("/targets/<int:target_id>")
@allow(Permission.READ_TARGETS, Permission.APPROVE_POLICY)
def show(target_id: int) -> str:
    """One target: required, reached, what stands behind it, who answers for it."""
    row = queries.year_target(db.session(), me(), target_id, today())
    return page(row, None)


def page(row: queries.TargetRow, form: FigureForm | None) -> str:
    """The page of a target. form: one with complaints, to be shown as it came."""
    who = me()
    leads = who.can(Permission.APPROVE_TARGET)
    if form is None and leads and not row.policy_code:
        form = FigureForm(version=row.version, value=row.value, document="")
    if form is not None:
        form.document.suggestions = suggestions()
    told = [r for r in reports(db.session(), row.year, TargetReport.target_id == row.id) if sees_report(who, r.unit_id)]
    return render_template(
        "targets/show.html",
        row=row,
        form=form if leads else None,
        step=StepForm(formdata=None, version=row.version),
        reports=sorted(told, key=lambda r: (-r.month, -r.id)),
        source=source_url(row),
        policy=policy_url(row),
        may_edit=leads,
        may_recall=leads and row.state is TargetState.PROPOSED and row.proposed_by == who.id,
        may_again=leads
        and row.state is TargetState.RETURNED
        and (row.proposed_value is not None or not row.confirmed_on),
        may_confirm=row.state is TargetState.PROPOSED and who.can(Permission.APPROVE_POLICY),
        may_report=may_report(row),
        history=history(db.session(), queries.TABLE, row.id),
    )


def may_report(row: queries.TargetRow) -> bool:
    """Whether this person's unit reports the target."""
    who = me()
    return (
        who.can(Permission.REPORT_TARGET)
        and row.is_reported
        and row.active
        and row.confirmed_on is not None
        and row.reporting_unit_id == who.unit_id
    )


def suggestions() -> list[str]:
    """The policy documents a box offers."""
    from fundsys.queries.policy_documents import offered

    return offered(db.session(), today())


def asked_year() -> int:
    """The year asked for; the one at work otherwise."""
    year = request.args.get("year", work_year(), type=int)
    return year if 1949 <= year <= 2100 else work_year()


def source_url(row: queries.TargetRow) -> str:
    """The page behind what was reached: the rule, the records counted, or the reports."""
    if row.rule:
        return (
            url_for("checks.show", code=queries.rule_code(row.rule), year=row.year)
            if me().can(Permission.READ_RULES)
            else ""
        )
    if row.figure in _FIGURE_PAGES:
        endpoint, told = _FIGURE_PAGES[row.figure]
        rights = {
            "library.tags": Permission.READ_PROJECTS,
            "maintenance.scheme_list": Permission.READ_ASSETS,
            "years.index": Permission.READ_PERIODS,
        }
        return url_for(endpoint, **told) if me().can(rights[endpoint]) else ""
    return url_for(".show", target_id=row.id, _anchor="reports") if row.is_reported else ""


def policy_url(row: queries.TargetRow) -> str:
    """The page where the figure of the target is edited, for whoever may open it."""
    may_open = any(me().can(p) for p in (Permission.READ_RULES, Permission.EDIT_POLICY, Permission.APPROVE_POLICY))
    return url_for("policy.show", year=row.year, code=row.policy_code) if row.policy_code and may_open else ""
