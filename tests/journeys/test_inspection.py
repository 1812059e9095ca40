"""The inspection's journey: a village register printed, twelve assets sampled, two problems found, put right and closed."""

from __future__ import annotations

import io
import re

from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from fundsys.domain.rights import Role
from tests.journeys.office import SCREEN, Office, Somebody, rows_of, somebody

TOWN_UNIT = "八渡镇人民政府"
WORDS = ("现场没有资产标识牌", "台账登记的数量与实物不符")


def test_an_inspector_samples_twelve_assets_and_two_problems_are_put_right_and_closed(
    chromium: Browser, office: Office
) -> None:
    with somebody(chromium, office, **SCREEN) as inspector:
        inspector.sign_in_as(Role.INSPECTOR)
        print_a_village_register(inspector)
        sample = draw_twelve(inspector)
        problems = [make_a_problem(inspector, sample, place, words) for place, words in enumerate(WORDS)]
        prove(inspector, sample)
        with somebody(chromium, office, **SCREEN) as town:
            town.sign_in_as(Role.TOWN)
            for address in problems:
                put_right(town, address)
        for address in problems:
            close(inspector, address)
        inspector.go(sample)
        expect(inspector.page.locator(".fs-lead").first).to_contain_text("已查看 2 条，有问题 2 条")


def print_a_village_register(inspector: Somebody) -> None:
    """The register of one village on paper: as many rows as on the screen."""
    page = inspector.page
    inspector.go("/ledgers/LG05?town=八渡镇&village=大力村")
    told = int(re.search(r"共 (\d+) 项", page.locator(".fs-title").inner_text())[1])  # type: ignore[index]
    assert told > 0
    with page.expect_response(re.compile(r"/ledgers/prints/.*\.pdf$")) as answered:
        page.get_by_role("button", name="打印 PDF").click()
    paper = inspector.desk.context.request.get(answered.value.url)
    text = "".join("".join(one.extract_text().split()) for one in PdfReader(io.BytesIO(paper.body())).pages)
    assert f"合计（{told}项）" in text and "村大力村" in text


def draw_twelve(inspector: Somebody) -> str:
    """Draw a sample of twelve; the address of its page."""
    page = inspector.page
    inspector.go("/")
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="抽样检查").click()
    page.get_by_role("link", name="抽资产").click()
    page.get_by_label("抽样事由").fill("督查抽查")
    page.get_by_label("抽取条数").fill("12")
    page.get_by_label("简单随机").check()
    page.get_by_label("随机种子").fill("9527")
    page.get_by_role("button", name="抽取").click()
    page.wait_for_url(re.compile(r"/samples/\d+$"))
    _, *rows = rows_of(page, "抽出的记录")
    assert len(rows) == 12 and len({row[1] for row in rows}) == 12
    return page.url.removeprefix(inspector.office.url)


def make_a_problem(inspector: Somebody, sample: str, place: int, words: str) -> str:
    """Look at a record and make a problem of it; the address of the problem."""
    page = inspector.page
    inspector.go(sample)
    page.get_by_role("table", name="抽出的记录").get_by_role("link", name="查看", exact=True).first.click()
    page.get_by_label("有问题", exact=True).check()
    page.get_by_label("查看情况").fill(words)
    page.get_by_label("登记为问题，由责任单位整改").check()
    page.get_by_label("问题来源").select_option(label="审计发现")
    page.get_by_label("整改责任单位").select_option(label=TOWN_UNIT)
    page.get_by_label("整改期限").fill("2024-12-18")
    page.get_by_role("button", name="登记").click()
    page.wait_for_url(re.compile(r"/samples/\d+$"))
    links = page.get_by_role("table", name="抽出的记录").get_by_role("link", name=re.compile(r"^问题 \d+$"))
    assert links.count() == place + 1
    found = {links.nth(n).get_attribute("href") or "" for n in range(links.count())}
    return max(found, key=lambda address: int(address.rsplit("/", 1)[1]))


def prove(inspector: Somebody, sample: str) -> None:
    """Drawn again from the journal it comes out the same."""
    inspector.go(sample)
    inspector.page.get_by_role("link", name="重抽核对").click()
    expect(inspector.page.locator("main")).to_contain_text("范围和抽出的记录都与当时一致")


def put_right(town: Somebody, address: str) -> None:
    """The town tells what it did, with a paper that shows it."""
    page = town.page
    assert town.go(address).status == 200
    page.get_by_label("整改情况或处理意见").fill("已补挂标识牌，核对台账")
    paper = {"name": "整改照片.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 " + address.encode()}
    page.get_by_label("佐证材料").set_input_files([paper])
    page.get_by_role("button", name="报送整改").click()
    expect(page.locator("main")).to_contain_text("待销号")


def close(inspector: Somebody, address: str) -> None:
    """The inspector looks at the answer and closes."""
    page = inspector.page
    inspector.go(address)
    page.get_by_label("整改情况或处理意见").fill("核对无误")
    page.get_by_role("button", name="销号", exact=True).click()
    expect(page.locator("main")).to_contain_text("已销号")
