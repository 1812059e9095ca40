"""`income`: what came in for incomes due, by asset and due day; each row becomes a receipt in draft and is approved as on the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, select, true, type_coerce

from fundsys.domain import terms
from fundsys.domain.asset_matters import IN_BOOKS, MatterKind, MatterState
from fundsys.domain.money import ZERO, Money, exact_yuan
from fundsys.models.assets import Asset, Income
from fundsys.models.income import IncomeReceipt
from fundsys.models.matters import AssetMatter
from fundsys.queries.import_lists import squashed
from fundsys.queries.income import received_of, stands
from fundsys.queries.viewer import seen_assets
from fundsys.services import matters
from fundsys.services.acts import Act
from fundsys.services.imports import Change, Plan, Progress
from fundsys.services.matters.common import LIVE

from .base import Column, Kind, Sheet, Table, Told, empty_plan
from .cells import CodeText, Day, Text
from .payments import Yuan

COLUMNS = (
    Column(terms.ASSET_NO, "code", CodeText(40), required=True, also=("资产编号", "编码"), given=False, mm=34),
    Column(terms.ASSET_NAME, "name", Text(120), also=("名称",), field="asset_name", given=False, mm=32),
    Column(terms.ASSET_CONTRACT_NO, "contract_no", Text(60), also=("合同号", "经营合同编号"), mm=24),
    Column(terms.INCOME_DUE_ON, "due_on", Day(), also=("应收时间", "约定缴付日期"), mm=18),
    Column(terms.RECEIPT_AMOUNT, "amount", Yuan(1), required=True, also=("实收金额", "收益金额", "实收"), given=False),
    Column(terms.RECEIPT_DAY, "happened_on", Day(past=True), required=True, also=("实收日期", "收款日期"), mm=18),
    Column(terms.RECEIPT_VOUCHER, "document_no", Text(60), required=True, also=("凭证号", "收款凭证号", "回单编号"), given=False, mm=26),
    Column(terms.MATTER_WORDS, "words", Text(1000), also=("备注", "摘要"), field="remark", given=False, mm=26),
)  # fmt: skip
_TOLD = ("amount", "happened_on", "words")


@dataclass(frozen=True, slots=True)
class Due:
    """An income due as an import compares with it. left: what may still be registered, papers under way taken off."""

    id: int
    due_on: date | None
    contract_no: str
    due: Money
    left: Money


@dataclass(frozen=True, slots=True)
class Stored:
    """A receipt there is, taken back ones left out."""

    matter_id: int
    version: int
    income_id: int
    state: MatterState
    entered_by: int | None
    document_no: str
    amount: int
    happened_on: date
    words: str


def agree(sheet: Sheet) -> None:
    """Each row names an income due of an asset of the person's own; one voucher stands once for one due."""
    _settle_assets(sheet)
    _settle_dues(sheet)
    first: dict[tuple[Any, ...], int] = {}
    for place, key in enumerate(zip(sheet.values["income_id"], sheet.column("document_no"), strict=True)):
        if all(key) and first.setdefault(key, place) != place:
            sheet.complain(
                place, "document_no", f"与{sheet.row_name(first[key])}是同一笔应收的同一张凭证，请合并成一行"
            )


def _settle_assets(sheet: Sheet) -> None:
    told = sheet.told
    wanted = select(Asset.code, Asset.id, Asset.name).where(
        seen_assets(told.who, told.permission) if told.who else true(), Asset.id.in_(select(Income.asset_id))
    )
    known = {code: (number, name) for code, number, name in sheet.session.execute(wanted)}
    ids: list[int | None] = []
    for place, (code, name) in enumerate(zip(sheet.column("code"), sheet.column("name"), strict=True)):
        number, there = known.get(code, (None, ""))
        ids.append(number)
        if code and number is None:
            sheet.complain(
                place, "code", f"编码为“{code}”的资产没有应收收益，或者不在您的管理范围内；应收由经营合同或电费结算产生"
            )
        elif number is not None and name and squashed(name) != squashed(there):
            sheet.complain(place, "name", f"编码“{code}”是“{there}”，与本表写的不一样")
    sheet.values["asset_id"] = ids


