"""Reading stocktakes: the campaigns with how far they are, their lines and sheets, what differs and how it is treated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from fundsys.domain.errors import NotFound
from fundsys.domain.maintenance import Condition
from fundsys.domain.money import Money, show_percent
from fundsys.domain.rights import Permission, Role, Scope
from fundsys.domain.stocktakes import DIFFERENCES, CountResult, StocktakeState, TreatmentKind, TreatmentState
from fundsys.models.assets import Asset
from fundsys.models.maintenance import CheckSheet
from fundsys.models.matters import AssetMatter
from fundsys.models.office import Person, Region
from fundsys.models.stocktakes import CountEntry, CountSurplus, CountTreatment, Stocktake, StocktakeLine
from fundsys.queries import frames
from fundsys.queries.looking import holds
from fundsys.queries.maintenance import Town, Village
from fundsys.queries.viewer import Viewer, seen_assets

PAGE_SIZE = 50
_P = Permission
_Later, _LaterFound = aliased(CountEntry), aliased(CountSurplus)
STANDS = ~exists(select(_Later.id).where(_Later.replaces_id == CountEntry.id))
"""The entry that no later one has replaced."""
FOUND_STANDS = and_(
    ~exists(select(_LaterFound.id).where(_LaterFound.replaces_id == CountSurplus.id)), CountSurplus.quantity != "0"
)
"""A surplus that no later row has corrected or taken back."""
STATES = {
    "open": "未盘点",
    "match": "相符",
    "differs": "有差异",
    "missing": "盘亏",
    "moved": "移位",
    "changed": "变化",
    "uncounted": "未盘",
}


@dataclass(frozen=True, slots=True)
class StocktakeInfo:
    """One campaign with what this person may see of it. untreated: differences nobody has said how to treat."""

    id: int
    version: int
    number: str
    name: str
    register_on: date
    due_on: date
    scope: str
    document_no: str
    frame_seq: int
    frame_count: int
    frame_digest: str
    unit_id: int | None
    opened_by: str
    opened_on: date
    state: StocktakeState
    closed_on: date | None
    close_words: str
    lines: int
    by_result: dict[CountResult, int]
    surplus: int
    untreated: int

    @property
    def answered(self) -> int:
        """Lines answered for."""
        return sum(self.by_result.values())

    @property
    def left(self) -> int:
        """Lines nobody has answered for."""
        return self.lines - self.answered

    @property
    def matched(self) -> int:
        """Lines where book and thing agree."""
        return self.by_result.get(CountResult.MATCH, 0)

    @property
    def differing(self) -> int:
        """Lines where they do not."""
        return sum(self.by_result.get(r, 0) for r in DIFFERENCES)

    @property
    def rate(self) -> str:
        """账实相符率: matching lines over those that were counted."""
        counted = self.answered - self.by_result.get(CountResult.UNCOUNTED, 0)
        return show_percent(Fraction(self.matched, counted)) if counted else "无数据"

    def days_late(self, today: date) -> int:
        """Days beyond the last day while it is open."""
        return max((today - self.due_on).days, 0) if self.state is StocktakeState.OPEN else 0


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line with what stands counted of it. entry_id: None while nobody has answered for it."""

    id: int
    stocktake_id: int
    row_code: str
    asset_id: int
    asset_code: str
    asset_name: str
    town: str
    village: str
    location: str
    book_quantity: Decimal
    quantity_unit: str
    original_cost: Money
    entry_id: int | None
    result: CountResult | None
    quantity: Decimal | None
    condition: Condition | None
    in_use: bool | None
    place_fits: bool | None
    label_there: bool | None
    words: str
    counter: str
    counted_on: date | None
    sheet: str
    treatment_id: int | None
    treatment: TreatmentKind | None
    treatment_state: TreatmentState | None
    treatment_words: str


@dataclass(frozen=True, slots=True)
class SurplusRow:
    """Something found beside the frame, and how it is treated."""

    id: int
    village: str
    name: str
    location: str
    quantity: Decimal
    quantity_unit: str
    words: str
    counter: str
    found_on: date
    treatment_id: int | None
    treatment: TreatmentKind | None
    treatment_state: TreatmentState | None


@dataclass(frozen=True, slots=True)
class SheetOf:
    """One sheet of a campaign."""

    id: int
    number: str
    title: str
    row_count: int
    answered: int


