"""What the small scripts add to a page that already works: keys, pasting, the live strip, nothing typed is lost. In a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from fractions import Fraction
from types import SimpleNamespace as Row
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from flask import Flask, flash, redirect, render_template_string, request
from markupsafe import Markup
from playwright.sync_api import Browser, Locator, Page, expect
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from fundsys.domain.terms import Term
from fundsys.web import filters, security_headers, strip
from fundsys.web.forms import OfficeForm, PercentField, PhotosField, TextField, WanField
from tests.browser import Desk
from tests.web.test_parts import ROOT, STATIC

NAMES = ("大力村养殖场扩建", "下凉泉村饲草基地", "坪头村冷链站", "八龙潭村食用菌大棚")
GRID = """{% extends "layout/workbench.html" %}{% from "parts/rules.html" import rule_strip %}{% from "parts/form.html" import open_form %}
{% from "parts/button.html" import button, key_hints %}{% from "parts/table.html" import table, name, entry %}
{% block title %}分配到项目{% endblock %}{% block content %}{{ rule_strip([cell]) }}{{ open_form(form, keep="alloc", id="alloc", preview="/preview", grid=true) }}
<section class="fs-sheet fs-tight">{% call(n) table(names, "本批分配", [head("项目名称"), head("本次安排", "万元", kind="num"), head("质保金", "万元", kind="num")], under_rules=true) %}
{{ name(n, "/form") }}{{ entry("a-" ~ names.index(n), "180.00", n ~ "本次安排，万元") }}{{ entry("b-" ~ names.index(n), "5.00", n ~ "质保金，万元") }}{% endcall %}</section></form>{% endblock %}
{% block bar %}<div class="fs-balance" id="balance" data-live><span>已填 <b>720.00</b></span></div>{{ key_hints() }}<div class="fs-acts">
{{ button("算一算", form="alloc", name="count", value="1", data={"no-script": "1"}) }}{{ button("提交复核", kind="main", key="Ctrl ↵", form="alloc") }}</div>{% endblock %}
{% block scripts %}<script type="module" src="{{ static_url('grid.js') }}"></script>{% endblock %}"""
PREVIEW = """{% from "parts/rules.html" import rule_strip %}{{ rule_strip([cell]) }}<div class="fs-balance" id="balance" data-live><span>已填 <b>{{ filled }}</b></span></div>"""
FORM = """{% extends "layout/workbench.html" %}{% from "parts/form.html" import form_page, field, group, error_summary %}{% block title %}登记{% endblock %}
{% block content %}{{ error_summary(form) }}{% call form_page(form, "登记", keep="notice") %}{% call group("文件") %}{{ field(form.amount) }}{{ field(form.words) }}{{ field(form.phone) }}{% endcall %}{% endcall %}{% endblock %}"""
PHONE = """{% extends "layout/phone.html" %}{% from "parts/form.html" import open_form, field, photo_field, phone_acts, error_summary %}{% block bar_title %}报进度{% endblock %}
{% block title %}桃园村产业路硬化{% endblock %}{% block content %}{{ error_summary(form) }}{{ open_form(form, keep="progress", files=true) }}<section class="fs-sheet"><div class="fs-part">{{ field(form.percent, plain=true, stepper=true) }}</div>
<div class="fs-part">{{ photo_field(form.photos) }}</div></section></form>{% endblock %}{% block actions %}{{ phone_acts("提交进度") }}{% endblock %}"""


class NoticeForm(OfficeForm):
    """A form that is kept while it is filled."""

    amount = WanField(Term("amount", "下达金额"), required=True)
    words = TextField(Term("words", "说明"), rows=2)
    phone = TextField(Term("phone", "联系电话"), personal=True)


class ProgressForm(OfficeForm):
    """A form with photos."""

    percent = PercentField(Term("percent", "形象进度"), required=True)
    photos = PhotosField(Term("photos", "现场照片"), least=2)


def _pages() -> Flask:
    app = Flask("fundsys.web", static_folder=str(STATIC), template_folder=str(ROOT / "templates"))
    app.config.update(SECRET_KEY="scripts", WTF_CSRF_ENABLED=False, ASKED=[])
    filters.register(app)
    security_headers.register(app)
    limit = Fraction(65, 100)
    cell = strip.RuleCell("R65", "产业占比", "", "64.12%", "≥ 65%", "将未达到", "bad", "须减少非产业 80.99 万元", "65.54%",
                          strip.scale(limit, Fraction(6412, 10000), Fraction(6554, 10000)))  # fmt: skip

    @app.context_processor
    def frame() -> dict[str, Any]:
        items = [Row(label=word, url=f"/{word}", count=1, current=False) for word in ("grid", "form")]
        groups = [{"label": "资金", "items": items}]
        nav = Markup(app.jinja_env.get_template("layout/side_bar.html").render(groups=groups))
        me = Row(id=7, name="赵敏", unit="县财政局", role="录入")
        return {"me": me, "nav": nav, "work_year": 2024, "search_url": "/grid",
                "county": Row(name="陇县", seal="陇", demo=True)}  # fmt: skip

    @app.get("/grid")
    def grid() -> str:
        return render_template_string(GRID, form=NoticeForm(), names=NAMES, cell=cell)

    @app.post("/preview")
    def preview() -> str:
        app.config["ASKED"].append(dict(request.form))
        filled = sum(float(v.replace(",", "")) for k, v in request.form.items() if k.startswith("a-"))
        return render_template_string(PREVIEW, cell=cell, filled=f"{filled:.2f}")

    @app.route("/form", methods=["GET", "POST"])
    def form() -> str | Response:
        asked = NoticeForm()
        if asked.submitted():
            flash(asked.form_id.data or "", "accepted-form")
            return redirect("/form")
        return render_template_string(FORM, form=asked)

    @app.route("/phone", methods=["GET", "POST"])
    def phone() -> str:
        asked = ProgressForm()
        asked.submitted()
        return render_template_string(PHONE, form=asked)

    return app


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Flask]]:
    """The pages above on a free port, and their application."""
    app = _pages()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", app
    server.shutdown()
    thread.join()
    server.server_close()


def at(page: Page) -> str:
    """The name of the box that has the focus."""
    return str(page.evaluate("document.activeElement.name || ''"))


def box(page: Page, name: str) -> Locator:
    """The box of this name."""
    return page.locator(f'[name="{name}"]')


def paste(page: Page, name: str, text: str) -> None:
    """Paste text into a box as the clipboard would give it."""
    page.evaluate(
        """([name, text]) => { const box = document.querySelector(`[name="${name}"]`); box.focus();
        const held = new DataTransfer(); held.setData("text/plain", text);
        box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true })); }""",
        [name, text],
    )


def test_the_entry_table_is_walked_by_keys_and_gives_a_cell_back(served: tuple[str, Flask], desk: Desk) -> None:
    page = desk.page()
    page.goto(served[0] + "/grid")
    box(page, "a-0").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("200")
    page.keyboard.press("Enter")
    assert at(page) == "a-1"
    assert page.locator(".is-changed").count() == 1
    for key, goal in (("ArrowDown", "a-2"), ("ArrowUp", "a-1"), ("Tab", "b-1"), ("Tab", "a-2"), ("Shift+Tab", "b-1")):
        page.keyboard.press(key)
        assert at(page) == goal
    page.keyboard.type("77")
    page.keyboard.press("Escape")
    assert box(page, "b-1").input_value() == "5.00"
    assert page.locator(".is-changed").count() == 1


def test_a_range_from_excel_fills_the_cells_and_what_does_not_fit_is_named(
    served: tuple[str, Flask], desk: Desk
) -> None:
    page = desk.page()
    page.goto(served[0] + "/grid")
    paste(page, "a-2", '1,000.5\t2\r\n300\t"4"\r\n5\t6\r\n')
    assert [box(page, name).input_value() for name in ("a-2", "b-2", "a-3", "b-3")] == ["1,000.5", "2", "300", "4"]
    assert page.locator("#fs-paste-note").inner_text().endswith("另有 2 格没有位置，没有填入。")


def test_the_strip_is_asked_for_once_after_a_rest_and_answers_in_place(served: tuple[str, Flask], desk: Desk) -> None:
    address, app = served
    page = desk.page()
    page.goto(address + "/grid")
    assert not page.get_by_text("算一算").is_visible()
    app.config["ASKED"].clear()
    box(page, "a-0").fill("")
    box(page, "a-0").press_sequentially("1234.5", delay=20)
    expect(page.locator("#balance")).to_contain_text("1774.50")
    assert [asked["a-0"] for asked in app.config["ASKED"]] == ["1234.5"]
    assert page.locator(".fs-rules .is-bad").count() == 1


def test_what_was_half_filled_is_offered_again_until_it_is_accepted(served: tuple[str, Flask], desk: Desk) -> None:
    page = desk.page()
    page.goto(served[0] + "/form")
    box(page, "words").fill("很长的说明")
    box(page, "phone").fill("13800000000")
    expect(page.locator("[data-kept]")).to_contain_text("存在本机")
    first = box(page, "form_id").input_value()
    assert "13800000000" not in str(page.evaluate("JSON.stringify(localStorage)"))
    page.goto(served[0] + "/form")
    assert box(page, "words").input_value() == ""
    page.get_by_role("button", name="恢复").click()
    assert box(page, "words").input_value() == "很长的说明"
    assert box(page, "form_id").input_value() == first
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#errors")
    assert box(page, "words").input_value() == "很长的说明"
    expect(page.locator("#errors")).to_be_focused()
    box(page, "amount").fill("1.5")
    with page.expect_navigation(url="**/form"):
        page.keyboard.press("Control+Enter")
    assert page.get_by_role("button", name="恢复").count() == 0
    assert page.evaluate("localStorage.length") == 0


def test_photos_are_shrunk_and_survive_a_lost_connection(served: tuple[str, Flask], desk: Desk) -> None:
    page = desk.page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(served[0] + "/phone")
    big = page.evaluate(
        """async () => { const canvas = document.createElement("canvas"); canvas.width = 4000; canvas.height = 3000;
        const pen = canvas.getContext("2d"); for (let i = 0; i < 4000; i += 1) { pen.fillStyle = `hsl(${i}, 80%, 50%)`;
        pen.fillRect((i * 7919) % 4000, (i * 104729) % 3000, 60, 60); }
        const blob = await new Promise((give) => { canvas.toBlob(give, "image/jpeg", 0.95); }); const held = new DataTransfer();
        held.items.add(new File([blob], "a.jpg", { type: "image/jpeg" })); const box = document.querySelector("[name=photos]");
        box.files = held.files; box.dispatchEvent(new Event("change")); return blob.size; }"""
    )
    expect(page.locator(".fs-photos figure")).to_have_count(1)
    assert 0 < page.evaluate("document.querySelector('[name=photos]').files[0].size") < big / 2
    page.get_by_label("加 1").click()
    assert box(page, "percent").input_value() == "1"
    desk.context.set_offline(True)
    page.get_by_role("button", name="提交进度").click()
    page.get_by_text("网络不通，还没有提交").wait_for()
    desk.context.set_offline(False)
    page.get_by_role("button", name="提交进度").click()
    page.wait_for_selector("#errors")
    assert "至少 2 张，现在是 1 张" in page.locator("#errors").inner_text()
    expect(page.locator(".fs-photos figure")).to_have_count(1)


def test_slash_finds_question_mark_explains_and_alt_opens_the_side_bar(served: tuple[str, Flask], desk: Desk) -> None:
    page = desk.page()
    page.goto(served[0] + "/grid")
    page.locator("main").focus()
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="快捷键").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert at(page) == "q"
    page.keyboard.press("Alt+2")
    page.wait_for_url("**/form")


@pytest.mark.parametrize(("path", "width"), [("/grid", 1366), ("/form", 1366), ("/grid", 390), ("/phone", 390)])
def test_nobody_is_left_out_and_nothing_runs_off_the_side(
    served: tuple[str, Flask], desk: Desk, path: str, width: int
) -> None:
    page = desk.page()
    page.set_viewport_size({"width": width, "height": 768})
    page.goto(served[0] + path)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_pages_work_without_scripts(served: tuple[str, Flask], desk: Desk) -> None:
    context = desk.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    page = context.new_page()
    page.goto(served[0] + "/grid")
    assert page.get_by_role("button", name="算一算").is_visible()
    page.goto(served[0] + "/form")
    page.get_by_label("下达金额").fill("二千")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="下达金额：").click()
    assert page.url.endswith("#amount")
    assert page.get_by_label("下达金额").input_value() == "二千"
    page.goto(served[0] + "/phone")
    assert page.locator("[name=photos]").is_visible()
    context.close()


def test_control_a_page_that_fetches_from_elsewhere_fails_its_test(chromium: Browser) -> None:
    desk = Desk(chromium)
    desk.page().set_content('<img src="http://fonts.example.org/a.png" alt="">')
    with pytest.raises(AssertionError, match=r"fonts\.example\.org"):
        desk.close()
