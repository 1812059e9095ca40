"""What is done about a project's construction beside its progress: tender, extensions of time, acceptance, settlement, end of claims."""

from .acceptance import confirm_acceptance, record_acceptance, return_acceptance
from .extensions import approve_extension, ask_extension, return_extension, withdraw_extension
from .settlement import close_claims, confirm_settlement, record_settlement, return_settlement
from .tenders import TenderEntry, record_tender

__all__ = [
    "TenderEntry",
    "approve_extension",
    "ask_extension",
    "close_claims",
    "confirm_acceptance",
    "confirm_settlement",
    "record_acceptance",
    "record_settlement",
    "record_tender",
    "return_acceptance",
    "return_extension",
    "return_settlement",
    "withdraw_extension",
]