@dataclass(frozen=True, slots=True)
class TreatmentRow:
    """One treatment with its difference in words."""

    id: int
    version: int
    stocktake_id: int
    difference: str
    entry_id: int | None
    surplus_id: int | None
    asset_id: int | None
    kind: TreatmentKind
    words: str
    document_no: str
    state: TreatmentState
    proposed_by: str
    proposed_id: int | None
    proposed_on: date
    return_reason: str
    matter_id: int | None
    matter_no: str
    done_words: str
    done_on: date | None


def is_count_code(session: Session, row_code: str) -> bool:
    """Whether a row code is on a sheet of a stocktake."""
    return session.scalar(select(StocktakeLine.id).where(StocktakeLine.row_code == row_code)) is not None


def _mine(who: Viewer | None, right: Permission) -> ColumnElement[bool]:
    return seen_assets(who, right) if who else true()


def stocktakes(
    session: Session, who: Viewer | None, *, stocktake_id: int | None = None, state: StocktakeState | None = None
) -> list[StocktakeInfo]:
    """The campaigns with assets of this person's in them, the newest first, counted over those assets."""
    s, line, opener = Stocktake, StocktakeLine, Person
    counts: dict[int, dict[CountResult | None, int]] = {}
    wanted = [true() if stocktake_id is None else line.stocktake_id == stocktake_id, _mine(who, _P.READ_ASSETS)]
    rows = session.execute(
        select(line.stocktake_id, CountEntry.result, func.count())
        .join(Asset, line.asset_id == Asset.id)
        .outerjoin(CountEntry, and_(CountEntry.line_id == line.id, STANDS))
        .where(*wanted)
        .group_by(line.stocktake_id, CountEntry.result)
    )
    for key, result, count in rows:
        counts.setdefault(key, {})[result] = count
    bare = _untreated(session, who)
    extra = {key: len(surpluses(session, who, key)) for key in counts}
    tests = [s.id.in_(list(counts)), true() if state is None else s.state == state]
    found = session.execute(
        select(s, func.coalesce(opener.name, "系统"))
        .outerjoin(opener, s.opened_by == opener.id)
        .where(*tests)
        .order_by(s.id.desc())
    )
    return [_info(session, told, name, counts[told.id], extra[told.id], bare.get(told.id, 0)) for told, name in found]


def _info(
    session: Session, s: Stocktake, opener: str, counts: dict[CountResult | None, int], surplus: int, untreated: int
) -> StocktakeInfo:
    return StocktakeInfo(
        s.id, s.version, s.number, s.name, s.register_on, s.due_on,
        frames.scope_words(session, frames.scope_from(s)), s.document_no, s.frame_seq, s.frame_count, s.frame_digest,
        s.unit_id, opener, s.opened_on, s.state, s.closed_on, s.close_words, sum(counts.values()),
        {r: n for r, n in counts.items() if r is not None}, surplus, untreated,
    )  # fmt: skip


def _untreated(session: Session, who: Viewer | None) -> dict[int, int]:
    """How many differences of each campaign have no treatment yet, among the assets and finds the person sees."""
    line, t = StocktakeLine, CountTreatment
    rows = session.execute(
        select(line.stocktake_id, func.count())
        .join(CountEntry, and_(CountEntry.line_id == line.id, STANDS))
        .join(Asset, line.asset_id == Asset.id)
        .outerjoin(t, t.entry_id == CountEntry.id)
        .where(CountEntry.result.in_(DIFFERENCES), t.id.is_(None), _mine(who, _P.READ_ASSETS))
        .group_by(line.stocktake_id)
    )
    found = {key: count for key, count in rows}
    beside = session.execute(
        select(CountSurplus.stocktake_id, func.count())
        .outerjoin(t, t.surplus_id == CountSurplus.id)
        .where(FOUND_STANDS, t.id.is_(None), seen_surpluses(who))
        .group_by(CountSurplus.stocktake_id)
    )
    for key, count in beside:
        found[key] = found.get(key, 0) + count
    return found


def stocktake(session: Session, who: Viewer | None, stocktake_id: int) -> StocktakeInfo:
    """One campaign. Raises NotFound for hidden and missing alike."""
    found = stocktakes(session, who, stocktake_id=stocktake_id)
    if not found:
        raise NotFound("没有这次盘点，或者没有您管理的资产在内")
    return found[0]


# ---------- lines ----------


