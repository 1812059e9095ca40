"""Acts of maintenance under 1+12: schemes, keepers, patrols, the paper they are written on, defects."""

from __future__ import annotations

from .defects import close_defect, fix_defect, reopen_defect
from .events import CallEntry, call_patrols, withdraw_call
from .keepers import AssignEntry, assign_keeper
from .money import CostEntry, decide_posting, enter_budget, enter_cost, reverse_posting
from .patrols import PatrolEntry, record_patrol, record_patrols
from .schemes import SchemeEntry, revise_scheme
from .sheets import enter_lines, make_sheet
from .sites import place_in_site

__all__ = [
    "AssignEntry",
    "CallEntry",
    "CostEntry",
    "PatrolEntry",
    "SchemeEntry",
    "assign_keeper",
    "call_patrols",
    "close_defect",
    "decide_posting",
    "enter_budget",
    "enter_cost",
    "enter_lines",
    "fix_defect",
    "make_sheet",
    "place_in_site",
    "record_patrol",
    "record_patrols",
    "reopen_defect",
    "reverse_posting",
    "revise_scheme",
    "withdraw_call",
]
