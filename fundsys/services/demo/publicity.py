"""The demo's public notices: most of what is owed was published, some is still owed, and each finding has its case."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from fundsys import store
from fundsys.domain.money import Money, total
from fundsys.domain.publicity import Occasion, PublicLevel, PublicState
from fundsys.domain.rights import Role
from fundsys.models.office import Person
from fundsys.models.projects import Project
from fundsys.models.publicity import PublicNotice, PublicSubject
from fundsys.queries.owed_notices import Owed, owed_to_the_public
from fundsys.services import attachments, dictionaries, publicity
from fundsys.services.acts import Act, act

from .diary import Row, let_numbers_go_on

YEAR = 2024
HOTLINE = "12317、0917-4600001"
_PHOTO = b"\xff\xd8\xff\xe0 demo notice board "
_SHORT, _APART, _SILENT, _DISPUTED = 1, 3, 5, 7
"""Which notice of the list is up too briefly, names another figure, names no hotline, met an objection."""
_PICTURED = 12
"""How many notices have a picture; the last two share one."""


@dataclass(frozen=True)
class _Board:
    """One notice to be: who puts it up, and what it is about."""

    clerk: int
    unit_id: int
    owed: tuple[Owed, ...]


def write_publicity(clerks: dict[int, tuple[int, str]], ids: dict[Role, int], present: datetime) -> None:
    """Publish what had to be public a month ago; leave the rest owed, with a draft, a waiting and a returned text."""
    entry, lead, keeper = ids[Role.FINANCE_ENTRY], ids[Role.LEAD], ids[Role.SYSADMIN]
    with act(by=keeper, what="添加监督电话", at=present) as opened:
        dictionaries.add_entry("hotline", "county", "0917-4600001", act=opened)
    mine = {unit: person for unit, (person, _) in clerks.items() if person != lead}
    boards = list(_boards(mine, entry, present.date()))
    made = _entered(boards, present)
    let_numbers_go_on([PublicNotice.__tablename__])
    with act(by=lead, what="审定公示", subject=f"{len(made)}份公示", at=present) as opened:
        told = {"state": PublicState.APPROVED, "reviewed_by": lead, "reviewed_at": opened.at}
        rows = [{"id": row["id"], "version": 2, **told} for row in made]
        opened.session.execute(update(PublicNotice), rows)
    _results(boards, made, present)
    _under_way(mine, ids[Role.OWNER], lead, present)


def _boards(mine: dict[int, int], entry: int, day: date) -> Iterator[_Board]:
    """What was due a month ago, gathered as offices do: by unit at the county, by town, by village; assets left owed."""
    with store.snapshot() as session:
        owed = owed_to_the_public(session, YEAR)
        owners = dict(session.execute(select(Project.id, Project.owner_unit_id)).all())
        finance = session.scalars(select(Person.unit_id).where(Person.id == entry)).one()
    month_ago = day - timedelta(days=30)
    gathered: dict[tuple[Any, ...], list[Owed]] = defaultdict(list)
    for one in owed:
        if one.due_on is None or one.due_on > month_ago:
            continue
        if one.duty.occasion is Occasion.ALLOCATED:
            gathered[entry, finance, one.key].append(one)
        elif one.duty.occasion in (Occasion.ADMITTED, Occasion.PLANNED, Occasion.COMPLETED):
            unit = owners[one.subject.id]
            if unit in mine:
                batch = one.subject.formed_on if one.duty.occasion is Occasion.COMPLETED else None
                gathered[mine[unit], unit, one.duty.id, one.by, batch].append(one)
    for (clerk, unit, *_), found in sorted(gathered.items(), key=lambda pair: (pair[0][1], str(pair[0]))):
        yield _Board(clerk, unit, tuple(found))


def _entered(boards: list[_Board], present: datetime) -> list[Row]:
    """The notices as their clerks hand them over, one act a clerk."""
    made: list[Row] = []
    for clerk, group in itertools.groupby(boards, key=lambda b: b.clerk):
        rows: list[Row] = []
        about: list[Row] = []
        for board in group:
            number = len(made) + len(rows) + 1
            rows.append(_notice(board, number, present))
            about += [
                {"public_id": number, "table_name": o.duty.occasion.table, "row_id": o.subject.id} for o in board.owed
            ]
        with act(by=clerk, what="登记公示", subject=f"{len(rows)}份公示", at=present) as opened:
            opened.session.execute(insert(PublicNotice), rows)
            opened.session.execute(insert(PublicSubject), about)
        made += rows
    return made


def _notice(board: _Board, number: int, present: datetime) -> Row:
    duty, first = board.owed[0].duty, board.owed[0].subject
    many = len(board.owed) > 1
    amount = total(o.subject.amount for o in board.owed)
    day = (first.formed_on or present.date()) + timedelta(days=3)
    days = 9 if number == _SHORT else 11
    return {
        "id": number,
        "version": 1,
        "number": f"公示〔{present.year}〕{number:05d}号",
        "year": day.year,
        "occasion": duty.occasion,
        "level": duty.level,
        "unit_id": board.unit_id,
        "title": (f"{first.name}等{len(board.owed)}项{duty.label}" if many else f"{first.name}{duty.label}")[:120],
        "content": f"共 {len(board.owed)} 项，逐项内容、金额、实施单位见明细。" if many else first.content,
        "implementing_unit": "见明细" if many else first.implementing_unit,
        "amount": amount + Money.wan("5") if number == _APART else amount,
        "first_on": day,
        "last_on": None if duty.level is PublicLevel.COUNTY and number != _SHORT else day + timedelta(days=days - 1),
        "place": duty.carrier if duty.level is PublicLevel.COUNTY else f"{board.owed[0].by}{duty.carrier[1:]}",
        "hotline": "" if number == _SILENT else HOTLINE,
        "state": PublicState.SUBMITTED,
        "entered_by": board.clerk,
        "submitted_at": present,
    }


def _results(boards: list[_Board], made: list[Row], present: datetime) -> None:
    """What came of them: no objections but one, and pictures of the first dozen."""
    for clerk, group in itertools.groupby(zip(boards, made, strict=True), key=lambda pair: pair[0].clerk):
        over = [row for _, row in group if row["last_on"] and row["last_on"] < present.date()]
        if not over:
            continue
        with act(by=clerk, what="登记公示结果", subject=f"{len(over)}份公示", at=present) as opened:
            rows = [
                {
                    "id": row["id"],
                    "version": 3,
                    "has_objection": row["id"] == _DISPUTED,
                    "objection_handling": "群众询问补助标准，村委会当面答复并出示文件，无其他意见。"
                    if row["id"] == _DISPUTED
                    else "",
                }
                for row in over
            ]
            opened.session.execute(update(PublicNotice), rows)
            for row in over:
                if row["id"] <= _PICTURED:
                    _picture(row["id"], opened)


def _picture(number: int, opened: Act) -> None:
    same = min(number, _PICTURED - 1)
    attachments.keep(_PHOTO + str(same).encode(), f"公示栏{number}.jpg", "public_notice", number, act=opened)


def _under_way(mine: dict[int, int], owner: int, lead: int, present: datetime) -> None:
    """A draft, a text that waits and one that was sent back, of the demo's own owner."""
    with store.snapshot() as session:
        owners = dict(session.execute(select(Project.id, Project.owner_unit_id)).all())
        left = [
            o
            for o in owed_to_the_public(session, YEAR, only=Occasion.COMPLETED)
            if o.published is None and owners[o.subject.id] in mine
        ]
    left.sort(key=lambda o: mine[owners[o.subject.id]] != owner)
    for stage, one in zip(("draft", "submitted", "submitted", "returned"), left, strict=False):
        clerk = mine[owners[one.subject.id]]
        with act(by=clerk, what="登记公示", at=present) as opened:
            made = publicity.draft_public(_text(one, opened.day), act=opened)
            if stage != "draft":
                publicity.submit_public(made.id, act=opened)
            seen = {made.id: made.version}
        if stage == "returned":
            with act(by=lead, what="退回公示", at=present) as opened:
                publicity.return_public(seen, "完工内容没有写工程量，请对照验收表补写", act=opened)


def _text(one: Owed, day: date) -> publicity.PublicEntry:
    return publicity.PublicEntry(
        occasion=one.duty.occasion,
        level=one.duty.level,
        title=f"{one.subject.name}{one.duty.label}"[:120],
        first_on=day,
        last_on=day + timedelta(days=10),
        content=one.subject.content or one.subject.name,
        implementing_unit=one.subject.implementing_unit,
        amount=one.subject.amount,
        place=f"{one.by}{one.duty.carrier[1:]}" if one.duty.level is not PublicLevel.COUNTY else one.duty.carrier,
        hotline=HOTLINE,
        subjects=(one.subject.id,),
    )
