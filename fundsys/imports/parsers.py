"""Words of real tables: amounts with their units and remarks, unit lines, Chinese numbering. One cell at a time."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from fundsys.domain.errors import NotAnAmount
from fundsys.domain.money import Money
from fundsys.domain.money_words import of_capitals

from .grid import Cell
from .numbers import plain

UNIT_FEN = {
    "亿元": 10_000_000_000, "亿": 10_000_000_000, "千万元": 1_000_000_000, "百万元": 100_000_000, "万元": 1_000_000,
    "万": 1_000_000, "千元": 100_000, "百元": 10_000, "元": 100, "圆": 100,
}  # fmt: skip
SHOWN_UNIT = {"亿": "亿元", "万": "万元", "圆": "元"}
_UNIT = "亿元|亿|千万元|百万元|万元|万|千元|百元|元|圆"
# The words of tables from mirror pages in traditional characters; for reading only, kept texts stay as they are.
_TRADITIONAL = str.maketrans(
    "資額總計項單萬億縣區鄉鎮級備註說內規設實責補獎貼貸財撥達號類標準戶數積畝電話聯負領導時間帶貧脫銜協東籌農業產價結餘決執進發務勞報審編製變調來構組織機關門體經營費預際專債圓彙匯還點條減銷歸屬權證統與個無種養護會街辦處場",
    "资额总计项单万亿县区乡镇级备注说内规设实责补奖贴贷财拨达号类标准户数积亩电话联负领导时间带贫脱衔协东筹农业产价结余决执进发务劳报审编制变调来构组织机关门体经营费预际专债圆汇汇还点条减销归属权证统与个无种养护会街办处场",
)
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad]")
BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_BLANK = re.compile(r"[-－—–−一/／\\无○]+|\*|暂无|没有")
_NEGATIVE = re.compile(r"\((\d[\d,.]*)\)")
_AMOUNT = re.compile(
    rf"(?P<before>[^\d.+\-]*)(?P<sign>[-+]?)(?P<number>\d[\d,]*(?:\.\d+)?|\.\d+)\s*(?P<unit>{_UNIT})?(?P<after>.*)",
    re.DOTALL,
)
_DOUBT = re.compile(
    r"约|左右|上下|以上|以下|以内|不低于|不超过|不少于|不高于|至少|至多|最多|近$|余|多$|预计|估算|暂定|待定"
)
_REMARK = re.compile(r"(?:整|正)?(?:\s*\([^()]*(?:\([^()]*\)[^()]*)*\)|\s*[,;。:]\D.*)*[。;,]?", re.DOTALL)
_PER = re.compile(r"每|/|标准|单价|人均|户均|亩均")
_CURRENCY = re.compile(r"(?:人民币|RMB|CNY)?\s*[¥￥]?", re.IGNORECASE)


@lru_cache(maxsize=50_000)
def clean(text: str) -> str:
    """Full-width forms to plain ones, invisible characters and outer spaces away; for reading, never for keeping."""
    plain_text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_TRADITIONAL)
    return plain_text.replace("〔", "(").replace("〕", ")").strip()


@lru_cache(maxsize=50_000)
def squash(text: str) -> str:
    """A word for comparing: cleaned, without any inner space or line break."""
    return re.sub(r"\s+", "", clean(text))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says as money.

    fen: the amount, None when the cell is empty or not sure.
    unit: the unit written in the cell itself.
    blank: nothing stands there. dash: a stroke stands there, the office's sign for nothing.
    problem: why a person must look, None when all is plain.
    """

    fen: int | None = None
    unit: str | None = None
    blank: bool = False
    dash: bool = False
    problem: str | None = None
    needs_unit: bool = False


def read_amount(cell: Cell | None, unit: str | None) -> Reading:
    """The money in a cell; `unit` is that of the column or the table and gives way to one in the cell itself."""
    if cell is None or not cell.text.strip():
        return Reading(blank=True)
    if cell.kind == "number":
        assert cell.number is not None
        if cell.unit == "?":
            return Reading(problem=f"“{cell.text}”的数字格式既缩放又带单位，看不出存的是哪个单位")
        return _exact(cell.number, cell.text, cell.unit, unit, _number_doubt(cell))
    if cell.kind == "error":
        return Reading(problem=f"是错误值“{cell.text}”，不是金额")
    if cell.kind in ("date", "percent", "bool"):
        return Reading(
            problem=f"“{cell.text}”是{ {'date': '日期', 'percent': '百分数', 'bool': '逻辑值'}[cell.kind] }，不是金额"
        )
    return _read_text(cell, unit)


