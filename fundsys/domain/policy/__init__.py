"""Kinds of policy values: code, unit, clause. The values of a year live in a table the county edits."""

from .kinds import BadThreshold, Setting, Threshold, Unit
from .thresholds import NO_PAPER_YET, Policy

__all__ = ["NO_PAPER_YET", "BadThreshold", "Policy", "Setting", "Threshold", "Unit"]
