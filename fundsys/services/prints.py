"""The record of a print: number, parameters, digest and totals, so that the paper can be proven and made again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundsys.domain.errors import NotFound, Unavailable
from fundsys.domain.money import Money
from fundsys.domain.proof_list import plain_code, plain_number
from fundsys.domain.rights import Permission
from fundsys.models.journal import Act as ActRow
from fundsys.models.papers import PrintRecord
from fundsys.queries.kept_files import kept_file as kept_file
from fundsys.queries.viewer import require, viewer_of
from fundsys.services.acts import Act


@dataclass(frozen=True)
class Finished:
    """A finished print, as the press hands it over. totals: key → Money or number.

    head: number and digest of the last act its rows were read after; None takes the last act there is.
    """

    number: str
    check_code: str
    ledger: str
    parameters: dict[str, Any]
    row_count: int
    row_digest: str
    totals: dict[str, Any]
    is_public_copy: bool
    file: Path
    head: tuple[int, str] | None = None


class NumberTaken(Unavailable):
    """Another print was recorded under this number after it was painted."""


_OWN_PAPERS = {"PF34": Permission.PATROL}
"""Papers that people print of their own duties who print nothing else: the right that is enough for each."""


def next_number(session: Session, ledger: str, year: int) -> str:
    """The next print number of a ledger in a year: LG05-2024-000317."""
    prefix = f"{ledger}-{year}-"
    last = session.scalar(select(func.max(PrintRecord.number)).where(PrintRecord.number.like(f"{prefix}%")))
    return f"{prefix}{int(last.rsplit('-', 1)[1]) + 1 if last else 1:06d}"


def record_print(made: Finished, *, act: Act) -> PrintRecord:
    """Record a finished print. Raises NumberTaken when another print got its number in between: press it again."""
    who = viewer_of(act.person) if act.person else None
    require(
        who,
        _OWN_PAPERS.get(made.ledger, Permission.PRINT) if who and not who.can(Permission.PRINT) else Permission.PRINT,
    )
    if next_number(act.session, made.ledger, int(made.number.split("-")[1])) != made.number:
        raise NumberTaken("打印号刚被别的打印占用，请再打印一次")
    newest = select(ActRow.seq, ActRow.digest).order_by(ActRow.seq.desc()).limit(1)
    head = made.head or act.session.execute(newest).first()
    act.subject = made.number
    record = PrintRecord(
        number=made.number,
        ledger=made.ledger,
        parameters=json.dumps(made.parameters, ensure_ascii=False, sort_keys=True),
        row_count=made.row_count,
        row_digest=made.row_digest,
        totals=json.dumps({k: _plain(v) for k, v in made.totals.items()}, sort_keys=True),
        check_code=made.check_code,
        journal_seq=head[0] if head else 0,
        journal_digest=head[1] if head else "",
        printed_by=act.person_id,
        printed_at=act.at,
        is_public_copy=made.is_public_copy,
    )
    act.session.add(record)
    act.session.flush()
    return record


def recorded(session: Session, number: str) -> PrintRecord:
    """The record of a print, whoever made it. Raises NotFound."""
    found = session.scalars(select(PrintRecord).where(PrintRecord.number == plain_number(number))).one_or_none()
    if found is None:
        raise NotFound(f"没有打印号“{number.strip()}”，请核对号码")
    return found


def proven(session: Session, number: str, code: str) -> PrintRecord:
    """The print with this number and verification code. Raises NotFound when either is wrong: both look the same."""
    found = session.scalars(select(PrintRecord).where(PrintRecord.number == plain_number(number))).one_or_none()
    if found is None or plain_code(found.check_code) != plain_code(code):
        raise NotFound("没有这个打印号和核验码对应的打印记录，请核对纸上的号码")
    return found


def _plain(total: Any) -> Any:
    """A sum as it is kept: money in 分, a quantity with its digits as text, a number as it is."""
    return total.fen if isinstance(total, Money) else format(total, "f") if isinstance(total, Decimal) else total
