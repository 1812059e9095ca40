"""How the sheet that lists bad cells is known, for readers that pass it over and need nothing else of here."""

from __future__ import annotations

SUMMARY = "导入检查"
FIRST_LINE = "导入检查结果（系统所附，导入时不读这一页）"


def is_summary(name: str, first: str) -> bool:
    """Whether a sheet of this name with this text in A1 is ours."""
    return name.startswith(SUMMARY) and first.strip() == FIRST_LINE
