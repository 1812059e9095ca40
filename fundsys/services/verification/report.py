"""What a verification found: problems with the record they are about, notes, and what was counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from fundsys.domain.record_words import table_name

MOST_OF_A_KIND = 100


@dataclass(frozen=True)
class Problem:
    """Something broken. id, label: the record it is about (None and "" when it is about no single one)."""

    check: str
    table: str
    id: int | None
    label: str
    message: str


@dataclass
class Report:
    """The outcome of a verification. It is clean when there are no problems; notes break nothing."""

    checked: dict[str, int] = field(default_factory=dict)
    head_seq: int = 0
    head_digest: str = ""
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is broken."""
        return not self.problems


@dataclass
class Check:
    """A verification at work: the session it reads, the county, the report it writes."""

    session: Session
    county: str
    report: Report
    kinds: Counter[str] = field(default_factory=Counter)

    def found(self, check: str, table: str, row_id: int | None, message: str, label: str = "") -> None:
        """Report a broken record. message: what is wrong with it, to follow its name."""
        name = f"{table_name(table)}{f'“{label}”' if label else ''}{f'（编号 {row_id}）' if row_id is not None else ''}"
        self._add(Problem(check, table, row_id, label, f"{name}{message}"))

    def broken(self, check: str, message: str) -> None:
        """Report something broken that is no single record."""
        self._add(Problem(check, "", None, "", message))

    def _add(self, problem: Problem) -> None:
        self.kinds[problem.check] += 1
        if self.kinds[problem.check] <= MOST_OF_A_KIND:
            self.report.problems.append(problem)

    def enough(self, check: str) -> bool:
        """Whether enough was reported of one kind to stop looking for more of it."""
        return self.kinds[check] >= MOST_OF_A_KIND

    def count(self, what: str, number: int) -> None:
        """Say how many of something were looked at."""
        self.report.checked[what] = self.report.checked.get(what, 0) + number

    def note(self, text: str) -> None:
        """Say something that is worth knowing and breaks nothing."""
        self.report.notes.append(text)
