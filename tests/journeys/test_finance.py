"""The finance bureau's journey: from a notice that came in to allocations a second person approved, in two browsers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from fundsys.domain.money import Money, show_wan, total
from fundsys.domain.rights import Role
from tests.journeys.office import SCREEN, Office, Somebody, amount_in, rows_of, somebody, wan

NOTICE = "宝市财办农〔2024〕77号"
CENTRAL = "F101 中央衔接资金·巩固拓展脱贫攻坚成果和乡村振兴任务"
PROVINCIAL = "F201 省级衔接资金·巩固衔接"
CLIPBOARD = ["clipboard-read", "clipboard-write"]
AMOUNTS = ("31.5", "27.25", "0.000003", "40")
"""What the clerk gives to four projects that stand one below the other, in 万元; one of them 3 分."""
GIVEN = total(Money.wan(one) for one in AMOUNTS)


@pytest.fixture
def people(chromium: Browser, office: Office) -> Iterator[tuple[Somebody, Somebody]]:
    """The clerk who enters and the colleague who reviews, each with a browser of their own."""
    with ExitStack() as both:
        clerk = both.enter_context(somebody(chromium, office, **SCREEN, permissions=CLIPBOARD))
        colleague = both.enter_context(somebody(chromium, office, **SCREEN))
        yield clerk, colleague


def test_money_goes_from_a_notice_to_projects_through_two_people(people: tuple[Somebody, Somebody]) -> None:
    clerk, colleague = people
    clerk.sign_in_as(Role.FINANCE_ENTRY)
    colleague.sign_in_as(Role.FINANCE_REVIEW)
    approve_what_waits(colleague)
    paid = money_paid(clerk)
    share = industry_share(clerk)

    notice = register_the_notice(clerk)
    approve_the_notice(colleague)
    sheet = open_the_sheet(clerk, notice)
    places = four_rows_with_room(clerk.page)
    fill_by_keyboard(clerk.page, places)
    keep_as_draft(clerk)
    two_windows_do_not_overwrite_each_other(clerk, sheet, places)
    too_much_is_refused_and_nothing_typed_is_lost(clerk, places)
    industry = industry_among(clerk.page, places)
    shown = strip(clerk.page)
    hand_over(clerk)
    approve_the_allocations(colleague, notice, shown)

    figures_are_right_to_the_fen(clerk, notice, share, industry)
    assert money_paid(clerk) == paid
    the_journal_tells_it(clerk, "提交分配复核", "存分配草稿", "登记并提交指标文")
    the_journal_tells_it(colleague, "复核分配", "复核指标文")


def approve_what_waits(colleague: Somebody) -> None:
    """Clear the desk, so that both people count the same money: a clerk's strip reserves what waits for review."""
    page = colleague.page
    colleague.go("/review")
    while page.get_by_role("link", name="复核分配").count():
        page.get_by_role("link", name="复核分配").first.click()
        page.get_by_role("button", name="同意勾选").click()
        assert "已复核" in colleague.said


def money_paid(clerk: Somebody) -> list[str]:
    """本月支付 and 累计支付 of the year, as the spending ledger says them at its foot; what is given and not paid moves."""
    clerk.go("/ledgers/LG04")
    return (
        clerk.page.locator("main table tfoot tr, main table tbody tr:last-child")
        .last.locator("td")
        .all_inner_texts()[-8:-6]
    )


def industry_share(clerk: Somebody) -> tuple[Money, Money]:
    """Numerator and denominator of the industry share as the rules page states them."""
    clerk.go("/checks/R65")
    foot = rows_of(clerk.page, "计入的分配按指标文汇总")[-1]
    return wan(foot[3]), wan(foot[2])


