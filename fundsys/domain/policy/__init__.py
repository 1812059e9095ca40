"""Kinds of policy values: code, unit, clause. The values of a year live in a table the county edits."""

from .kinds import BadThreshold, Setting, Threshold, Unit
from .thresholds import Policy

__all__ = ["BadThreshold", "Policy", "Setting", "Threshold", "Unit"]
