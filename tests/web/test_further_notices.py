"""Further notices on the page: what adds to or takes from an earlier one, and the scans kept with a notice."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.models.funds import AllotmentNotice
from tests.counties import OfficeClient
from tests.money import approved_notice, source_id
from tests.pages import Page, words

Clients = Callable[..., OfficeClient]


def page(answer: Any) -> Page:
    """The page of an answer."""
    assert answer.status_code == 200, answer.get_data(as_text=True)[:3000]
    return Page(answer.get_data(as_text=True))


def boxes(read: Page) -> dict[str, str]:
    """Every box of the page with its text, as a browser would post it."""
    return {name: text for name, text in read.values().items() if name not in ("q", "kind", "add", "chosen")}


def test_a_reduction_is_registered_on_the_page_with_its_codes_and_scan(client_as: Clients) -> None:
    (line,) = approved_notice(("F101", "100"))
    clerk = client_as(Role.FINANCE_ENTRY)
    with store.snapshot() as session:
        number = session.scalars(select(AllotmentNotice.document_no)).one()
    read = page(clerk.get("/notices/new"))
    typed = boxes(read) | {
        "document_no": "宝市财办农〔2024〕77号",
        "title": "关于核减2024年衔接资金的通知",
        "year": "2024",
        "batch": "1",
        "kind": "reduction",
        "amends_no": number,
        "issued_on": "2024-10-25",
        "received_on": "2024-10-28",
        "stated_total": "30",
        "lines-1-source": str(source_id("F101")),
        "lines-1-amount": "30",
        "lines-1-function_code": "2130505",
        "lines-1-economic_code": "50302",
        "lines-1-budget_no": "610327240001",
        "lines-1-is_direct": "y",
        "action": "submit",
    }
    shown = page(clerk.post("/notices/new", data=typed, follow_redirects=True))
    told = words(shown.one("main"))
    for part in ("核减", "直达", "经济 50302", "编号 610327240001", "-30.00"):
        assert part in told, part
    assert "后续追加和核减" in words(page(clerk.get("/notices/1")).one("main"))
    assert "下达减核减和退回 30.00" in words(page(clerk.get("/notices/1")).one("main"))
    form = page(clerk.get("/notices/2"))
    scan = boxes(form) | {"papers": (io.BytesIO(b"%PDF-1.4 scan"), "核减.pdf")}
    kept = page(clerk.post("/notices/2/papers", data=scan, follow_redirects=True))
    assert "核减.pdf" in words(kept.one("main"))
    link = next(a for a in kept.all("a") if words(a) == "核减.pdf").attrib["href"]
    assert clerk.get(link).data == b"%PDF-1.4 scan"
    assert clerk.get(link.replace("/notices/2/", "/notices/1/")).status_code == 404


def test_a_file_that_is_no_paper_is_refused_in_words(client_as: Clients) -> None:
    approved_notice(("F101", "100"))
    clerk = client_as(Role.FINANCE_ENTRY)
    form = page(clerk.get("/notices/1"))
    sent = boxes(form) | {"papers": (io.BytesIO(b"MZ not a scan"), "程序.pdf")}
    assert "不是照片或 PDF" in words(
        page(clerk.post("/notices/1/papers", data=sent, follow_redirects=True)).one("main")
    )
