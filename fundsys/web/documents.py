"""Policy documents: the list, one with its revisions and what cites it, entering one, confirming it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys.domain import terms
from fundsys.domain.policy_documents import DocumentKind, DocumentState, Validity
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import policy_documents as queries
from fundsys.queries.facts import county_today
from fundsys.queries.history import history
from fundsys.services import policy_documents as services
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.forms import ChoiceField, DateField, OfficeForm, PickField, TextField
from fundsys.web.frame import work_year
from fundsys.web.papers import PapersField, send_paper, shown_papers

bp = Blueprint("documents", __name__)
READERS = (Permission.READ_RULES, Permission.EDIT_POLICY, Permission.APPROVE_POLICY)


class DocumentForm(OfficeForm):
    """A policy document."""

    act_name = "登记政策文件"
    title = TextField(terms.DOCUMENT_TITLE, required=True, limit=120)
    number = TextField(terms.DOCUMENT_NUMBER, limit=60)
    kind = ChoiceField(terms.DOCUMENT_KIND, DocumentKind, required=True)
    issuer = TextField(terms.DOCUMENT_ISSUER, required=True, limit=80)
    issued_on = DateField(terms.DOCUMENT_ISSUED_ON, required=True, year=work_year)
    valid_from = DateField(terms.DOCUMENT_VALID_FROM, required=True, year=work_year)
    valid_to = DateField(terms.DOCUMENT_VALID_TO, year=work_year)
    replaces = PickField(terms.DOCUMENT_REPLACES, blank="没有")
    remark = TextField(terms.REMARK, limit=400)
    papers = PapersField(terms.DOCUMENT_SCAN)


class DecisionForm(OfficeForm):
    """Confirm an entry, send it back with a reason, or take it back: the button says which."""

    reason = TextField(terms.DOCUMENT_RETURN, limit=200)


class EndForm(OfficeForm):
    """On which day a document ends."""

    act_name = "登记文件失效"
    valid_to = DateField(terms.DOCUMENT_VALID_TO, required=True, year=work_year)


@bp.route("/policy-documents")
@allow(*READERS)
def index() -> str:
    """The documents with their validity on the day at work."""
    args, today = request.args, county_today(db.session())
    q = args.get("q", "").strip()[:60]
    kind = next((k for k in DocumentKind if k.code == args.get("kind")), None)
    state = next((s for s in DocumentState if s.code == args.get("state")), None)
    valid = next((v for v in Validity if v.code == args.get("valid")), None)
    rows = queries.documents(db.session(), q=q, kind=kind, state=state)
    return render_template(
        "documents/index.html",
        rows=[row for row in rows if valid is None or row.validity(today) is valid],
        today=today,
        q=q,
        kind=kind,
        state=state,
        valid=valid,
        kinds=list(DocumentKind),
        states=list(DocumentState),
        validities=list(Validity),
    )


@bp.route("/policy-documents/new", methods=["GET", "POST"])
@allow(Permission.EDIT_POLICY)
def new() -> Any:
    """Enter a document, or the revision of one (?replaces=)."""
    options = queries.to_replace(db.session())
    asked = request.args.get("replaces", type=int)
    form = DocumentForm(replaces=asked if asked in dict(options) else None)
    form.replaces.options = options
    return _write(form, None)


@bp.route("/policy-documents/<int:document_id>/edit", methods=["GET", "POST"])
@allow(Permission.EDIT_POLICY)
def edit(document_id: int) -> Any:
    """Change an entry nobody has confirmed."""
    row = queries.document(db.session(), document_id)
    if row.state is DocumentState.APPROVED and request.method == "GET":
        return redirect(url_for(".show", document_id=document_id))
    names = ("title", "number", "kind", "issuer", "issued_on", "valid_from", "valid_to", "remark")
    form = DocumentForm(version=row.version, replaces=row.old_id, **{name: getattr(row, name) for name in names})
    form.act_name = "修改政策文件"
    form.replaces.options = queries.to_replace(db.session(), row.id)
    return _write(form, row)


def _write(form: DocumentForm, row: queries.DocumentRow | None) -> Any:
    if form.submitted():
        answers = form.answers()
        answers.pop("papers")
        replaces = answers.pop("replaces")
        answers |= {name: answers[name] or "" for name in ("number", "remark")}
        entry = services.DocumentEntry(replaces_id=replaces, **answers)
        about = {} if row is None else {"document_id": row.id, "version": form.version.data}
        if form.try_to(_enter if row is None else _edit, entry, form.papers.files(), **about):
            flash("已登记，等待另一人确认", "good")
            return redirect(url_for(".show", document_id=form.result or int((form.repeated or "0").split(" ")[0])))
    page = render_template("documents/edit.html", form=form, row=row)
    return (page, 422) if request.method == "POST" else page


def _enter(entry: services.DocumentEntry, files: services.Files, *, act: Act) -> int:
    """Enter the document. Returns its id."""
    return services.enter_document(entry, files=files, act=act).id


def _edit(
    entry: services.DocumentEntry, files: services.Files, *, document_id: int, version: int | None, act: Act
) -> int:
    """Change the entry. Returns its id."""
    services.edit_document(document_id, entry, files=files, version=version, act=act)
    act.answer = f"{document_id} 政策文件"
    return document_id


@bp.route("/policy-documents/<int:document_id>")
@allow(*READERS)
def show(document_id: int) -> str:
    """One document: its validity, its scan, its revisions, the thresholds that cite it."""
    return _page(document_id, DecisionForm(), EndForm())


def _page(document_id: int, form: DecisionForm, ending: EndForm) -> str:
    who, session = me(), db.session()
    row = queries.document(session, document_id)
    form.version.data = ending.version.data = row.version
    edits = who.can(Permission.EDIT_POLICY)
    waits = row.state is DocumentState.SUBMITTED
    return render_template(
        "documents/show.html",
        row=row,
        form=form,
        ending=ending,
        today=county_today(session),
        chain=queries.chain(session, row),
        citations=queries.citations(session, row.fact),
        papers=shown_papers(queries.TABLE, row.id, lambda key: url_for(".paper", document_id=row.id, paper_id=key)),
        history=history(session, queries.TABLE, row.id),
        may_edit=edits and row.state is not DocumentState.APPROVED,
        may_end=edits and row.state is DocumentState.APPROVED and row.valid_to is None and row.new_id is None,
        may_revise=edits and row.state is DocumentState.APPROVED and row.new_id is None,
        may_recall=edits and waits and row.entered_by_id == who.id,
        may_decide=waits and who.can(Permission.APPROVE_POLICY) and row.entered_by_id != who.id,
    )


@bp.route("/policy-documents/<int:document_id>/decide", methods=["POST"])
@allow(Permission.EDIT_POLICY, Permission.APPROVE_POLICY)
def decide(document_id: int) -> Any:
    """Confirm, send back or take back: the button says which."""
    form, wish = DecisionForm(), request.form.get("action", "")
    names = {"approve": "确认政策文件", "return": "退回政策文件", "recall": "撤回政策文件"}
    if wish in names and form.submitted():
        form.act_name = names[wish]
        if form.try_to(_decide, wish, document_id, form.version.data, form.reason.data or ""):
            flash({"approve": "已确认", "return": "已退回", "recall": "已撤回，可以修改后再登记"}[wish], "good")
            return redirect(url_for(".show", document_id=document_id))
    return _page(document_id, form, EndForm(formdata=None)), 422


def _decide(wish: str, document_id: int, version: int | None, reason: str, *, act: Act) -> int:
    """Do what the button says. Returns the id."""
    if wish == "approve":
        services.approve_documents({document_id: version or 0}, act=act)
    elif wish == "return":
        services.return_documents({document_id: version or 0}, reason, act=act)
    else:
        services.recall_document(document_id, version=version, act=act)
    return document_id


@bp.route("/policy-documents/<int:document_id>/end", methods=["POST"])
@allow(Permission.EDIT_POLICY)
def end(document_id: int) -> Any:
    """Say on which day a document ends; a second person confirms."""
    form = EndForm()
    if form.submitted() and form.try_to(
        services.end_document, document_id, form.valid_to.data, version=form.version.data
    ):
        flash("已登记失效日期，等待另一人确认", "good")
        return redirect(url_for(".show", document_id=document_id))
    return _page(document_id, DecisionForm(formdata=None), form), 422


@bp.route("/policy-documents/<int:document_id>/papers/<int:paper_id>")
@allow(*READERS)
def paper(document_id: int, paper_id: int) -> Response:
    """The scan, for whoever may see the document."""
    queries.document(db.session(), document_id)
    return send_paper(queries.TABLE, document_id, paper_id)
