"""The answer of `fundsys check --json` and of the API: one shape for both. Source: design.md section 4."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from fundsys.domain.errors import NotFound
from fundsys.domain.finding_json import to_json
from fundsys.domain.rules.base import Finding, Rule, all_rules, rule_called
from fundsys.queries.findings import Checked

_JUDGED = ("outcome", "measured", "numerator_fen", "denominator_fen", "distance_fen", "numerator", "denominator")


def rules_named(names: Iterable[str]) -> list[Rule]:
    """The rules of these codes or aliases, each once, in the order of the policy page; all when none are named.

    Raises: NotFound naming the first that is no rule, with those there are.
    """
    wanted = []
    for name in names:
        found = rule_called(name)
        if found is None:
            raise NotFound(f"没有规则“{name}”，现有规则：{'、'.join(r.code for r in all_rules())}")
        wanted.append(found.code)
    return [r for r in all_rules() if not wanted or r.code in wanted]


def check_json(year: int, as_at: date, until: date | None, found: Sequence[Checked]) -> dict[str, Any]:
    """The document: each finding on approved money, with the judged figures of approved and submitted beside it."""
    return {
        "year": year,
        "as_at": as_at.isoformat(),
        "until": until.isoformat() if until else None,
        "results": [to_json(c.approved) | {"with_submitted": _figures(c.reserved)} for c in found],
    }


def _figures(finding: Finding) -> dict[str, Any]:
    told = to_json(finding)
    return {key: told[key] for key in (*_JUDGED, "distance", "direction", "message")}
