"""A finding as the contract of `fundsys check --json` and the API write it."""

from __future__ import annotations

from typing import Any

from .money import Money
from .rules.base import Amount, Finding


def to_json(finding: Finding) -> dict[str, Any]:
    """The finding as the contract of `fundsys check --json` writes it. Source: design.md section 4."""
    return {
        "rule": finding.rule,
        "aliases": list(finding.aliases),
        "scope": finding.scope,
        "title": finding.title,
        "clause": finding.clause,
        "severity": finding.severity.code,
        "outcome": finding.outcome.code,
        "unit": finding.unit.value,
        "measured": finding.measured_exact,
        "required": finding.required,
        "numerator_fen": _fen(finding.numerator),
        "denominator_fen": _fen(finding.denominator),
        "distance_fen": _fen(finding.distance),
        "numerator": _number(finding.numerator),
        "denominator": _number(finding.denominator),
        "distance": _number(finding.distance),
        "direction": finding.direction.value,
        "basis": finding.basis,
        "rows": [
            {
                "table": row.table,
                "id": row.id,
                "label": row.label,
                "amount_fen": _fen(row.amount),
                "in_numerator": row.in_numerator,
                "in_denominator": row.in_denominator,
                "note": row.note,
            }
            for row in finding.rows
        ],
        "left_out": [
            {
                "label": left.label,
                "why": left.why,
                "table": left.table,
                "id": left.id,
                "amount_fen": _fen(left.amount),
            }
            for left in finding.left_out
        ],
        "message": finding.message,
    }


def _fen(amount: Amount | None) -> int | None:
    return amount.fen if isinstance(amount, Money) else None


def _number(amount: Amount | None) -> int | None:
    return amount if isinstance(amount, int) else None