def _number_doubt(cell: Cell) -> str | None:
    return f"“{cell.text}”超过 15 位有效数字，文件里可能已经失真" if cell.inexact else None


def _read_text(cell: Cell, unit: str | None) -> Reading:
    text = clean(cell.text)
    if not text:
        return Reading(blank=True)
    if _BLANK.fullmatch(text):
        return Reading(fen=0, dash=True)
    if (capitals := of_capitals(text)) is not None:
        return Reading(fen=capitals.fen, unit="元")
    if grouped := re.fullmatch(r"([-+]?\d{1,3}(?: \d{3})+(?:\.\d+)?)\s*(.*)", text):
        text = grouped[1].replace(" ", "") + grouped[2]
    if re.fullmatch(r"[△▲]\s*\d.*", text):
        text, marked = "-" + text[1:].strip(), f"“{cell.text}”按红字（负数）读取，请核对"
    elif negative := _NEGATIVE.fullmatch(text.replace(" ", "")):
        text, marked = "-" + negative[1], f"“{cell.text}”按红字（负数）读取，请核对"
    else:
        marked = None
    if starred := re.fullmatch(r"(.*\d.*?)\s*[*※★]{1,2}", text):
        text, marked = starred[1], marked or f"“{cell.text}”带有脚注的记号，请核对"
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return Reading(problem=f"“{_short(cell.text)}”不是金额")
    return _read_parts(cell, found, unit, marked)


def _read_parts(cell: Cell, found: re.Match[str], unit: str | None, marked: str | None) -> Reading:
    shown, before, after = _short(cell.text), found["before"].strip(), found["after"].strip()
    outside = re.sub(r"\(.*?\)", "", after)
    if _DOUBT.search(before) or _DOUBT.search(outside):
        return Reading(problem=f"“{shown}”不是确数")
    if _PER.search(before) or after.startswith("/"):
        return Reading(problem=f"“{shown}”是标准或单价，不是金额")
    if not _REMARK.fullmatch(after):
        return Reading(problem=f"“{shown}”不只是一个金额")
    if re.search(r"\(\s*[-+]?[\d.,]+\s*\)", after):
        return Reading(problem=f"“{shown}”有两个数，看不出以哪个为准")
    if before and not _CURRENCY.fullmatch(before):
        if found["unit"] is None or re.search(r"\d", outside):
            return Reading(problem=f"“{shown}”不只是一个金额")
        marked = marked or f"“{shown}”在金额前还有文字，请核对"
    try:
        number = _number(found["sign"] + found["number"])
    except NotAnAmount:
        return Reading(problem=f"“{shown}”的数字写法不对")
    own = found["unit"] or ("元" if unit is None and before else None)
    return _exact(number, cell.text, own, unit, marked)


def _number(text: str) -> Decimal:
    if "," in text and not re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        raise NotAnAmount(f"“{text}”不是金额。")
    return Decimal(text.replace(",", ""))


def _exact(number: Decimal, shown: str, own: str | None, unit: str | None, doubt: str | None) -> Reading:
    unit_used = own or unit
    if unit_used is None:
        return Reading(needs_unit=True, problem=doubt)
    own = SHOWN_UNIT.get(own, own) if own else None
    fen = number * UNIT_FEN[unit_used]
    if fen != fen.to_integral_value():
        return Reading(unit=own, problem=f"“{_short(shown)}”{SHOWN_UNIT.get(unit_used, unit_used)}精确不到分")
    if abs(fen) >= 10**15:
        return Reading(unit=own, problem=f"“{_short(shown)}”{SHOWN_UNIT.get(unit_used, unit_used)}过大，请核对单位")
    return Reading(fen=Money(int(fen)).fen, unit=own, problem=doubt)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 30 else line[:30] + "……"


def is_numeric(cell: Cell | None) -> bool:
    """Whether a cell holds a figure at all: a number, or text that reads as one amount."""
    if cell is None:
        return False
    if cell.kind in ("number", "percent"):
        return True
    return cell.kind == "text" and re.match(r"[¥￥]?[-+△▲(]?\s*[\d.]", clean(cell.text)) is not None


def is_amount_like(cell: Cell | None) -> bool:
    """Whether a cell would pass as money once its unit is known (strokes included)."""
    reading = read_amount(cell, "元")
    return reading.fen is not None or reading.dash or (cell is not None and cell.kind == "number")


# -- units ---------------------------------------------------------------------------------------------------------

