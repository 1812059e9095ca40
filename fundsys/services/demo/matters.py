"""The demo's asset papers: one of every kind in every state, by the acts of the office."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import ColumnElement, func, select

from fundsys import store
from fundsys.domain.asset_matters import BenefitScope, Right
from fundsys.domain.assets import AssetClass, AssetForm, AssetStatus, OwnerType
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.models.assets import Asset
from fundsys.models.matters import AssetMatter
from fundsys.models.projects import Project
from fundsys.services import matters
from fundsys.services.acts import Act, act

DRAFT, WAITING, BACK, DONE = "draft", "submitted", "returned", "approved"
DAY = date(2024, 11, 12)
Drafting = Callable[[Act], AssetMatter]


class Desk:
    """Writes papers as their clerks do, and has the lead bureau judge them."""

    def __init__(self, lead: int, present: datetime) -> None:
        self.lead, self.present = lead, present

    def paper(self, clerk: int, state: str, drafting: Drafting) -> int:
        """Id of a paper brought to a state."""
        with act(by=clerk, what="登记资产办理单", at=self.present) as opened:
            made = drafting(opened).id
            if state != DRAFT:
                matters.submit_matter(made, act=opened)
        if state == BACK:
            with act(by=self.lead, what="退回资产办理单", at=self.present) as opened:
                matters.return_matter(made, "缺评估报告扫描件，请补齐后再报", act=opened)
        if state == DONE:
            with act(by=self.lead, what="审定资产办理单", at=self.present) as opened:
                matters.approve_matter(made, act=opened)
        return made


def write_matters(clerks: dict[int, tuple[int, str]], ids: dict[Role, int], present: datetime) -> None:
    """Formations of settled projects; valuations, titles, splits and disposals of older assets, in every state."""
    lead = ids[Role.LEAD]
    mine = {unit: person for unit, (person, _) in clerks.items() if person != lead}
    desk = Desk(lead, present)
    _formations(desk, mine)
    _titles(desk, mine)
    _disposals(desk, mine)


def _formations(desk: Desk, mine: dict[int, int]) -> None:
    have = select(Asset.project_id).where(Asset.project_id.is_not(None))
    with store.snapshot() as session:
        rows = session.execute(
            select(Project.id, Project.owner_unit_id, Project.name, Project.settled_amount)
            .where(Project.settled_amount.is_not(None), Project.accepted_on.is_not(None), Project.accepted_on <= DAY)
            .where(Project.id.not_in(have), Project.owner_unit_id.in_(mine), Project.village_id.is_not(None))
            .order_by(Project.id)
            .limit(4)
        ).all()
    for (project, unit, name, settled), state in zip(rows, (DRAFT, WAITING, BACK, DONE), strict=False):
        if settled is None:
            continue
        trained = Money(settled.fen // 20)
        asset = matters.LineEntry(
            name=f"{name}形成资产"[:120],
            amount=settled - trained,
            asset_class=AssetClass.INCOME,
            form=AssetForm.FIXED,
            kind="养殖圈舍与附属设施",
            quantity=Decimal(1),
            quantity_unit="项",
            owner_name="村股份经济合作社",
        )
        lines = (asset, matters.LineEntry(name="技术培训", amount=trained, expense="培训"))
        entry = matters.FormationEntry(DAY, lines, "陇审结〔2024〕18号")
        desk.paper(mine[unit], state, lambda a, p=project, e=entry: matters.draft_formation(p, e, act=a))  # type: ignore[misc]


def _older(mine: dict[int, int], count: int, *tests: ColumnElement[bool]) -> list[tuple[int, int, str]]:
    """Assets of earlier years whose unit has a clerk: id, clerk, owner."""
    with store.snapshot() as session:
        rows = session.execute(
            select(Asset.id, Asset.owner_unit_id, Asset.owner_name)
            .where(
                Asset.project_year < 2023, Asset.owner_unit_id.in_(mine), Asset.asset_class == AssetClass.PUBLIC, *tests
            )
            .where(func.coalesce(Asset.registered_on, DAY) < DAY - timedelta(days=60))
            .order_by(Asset.id)
            .limit(count)
        ).all()
    return [(key, mine[unit], owner) for key, unit, owner in rows if unit is not None]


def _titles(desk: Desk, mine: dict[int, int]) -> None:
    used = Asset.status == AssetStatus.IN_USE
    found = _older(mine, 10, used, Asset.owner_type == OwnerType.COLLECTIVE, Asset.titled_on < DAY)
    for (asset, clerk, owner), state in zip(found, (DONE, WAITING, BACK, DRAFT), strict=False):
        several = state in (DONE, WAITING)
        names = (owner, "邻村股份经济合作社", "同镇经济联合社") if several else (owner,)
        holders = tuple(
            matters.HolderEntry(Right.OWN, OwnerType.COLLECTIVE, name[:60], Fraction(1, len(names))) for name in names
        )
        entry = matters.TitleEntry(
            DAY,
            BenefitScope.VILLAGES if several else BenefitScope.VILLAGE,
            holders,
            certificate_no=f"陇资确〔2024〕{asset}号",
            giver="县农业农村局",
            receiver=owner[:80],
            overseer="镇人民政府",
            signers="三方经手人",
            handed_over_on=DAY,
            condition_words="主体完好，正常使用",
            papers_words="验收表、结算审核报告、移交清单",
            care_words="按“1+12”管护办法巡查",
        )
        desk.paper(clerk, state, lambda a, k=asset, e=entry: matters.draft_title(k, e, act=a))  # type: ignore[misc]
    for (asset, clerk, _), state in zip(found[4:], (DONE, WAITING), strict=False):
        value = matters.ValuationEntry(
            DAY, Money.wan("12.5"), "成本法", "陇评报〔2024〕21号", "某资产评估事务所（演示）"
        )
        desk.paper(clerk, state, lambda a, k=asset, e=value: matters.draft_valuation(k, e, act=a))  # type: ignore[misc]
    for asset, clerk, _ in found[6:7]:
        part = matters.LineEntry(name="拆出部分", amount=Money.wan("1"), quantity=Decimal(1))
        split = matters.SplitEntry(DAY, (part,), "", "分别管护")
        desk.paper(clerk, WAITING, lambda a, k=asset, e=split: matters.draft_split(k, e, act=a))  # type: ignore[misc]


def _disposals(desk: Desk, mine: dict[int, int]) -> None:
    found = _older(mine, 4, Asset.status == AssetStatus.TO_DISPOSE)
    for number, ((asset, clerk, _), state) in enumerate(zip(found, (DONE, DONE, WAITING, DRAFT), strict=False)):
        entry = matters.DisposalEntry(
            DAY,
            "自然灾害损毁无法修复",
            "报损",
            f"陇政办函〔2024〕{31 + number}号",
            meeting="村民代表会议 2024年10月20日",
            owner_opinion="同意报损",
            town_opinion="情况属实，同意",
            bureau_opinion="现场核实，同意报损",
            words="汛期山洪冲毁",
        )
        made = desk.paper(clerk, state, lambda a, k=asset, e=entry: matters.draft_disposal(k, e, act=a))  # type: ignore[misc]
        if number == 1:
            told = (DAY, "陇政办函〔2024〕40号", "核查认定可以修复")
            desk.paper(clerk, DONE, lambda a, k=made, t=told: matters.draft_reversal(k, *t, act=a))  # type: ignore[misc]
