"""Batches: a ledger printed place by place in one order, each part a print of its own, handed over as one file."""

from __future__ import annotations

import csv
import io
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select

from fundsys import printing, store
from fundsys.domain.errors import DomainError
from fundsys.domain.print_batches import HandedOver, PlaceBy
from fundsys.models.office import County, Region
from fundsys.queries.ledgers import print_of_form
from fundsys.queries.print_log import logged
from fundsys.reports.ledger import Ledger
from fundsys.reports.press import collected
from fundsys.reports.press.collected import Collection, Piece
from fundsys.reports.registry import ledger as find_ledger
from fundsys.services import prints
from fundsys.services.acts import Repeated

_SPACE = uuid.UUID("5f6e0f0e-7f3c-4b39-9c1f-27d1c7a2b6f4")
OnPart = Callable[[int, int], None]


@dataclass(frozen=True)
class Part:
    """One place of a batch and the filters that give it."""

    name: str
    where: dict[str, str]


@dataclass(frozen=True)
class Batch:
    """What is printed place by place. town: the town whose villages are printed; key: names the batch,
    so that its parts are printed once however often it is taken up."""

    order: printing.Order
    over: PlaceBy
    town: str
    handed_over: HandedOver
    key: str

    @property
    def is_bound(self) -> bool:
        """Whether it becomes one PDF rather than a zip."""
        return self.handed_over is HandedOver.BOUND


@dataclass(frozen=True)
class Outcome:
    """What came of a batch: its file, how many parts it has, the places without rows, the parts that failed and why,
    and how many rows stand in no part because their place is not filled in."""

    file: str
    parts: int
    empty: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]
    left: int


def check(batch: Batch) -> Ledger:
    """Refuse what cannot be printed place by place. Raises NotFound, DomainError."""
    ledger = find_ledger(batch.order.ledger)
    needed, word = ("town", "镇") if batch.over is PlaceBy.TOWNS else ("village", "村")
    if needed not in ledger.places:
        raise DomainError(f"{ledger.code} {ledger.title}不能按{word}分开打印，请换一种台账，或换一种分法", field="over")
    if batch.over is PlaceBy.VILLAGES and not batch.town:
        raise DomainError("按村打印，请先选一个镇", field="town")
    return ledger


def parts(batch: Batch) -> list[Part]:
    """The places of a batch in the order of their codes. Raises DomainError for a town there is none of."""
    with store.snapshot() as session:
        towns = dict(
            session.execute(
                select(Region.name, Region.id).where(Region.level == "town", Region.active).order_by(Region.code)
            ).all()
        )
        if batch.over is PlaceBy.TOWNS:
            return [Part(name, {"town": name}) for name in towns]
        if batch.town not in towns:
            raise DomainError(f"没有“{batch.town}”这个镇，请从列出的镇中选", field="town")
        villages = session.scalars(
            select(Region.name)
            .where(Region.level == "village", Region.active, Region.parent_id == towns[batch.town])
            .order_by(Region.code)
        )
        return [Part(f"{batch.town}{name}", {"town": batch.town, "village": name}) for name in villages]


def run(batch: Batch, on_part: OnPart) -> Outcome:
    """Print every part that has rows, then bind or pack them. A part that fails is named and the others go on.

    Raises: DomainError when nothing could be printed.
    """
    ledger = check(batch)
    places = parts(batch)
    done: list[Piece] = []
    empty: list[str] = []
    failed: list[tuple[str, str]] = []
    for place, part in enumerate(places, 1):
        try:
            piece = _print(batch, part)
        except DomainError as refusal:
            failed.append((part.name, refusal.message))
        else:
            if piece is None:
                empty.append(part.name)
            else:
                done.append(piece)
        on_part(place, len(places) + 1)
    if not done:
        first = f"：{failed[0][0]}，{failed[0][1]}" if failed else "，这些地方都没有记录"
        raise DomainError(f"{ledger.code} 一份也没有印成{first}")
    target = prints.kept_file(f"batch-{batch.key}", ".pdf" if batch.is_bound else ".zip")
    target.parent.mkdir(parents=True, exist_ok=True)
    left = 0 if failed else _left(batch, sum(piece.row_count for piece in done))
    made = Collection(_title(ledger, batch), _said(ledger, done, empty, left), tuple(done), tuple(failed), _is_demo())
    whole = target.with_name(f"{target.name}.part")
    (collected.bind if batch.is_bound else _pack)(made, whole)
    whole.replace(target)
    on_part(len(places) + 1, len(places) + 1)
    return Outcome(target.name, len(done), tuple(empty), tuple(failed), left)


def _title(ledger: Ledger, batch: Batch) -> str:
    return f"{ledger.title}（{f'{batch.town}各村' if batch.over is PlaceBy.VILLAGES else '各镇'}）"


def _is_demo() -> bool:
    with store.snapshot() as session:
        return bool(session.scalar(select(County.is_demo).limit(1)))


def _left(batch: Batch, printed: int) -> int:
    """How many rows of the whole stand in no part: their town or village is not filled in."""
    where = dict(batch.order.where) | ({"town": batch.town} if batch.over is PlaceBy.VILLAGES else {})
    with printing.sheet(replace(batch.order, where=where)) as whole:
        return max(0, whole.count - printed)


def _said(ledger: Ledger, done: list[Piece], empty: list[str], left: int) -> tuple[str, ...]:
    rows = sum(piece.row_count for piece in done)
    said = [f"共 {len(done)} 份，{rows:,} {ledger.counter}。每一份有自己的打印号、核验码和二维码，可以单独核对。"]
    if empty:
        said.append(f"没有记录、不另打印的：{'、'.join(empty)}。")
    if left:
        said.append(f"另有 {left:,} {ledger.counter}没有填明地方，不在各份里，请补填后再印，或另印全部。")
    return tuple(said)


def _print(batch: Batch, part: Part) -> Piece | None:
    """A part printed, or fetched where it was printed before; None when it has no rows."""
    order = replace(batch.order, where=dict(batch.order.where) | part.where)
    form_id = str(uuid.uuid5(_SPACE, f"{batch.key} {part.name}"))
    with store.snapshot() as session:
        number = print_of_form(session, form_id)
    if number is None:
        with printing.sheet(order) as sheet:
            if not sheet.count:
                return None
        target = prints.kept_file(f"part-{form_id}", batch.handed_over.suffix)
        try:
            number = printing.print_ledger(order, target, form_id=form_id).number
        except Repeated as before:
            number = before.answer
        finally:
            target.unlink(missing_ok=True)
    with store.snapshot() as session:
        found = logged(session, number)
    file = printing.press_again(number, batch.handed_over.suffix)
    return Piece(part.name, number, found.check_code, found.kept.row_count, file)


def _pack(made: Collection, target: Path) -> None:
    """The parts as a zip, with a list of contents."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        table = io.StringIO()
        lines = csv.writer(table)
        lines.writerow(("序号", "范围", "打印号", "核验码", "行数", "文件"))
        for place, piece in enumerate(made.pieces, 1):
            name = f"{place:03d}-{piece.name}-{piece.number}{piece.file.suffix}"
            lines.writerow((place, piece.name, piece.number, piece.check_code, piece.row_count, name))
            out.write(piece.file, name)
        for name, why in made.missing:
            lines.writerow(("", name, "没有印成", "", "", why))
        out.writestr("目录.csv", "\ufeff" + table.getvalue())
