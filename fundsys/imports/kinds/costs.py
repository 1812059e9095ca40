"""An asset's cost by source, as the cell 资金来源 says it: one source, or several with their 万元."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import delete

from fundsys.domain.errors import NotAnAmount
from fundsys.domain.money import Money
from fundsys.models.assets import AssetCost
from fundsys.queries.import_lists import stored
from fundsys.services.acts import Act
from fundsys.services.imports import insert_columns

from .base import Sheet
from .cells import wan
from .records import Found

_PIECES = re.compile(r"[、;；，,/]+|\s{2,}|\n")
_PIECE = re.compile(r"(.*?)[:：]?\s*(\d+(?:\.\d{1,6})?)\s*万?元?$")
Parts = dict[int, int | None]


def settle_costs(sheet: Sheet) -> None:
    """Sources by code or full name become parts of the cost; other words stay words. Amounts must add up. Source: F115.

    Adds cost_parts: for each row source id → 分 (None: the whole), or None where the words name no source we know.
    """
    cells = sheet.column("fund_sources")
    read = {text: _read(sheet, text) for text in set(cells)}
    sheet.values["cost_parts"] = [read[text] for text in cells]
    if not any(read.values()):
        return
    costs = sheet.column("original_cost")
    for place, (text, fen) in enumerate(zip(cells, costs, strict=True)):
        parts = read[text]
        if parts and fen is not None and None not in parts.values():
            said = sum(part or 0 for part in parts.values())
            if said != fen:
                sheet.complain(
                    place, "fund_sources", f"各来源合计 {wan(said)} 万元，与原值 {wan(fen)} 万元不符，请核对"
                )


def _read(sheet: Sheet, text: str) -> Parts | None:
    pieces = [piece.strip() for piece in _PIECES.split(unicodedata.normalize("NFKC", text)) if piece.strip()]
    parts: Parts = {}
    for piece in pieces:
        found = sheet.told.lists.find("sources", piece)
        if found is not None:
            parts[found] = None
            continue
        spoken = _PIECE.fullmatch(piece)
        source = sheet.told.lists.find("sources", spoken[1]) if spoken else None
        if spoken is None or source is None:
            return None
        try:
            parts[source] = Money.wan(spoken[2]).fen
        except NotAnAmount:
            return None
    if len(parts) != len(pieces) or (len(parts) > 1 and None in parts.values()):
        return None
    return parts or None


def guard_costs(sheet: Sheet, place: int, before: dict[str, Any], changes: dict[str, Any]) -> None:
    """A cost that is split among several sources changes only together with its parts."""
    if "original_cost" not in changes or sheet.values["cost_parts"][place]:
        return
    number = _asset_ids(sheet).get(sheet.values["code"][place])
    parts = sheet.told.lists.cost_parts([number]).get(number, {}) if number else {}
    if len(parts) > 1:
        told = "这项资产的原值按资金来源分摊，改动原值时请在“资金来源”里写明各来源的金额，例如 F101 30、F801 5"
        sheet.complain(place, "original_cost", told)


def _asset_ids(sheet: Sheet) -> dict[str, int]:
    from fundsys.models.assets import Asset

    if "asset_ids" not in sheet.values:
        found = stored(sheet.session, Asset, (), "code", set(sheet.values["code"]))
        sheet.values["asset_ids"] = [{code: row[0] for code, row in found.items()}]
    ids: dict[str, int] = sheet.values["asset_ids"][0]
    return ids


def write_costs(sheet: Sheet, act: Act, found: Found) -> None:
    """Write the parts of new assets, and of stored ones whose cost or sources changed."""
    from fundsys.models.assets import Asset

    parts = sheet.values["cost_parts"]
    touched = {
        place: number for place, number, changes in found.changed if {"original_cost", "fund_sources"} & set(changes)
    }
    fresh = [place for place in found.new if parts[place]]
    if not fresh and not touched:
        return
    ids = stored(act.session, Asset, (), "code", {found.codes[place] for place in [*fresh, *touched]})
    old = sheet.told.lists.__class__(act.session).cost_parts(touched.values()) if touched else {}
    rows: list[tuple[int, int, int]] = []
    for place in [*fresh, *touched]:
        number, cost = ids[found.codes[place]][0], sheet.values["original_cost"][place]
        said = parts[place] or dict.fromkeys(old.get(number, {}))
        if said:
            rows += [(number, source, cost if fen is None else fen) for source, fen in said.items()]
    gone = [number for number in touched.values() if number in old]
    if gone:
        act.session.execute(delete(AssetCost).where(AssetCost.asset_id.in_(gone)))
    if rows:
        asset_ids, source_ids, amounts = zip(*rows, strict=True)
        columns = {"asset_id": asset_ids, "source_id": source_ids, "amount_fen": amounts}
        insert_columns(act.session, AssetCost.__table__, columns, len(rows))  # type: ignore[arg-type]
