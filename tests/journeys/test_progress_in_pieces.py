"""An owner in the field: two photos over a line that breaks in the middle of one, nothing lost, one act; and the papers of a step."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Request, Route, expect

from fundsys.domain.rights import Role
from tests.journeys.office import PHONE, Office, Somebody, somebody
from tests.journeys.test_owner import picture, reports

WORDS = "圈舍钢构安装完成，水电管线进场。"
BREAKS_AT = 4
"""Which piece meets the broken line: in the middle of the second photo."""


def big_picture(folder: Path, name: str, gray: int) -> Path:
    """A photo of some three pieces: a small one with noise behind its end, which no camera would leave out either."""
    path = picture(folder, name, gray)
    path.write_bytes(path.read_bytes() + os.urandom(500_000))
    return path


@contextmanager
def a_line_that_breaks_once(owner: Somebody) -> Iterator[list[tuple[str, int]]]:
    """Every piece that was sent, as (what became of it, where it began); one of them is lost on its way."""
    sent: list[tuple[str, int]] = []

    def on_the_way(route: Route, request: Request) -> None:
        if request.method != "POST":
            route.continue_()
            return
        begin = int(parse_qs(urlsplit(request.url).query)["begin"][0])
        sent.append(("lost" if len(sent) + 1 == BREAKS_AT else "came", begin))
        if sent[-1][0] == "lost":
            route.abort("internetdisconnected")
        else:
            route.continue_()

    owner.page.route("**/construction/*/photos*", on_the_way)
    yield sent
    owner.page.unroute("**/construction/*/photos*")


def test_two_photos_over_a_line_that_breaks_once_are_one_report(
    chromium: Browser, office: Office, tmp_path: Path
) -> None:
    with somebody(chromium, office, **PHONE) as owner:
        owner.sign_in_as(Role.OWNER)
        page = owner.page
        owner.go("/projects/progress")
        page.get_by_label("阶段").select_option(label="实施")
        page.get_by_role("button", name="查询").click()
        page.get_by_role("table", name="建设进度").locator("th[scope=row] a").first.tap()
        expect(page.get_by_role("heading", level=1)).to_contain_text("报进度：")
        project = page.url.removeprefix(office.url).removesuffix("/progress")
        before = reports(owner, project)
        owner.go(f"{project}/progress")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_role("button", name="加 1").tap()
        page.get_by_label("本期完成").fill(WORDS)
        photos = [big_picture(tmp_path, "钢构.png", 30), big_picture(tmp_path, "管线.png", 90)]
        page.get_by_label("现场照片").set_input_files(photos)
        expect(page.locator(".fs-photos img")).to_have_count(2)
        with a_line_that_breaks_once(owner) as sent:
            page.get_by_role("button", name="提交进度").tap()
            page.wait_for_url(lambda url: url.endswith(project))
        assert [word for word, _ in sent].count("lost") == 1
        lost = next(begin for word, begin in sent if word == "lost")
        after = [begin for word, begin in sent[BREAKS_AT:]]
        assert after[0] == lost, "it goes on where the line broke, and sends nothing twice"
        assert len([1 for word, begin in sent if word == "came" and begin == 0]) == 2, "each photo began once"
        assert "进度已更新" in owner.said
        assert reports(owner, project) == before + 1, "one act"
        shown = page.locator(".fs-photos").first.locator("img")
        expect(shown).to_have_count(2)
        for number in range(2):
            address = str(shown.nth(number).get_attribute("src"))
            body = page.request.get(office.url + address).body()
            assert body == photos[number].read_bytes(), "every byte of the photo is there"
        expect(page.get_by_text(WORDS).first).to_be_visible()


def test_a_step_is_held_up_on_the_phone_until_its_papers_are_there_or_promised(
    chromium: Browser, office: Office, tmp_path: Path
) -> None:
    with somebody(chromium, office, **PHONE) as owner:
        owner.sign_in_as(Role.OWNER)
        page = owner.page
        owner.go("/projects/progress")
        page.get_by_label("阶段").select_option(label="实施")
        page.get_by_role("button", name="查询").click()
        page.get_by_role("table", name="建设进度").locator("th[scope=row] a").first.tap()
        expect(page.get_by_role("heading", name="要进入下一环节的资料")).to_be_visible()
        page.locator("select[name=status]").select_option("80")
        page.get_by_role("textbox", name="形象进度").fill("100")
        page.get_by_label("本期完成").fill("全部完成，自验合格。")
        page.get_by_role("button", name="提交进度").tap()
        expect(page.locator("#errors")).to_contain_text("进入“完工”还缺")
        for box in page.locator("#papers input[type=file]").all():
            box.set_input_files(picture(tmp_path, "资料.png", 60))
        page.get_by_role("button", name="提交进度").tap()
        page.wait_for_url(lambda url: not url.endswith("/progress"))
        assert "进度已更新" in owner.said
