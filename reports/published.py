"""The published list of prints, made of the log: every print there is, each locked with its own code."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from fundsys.domain import proof_list as domain
from fundsys.queries.print_log import all_prints, list_head

from .proving import entry


def proof_list(session: Session, now: datetime) -> str:
    """The list as a file. now: the instant at the office."""
    county, head = list_head(session)
    entries = ((entry(session, one), one.check_code) for one in all_prints(session))
    return domain.write(county, now.strftime("%Y-%m-%d %H:%M"), head, entries)