def register_the_notice(clerk: Somebody) -> str:
    """Type a notice with two lines, correct what does not add up, hand it over; answers its address."""
    page = clerk.page
    clerk.go("/")
    page.get_by_role("link", name="登记指标文").click()
    page.get_by_role("textbox", name="指标文号").fill("宝市财办农(2024)77号")
    page.get_by_label("文件标题").fill("关于下达2024年第四批财政衔接推进乡村振兴补助资金的通知")
    page.get_by_label("下达单位").fill("宝鸡市财政局")
    page.get_by_label("批次").fill("4")
    page.get_by_label("下达日期").fill("2024-11-06")
    page.get_by_label("收文日期").fill("20241108")
    page.get_by_label("下达金额").fill("1,234.560001")
    for place, (source, amount) in enumerate(((CENTRAL, "１０００"), (PROVINCIAL, "234.56")), 1):
        page.get_by_label(f"第 {place} 行资金来源和任务").select_option(label=source)
        page.get_by_label(f"第 {place} 行金额，万元").fill(amount)
    press(page, "Control+Enter")
    expect(page.locator("#errors")).to_contain_text("少 0.000001 万元")
    assert page.get_by_label("文件标题").input_value().startswith("关于下达2024年第四批")
    page.get_by_label("第 2 行金额，万元").fill("234.560001")
    press(page, "Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(NOTICE)
    assert "等待另一人复核" in clerk.said
    assert page.get_by_role("link", name="分配到项目").count() == 0
    return page.url.removeprefix(clerk.office.url)


def press(page: Page, keys: str) -> None:
    """Press the keys of a button and wait for the page it answers with."""
    with page.expect_navigation():
        page.keyboard.press(keys)


def approve_the_notice(colleague: Somebody) -> None:
    """The second person finds the notice waiting, compares, and approves."""
    page = colleague.page
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="待复核").click()
    page.get_by_role("link", name=f"复核指标文：{NOTICE}").click()
    assert "1,234.56" in rows_of(page, "各行资金")[-1]
    page.get_by_role("button", name="同意").click()
    assert "可以分配到项目" in colleague.said


def open_the_sheet(clerk: Somebody, notice: str) -> str:
    """Go from the notice to the sheet of its first line; answers the address."""
    clerk.go(notice)
    clerk.page.get_by_role("link", name=f"分配到项目：{CENTRAL.split(' ')[1]}").click()
    expect(clerk.page.get_by_role("heading", level=1)).to_have_text("分配到项目")
    return clerk.page.url.removeprefix(clerk.office.url)


def boxes(page: Page) -> Locator:
    """The boxes of the sheet, one a row."""
    return page.locator("#sheet td.fs-cell input")


def box(page: Page, project: str) -> Locator:
    """The box of one project on one line of the notice."""
    return page.locator(f"[name='amount-{project}']")


def four_rows_with_room(page: Page) -> list[str]:
    """Line and project of four boxes one below the other whose plans still lack money; the first four there are."""
    room: list[tuple[str, str]] = boxes(page).evaluate_all(
        "all => all.map(i => [i.name.slice(7), i.closest('tr').querySelector('[id^=short-]').innerText])"
    )
    for first in range(len(room)):
        four = room[first : first + len(AMOUNTS)]
        if all(wan(short) >= Money.wan("45") for _, short in four):
            return [project for project, _ in four]
    raise AssertionError("没有连着四个尚缺资金的项目")


def fill_by_keyboard(page: Page, places: list[str]) -> None:
    """Type the first amount and press Enter, paste the others from Excel: the strip moves before anything is saved."""
    before = strip(page)
    box(page, places[0]).click()
    page.keyboard.type(AMOUNTS[0])
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == f"amount-{places[1]}"
    page.evaluate("text => navigator.clipboard.writeText(text)", "\r\n".join(AMOUNTS[1:]) + "\r\n")
    page.keyboard.press("Control+V")
    expect(page.locator("#balance")).to_contain_text("已填 98.75")
    assert [box(page, one).input_value() for one in places] == list(AMOUNTS)
    assert strip(page) != before
    assert amount_in(page.locator("#balance .rest")) == Money.wan(show_wan(Money.wan("1000") - GIVEN))


def strip(page: Page) -> dict[str, tuple[str, str]]:
    """Every rule of the strip: now → after."""
    expect(page.locator("#rules")).not_to_have_attribute("aria-busy", "true")
    cells: list[list[str]] = page.locator("#rules .fs-rule").evaluate_all(
        """all => all.map(rule => ['.t b', '.was', '.now'].map(part =>
            rule.querySelector(part).lastChild.textContent.trim()))"""
    )
    assert cells, "规则条是空的"
    return {name: (now, after) for name, now, after in cells}


def keep_as_draft(clerk: Somebody) -> None:
    """Ctrl+S keeps the sheet; a draft counts in nothing."""
    press(clerk.page, "Control+S")
    expect(clerk.page.locator(".fs-flashes")).to_contain_text(f"已存草稿：新增 {len(AMOUNTS)} 笔")


