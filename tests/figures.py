"""The figures of the proofs: each proof tells one line, and the end of the run prints them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import pytest

KEY = "figure"
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}

Figure = Callable[[str, str], None]
"""figure(name, told): what was proven, and its figures in words."""


def teller(request: pytest.FixtureRequest) -> Figure:
    """Keeps what a proof tells with its result, which finds its way from any test process to the one that reports."""
    call = getattr(request.node, "callspec", None)
    chosen = {str(value) for value in call.params.values()} if call else set()
    database = next((label for kind, label in DATABASES.items() if kind in chosen), "")

    def figure(name: str, told: str) -> None:
        request.node.user_properties.append((KEY, (name, database, told)))

    return figure


def lines(reports: Iterable[pytest.TestReport]) -> list[str]:
    """The lines of the proofs that ran; equal ones are counted, and one whose test failed says so."""
    found: Counter[tuple[str, str, str]] = Counter()
    for report in reports:
        for key, value in report.user_properties:
            if key == KEY and report.when == "call":
                name, database, told = value  # type: ignore[misc]
                found[name, database, told if report.passed else f"没有通过：{told}"] += 1
    return [
        "　".join(part for part in (name, database, told + (f"（{count} 项）" if count > 1 else "")) if part)
        for (name, database, told), count in sorted(found.items())
    ]
