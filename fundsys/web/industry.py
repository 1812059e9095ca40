"""四个一批: the legacy industry projects by class, one project's card, and the decision of its class."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from fundsys.domain import terms
from fundsys.domain.industry import UNCLASSIFIED, FourBatch
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import industry as queries
from fundsys.queries.facts import county_today
from fundsys.queries.history import history
from fundsys.queries.projects import towns
from fundsys.services import industry
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.charts import Part
from fundsys.web.forms import ChoiceField, DateField, OfficeForm, TextField
from fundsys.web.tables import PAGE_SIZE, Page, order_from, page_number

bp = Blueprint("industry", __name__, url_prefix="/industry")
WORDS = {
    FourBatch.CONSOLIDATE: "好的守住",
    FourBatch.UPGRADE: "有前景，补短板",
    FourBatch.REVIVE: "闲置低效，再利用",
    FourBatch.ADJUST: "不宜继续，依规退出",
}


class ClassForm(OfficeForm):
    """The class of a legacy project."""

    act_name = "审定四个一批分类"
    batch = ChoiceField(terms.BATCH_CLASS, FourBatch, required=True, radio=True)
    reason = TextField(terms.BATCH_REASON, required=True, rows=2, limit=500)
    decided_on = DateField(terms.CLASS_DECIDED_ON, required=True)
    measure = TextField(terms.MEASURE, rows=2, limit=500)
    responsible = TextField(terms.RESPONSIBLE)
    due_on = DateField(terms.MEASURE_DUE_ON)


@bp.route("/")
@allow(Permission.READ_LEGACY)
def index() -> str:
    """The projects by class, town and industry; the list as filtered."""
    args, session = request.args, db.session()
    order, number = order_from(args, queries.SORTS, "code"), page_number(args)
    wanted = queries.LegacyFilter(
        text=args.get("q", "").strip()[:60],
        town_id=args.get("town", type=int),
        year=args.get("year", type=int),
        industry=args.get("industry", "").strip()[:40],
        batch=args.get("batch", "") if args.get("batch", "") in (queries.NONE, *(b.code for b in FourBatch)) else "",
        late=county_today(db.session) if args.get("late") else None,
    )
    rows, count, fiscal = queries.legacy_projects(
        session, me(), wanted, sort=order.name, down=order.down, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE
    )
    by_town = queries.by_town(session, me())
    whole: dict[FourBatch | None, int] = {b: sum(t.of(b) for t in by_town) for b in (*FourBatch, None)}
    return render_template(
        "industry/index.html",
        page=Page(rows, number, count),
        fiscal=fiscal,
        order=order,
        wanted=wanted,
        whole=queries.Classes("合计", None, whole),
        words=WORDS,
        by_town=[(t, _parts(t)) for t in by_town],
        by_industry=queries.by_industry(session, me()),
        batches=[*((b.code, b.label) for b in FourBatch), (queries.NONE, UNCLASSIFIED)],
        classes=list(FourBatch),
        towns=towns(session),
        years=[(y, f"{y}年") for y in queries.years(session)],
    )


def _parts(counted: queries.Classes) -> list[Part]:
    """A town's classes as the parts of a bar."""
    parts = [Part(b.label, counted.of(b), f"{counted.of(b)} 个", b.tone) for b in FourBatch]
    return [*parts, Part(UNCLASSIFIED, counted.of(None), f"{counted.of(None)} 个", "plain")]


@bp.route("/<int:project_id>", methods=["GET", "POST"])
@allow(Permission.READ_LEGACY, Permission.CLASSIFY)
def show(project_id: int) -> Any:
    """One project with its class, reasons and history; the lead bureau decides here."""
    card = queries.legacy_card(db.session(), me(), project_id)
    record = card.record
    form = None
    if me().can(Permission.CLASSIFY):
        form = ClassForm(
            version=record.version,
            batch=record.batch,
            reason=record.batch_reason or None,
            decided_on=county_today(db.session),
            measure=record.measure or None,
            responsible=record.responsible or None,
            due_on=record.due_on,
        )
    asked = request.method == "POST" and form is not None and form.submitted()
    if asked and form and form.try_to(_decide, project_id, form.version.data, _decision(form)):
        flash(f"已保存，{form.result or form.repeated}", "good")
        return redirect(url_for(".show", project_id=project_id))
    told = {"card": card, "form": form, "history": history(db.session(), "legacy_project", project_id)}
    page = render_template("industry/show.html", **told)
    return page, 403 if request.method == "POST" and form is None else 422 if request.method == "POST" else 200


def _decision(form: Any) -> industry.Decision:
    return industry.Decision(
        batch=form.batch.data,
        reason=form.reason.data or "",
        decided_on=form.decided_on.data,
        measure=form.measure.data or "",
        responsible=form.responsible.data or "",
        due_on=form.due_on.data,
    )


def _decide(project_id: int, version: int | None, decision: industry.Decision, *, act: Act) -> str:
    industry.classify(project_id, decision, act=act, version=version)
    return act.answer