def two_windows_do_not_overwrite_each_other(clerk: Somebody, sheet: str, places: list[str]) -> None:
    """The same sheet in two windows: the later save is shown both texts."""
    page = clerk.page
    second = clerk.desk.page()
    second.goto(clerk.office.url + sheet)
    box(page, places[0]).fill("31.6")
    press(page, "Control+S")
    expect(page.locator(".fs-flashes")).to_contain_text("修改 1 笔")
    box(second, places[0]).fill("31.7")
    press(second, "Control+S")
    expect(second.get_by_role("heading", level=1)).to_have_text("这条记录已被改过")
    told = " ".join(" ".join(row) for row in rows_of(second, "现在存着的和您填的"))
    assert "31.6" in told and "31.7" in told
    second.close()
    box(page, places[0]).fill(AMOUNTS[0])
    press(page, "Control+S")
    expect(page.locator(".fs-flashes")).to_contain_text("修改 1 笔")


def too_much_is_refused_and_nothing_typed_is_lost(clerk: Somebody, places: list[str]) -> None:
    """More than the line holds: said before saving, refused in words on handing over, everything still in its box."""
    page = clerk.page
    box(page, places[3]).fill("1000")
    expect(page.locator("#balance")).to_contain_text("超出 58.750003")
    page.locator(f"[name='reason-{places[3].split('-')[1]}']").fill("扩建规模经县级审定")
    press(page, "Control+Enter")
    expect(page.locator("#errors")).to_contain_text("58.750003")
    assert box(page, places[3]).input_value() == "1000"
    assert wan(box(page, places[0]).input_value()) == Money.wan(AMOUNTS[0])
    assert page.locator(f"[name='reason-{places[3].split('-')[1]}']").input_value() == "扩建规模经县级审定"
    box(page, places[3]).fill(AMOUNTS[3])
    expect(page.locator("#balance")).to_contain_text("已填 98.75")


def industry_among(page: Page, places: list[str]) -> Money:
    """What of the amounts counts as industry, by the word in the row."""
    found = Money(0)
    for project, amount in zip(places, AMOUNTS, strict=True):
        words = page.locator("tr", has=box(page, project)).locator(".fs-tag").first.inner_text()
        found += Money.wan(amount) if words.startswith("产业") else Money(0)
    return found


def hand_over(clerk: Somebody) -> None:
    """Ctrl+Enter hands the sheet over for review."""
    press(clerk.page, "Control+Enter")
    expect(clerk.page.locator(".fs-flashes")).to_contain_text(
        f"已提交复核 {len(AMOUNTS)} 笔，合计 {show_wan(GIVEN)} 万元"
    )


def approve_the_allocations(colleague: Somebody, notice: str, shown: dict[str, tuple[str, str]]) -> None:
    """The second person sees where every rule will stand, as the clerk saw it, and approves."""
    page = colleague.page
    colleague.go(notice)
    page.get_by_role("link", name="复核分配").click()
    seen = strip(page)
    for name, (now, after) in seen.items():
        assert name not in shown or shown[name] == (now, after), (name, now, after, shown)
    rows = rows_of(page, "提交的分配")
    assert len(rows) == len(AMOUNTS) + 2
    assert wan(rows[-1][2]) == Money.wan(show_wan(GIVEN))
    page.get_by_role("button", name="同意勾选").click()
    assert f"已复核 {len(AMOUNTS)} 笔" in colleague.said


def figures_are_right_to_the_fen(clerk: Somebody, notice: str, share: tuple[Money, Money], industry: Money) -> None:
    """What is left of the line, and the share of industry, moved by exactly what was given."""
    clerk.go(notice)
    first = rows_of(clerk.page, "各行资金")[1]
    assert [wan(cell) for cell in first[1:5]] == [
        Money.wan("1000"),
        Money.wan(show_wan(GIVEN)),
        Money(0),
        Money.wan(show_wan(Money.wan("1000") - GIVEN)),
    ]
    part, whole = industry_share(clerk)
    assert (whole, part) == (
        Money.wan(show_wan(share[1] + GIVEN)),
        Money.wan(show_wan(share[0] + industry)),
    )
    exact = Fraction((share[0] + industry).fen, (share[1] + GIVEN).fen)
    assert f"{float(exact) * 100:.2f}%" in clerk.page.locator("main").inner_text()


def the_journal_tells_it(somebody_here: Somebody, *wanted: str) -> None:
    """One's own acts stand in the journal, latest first."""
    somebody_here.go("/journal/")
    told = dict.fromkeys(row[4] for row in rows_of(somebody_here.page, "办理日志")[1:])
    assert [one for one in told if one in wanted] == list(wanted), list(told)
