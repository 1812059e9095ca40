"""Defects: the list by deadline, one with what was done, putting it right, closing it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from fundsys.domain.errors import NotFound
from fundsys.domain.maintenance import DefectState
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries.history import history
from fundsys.queries.maintenance import DefectRow, defects
from fundsys.services.acts import Act
from fundsys.services.maintenance import close_defect, fix_defect, reopen_defect
from fundsys.web.access import allow, me
from fundsys.web.funds.forms import today
from fundsys.web.papers import send_paper, shown_papers

from . import bp
from .forms import CloseForm, FixForm

_P = Permission


@bp.route("/maintenance/defects")
@allow(_P.READ_ASSETS)
def defect_list() -> str:
    """The defects of what this person sees, by deadline."""
    state = next((s for s in DefectState if s.code == request.args.get("state")), None)
    late = request.args.get("late") == "1"
    everything = defects(db.session(), me())
    rows = [d for d in everything if (state is None or d.state is state) and (not late or d.days_late(today()))]
    return render_template(
        "maintenance/defects.html",
        rows=rows[:500],
        count=len(rows),
        everything=everything,
        state=state,
        states=list(DefectState),
        late=late,
        today=today(),
    )


def one(defect_id: int) -> DefectRow:
    """The defect. Raises NotFound for hidden and missing alike."""
    found = defects(db.session(), me(), ids=(defect_id,))
    if not found:
        raise NotFound("没有这个问题，或者不在您的管理范围内")
    return found[0]


@bp.route("/maintenance/defects/<int:defect_id>")
@allow(_P.READ_ASSETS)
def defect(defect_id: int) -> str:
    """One defect."""
    return _page(one(defect_id), CloseForm())


def _page(row: DefectRow, form: CloseForm) -> str:
    who = me()
    form.version.data = row.version
    names = {"patrol": row.patrol_id, "defect": row.id}
    papers = [
        paper
        for table, key in names.items()
        for paper in shown_papers(table, key, lambda p, t=table, k=key: _address(t, k, p))  # type: ignore[misc]
    ]
    return render_template(
        "maintenance/defect.html",
        row=row,
        form=form,
        today=today(),
        papers=papers,
        history=history(db.session(), "defect", row.id),
        may_fix=row.state is DefectState.OPEN and (who.can(_P.PATROL) or who.can(_P.MAINTAIN)),
        may_judge=row.state is not DefectState.OPEN and who.can(_P.CONFIRM_PATROL),
        may_close=row.state is DefectState.FIXED
        and who.can(_P.CONFIRM_PATROL)
        and who.id not in (row.found_by, row.fixed_by),
    )


def _address(table: str, key: int, paper: int) -> str:
    if table == "patrol":
        return url_for(".photo", patrol_id=key, paper_id=paper)
    return url_for(".defect_photo", defect_id=key, paper_id=paper)


@bp.route("/maintenance/defects/<int:defect_id>/photos/<int:paper_id>")
@allow(_P.READ_ASSETS)
def defect_photo(defect_id: int, paper_id: int) -> Response:
    """A photo of what was put right."""
    return send_paper("defect", one(defect_id).id, paper_id)


@bp.route("/maintenance/defects/<int:defect_id>/fix", methods=["GET", "POST"])
@allow(_P.PATROL, _P.MAINTAIN)
def fix(defect_id: int) -> Any:
    """Report it put right."""
    row = one(defect_id)
    form = FixForm(version=row.version, fixed_on=today())
    if form.submitted():
        photos = [(f.filename or "", f.read()) for f in form.photos.data or []]
        told = (form.fixed_on.data, form.fix_words.data or "", form.repair_cost.data)
        if form.try_to(fix_defect, defect_id, *told, files=photos, version=form.version.data):
            flash("已登记整改，等镇复核销号", "good")
            return redirect(url_for(".defect", defect_id=defect_id))
    status = 422 if request.method == "POST" else 200
    return render_template("maintenance/fix.html", form=form, row=row), status


@bp.route("/maintenance/defects/<int:defect_id>/close", methods=["POST"])
@allow(_P.CONFIRM_PATROL)
def close(defect_id: int) -> Any:
    """Close it, or send it back with a reason: the button says which."""
    form = CloseForm()
    back = request.form.get("action") == "return"
    form.act_name = "退回整改" if back else "销号"

    def judge(reason: str, *, act: Act) -> None:
        """What the button says."""
        if back:
            reopen_defect(defect_id, reason, version=form.version.data, act=act)
        else:
            close_defect(defect_id, version=form.version.data, act=act)

    if form.submitted() and form.try_to(judge, form.reason.data or ""):
        flash("已退回整改" if back else "已销号", "good")
        return redirect(url_for(".defect", defect_id=defect_id))
    return _page(one(defect_id), form), 422
