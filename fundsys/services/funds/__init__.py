"""The acts of the finance bureau: notices, allocations, and money going out."""

from __future__ import annotations

from .allocations import (
    DraftRow,
    Seen,
    SheetSaved,
    allocate,
    approve_allocations,
    return_allocations,
    reverse_allocation,
    save_drafts,
    submit_allocations,
)
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

__all__ = [
    "DraftRow",
    "LineEntry",
    "NoticeEntry",
    "Seen",
    "SheetSaved",
    "allocate",
    "approve_allocations",
    "approve_disbursements",
    "approve_notice",
    "approve_payments",
    "delete_notice",
    "disburse",
    "edit_notice",
    "keep_notice_papers",
    "pay",
    "register_notice",
    "return_allocations",
    "return_disbursements",
    "return_notice",
    "return_payments",
    "reverse_allocation",
    "save_drafts",
    "submit_allocations",
    "submit_notice",
]
