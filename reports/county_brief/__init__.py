"""PF63 简报: the county on a day on two upright pages, for the leading group: figures, sentences made from them, what to decide."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from fundsys.domain import terms
from fundsys.queries import brief
from fundsys.queries.brief import BUILDING, DECIDE, LARGE, MONEY, POINTS, RULES, TOWNS, BriefRow
from fundsys.reports.figures import TEXT, Kind
from fundsys.reports.ledger import Column, Ledger
from fundsys.reports.press import forms
from fundsys.reports.sheet import Sheet

FIGURE = Kind("figure", TEXT.show, TEXT.exact, "right", False)
"""A figure as the overview shows it."""
_STYLE = """
@page { margin: 13mm 15mm 14mm } .top { min-height: 20mm } h1 { font-size: 16pt; padding-top: 3.5mm } .line { border-bottom: .5mm solid #000; padding-bottom: 1.2mm; margin: 1mm 0 1.5mm }
h2 { font-size: 10.5pt; margin: 2.2mm 0 1mm; break-after: avoid } p.words { font-size: 9.5pt; line-height: 5mm; margin: 0 }
table.fine { font-size: 8pt; line-height: 3.7mm } table.fine th, table.fine td { padding: .45mm 1mm } .two { display: flex; gap: 3mm; align-items: flex-start } .two > div { flex: 1; min-width: 0 }
.two p { font-size: 8pt; margin: 1.4mm 0 .5mm } table.fine .num { white-space: nowrap } .sign { margin-top: 5mm } .notes { font-size: 7.5pt; line-height: 3.8mm; margin: 2mm 0 0 }
"""


def form(sheet: Sheet) -> str:
    """The brief: the sentences and the figures on the first page, the towns, the largest five and what to decide on the second."""
    rows = list(sheet.rows())
    unit = sheet.imprint.reporting_unit
    issue = next((note for note in sheet.notes if "期，数据截至" in note), "").rstrip("。")
    said = "　".join(part for part in (issue, f"编印：{unit}") if part)
    return forms.document(sheet, [(said, body(rows))], _STYLE)


def body(rows: Sequence[BriefRow]) -> str:
    """All parts under the line."""
    return "".join(
        (
            _head("一、要点"),
            _sentences(rows, POINTS),
            _head("二、年度指标"),
            forms.rows(
                (("指标", "42"), ("实测", "13 num"), ("要求", "13 num"), ("距界线", "20 num"), ("结论", "12")),
                [(r.item, r.figure, r.required, r.distance or "-", r.stand) for r in _of(rows, RULES)],
                fine=True,
            ),
            _head("三、资金（万元）"),
            _crossed(_of(rows, MONEY), "级次"),
            _head("四、建设、分类、目标和问题"),
            forms.rows(
                (("事项", "14"), ("情况", "86")),
                [
                    (item, "，".join(f"{r.measure} {r.figure}" for r in told))
                    for item, told in _items(_of(rows, BUILDING))
                ],
                fine=True,
            ),
            _head("五、各镇资产和管护（项，原值为万元）"),
            _crossed(_of(rows, TOWNS), "镇"),
            _head("六、居前五位的"),
            _lists(_of(rows, LARGE)),
            _head("七、请研究的事项"),
            _sentences(rows, DECIDE),
        )
    )


def _head(words: str) -> str:
    return f"<h2>{escape(words)}</h2>"


def _of(rows: Sequence[BriefRow], section: str) -> list[BriefRow]:
    return [row for row in rows if row.section == section]


def _items(rows: Sequence[BriefRow]) -> list[tuple[str, list[BriefRow]]]:
    found: dict[str, list[BriefRow]] = {}
    for row in rows:
        found.setdefault(row.item, []).append(row)
    return list(found.items())


def _sentences(rows: Sequence[BriefRow], section: str) -> str:
    return "".join(forms.words(f"{row.item}. {row.words}") for row in _of(rows, section))


def _crossed(rows: Sequence[BriefRow], name: str) -> str:
    """One line an item, one column a measure; the last item is their sum."""
    items = _items(rows)
    measures = [row.measure for row in items[0][1]] if items else []
    wide = 80 // max(len(measures), 1)
    lines = [(item, *(row.figure for row in told)) for item, told in items]
    heads = ((name, str(100 - wide * len(measures))), *((measure, f"{wide} num") for measure in measures))
    return forms.rows(heads, lines[:-1], lines[-1] if lines else (), fine=True)


def _lists(rows: Sequence[BriefRow]) -> str:
    """The largest of each kind, two tables beside one another."""
    kinds: dict[str, list[BriefRow]] = {}
    for row in rows:
        kinds.setdefault(row.measure, []).append(row)
    tables = [
        f"<div><p>{escape(kind)}</p>"
        + forms.rows(
            (("名称", "50"), ("数", "17 num"), ("说明", "33")), [(r.item, r.figure, r.words) for r in told], fine=True
        )
        + "</div>"
        for kind, told in kinds.items()
    ]
    pairs = [tables[n : n + 2] for n in range(0, len(tables), 2)]
    return "".join(f'<div class="two">{"".join(pair)}</div>' for pair in pairs) or forms.words("没有超期和落后的。")


LEDGER = Ledger(
    code="PF63",
    title="衔接资金和项目资产管理简报",
    unit="万元",
    page="A4 landscape",
    size=8.5,
    rows=brief.brief,
    remarks=brief.brief_remarks,
    group_by=lambda r: r.section,
    group_title="部分",
    identity=("brief_section", "brief_item", "brief_measure"),
    form=form,
    counter="条",
    basis=(
        "只算已复核的记录；金额为万元，四舍五入到两位。指标的口径和明细见《规则检查报告》（PF41）和系统“全县总览”。",
    ),
    columns=(
        Column(terms.SERIAL, mm=8),
        Column(terms.BRIEF_SECTION, lambda r: r.section, printed=False),
        Column(terms.BRIEF_ITEM, lambda r: r.item, mm=48),
        Column(terms.BRIEF_MEASURE, lambda r: r.measure, mm=34, missing=""),
        Column(terms.BRIEF_FIGURE, lambda r: r.figure, mm=24, kind=FIGURE, missing=""),
        Column(terms.BRIEF_REQUIRED, lambda r: r.required, mm=20, kind=FIGURE, missing=""),
        Column(terms.BRIEF_DISTANCE, lambda r: r.distance, mm=24, kind=FIGURE, missing=""),
        Column(terms.BRIEF_STAND, lambda r: r.stand, mm=16, missing=""),
        Column(terms.BRIEF_WORDS, lambda r: r.words, mm=90, missing="", small=True),
    ),
    signatures=("编稿", "审核", "签发"),
)
