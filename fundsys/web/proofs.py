"""核对打印件: whether a paper and the record agree, by its QR or by typing its numbers; and the list that needs no network."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from fundsys import store
from fundsys.domain.errors import NotFound
from fundsys.domain.proof_list import plain_number
from fundsys.domain.rights import Permission
from fundsys.queries.drift import last_watch
from fundsys.queries.history import OFFICE_ZONE
from fundsys.queries.ledgers import may_fetch
from fundsys.queries.print_log import Logged, logged, scope_in_words
from fundsys.queries.viewer import Viewer
from fundsys.reports import proving, published
from fundsys.reports.press import offline
from fundsys.reports.proving import Proven, Verdict
from fundsys.reports.registry import ledger as find_ledger
from fundsys.services import prints
from fundsys.web.access import OPEN, allow, me_or_none
from fundsys.web.sheet_files import sent

bp = Blueprint("proofs", __name__)
LONG = 5000
"""Above so many rows a print is not made again for whoever opens its address; the nightly watch has looked at it."""
PATIENCE = 1.0


@contextmanager
def _turn() -> Iterator[bool]:
    """One print is made again at a time, over all processes: the page is open to everybody and must not hold up the office."""
    place = Path(store.settings().instance) / "prints" / ".proving"
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("w") as lock:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > end:
                    yield False
                    return
                time.sleep(0.1)
            else:
                yield True
                return


@bp.route("/prints/")
@allow(OPEN)
def ask() -> Any:
    """Typing the number and the code from a paper, where no phone can scan it."""
    number, code = plain_number(request.args.get("number", "")), request.args.get("c", "").strip()
    if number and code:
        return redirect(url_for(".prove", number=number, c=code))
    missing = "请把打印号和核验码都填上" if number or code else ""
    return render_template("proofs/ask.html", number=number, code=code, said=missing), 422 if missing else 200


@bp.route("/prints/<number>")
@allow(OPEN)
def prove(number: str) -> Any:
    """Whether a paper and the record agree; open to whoever holds the paper. Words that may name people need a right."""
    code = request.args.get("c", "")
    with store.snapshot() as session:
        try:
            record = prints.proven(session, number, code)
        except NotFound as unknown:
            return render_template("proofs/ask.html", number=number, code=code, said=unknown.message), 404
        found = logged(session, record.number)
        who = me_or_none()
        everybody = who is None or not may_fetch(who, found.kept.printed_by)
        proof, said = _proof(session, found, everybody)
        return render_template(
            "proofs/show.html",
            found=found,
            kept=found.kept,
            ledger=find_ledger(found.kept.ledger),
            scope=scope_in_words(session, found.kept, everybody),
            totals=proving.totals_shown(found),
            proof=proof,
            said=said,
            everybody=everybody,
            may_follow=_may_follow(who),
            Verdict=Verdict,
        )


def _may_follow(who: Viewer | None) -> bool:
    return who is not None and who.can(Permission.FIND)


def _proof(session: Session, found: Logged, everybody: bool) -> tuple[Proven | None, str]:
    """The proof; or None, and why there is none on this page."""
    if found.kept.row_count > LONG and everybody:
        return None, _watched(session, found)
    with _turn() as mine:
        if not mine:
            return None, "现在正在核对别的打印件，请过几秒再刷新本页；下面打印时的数字可以先与纸面比对。"
        return proving.proven(session, found, everybody), ""


def _watched(session: Session, found: Logged) -> str:
    watch = last_watch(session)
    told = next((p for p in watch.prints if p.number == found.kept.number), None) if watch else None
    long = f"这一份有 {found.kept.row_count:,} 行，不在这里逐行重算。"
    if told is None or watch is None or watch.at is None:
        return long + "还没有核对过印出以后的变动，请向打印单位查问；下面打印时的数字可以先与纸面比对。"
    at = watch.at.astimezone(OFFICE_ZONE).strftime("%Y-%m-%d %H:%M")
    result = (
        f"数字变动 {told.figures} 行，没有办理记录 {told.tampered} 行"
        if told.figures or told.tampered
        else "没有数字变动"
    )
    return f"{long}上一次核对（{at}）：{result}。"


@bp.route("/ledgers/proofs<any('.txt', '.html'):suffix>")
@allow(Permission.PRINT)
def proof_list(suffix: str) -> Any:
    """The list of all prints that proves papers without a network: as text, or as a page that needs nothing else."""
    with store.snapshot() as session:
        text = published.proof_list(session, datetime.now(OFFICE_ZONE))
    told = text if suffix == ".txt" else offline.page(text)
    return sent(told.encode(), f"打印核验清单{suffix}", "application/octet-stream")  # to be kept, never opened here
