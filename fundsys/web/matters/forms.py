"""The forms of asset papers, and the rows of their tables as they were typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import request

from fundsys.domain import terms
from fundsys.domain.asset_matters import BenefitScope, Right, share_from
from fundsys.domain.assets import AssetClass, AssetForm, OwnerType
from fundsys.domain.coded import Coded
from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money
from fundsys.services.matters import HolderEntry, LineEntry
from fundsys.web.forms import (
    ChoiceField,
    DateField,
    DocumentNoField,
    OfficeForm,
    PickField,
    TextField,
    TickField,
    WanField,
)
from fundsys.web.papers import PapersField

MOST_ROWS = 60
Row = dict[str, str]


class MatterForm(OfficeForm):
    """What every asset paper asks."""

    happened_on = DateField(terms.MATTER_DAY, required=True)
    document_no = DocumentNoField(terms.MATTER_DOCUMENT)
    words = TextField(terms.MATTER_WORDS, rows=2, limit=1000)
    papers = PapersField(terms.MATTER_PAPERS)


class ValuationForm(MatterForm):
    """A valuation."""

    value = WanField(terms.VALUATION, required=True)
    method = PickField(terms.VALUATION_METHOD, number=False, required=True)
    appraiser = TextField(terms.APPRAISER, limit=80)
    adjusts = TickField(terms.VALUATION_ADJUSTS)


class TitleForm(MatterForm):
    """A title with its handover."""

    scope = ChoiceField(terms.BENEFIT_SCOPE, BenefitScope, required=True)
    certificate_no = TextField(terms.CERTIFICATE_NO, limit=60)
    public_id = PickField(terms.MATTER_NOTICE, number=False)
    giver = TextField(terms.HANDOVER_GIVER, limit=80)
    receiver = TextField(terms.HANDOVER_RECEIVER, limit=80)
    overseer = TextField(terms.HANDOVER_OVERSEER, limit=80)
    signers = TextField(terms.HANDOVER_SIGNERS, limit=120)
    handed_over_on = DateField(terms.HANDED_OVER_ON)
    condition_words = TextField(terms.HANDOVER_CONDITION, limit=200)
    papers_words = TextField(terms.HANDOVER_PAPERS, limit=200)
    care_words = TextField(terms.HANDOVER_CARE, limit=200)


class DisposeForm(MatterForm):
    """A disposal."""

    ground = PickField(terms.DISPOSAL_GROUND, number=False, required=True)
    method = PickField(terms.DISPOSAL_METHOD, number=False, required=True)
    meeting = TextField(terms.DISPOSAL_MEETING, limit=200)
    owner_opinion = TextField(terms.OWNER_OPINION, limit=200)
    town_opinion = TextField(terms.DISPOSAL_TOWN_OPINION, limit=200)
    bureau_opinion = TextField(terms.BUREAU_OPINION, limit=200)
    county_opinion = TextField(terms.COUNTY_OPINION, limit=200)
    appraised = WanField(terms.VALUATION)
    appraiser = TextField(terms.APPRAISER, limit=80)
    proceeds = WanField(terms.DISPOSAL_PROCEEDS)
    proceeds_on = DateField(terms.PROCEEDS_ON)
    proceeds_use = TextField(terms.PROCEEDS_USE, limit=200)
    public_id = PickField(terms.MATTER_NOTICE, number=False)


class MergeForm(MatterForm):
    """A merge."""

    others = TextField(terms.MERGED_ASSETS, required=True, rows=3, limit=1000)


class MatterStepForm(OfficeForm):
    """A button on a paper's page, and why it is sent back."""

    reason = TextField(terms.MATTER_RETURN, limit=200)


def said(box: Any) -> Any:
    """What was answered in a box that must be answered."""
    return box.data


