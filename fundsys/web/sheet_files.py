"""Papers that read back, as files: a form through the press once for each press of its button, and the workbook that goes out with it."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Response

from fundsys import printing
from fundsys.extensions import db
from fundsys.imports.intake import told_for
from fundsys.imports.kinds.base import Kind
from fundsys.queries.ledgers import print_of_form
from fundsys.services import prints
from fundsys.services.acts import Repeated
from fundsys.web.access import me

BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def pressed(order: printing.Order, form_id: str, name: str) -> Response:
    """The paper of an order; the same form again gives the same print."""
    number = print_of_form(db.session(), form_id)
    if number is None:
        target = prints.kept_file(f"form-{form_id}", ".pdf")
        try:
            number = printing.print_ledger(order, target, form_id=form_id).number
        except Repeated as before:
            number = before.answer
        finally:
            with suppress(FileNotFoundError):
                target.unlink()
    return sent(prints.kept_file(number, ".pdf").read_bytes(), f"{name}.pdf", "application/pdf")


def workbook_of(kind: Kind, rows: list[dict[str, Any]], name: str) -> Response:
    """The workbook of a sheet's rows, to be filled and imported."""
    from fundsys.imports.template import write_template  # openpyxl comes with it

    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "sheet.xlsx"
        write_template(kind, told_for(kind, me(), db.session()), target, rows)
        return book_sent(target, f"{name}.xlsx")


def book_sent(path: Path, name: str) -> Response:
    """A workbook to keep."""
    return sent(path.read_bytes(), name, BOOK)


def sent(content: bytes, name: str, media: str) -> Response:
    """A file to keep."""
    answer = Response(content, mimetype=media)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
