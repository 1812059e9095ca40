"""The demo's stocktakes: one under way, one ended with a difference of each kind, treated as far as each state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select

from fundsys import store
from fundsys.domain.assets import AssetClass
from fundsys.domain.maintenance import Condition
from fundsys.domain.rights import Permission, Role
from fundsys.domain.stocktakes import CountResult, CountWay, TreatmentKind
from fundsys.models.assets import Asset
from fundsys.models.office import Region
from fundsys.models.stocktakes import StocktakeLine
from fundsys.queries import frames
from fundsys.queries.viewer import seen_assets, viewer
from fundsys.services import stocktakes
from fundsys.services.acts import Act, act
from fundsys.services.stocktakes import CountTold, StocktakeEntry, SurplusTold, TreatmentTold

LEAST, MOST = 6, 60
"""How many assets make a campaign worth showing, and how many a demo can count."""
_R, _K = CountResult, TreatmentKind


def write_stocktakes(ids: dict[Role, int], present: datetime) -> None:
    """What the demo shows of stocktakes."""
    scopes = _scopes(ids[Role.TOWN], present.date())
    if scopes:
        _ended(ids, scopes[0], present)
        _under_way(ids, scopes[-1], present)


def _scopes(town: int, day: date) -> list[frames.Scope]:
    """Scopes of one year of the town's assets, each large enough to show and small enough to count."""
    with store.snapshot() as session:
        who = viewer(session, town)
        assert who is not None and who.town_id is not None
        classes = (AssetClass.INCOME, AssetClass.PUBLIC)
        whole = frames.Scope(towns=(who.town_id,), classes=classes)
        rows = session.execute(
            select(Asset.project_year, func.count())
            .where(*frames.in_books(whole, day), seen_assets(who, Permission.OPEN_STOCKTAKE))
            .group_by(Asset.project_year)
            .order_by(Asset.project_year)
        )
        years = [year for year, count in rows if LEAST <= count <= MOST]
        return [frames.Scope(year, year, (who.town_id,), classes) for year in years]


def _lines(stocktake_id: int) -> list[StocktakeLine]:
    with store.snapshot() as session:
        query = select(StocktakeLine).where(StocktakeLine.stocktake_id == stocktake_id)
        found = list(session.scalars(query.order_by(StocktakeLine.sheet_id, StocktakeLine.position)))
        session.expunge_all()
        return found


def _opened(by: int, name: str, scope: frames.Scope, days: int, document: str, present: datetime) -> int:
    entry = StocktakeEntry(name, present.date(), present.date() + timedelta(days=days), scope, document)
    with act(by=by, what="发起盘点", at=present) as opened:
        return stocktakes.open_stocktake(entry, act=opened).id


def _ended(ids: dict[Role, int], scope: frames.Scope, present: datetime) -> None:
    """Counted whole: one of each difference, one that could not be reached, one slip put right, something found beside it."""
    town, inspector, lead, today = ids[Role.TOWN], ids[Role.INSPECTOR], ids[Role.LEAD], present.date()
    number = _opened(town, f"{scope.first_year}年度资产盘点", scope, 5, "八政办函〔2024〕35号", present)
    found = _lines(number)
    told = [CountTold(line.id, _R.MATCH, today, condition=Condition.SOUND, label_there=True) for line in found]
    told[0] = CountTold(found[0].id, _R.MISSING, today, words="今年汛期冲毁，现场没有残余")
    told[1] = CountTold(found[1].id, _R.MOVED, today, words="移到村委会旁边，仍在使用", label_there=True)
    less = found[2].book_quantity / 2
    told[2] = CountTold(found[2].id, _R.CHANGED, today, less, Condition.SLIGHT, words="一半已拆除，其余完好")
    told[3] = CountTold(found[3].id, _R.UNCOUNTED, today, words="道路施工，车辆进不去")
    with act(by=town, what="录入盘点表", at=present) as opened:
        entries = [e.id for e in stocktakes.record_counts(told, CountWay.PAPER, act=opened)]
    with act(by=inspector, what="登记盘点", at=present) as opened:
        again = CountTold(found[4].id, _R.MATCH, today, label_there=False, words="标识牌脱落", again=True)
        stocktakes.record_counts([again], CountWay.PHONE, act=opened)
    find = _find(number, town, found[0].town_id, present)
    with act(by=town, what="结束盘点", at=present) as opened:
        stocktakes.close_stocktake(number, "未盘的一项道路通了以后补查", act=opened)
    steps: list[tuple[Callable[[Act], int], bool | None]] = [
        (lambda a: stocktakes.treat_entry(entries[0], TreatmentTold(_K.DISPOSE, "水毁，按报损程序申请处置"), act=a).id, True),
        (lambda a: stocktakes.treat_entry(entries[1], TreatmentTold(_K.KEEP, "位置就近调整，不影响使用"), act=a).id, True),
        (lambda a: stocktakes.treat_surplus(find, TreatmentTold(_K.REGISTER, "查明资金来源后补登记"), act=a).id, None),
    ]  # fmt: skip
    made = []
    for propose, agree in steps:
        with act(by=town, what="提出差异处理", at=present) as opened:
            made.append(propose(opened))
        if agree is not None:
            with act(by=lead, what="审定差异处理", at=present) as opened:
                stocktakes.decide_treatment(made[-1], agree, act=opened)
    with act(by=town, what="办结差异处理", at=present) as opened:
        stocktakes.carry_out(made[1], words="新位置已拍照存档", act=opened)


def _find(number: int, town: int, town_id: int | None, present: datetime) -> int:
    with store.snapshot() as session:
        query = select(Region.id).where(Region.parent_id == town_id, Region.active).order_by(Region.code)
        village = session.scalars(query.limit(1)).one()
    told = SurplusTold(
        village, "太阳能路灯", Decimal(6), "盏", "村口道路两侧，来历待查，完好在用", present.date(), "村口"
    )
    with act(by=town, what="登记盘盈", at=present) as opened:
        return stocktakes.record_surplus(number, told, act=opened).id


def _under_way(ids: dict[Role, int], scope: frames.Scope, present: datetime) -> None:
    """Opened by the lead bureau for the whole town; a third of the lines is back."""
    number = _opened(ids[Role.LEAD], "2024年年终资产盘点", scope, 20, "陇乡振发〔2024〕31号", present)
    found = _lines(number)
    text = "\n".join(f"{line.row_code} 1" for line in found[: len(found) // 3])
    with act(by=ids[Role.TOWN], what="录入盘点表", at=present) as opened:
        stocktakes.enter_lines(text, present.date(), "村报账员", act=opened)
