"""Acts on papers about assets: formation, valuation, title and handover, splits and merges, disposal and its reversal."""

from __future__ import annotations

from .contract import ContractEntry, draft_contract, edit_contract
from .disposal import DisposalEntry, draft_disposal, draft_reversal, edit_disposal
from .formation import FormationEntry, LineEntry, draft_formation, edit_formation
from .idle import IdleEntry, draft_idle, edit_idle
from .parts import MergeEntry, SplitEntry, draft_merge, draft_split
from .receipt import (
    ReceiptEntry,
    SettlementEntry,
    draft_receipt,
    draft_settlement,
    edit_receipt,
    edit_settlement,
)
from .sharing import PayoutEntry, ShareEntry, SharingEntry, draft_payout, draft_sharing, edit_payout, edit_sharing
from .steps import approve_matter, delete_matter, recall_matter, return_matter, submit_matter
from .taking_back import draft_taking_back
from .title import HolderEntry, TitleEntry, draft_title, edit_title
from .valuation import ValuationEntry, draft_valuation, edit_valuation

__all__ = [
    "ContractEntry",
    "DisposalEntry",
    "FormationEntry",
    "HolderEntry",
    "IdleEntry",
    "LineEntry",
    "MergeEntry",
    "PayoutEntry",
    "ReceiptEntry",
    "SettlementEntry",
    "ShareEntry",
    "SharingEntry",
    "SplitEntry",
    "TitleEntry",
    "ValuationEntry",
    "approve_matter",
    "delete_matter",
    "draft_contract",
    "draft_disposal",
    "draft_formation",
    "draft_idle",
    "draft_merge",
    "draft_payout",
    "draft_receipt",
    "draft_reversal",
    "draft_settlement",
    "draft_sharing",
    "draft_split",
    "draft_taking_back",
    "draft_title",
    "draft_valuation",
    "edit_contract",
    "edit_disposal",
    "edit_formation",
    "edit_idle",
    "edit_payout",
    "edit_receipt",
    "edit_settlement",
    "edit_sharing",
    "edit_title",
    "edit_valuation",
    "recall_matter",
    "return_matter",
    "submit_matter",
]
