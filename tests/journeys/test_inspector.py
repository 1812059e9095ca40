"""The inspector's journey: filter the register, read a card with its history, print, prove the paper, change nothing."""

from __future__ import annotations

import io
import re

from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from fundsys.domain.rights import Role
from tests.journeys.office import PHONE, SCREEN, Office, Somebody, rows_of, somebody

TOWN, CLASS, YEARS = "城关镇", "公益性", "2019-2024"
PAST_DAY = "2024-06-30"


def test_an_inspector_filters_reads_prints_and_proves_the_register(chromium: Browser, office: Office) -> None:
    with somebody(chromium, office, **SCREEN) as inspector:
        inspector.sign_in_as(Role.INSPECTOR)
        codes, cost = filter_the_register(inspector)
        read_a_card(inspector)
        text = print_the_filter(inspector)
        assert_the_paper_holds(text, codes, cost)
        address = proof_address(inspector, text)
        print_as_at_a_past_day(inspector, len(codes))
        nothing_can_be_changed(inspector)
    with somebody(chromium, office, **PHONE) as stranger:
        prove_without_signing_in(stranger, address, len(codes))


def filter_the_register(inspector: Somebody) -> tuple[list[str], str]:
    """Filter by town, class and years; answers the codes shown and the sum of the original cost at the foot."""
    page = inspector.page
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="资产登记").click()
    page.get_by_label("镇", exact=True).select_option(label=TOWN)
    page.get_by_label("类别", exact=True).select_option(label=CLASS)
    page.get_by_label("形成年度").fill(YEARS)
    page.get_by_role("button", name="查询").click()
    head, *rows, foot = rows_of(page, "资产登记")
    assert rows, "筛选结果是空的"
    for row in rows:
        told = dict(zip(head, row, strict=True))
        assert told["镇"] == TOWN and told["类别"] == CLASS and 2019 <= int(told["年度"]) <= 2024, told
    assert foot[0] == f"筛选结果 {len(rows)} 项"
    return [row[0] for row in rows], foot[1]


def read_a_card(inspector: Somebody) -> None:
    """One asset on one page, with what happened to it; back to the same filter."""
    page = inspector.page
    link = page.get_by_role("table", name="资产登记").locator("th[scope=row] a").first
    name = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_role("heading", name="经过")).to_be_visible()
    told = page.locator("aside.fs-stack").inner_text()
    assert re.search(r"[1-9]\d* 次改动", told) and re.search(r"20\d\d-\d\d-\d\d", told), told
    plate = page.get_by_alt_text("资产标牌")
    expect(plate).to_have_js_property("complete", True)
    assert plate.evaluate("image => image.naturalWidth") > 0
    page.go_back()


def print_the_filter(inspector: Somebody) -> str:
    """From the filtered register to paper; answers the text of the PDF."""
    page = inspector.page
    page.get_by_role("link", name="打印台账").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("帮扶项目资产登记台账")
    return pdf_text(inspector)


def pdf_text(inspector: Somebody) -> str:
    """Press the button, take the file that is answered; its text without blanks."""
    page = inspector.page
    with page.expect_response(re.compile(r"/ledgers/prints/.*\.pdf$")) as answered:
        page.get_by_role("button", name="打印 PDF").click()
    paper = inspector.desk.context.request.get(answered.value.url)
    assert paper.ok and paper.headers["content-type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(paper.body())).pages
    return "".join("".join(one.extract_text().split()) for one in pages)


def assert_the_paper_holds(text: str, codes: list[str], cost: str) -> None:
    """Every row of the screen, and under 合计 the sum of the screen."""
    for code in codes:
        assert code in text, code
    assert f"合计（{len(codes)}项）" in text
    assert cost in text[text.index(f"合计（{len(codes)}项）") :]


def proof_address(inspector: Somebody, text: str) -> str:
    """The address of the QR, from the print number and the code beside it."""
    number, code = re.search(r"打印号(LG05-\d{4}-\d{6})核验码([0-9A-F-]{14})", text).groups()  # type: ignore[union-attr]
    inspector.go("/ledgers/")
    listed = inspector.page.get_by_role("link", name=number).get_attribute("href")
    assert listed == f"/prints/{number}?c={code}"
    return listed


def print_as_at_a_past_day(inspector: Somebody, now: int) -> None:
    """The register as the system knew it at the end of a past day: the day stands on the paper, later assets do not."""
    page = inspector.page
    inspector.go(f"/ledgers/LG05?town={TOWN}&class=PUB&year={YEARS}")
    page.get_by_label("按当日记录").fill(PAST_DAY)
    page.get_by_role("button", name="查询").click()
    told = int(re.search(r"共 (\d+) 项", page.locator(".fs-title").inner_text())[1])  # type: ignore[index]
    assert 0 <= told < now
    text = pdf_text(inspector)
    assert "按系统2024年6月30日终了时的记录" in text
    assert told == 0 or f"合计（{told}项）" in text


def nothing_can_be_changed(inspector: Somebody) -> None:
    """No page offers an entry, and the acts themselves are refused."""
    page = inspector.page
    for path in ("/", "/notices", "/notices/1", "/allocations", "/projects/", "/projects/1", "/assets/", "/assets/1"):
        assert inspector.go(path).status == 200, path
        offered = page.locator("main form[method=post]").count()
        assert offered == 0, path
        for word in ("登记指标文", "分配到项目", "填报进度", "红字冲销", "修改"):
            assert page.get_by_role("link", name=word, exact=True).count() == 0, (path, word)
    token = page.locator("input[name=csrf_token]").first.get_attribute("value") or ""
    for path in ("/notices/new", "/notices/1/edit", "/allotments/1/allocate", "/projects/1/progress", "/people/new"):
        answer = inspector.desk.context.request.post(
            inspector.office.url + path,
            form={"csrf_token": token, "action": "submit"},
            headers={"Referer": inspector.office.url + "/"},
        )
        assert answer.status == 403, path


def prove_without_signing_in(stranger: Somebody, address: str, count: int) -> None:
    """Whoever holds the paper may ask whether it is genuine, and learns figures, no names; a wrong code proves nothing."""
    assert stranger.go(address).status == 200
    told = stranger.page.locator("main").inner_text()
    assert "有这次打印的记录" in told
    assert re.search(rf"行数\s+{count}\b", told)
    wrong = stranger.go(address[:-1] + ("0" if address[-1] != "0" else "1"))
    assert wrong.status == 404
    refused = stranger.page.locator("main").inner_text()
    assert "没有核上" in refused and "行数" not in refused
    stranger.page.get_by_label("核验码").fill(address.rsplit("=", 1)[1].lower())  # as typed from the paper
    stranger.page.get_by_role("button", name="核对").click()
    expect(stranger.page.locator("main")).to_contain_text("有这次打印的记录")
