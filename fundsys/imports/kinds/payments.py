"""`payments`: money paid to payees under voucher numbers; the rows become that clerk's drafts and go through review."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fundsys.domain import terms
from fundsys.domain.funds import MoneyState, PaymentKind
from fundsys.domain.money import FEN_PER_YUAN, Money, exact_yuan
from fundsys.domain.money_words import capitals_fault
from fundsys.models.funds import Payment
from fundsys.queries.import_lists import squashed
from fundsys.queries.import_rows import OpenLine, open_lines
from fundsys.queries.pay_rows import StoredPayment, contracts_by_project, payable_by_pair, stored_payments
from fundsys.services.acts import Act
from fundsys.services.funds.limits import ON_CONTRACT
from fundsys.services.imports import Change, Plan, Progress, insert_columns, update_rows

from .base import FOREIGN, Column, Kind, Sheet, Table, Told, empty_plan
from .cells import Choice, CodeText, Day, DocumentNo, Listed, Text, Wan
from .months import refuse_closed_months

_EDITABLE = (MoneyState.DRAFT.code, MoneyState.RETURNED.code)
_BY_CONTRACT = {kind.code for kind in ON_CONTRACT}
_NO_REVERSAL = "退汇和冲销请从原支付办理，不能导入"


def _yuan(fen: int) -> str:
    return exact_yuan(Money(fen))


@dataclass(frozen=True)
class Yuan(Wan):
    """Money in 元, as vouchers write it; whole 分."""

    def used(self, told: Told, unit: str | None) -> str | None:
        """元 in our template; a county's own table says its unit itself."""
        return unit or (told.unit if told.way == FOREIGN else "元")

    def show(self, value: Any, told: Told) -> str:
        """With its unit."""
        return "" if value is None else f"{_yuan(value)} 元"

    def export(self, value: Any, told: Told) -> Any:
        """As a number of 元."""
        if value is None:
            return None
        return value // FEN_PER_YUAN if value % FEN_PER_YUAN == 0 else float(Decimal(value) / FEN_PER_YUAN)

    @property
    def sort(self) -> str:
        """A figure of its own in the template."""
        return "yuan"


COLUMNS = (
    Column(terms.DOCUMENT_NO, "notice_no", DocumentNo(), required=True, also=("上级文号", "资金文号", "指标文"), field="document_no", mm=32),
    Column(terms.FUND_SOURCE, "source", Listed(which="sources", what="资金来源目录"), also=("资金来源和任务", "资金代码"), field="source", mm=36),
    Column(terms.PROJECT_CODE, "project_code", CodeText(), required=True, also=("项目编码",), field="project_code", given=False, mm=22),
    Column(terms.PROJECT_NAME, "project_name", Text(120), field="project_name", given=False, mm=36),
    Column(terms.PAID_VOUCHER, "voucher_no", CodeText(40), required=True, also=("凭证号", "凭证编号", "支付令号"), given=False, mm=24),
    Column(terms.PAID_ON, "paid_on", Day(past=True), required=True, also=("支付日", "付款日期", "支付时间"), mm=18),
    Column(terms.PAID_AMOUNT, "amount", Yuan(1), required=True, also=("金额", "付款金额", "本次支付"), given=False),
    Column(terms.PAY_PAYEE, "payee", Text(80), required=True, also=("收款人", "收款人名称", "收款人全称"), mm=32),
    Column(terms.BANK, "bank", Text(80), also=("收款人开户行", "开户银行"), mm=28),
    Column(terms.PAYMENT_KIND, "kind", Choice(PaymentKind, left_out=((PaymentKind.REVERSAL, _NO_REVERSAL),)), required=True, also=("款项", "类别"), mm=16),
    Column(terms.WORKS_CONTRACT_NO, "contract_no", Text(60), also=("合同号",), mm=24),
    Column(terms.PAID_CAPITALS, "capitals", Text(80), also=("金额大写", "本次大写", "大写"), given=False, mm=28),
    Column(terms.PAID_REMARK, "remark", Text(400), also=("备注", "用途", "附言"), field="remark", given=False, mm=24),
)  # fmt: skip
_TOLD = ("amount", "paid_on", "payee", "bank", "kind", "contract_id", "remark")


def agree(sheet: Sheet) -> None:
    """Each row has an approved line with money for its project; all rows together fit into what may still be paid."""
    _settle_lines(sheet)
    _settle_projects(sheet)
    _settle_contracts(sheet)
    _judge_capitals(sheet)
    _refuse_twice(sheet)
    _match(sheet)
    refuse_closed_months(sheet, "paid_on", _written(sheet))
    _refuse_too_much(sheet)


