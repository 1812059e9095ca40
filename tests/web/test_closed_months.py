"""One closed month, asked by page, import and API alike: the same kind sentence, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.models.funds import Allocation
from fundsys.models.projects import Project
from fundsys.services.acts import act
from fundsys.services.funds import periods
from tests.counties import OfficeClient
from tests.imports.books import book, faults
from tests.money import approved_notice, entry_clerk, make_projects, reviewer
from tests.pages import Page

pytestmark = pytest.mark.usefixtures("app")
SENTENCE = "2024-03-20的账已在2024年3月结账，不能再登记或改动"
NUMBER = "陕财办农〔2024〕12号"


def a_closed_march() -> tuple[int, int, str]:
    """A line of a March notice, a project and its code; March is closed."""
    (line,) = approved_notice(
        ("F101", "100"), document_no=NUMBER, issued_on=date(2024, 3, 1), received_on=date(2024, 3, 5)
    )
    (project,) = make_projects({})
    with act(by=entry_clerk(), what="提交结账") as opened:
        handed = periods.hand_over(2024, 3, act=opened)
    with act(by=reviewer(), what="结账") as opened:
        periods.close(handed.id, version=handed.version, digest=handed.figures_digest, act=opened)
    with store.snapshot() as session:
        return line, project, session.get_one(Project, project).code


def test_page_import_and_api_refuse_a_day_of_a_closed_month_in_the_same_words(
    client_as: Callable[..., OfficeClient], tmp_path: Path
) -> None:
    line, project, code = a_closed_march()
    clerk = client_as(Role.FINANCE_ENTRY)
    told = {f"amount-{line}-{project}": "10", "decided_on": "2024-03-20", "action": "save"}
    page = clerk.send(f"/allotments/{line}/allocate", told)
    assert page.status_code == 422
    assert any(SENTENCE in line for line in Page(page.get_data(as_text=True)).complaints())
    row = {
        "notice_no": NUMBER,
        "source": "F101",
        "project_code": code,
        "amount": 10,
        "decided_on": "2024-03-20",
        "document_no": "陇财农〔2024〕3号",
    }
    sheet = book(tmp_path / "a.xlsx", "allocations", [row])
    assert any(SENTENCE in fault for fault in faults("allocations", sheet, entry_clerk()))
    answer = clerk.post(
        f"/api/allotments/{line}/allocations",
        json={"project_id": project, "amount_fen": 100_000, "decided_on": "2024-03-20"},
        headers={"X-CSRFToken": clerk.token("/people/password")["csrf_token"]},
    )
    assert answer.status_code == 422 and answer.get_json()["error"]["message"].startswith(SENTENCE)
    with store.snapshot() as session:
        assert session.scalar(select(func.count()).select_from(Allocation)) == 0