def _line_query(who: Viewer | None, right: Permission) -> Any:
    line, e, t = StocktakeLine, CountEntry, CountTreatment
    return (
        select(
            line.id, line.stocktake_id, line.row_code, line.asset_id, line.asset_code, line.asset_name,
            func.coalesce(Town.name, ""), func.coalesce(Village.name, ""), line.location, line.book_quantity,
            line.quantity_unit, line.original_cost, e.id, e.result, e.quantity, e.condition, e.in_use, e.place_fits,
            e.label_there, func.coalesce(e.words, ""), func.coalesce(e.counter, ""), e.counted_on, CheckSheet.number,
            t.id, t.kind, t.state, func.coalesce(t.words, ""),
        )
        .join(Asset, line.asset_id == Asset.id)
        .join(CheckSheet, line.sheet_id == CheckSheet.id)
        .outerjoin(Town, line.town_id == Town.id)
        .outerjoin(Village, line.village_id == Village.id)
        .outerjoin(e, and_(e.line_id == line.id, STANDS))
        .outerjoin(t, t.entry_id == e.id)
        .where(_mine(who, right))
        .order_by(line.sheet_id, line.position)
    )  # fmt: skip


def state_test(state: str) -> ColumnElement[bool]:
    """The lines in one of STATES; all for anything else."""
    if state == "open":
        return CountEntry.id.is_(None)
    if state == "differs":
        return CountEntry.result.in_(DIFFERENCES)
    found = next((r for r in CountResult if r.code == state), None)
    return true() if found is None else CountEntry.result == found


def lines(
    session: Session,
    who: Viewer | None,
    stocktake_id: int,
    *,
    state: str = "",
    sheet_id: int | None = None,
    text: str = "",
    offset: int = 0,
    limit: int | None = None,
) -> tuple[list[LineRow], int]:
    """The lines of a campaign in route order, and how many were found."""
    tests = [StocktakeLine.stocktake_id == stocktake_id, state_test(state)]
    if sheet_id is not None:
        tests.append(StocktakeLine.sheet_id == sheet_id)
    if text:
        tests.append(holds(text, StocktakeLine.asset_code, StocktakeLine.asset_name, StocktakeLine.row_code))
    query = _line_query(who, _P.READ_ASSETS).where(*tests)
    count = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    rows = session.execute(query.offset(offset).limit(limit) if limit else query)
    return [LineRow(*tuple[Any, ...](row)) for row in rows], count


def line_of(session: Session, who: Viewer | None, line_id: int, right: Permission = _P.READ_ASSETS) -> LineRow:
    """One line. Raises NotFound for hidden and missing alike."""
    row = session.execute(_line_query(who, right).where(StocktakeLine.id == line_id)).first()
    if row is None:
        raise NotFound("没有这一行，或者这项资产不在您的管理范围内")
    return LineRow(*tuple[Any, ...](row))


def earlier_entries(session: Session, line_id: int) -> list[tuple[CountEntry, str]]:
    """Every entry of a line with who entered it, the newest first."""
    rows = session.execute(
        select(CountEntry, func.coalesce(Person.name, "系统"))
        .outerjoin(Person, CountEntry.entered_by == Person.id)
        .where(CountEntry.line_id == line_id)
        .order_by(CountEntry.id.desc())
    )
    return [(entry, name) for entry, name in rows]


def to_count(session: Session, who: Viewer, asset_id: int) -> int | None:
    """The line of the newest open campaign on which this person may count an asset."""
    return session.scalar(
        select(StocktakeLine.id)
        .join(Stocktake, StocktakeLine.stocktake_id == Stocktake.id)
        .join(Asset, StocktakeLine.asset_id == Asset.id)
        .where(
            StocktakeLine.asset_id == asset_id,
            Stocktake.state == StocktakeState.OPEN,
            seen_assets(who, _P.STOCKTAKE),
        )
        .order_by(Stocktake.id.desc())
        .limit(1)
    )


def last_counted(session: Session, asset_id: int) -> tuple[date, CountResult] | None:
    """When an asset was last counted, and with what result."""
    row = session.execute(
        select(CountEntry.counted_on, CountEntry.result)
        .join(StocktakeLine, CountEntry.line_id == StocktakeLine.id)
        .where(StocktakeLine.asset_id == asset_id, STANDS, CountEntry.result != CountResult.UNCOUNTED)
        .order_by(CountEntry.counted_on.desc(), CountEntry.id.desc())
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1])