def _settle_lines(sheet: Sheet) -> None:
    """The line of every row: the notice's only one, or the one of the source named."""
    found: dict[str, list[OpenLine]] = {}
    for line in open_lines(sheet.session, set(sheet.column("notice_no"))):
        found.setdefault(line.document_no, []).append(line)
    ids: list[int | None] = []
    for place, (number, source) in enumerate(zip(sheet.column("notice_no"), sheet.column("source"), strict=True)):
        lines = found.get(number, [])
        mine = [line for line in lines if source in (None, line.source_id)]
        ids.append(mine[0].id if len(mine) == 1 and lines[0].state == MoneyState.APPROVED.code else None)
        if not number or ids[-1] is not None:
            continue
        if not lines or lines[0].state != MoneyState.APPROVED.code:
            sheet.complain(place, "notice_no", f"没有已复核的指标文“{number}”，不能登记支付")
        elif not mine:
            sheet.complain(place, "source", f"“{number}”没有这个资金来源，有：{'、'.join(x.source for x in lines)}")
        else:
            sheet.complain(place, "source", f"“{number}”有几行指标，请填写资金来源，相同来源的请在支付页办理")
    sheet.values["line_id"] = ids


def _settle_projects(sheet: Sheet) -> None:
    known = sheet.told.lists.projects
    ids: list[int | None] = []
    rows = zip(sheet.column("project_code"), sheet.column("project_name"), strict=True)
    for place, (code, name) in enumerate(rows):
        project = known.get(code)
        ids.append(project.id if project else None)
        if code and project is None:
            sheet.complain(place, "project_code", f"没有编号为“{code}”的项目，请核对项目编号")
        elif project is not None and name and squashed(name) != squashed(project.name):
            sheet.complain(place, "project_name", f"编号“{code}”是“{project.name}”，与本表写的不一样")
    sheet.values["project_id"] = ids


def _settle_contracts(sheet: Sheet) -> None:
    """The confirmed contract a row names, or the project's only one where its kind asks for one."""
    known = contracts_by_project(sheet.session)
    ids: list[int | None] = []
    rows = zip(sheet.values["project_id"], sheet.column("contract_no"), sheet.column("kind"), strict=True)
    for place, (project, number, kind) in enumerate(rows):
        contracts = known.get(project, {})
        found = contracts.get(number)
        if number and found is None:
            sheet.complain(place, "contract_no", f"这个项目没有编号为“{number}”的已确认合同")
        elif not number and kind in _BY_CONTRACT and contracts:
            found = next(iter(contracts.values())) if len(contracts) == 1 else None
            if found is None:
                sheet.complain(place, "contract_no", f"这个项目有几份合同，请填写合同编号：{'、'.join(contracts)}")
        ids.append(found)
    sheet.values["contract_id"] = ids


def _judge_capitals(sheet: Sheet) -> None:
    """Where a row has the amount in capitals too, they say the amount. Source: F116."""
    for place, (fen, said) in enumerate(zip(sheet.column("amount"), sheet.column("capitals"), strict=True)):
        if fen is not None and said and (told := capitals_fault(Money(fen), said)):
            sheet.complain(place, "capitals", told)


def _key(sheet: Sheet, place: int) -> tuple[Any, ...]:
    return tuple(sheet.values[attr][place] for attr in ("line_id", "project_id", "voucher_no"))


def _refuse_twice(sheet: Sheet) -> None:
    """One voucher once on one line and project; it may be split over several of them."""
    first: dict[tuple[Any, ...], int] = {}
    for place in range(len(sheet)):
        key = _key(sheet, place)
        if None not in key and first.setdefault(key, place) != place:
            told = f"与{sheet.row_name(first[key])}是同一张凭证、同一条指标、同一个项目，请合并成一行"
            sheet.complain(place, "voucher_no", told)


def _match(sheet: Sheet) -> None:
    """What stands already for each row. Adds stands: ("same", payment), ("draft", own payment) or None."""
    mine = sheet.told.who.id if sheet.told.who else None
    known: dict[tuple[Any, ...], list[StoredPayment]] = {}
    lines = {line for line in sheet.values["line_id"] if line is not None}
    for entry in stored_payments(sheet.session, lines):
        known.setdefault((entry.line_id, entry.project_id, entry.voucher_no), []).append(entry)
    stands: list[tuple[str, StoredPayment] | None] = []
    for place in range(len(sheet)):
        entries = known.get(_key(sheet, place), [])
        same = next((e for e in entries if not _changes(sheet, place, e)), None)
        own = next((e for e in entries if e.state in _EDITABLE and e.entered_by == mine), None)
        stands.append(("same", same) if same else ("draft", own) if own else None)
        if entries and not same and not own:
            state = MoneyState(entries[0].state).label
            told = f"凭证“{entries[0].voucher_no}”已登记 {_yuan(entries[0].amount)} 元（{state}），与本行不同，请核对"
            sheet.complain(place, "voucher_no", told)
    sheet.values["stands"] = stands


def _written(sheet: Sheet) -> list[int]:
    return [place for place, stands in enumerate(sheet.values["stands"]) if stands is None or stands[0] == "draft"]


