"""The finance desk in one sitting: a notice of 4 630 万元 over 40 projects, a rule that fails, the proposal, two persons, the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from fundsys.domain.money import Money, exact_wan, show_wan, total
from fundsys.domain.rights import Role
from tests.imports.books import book
from tests.journeys.office import SCREEN, Office, Somebody, rows_of, somebody, wan
from tests.journeys.test_finance import CENTRAL, CLIPBOARD, PROVINCIAL, approve_what_waits, press, strip
from tests.journeys.test_inspector import pdf_text
from tests.served import fundsys

NOTICE = "宝市财办农〔2024〕90号"
WHOLE = {"中央": Money.wan(3430), "省级": Money.wan(1200)}
INDUSTRY, OTHER = 16, 24
TYPED = 4
"""So many projects are typed by hand, the others pasted."""

Given = dict[str, tuple[Money, Money]]
"""Central and provincial money by the code of the project."""


@pytest.fixture
def people(chromium: Browser, office: Office) -> Iterator[tuple[Somebody, Somebody]]:
    """The clerk who enters and the colleague who reviews, each with a browser of their own."""
    with ExitStack() as both:
        clerk = both.enter_context(somebody(chromium, office, **SCREEN, permissions=CLIPBOARD))
        colleague = both.enter_context(somebody(chromium, office, **SCREEN))
        yield clerk, colleague


def test_a_notice_goes_to_forty_projects_in_one_sitting(
    people: tuple[Somebody, Somebody], office: Office, tmp_path: Path
) -> None:
    clerk, colleague = people
    given = forty_projects(office, tmp_path)
    clerk.sign_in_as(Role.FINANCE_ENTRY)
    colleague.sign_in_as(Role.FINANCE_REVIEW)
    approve_what_waits(colleague)
    register_and_approve(clerk, colleague)
    sheet = open_the_sheet(clerk)
    type_the_first(clerk.page, given)
    paste_the_rest(clerk.page, given)
    see_the_industry_share_fail(clerk.page)
    offered = take_the_proposal(clerk, given)
    shown = strip(clerk.page)
    hand_over(clerk, offered)
    approve_all(colleague, offered, shown)
    nothing_is_left(clerk, sheet)
    the_ledger_prints(clerk, offered)


def forty_projects(office: Office, folder: Path) -> Given:
    """Put forty projects into the library with a workbook; what the clerk means to give each of them, all of the notice."""
    rows, given = [], {}
    for n in range(INDUSTRY + OTHER):
        is_industry = n < INDUSTRY
        code = f"2024-9{n:03d}"
        rows.append(
            {
                "code": code,
                "name": f"{'奶山羊养殖场' if is_industry else '安全饮水工程'}{n + 1}号",
                "year": 2024,
                "type_id": "养殖业基地" if is_industry else "农村供水保障设施建设",
                "town": "八渡镇",
                "village": "大力村",
                "owner_unit_id": "县畜产局" if is_industry else "县水利局",
                "planned_investment": 300 if is_industry else 150,
                "is_lead_industry": "是" if is_industry and n % 2 else "否",
                "admitted_on": "2023-11-06",
                "status": "入库",
            }
        )
        whole = Money.wan("109.375" if is_industry else "120")
        given[code] = (Money(0), whole) if INDUSTRY <= n < INDUSTRY + 10 else (whole, Money(0))
    workbook, lead = book(folder / "新入库.xlsx", "projects", rows), office.accounts[Role.LEAD].login
    made = fundsys("import", "projects", str(workbook), "--apply", "--as", lead, env=office.env)
    assert made.returncode == 0, made.stdout + made.stderr
    assert [total(part) for part in zip(*given.values(), strict=True)] == list(WHOLE.values())
    return given


def register_and_approve(clerk: Somebody, colleague: Somebody) -> None:
    """The clerk registers the notice with two sources, the colleague approves it."""
    page = clerk.page
    clerk.go("/notices/new")
    page.get_by_role("textbox", name="指标文号").fill(NOTICE)
    page.get_by_label("文件标题").fill("关于下达2024年第五批财政衔接推进乡村振兴补助资金的通知")
    page.get_by_label("下达单位").fill("宝鸡市财政局")
    page.get_by_label("批次").fill("5")
    page.get_by_label("下达日期").fill("2024-11-06")
    page.get_by_label("收文日期").fill("2024-11-08")
    page.get_by_label("下达金额").fill("4630")
    for place, (source, amount) in enumerate(zip((CENTRAL, PROVINCIAL), WHOLE.values(), strict=True), 1):
        page.get_by_label(f"第 {place} 行资金来源和任务").select_option(label=source)
        page.get_by_label(f"第 {place} 行金额，万元").fill(exact_wan(amount))
    press(page, "Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(NOTICE)
    colleague.go("/review")
    colleague.page.get_by_role("link", name=f"复核指标文：{NOTICE}").click()
    colleague.page.get_by_role("button", name="同意").click()
    assert "可以分配到项目" in colleague.said


def open_the_sheet(clerk: Somebody) -> str:
    """The sheet of the whole notice, a column for each source, all forty projects on it; its address."""
    page = clerk.page
    page.reload()
    page.get_by_role("link", name="分配到项目", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("分配到项目")
    assert [box_of(page, "2024-9000", n).get_attribute("data-line") is not None for n in (0, 1)] == [True, True]
    return page.url.removeprefix(clerk.office.url)


def row_of(page: Page, code: str) -> Locator:
    """The row of a project."""
    return page.locator("#sheet tbody tr", has=page.locator("td.fs-code", has_text=code))


def box_of(page: Page, code: str, line: int) -> Locator:
    """The box of a project for the first or the second source."""
    return row_of(page, code).locator("td.fs-cell input").nth(line)


def type_the_first(page: Page, given: Given) -> None:
    """The first projects stand one below the other: amount, Enter, amount; the strip moves before anything is saved."""
    before = strip(page)
    codes = list(given)[:TYPED]
    box_of(page, codes[0], 0).focus()
    for code in codes:
        assert page.evaluate("document.activeElement.closest('tr').querySelector('.fs-code').innerText") == code
        page.keyboard.type(exact_wan(given[code][0]))
        page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("1")
    page.keyboard.press("Escape")
    expect(page.locator("#balance")).to_contain_text("已填 437.50")
    assert strip(page) != before


def paste_the_rest(page: Page, given: Given) -> None:
    """A block by code with a column for each source; a row nobody knows is told and kept."""
    rest = [
        f"{code}\t{cell(central)}\t{cell(provincial)}" for code, (central, provincial) in list(given.items())[TYPED:]
    ]
    rest.insert(3, "2024-0X99\t8.5\t")
    page.evaluate("text => navigator.clipboard.writeText(text)", "\r\n".join(rest) + "\r\n")
    box_of(page, next(iter(given)), 0).focus()
    with page.expect_navigation():
        page.keyboard.press("Control+V")
    told = page.locator("#pasted")
    expect(told).to_contain_text("按编号填入了 36 个项目，有 1 行没有填入")
    expect(told).to_contain_text("没有编号或名称为“2024-0X99”的项目")
    assert page.locator("#block").input_value() == "2024-0X99\t8.5\t"
    expect(page.locator("#balance")).to_contain_text("已填 4,630.00")
    assert page.locator("#balance .rest").inner_text() == "0.00"
    assert every_box(page) == given


def cell(amount: Money) -> str:
    """An amount as a cell of the workbook shows it."""
    return exact_wan(amount) if amount else ""


def see_the_industry_share_fail(page: Page) -> None:
    """The strip says so in words, with both ways out."""
    rule = page.locator("#rules .fs-rule", has_text="R65")
    expect(rule).to_contain_text("将未达到")
    expect(rule).to_contain_text("须减少非产业")
    expect(rule).to_contain_text("或增加产业")


def take_the_proposal(clerk: Somebody, given: Given) -> Given:
    """Ask for the least change and take it: the boxes hold it, every rule of the strip holds; what each project gets now."""
    page = clerk.page
    page.get_by_role("button", name="求最小调整").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("求最小调整")
    page.get_by_role("button", name="采用，填回分配表").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("分配到项目")
    offered = every_box(page)
    assert offered != given
    assert [total(part) for part in zip(*offered.values(), strict=True)] == list(WHOLE.values())
    assert "未达到" not in page.locator("#rules").inner_text()
    return offered


def every_box(page: Page) -> Given:
    """What stands in the boxes of the sheet, projects with nothing left out."""
    rows: list[list[str]] = page.locator("#sheet tr:has(td.fs-cell)").evaluate_all(
        """all => all.map(row => [row.querySelector('.fs-code').innerText,
            ...[...row.querySelectorAll('td.fs-cell input')].map(box => box.value || '0')])"""
    )
    found = {code: (Money.wan(central), Money.wan(provincial)) for code, central, provincial in rows}
    return {code: amounts for code, amounts in found.items() if any(amounts)}


def hand_over(clerk: Somebody, offered: Given) -> None:
    """One act hands both sources over."""
    press(clerk.page, "Control+Enter")
    count = sum(bool(amount) for amounts in offered.values() for amount in amounts)
    expect(clerk.page.locator(".fs-flashes")).to_contain_text(f"已提交复核 {count} 笔，合计 4,630.00 万元")


def approve_all(colleague: Somebody, offered: Given, shown: dict[str, tuple[str, str]]) -> None:
    """The second person sees the whole notice with every rule as the clerk saw it, and approves."""
    page = colleague.page
    colleague.go("/review")
    page.get_by_role("link", name=f"复核分配：{NOTICE}").first.click()
    page.get_by_role("link", name="整份指标文一起复核").click()
    seen = strip(page)
    for name, (now, after) in seen.items():
        assert name not in shown or shown[name] == (now, after), (name, now, after, shown)
    rows = rows_of(page, "提交的分配")
    assert len(rows) - 2 == sum(bool(amount) for amounts in offered.values() for amount in amounts)
    page.get_by_role("button", name="同意勾选").click()
    assert "合计 4,630.00 万元" in colleague.said


def nothing_is_left(clerk: Somebody, sheet: str) -> None:
    """The notice has given everything."""
    clerk.go(sheet.removesuffix("/allocate"))
    assert [wan(row[4]) for row in rows_of(clerk.page, "各行资金")[1:3]] == [Money(0), Money(0)]


def the_ledger_prints(clerk: Somebody, offered: Given) -> None:
    """The allocation ledger on paper has the notice and what each project got of it."""
    clerk.go(f"/ledgers/LG04?plan_year=2024&notice={NOTICE}")
    text = pdf_text(clerk)
    assert "衔接资金分配与支出台账" in text
    for amounts in offered.values():
        assert all(show_wan(amount) in text for amount in amounts if amount)
    assert "4,630.00" in text[text.index("合计（") :]
