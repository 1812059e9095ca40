"""A town's morning: ten proposals of its villages on one page, eight passed and two sent back with reasons, in one press."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from fundsys.domain.rights import Role
from tests.journeys.office import Office, Somebody, rows_of, somebody

CAPTION = "待镇审核的项目"
REASON = "受益户名单与村公示不一致，请核对后重新公示"


def test_a_town_reviews_ten_proposals_at_once(chromium: Browser, office: Office) -> None:
    with somebody(chromium, office) as town:
        town.sign_in_as(Role.TOWN)
        before = find_what_waits(town)
        names = judge_ten(town)
        forget_a_reason_and_lose_nothing(town)
        press_once(town)
        assert waiting(town) == before - 10
        the_library_says_so(town, names)


def find_what_waits(town: Somebody) -> int:
    """From the side bar to the page of review; how many proposals wait."""
    town.page.get_by_role("link", name="镇审核").first.click()
    expect(town.page.get_by_role("heading", level=1)).to_have_text("镇审核")
    assert len(rows_of(town.page, CAPTION)) == 11
    return waiting(town)


def waiting(town: Somebody) -> int:
    """How many proposals wait, as the page's note says."""
    town.go("/library/town-review")
    return int(town.page.get_by_text("个待审核").inner_text().split()[0])


def judge_ten(town: Somebody) -> list[str]:
    """Eight pass; two go back, one of them without its reason yet. Answers all names, the two sent back last."""
    page = town.page
    names = page.get_by_role("table", name=CAPTION).locator("th[scope=row] > a").all_inner_texts()
    assert len(names) == 10
    for name in names[:8]:
        page.get_by_role("radio", name=f"通过：{name}").check()
    for name in names[8:]:
        page.get_by_role("radio", name=f"退回：{name}").check()
    page.get_by_label(f"退回原因：{names[8]}").fill(REASON)
    page.get_by_label("镇审核意见").fill("真实、必要、可行，资料齐全，同意上报")
    page.get_by_label("审核资料存放处").fill("镇乡村振兴办档案柜")
    return names


def forget_a_reason_and_lose_nothing(town: Somebody) -> None:
    """The missing reason is asked for at its box; every choice and word is still there."""
    page = town.page
    page.get_by_role("button", name="办理本页所选").click()
    expect(page.locator("#errors")).to_contain_text("退回的请写明原因")
    assert page.locator("input[type=radio][value=pass]:checked").count() == 8
    assert page.locator("input[type=radio][value=return]:checked").count() == 2
    assert page.get_by_label("镇审核意见").input_value().startswith("真实")
    page.locator("input[aria-invalid=true]").fill("公示照片看不清，请重拍")


def press_once(town: Somebody) -> None:
    """All ten in one act."""
    town.page.get_by_role("button", name="办理本页所选").click()
    told = town.page.locator(".fs-flashes")
    expect(told).to_contain_text("8 个通过镇审核，已报县论证；2 个已退回申报单位", timeout=30_000)


def the_library_says_so(town: Somebody, names: list[str]) -> None:
    """The list shows what was sent back, and its page the reason."""
    page = town.page
    town.go("/library/?state=returned")
    for name in names[8:]:
        expect(page.get_by_role("link", name=name)).to_be_visible()
    page.get_by_role("link", name=names[8]).click()
    expect(page.get_by_text(REASON).first).to_be_visible()
    town.go("/library/?state=reviewed")
    expect(page.get_by_role("link", name=names[0])).to_be_visible()
