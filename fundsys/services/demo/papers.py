"""The year's notices and how much of each line goes to which group of projects, in 万元."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from .subjects import FEE, LEAD, NON, OTHER


@dataclass(frozen=True)
class Share:
    """What a group of projects gets of a line: the sum, and how many first and further allocations it is split into."""

    group: str
    sum_wan: str
    firsts: int
    further: int = 0


@dataclass(frozen=True)
class Line:
    """One line of a notice. plan: which batch of the yearly plan its first allocations open."""

    source: str
    wan: str
    plan: int
    shares: tuple[Share, ...]
    relief: bool = False


@dataclass(frozen=True)
class Notice:
    """A notice, and when its money was allocated."""

    document_no: str
    title: str
    issuer: str
    batch: int
    issued_on: date
    received_on: date
    allocated_on: date
    lines: tuple[Line, ...] = field(default=())


PLANS = {
    1: (date(2024, 1, 12), "陇乡振组发〔2024〕2号"),
    2: (date(2024, 4, 26), "陇乡振组发〔2024〕11号"),
    3: (date(2024, 6, 14), "陇乡振组发〔2024〕16号"),
}
"""Batches of the yearly plan: when decided, and by which paper."""

_FIRST = (
    Share(LEAD, "560.31", 9, 1),
    Share(OTHER, "1252.09", 15, 2),
    Share(NON, "840.00", 11, 2),
    Share(FEE, "27.60", 1),
)
_SECOND = (
    Share(LEAD, "280.00", 5, 1),
    Share(OTHER, "625.16", 9, 1),
    Share(NON, "501.24", 8, 2),
    Share(FEE, "13.60", 0, 1),
)
NOTICES = (
    Notice(
        "宝市财办农〔2023〕87号",
        "关于提前下达2024年中央财政衔接推进乡村振兴补助资金的通知",
        "宝鸡市财政局",
        1,
        date(2023, 12, 18),
        date(2023, 12, 25),
        date(2024, 1, 18),
        (Line("F101", "2680", 1, _FIRST),),
    ),
    Notice(
        "宝市财办农〔2023〕92号",
        "关于提前下达2024年省级财政衔接推进乡村振兴补助资金的通知",
        "宝鸡市财政局",
        1,
        date(2023, 12, 20),
        date(2023, 12, 27),
        date(2024, 1, 22),
        (
            Line(
                "F201",
                "960",
                1,
                (
                    Share(LEAD, "220.00", 4),
                    Share(OTHER, "448.60", 6, 1),
                    Share(NON, "282.80", 5, 2),
                    Share(FEE, "8.60", 1),
                ),
            ),
        ),
    ),
    Notice(
        "陇财农〔2024〕8号",
        "关于下达2024年县级财政衔接推进乡村振兴补助资金的通知",
        "陇县人民政府",
        1,
        date(2024, 3, 8),
        date(2024, 3, 12),
        date(2024, 4, 2),
        (
            Line("F401", "410", 1, (Share(LEAD, "62.00", 1), Share(OTHER, "96.00", 2), Share(NON, "252.00", 6))),
            Line(
                "F401",
                "230",
                3,
                (Share(OTHER, "38.00", 1, 2), Share(NON, "152.00", 4, 3), Share(LEAD, "40.00", 0, 1)),
            ),
        ),
    ),
    Notice(
        "铜陇协作办〔2024〕3号",
        "关于下达2024年铜陇协作项目资金计划的通知",
        "徐州市铜山区对口协作办公室",
        1,
        date(2024, 3, 15),
        date(2024, 3, 20),
        date(2024, 4, 16),
        (
            Line("F601", "850", 1, (Share(LEAD, "180.00", 1), Share(OTHER, "380.00", 3), Share(NON, "290.00", 3))),
            Line("F601", "300", 2, (Share(OTHER, "160.00", 1), Share(NON, "140.00", 1))),
        ),
    ),
    Notice(
        "宝市财办农〔2024〕5号",
        "关于下达2024年中央财政衔接推进乡村振兴补助资金（第二批）的通知",
        "宝鸡市财政局",
        2,
        date(2024, 4, 11),
        date(2024, 4, 17),
        date(2024, 5, 10),
        (Line("F101", "1420", 2, _SECOND),),
    ),
    Notice(
        "宝市财办农〔2024〕6号",
        "关于下达2024年中央财政衔接推进乡村振兴补助资金（以工代赈任务）的通知",
        "宝鸡市财政局",
        1,
        date(2024, 4, 12),
        date(2024, 4, 18),
        date(2024, 5, 13),
        (Line("F102", "280", 2, (Share(OTHER, "96.00", 2), Share(NON, "184.00", 4)), relief=True),),
    ),
    Notice(
        "宝市财办农〔2024〕8号",
        "关于下达2024年市级财政衔接推进乡村振兴补助资金的通知",
        "宝鸡市财政局",
        1,
        date(2024, 5, 27),
        date(2024, 5, 31),
        date(2024, 6, 21),
        (
            Line("F301", "190", 2, (Share(NON, "160.00", 5), Share(OTHER, "30.00", 0, 1))),
            Line("F301", "196", 3, (Share(OTHER, "36.00", 1), Share(NON, "160.00", 4, 1))),
        ),
    ),
    Notice(
        "宝市财办农〔2024〕9号",
        "关于下达2024年省级财政衔接推进乡村振兴补助资金（第二批）的通知",
        "宝鸡市财政局",
        2,
        date(2024, 6, 18),
        date(2024, 6, 25),
        date(2024, 7, 19),
        (
            Line(
                "F201",
                "462",
                3,
                (
                    Share(LEAD, "120.00", 2),
                    Share(OTHER, "200.00", 3),
                    Share(NON, "137.40", 3),
                    Share(FEE, "4.60", 0, 1),
                ),
            ),
            Line("F202", "60", 3, (Share(OTHER, "40.00", 1), Share(NON, "20.00", 1))),
        ),
    ),
    Notice(
        "宝市财办农〔2024〕12号",
        "关于下达2024年中央财政衔接推进乡村振兴补助资金（第三批）的通知",
        "宝鸡市财政局",
        3,
        date(2024, 10, 15),
        date(2024, 10, 21),
        date(2024, 11, 8),
        (Line("F101", "2360", 0, ()),),
    ),
)
"""Nine notices, 10 398 万元. The last one is being allocated: drafts and submitted entries (THIRD)."""

THIRD = {LEAD: ("574.80", 4, 2), OTHER: ("1049.50", 9, 2), NON: ("573.34", 4, 2), FEE: ("22.00", 1, 0)}
"""Of the third batch by group: sum in 万元, entries, how many of them are submitted; the others are drafts."""

MOVED_WAN = "49.20"
"""Moved in August from a road to an industry project, because the industry share had fallen below 65 %."""
MOVED_ON = date(2024, 8, 14)
MOVED_PAPER = "陇乡振组发〔2024〕19号"