def _settle_dues(sheet: Sheet) -> None:
    """The due of every row: by its day and contract, or the asset's only one of which something is open."""
    known = _dues(sheet)
    ids: list[int | None] = []
    rows = zip(sheet.values["asset_id"], sheet.column("due_on"), sheet.column("contract_no"), strict=True)
    for place, (asset, day, contract) in enumerate(rows):
        mine = [d for d in known.get(asset, ()) if contract in ("", d.contract_no)]
        found = [d for d in mine if d.due_on == day] if day else [d for d in mine if d.left > ZERO]
        ids.append(found[0].id if len(found) == 1 else None)
        if asset is None or len(found) == 1:
            continue
        days = "、".join(dict.fromkeys(d.due_on.isoformat() if d.due_on else "未约定" for d in mine))
        if not mine:
            sheet.complain(place, "contract_no", f"这项资产没有合同编号为“{contract}”的应收收益，请核对")
        elif found:
            told = "有几笔应收日期相同，请填写合同编号" if day else f"有几笔还没有收齐，请填写应收日期：{days}"
            sheet.complain(place, "contract_no" if day else "due_on", told)
        elif day:
            sheet.complain(place, "due_on", f"没有 {day.isoformat()} 的应收，这项资产的应收日期有：{days}")
        else:
            sheet.complain(place, "due_on", f"各笔应收都已收齐，请核对；应收日期有：{days}")
    sheet.values["income_id"] = ids
    by_id = {due.id: due for dues in known.values() for due in dues}
    sheet.values["due"] = [by_id.get(number or 0) for number in ids]


def _dues(sheet: Sheet) -> dict[int | None, list[Due]]:
    """The dues that stand, by asset; those of papers under way are taken off what is left."""
    r, m = IncomeReceipt, AssetMatter
    under_way: dict[int, int] = defaultdict(int)
    for income, amount in sheet.session.execute(
        select(r.income_id, r.amount)
        .join(m, r.matter_id == m.id)
        .where(m.kind == MatterKind.RECEIPT, m.state.in_(LIVE))
    ):
        under_way[income] += amount.fen
    found: dict[int | None, list[Due]] = defaultdict(list)
    rows = sheet.session.execute(
        select(Income.asset_id, Income.id, Income.due_on, Income.contract_no, Income.due, received_of()).where(stands())
    )
    for asset, number, day, contract, due, received in rows:
        found[asset].append(Due(number, day, contract, due, due - received - Money(under_way[number])))
    return found


def plan(sheet: Sheet) -> Plan:
    """New drafts and changes of own ones; a receipt handed over or approved must say the same. All fit into what is due."""
    made = empty_plan(sheet)
    known = {(one.income_id, one.document_no): one for one in _stored(sheet.session)}
    mine = sheet.told.who.id if sheet.told.who else None
    fresh: list[int] = []
    edits: list[tuple[int, Stored]] = []
    for place, key in enumerate(zip(sheet.values["income_id"], sheet.column("document_no"), strict=True)):
        if key[0] is None or place in sheet.bad_rows:
            continue
        stands_already = known.get(key)
        if stands_already is None:
            fresh.append(place)
        elif changes := _changes(sheet, place, stands_already):
            if stands_already.state in LIVE[:-1] and stands_already.entered_by == mine:
                edits.append((place, stands_already))
                fields = tuple(_shown(sheet, attr, getattr(stands_already, attr), new) for attr, new in changes.items())
                made.changes.append(Change(sheet.table.numbers[place], key[1], fields))
            else:
                told = f"凭证“{key[1]}”已登记到账 {exact_yuan(Money(stands_already.amount))} 元（{stands_already.state.label}），与本行不同，请核对"
                sheet.complain(place, "document_no", told)
    _refuse_too_much(sheet, fresh, edits)
    made.added, made.changed = len(fresh), len(edits)
    made.same = len(sheet) - made.added - made.changed
    made.amount_fen = sum(sheet.column("amount"))
    made.store = lambda act, progress: _write(sheet, fresh, edits, act, progress)
    return made


