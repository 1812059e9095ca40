"""Notices to the person signed in: the list, and marking them as read."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.working import MessageKind
from fundsys.extensions import db
from fundsys.queries import messages as queries
from fundsys.services import messages as services
from fundsys.services.drafts import mine as drafts_of
from fundsys.web.access import SIGNED_IN, allow, me
from fundsys.web.forms import OfficeForm

from . import bp
from .links import record_url

PAGE = 50


class ReadForm(OfficeForm):
    """Marking notices as read."""

    act_name = "标为已读"


@bp.route("/messages", methods=["GET", "POST"])
@allow(SIGNED_IN)
def messages() -> Any:
    """What became of one's work, the newest first; each leads to its record."""
    form = ReadForm()
    if form.submitted() and form.try_to(services.mark_read, _chosen()):
        flash(form.repeated or f"已标为已读 {form.result} 条", "good")
        return redirect(url_for(".messages"))
    kind = next((k for k in MessageKind if k.code == request.args.get("kind")), None)
    unread_only = request.args.get("unread") == "1"
    page = max(request.args.get("page", 1, type=int), 1)
    rows, total = queries.messages(
        db.session(), me(), kind=kind, unread_only=unread_only, offset=(page - 1) * PAGE, limit=PAGE
    )
    shown = render_template(
        "working/messages.html",
        form=form,
        rows=[(row, "" if row.hidden else record_url(row.about, row.row_id, row.parent_id)) for row in rows],
        kinds=list(MessageKind),
        chosen_kind=kind,
        unread_only=unread_only,
        unread_count=queries.unread(db.session(), me()),
        drafts=drafts_of(db.session(), me().id),
        total=total,
        page=page,
        pages=max(-(-total // PAGE), 1),
    )
    return (shown, 422) if request.method == "POST" else shown


def _chosen() -> list[int] | None:
    """The ticked notices; None for all."""
    if request.form.get("action") == "all":
        return None
    return [
        int(text) for text in request.form.getlist("chosen") if text.isascii() and text.isdigit() and len(text) < 18
    ]
