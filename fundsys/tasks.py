"""What each kind of job does; each runs with the rights of the person who asked, looked up again when it runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from fundsys import batches, packages, printing, store
from fundsys.domain.errors import NotAllowed
from fundsys.domain.print_batches import HandedOver, PlaceBy
from fundsys.domain.rights import Permission
from fundsys.imports import intake
from fundsys.imports.kinds.registry import kind_of
from fundsys.queries.drift import WATCH
from fundsys.queries.ledgers import kept_print, kept_prints, print_of_form
from fundsys.queries.print_jobs import BATCH, PACKAGE
from fundsys.queries.viewer import Viewer, require, viewer
from fundsys.reports import drift
from fundsys.services import incoming, prints
from fundsys.services.acts import Repeated, act
from fundsys.services.jobs import work


def person(person_id: int | None, permission: Permission) -> Viewer | None:
    """The person who asked, if they still may. Raises NotAllowed."""
    if person_id is None:
        return None
    with store.snapshot() as session:
        who = viewer(session, person_id)
    if who is None:
        raise NotAllowed("交办人的账号已不存在")
    require(who, permission)
    return who


@work("print")
def print_ledger(parameters: dict[str, Any], asked_by: int | None, progress: Callable[[int, int], None]) -> str:
    """Print a ledger; the result is the print number with the suffix of its file."""
    who = person(asked_by, Permission.PRINT)
    suffix, form_id = parameters["suffix"], parameters.get("form_id")
    with store.snapshot() as session:
        before = print_of_form(session, form_id) if form_id else None
    if before:  # printed, and the process ended before it could say so
        return f"{before}{suffix}"
    target = prints.kept_file(f"job-{form_id or 'x'}", suffix)
    record = printing.print_ledger(order_told(parameters, who), target, form_id=form_id, on_page=progress)
    target.unlink(missing_ok=True)
    return f"{record.number}{suffix}"


def order_told(parameters: dict[str, Any], who: Viewer | None) -> printing.Order:
    """The order a job was asked with."""
    as_at, until = (date.fromisoformat(parameters[day]) if parameters.get(day) else None for day in ("as_at", "until"))
    told = {key: parameters[key] for key in ("ledger", "year", "where", "public", "base_url")}
    return printing.Order(**told, as_at=as_at, until=until, who=who)


@work(BATCH)
def print_batch(parameters: dict[str, Any], asked_by: int | None, progress: Callable[[int, int], None]) -> str:
    """Print a ledger place by place; the result says the file, the parts, the places without rows and what failed."""
    order = order_told(parameters, person(asked_by, Permission.PRINT))
    how = HandedOver(parameters["handed_over"])
    batch = batches.Batch(order, PlaceBy(parameters["over"]), parameters["town"], how, parameters["form_id"])
    outcome = batches.run(batch, progress)
    return json.dumps(asdict(outcome), ensure_ascii=False)


@work(PACKAGE)
def pack_prints(parameters: dict[str, Any], asked_by: int | None, progress: Callable[[int, int], None]) -> str:
    """Pack a print, or the ledgers of a year, with a manifest; the result says the file and what was left out."""
    who = person(asked_by, Permission.PRINT)
    key, number = parameters["form_id"], parameters.get("number")
    left_out: list[tuple[str, str]] = []
    if number:
        with store.snapshot() as session:
            numbers = [kept_print(session, who, number).number]
    else:
        numbers, left_out = packages.print_year(parameters["year"], who, key, progress)
    before = 0 if number else len(numbers) + len(left_out)
    target = prints.kept_file(f"package-{key}", ".zip")
    packages.write(numbers, target, lambda done, total: progress(before + done, before + total), left_out)
    return json.dumps({"file": target.name, "parts": len(numbers), "empty": [], "failed": left_out}, ensure_ascii=False)


@work(WATCH)
def watch_prints(parameters: dict[str, Any], asked_by: int | None, progress: Callable[[int, int], None]) -> str:
    """Look whether what was printed has changed since; the result is a line for each print: number and rows by kind."""
    person(asked_by, Permission.FIND)
    with store.snapshot() as session:
        prints_kept = list(drift.watched(kept_prints(session)))
    found = []
    for place, one in enumerate(prints_kept):
        with store.snapshot() as session:
            told = drift.drift(session, one)
        found.append((one.number, told.figures, len(told.rows) - told.figures, told.tampered))
        progress(place + 1, len(prints_kept))
    return json.dumps(found)


@work("import")
def take_workbook_in(parameters: dict[str, Any], asked_by: int | None, progress: Callable[[int, int], None]) -> str:
    """Store an uploaded workbook, all of it or none; the result says what it changed."""
    book = incoming.find(parameters["token"], parameters["kind"], asked_by)
    kind = kind_of(book.kind)
    asked = intake.Asked(book.kind, book.path, book.name, book.sheet, book.unit, book.given)
    try:
        found = intake.check(asked, person(asked_by, kind.permission), progress=progress)
        with act(by=asked_by, what=f"导入{kind.label}", form_id=parameters["form_id"]) as opened:
            intake.take_in(found, asked, act=opened)
        plan = found.plan
        told = f"新增 {plan.added} 条，改动 {plan.changed} 条，未变 {plan.same} 条" if plan else ""
    except Repeated as before:
        told = before.answer
    incoming.remove(book)
    return f"已导入{kind.label}：{told}"
