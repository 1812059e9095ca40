"""The page, the PDF, the workbook and the CSV of a ledger say the same, to the 分."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fundsys.domain import terms
from fundsys.domain.money import Money
from fundsys.reports import figures
from fundsys.reports.ledger import Column, Group, Ledger
from fundsys.reports.press import csv, pdf, xlsx
from fundsys.reports.press.agree import agree
from fundsys.reports.registry import ledger
from fundsys.reports.sheet import Sheet, compose
from tests.draws import draws
from tests.figures import Figure
from tests.reports.registers import allocations, an_imprint, assets, projects


def outputs(sheet: Sheet, folder: Path, table: bool | None = None) -> tuple[Path, Path, Path]:
    """The sheet as three files."""
    paths = folder / "p.pdf", folder / "p.xlsx", folder / "p.csv"
    pdf.render(sheet, paths[0], table)
    xlsx.write(sheet, paths[1])
    csv.write(sheet, paths[2])
    return paths


@pytest.mark.parametrize("table", [True, False], ids=["表格", "绘制"])
@pytest.mark.parametrize(
    ("code", "make", "count"), [("LG05", assets, 45), ("LG02", projects, 41), ("LG04", allocations, 48)]
)
def test_the_three_ledgers_agree_on_screen_paper_workbook_and_csv(code, make, count, table, tmp_path, figure: Figure):
    sheet = compose(ledger(code), list(make(count)), an_imprint())
    assert agree(sheet, *outputs(sheet, tmp_path, table)) == []
    figure("页面、PDF、工作簿、CSV 一致", f"{code} {count} 行，逐格相同，金额到分")


@pytest.mark.parametrize("count", [0, 1, 2, 3, 29, 30, 31])
def test_a_short_register_agrees_too(count, tmp_path):
    sheet = compose(ledger("LG05"), list(assets(count)), an_imprint(demo=True, public=True))
    assert agree(sheet, *outputs(sheet, tmp_path)) == []


def test_the_comparison_notices_one_fen_in_any_output(tmp_path):
    rows = list(assets(45))
    files = outputs(compose(ledger("LG05"), rows), tmp_path)
    rows[20] = SimpleNamespace(**{**vars(rows[20]), "net_value": rows[20].net_value + Money(1)})
    changed = compose(ledger("LG05"), rows)
    assert any("工作簿" in word for word in agree(changed, None, files[1]))
    assert any("CSV" in word for word in agree(changed, None, None, files[2]))
    rows[20] = SimpleNamespace(**{**vars(rows[20]), "net_value": rows[20].net_value + Money(10_000)})
    assert any("PDF" in word for word in agree(compose(ledger("LG05"), rows), files[0]))


def test_the_comparison_notices_a_missing_row_and_a_missing_page(tmp_path):
    rows = list(assets(80))
    files = outputs(compose(ledger("LG05"), rows), tmp_path)
    longer = compose(ledger("LG05"), [*rows, *assets(60, seed=2)])
    assert all(any(word in found for found in agree(longer, *files)) for word in ("PDF 有", "工作簿", "CSV"))


# --- random rows ------------------------------------------------------------------------------------------------

MIXED = Ledger(
    code="XX01",
    title="各种格式",
    unit="万元",
    page="A4 landscape",
    size=7.0,
    group_by=(Group("镇", lambda r: r.town), Group("村", lambda r: r.village)),
    totals=("original_cost", "quantity", "rent", "households"),
    columns=(
        Column(terms.SERIAL, mm=8),
        Column(terms.ASSET_NO, lambda r: r.code, kind=figures.CODE, mm=22),
        Column(terms.ASSET_NAME, lambda r: r.name, mm=40),
        Column(terms.ORIGINAL_COST, lambda r: r.cost, mm=22),
        Column(terms.YEARLY_INCOME, lambda r: r.rent, key="rent", kind=figures.MONEY_YUAN, mm=22),
        Column(terms.QUANTITY, lambda r: r.quantity, kind=figures.DECIMAL, mm=18),
        Column(terms.BENEFIT_HOUSEHOLDS, lambda r: r.households, key="households", mm=14),
        Column(terms.SPENDING_RATE, lambda r: r.rate, mm=14),
        Column(terms.ACCEPTED_ON, lambda r: r.day, mm=18),
        Column(terms.PERIOD, lambda r: r.day, key="month", kind=figures.MONTH, mm=14),
        Column(terms.PLAN_YEAR, lambda r: r.year, kind=figures.YEAR, mm=10),
        Column(terms.IS_INDUSTRY, lambda r: r.industry, kind=figures.BOOLEAN, mm=8),
        Column(terms.PHONE, lambda r: r.phone, kind=figures.PHONE, mm=22),
        Column(terms.REMARK, lambda r: r.name, key="inner_remark", printed=False, missing=""),
    ),
    signatures=("制表人", "复核人"),
)


def maybe(strategy):
    """A value or none."""
    return st.none() | strategy


MONEY = st.integers(-(10**16), 10**16).map(Money) | st.integers(-20_000, 20_000).map(Money)
NAMES = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(["陇县㙘坪村", "王䶮", "=1+1", "", "𬇙水"])
ROWS = st.lists(
    st.builds(
        SimpleNamespace,
        town=st.sampled_from(["八渡镇", "温水镇", None]),
        village=st.sampled_from(["大力村", "墕头村"]),
        code=maybe(st.from_regex(r"[0-9]{4,20}(-[0-9A-Z]{1,6}){0,2}", fullmatch=True)),
        name=maybe(NAMES),
        cost=maybe(MONEY),
        rent=maybe(MONEY),
        quantity=maybe(st.decimals(-(10**9), 10**9, places=3)),
        households=maybe(st.integers(-(10**12), 10**12)),
        rate=maybe(st.fractions(-3, 3)),
        day=maybe(st.dates(date(1950, 1, 1), date(2099, 12, 31))),
        year=maybe(st.integers(1949, 2099)),
        industry=maybe(st.booleans()),
        phone=maybe(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)),
    ),
    max_size=25,
)


@settings(max_examples=draws(25, 500), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, table=st.booleans())
def any_rows_agree(rows, table, tmp_path):
    """Whatever the rows: the same cells on every kind of page."""
    sheet = compose(MIXED, rows, an_imprint())
    assert agree(sheet, *outputs(sheet, tmp_path, table)) == []


def test_any_rows_agree_in_all_outputs(tmp_path, figure: Figure):
    any_rows_agree(tmp_path=tmp_path)
    figure("页面、PDF、工作簿、CSV 一致", f"随机台账 {draws(25, 500)} 份，逐格相同，金额到分")


@given(rows=ROWS)
def test_subtotals_of_towns_and_villages_add_up_to_the_total(rows):
    sheet = compose(MIXED, rows)
    lines = list(sheet.lines())
    for place, column in enumerate(sheet.columns):
        if column.key != "original_cost":
            continue
        whole = sum(row.cost.fen for row in rows if row.cost is not None)
        for level in (0, 1):
            assert (
                sum(line.values[place].fen for line in lines if line.kind == "subtotal" and line.level == level)
                == whole
            )
        assert sheet.totals["original_cost"] == Money(whole)
    assert sheet.count == len(rows) == sum(line.row_count for line in lines if line.kind == "row")


def test_the_same_sheet_gives_the_same_bytes(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    for table in (True, False):
        one = outputs(compose(ledger("LG05"), list(assets(42)), an_imprint()), tmp_path / "one", table)
        two = outputs(compose(ledger("LG05"), list(assets(42)), an_imprint()), tmp_path / "two", table)
        assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_the_row_digest_knows_rows_and_nothing_of_the_print():
    rows = list(assets(30))
    digest = compose(ledger("LG05"), rows, an_imprint()).row_digest
    assert (
        compose(ledger("LG05"), rows, an_imprint(print_no="LG05-2024-000999", printed_by="别人")).row_digest == digest
    )
    rows[3] = SimpleNamespace(**{**vars(rows[3]), "original_cost": rows[3].original_cost + Money(1)})
    assert compose(ledger("LG05"), rows, an_imprint()).row_digest != digest
    assert compose(ledger("LG05"), rows[1:], an_imprint()).row_digest != digest


def test_a_public_copy_shows_no_full_phone_number_anywhere(tmp_path):
    rows = list(assets(44))
    public = compose(ledger("LG05"), rows, an_imprint(public=True, unmasked=True))
    files = outputs(public, tmp_path)
    seen = "".join(public.texts(line)[26] for line in public.lines() if line.kind == "row")
    with zipfile.ZipFile(files[1]) as package:
        seen += package.read("xl/worksheets/sheet1.xml").decode()
    seen += files[2].read_text(encoding="utf-8-sig")
    assert not any(row.phone in seen for row in rows)
    assert "****" in seen
    assert "联系电话隐去中间数字" in public.foot_right
    clear = compose(ledger("LG05"), rows, an_imprint(unmasked=True))
    assert rows[0].phone in csv_text(clear, tmp_path)


def csv_text(sheet: Sheet, folder: Path) -> str:
    csv.write(sheet, folder / "clear.csv")
    return (folder / "clear.csv").read_text(encoding="utf-8-sig")


def test_figures_that_do_not_add_up_by_eye_say_so_and_others_do_not():
    def rows(*fens):
        return [
            SimpleNamespace(**{**vars(row), "net_value": Money(fen)})
            for row, fen in zip(assets(len(fens)), fens, strict=True)
        ]

    one_kind = replace(ledger("LG05"), group_by=None, totals=("net_value",))
    assert any("四舍五入" in note for note in compose(one_kind, rows(5_000, 5_000)).notes)  # 0.01 + 0.01 and 0.01
    assert not any("四舍五入" in note for note in compose(one_kind, rows(10_000, 20_000)).notes)
    assert not any("四舍五入" in note for note in compose(one_kind, rows(4_999, 10_000)).notes)


def test_a_stream_of_rows_gives_the_same_sheet_as_a_list():
    rows = list(assets(50))
    listed, streamed = compose(ledger("LG05"), rows), compose(ledger("LG05"), lambda: iter(rows))
    assert list(listed.lines()) == list(streamed.lines())
    assert listed.row_digest == streamed.row_digest


def test_a_stream_that_gives_a_class_in_two_pieces_is_refused():
    rows = [*assets(4), *assets(4)]
    with pytest.raises(ValueError, match="two pieces"):
        list(compose(ledger("LG05"), lambda: iter(rows)).lines())
    assert compose(ledger("LG05"), rows).count == 8


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (figures.MONEY_WAN, 1.5),
        (figures.MONEY_WAN, Decimal("1.5")),
        (figures.DECIMAL, float("nan")),
        (figures.DECIMAL, Decimal("Infinity")),
        (figures.INTEGER, True),
        (figures.PERCENT, 0.65),
        (figures.BOOLEAN, 1),
        (figures.TEXT, 1.5),
    ],
)
def test_a_cell_refuses_what_is_not_exact(kind, value):
    with pytest.raises(TypeError):
        kind.show(value)


@pytest.mark.parametrize(
    ("kind", "value", "printed", "exact"),
    [
        (figures.MONEY_WAN, Money.wan("1234.565"), "1,234.57", "1234.565"),
        (figures.MONEY_WAN, Money(0), "-", "0.00"),
        (figures.MONEY_YUAN, Money.yuan("1234.5"), "1,234.50", "1234.50"),
        (figures.PERCENT, Fraction(13, 20), "65.00%", "0.65"),
        (figures.DECIMAL, Decimal("1500.50"), "1,500.5", "1500.5"),
        (figures.DECIMAL, Decimal("-0.25"), "-0.25", "-0.25"),
        (figures.INTEGER, 0, "-", "0"),
        (figures.YEAR, 2024, "2024", "2024"),
        (figures.DATE, date(2024, 3, 1), "2024-03-01", "2024-03-01"),
        (figures.MONTH, date(2024, 3, 1), "2024-03", "2024-03"),
        (figures.BOOLEAN, False, "否", "否"),
    ],
)
def test_each_kind_prints_as_the_office_writes_it(kind, value, printed, exact):
    assert (kind.show(value), kind.exact(value)) == (printed, exact)
