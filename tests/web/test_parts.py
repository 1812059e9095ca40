"""The parts every page is made of: right, labelled, escaped, and the same for eye, keyboard and screen reader."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace as Row
from typing import Any

import pytest
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from fundsys.domain.coded import Coded
from fundsys.domain.errors import Stale
from fundsys.domain.money import Money
from fundsys.web import cells, charts, errors, filters, security_headers, static_files, strip, tables
from tests.pages import Malformed, Page, words

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "fundsys" / "web" / "static"
NASTY = "<script>alert(1)</script>\"'&"
Draw = Callable[..., Page]


class Batch(Coded):
    """Some states, for showing."""

    KEEP = "B1", "巩固一批", "good"
    ADJUST = "B4", "调整一批", "bad"


@pytest.fixture(scope="module")
def bare_app() -> Flask:
    """An application of parts only: no county, no database."""
    app = Flask("fundsys.web", static_folder=str(STATIC), template_folder=str(ROOT / "templates"))
    app.secret_key = "parts"
    filters.register(app)
    security_headers.register(app)
    errors.register(app)

    @app.get("/crash")
    def crash() -> str:
        raise RuntimeError("内部的话不外传")

    @app.post("/stale")
    def stale() -> str:
        raise Stale("王建国 09:31 改过", theirs={"amount": "2.00", "day": "x"}, mine={"amount": "3.00", "day": "x"})

    @app.get("/ok")
    def ok() -> str:
        return "ok"

    return app


@pytest.fixture
def draw(bare_app: Flask) -> Draw:
    """Draws a piece of template inside a whole page and reads it; the address asked for is `at`."""

    def render(piece: str, at: str = "/list?town=八渡镇&page=3", **told: Any) -> Page:
        frame = (
            "{% extends 'layout/base.html' %}{% block title %}部件{% endblock %}{% block body %}<main><h1>部件</h1>"
            + piece
        )
        with bare_app.test_request_context(at):
            return Page(render_template_string(frame + "</main>{% endblock %}", **told))

    return render


TABLE = """{% from "parts/table.html" import table, cell, name, code, amount, number, share, date, tick, entry, sum_row %}
{% macro mood(a) %}{{ "warn" if not a.keeper }}{% endmacro %}
{% set sums %}{{ sum_row("本页 2 项", 2, ["1.00"], soft=true, note_span=4) }}{{ sum_row("筛选结果 9 项", 2, [whole], note="已确权 3", note_span=4) }}{% endset %}
{% call(a) table(rows, "资产登记", [head("编码", sort="code"), head("名称", sort="name"), head("原值", "万元", kind="num", sort="cost"),
  head("户数", kind="num"), head("责任人"), head("登记日期"), head("占比", kind="num")], sort="-name", foot=sums, tone=mood, empty="没有资产") %}
{{ code(a.no) }}{{ name(a.name, "/a/1") }}{{ amount(a.cost) }}{{ number(a.homes) }}{{ cell(a.keeper, missing_tone="warn") }}{{ date(a.on) }}{{ share(a.part) }}{% endcall %}"""
ROWS = [
    Row(no="J1-1", name="养殖场", cost=Money.wan("1186.405"), homes=1200, keeper="杨志强", on=date(2024, 3, 1), part=Fraction(65, 100)),
    Row(no="J1-2", name=NASTY, cost=Money(0), homes=0, keeper=None, on=None, part=None),
    Row(no="J1-3", name="零头", cost=Money(1), homes=None, keeper="", on=None, part=Fraction(1, 3)),
]  # fmt: skip


def test_a_table_shows_nothing_as_a_dash_and_missing_as_a_word(draw: Draw) -> None:
    page = draw(TABLE, rows=ROWS, whole=Money.wan("1186.41"))
    assert page.table("资产登记") == [
        ["编码", "名称▼", "原值万元", "户数", "责任人", "登记日期", "占比"],
        ["J1-1", "养殖场", "1,186.41", "1,200", "杨志强", "2024-03-01", "65.00%"],
        ["J1-2", NASTY, "-", "-", "未填", "未填", "无数据"],
        ["J1-3", "零头", "0.000001", "未填", "未填", "未填", "33.33%"],
        ["本页 2 项", "1.00", ""],
        ["筛选结果 9 项", "1,186.41", "已确权 3"],
    ]
    assert page.faults() == []
    assert not page.all("script", src="")


def test_a_row_that_needs_an_eye_is_marked_and_says_why(draw: Draw) -> None:
    page = draw(TABLE, rows=ROWS[:2], whole=Money(0))
    marked = page.all("tr", class_="is-warn")
    assert len(marked) == 1
    assert "未填" in words(marked[0])


def test_a_head_sorts_keeps_the_filters_and_starts_again_at_page_one(draw: Draw) -> None:
    page = draw(TABLE, rows=ROWS, whole=Money(0))
    links = {words(a): a.get("href") for th in page.all("th", scope="col") for a in th.iter("a")}
    town = "town=%E5%85%AB%E6%B8%A1%E9%95%87"
    assert links == {
        "编码": f"/list?{town}&sort=code",
        "名称": f"/list?{town}&sort=name",
        "原值": f"/list?{town}&sort=cost",
    }
    assert [th.get("aria-sort") for th in page.all("th", scope="col")][:3] == [None, "descending", None]


def test_an_empty_table_says_what_is_not_there_and_offers_the_next_step(draw: Draw) -> None:
    page = draw(TABLE, rows=[], whole=Money(0))
    assert words(page.one("div", class_="fs-empty")) == "没有资产"
    assert not page.all("table")


@pytest.mark.parametrize(
    ("number", "total", "said", "pages"),
    [
        (1, 0, "共 0 项", []),
        (1, 50, "第 1—50 项，共 50 项", []),
        (2, 51, "第 51—51 项，共 51 项", ["1", "2"]),
        (9, 1000, "第 401—450 项，共 1,000 项", ["1", "7", "8", "9", "10", "11", "20"]),
    ],
)
def test_the_pager_says_which_rows_these_are(draw: Draw, number: int, total: int, said: str, pages: list[str]) -> None:
    rows = list(range(min(50, max(0, total - (number - 1) * 50))))
    page = draw('{% from "parts/pager.html" import pager %}{{ pager(page) }}', page=tables.Page(rows, number, total))
    nav = page.one("nav", aria_label="翻页")
    assert words(nav).startswith(said)
    assert [words(a) for a in nav.iter("a") if a.get("rel") is None] == pages


@pytest.mark.parametrize("asked", ["", "0", "-1", "x", "１", "99999999", "1.5"])
def test_a_page_that_is_no_page_is_the_first(asked: str) -> None:
    assert tables.page_number({"page": asked}) == 1


@pytest.mark.parametrize(("asked", "given"), [("", "code"), ("-cost", "-cost"), ("cost", "cost"), ("drop", "code")])
def test_only_known_orders_are_followed(asked: str, given: str) -> None:
    assert str(tables.order_from({"sort": asked}, {"code", "cost"}, "code")) == given


def test_a_state_is_a_word_with_a_tone(draw: Draw) -> None:
    piece = '{% from "parts/status.html" import tag, quiet_tag %}<p>{{ tag(bad) }}{{ tag("草稿") }}{{ tag(none) }}{{ tag(word, "warn") }}</p><p>{{ quiet_tag(good) }}{{ quiet_tag(bad) }}</p>'
    page = draw(piece, bad=Batch.ADJUST, good=Batch.KEEP, word=NASTY)
    assert [(words(s), s.get("class")) for s in page.all("span")] == [
        ("调整一批", "fs-tag bad"),
        ("草稿", "fs-tag plain"),
        ("未填", "fs-none"),
        (NASTY, "fs-tag warn"),
        ("巩固一批", "fs-nowrap"),
        ("调整一批", "fs-tag bad"),
    ]


EVERYTHING = """
{% from "parts/figures.html" import figures, facts, sheet, todo, steps, history, photos, attachments, progress %}
{% from "parts/filter.html" import filter_form, text_filter, choice_filter, chips %}
{% from "parts/alert.html" import alert, flashes, empty %}
{% from "parts/button.html" import button, link_button, post_button, key_hints %}
{{ figures([{"label": nasty, "value": "1.00", "unit": "万元", "note": nasty, "url": "/x"}, {"label": "规则", "parts": [("2", "未达到", "bad")]}]) }}
{{ facts([("形态", nasty), ("种类", none), ("来源", "项目", "/p"), ("坐落", "三组", "", "wide")], columns=2) }}
{% call sheet(nasty, "注", ("全部", "/all"), pad=true, foot=nasty) %}{{ todo([{"when": "11-15", "left": "逾期 3 天", "tone": "late", "title": nasty, "why": nasty, "act": "去修改", "url": "/t", "main": true}]) }}{% endcall %}
{{ steps([("入库", "done", "2023-11-06"), (nasty, "now", "72%"), ("验收", "", "")]) }}
{{ history([{"at": moment, "title": nasty, "text": nasty, "by": nasty, "changes": [("责任人", none, nasty)]}]) }}{{ history([]) }}
{{ photos([{"url": "/1.jpg", "caption": nasty}]) }}{{ photos([]) }}{{ attachments([{"url": "/1.pdf", "name": nasty, "note": "", "size": "1 兆"}]) }}{{ attachments([]) }}
{{ progress("导入", 30, 123, poll_url="/job", next_url="/done") }}
{% call filter_form("筛选", keep={"sort": nasty}) %}{{ text_filter("q", nasty, nasty, suggestions=[nasty]) }}{{ choice_filter("batch", "四个一批", batches, "B4") }}{{ choice_filter("town", "镇", [("1", nasty)], 1) }}{% endcall %}
{% call chips([("镇", nasty, "/x")]) %}<a href="/v">视图</a>{% endcall %}
{{ alert(nasty, "bad", title=nasty, role="alert") }}{{ flashes([("message", nasty), ("warning", "注意"), ("accepted-form", "x")]) }}{{ empty(nasty, nasty, "/clear") }}
{{ button(nasty, key="Ctrl S", name="a", value=nasty) }}{{ link_button(nasty, "/x", icon="plus") }}{{ post_button("办", "/do", hidden={"id": nasty}) }}{{ key_hints() }}
"""


def test_every_part_is_well_formed_labelled_and_escaped(draw: Draw) -> None:
    page = draw(EVERYTHING, nasty=NASTY, batches=Batch, moment=datetime(2024, 11, 18, 0, 30, tzinfo=UTC))
    assert page.faults() == []
    assert "2024-11-18 08:30" in words(page.root)
    assert page.values()["batch"] == "B4"
    assert page.values()["q"] == NASTY
    assert words(page.root).count(NASTY) >= 20


def test_a_browser_is_never_left_to_guess() -> None:
    for broken in ("<p>一<div>二</div></p>", '<b id="a" id="b">三</b>', "<table><p>四</p></table>", "<span>五"):
        with pytest.raises(Malformed):
            Page(f"<!doctype html><html><head><title>x</title></head><body>{broken}</body></html>")
    leaves_out = Page(
        '<!doctype html><html><head><title>x</title></head><body><h1>x</h1><input name="a"><p style="x">六</p></body></html>'
    )
    assert len(leaves_out.faults()) == 2


CELL = '{% from "parts/rules.html" import rule_strip, rule_table, rule_list %}{{ rule_strip([cell]) }}{{ rule_table([row]) }}{{ rule_list([row], "R65") }}'


def test_the_strip_says_now_after_and_how_far(draw: Draw) -> None:
    cell = strip.RuleCell(
        "R65", "产业占比", "/rules/R65", "64.12%", "≥ 65%", "将未达到", "bad",
        "须减少非产业 80.99 万元，或增加产业 1,150.40 万元，才到 65%", "65.54%",
        strip.scale(Fraction(65, 100), Fraction(6412, 10000), Fraction(6554, 10000)),
    )  # fmt: skip
    row = Row(
        code="R65",
        name="产业占比",
        url="/rules/R65",
        measured="64.12%",
        required="≥ 65%",
        distance="差 80.99 万元",
        verdict="未达到",
        tone="bad",
    )
    page = draw(CELL, cell=cell, row=row)
    shown = page.one("div", class_="fs-rule")
    assert "is-bad" in (shown.get("class") or "")
    assert words(shown).startswith("产业占比R65将未达到 现在 65.54%→之后 64.12%须 ≥ 65%")
    assert [words(b) for b in page.one("p", class_="h").iter("b")] == ["80.99", "1,150.40"]
    assert page.one("svg", class_="fs-gauge").get("aria-label") == "产业占比，现在 65.54%，之后 64.12%，要求 ≥ 65%"
    assert page.one("section", id="rules").get("aria-live") == "polite"
    assert page.faults() == []


@given(
    limit=st.fractions(min_value="1/100", max_value=200),
    after=st.fractions(min_value=0, max_value=400),
    before=st.none() | st.fractions(min_value=0, max_value=400),
    at_least=st.booleans(),
)
def test_a_scale_shows_every_point_on_its_own_side_of_the_limit(
    limit: Fraction, after: Fraction, before: Fraction | None, at_least: bool
) -> None:
    drawn = strip.scale(limit, after, before, at_least)
    for value, place in ((after, drawn.after), (before, drawn.before)):
        if value is not None and place is not None:
            assert 0 <= float(place) <= 100
            assert (float(place) - float(drawn.limit)) * float(value - limit) >= -1e-9
    assert 0 < float(drawn.limit) < 100


def test_a_sentence_shows_its_amounts_and_nothing_else_in_bold() -> None:
    said = filters.bold_figures(f"还可列支 2.79 万元，新增 1 个，才到 65%，见 R65、2024年{NASTY}")
    assert said.count("<b>") == 2
    assert "<script>" not in said


CHARTS = """{% from "parts/charts.html" import bar_chart, stacked_chart, line_chart, flow_chart, gauge_bar, marks, mini_stack %}
{{ bar_chart(bars, "奶山羊最多", unit="个") }}{{ stacked_chart(stacks, "指标到支付", unit="万元") }}{{ stacked_chart(stacks, "占比", full=true) }}
{{ line_chart(points, "走势", limit=limit, limit_text="界线 65%", zero=false) }}{{ line_chart(points, "对计划", plan=points, ticks=[(limit, "65")]) }}
{{ flow_chart(columns, streams, "流向", heads=("来源", "用途")) }}{{ gauge_bar(72, "实际 72%", before=64, plan=80) }}{{ gauge_bar(10, "实际 10%") }}
{{ marks([("7月", nasty, "warn", "")], "巡查") }}{{ mini_stack(parts, "构成") }}"""


def test_every_chart_reads_as_a_sentence_links_its_parts_and_stands_over_its_table(draw: Draw) -> None:
    parts = (
        charts.Part("中央", Money.wan("3"), "3.00", "central", "/c"),
        charts.Part(NASTY, Money.wan("1"), "1.00", "county", "/n"),
    )
    page = draw(
        CHARTS,
        nasty=NASTY,
        parts=parts,
        bars=[charts.bar("奶山羊", 208, "208", url="/goat"), charts.bar(NASTY, 0, "-")],
        stacks=[charts.Bar("下达", parts, "4.00"), charts.Bar("已付", parts[:1], "3.00", note="待付 1.00")],
        points=[charts.Point("1月", Fraction(66, 100), "66%", "/1"), charts.Point("2月", None), charts.Point("3月", Fraction(64, 100), "64%", "/3", "bad")],
        limit=Fraction(65, 100),
        columns=[[charts.Stop("a", "中央", 4, "4")], [charts.Stop("b", NASTY, 3, "3", "good"), charts.Stop("c", "其他", 1, "1", "plain")]],
        streams=[charts.Stream("a", "b", 3, "3", "/ab"), charts.Stream("a", "c", 1, "1")],
    )  # fmt: skip
    assert page.faults() == []
    assert page.table("奶山羊最多") == [["名称", "数（个）"], ["奶山羊", "208"], [NASTY, "-"]]
    assert page.table("指标到支付")[1:] == [["下达", "3.00", "1.00", "4.00"], ["已付", "3.00", "-", "3.00"]]
    assert page.table("走势") == [["时间", "实际"], ["1月", "66%"], ["2月", "无数据"], ["3月", "64%"]]
    assert page.table("流向")[1] == [f"中央 → {NASTY}", "3"]
    assert {"/goat", "/c", "/1", "/3", "/ab"} <= {a.get("href") for a in page.all("a")}


@given(st.lists(st.lists(st.integers(0, 10**12), min_size=1, max_size=5), min_size=1, max_size=8), st.booleans())
def test_bars_are_as_long_as_their_money_and_stay_on_the_page(rows: list[list[int]], full: bool) -> None:
    made = [
        charts.Bar(f"第{i}行", tuple(charts.Part(f"p{j}", Money(v), "") for j, v in enumerate(r)), "")
        for i, r in enumerate(rows)
    ]
    drawn = charts.stacks(made, width=640, full=full)
    for row, values in zip(drawn.rows, rows, strict=True):
        assert len(row.boxes) == sum(1 for v in values if v)
        assert all(float(b.x) >= 0 and float(b.x) + float(b.width) <= 641.5 for b in row.boxes)
    lengths = [sum(float(b.width) + charts.GAP for b in row.boxes) for row in drawn.rows]
    if not full and all(sum(r) for r in rows):
        order = sorted(range(len(rows)), key=lambda i: sum(rows[i]))
        assert all(lengths[a] <= lengths[b] + 5 * 2.7 for a, b in zip(order, order[1:], strict=False))


def test_charts_use_the_colors_of_the_tokens() -> None:
    tokens = (STATIC / "tokens.css").read_text("utf-8")
    assert all(f"--fs-{tone}-fill: {color};" in tokens for tone, color in charts.FILLS.items())


def test_static_addresses_change_with_the_file(bare_app: Flask, tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a", "utf-8")
    with bare_app.test_request_context():
        first = static_files.StaticFiles(tmp_path).url("a.css")
        assert first == static_files.StaticFiles(tmp_path).url("a.css")
        (tmp_path / "a.css").write_text("b", "utf-8")
        assert first != static_files.StaticFiles(tmp_path).url("a.css")
        with pytest.raises(FileNotFoundError):
            static_files.StaticFiles(tmp_path).url("none.css")


def test_every_answer_carries_the_headers_errors_and_files_too(bare_app: Flask) -> None:
    client = bare_app.test_client()
    digest = static_files.StaticFiles(STATIC).digest("tokens.css")
    for path, status, cache in (
        ("/ok", 200, "no-store"),
        ("/nothing", 404, "no-store"),
        ("/crash", 500, "no-store"),
        ("/static/tokens.css", 200, "no-store"),
        (f"/static/tokens.css?v={digest}", 200, "public, max-age=31536000, immutable"),
    ):
        answer = client.get(path)
        answer.close()
        assert answer.status_code == status
        assert answer.headers["Cache-Control"] == cache
        assert answer.headers["Content-Security-Policy"] == (
            "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
            "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"


def test_a_crash_gives_a_number_and_nothing_of_the_inside(bare_app: Flask) -> None:
    page = Page(bare_app.test_client().get("/crash").get_data(as_text=True))
    assert page.title == page.h1 == "没有办成"
    assert "编号" in words(page.root)
    assert "内部的话" not in words(page.root)


def test_two_savers_see_both_texts_and_what_was_typed_is_not_lost(bare_app: Flask) -> None:
    answer = bare_app.test_client().post("/stale", data={"amount": NASTY, "version": "3", "form_id": "f"})
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert page.table("现在存着的和您填的") == [
        ["项目", "现在存着的", "您填的"],
        ["amount", "2.00", "3.00"],
        ["day", "x", "x"],
    ]
    assert page.faults() == []


def test_words_typed_like_markup_are_written_as_words_even_after_the_same_markup() -> None:
    write = cells.words()
    assert write(Markup("<b>一</b>")) == "<td><b>一</b></td>"
    assert write("<b>一</b>") == "<td>&lt;b&gt;一&lt;/b&gt;</td>"
    assert write(Markup("<b>一</b>")) == "<td><b>一</b></td>"
