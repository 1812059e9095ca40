"""The demo's operating assets: contracts, receipts, stations, distributions, payments and idle assets in every state."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, select

from fundsys import store
from fundsys.domain.asset_income import STATION, ContractKind, SharingUse
from fundsys.domain.assets import AssetClass, AssetStatus
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.models.assets import Asset, Income
from fundsys.models.income import IncomeSharing, SharingLine
from fundsys.services import matters

from .matters import BACK, DAY, DONE, DRAFT, WAITING, Desk
from .working import scan

FOLLOWED = ((SharingUse.POSTS, "6000"), (SharingUse.HOUSEHOLDS, "2000.55"), (SharingUse.RETAINED, "1000"))
"""What becomes of the income of an asset that is followed from its notice."""
MEETING = "村民代表会议 2024年11月8日 第6号"
RESOLVED = date(2024, 11, 8)


def write_income(clerks: dict[int, tuple[int, str]], ids: dict[Role, int], present: datetime) -> None:
    """One paper about income of every kind in every state, by the clerks of the assets' units."""
    lead = ids[Role.LEAD]
    mine = {unit: person for unit, (person, _) in clerks.items() if person != lead}
    desk = Desk(lead, present)
    _contracts(desk, mine)
    _stations(desk, mine)
    _sharings(desk, mine)
    _idle(desk, mine)


def _assets(mine: dict[int, int], count: int, *tests: ColumnElement[bool]) -> list[tuple[int, int]]:
    """Operating assets in use whose unit has a clerk: id, clerk."""
    with store.snapshot() as session:
        rows = session.execute(
            select(Asset.id, Asset.owner_unit_id)
            .where(Asset.asset_class == AssetClass.INCOME, Asset.owner_unit_id.in_(mine), *tests)
            .order_by(Asset.id)
            .limit(count)
        ).all()
    return [(key, mine[unit]) for key, unit in rows if unit is not None]


def _contracts(desk: Desk, mine: dict[int, int]) -> None:
    found = _assets(mine, 5, Asset.status == AssetStatus.IN_USE, Asset.kind != STATION)
    for number, ((asset, clerk), state) in enumerate(zip(found, (DONE, DONE, WAITING, BACK, DRAFT), strict=False), 1):
        entry = matters.ContractEntry(
            date(2024, 6, 20),
            ContractKind.SHARES if number == 2 else ContractKind.LEASE,
            "陇州奶山羊养殖专业合作社（演示）",
            f"陇资经〔2024〕{number:02d}",
            date(2024, 7, 1),
            date(2027, 6, 30),
            tuple((date(year, month, 30), Money.yuan(12000)) for year in (2024, 2025, 2026) for month in (8, 9)),
        )
        desk.paper(clerk, state, lambda a, k=asset, e=entry: matters.draft_contract(k, e, act=a))  # type: ignore[misc]
    if not found:
        return
    asset, clerk = found[0]
    with store.snapshot() as session:
        dues = session.scalars(
            select(Income.id).where(Income.asset_id == asset, Income.matter_id.is_not(None)).order_by(Income.due_on)
        ).all()
    made = []
    for due, state, amount in zip(dues, (DONE, DONE, WAITING), ("12000", "12000", "6000"), strict=False):
        receipt = matters.ReceiptEntry(date(2024, 10, 10), Money.yuan(amount), f"村收2024-{due}")
        made.append(desk.paper(clerk, state, lambda a, k=due, e=receipt: matters.draft_receipt(k, e, act=a)))  # type: ignore[misc]
    told = (DAY, "", "回单重复登记")
    desk.paper(clerk, DONE, lambda a, k=made[1], t=told: matters.draft_taking_back(k, *t, act=a))  # type: ignore[misc]
    sharing = _share(desk, asset, clerk, DONE, *FOLLOWED)
    _pay(desk, sharing, clerk)


