"""The treasury's payment list out of any workbook: columns by what their headings mean, every doubt with its cell."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from fundsys.domain.dates import parse_day
from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money, exact_yuan, total

from .child import read_in_child
from .grid import Cell
from .headings import bare_heading
from .parsers import heading_unit, read_amount

MOST_FAULTS = 20
_MEANT = (
    ("voucher_no", r".*凭证(?:号|编号|号码).*|.*支付(?:令|单)(?:编?号|号码).*|.*(?:单据|业务|交易|流水|指令)(?:编?号|流水号)|凭证"),
    ("payee", r".*收款.*(?:人|单位|方|户名|名称|全称).*|收款(?:人|方)|户名|对方(?:户名|单位|账户名称)|.*收款.*户名.*|领款人.*"),
    ("paid_on", r".*(?:支付|付款|清算|交易|记账|入账|拨付|业务|办理).*(?:日期|时间)|日期|年月日"),
    ("amount", r".*(?:支付|实付|付款|清算|交易|发生|拨付|支出|转账).*(?:金额|额|数)|金额.*|支付数|发生额|借方.*"),
    ("words", r"摘要.*|用途.*|资金用途|附言|事由|支付事项|款项用途|备注"),
)  # fmt: skip
_NOT_MEANT = {
    "payee": r".*(?:账号|帐号|卡号|开户|银行|行号|行名|地址)",
    "amount": r".*(?:计划|预算|指标|余额|累计|大写|批复).*",
}


class ListRefused(DomainError):
    """A workbook that is not a payment list, or not one that can be relied on."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One payment as the treasury writes it. row: in the sheet; paid_on: None where the list has no days."""

    row: int
    voucher_no: str
    payee: str
    amount: Money
    paid_on: date | None
    words: str


@dataclass(frozen=True, slots=True)
class ReadList:
    """A payment list as read. columns: (what it means, letter, heading); doubts: what to look at, refusing nothing."""

    name: str
    sha256: str
    sheet: str
    rows: tuple[ListRow, ...]
    columns: tuple[tuple[str, str, str], ...]
    doubts: tuple[str, ...]

    @property
    def total(self) -> Money:
        """Net of all rows."""
        return total(row.amount for row in self.rows)


def read_list(path: Path, name: str, sheet: str | None = None, unit: str | None = None) -> ReadList:
    """Read a payment list; the first sheet that has an amount and either voucher numbers or payees.

    unit: 元 or 万元, for tables that state none. Raises: WorkbookRefused, ListRefused with every bad cell.
    """
    sheets = read_in_child(path, sheet=sheet, unit=unit, name=name)
    for one in sheets:
        columns = columns_of(one["columns"])
        if "amount" in columns and ("voucher_no" in columns or "payee" in columns):
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            rows, faults = _rows(one, columns, unit)
            if faults:
                shown = "；".join(faults[:MOST_FAULTS]) + (
                    f"；等 {len(faults)} 处" if len(faults) > MOST_FAULTS else ""
                )
                raise ListRefused(f"清单有 {len(faults)} 处看不准，没有收下：{shown}", field="file")
            told = tuple((word, c["column"], c["heading"]) for word, c in columns.items())
            return ReadList(name, digest, one["name"], tuple(rows), told, tuple(_doubts(one, rows)))
    raise ListRefused("没有认出支付清单：至少要有金额列，以及凭证号或收款人列，请核对表头", field="file")


def columns_of(headings: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Which column means what, by its heading; for each meaning the column whose heading fits first."""
    found: dict[str, dict[str, Any]] = {}
    for meaning, pattern in _MEANT:
        for column in headings:
            word = bare_heading(str(column["heading"]).rsplit("/", 1)[-1])
            refused = _NOT_MEANT.get(meaning)
            if column in found.values() or not re.fullmatch(pattern, word) or (refused and re.fullmatch(refused, word)):
                continue
            found[meaning] = column
            break
    if "amount" not in found:
        chosen = next((c for c in headings if c["field"] == "amount"), None)
        if chosen is not None:
            found["amount"] = chosen
    return found


def _rows(
    sheet: dict[str, Any], columns: dict[str, dict[str, Any]], unit: str | None
) -> tuple[list[ListRow], list[str]]:
    used = heading_unit(columns["amount"]["heading"]) or sheet["unit"] or unit
    rows, faults = [], []
    for record in sheet["rows"]:
        values = {meaning: record["values"].get(c["heading"], "").strip() for meaning, c in columns.items()}
        if not any(values.get(key) for key in ("amount", "voucher_no", "payee")):
            continue
        place = {meaning: f"{c['column']}{record['row']}" for meaning, c in columns.items()}
        try:
            rows.append(_row(record["row"], values, used))
        except _Doubt as doubt:
            faults.append(f"{place[doubt.meaning]} {doubt.words}")
    if not rows and not faults:
        faults.append("没有读到一笔支付")
    return rows, faults


class _Doubt(Exception):
    def __init__(self, meaning: str, words: str) -> None:
        super().__init__(words)
        self.meaning, self.words = meaning, words


def _row(number: int, values: dict[str, str], unit: str | None) -> ListRow:
    text = values["amount"]
    reading = read_amount(Cell(text), unit)
    if reading.needs_unit:
        raise _Doubt("amount", f"“{text}”没有写明是元还是万元，请在上传时选金额单位")
    if reading.fen is None or reading.dash:
        raise _Doubt("amount", reading.problem or f"“{text}”不是金额")
    day = values.get("paid_on", "")
    try:
        paid_on = _day(day) if day else None
    except DomainError as wrong:
        raise _Doubt("paid_on", wrong.message) from None
    voucher, payee, words = (values.get(key, "") for key in ("voucher_no", "payee", "words"))
    if not voucher and not payee:
        raise _Doubt("amount", "这一行既没有凭证号，也没有收款人")
    return ListRow(number, voucher[:40], payee[:80], Money(reading.fen), paid_on, words[:200])


def _day(text: str) -> date:
    """A day, also one with the time behind it."""
    plain = re.sub(r"[\sT]+\d{1,2}[:：]\d{2}.*$", "", text.strip())
    return parse_day(plain)


def _doubts(sheet: dict[str, Any], rows: list[ListRow]) -> Iterator[str]:
    stated = sheet["stated_total_fen"]
    whole = total(row.amount for row in rows)
    if stated is not None and stated != whole.fen:
        yield f"表上写的合计是 {exact_yuan(Money(stated))} 元，各行相加是 {exact_yuan(whole)} 元，请核对"
