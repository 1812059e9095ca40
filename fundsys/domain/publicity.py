"""Public notices (公示公告): what forms a duty to publish, at which level, for how many days, and what a text must not show."""

from __future__ import annotations

import re
from datetime import date

from .coded import Coded


class PublicLevel(Coded):
    """Where a notice is put up. Source: domain.md 1.7."""

    COUNTY = "county", "县", "info"
    TOWN = "town", "镇", "plain"
    VILLAGE = "village", "村", "plain"


class Occasion(Coded):
    """What is made public (公示事项), and so what forms the duty to do it."""

    ALLOCATED = "allocated", "资金分配结果"
    CORRECTED = "corrected", "资金调整收回结果"
    ADMITTED = "admitted", "项目入库"
    PLANNED = "planned", "年度项目计划"
    COMPLETED = "completed", "项目完工"
    SUBSIDY = "subsidy", "补助到户"
    LABOR_PAY = "labor_pay", "以工代赈报酬发放"
    TITLED = "titled", "资产确权"
    INCOME = "income", "资产收益分配"
    FREE = "free", "其他事项"

    @property
    def table(self) -> str:
        """The table of what it is about; empty where it is about nothing recorded."""
        return _TABLES[self]


_TABLES = {
    Occasion.ALLOCATED: "allotment_notice",
    Occasion.CORRECTED: "correction",
    Occasion.ADMITTED: "project",
    Occasion.PLANNED: "project",
    Occasion.COMPLETED: "project",
    Occasion.SUBSIDY: "project",
    Occasion.LABOR_PAY: "project",
    Occasion.TITLED: "asset",
    Occasion.INCOME: "income",
    Occasion.FREE: "",
}


class PublicState(Coded):
    """A notice's way from the desk to the board, and down again."""

    DRAFT = "draft", "草稿", "plain"
    SUBMITTED = "submitted", "待审定", "info"
    RETURNED = "returned", "已退回", "warn"
    APPROVED = "approved", "已审定", "good"
    WITHDRAWN = "withdrawn", "已撤下", "bad"


OPEN_STATES = (PublicState.DRAFT, PublicState.RETURNED)
"""States in which the enterer may change the text."""
LASTING = "长期"
"""Said instead of a last day where a notice stays up."""

_PERSONAL = (
    ("身份证号", re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")),
    ("银行卡号", re.compile(r"(?<!\d)\d{16,19}(?!\d)")),
    ("手机号", re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")),
)
_PLAIN_DIGITS = str.maketrans("０１２３４５６７８９Ｘｘ\u3000", "0123456789Xx ")
_PARTED = re.compile(
    r"(?<=\d{4})(?<!\d{5}) (?=\d{3})"  # a card number in groups of four
    r"|(?<=\d{6})(?<!\d{7}) (?=\d{8})|(?<=\d{8})(?<!\d{9}) (?=\d{3}[\dXx](?![\dXx]))"  # an identity number in three
    r"|(?<=1\d{2})(?<!\d{4}) (?=\d{4})"  # a telephone number
)


def days_counted(first: date, last: date | None) -> int | None:
    """How many days a notice is up, first and last day both counted; None where it stays up.

    Source: 2023-06-09 至 2023-06-19 为 11 日（含首尾）。
    """
    return None if last is None else (last - first).days + 1


def personal_numbers(text: str) -> list[str]:
    """Which kinds of personal number a text shows: 身份证号, 银行卡号, 手机号; blanks inside a number do not hide it."""
    plain = _PARTED.sub("", text.translate(_PLAIN_DIGITS))
    found = []
    for name, pattern in _PERSONAL:
        if pattern.search(plain):
            found.append(name)
            plain = pattern.sub("", plain)
    return found


def masked(text: str) -> str:
    """The text with the middle of every personal number hidden: what a public copy shows, whatever was typed."""
    if not personal_numbers(text):
        return text
    plain = _PARTED.sub("", text.translate(_PLAIN_DIGITS))
    for _, pattern in _PERSONAL:
        plain = pattern.sub(lambda m: m.group()[:3] + "*" * (len(m.group()) - 7) + m.group()[-4:], plain)
    return plain
