"""Writing papers about one asset: valuation, title and handover, split, merge, disposal and its reversal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select

from fundsys.domain.asset_matters import OPEN_STATES, MatterKind, Right, show_share
from fundsys.domain.errors import DomainError
from fundsys.domain.money import show_wan
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.models.assets import Asset
from fundsys.models.matters import AssetMatter
from fundsys.queries import matters as queries
from fundsys.queries.viewer import require_asset, seen_assets
from fundsys.services import matters as services
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import today

from . import bp
from .forms import (
    HOLDER_CELLS,
    PART_CELLS,
    Cell,
    DisposeForm,
    MatterForm,
    MergeForm,
    Row,
    TitleForm,
    ValuationForm,
    holder_of,
    line_of,
    read_rows,
    said,
    typed_rows,
)

P = Permission


@bp.route("/assets/<int:asset_id>/valuation", methods=["GET", "POST"])
@allow(P.REGISTER_ASSET)
def new_valuation(asset_id: int) -> Any:
    """A valuation of an asset."""
    return _valuation(ValuationForm(happened_on=today()), _asset(asset_id, P.REGISTER_ASSET), None)


@bp.route("/asset-papers/valuations/<int:matter_id>/edit", methods=["GET", "POST"])
@allow(P.REGISTER_ASSET)
def edit_valuation(matter_id: int) -> Any:
    """Change a draft, or one that was sent back."""
    m, asset = open_paper(matter_id, MatterKind.VALUATION)
    told = m.valuation
    assert told is not None
    form = ValuationForm(
        value=m.amount, method=told.method, appraiser=told.appraiser, adjusts=told.adjusts, **common_answers(m)
    )
    return _valuation(form, asset, m)


def _valuation(form: ValuationForm, asset: Asset, m: AssetMatter | None) -> Any:
    offer(form.method, [(w, w) for w in queries.choices(db.session(), "valuation_method")])

    def save(act: Act) -> AssetMatter:
        told: dict[str, Any] = {
            name: form._fields[name].data or "" for name in ("method", "document_no", "appraiser", "words")
        }
        entry = services.ValuationEntry(
            said(form.happened_on), said(form.value), adjusts=bool(form.adjusts.data), **told
        )
        if m is None:
            return services.draft_valuation(asset.id, entry, files=form.papers.files(), act=act)
        return services.edit_valuation(m.id, entry, files=form.papers.files(), version=form.version.data, act=act)

    return write_paper("valuation", MatterKind.VALUATION, form, asset, m, save)


@bp.route("/assets/<int:asset_id>/title", methods=["GET", "POST"])
@allow(P.REGISTER_ASSET)
def new_title(asset_id: int) -> Any:
    """The title of an asset."""
    asset = _asset(asset_id, P.REGISTER_ASSET)
    unit = asset.owner_unit.name if asset.owner_unit else ""
    form = TitleForm(happened_on=today(), giver=unit, receiver=asset.owner_name, overseer=_town(asset))
    first = {"right": "own", "owner_type": asset.owner_type.code, "holder": asset.owner_name, "share": "100"}
    others = [{"right": r.code, "owner_type": "OT", "holder": h, "share": "100"} for r, h in _other_rights(asset) if h]
    return _title(form, asset, None, [first, *others])


def _town(asset: Asset) -> str:
    return f"{asset.town.name}人民政府" if asset.town else ""


def _other_rights(asset: Asset) -> list[tuple[Right, str]]:
    return [(Right.OPERATE, asset.operator), (Right.INCOME, asset.owner_name), (Right.OVERSEE, asset.supervisor)]


@bp.route("/asset-papers/titles/<int:matter_id>/edit", methods=["GET", "POST"])
@allow(P.REGISTER_ASSET)
def edit_title(matter_id: int) -> Any:
    """Change a draft, or one that was sent back."""
    m, asset = open_paper(matter_id, MatterKind.TITLE)
    t = m.title
    assert t is not None
    names = [n for n in TITLE_WORDS if n not in ("document_no", "words")]
    told = {name: getattr(t, name) for name in names}
    form = TitleForm(
        scope=t.scope, handed_over_on=t.handed_over_on, public_id=_text(m.public_id), **told, **common_answers(m)
    )
    rows = [
        {
            "right": h.right.code,
            "owner_type": h.owner_type.code,
            "holder": h.name,
            "credit_code": h.credit_code,
            "share": show_share(Fraction(h.part, h.whole)),
        }
        for h in t.holders
    ]
    return _title(form, asset, m, rows)


TITLE_WORDS = (
    "certificate_no", "giver", "receiver", "overseer", "signers", "condition_words", "papers_words", "care_words",
    "document_no", "words",
)  # fmt: skip


def _title(form: TitleForm, asset: Asset, m: AssetMatter | None, rows: list[Row]) -> Any:
    offer(form.public_id, _notices(asset))
    rows = typed_rows(HOLDER_CELLS) if request.method == "POST" else rows

    def save(act: Act) -> AssetMatter:
        told: dict[str, Any] = {name: form._fields[name].data or "" for name in TITLE_WORDS}
        entry = services.TitleEntry(
            said(form.happened_on),
            said(form.scope),
            read_rows(rows, holder_of, "holders"),
            public_id=_number(form.public_id.data),
            handed_over_on=form.handed_over_on.data,
            **told,
        )
        if m is None:
            return services.draft_title(asset.id, entry, files=form.papers.files(), act=act)
        return services.edit_title(m.id, entry, files=form.papers.files(), version=form.version.data, act=act)

    return write_paper("title", MatterKind.TITLE, form, asset, m, save, HOLDER_CELLS, rows)


@bp.route("/assets/<int:asset_id>/split", methods=["GET", "POST"])
@allow(P.REGISTER_ASSET)
def new_split(asset_id: int) -> Any:
    """Parts of an asset that become assets of their own."""
    asset, form = _asset(asset_id, P.REGISTER_ASSET), MatterForm(happened_on=today())
    rows = typed_rows(PART_CELLS) if request.method == "POST" else []

    def save(act: Act) -> AssetMatter:
        parts = read_rows(rows, line_of, "lines")
        entry = services.SplitEntry(said(form.happened_on), parts, form.document_no.data or "", form.words.data or "")
        return services.draft_split(asset.id, entry, files=form.papers.files(), act=act)

    return write_paper("parts", MatterKind.SPLIT, form, asset, None, save, PART_CELLS, rows)


@bp.route("/assets/<int:asset_id>/merge", methods=["GET", "POST"])
@allow(P.REGISTER_ASSET)
def new_merge(asset_id: int) -> Any:
    """Other assets that go into this one."""
    asset, form = _asset(asset_id, P.REGISTER_ASSET), MergeForm(happened_on=today())

    def save(act: Act) -> AssetMatter:
        codes = list(dict.fromkeys((form.others.data or "").replace("、", " ").split()))
        found = act.session.execute(
            select(Asset.code, Asset.id).where(Asset.code.in_(codes), seen_assets(me(), P.REGISTER_ASSET))
        )
        known = {code: key for code, key in found}
        if missing := [code for code in codes if code not in known]:
            raise DomainError(f"没有编码为“{missing[0]}”的资产，或者不在您的管理范围内", field="others")
        others = tuple(known[code] for code in codes)
        entry = services.MergeEntry(said(form.happened_on), others, form.document_no.data or "", form.words.data or "")
        return services.draft_merge(asset.id, entry, files=form.papers.files(), act=act)

    return write_paper("parts", MatterKind.MERGE, form, asset, None, save)


DISPOSAL_WORDS = (
    "ground", "method", "document_no", "meeting", "owner_opinion", "town_opinion", "bureau_opinion", "county_opinion",
    "appraiser", "proceeds_use", "words",
)  # fmt: skip


@bp.route("/assets/<int:asset_id>/disposal", methods=["GET", "POST"])
@allow(P.REQUEST_DISPOSAL)
def new_disposal(asset_id: int) -> Any:
    """Ask for the disposal of an asset: a grave act on a page of its own."""
    return _disposal(DisposeForm(happened_on=today()), _asset(asset_id, P.REQUEST_DISPOSAL), None)


@bp.route("/asset-papers/disposals/<int:matter_id>/edit", methods=["GET", "POST"])
@allow(P.REQUEST_DISPOSAL)
def edit_disposal(matter_id: int) -> Any:
    """Change a request, or one that was sent back."""
    m, asset = open_paper(matter_id, MatterKind.DISPOSAL)
    d = m.disposal
    names = ("appraised", "proceeds", "proceeds_on", *(n for n in DISPOSAL_WORDS if n not in ("document_no", "words")))
    told = {name: getattr(d, name) for name in names}
    return _disposal(DisposeForm(public_id=_text(m.public_id), **told, **common_answers(m)), asset, m)


def _disposal(form: DisposeForm, asset: Asset, m: AssetMatter | None) -> Any:
    for box, kind in ((form.ground, "disposal_ground"), (form.method, "disposal_method")):
        offer(box, [(w, w) for w in queries.choices(db.session(), kind)])
    offer(form.public_id, _notices(asset))

    def save(act: Act) -> AssetMatter:
        told: dict[str, Any] = {name: form._fields[name].data or "" for name in DISPOSAL_WORDS}
        money = {name: form._fields[name].data for name in ("appraised", "proceeds", "proceeds_on")}
        entry = services.DisposalEntry(
            happened_on=said(form.happened_on), public_id=_number(form.public_id.data), **told, **money
        )
        if m is None:
            return services.draft_disposal(asset.id, entry, files=form.papers.files(), act=act)
        return services.edit_disposal(m.id, entry, files=form.papers.files(), version=form.version.data, act=act)

    return write_paper("disposal", MatterKind.DISPOSAL, form, asset, m, save)


@bp.route("/asset-papers/<int:matter_id>/reversal", methods=["GET", "POST"])
@allow(P.REQUEST_DISPOSAL)
def new_reversal(matter_id: int) -> Any:
    """Take a disposal back: a grave act on a page of its own."""
    m = queries.matter(db.session(), me(), matter_id)
    if m.asset is None or m.kind is not MatterKind.DISPOSAL:
        raise DomainError("只有处置才能冲销")
    asset, form = _asset(m.asset.id, P.REQUEST_DISPOSAL), MatterForm(happened_on=today())

    def save(act: Act) -> AssetMatter:
        told: Any = (said(form.happened_on), form.document_no.data or "", form.words.data or "")
        return services.draft_reversal(m.id, *told, files=form.papers.files(), act=act)

    return write_paper("reversal", MatterKind.REVERSAL, form, asset, None, save)


# ---------- what they share ----------


def _asset(asset_id: int, permission: Permission) -> Asset:
    return require_asset(db.session(), me(), permission, asset_id)


def open_paper(matter_id: int, kind: MatterKind) -> tuple[AssetMatter, Asset]:
    """The paper to be changed, with its asset. Raises NotFound, DomainError."""
    m = queries.matter(db.session(), me(), matter_id)
    if m.kind is not kind or m.asset is None:
        raise DomainError("这份办理单不在这一页修改，请从办理单进入")
    if request.method == "GET" and m.state not in OPEN_STATES:
        raise DomainError(f"这份{kind.label}现在是“{m.state.label}”，不能修改")
    return m, m.asset


def common_answers(m: AssetMatter) -> dict[str, Any]:
    """What every paper's form starts from."""
    return {"version": m.version, "happened_on": m.happened_on, "document_no": m.document_no, "words": m.words}


