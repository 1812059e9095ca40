"""Printing one paper at once: the file of a fresh print, through the one press."""

from __future__ import annotations

import uuid

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from fundsys import printing
from fundsys.extensions import db
from fundsys.queries import ledgers as queries
from fundsys.services import prints
from fundsys.services.acts import Repeated


def printed(order: printing.Order) -> Response:
    """Print an order and lead to its file; the same form again leads to the same print."""
    form_id = request.form.get("form_id") or str(uuid.uuid4())
    earlier = queries.print_of_form(db.session, form_id)
    if earlier:
        return redirect(url_for("ledgers.file", number=earlier, suffix=".pdf"))
    target = prints.kept_file(f"form-{uuid.uuid4()}", ".pdf")
    try:
        made = printing.print_ledger(order, target, form_id=form_id).number
    except Repeated as before:
        made = before.answer
    finally:
        target.unlink(missing_ok=True)
    return redirect(url_for("ledgers.file", number=made, suffix=".pdf"))
