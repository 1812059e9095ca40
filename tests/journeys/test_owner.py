"""The project owner's journey: a phone, a one-time secret, own projects only, a report with photos through a broken network."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from playwright.sync_api import Browser, expect

from fundsys.domain.rights import Role
from tests.journeys.office import PHONE, Office, Somebody, rows_of, somebody

UNIT, LOGIN, NAME = "县畜产局", "lixiaojun", "李晓军"
OWN_PASSWORD = "Yang-She-Lu-Mian-77"
WORDS = "羊舍主体封顶，排水沟完成 320 米，剩余围墙和消毒池。"
UNDER_WAY = "实施"


def picture(folder: Path, name: str, gray: int) -> Path:
    """A small photo, as PNG."""
    rows = b"".join(b"\0" + bytes((gray + x) % 256 for x in range(64)) for _ in range(48))
    parts = ((b"IHDR", struct.pack(">IIBBBBB", 64, 48, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    path = folder / name
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return path


def test_an_owner_reports_progress_from_a_phone_though_the_network_breaks(
    chromium: Browser, office: Office, tmp_path: Path
) -> None:
    secret = office.new_account(NAME, Role.OWNER, UNIT, LOGIN)
    foreign = a_project_of_somebody_else(chromium, office)
    with somebody(chromium, office, **PHONE) as owner:
        change_the_one_time_secret(owner, secret)
        project = find_an_own_project(owner)
        before = reports(owner, project)
        fill_the_report(owner, project, tmp_path)
        the_network_breaks_and_nothing_is_lost(owner)
        send_again(owner, project)
        assert reports(owner, project) == before + 1
        the_card_shows_it(owner, project)
        sending_the_same_page_once_more_changes_nothing(owner, project, before + 1)
        nothing_of_another_unit_is_to_be_seen(owner, foreign)


def a_project_of_somebody_else(chromium: Browser, office: Office) -> str:
    """The address of a project of another unit, as the lead bureau sees it."""
    with somebody(chromium, office) as lead:
        lead.sign_in_as(Role.LEAD)
        lead.go("/projects/")
        lead.page.get_by_label("单位", exact=True).select_option(label="县水利局")
        lead.page.get_by_role("button", name="查询").click()
        link = lead.page.get_by_role("table", name="年度计划").locator("th[scope=row] a").first
        return str(link.get_attribute("href"))


def change_the_one_time_secret(owner: Somebody, secret: str) -> None:
    """Nothing else opens before the secret has been changed; the old one is dead afterwards."""
    owner.sign_in(LOGIN, secret)
    page = owner.page
    expect(page.get_by_role("heading", level=1)).to_have_text("修改密码")
    owner.go("/projects/progress")
    expect(page.get_by_role("heading", level=1)).to_have_text("修改密码")
    page.get_by_label("原密码").fill(secret)
    page.get_by_label("新密码", exact=False).nth(0).fill(OWN_PASSWORD)
    page.get_by_label("再输一次新密码").fill(OWN_PASSWORD)
    page.get_by_role("button", name="保存新密码").click()
    assert "新密码从现在起使用" in owner.said
    page.get_by_role("button", name="退出").click()
    owner.go("/people/sign-in")
    page.get_by_label("登录名").fill(LOGIN)
    page.get_by_label("密码").fill(secret)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("登录名或密码不对")).to_be_visible()
    owner.sign_in(LOGIN, OWN_PASSWORD)


def find_an_own_project(owner: Somebody) -> str:
    """From the list of own projects to one under construction; answers the address of its card."""
    page = owner.page
    owner.go("/projects/progress")
    page.get_by_label("阶段").select_option(label=UNDER_WAY)
    page.get_by_role("button", name="查询").click()
    link = page.get_by_role("table", name="建设进度").locator("th[scope=row] a").first
    name = link.inner_text()
    link.tap()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"报进度：{name}")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]  # type: ignore[index]
    return page.url.removeprefix(owner.office.url).removesuffix("/progress")


def reports(owner: Somebody, project: str) -> int:
    """How many reports the project's card tells of."""
    owner.go(project)
    return int(owner.page.get_by_text("次填报").inner_text().split()[0])


def fill_the_report(owner: Somebody, project: str, folder: Path) -> None:
    """Stage, percent by the buttons, words, two photos; chosen photos are seen at once."""
    page = owner.page
    owner.go(f"{project}/progress")
    page.get_by_role("button", name="加 1").tap()
    page.get_by_label("本期完成").fill(WORDS)
    page.get_by_label("现场照片").set_input_files([picture(folder, "羊舍.png", 40), picture(folder, "排水沟.png", 120)])
    expect(page.locator(".fs-camera ~ p[role=status], .fs-camera + p")).to_contain_text("已选 2 张")
    expect(page.locator(".fs-photos img")).to_have_count(2)


def the_network_breaks_and_nothing_is_lost(owner: Somebody) -> None:
    """Without a network the report stays where it is; closing the page loses neither words nor photos."""
    page = owner.page
    percent = page.get_by_role("textbox", name="形象进度").input_value()
    owner.desk.context.set_offline(True)
    expect(page.locator("[data-net]")).to_have_text("网络断了，内容都在本机")
    page.get_by_role("button", name="提交进度").tap()
    expect(page.locator("#fs-offline")).to_contain_text("还没有提交")
    assert page.get_by_label("本期完成").input_value() == WORDS
    owner.desk.context.set_offline(False)
    page.reload()
    page.get_by_role("button", name="恢复").tap()
    expect(page.locator(".fs-photos img")).to_have_count(2)
    assert page.get_by_label("本期完成").input_value() == WORDS
    assert page.get_by_role("textbox", name="形象进度").input_value() == percent


def send_again(owner: Somebody, project: str) -> None:
    """With the network back the report goes through."""
    owner.page.get_by_role("button", name="提交进度").tap()
    owner.page.wait_for_url(lambda url: url.endswith(project))
    assert "进度已更新" in owner.said


def the_card_shows_it(owner: Somebody, project: str) -> None:
    """The words, the percent and both photos stand on the card."""
    page = owner.page
    expect(page.get_by_text(WORDS).first).to_be_visible()
    photos = page.locator(".fs-photos").first.locator("img")
    expect(photos).to_have_count(2)
    for n in range(2):
        photos.nth(n).scroll_into_view_if_needed()

        expect(photos.nth(n)).to_have_js_property("naturalWidth", 64)


def sending_the_same_page_once_more_changes_nothing(owner: Somebody, project: str, count: int) -> None:
    """The form that was accepted, sent again from the history of the browser, is the same act."""
    page = owner.page
    sent = page.evaluate(
        """async ([address]) => {
            const shown = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
            const body = new FormData(shown.querySelector("form[enctype]"));
            body.set("words", "再报一次"); body.delete("photos");
            const answers = [];
            for (let n = 0; n < 3; n += 1) answers.push((await fetch(address, { method: "POST", body })).url);
            return answers; }""",
        [f"{project}/progress"],
    )
    assert len(set(sent)) == 1
    assert reports(owner, project) == count + 1


def nothing_of_another_unit_is_to_be_seen(owner: Somebody, foreign: str) -> None:
    """Another unit's project is not found: neither its card nor its form nor its line in a list."""
    for path in (foreign, f"{foreign}/progress"):
        answer = owner.go(path)
        assert answer.status == 404
        expect(owner.page.get_by_role("heading", level=1)).to_have_text("没有这个内容")
    owner.go("/projects/")
    units = {row[4] for row in rows_of(owner.page, "年度计划")[1:-1]}
    assert units <= {UNIT, ""}, units