def _stored(session: Any) -> Iterable[Stored]:
    """The receipts of incomes there are, papers thrown away and receipts taken back left out."""
    r, m, back = IncomeReceipt, AssetMatter, IncomeReceipt.__table__.alias()
    fen = type_coerce(r.amount, BigInteger)
    rows = session.execute(
        select(m.id, m.version, r.income_id, m.state, m.entered_by, m.document_no, fen, r.received_on, m.words)
        .join(m, r.matter_id == m.id)
        .where(m.kind == MatterKind.RECEIPT, m.state.in_((*LIVE, *IN_BOOKS)), r.reverses_id.is_(None))
        .where(~select(back.c.id).where(back.c.reverses_id == r.id).exists())
        .order_by(r.id)
    )
    return [Stored(*row) for row in rows]


def _changes(sheet: Sheet, place: int, stands_already: Stored) -> dict[str, Any]:
    """What a row says otherwise; empty cells say nothing."""
    told = {attr: sheet.column(attr)[place] for attr in _TOLD}
    return {a: new for a, new in told.items() if new not in (None, "") and new != getattr(stands_already, a)}


def _shown(sheet: Sheet, attr: str, old: Any, new: Any) -> tuple[str, str, str]:
    column = sheet.kind.by_attr[attr]
    return column.label, column.read.show(old, sheet.told), column.read.show(new, sheet.told)


def _refuse_too_much(sheet: Sheet, fresh: list[int], edits: list[tuple[int, Stored]]) -> None:
    """All rows of a due fit into what has not come in and is not under way."""
    wanted: dict[int, list[int]] = defaultdict(list)
    room: dict[int, int] = {}
    for place, given_back in [*((p, 0) for p in fresh), *((p, one.amount) for p, one in edits)]:
        due = sheet.values["due"][place]
        wanted[due.id].append(place)
        room[due.id] = room.get(due.id, due.left.fen) + given_back
    for key, places in wanted.items():
        asked = sum(sheet.column("amount")[place] for place in places)
        if asked > room[key]:
            rows = "、".join(str(sheet.table.numbers[place]) for place in places[:20])
            left = exact_yuan(Money(max(room[key], 0)))
            told = f"这笔应收还没有到账的是 {left} 元（在办的已扣除），第 {rows} 行共 {exact_yuan(Money(asked))} 元，超出了"
            sheet.complain(places[-1], "amount", told)


def _write(sheet: Sheet, fresh: list[int], edits: list[tuple[int, Stored]], act: Act, progress: Progress) -> None:
    """Uses the acts of the page."""
    whole = len(fresh) + len(edits)
    for done, place in enumerate(fresh, 1):
        matters.draft_receipt(sheet.values["income_id"][place], _entry(sheet, place), act=act)
        progress(done, whole)
    for done, (place, one) in enumerate(edits, len(fresh) + 1):
        matters.edit_receipt(one.matter_id, _entry(sheet, place, one.words), version=one.version, act=act)
        progress(done, whole)


def _entry(sheet: Sheet, place: int, words: str = "") -> matters.ReceiptEntry:
    return matters.ReceiptEntry(
        sheet.column("happened_on")[place],
        Money(sheet.column("amount")[place]),
        sheet.column("document_no")[place],
        sheet.column("words")[place] or words,
    )


def known(session: Any, told: Told) -> Iterable[dict[str, Any]]:
    """The receipts there are of what the person may see, in order of day."""
    wanted = (
        select(Income.id, Asset.code, Asset.name, Income.contract_no, Income.due_on)
        .join(Asset, Income.asset_id == Asset.id)
        .where(seen_assets(told.who, told.permission) if told.who else true())
    )
    dues = {row[0]: row[1:] for row in session.execute(wanted)}
    for one in sorted(_stored(session), key=lambda s: (s.happened_on, s.matter_id)):
        if one.income_id in dues:
            head = dict(zip(("code", "name", "contract_no", "due_on"), dues[one.income_id], strict=True))
            yield head | {attr: getattr(one, attr) for attr in ("document_no", *_TOLD)}


def foreign_amount(table: Table) -> None:
    """The amount of a county's table is what came in."""
    table.take_sums_as("amount")


KIND = Kind(
    code="income",
    label="收益",
    title="资产收益到账",
    columns=COLUMNS,
    agree=agree,
    plan=plan,
    known=known,
    foreign_amount=foreign_amount,
)