def offer(box: Any, pairs: Sequence[tuple[str, str]]) -> None:
    """Offer choices in a box."""
    box.options = list(pairs)


def _notices(asset: Asset) -> list[tuple[str, str]]:
    return [(str(key), told) for key, told in queries.notices_about(db.session(), asset.id)]


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None


def write_paper(
    template: str,
    kind: MatterKind,
    form: MatterForm,
    asset: Asset,
    m: AssetMatter | None,
    save: Callable[[Act], AssetMatter],
    cells: Sequence[Cell] = (),
    rows: Sequence[Row] = (),
    page: str = "matters/entry.html",
    **shown: Any,
) -> Any:
    """One page of entry: draft, and hand over when asked, as one act. shown: what the page tells beside the form."""
    form.act_name = ("修改" if m else "登记") + kind.label
    wish = request.form.get("action")

    def done(*, act: Act) -> int:
        made = save(act)
        if wish == "submit":
            services.submit_matter(made.id, act=act)
        act.answer = f"{made.id} {kind.label}"
        return made.id

    if form.submitted() and form.try_to(done):
        flash("已提交，等待审定" if wish == "submit" else "已存草稿", "good")
        return redirect(url_for("matters.show", matter_id=form.result or int((form.repeated or "0").split(" ")[0])))
    worth = show_wan(asset.original_cost)
    answer = render_template(
        page,
        template=template,
        kind=kind,
        form=form,
        asset=asset,
        m=m,
        cells=cells,
        rows=rows,
        worth=worth,
        **shown,
    )
    return (answer, 422) if request.method == "POST" else answer
