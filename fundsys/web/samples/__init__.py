"""Samples: drawn by seed from a frame, printed, drawn again to prove them, and looked at record by record."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys import printing
from fundsys.domain import terms
from fundsys.domain.assets import AssetClass
from fundsys.domain.money import Money
from fundsys.domain.rights import Permission
from fundsys.domain.samples import FACTORS, LookOutcome, RiskFactor, SampleMethod, SampleSubject
from fundsys.extensions import db
from fundsys.queries import rectification as findings
from fundsys.queries import samples as queries
from fundsys.queries.frames import Scope
from fundsys.queries.projects import towns
from fundsys.services import samples as services
from fundsys.services.acts import Act
from fundsys.services.rectification import FindingEntry
from fundsys.services.samples import LookTold, SampleOrder
from fundsys.web.access import allow, me
from fundsys.web.forms import (
    ChoiceField,
    DateField,
    NumberField,
    OfficeForm,
    PickField,
    TextField,
    TickField,
    WanField,
)
from fundsys.web.frame import work_year
from fundsys.web.funds.forms import today
from fundsys.web.papers import PapersField, send_paper, shown_papers
from fundsys.web.sheet_files import pressed

bp = Blueprint("samples", __name__, url_prefix="/samples")
_P = Permission
DOORS = {
    SampleSubject.ASSET: ("assets.show", "asset_id"),
    SampleSubject.PROJECT: ("projects.show", "project_id"),
    SampleSubject.PAYMENT: ("payments.payment", "payment_id"),
}
"""Where a drawn record is looked at."""


def _door(subject: SampleSubject, number: int) -> str:
    endpoint, argument = DOORS[subject]
    told: dict[str, Any] = {argument: number}
    return url_for(endpoint, **told)


class DrawForm(OfficeForm):
    """A sample; towns, classes and the points of the risks are boxes of the page."""

    act_name = "抽样"
    title = TextField(terms.SAMPLE_TITLE, required=True, limit=80)
    method = ChoiceField(terms.SAMPLE_METHOD, SampleMethod, required=True, radio=True)
    seed = TextField(terms.SAMPLE_SEED, required=True, limit=60)
    lot = NumberField(terms.SAMPLE_LOT, required=True, least=1, most=999)
    size = NumberField(terms.SAMPLE_SIZE, required=True, least=1, most=500)
    register_on = DateField(terms.SAMPLE_DAY, required=True, year=work_year)
    first_year = NumberField(terms.FIRST_YEAR, least=1990, most=2100)
    last_year = NumberField(terms.LAST_YEAR, least=1990, most=2100)
    value_from = WanField(terms.VALUE_FROM)


class LookForm(OfficeForm):
    """What was seen of a drawn record, and the problem made of it."""

    act_name = "登记抽样查看"
    outcome = ChoiceField(terms.LOOK_OUTCOME, LookOutcome, required=True, radio=True)
    words = TextField(terms.LOOK_WORDS, limit=400, rows=3)
    looked_on = DateField(terms.LOOKED_ON, required=True, year=work_year)
    makes_finding = TickField(terms.LOOK_MAKES_FINDING)
    source = PickField(terms.FINDING_SOURCE, number=False)
    paper_no = TextField(terms.FINDING_PAPER, limit=60)
    unit = PickField(terms.FINDING_UNIT)
    due_on = DateField(terms.FINDING_DUE, year=work_year)
    papers = PapersField(terms.FINDING_PAPERS)


class PaperForm(OfficeForm):
    """A button that prints a sample."""


@bp.route("/")
@allow(_P.INSPECT)
def index() -> str:
    """The samples this person sees."""
    return render_template("samples/index.html", rows=queries.samples(db.session(), me()), subjects=list(SampleSubject))


@bp.route("/new/<any('asset', 'project', 'payment'):subject>", methods=["GET", "POST"])
@allow(_P.INSPECT)
def new(subject: str) -> Any:
    """Draw a sample."""
    kind = SampleSubject(subject)
    form = DrawForm(register_on=today(), lot=1, value_from=Money.wan("100"))

    def make(order: SampleOrder, *, act: Act) -> str:
        """Draw it. Returns its id."""
        return str(services.draw_sample(order, act=act).id)

    if form.submitted() and form.try_to(make, _order(kind, form)):
        flash("已抽出，可以打印检查单；任何人用同样的种子和范围都能抽出同样的结果", "good")
        return redirect(url_for(".show", sample_id=int(form.result or form.repeated or 0)))
    posted = request.method == "POST"
    page = render_template(
        "samples/new.html",
        form=form,
        subject=kind,
        factors=[(f, request.form.get(f"points-{f.code}", str(usual))) for f, usual in FACTORS[kind]],
        towns=towns(db.session),
        chosen_towns=set(request.form.getlist("towns")),
        classes=list(AssetClass) if kind is SampleSubject.ASSET else [],
        chosen=set(request.form.getlist("classes")),
    )
    return page, 422 if posted else 200


def _order(kind: SampleSubject, form: DrawForm) -> SampleOrder:
    assert form.method.data is not None and form.register_on.data is not None
    classes = tuple(c for c in AssetClass if c.code in request.form.getlist("classes"))
    towns_ = tuple(int(t) for t in request.form.getlist("towns") if re.fullmatch(r"[0-9]{1,9}", t))
    points: dict[RiskFactor, int] = {}
    for factor, _ in FACTORS[kind]:
        told = request.form.get(f"points-{factor.code}", "0").strip() or "0"
        points[factor] = int(told) if re.fullmatch(r"[0-9]{1,3}", told) else -1
    return SampleOrder(
        title=form.title.data or "",
        subject=kind,
        method=form.method.data,
        seed=form.seed.data or "",
        size=form.size.data or 0,
        register_on=form.register_on.data,
        lot=form.lot.data or 0,
        scope=Scope(form.first_year.data, form.last_year.data, towns_, classes),
        points=points,
        value_from=form.value_from.data or Money.wan("100"),
    )


@bp.route("/<int:sample_id>")
@allow(_P.INSPECT)
def show(sample_id: int) -> str:
    """One sample with its records and what was seen of them."""
    found = queries.sample(db.session(), me(), sample_id)
    return render_template(
        "samples/show.html",
        sample=found,
        rows=queries.items(db.session(), me(), (found.id,)),
        door=lambda row: _door(found.subject, row.subject_id),
        form=PaperForm(),
    )


@bp.route("/<int:sample_id>/proof")
@allow(_P.INSPECT)
def proof(sample_id: int) -> str:
    """The sample drawn again from the journal, beside what was kept."""
    found = queries.sample(db.session(), me(), sample_id)
    again = services.draw_again(db.session(), me(), found.id)
    rows = queries.items(db.session(), me(), (found.id,))
    return render_template(
        "samples/proof.html", sample=found, proof=again, rows=list(zip(rows, again.rows, strict=False))
    )


@bp.route("/<int:sample_id>/paper", methods=["POST"])
@allow(_P.INSPECT)
def paper(sample_id: int) -> Response:
    """PF36 of the sample through the press; the same form again gives the same print."""
    found = queries.sample(db.session(), me(), sample_id)
    where = {"sample": found.number}
    order = printing.Order("PF36", found.register_on.year, where, who=me(), base_url=request.host_url)
    return pressed(order, str(PaperForm().form_id.data), found.number)


@bp.route("/items/<int:item_id>", methods=["GET", "POST"])
@allow(_P.INSPECT)
def look(item_id: int) -> Any:
    """What was seen of one drawn record."""
    session = db.session()
    row = queries.item(session, me(), item_id)
    form = LookForm(looked_on=today())
    form.source.options = findings.sources(session)
    form.unit.options = findings.answering_units(session, me())
    if (
        form.submitted()
        and _whole(form)
        and form.try_to(services.record_look, _told(form, row.id), files=form.papers.files())
    ):
        flash("已登记" + ("，责任单位的工作台会列出这个问题" if form.makes_finding.data else ""), "good")
        return redirect(url_for(".show", sample_id=row.sample_id))
    subject = queries.sample(session, me(), row.sample_id).subject
    page = render_template(
        "samples/look.html",
        form=form,
        row=row,
        door=_door(subject, row.subject_id),
        papers=shown_papers(
            "sample_look", row.look_id or 0, lambda key: url_for(".photo", item_id=row.id, paper_id=key)
        ),
    )
    return page, 422 if request.method == "POST" else 200


def _whole(form: LookForm) -> bool:
    """Whether a problem to be made has all it needs."""
    if form.makes_finding.data:
        for box in (form.source, form.unit, form.due_on):
            if not box.data:
                form.say(f"登记为问题的，请填写{box.label.text}", box.name)
                return False
    return True


def _told(form: LookForm, item_id: int) -> LookTold:
    assert form.outcome.data is not None and form.looked_on.data is not None
    finding = None
    if form.makes_finding.data and form.due_on.data is not None:
        finding = FindingEntry(
            source=form.source.data or "",
            problem="",
            unit_id=form.unit.data or 0,
            due_on=form.due_on.data,
            found_on=form.looked_on.data,
            paper_no=form.paper_no.data or "",
        )
    return LookTold(item_id, form.outcome.data, form.looked_on.data, form.words.data or "", finding)


@bp.route("/items/<int:item_id>/papers/<int:paper_id>")
@allow(_P.INSPECT)
def photo(item_id: int, paper_id: int) -> Response:
    """A photo of a look."""
    row = queries.item(db.session(), me(), item_id)
    return send_paper("sample_look", row.look_id or 0, paper_id)
