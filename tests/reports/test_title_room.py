"""The title of an upright page stands clear of the demo stamp on its left and of the QR's lines on its right."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from fundsys.reports.press import pdf
from fundsys.reports.registry import ledger, ledgers
from tests.reports.invented import sheet_of

UPRIGHT = [code for code, one in ledgers().items() if one.form is None and one.page == "A4 portrait"]


def boxes(file: Path) -> list[tuple[str, float, float]]:
    """Words of the first page's top with their left and right edges, in points."""
    told = subprocess.run(
        ["pdftotext", "-bbox", "-f", "1", "-l", "1", str(file), "-"], capture_output=True, text=True, check=True
    ).stdout
    found = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="[\d.]+">([^<]*)', told)
    return [(word, float(left), float(right)) for left, top, right, word in found if float(top) < 90]


@pytest.mark.parametrize("code", UPRIGHT)
def test_the_title_stands_between_the_stamp_and_the_code(code: str, tmp_path: Path) -> None:
    sheet = sheet_of(ledger(code), 5)
    sheet = replace(sheet, imprint=replace(sheet.imprint, demo=True))
    pdf.render(sheet, tmp_path / "page.pdf")
    words = boxes(tmp_path / "page.pdf")
    (title,) = [(left, right) for word, left, right in words if word == sheet.title]
    stamp = max(right for word, _, right in words if word.endswith("依据"))
    beside = min(left for word, left, _ in words if left > title[1])
    assert stamp + 6 < title[0], "the stamp's frame ends two millimeters after its words"
    assert title[1] + 3 < beside
