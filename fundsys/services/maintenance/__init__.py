"""Acts of maintenance under 1+12: schemes, keepers, patrols, the paper they are written on, defects."""

from __future__ import annotations

from .defects import close_defect, fix_defect, reopen_defect
from .keepers import AssignEntry, assign_keeper
from .patrols import PatrolEntry, record_patrol, record_patrols
from .schemes import SchemeEntry, revise_scheme
from .sheets import enter_lines, make_sheet

__all__ = [
    "AssignEntry",
    "PatrolEntry",
    "SchemeEntry",
    "assign_keeper",
    "close_defect",
    "enter_lines",
    "fix_defect",
    "make_sheet",
    "record_patrol",
    "record_patrols",
    "reopen_defect",
    "revise_scheme",
]
