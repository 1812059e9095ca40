"""The last 分 of a line, wanted through page, workbook and API at once: given once, and to the last 分."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundsys import store
from fundsys.domain.errors import DomainError
from fundsys.domain.funds import MoneyState
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.imports.intake import check, take_in, viewer_now
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice
from fundsys.models.projects import Project
from fundsys.services import funds
from fundsys.services.acts import act
from fundsys.services.verification import verify
from tests.counties import OfficeClient, client_as, somebody
from tests.figures import Figure
from tests.imports.books import asked, book
from tests.money import approved_notice, make_projects
from tests.storage.crowd import shared_event, together

LINE_FEN, TRY_FEN = 100, 30
HEAD_START = 10.0
"""Seconds the other ways wait at most, should the leading one be stuck."""
WAYS = ("page", "workbook", "api")


def by_page(client: OfficeClient, line: int, project: int) -> bool:
    """Type the amount into the sheet and hand it over."""
    typed = {funds.box(line, project): "0.00003", "action": "submit"}
    answer = client.send(f"/allotments/{line}/allocate", typed, follow_redirects=True)
    assert answer.status_code in (200, 409, 422), answer.status_code
    return answer.status_code == 200


def by_api(client: OfficeClient, line: int, project: int) -> bool:
    """Send it as JSON, handed over in the same act."""
    token = client.token("/people/password")["csrf_token"]
    asked = {"project_id": project, "amount_fen": TRY_FEN, "submit": True}
    answer = client.post(f"/api/allotments/{line}/allocations", json=asked, headers={"X-CSRFToken": token})
    assert answer.status_code in (200, 409, 422), answer.status_code
    return answer.status_code == 200


def by_workbook(read: Any, question: Any, person: int, line: int) -> bool:
    """Store a workbook that has been read, as one's drafts, and hand them over."""
    try:
        with act(by=person, what="导入") as opened:
            take_in(read, question, act=opened)
        with act(by=person, what="提交复核") as opened:
            funds.submit_allocations(line, act=opened)
    except DomainError:
        return False
    return True


def a_workbook(folder: Path, line: int, code: str, number: int) -> Path:
    """A workbook that wants the same as the others."""
    with store.snapshot() as session:
        notice = session.execute(
            select(AllotmentNotice.document_no).join(AllotmentLine).where(AllotmentLine.id == line)
        ).scalar_one()
    row = {"notice_no": notice, "source": "F101", "project_code": code, "amount": "0.00003"}
    return book(folder / f"{line}-{number}.xlsx", "allocations", [row])


def given(line: int) -> int:
    """What a line has given, in 分."""
    with store.snapshot() as session:
        wanted = select(func.sum(Allocation.amount)).where(
            Allocation.line_id == line, Allocation.state == MoneyState.SUBMITTED
        )
        return (session.scalar(wanted) or Money(0)).fen


@pytest.mark.parametrize("crowd", [6, pytest.param(64, marks=pytest.mark.full)])
def test_a_line_is_given_once_whichever_way_it_is_asked_for(
    app: Flask, crowd: int, full: bool, tmp_path: Path, figure: Figure
) -> None:
    rounds = (20 if crowd == 64 else 200) if full else 3
    people = [somebody(Role.FINANCE_ENTRY, login=f"clerk{n}") for n in range(crowd)]
    (project,) = make_projects({"wan": "100"})
    with store.snapshot() as session:
        code = session.scalars(select(Project.code).where(Project.id == project)).one()
    lines = [approved_notice(("F101", "0.0001"))[0] for _ in range(rounds)]
    papers = {
        (line, n): a_workbook(tmp_path, line, code, n)
        for line in lines
        for n in range(crowd)
        if WAYS[n % 3] == "workbook"
    }

    answered = {line: shared_event() for line in lines}

    def clerk(number: int, everybody: Any) -> list[str]:
        way, won = WAYS[number % 3], []
        client = client_as(app, Role.FINANCE_ENTRY, login=f"clerk{number}") if way != "workbook" else None
        for line in lines:
            question = asked("allocations", papers[line, number]) if way == "workbook" else None
            read = check(question, viewer_now(people[number])) if question else None
            everybody.wait()
            first = WAYS[lines.index(line) % 3]
            if way != first:  # each way leads in its turn until one of its own has an answer: they take unequal time
                answered[line].wait(HEAD_START)
            ways: dict[str, Callable[[], bool]] = {
                "page": lambda line=line: by_page(client, line, project),
                "api": lambda line=line: by_api(client, line, project),
                "workbook": lambda line=line, read=read, question=question: by_workbook(
                    read, question, people[number], line
                ),
            }
            if ways[way]():
                won.append(way)
            if way == first:
                answered[line].set()
        return won

    won = Counter(way for each in together(crowd, clerk) for way in each)
    assert sum(won.values()) == rounds * (LINE_FEN // TRY_FEN)
    assert [given(line) for line in lines] == [LINE_FEN // TRY_FEN * TRY_FEN] * rounds
    assert verify().problems == []
    assert set(won) == set(WAYS)
    told = "，".join(f"{word} {won[way]}" for way, word in zip(WAYS, ("页面", "导入", "接口"), strict=True))
    figure("页面、导入、接口混合争用", f"{crowd} 人，{rounds} 轮：给出 {sum(won.values())} 次（{told}），多分 0 轮")
