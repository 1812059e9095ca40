"""Asset numbers: by the county's own rule, given inside the act of approval, never used again."""

from __future__ import annotations

from sqlalchemy import select

from fundsys.domain.asset_matters import NUMBER_RULE, number_begin
from fundsys.domain.assets import AssetClass, AssetForm
from fundsys.models.assets import Asset
from fundsys.models.matters import AssetNumber
from fundsys.models.office import County, DictionaryEntry, Region
from fundsys.services.acts import Act

DICTIONARY = "asset_number"
DIGITS = 5


def next_asset_number(act: Act, region_id: int | None, year: int, asset_class: AssetClass, form: AssetForm) -> str:
    """The next number. Beyond every number given or in the register under the same beginning, removed ones included."""
    e = DictionaryEntry
    rule = act.session.scalar(select(e.label).where(e.kind == DICTIONARY, e.active).order_by(e.position)) or NUMBER_RULE
    region = act.session.get(Region, region_id) if region_id else None
    place = region.code if region else f"{act.session.scalars(select(County.code)).first()}000000"
    begin = number_begin(rule, place, year, asset_class, form)
    kept = act.session.scalars(select(AssetNumber).where(AssetNumber.begin == begin)).one_or_none()
    taken = act.session.scalars(select(Asset.code).where(Asset.code.startswith(begin, autoescape=True)))
    last = max((int(t) for code in taken if (t := code[len(begin) :]).isdecimal()), default=0)
    if kept is None:
        kept = AssetNumber(begin=begin, last=0)
        act.session.add(kept)
    kept.last = max(kept.last, last) + 1
    act.session.flush()
    return f"{begin}{kept.last:0{DIGITS}d}"
