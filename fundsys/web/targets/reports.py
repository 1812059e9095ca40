"""Monthly reports: what is owed for a month, writing one, its page with evidence and steps, correcting one."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys.domain.rights import Permission
from fundsys.domain.yearly_targets import OPEN_REPORTS, ReportState, month_ended, rhythm_of
from fundsys.extensions import db
from fundsys.models.yearly_targets import TargetReport
from fundsys.queries import target_reports as queries
from fundsys.queries.history import history
from fundsys.queries.waiting_targets import last_day, owed_now
from fundsys.queries.yearly_targets import TargetRow, target_years, year_target
from fundsys.services import target_reports as services
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import today
from fundsys.web.papers import send_paper, shown_papers

from . import bp
from .forms import CorrectionForm, ReportForm, StepForm
from .lists import asked_year

WORDS = ("document_no", "words", "problem", "next_step")
STANDS = (("missing", "未报"), ("handed", "已报"))


@bp.route("/target-reports")
@allow(Permission.READ_TARGETS)
def report_list() -> str:
    """What is owed for a month, and what has come in; a unit sees its own."""
    who, year = me(), asked_year()
    month = request.args.get("month", 0, type=int)
    month = month if 1 <= month <= 12 else max(month_ended(year, today()), 1)
    found = [o for o in owed_now(db.session(), year, month) if queries.sees_report(who, o.duty.unit_id)]
    missing = sum(1 for o in found if o.is_missing)
    stand = request.args.get("stand", "")
    rows = [o for o in found if stand not in ("missing", "handed") or o.is_missing == (stand == "missing")]
    occasions = queries.reports(db.session(), year, TargetReport.month == month)
    owed_ids = {o.report.id for o in found if o.report}
    return render_template(
        "targets/reports.html",
        rows=rows,
        found=found,
        missing=missing,
        year=year,
        month=month,
        stand=stand,
        stands=STANDS,
        due=last_day(db.session(), year, month),
        today=today(),
        more=[r for r in occasions if r.id not in owed_ids and queries.sees_report(who, r.unit_id)],
        months=[(str(m), f"{m}月") for m in range(1, 13)],
        years=[(str(y), f"{y}年") for y in target_years(db.session())],
        own=who.unit_id if who.can(Permission.REPORT_TARGET) else None,
    )


@bp.route("/targets/<int:target_id>/report", methods=["GET", "POST"])
@allow(Permission.REPORT_TARGET)
def new_report(target_id: int) -> Any:
    """Report a target for a month."""
    row = year_target(db.session(), me(), target_id, today())
    month = request.args.get("month", month_ended(row.year, today()) or today().month, type=int)
    form = ReportForm(month=month if 1 <= month <= 12 else 1)
    form.act_name = "填报目标月报"
    return _write(form, row, None, None)


@bp.route("/target-reports/<int:report_id>/edit", methods=["GET", "POST"])
@allow(Permission.REPORT_TARGET)
def edit_report(report_id: int) -> Any:
    """Change a draft, or a report that came back."""
    found = queries.report(db.session(), me(), report_id)
    if found.state not in OPEN_REPORTS and request.method == "GET":
        return redirect(url_for(".report", report_id=report_id))
    row = year_target(db.session(), me(), found.target_id, today())
    names = ("month", "figure", "held_on", *WORDS)
    told = {name: getattr(found, name) for name in names}
    if found.replaces_id is None:
        form = ReportForm(version=found.version, **told)
    else:
        form = CorrectionForm(version=found.version, strikes=found.strikes, **told)
    form.act_name = "修改目标月报"
    return _write(form, row, found, None)


@bp.route("/target-reports/<int:report_id>/correct", methods=["GET", "POST"])
@allow(Permission.REPORT_TARGET)
def correct(report_id: int) -> Any:
    """Correct a confirmed report by a new one."""
    found = queries.report(db.session(), me(), report_id)
    row = year_target(db.session(), me(), found.target_id, today())
    names = ("month", "figure", "held_on", *WORDS)
    form = CorrectionForm(**{name: getattr(found, name) for name in names})
    form.act_name = "更正目标月报"
    return _write(form, row, None, found)


def _write(form: ReportForm, row: TargetRow, found: queries.ReportRow | None, old: queries.ReportRow | None) -> Any:
    if form.submitted():
        strikes = bool(form.strikes.data) if isinstance(form, CorrectionForm) else False
        told = {name: form[name].data or "" for name in WORDS}
        entry = services.ReportEntry(form.month.data or 0, form.figure.data, form.held_on.data, strikes=strikes, **told)
        about: dict[str, Any] = {"target_id": row.id}
        if found is not None:
            about = {"report_id": found.id, "version": form.version.data}
        elif old is not None:
            about = {"old_id": old.id}
        if form.try_to(_save, entry, form.papers.files(), about):
            flash("已提交，等待主管部门确认" if request.form.get("action") == "submit" else "已存草稿", "good")
            return redirect(url_for(".report", report_id=form.result or int((form.repeated or "0").split(" ")[0])))
    page = render_template(
        "targets/report_edit.html",
        form=form,
        row=row,
        found=found,
        old=old,
        rhythm=rhythm_of(row.kind, row.figure_unit),
    )
    return (page, 422) if request.method == "POST" else page


def _save(entry: services.ReportEntry, files: services.Files, about: dict[str, Any], *, act: Act) -> int:
    """Write what was typed, and hand it over when asked, as one act. Returns the id."""
    if "target_id" in about:
        key = services.draft_report(about["target_id"], entry, files=files, act=act).id
    elif "old_id" in about:
        key = services.correct_report(about["old_id"], entry, files=files, act=act).id
    else:
        key = about["report_id"]
        services.edit_report(key, entry, files=files, version=about["version"], act=act)
    if request.form.get("action") == "submit":
        services.submit_report(key, act=act)
    act.answer = f"{key} 月报"
    return key


@bp.route("/target-reports/<int:report_id>")
@allow(Permission.READ_TARGETS)
def report(report_id: int) -> str:
    """One report: what it says, its evidence, its way."""
    return _page(report_id, StepForm())


def _page(report_id: int, form: StepForm) -> str:
    who = me()
    row = queries.report(db.session(), who, report_id)
    form.version.data = row.version
    own = who.can(Permission.REPORT_TARGET) and row.unit_id == who.unit_id
    others = queries.reports(db.session(), row.year, TargetReport.target_id == row.target_id)
    return render_template(
        "targets/report.html",
        row=row,
        form=form,
        old=next((r for r in others if r.id == row.replaces_id), None),
        new=next((r for r in others if r.replaces_id == row.id), None),
        papers=shown_papers(queries.TABLE, row.id, lambda key: url_for(".paper", report_id=row.id, paper_id=key)),
        history=history(db.session(), queries.TABLE, row.id),
        may_edit=own and row.state in OPEN_REPORTS,
        may_recall=own and row.state is ReportState.SUBMITTED,
        may_correct=own and row.state is ReportState.APPROVED and not any(r.replaces_id == row.id for r in others),
        may_review=row.state is ReportState.SUBMITTED and who.can(Permission.APPROVE_TARGET),
    )


@bp.route("/target-reports/<int:report_id>/step", methods=["POST"])
@allow(Permission.REPORT_TARGET)
def report_step(report_id: int) -> Any:
    """Hand over, take back or remove a report: the button says which."""
    steps: dict[str, tuple[str, Any, str]] = {
        "submit": ("提交目标月报", services.submit_report, "已提交，等待主管部门确认"),
        "recall": ("撤回目标月报", services.recall_report, "已撤回，可以修改后再提交"),
        "delete": ("删除目标月报草稿", services.delete_report, "已删除草稿，经过仍在办理日志里查得到"),
    }
    wish, form = request.form.get("action", ""), StepForm()
    if wish != "delete":  # of which a second copy finds nothing and is told what the first was
        queries.report(db.session(), me(), report_id)
    if wish not in steps or not form.submitted():
        return _page(report_id, form), 422
    form.act_name, service, sentence = steps[wish]
    if form.try_to(service, report_id, version=form.version.data):
        flash(sentence, "good")
        if wish == "delete":
            return redirect(url_for(".show", target_id=form.result or int(form.repeated or 0)))
        return redirect(url_for(".report", report_id=report_id))
    return _page(report_id, form), 422


@bp.route("/target-reports/<int:report_id>/papers/<int:paper_id>")
@allow(Permission.READ_TARGETS)
def paper(report_id: int, paper_id: int) -> Response:
    """A piece of evidence, for whoever may see the report."""
    queries.report(db.session(), me(), report_id)
    return send_paper(queries.TABLE, report_id, paper_id)