# ---------- rows of a table ----------


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of an entry table. options: pairs of code and label where one is chosen."""

    name: str
    label: str
    options: Sequence[tuple[str, str]] = ()
    wide: bool = False


def coded(kind: type[Coded]) -> list[tuple[str, str]]:
    """The members of an enumeration to choose from."""
    return [(m.code, m.label) for m in kind]


def line_cells(expenses: Sequence[str]) -> list[Cell]:
    """Columns of the lines of a formation."""
    return [
        Cell("name", terms.ASSET_NAME.label, wide=True),
        Cell("amount", f"{terms.ORIGINAL_COST.label}（万元）"),
        Cell("expense", terms.EXPENSE_KIND.label, [(word, word) for word in expenses]),
        Cell("asset_class", terms.ASSET_CLASS.label, coded(AssetClass)),
        Cell("form", terms.ASSET_FORM.label, coded(AssetForm)),
        Cell("kind", terms.ASSET_KIND.label),
        Cell("quantity", terms.QUANTITY.label),
        Cell("quantity_unit", terms.QUANTITY_UNIT.label),
        Cell("location", terms.LOCATION.label),
        Cell("owner_name", terms.TITLE_HOLDER.label, wide=True),
    ]


PART_CELLS = [
    Cell("name", terms.ASSET_NAME.label, wide=True),
    Cell("amount", f"{terms.ORIGINAL_COST.label}（万元）"),
    Cell("quantity", terms.QUANTITY.label),
    Cell("quantity_unit", terms.QUANTITY_UNIT.label),
    Cell("location", terms.LOCATION.label),
]
HOLDER_CELLS = [
    Cell("right", terms.TITLE_RIGHT.label, coded(Right)),
    Cell("owner_type", terms.OWNER_TYPE.label, coded(OwnerType)),
    Cell("holder", terms.RIGHT_HOLDER.label, wide=True),
    Cell("credit_code", terms.CREDIT_CODE.label),
    Cell("share", terms.TITLE_SHARE.label),
]


def typed_rows(cells: Sequence[Cell]) -> list[Row]:
    """The rows of a table that was sent, as typed; rows without a word are left out."""
    columns = {cell.name: request.form.getlist(f"row-{cell.name}")[:MOST_ROWS] for cell in cells}
    count = max((len(values) for values in columns.values()), default=0)
    rows = [
        {name: (values[place].strip()[:120] if place < len(values) else "") for name, values in columns.items()}
        for place in range(count)
    ]
    return [row for row in rows if any(row.values())]


def read_rows(rows: Sequence[Row], read: Callable[[Row], Any], field: str) -> tuple[Any, ...]:
    """Every row as an entry. Raises DomainError that names the row."""
    made = []
    for number, row in enumerate(rows, 1):
        try:
            made.append(read(row))
        except (DomainError, ArithmeticError, ValueError) as fault:
            told = fault.message if isinstance(fault, DomainError) else "有的数看不懂，请核对"
            raise DomainError(f"第 {number} 行：{told}", field=field) from fault
    return tuple(made)


def _member(kind: type[Coded], code: str) -> Any:
    return next((m for m in kind if m.code == code), None)


def line_of(row: Mapping[str, str]) -> LineEntry:
    """A line of a formation or a part split off, as typed."""
    quantity = row.get("quantity", "")
    number = Decimal(quantity) if quantity else None
    if number is not None and not (number.is_finite() and 0 < number < 10**9):
        raise DomainError("数量应大于零")
    return LineEntry(
        name=row["name"],
        amount=Money.wan(row["amount"] or "0"),
        expense=row.get("expense", ""),
        asset_class=_member(AssetClass, row.get("asset_class", "")),
        form=_member(AssetForm, row.get("form", "")),
        kind=row.get("kind", ""),
        quantity=number,
        quantity_unit=row.get("quantity_unit", ""),
        location=row.get("location", ""),
        owner_name=row.get("owner_name", ""),
    )


def holder_of(row: Mapping[str, str]) -> HolderEntry:
    """A holder of a right, as typed."""
    right, owner_type = _member(Right, row["right"]), _member(OwnerType, row["owner_type"])
    if right is None or owner_type is None or not row["holder"]:
        raise DomainError("请选择权利和权利人类型，填写权利人")
    return HolderEntry(right, owner_type, row["holder"], share_from(row["share"] or "100"), row["credit_code"])
