"""The records as they were at the end of a day, read inside an act: the present where nothing happened since, else the journal's past."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy.orm import Session

from fundsys.domain.errors import DomainError
from fundsys.queries.facts import county_today
from fundsys.queries.past import last_seq, past
from fundsys.services.acts import Act


@contextmanager
def as_at(act: Act, day: date) -> Iterator[tuple[Session, int]]:
    """What was known at the end of a day, and the sequence of the last act that made it.

    Raises: DomainError for a day to come, or one before the first record.
    """
    if day > max(act.day, county_today(act.session)):
        raise DomainError("登记簿日期不能晚于今天", field="register_on")
    seq = last_seq(act.session, day)
    if not seq:
        raise DomainError("这一天还没有任何记录，请改登记簿日期", field="register_on")
    if seq == act.seq - 1:
        yield act.session, seq
        return
    with past(day) as then:
        yield then, seq
