"""Operating assets for tests: contracts, receipts, settlements, distributions and payments, by the office's own acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from fundsys import store
from fundsys.domain.asset_income import ContractKind, SharingUse
from fundsys.domain.money import Money
from fundsys.models.assets import Income
from fundsys.models.matters import AssetMatter
from fundsys.queries.income import IncomeRow, of_asset
from fundsys.services import matters
from fundsys.services.acts import Act, act
from tests.matters import an_asset, formed, line, settled, settled_project
from tests.publicity import owner

SIGNED, BEGINS, ENDS, DUE = date(2024, 7, 1), date(2024, 7, 1), date(2025, 6, 30), date(2024, 9, 30)
CAME_IN, PLANNED, RESOLVED, PAID = date(2024, 10, 8), date(2024, 10, 20), date(2024, 10, 25), date(2024, 11, 1)
SCAN = (("会议记录.pdf", b"%PDF-1.4\n%meeting\n"),)


def drafted(drafting: Callable[[Act], AssetMatter]) -> int:
    """Id of a paper the owner drafted."""
    with act(by=owner(), what="登记") as opened:
        return drafting(opened).id


def contract_entry(*terms: tuple[date, str], **told: Any) -> matters.ContractEntry:
    """A lease as typed; terms in 元."""
    usual: dict[str, Any] = {
        "happened_on": SIGNED,
        "kind": ContractKind.LEASE,
        "operator": "陇州奶山羊合作社",
        "contract_no": "合同2024-01",
        "begins_on": BEGINS,
        "ends_on": ENDS,
        "terms": tuple(
            (day, Money.yuan(yuan)) for day, yuan in terms or ((DUE, "10000"), (date(2025, 3, 31), "10000"))
        ),
    }
    return matters.ContractEntry(**(usual | told))


def leased(asset: int, *terms: tuple[date, str], **told: Any) -> int:
    """Id of an approved contract."""
    entry = contract_entry(*terms, **told)
    made = drafted(lambda a: matters.draft_contract(asset, entry, act=a))
    settled(made)
    return made


def incomes(asset: int) -> list[IncomeRow]:
    """What is due of an asset, the earlier first."""
    with store.snapshot() as session:
        return of_asset(session, asset)[::-1]


def came_in(income: int, yuan: str, on: date = CAME_IN, no: str = "村收2024-01") -> int:
    """Id of an approved receipt."""
    entry = matters.ReceiptEntry(on, Money.yuan(yuan), no)
    made = drafted(lambda a: matters.draft_receipt(income, entry, act=a))
    settled(made)
    return made


def share(use: SharingUse, yuan: str, **told: Any) -> matters.ShareEntry:
    """One line of a distribution."""
    usual = {SharingUse.POSTS: {"workers": 2}, SharingUse.HOUSEHOLDS: {"households": 10}}.get(use, {})
    return matters.ShareEntry(use, Money.yuan(yuan), **(usual | told))


def sharing_entry(*lines: matters.ShareEntry, **told: Any) -> matters.SharingEntry:
    """A distribution as typed, resolved by the villagers."""
    usual: dict[str, Any] = {
        "happened_on": PLANNED,
        "lines": lines,
        "meeting_on": RESOLVED,
        "meeting": "村民代表会议 2024年10月25日 第6号",
        "town_opinion": "程序合规，同意",
    }
    return matters.SharingEntry(**(usual | told))


def shared_out(asset: int, *lines: matters.ShareEntry, **told: Any) -> int:
    """Id of an approved distribution."""
    entry = sharing_entry(*lines, **told)
    made = drafted(lambda a: matters.draft_sharing(asset, entry, files=SCAN, act=a))
    settled(made)
    return made


def paid_out(sharing: int, **yuan: str) -> int:
    """Id of an approved payment; amounts by the code of their use."""
    with store.snapshot() as session:
        told = session.get_one(AssetMatter, sharing).sharing
        assert told is not None
        lines = {line.use.code: line.id for line in told.lines}
    entry = matters.PayoutEntry(PAID, {lines[use]: Money.yuan(amount) for use, amount in yuan.items()}, "村付2024-01")
    made = drafted(lambda a: matters.draft_payout(sharing, entry, act=a))
    settled(made)
    return made


def taken_back(matter: int, on: date = date(2024, 11, 10), why: str = "登记有误") -> int:
    """Id of the approved paper that takes another back."""
    made = drafted(lambda a: matters.draft_taking_back(matter, on, "", why, act=a))
    settled(made)
    return made


def a_station(kilowatts: int = 100) -> int:
    """Id of a photovoltaic station a settled project left behind."""
    told = line("光伏电站", "60", kind="光伏电站", quantity=Decimal(kilowatts), quantity_unit="千瓦")
    return formed(settled_project("60", ("F101", "60")), told)[0]


def settlement_entry(billed: str = "9000", passed_on: str = "9000", **told: Any) -> matters.SettlementEntry:
    """A quarter's settlement as typed."""
    usual: dict[str, Any] = {
        "happened_on": CAME_IN,
        "begins_on": date(2024, 7, 1),
        "ends_on": date(2024, 9, 30),
        "kilowatt_hours": Decimal("24000.5"),
        "billed": Money.yuan(billed),
        "settled_on": date(2024, 10, 5),
        "passed_on": Money.yuan(passed_on),
        "payer": "国网陇县供电公司",
        "document_no": "电费2024-03",
    }
    return matters.SettlementEntry(**(usual | told))


def sold(station: int, billed: str = "9000", passed_on: str = "9000", **told: Any) -> int:
    """Id of an approved settlement."""
    entry = settlement_entry(billed, passed_on, **told)
    made = drafted(lambda a: matters.draft_settlement(station, entry, act=a))
    settled(made)
    return made


def an_income(yuan: str = "10000") -> tuple[int, int]:
    """Ids of an asset and of an income that came in."""
    asset = an_asset()
    leased(asset, (DUE, yuan))
    income = incomes(asset)[0].id
    came_in(income, yuan)
    return asset, income


def all_incomes() -> list[Income]:
    """Every row of what is due, those taken back too."""
    with store.snapshot() as session:
        found = list(session.scalars(select(Income).order_by(Income.id)))
        session.expunge_all()
        return found
