"""The checkpoints of a year's spending, from the county's dictionary."""

from __future__ import annotations

import json
from calendar import monthrange
from datetime import date
from fractions import Fraction

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from fundsys.domain.spending import Checkpoint
from fundsys.models.office import DictionaryEntry
from fundsys.queries.plain_rows import built_once, plain_rows


def checkpoints_of(session: Session, year: int) -> tuple[Checkpoint, ...]:
    """The checkpoints of a year in order, as the county's dictionary has them now."""
    found = [
        Checkpoint(
            date(year, int(code[:2]), min(int(code[3:5]), monthrange(year, int(code[:2]))[1])),
            Fraction(str(json.loads(facts)["min_rate"])),
        )
        for code, facts in plain_rows(session, _checkpoints())
    ]
    return tuple(sorted(found, key=lambda c: c.on))


@built_once
def _checkpoints() -> Select[str, str]:
    e = DictionaryEntry
    return select(e.code, e.facts).where(e.kind == "checkpoint", e.active)