def _stations(desk: Desk, mine: dict[int, int]) -> None:
    found = _assets(mine, 3, Asset.kind == STATION, Asset.status.in_((AssetStatus.IN_USE, AssetStatus.LEASED)))
    for (asset, clerk), state in zip(found, (DONE, DONE, WAITING), strict=False):
        entry = matters.SettlementEntry(
            date(2024, 10, 28),
            date(2024, 7, 1),
            date(2024, 9, 30),
            Decimal(26000 + asset % 7000),
            Money.yuan("9360.45"),
            date(2024, 10, 15),
            Money.yuan("9360.45"),
            "国网陇县供电公司（演示）",
            f"电费2024-{asset}",
        )
        desk.paper(clerk, state, lambda a, k=asset, e=entry: matters.draft_settlement(k, e, act=a))  # type: ignore[misc]
    uses = {
        DONE: ((SharingUse.POSTS, "6000"), (SharingUse.WORKS, "1800"), (SharingUse.UPKEEP, "936.05")),
        WAITING: ((SharingUse.POSTS, "5000"), (SharingUse.REWARD, "4000")),
    }
    for (asset, clerk), state in zip(found[:2], (DONE, WAITING), strict=False):
        made = _share(desk, asset, clerk, state, *uses[state])
        if state == DONE:
            _pay(desk, made, clerk)


def _sharings(desk: Desk, mine: dict[int, int]) -> None:
    """Distributions of what came in before: approved and waiting for payment, sent back, draft."""
    with_income = Asset.id.in_(
        select(Income.asset_id).where(
            Income.matter_id.is_(None), Income.received > Income.distributed + Money.yuan(900)
        )
    )
    found = _assets(mine, 3, with_income, Asset.kind != STATION, Asset.status == AssetStatus.LEASED)
    lines = ((SharingUse.POSTS, "300"), (SharingUse.HOUSEHOLDS, "300"), (SharingUse.RETAINED, "200"))
    for (asset, clerk), state in zip(found, (DONE, BACK, DRAFT), strict=False):
        _share(desk, asset, clerk, state, *lines)


def _share(desk: Desk, asset: int, clerk: int, state: str, *lines: tuple[SharingUse, str]) -> int:
    entry = matters.SharingEntry(
        date(2024, 11, 1),
        tuple(
            matters.ShareEntry(
                use,
                Money.yuan(amount),
                households=20 if use is SharingUse.HOUSEHOLDS else 0,
                workers=3 if use is SharingUse.POSTS else 0,
            )
            for use, amount in lines
        ),
        RESOLVED,
        MEETING,
        "程序合规，同意分配",
    )
    files = ((f"会议记录{asset}.pdf", scan(1, asset)),)
    return desk.paper(clerk, state, lambda a: matters.draft_sharing(asset, entry, files=files, act=a))


def _pay(desk: Desk, sharing: int, clerk: int) -> None:
    """Two payments: the posts are paid, the rest waits for approval."""
    with store.snapshot() as session:
        rows = session.scalars(
            select(SharingLine)
            .join(IncomeSharing, SharingLine.sharing_id == IncomeSharing.id)
            .where(IncomeSharing.matter_id == sharing)
            .order_by(SharingLine.position)
        )
        lines = [(line.id, line.amount) for line in rows]
    for some, state, no in ((lines[:1], DONE, "1"), (lines[1:2], WAITING, "2")):
        entry = matters.PayoutEntry(DAY, dict(some), f"村付2024-{no}")
        desk.paper(clerk, state, lambda a, e=entry: matters.draft_payout(sharing, e, act=a))  # type: ignore[misc]


def _idle(desk: Desk, mine: dict[int, int]) -> None:
    idle = _assets(mine, 2, Asset.status == AssetStatus.IDLE)
    for (asset, clerk), state in zip(idle, (DONE, WAITING), strict=False):
        told = matters.IdleEntry(
            date(2024, 4, 1), AssetStatus.IDLE, "承租方退出，镇村公开招租，年底前签约", "村委会主任", date(2024, 12, 31)
        )
        desk.paper(clerk, state, lambda a, k=asset, e=told: matters.draft_idle(k, e, act=a))  # type: ignore[misc]
    for asset, clerk in _assets(mine, 1, Asset.status == AssetStatus.UNDERUSED):
        back = matters.IdleEntry(DAY, AssetStatus.IN_USE, "新增订单，设备满负荷运转")
        files = ((f"恢复使用{asset}.pdf", scan(1, asset)),)
        desk.paper(clerk, WAITING, lambda a, k=asset, e=back, f=files: matters.draft_idle(k, e, files=f, act=a))  # type: ignore[misc]
