"""The forms of papers about income, and the rows of their tables as they were typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from fundsys.domain import terms
from fundsys.domain.asset_income import ContractKind, SharingUse
from fundsys.domain.assets import AssetStatus
from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money
from fundsys.services.matters import ShareEntry
from fundsys.services.matters.idle import UNUSED, USED
from fundsys.web.forms import (
    ChoiceField,
    DateField,
    DocumentNoField,
    NumberField,
    OfficeForm,
    PickField,
    TextField,
    YuanField,
)
from fundsys.web.matters.forms import Cell, coded
from fundsys.web.papers import PapersField


class ContractForm(OfficeForm):
    """A contract. The three boxes of the terms fill the table where it is empty."""

    kind = ChoiceField(terms.ASSET_CONTRACT_KIND, ContractKind, required=True)
    operator = TextField(terms.ASSET_CONTRACT_PARTY, limit=80, required=True)
    contract_no = TextField(terms.ASSET_CONTRACT_NO, limit=60, required=True)
    happened_on = DateField(terms.ASSET_CONTRACT_SIGNED, required=True)
    begins_on = DateField(terms.ASSET_CONTRACT_FROM, required=True)
    ends_on = DateField(terms.ASSET_CONTRACT_TO, required=True)
    first_due_on = DateField(terms.FIRST_DUE_ON)
    every_months = NumberField(terms.EVERY_MONTHS, least=1, most=120)
    each_amount = YuanField(terms.EACH_AMOUNT)
    document_no = DocumentNoField(terms.MATTER_DOCUMENT)
    words = TextField(terms.MATTER_WORDS, rows=2, limit=1000)
    papers = PapersField(terms.MATTER_PAPERS)


class ReceiptForm(OfficeForm):
    """A receipt."""

    amount = YuanField(terms.RECEIPT_AMOUNT, required=True)
    happened_on = DateField(terms.RECEIPT_DAY, required=True)
    document_no = TextField(terms.RECEIPT_VOUCHER, limit=60)
    words = TextField(terms.MATTER_WORDS, rows=2, limit=1000)
    papers = PapersField(terms.MATTER_PAPERS)


class SettlementForm(OfficeForm):
    """A settlement of a photovoltaic station."""

    begins_on = DateField(terms.STATION_FROM, required=True)
    ends_on = DateField(terms.STATION_TO, required=True)
    kilowatt_hours = NumberField(terms.STATION_KWH, places=2, required=True)
    billed = YuanField(terms.STATION_BILL, required=True)
    settled_on = DateField(terms.STATION_SETTLED_ON, required=True)
    payer = TextField(terms.STATION_PAYER, limit=80, required=True)
    passed_on = YuanField(terms.STATION_PASSED_ON, required=True)
    happened_on = DateField(terms.STATION_ARRIVED_ON, required=True)
    document_no = TextField(terms.RECEIPT_VOUCHER, limit=60)
    words = TextField(terms.MATTER_WORDS, rows=2, limit=1000)
    papers = PapersField(terms.MATTER_PAPERS)


class SharingForm(OfficeForm):
    """A distribution with the villagers' resolution."""

    happened_on = DateField(terms.SHARING_DAY, required=True)
    meeting_on = DateField(terms.SHARING_MEETING_ON)
    meeting = TextField(terms.INCOME_MEETING, limit=200)
    town_opinion = TextField(terms.SHARING_TOWN, limit=200)
    words = TextField(terms.MATTER_WORDS, rows=2, limit=1000)
    papers = PapersField(terms.MATTER_PAPERS)


class PayoutForm(OfficeForm):
    """A payment of a distribution."""

    happened_on = DateField(terms.PAYOUT_DAY, required=True)
    document_no = TextField(terms.PAYOUT_VOUCHER, limit=60)
    words = TextField(terms.MATTER_WORDS, rows=2, limit=1000)
    papers = PapersField(terms.MATTER_PAPERS)


class TakingBackForm(OfficeForm):
    """Taking back an approved paper."""

    happened_on = DateField(terms.TAKING_BACK_DAY, required=True)
    document_no = DocumentNoField(terms.MATTER_DOCUMENT)
    words = TextField(terms.TAKING_BACK_WORDS, rows=2, limit=1000, required=True)
    papers = PapersField(terms.MATTER_PAPERS)


class IdleForm(OfficeForm):
    """An asset found idle or under-used, with its remedy."""

    status = PickField(terms.IDLE_STATUS, number=False, required=True, options=[(s.code, s.label) for s in UNUSED])
    happened_on = DateField(terms.IDLE_SINCE, required=True)
    words = TextField(terms.IDLE_WORDS, rows=3, limit=1000)
    responsible = TextField(terms.IDLE_RESPONSIBLE, limit=80)
    due_on = DateField(terms.IDLE_DUE)
    papers = PapersField(terms.MATTER_PAPERS)


class RevivalForm(OfficeForm):
    """An asset found in use again."""

    status = PickField(terms.IDLE_STATUS, number=False, required=True, options=[(s.code, s.label) for s in USED])
    happened_on = DateField(terms.IDLE_SINCE, required=True)
    words = TextField(terms.REVIVAL_WORDS, rows=3, limit=1000)
    papers = PapersField(terms.MATTER_PAPERS)


TERM_CELLS = [Cell("term_due_on", terms.TERM_DUE_ON.label), Cell("term_amount", f"{terms.TERM_AMOUNT.label}（元）")]
SHARE_CELLS = [
    Cell("use", terms.SHARING_USE.label, coded(SharingUse)),
    Cell("share_amount", f"{terms.SHARING_AMOUNT.label}（元）"),
    Cell("share_workers", terms.SHARING_WORKERS.label),
    Cell("share_households", terms.SHARING_HOUSEHOLDS.label),
    Cell("share_words", terms.SHARING_WORDS.label, wide=True),
]


def status_of(code: str | None) -> AssetStatus:
    """The state that was picked. Raises DomainError."""
    found = next((status for status in AssetStatus if status.code == code), None)
    if found is None:
        raise DomainError("请选择认定状态", field="status")
    return found


def term_of(row: Mapping[str, str]) -> tuple[date, Money]:
    """A term of a contract, as typed."""
    try:
        day = date.fromisoformat(row["term_due_on"])
    except ValueError:
        raise DomainError(f"“{row['term_due_on']}”不是日期，请写成 2024-10-31") from None
    return day, Money.yuan(row["term_amount"] or "0")


def share_of(row: Mapping[str, str]) -> ShareEntry:
    """A line of a distribution, as typed."""
    use = next((u for u in SharingUse if u.code == row["use"]), None)
    if use is None:
        raise DomainError("请选择用途")
    return ShareEntry(
        use,
        Money.yuan(row["share_amount"] or "0"),
        households=_count(row["share_households"]),
        workers=_count(row["share_workers"]),
        words=row["share_words"],
    )


def _count(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit()) or len(text) > 6:
        raise DomainError(f"“{text}”不是整数，请填写户数或人数")
    return int(text)
