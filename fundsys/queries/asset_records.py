"""What the rules on the register's records look at beside the assets themselves: twins, disposals and their papers."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, String, cast, func, select, true
from sqlalchemy.orm import Session

from fundsys.domain.asset_matters import OPEN_STATES, SOLD, MatterKind, MatterState
from fundsys.domain.assets import GONE, AssetStatus
from fundsys.domain.facts import DisposedFact
from fundsys.domain.further_facts import TwinFact
from fundsys.models.assets import Asset
from fundsys.models.matters import AssetMatter

DISPOSED_READ_FROM = frozenset({"asset", "asset_matter", "disposal"})
_BETWEEN = "\x1f"
_SAME = (Asset.name, Asset.village_id, Asset.location, Asset.spec, Asset.quantity)


def _alike(*columns: Any) -> Select[Any]:
    """These columns of each group of assets in the books that share name, village, place, make and quantity."""
    in_books = (Asset.status.not_in(GONE), Asset.location != "")
    return select(*columns).where(*in_books).group_by(*_SAME).having(func.count() > 1)


def twin_count(session: Session) -> int:
    """How many twins there are."""
    groups = _alike(func.count().label("number")).subquery()
    return int(session.scalar(select(func.coalesce(func.sum(groups.c.number), 0))) or 0)


def twins(session: Session) -> tuple[TwinFact, ...]:
    """The assets in the books that share name, village, place, make and quantity with others."""
    members = func.aggregate_strings(cast(Asset.id, String) + " " + Asset.code, _BETWEEN)
    found = []
    for name, told in session.execute(_alike(Asset.name, members)):
        group = sorted((int(number), code) for one in told.split(_BETWEEN) for number, _, code in [one.partition(" ")])
        for number, code in group:
            others = tuple(other for key, other in group if key != number)
            found.append(TwinFact(number, f"{code} {name}", others))
    return tuple(sorted(found))


def with_disposal(session: Session, until: date | None = None) -> frozenset[int]:
    """The assets on whose disposal a paper is under way or approved."""
    m = AssetMatter
    states = (*OPEN_STATES, MatterState.SUBMITTED, MatterState.APPROVED)
    wanted = select(m.asset_id).where(
        m.kind == MatterKind.DISPOSAL, m.state.in_(states), m.happened_on <= until if until else true()
    )
    return frozenset(key for key in session.scalars(wanted) if key is not None)


def disposed_facts(session: Session) -> tuple[DisposedFact, ...]:
    """The disposed assets, each with what is not recorded of approval, appraisal and public notice."""
    papers = {
        m.asset_id: m
        for m in session.scalars(
            select(AssetMatter)
            .where(AssetMatter.kind == MatterKind.DISPOSAL, AssetMatter.state == MatterState.APPROVED)
            .order_by(AssetMatter.id)
        )
    }
    rows = session.execute(
        select(Asset.id, Asset.code, Asset.name).where(Asset.status == AssetStatus.DISPOSED).order_by(Asset.id)
    )
    return tuple(DisposedFact(number, f"{code} {name}", _missing(papers.get(number))) for number, code, name in rows)


def _missing(paper: AssetMatter | None) -> tuple[str, ...]:
    if paper is None or paper.disposal is None:
        return ("审批", "评估", "公示")
    unvalued = paper.disposal.method in SOLD and paper.disposal.appraised is None
    return (*(("评估",) if unvalued else ()), *(("公示",) if paper.notice is None else ()))
