"""The acts of the finance bureau: notices, allocations, and money going out."""

from __future__ import annotations

from .allocations import allocate, approve_allocations, return_allocations, reverse_allocation
from .notices import (
    LineEntry,
    NoticeEntry,
    approve_notice,
    delete_notice,
    edit_notice,
    keep_notice_papers,
    register_notice,
    return_notice,
    submit_notice,
)
from .payouts import (
    approve_disbursements,
    approve_payments,
    disburse,
    pay,
    return_disbursements,
    return_payments,
)
from .plans import PlanRow, adopt_plan, delete_plan, save_plan
from .sheets import (
    DraftRow,
    Rows,
    Seen,
    SheetSaved,
    box,
    lines_to_give,
    save_drafts,
    save_sheet,
    submit_allocations,
    submit_sheet,
)

__all__ = [
    "DraftRow",
    "LineEntry",
    "NoticeEntry",
    "PlanRow",
    "Rows",
    "Seen",
    "SheetSaved",
    "adopt_plan",
    "allocate",
    "approve_allocations",
    "approve_disbursements",
    "approve_notice",
    "approve_payments",
    "box",
    "delete_notice",
    "delete_plan",
    "disburse",
    "edit_notice",
    "keep_notice_papers",
    "lines_to_give",
    "pay",
    "register_notice",
    "return_allocations",
    "return_disbursements",
    "return_notice",
    "return_payments",
    "reverse_allocation",
    "save_drafts",
    "save_plan",
    "save_sheet",
    "submit_allocations",
    "submit_notice",
    "submit_sheet",
]
