"""The checkpoints of a year's spending, from the county's dictionary."""

from __future__ import annotations

import json
from calendar import monthrange
from datetime import date
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys.domain.spending import Checkpoint
from fundsys.models.office import DictionaryEntry


def checkpoints_of(session: Session, year: int) -> tuple[Checkpoint, ...]:
    """The checkpoints of a year in order, as the county's dictionary has them now."""
    rows = session.execute(
        select(DictionaryEntry.code, DictionaryEntry.facts).where(
            DictionaryEntry.kind == "checkpoint", DictionaryEntry.active
        )
    )
    found = [
        Checkpoint(
            date(year, int(code[:2]), min(int(code[3:5]), monthrange(year, int(code[:2]))[1])),
            Fraction(str(json.loads(facts)["min_rate"])),
        )
        for code, facts in rows
    ]
    return tuple(sorted(found, key=lambda c: c.on))
