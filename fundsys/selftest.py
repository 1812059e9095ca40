"""The self-test: every ledger is pressed in every format and read back; page, PDF, workbook, CSV and API must agree to the 分."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fundsys import printing
from fundsys.domain.errors import DomainError
from fundsys.queries.viewer import Viewer
from fundsys.reports.press import answer
from fundsys.reports.press.agree import agree
from fundsys.reports.registry import ledger as find_ledger
from fundsys.reports.registry import ledgers

OnLedger = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Tested:
    """What the self-test of one ledger found.

    differences: sentences; empty when all outputs agree. left_out: why the ledger could not be tried (a form that
    asks which record it is for), else "".
    """

    code: str
    title: str
    row_count: int
    row_digest: str
    differences: tuple[str, ...]
    left_out: str = ""

    @property
    def ok(self) -> bool:
        return not self.differences


def selftest(
    codes: Iterable[str] = (),
    year: int | None = None,
    who: Viewer | None = None,
    on_ledger: OnLedger | None = None,
) -> Iterator[Tested]:
    """Try the ledgers with these codes, or all there are. Nothing is recorded as printed and no file is kept.

    Raises: NotFound for a code that names no ledger.
    """
    known = ledgers()
    chosen = [find_ledger(code).code for code in codes] or list(known)
    for place, code in enumerate(chosen):
        if on_ledger:
            on_ledger(place, len(chosen), code)
        yield _tested(printing.Order(code, year, who=who), known[code].title)
    if on_ledger:
        on_ledger(len(chosen), len(chosen), "")


def _tested(order: printing.Order, title: str) -> Tested:
    try:
        with printing.sheet(order) as sheet, tempfile.TemporaryDirectory(prefix="fundsys-selftest-") as folder:
            files = {kind: Path(folder) / f"paper.{kind}" for kind in ("pdf", "xlsx", "csv")}
            for file in files.values():
                printing.press(sheet, file)
            told = json.loads(json.dumps(answer.document(sheet), ensure_ascii=False))
            found = agree(sheet, files["pdf"], files["xlsx"], files["csv"], told)
            return Tested(order.ledger, title, sheet.count, sheet.row_digest, tuple(found))
    except DomainError as refusal:
        return Tested(order.ledger, title, 0, "", (), refusal.message)
