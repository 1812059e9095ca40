"""The list of asset papers, one paper with its steps, its files."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys import printing
from fundsys.domain.asset_matters import OPEN_STATES, MatterKind, MatterState
from fundsys.domain.errors import NotFound
from fundsys.domain.rights import Permission, Scope
from fundsys.extensions import db
from fundsys.queries import matters as queries
from fundsys.queries.history import history
from fundsys.queries.income import income_notices, lines_of
from fundsys.queries.viewer import seen_assets, seen_projects
from fundsys.services import matters as services
from fundsys.services.matters.common import may_approve, may_draft
from fundsys.services.matters.taking_back import TAKEN_BACK
from fundsys.web.access import allow, me
from fundsys.web.frame import work_year
from fundsys.web.papers import send_paper, shown_papers
from fundsys.web.payments.papers import printed
from fundsys.web.tables import Page, page_number

from . import bp
from .forms import MatterStepForm

EDIT_OF = {
    MatterKind.FORMATION: ".edit_formation",
    MatterKind.VALUATION: ".edit_valuation",
    MatterKind.TITLE: ".edit_title",
    MatterKind.DISPOSAL: ".edit_disposal",
    MatterKind.CONTRACT: "income.edit_contract",
    MatterKind.RECEIPT: "income.edit_receipt",
    MatterKind.SETTLEMENT: "income.edit_settlement",
    MatterKind.SHARING: "income.edit_sharing",
    MatterKind.PAYOUT: "income.edit_payout",
    MatterKind.IDLE: "income.edit_idle",
    MatterKind.REVIVAL: "income.edit_idle",
}
AREAS = {"income": True, "register": False}
PAPER_OF = {MatterKind.TITLE: "PF33", MatterKind.DISPOSAL: "LG17"}


@bp.route("/asset-papers")
@allow(Permission.READ_ASSETS)
def index() -> str:
    """The papers this person may see."""
    args = request.args
    wanted = queries.MatterFilter(
        kind=next((k for k in MatterKind if k.code == args.get("kind")), None),
        state=next((s for s in MatterState if s.code == args.get("state")), None),
        q=args.get("q", "").strip()[:60],
        page=page_number(args),
        income=AREAS.get(args.get("area", "")),
    )
    found = queries.matters(db.session(), me(), wanted)
    return render_template(
        "matters/index.html",
        page=Page(found.rows, wanted.page, found.count, queries.PAGE_SIZE),
        wanted=wanted,
        kinds=[kind for kind in MatterKind if wanted.income is None or kind.is_income is wanted.income],
        area=args.get("area", ""),
        states=list(MatterState),
    )


@bp.route("/asset-papers/<int:matter_id>")
@allow(Permission.READ_ASSETS)
def show(matter_id: int) -> str:
    """One paper: what it says, what was made of it, its files and steps."""
    return _page(matter_id, MatterStepForm())


def _page(matter_id: int, form: MatterStepForm) -> str:
    who, session = me(), db.session()
    m = queries.matter(session, who, matter_id)
    form.version.data = m.version
    entered, reviewed = queries.names_of(session, m)
    own, approves = _is_own(m), who.can(may_approve(m.kind)) and m.entered_by != who.id
    return render_template(
        "matters/show.html",
        m=m,
        form=form,
        entered=entered,
        reviewed=reviewed,
        edit_url=url_for(EDIT_OF[m.kind], matter_id=m.id)
        if own and m.state in OPEN_STATES and m.kind in EDIT_OF
        else "",
        may_submit=own and m.state in OPEN_STATES,
        may_recall=own and m.state is MatterState.SUBMITTED,
        may_review=m.state is MatterState.SUBMITTED and approves,
        may_undo=own and m.kind is MatterKind.DISPOSAL and m.state is MatterState.APPROVED,
        may_take_back=own and m.kind in TAKEN_BACK and m.state is MatterState.APPROVED,
        lines=lines_of(session, m),
        may_pay=own and m.kind is MatterKind.SHARING and m.state is MatterState.APPROVED,
        notices=income_notices(session, m),
        paper=PAPER_OF.get(m.kind) if who.can(Permission.PRINT) and m.number else None,
        files=shown_papers(queries.TABLE, m.id, lambda key: url_for(".file", matter_id=m.id, paper_id=key)),
        history=history(session, queries.TABLE, m.id),
    )


def _is_own(m: Any) -> bool:
    who, permission = me(), may_draft(m.kind)
    if who.scope(permission) is Scope.NONE:
        return False
    table, seen = (type(m.asset), seen_assets) if m.asset else (type(m.project), seen_projects)
    key = m.asset_id or m.project_id
    return db.session.query(table.id).filter(table.id == key, seen(who, permission)).first() is not None


@bp.route("/asset-papers/<int:matter_id>/step", methods=["POST"])
@allow(
    Permission.REGISTER_ASSET,
    Permission.REQUEST_DISPOSAL,
    Permission.RECORD_INCOME,
    Permission.CONFIRM_TITLE,
    Permission.DISPOSE,
    Permission.APPROVE_INCOME,
)
def step(matter_id: int) -> Any:
    """Hand over, take back, remove, approve or send back a paper: the button says which."""
    steps: dict[str, tuple[str, Any, str]] = {
        "submit": ("提交资产办理单", services.submit_matter, "已提交，等待审定"),
        "recall": ("撤回资产办理单", services.recall_matter, "已撤回，可以修改后再提交"),
        "delete": ("删除资产办理单草稿", services.delete_matter, "已删除，经过仍在办理日志里查得到"),
        "approve": ("审定资产办理单", services.approve_matter, "已审定，登记簿已更新"),
        "return": ("退回资产办理单", services.return_matter, "已退回经办单位"),
    }
    wish, form = request.form.get("action", ""), MatterStepForm()
    if wish != "delete":  # of which a second copy finds nothing and is told what the first was
        queries.matter(db.session(), me(), matter_id)
    if wish not in steps or not form.submitted():
        return _page(matter_id, form), 422
    form.act_name, service, sentence = steps[wish]
    more = (form.reason.data or "",) if wish == "return" else ()
    if form.try_to(service, matter_id, *more, version=form.version.data):
        flash(sentence, "good")
        return redirect(url_for(".index") if wish == "delete" else url_for(".show", matter_id=matter_id))
    return _page(matter_id, form), 422


@bp.route("/asset-papers/<int:matter_id>/files/<int:paper_id>")
@allow(Permission.READ_ASSETS)
def file(matter_id: int, paper_id: int) -> Response:
    """A scan of a paper, for whoever may see it."""
    queries.matter(db.session(), me(), matter_id)
    return send_paper(queries.TABLE, matter_id, paper_id)


@bp.route("/asset-papers/<int:matter_id>/print", methods=["POST"])
@allow(Permission.PRINT)
def print_(matter_id: int) -> Response:
    """The handover document of a title, or the approval form of a disposal."""
    m = queries.matter(db.session(), me(), matter_id)
    if m.kind not in PAPER_OF or not m.number:
        raise NotFound("这份办理单没有可打印的表单")
    return printed(
        printing.Order(PAPER_OF[m.kind], work_year(), {"no": str(m.id)}, who=me(), base_url=request.host_url)
    )
