"""Acts of stocktakes: opening and closing a campaign, counting its lines, treating what differs."""

from __future__ import annotations

from .campaigns import StocktakeEntry, close_stocktake, open_stocktake
from .counts import CountTold, SurplusTold, enter_lines, record_count, record_counts, record_surplus
from .treatments import TreatmentTold, carry_out, decide_treatment, treat_entry, treat_surplus

__all__ = [
    "CountTold",
    "StocktakeEntry",
    "SurplusTold",
    "TreatmentTold",
    "carry_out",
    "close_stocktake",
    "decide_treatment",
    "enter_lines",
    "open_stocktake",
    "record_count",
    "record_counts",
    "record_surplus",
    "treat_entry",
    "treat_surplus",
]
