"""Acts on the legacy industry projects under 四个一批: facts, classes, measures, disposal, the county's own labels."""

from __future__ import annotations

from fundsys.domain.reclass import Decision

from .bulk import classify_many, decide_proposals, return_proposals
from .decisions import classify, propose_class, withdraw_proposal
from .disposal import finish_disposal
from .labels import rename_classes
from .measures import report_measures
from .operation import record_operation

__all__ = [
    "Decision",
    "classify",
    "classify_many",
    "decide_proposals",
    "finish_disposal",
    "propose_class",
    "record_operation",
    "rename_classes",
    "report_measures",
    "return_proposals",
    "withdraw_proposal",
]
