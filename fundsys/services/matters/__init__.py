"""Acts on papers about assets: formation, valuation, title and handover, splits and merges, disposal and its reversal."""

from __future__ import annotations

from .disposal import DisposalEntry, draft_disposal, draft_reversal, edit_disposal
from .formation import FormationEntry, LineEntry, draft_formation, edit_formation
from .parts import MergeEntry, SplitEntry, draft_merge, draft_split
from .steps import approve_matter, delete_matter, recall_matter, return_matter, submit_matter
from .title import HolderEntry, TitleEntry, draft_title, edit_title
from .valuation import ValuationEntry, draft_valuation, edit_valuation

__all__ = [
    "DisposalEntry",
    "FormationEntry",
    "HolderEntry",
    "LineEntry",
    "MergeEntry",
    "SplitEntry",
    "TitleEntry",
    "ValuationEntry",
    "approve_matter",
    "delete_matter",
    "draft_disposal",
    "draft_formation",
    "draft_merge",
    "draft_reversal",
    "draft_split",
    "draft_title",
    "draft_valuation",
    "edit_disposal",
    "edit_formation",
    "edit_title",
    "edit_valuation",
    "recall_matter",
    "return_matter",
    "submit_matter",
]