_UNIT_LINE = re.compile(
    r"(?:金额|货币|计量|资金|计价)?单位[:是为]?[(]?(?!.{0,10}(?:局|委|办|政府|公司|中心|乡|镇|村|站|院)$)(?P<units>[^:()]{1,24}?)[)]?$"
)
_UNIT_INSIDE = re.compile(rf"(?:单位|金额)[:是为]?[(]?(?:人民币)?(?P<unit>{_UNIT})(?![\d/])")
_BRACKETED = re.compile(rf"\((?:单位:?|金额:?|人民币:?)*(?P<unit>{_UNIT})\)")


def units_said(text: str) -> set[str]:
    """The money units a title, unit line, heading bracket, note or sheet name states; empty when none.

    “单位：万元”, “单位(万元)”, “分配表（万元）”, “单位：户、万元”, “以万元为单位”. An amount in the text is no statement.
    """
    word = squash(text)
    found: set[str] = set()
    for piece in re.split(r"\s{2,}|\n|\t", clean(text)):
        line = _UNIT_LINE.search(squash(piece))
        if line:
            found |= {u for u in re.split(r"[、,，;/和与及]|人民币|金额|资金|为", line["units"]) if u in UNIT_FEN}
    found |= {m["unit"] for m in _UNIT_INSIDE.finditer(word)} | {m["unit"] for m in _BRACKETED.finditer(word)}
    found |= {m[1] for m in re.finditer(rf"以({_UNIT})为单位", word)}
    return {SHOWN_UNIT.get(unit, unit) for unit in found}


@lru_cache(maxsize=50_000)
def is_unit_line(text: str) -> bool:
    """Whether the text is nothing but a unit line: “单位：万元”, “(单位：万元、户)”."""
    word = squash(text).strip("()")
    return re.fullmatch(
        r"(?:金额|货币|计量|资金|计价)?(?:单位)[:是为]?[(]?[^:()]{1,16}[)]?", word
    ) is not None and bool(units_said(text) or re.search(rf"{_UNIT}|亩|户|人|公里", word))


def heading_unit(heading: str) -> str | None:
    """The money unit of a column heading: 资金（万元）, 金额:元, 万元. None when there is none, or it is a rate (元/户)."""
    word = squash(heading)
    if re.search(rf"(?:{_UNIT})[/每]", word):
        return None
    units = units_said(heading) | {
        SHOWN_UNIT.get(m[1], m[1]) for m in re.finditer(rf"[(:,、]({_UNIT})[),、]?(?=$|[)、,])", word + "")
    }
    tail = re.search(rf"(?:资金|金额|投资|额|款|计|概算|资|费)[:_\-/]?({_UNIT})$", word) or re.fullmatch(
        rf"({_UNIT})", word
    )
    if tail:
        units.add(SHOWN_UNIT.get(tail[1], tail[1]))
    return units.pop() if len(units) == 1 else None


# -- numbering -----------------------------------------------------------------------------------------------------

_HAN = "一二三四五六七八九十百"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(frozen=True, slots=True)
class Marker:
    """The number a line bears: level 1 一、 2 （一） 3 1、 4 1.1 or (1) 5 ①; path for dotted numbers; rest is its text."""

    level: int
    path: tuple[str, ...]
    rest: str


def read_marker(cell: Cell | None, bare: bool) -> Marker | None:
    """The numbering a cell starts with. bare: a sequence column, where a number alone is numbering too."""
    if cell is None or cell.kind not in ("text", "number"):
        return None
    raw = cell.text.strip()
    if raw[:1] in _CIRCLED and raw:
        return Marker(5, (str(_CIRCLED.index(raw[0]) + 1),), raw[1:].strip())
    text = clean(plain(cell.number) if cell.kind == "number" and cell.number is not None else cell.text)
    if found := re.match(rf"第?([{_HAN}]+)(?:[、.,:]|是|\s+|部分[:、]?|$)", text):
        return Marker(1, (found[1],), text[found.end() :].strip())
    if found := re.match(rf"\(([{_HAN}]+)\)[、.]?", text):
        return Marker(2, (found[1],), text[found.end() :].strip())
    if found := re.match(r"(?:\((\d{1,3})\)|(\d{1,3})\))[、.]?", text):
        return Marker(4, (found[1] or found[2],), text[found.end() :].strip())
    if found := re.match(
        r"(\d{1,3})((?:[.\-]\d{1,3})+)(?=[、.\s]|$|[^\d.\-])" if not bare else r"(\d{1,3})((?:[.\-]\d{1,3})+)$", text
    ):
        return Marker(4, tuple(re.split(r"[.\-]", found[0])), text[found.end() :].strip(" 、."))
    if found := re.match(r"(\d{1,5})(?:[、.](?!\d)\s*|$)" if bare else r"(\d{1,3})(?:、|\.(?!\d))\s*(?=\D)", text):
        return Marker(3, (found[1],), text[found.end() :].strip())
    return None