def _refuse_too_much(sheet: Sheet) -> None:
    """All rows of a line and project fit into what is approved and not yet paid. Source: I03."""
    wanted: dict[tuple[int, int], list[int]] = {}
    for place in _written(sheet):
        line, project = sheet.values["line_id"][place], sheet.values["project_id"][place]
        if line is not None and project is not None and sheet.column("amount")[place] is not None:
            wanted.setdefault((line, project), []).append(place)
    left = payable_by_pair(sheet.session, {line for line, _ in wanted})
    for pair, places in wanted.items():
        asked, room = sum(sheet.column("amount")[place] for place in places), max(left.get(pair, 0), 0)
        if asked > room:
            rows = "、".join(str(sheet.table.numbers[place]) for place in places[:20])
            told = f"该项目在这条指标上已复核而未支付的只有 {_yuan(room)} 元，第 {rows} 行共 {_yuan(asked)} 元，超出 {_yuan(asked - room)} 元"
            sheet.complain(places[-1], "amount", told)


def _changes(sheet: Sheet, place: int, entry: StoredPayment) -> dict[str, Any]:
    """What a row says otherwise than a stored payment; empty cells say nothing."""
    found = {}
    for attr in _TOLD:
        new = sheet.values[attr][place]
        if new not in (None, "") and new != getattr(entry, attr):
            found[attr] = new
    return found


def plan(sheet: Sheet) -> Plan:
    """New drafts, changes of own drafts; what was registered before stands. Limits are judged when they are handed over."""
    made = empty_plan(sheet)
    fresh: list[int] = []
    edits: list[tuple[StoredPayment, dict[str, Any]]] = []
    for place, stands in enumerate(sheet.values["stands"]):
        if stands is None:
            fresh.append(place)
        elif stands[0] == "draft":
            changes = _changes(sheet, place, stands[1])
            edits.append((stands[1], changes | {"capitals": sheet.values["capitals"][place]} if changes else changes))
            fields = tuple(_shown(sheet, attr, getattr(stands[1], attr), new) for attr, new in changes.items())
            made.changes.append(Change(sheet.table.numbers[place], sheet.column("voucher_no")[place], fields))
    made.added, made.changed = len(fresh), len(edits)
    made.same = len(sheet) - made.added - made.changed
    made.amount_fen = sum(sheet.column("amount"))
    made.store = lambda act, progress: _write(sheet, fresh, edits, act, progress)
    return made


def _shown(sheet: Sheet, attr: str, old: Any, new: Any) -> tuple[str, str, str]:
    if attr == "contract_id":
        return terms.WORKS_CONTRACT_NO.label, "已选" if old else "", "改为本行写的合同"
    column = sheet.kind.by_attr[attr]
    return column.label, column.read.show(old, sheet.told), column.read.show(new, sheet.told)


def _write(
    sheet: Sheet, fresh: list[int], edits: list[tuple[StoredPayment, dict[str, Any]]], act: Act, progress: Progress
) -> None:
    names = (
        "line_id",
        "project_id",
        "paid_on",
        "payee",
        "bank",
        "kind",
        "contract_id",
        "voucher_no",
        "remark",
        "capitals",
    )
    columns: dict[str, Any] = {name: [sheet.values[name][place] for place in fresh] for name in names}
    columns["amount_fen"] = [sheet.column("amount")[place] for place in fresh]
    columns["state"] = [MoneyState.DRAFT.code] * len(fresh)
    columns["entered_by"] = [act.person_id] * len(fresh)
    table: Any = Payment.__table__
    if fresh:
        insert_columns(act.session, table, columns, len(fresh), progress)
    changed = [
        (
            entry.id,
            {("amount_fen" if k == "amount" else k): v for k, v in changes.items()} | {"state": MoneyState.DRAFT.code},
        )
        for entry, changes in edits
    ]
    if changed:
        update_rows(act.session, table, changed)


def known(session: Any, told: Told) -> Iterable[dict[str, Any]]:
    """The payments there are, with their notices, projects and contracts."""
    lines = {line.id: line for line in open_lines(session, None)}
    names = {project.id: (code, project.name) for code, project in told.lists.projects.items()}
    numbers = {key: number for own in contracts_by_project(session).values() for number, key in own.items()}
    for entry in stored_payments(session, None):
        line, (code, name) = lines[entry.line_id], names[entry.project_id]
        yield {
            "notice_no": line.document_no,
            "source": line.source_id,
            "project_code": code,
            "project_name": name,
            "voucher_no": entry.voucher_no,
            "contract_no": numbers.get(entry.contract_id or 0, ""),
            **{attr: getattr(entry, attr) for attr in _TOLD if attr != "contract_id"},
        }


def foreign_amount(table: Table) -> None:
    """The amount of a county's table is what was paid."""
    table.take_sums_as("amount")


KIND = Kind(
    code="payments",
    label="资金支付",
    title="资金支付",
    columns=COLUMNS,
    agree=agree,
    plan=plan,
    known=known,
    foreign_amount=foreign_amount,
)