def sheets(session: Session, who: Viewer | None, stocktake_id: int) -> list[SheetOf]:
    """The sheets of a campaign with assets of this person's on them, counted over those."""
    answered = func.sum(case((CountEntry.id.is_not(None), 1), else_=0))
    rows = session.execute(
        select(CheckSheet.id, CheckSheet.number, CheckSheet.title, func.count(), answered)
        .join(StocktakeLine, StocktakeLine.sheet_id == CheckSheet.id)
        .join(Asset, StocktakeLine.asset_id == Asset.id)
        .outerjoin(CountEntry, and_(CountEntry.line_id == StocktakeLine.id, STANDS))
        .where(CheckSheet.stocktake_id == stocktake_id, _mine(who, _P.READ_ASSETS))
        .group_by(CheckSheet.id, CheckSheet.number, CheckSheet.title)
        .order_by(CheckSheet.id)
    )
    return [SheetOf(key, number, title, count, int(done or 0)) for key, number, title, count, done in rows]


# ---------- surplus and treatment ----------


def seen_surpluses(who: Viewer | None) -> ColumnElement[bool]:
    """What was found in places this person looks after, or by this person's unit."""
    if who is None or who.scope(_P.READ_ASSETS) is Scope.ALL:
        return true()
    if not who.can(_P.READ_ASSETS):
        return false()
    if who.is_bounded:
        return CountSurplus.village_id.in_(select(Region.id).where(Region.parent_id.in_(who.scope_towns)))
    ours = CountSurplus.entered_by.in_(select(Person.id).where(Person.unit_id == who.unit_id))
    if who.role is Role.TOWN and who.town_id is not None:
        return or_(ours, CountSurplus.village_id.in_(select(Region.id).where(Region.parent_id == who.town_id)))
    return or_(ours, CountSurplus.village_id == who.village_id) if who.village_id else ours


def surpluses(session: Session, who: Viewer | None, stocktake_id: int) -> list[SurplusRow]:
    """What stands found beside the frame of a campaign."""
    s, t = CountSurplus, CountTreatment
    rows = session.execute(
        select(
            s.id, Region.name, s.name, s.location, s.quantity, s.quantity_unit, s.words, s.counter, s.found_on, t.id,
            t.kind, t.state,
        )
        .join(Region, s.village_id == Region.id)
        .outerjoin(t, t.surplus_id == s.id)
        .where(s.stocktake_id == stocktake_id, FOUND_STANDS, seen_surpluses(who))
        .order_by(Region.code, s.id)
    )  # fmt: skip
    return [SurplusRow(*tuple[Any, ...](row)) for row in rows]


def treatments(
    session: Session,
    who: Viewer | None,
    *,
    stocktake_id: int | None = None,
    treatment_id: int | None = None,
    state: TreatmentState | None = None,
) -> list[TreatmentRow]:
    """Treatments of differences this person sees, the newest first."""
    t, line, e, s = CountTreatment, StocktakeLine, CountEntry, CountSurplus
    campaign = func.coalesce(line.stocktake_id, s.stocktake_id)
    tests = [
        true() if stocktake_id is None else campaign == stocktake_id,
        true() if treatment_id is None else t.id == treatment_id,
        true() if state is None else t.state == state,
        or_(and_(t.entry_id.is_not(None), _mine(who, _P.READ_ASSETS)), and_(t.surplus_id.is_not(None), seen_surpluses(who))),
    ]  # fmt: skip
    rows = session.execute(
        select(
            t, campaign, line.asset_name, e.result, s.name, line.asset_id, func.coalesce(Person.name, "系统"),
            func.coalesce(AssetMatter.number, ""),
        )
        .outerjoin(e, t.entry_id == e.id)
        .outerjoin(line, e.line_id == line.id)
        .outerjoin(Asset, line.asset_id == Asset.id)
        .outerjoin(s, t.surplus_id == s.id)
        .outerjoin(Person, t.proposed_by == Person.id)
        .outerjoin(AssetMatter, t.matter_id == AssetMatter.id)
        .where(*tests)
        .order_by(t.id.desc())
    )  # fmt: skip
    return [
        TreatmentRow(
            told.id, told.version, key, f"{name or found} {result.label if result else '盘盈'}", told.entry_id, told.surplus_id, asset_id, told.kind,
            told.words, told.document_no, told.state, by, told.proposed_by, told.proposed_on, told.return_reason,
            told.matter_id, number, told.done_words, told.done_on,
        )
        for told, key, name, result, found, asset_id, by, number in rows
    ]  # fmt: skip


def treatment(session: Session, who: Viewer | None, treatment_id: int) -> TreatmentRow:
    """One treatment. Raises NotFound for hidden and missing alike."""
    found = treatments(session, who, treatment_id=treatment_id)
    if not found:
        raise NotFound("没有这项差异处理，或者不在您的管理范围内")
    return found[0]
