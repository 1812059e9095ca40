"""Owners, a town, keepers and a bureau that do with assets whatever comes to their minds, one act a move."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from fundsys import store
from fundsys.domain.asset_income import SharingUse
from fundsys.domain.asset_matters import OPEN_STATES, BenefitScope, MatterKind, MatterState, Right
from fundsys.domain.assets import GONE, AssetClass, AssetForm, AssetStatus, OwnerType
from fundsys.domain.money import Money
from fundsys.models.assets import Asset, Income
from fundsys.models.income import IncomeReceipt, SharingLine
from fundsys.models.matters import AssetMatter
from fundsys.models.projects import Project
from fundsys.services import matters
from tests.income import SCAN, contract_entry
from tests.matters import disposal_entry, line, settled_project, title_entry
from tests.publicity import lead, owner
from tests.upkeep import village_of

from .upkeep_office import UpkeepOffice

SOURCES = ("F101", "F201", "F301", "F601")
NAMES = ("大力村股份经济合作社", "八渡村股份经济合作社", "桃园村股份经济合作社", "梨林村股份经济合作社")
APPROVED, WAITING = MatterState.APPROVED, MatterState.SUBMITTED
PAPER = "陇政办函〔2024〕31号"
TAKEN_BACK = (MatterKind.CONTRACT, MatterKind.RECEIPT, MatterKind.SHARING, MatterKind.PAYOUT)


class Estate(UpkeepOffice):
    """A county whose projects become assets, and what happens to these until they leave the books and come back."""

    def __init__(self, tally: Counter[str]) -> None:
        super().__init__(tally)
        self.owner, self.lead = owner(), lead()
        town, village = village_of()
        self.place = {"town_id": town, "village_id": village}
        self.projects: list[int] = []
        papers = (self.title, self.value, self.split, self.merge, self.dispose, self.idle, self.contract)
        income = (self.receive, self.share, self.share, self.pay_out, self.take_back)
        self.moves = [
            *(3 * [self.settle, self.settle, self.settle, self.settle, self.form]),
            *(2 * [*papers, *income]),
            self.title,
            self.reverse,
            self.reverse,
            self.mend,
            self.own_approval,
            *self.care,
        ]
        for _ in range(2):
            self._project(random.Random(len(self.projects)))

    # ---- from project to asset ----

    def form(self, r: random.Random) -> None:
        """What a settled project left behind, mostly to the 分."""
        if len(self.projects) < 4 or r.random() < 0.5:
            self._project(r)
        project = r.choice(self.projects)
        with store.snapshot() as session:
            settled = session.get_one(Project, project).settled_amount
        assert settled is not None
        pieces, left = [], settled.fen + (r.random() < 0.1)
        for number in range(r.randint(1, 5), 0, -1):
            fen = left if number == 1 else r.randint(0, left)
            left -= fen
            pieces.append(self._piece(r, Money(fen)))
        entry = matters.FormationEntry(self.day(r), tuple(pieces))
        self._paper(r, "登记形成", self._with(matters.draft_formation, project, entry))

    def _project(self, r: random.Random) -> None:
        sources = [(s, str(r.randint(1, 90))) for s in r.sample(SOURCES, r.randint(1, 3))]
        wan = sum(int(w) for _, w in sources)
        fen = r.randint(1, wan * 1_000_000)
        self.projects.append(settled_project("1", *sources, **self.place, settled_amount=Money(fen)))

    @staticmethod
    def _piece(r: random.Random, amount: Money) -> matters.LineEntry:
        if r.random() < 0.2:
            return _line(amount, expense="培训", name="养殖培训")
        kind = r.choice(list(AssetClass))
        return _line(
            amount,
            name=f"羊舍{r.randrange(1000)}",
            asset_class=kind,
            form=r.choice([AssetForm.FIXED, AssetForm.BIOLOGICAL]),
            quantity=Decimal(r.randint(1, 9)),
            owner_name="赵某某等5户" if kind is AssetClass.HOUSEHOLD else r.choice(NAMES[:2]),
        )

    # ---- papers ----

    def title(self, r: random.Random) -> None:
        """One to four holders, mostly of exactly the whole."""
        for asset in self._asset(r):
            count = r.randint(1, 4)
            parts = [r.randint(1, 99) for _ in range(count)]
            whole = sum(parts) + (r.random() < 0.1)
            household = asset.asset_class is AssetClass.HOUSEHOLD
            kind = OwnerType.HOUSEHOLD if household else OwnerType.COLLECTIVE
            held = tuple(
                matters.HolderEntry(Right.OWN, kind, "赵某某" if household else name, Fraction(part, whole))
                for name, part in zip(NAMES, parts, strict=False)
            )
            scope = (
                BenefitScope.HOUSEHOLD if household else BenefitScope.VILLAGES if count > 1 else BenefitScope.VILLAGE
            )
            on = self.day(r)
            told = title_entry(happened_on=on, handed_over_on=on, scope=scope, holders=held)
            self._paper(r, "登记确权", self._with(matters.draft_title, asset.id, told))

    def value(self, r: random.Random) -> None:
        """A valuation, of which every third moves the books."""
        for asset in self._asset(r):
            value = Money(r.randint(1, max(asset.original_cost.fen * 2, 2)))
            told = matters.ValuationEntry(
                self.day(r), value, "成本法", "陇评报〔2024〕7号", "某评估所", r.random() < 0.3
            )
            self._paper(r, "登记评估", self._with(matters.draft_valuation, asset.id, told))

    def split(self, r: random.Random) -> None:
        """Parts split off, now and then more than there is."""
        for asset in self._asset(r):
            parts = tuple(
                _line(
                    Money(r.randint(1, max(asset.original_cost.fen // 2, 1))),
                    name=f"拆出{n}",
                    asset_class=asset.asset_class,
                )
                for n in range(r.randint(1, 3))
            )
            told = matters.SplitEntry(self.day(r), parts, "", "分别经营")
            self._paper(r, "拆分", self._with(matters.draft_split, asset.id, told))

    def merge(self, r: random.Random) -> None:
        """Another asset, or two, go into one; mostly of the same class and owner."""
        for asset in self._asset(r):
            with store.snapshot() as session:
                same = [Asset.asset_class == asset.asset_class, Asset.owner_name == asset.owner_name]
                wanted = select(Asset.id).where(Asset.id != asset.id, *(same if r.random() < 0.9 else []))
                others = session.scalars(wanted.order_by(Asset.id)).all()
            if others:
                told = matters.MergeEntry(
                    self.day(r), tuple(r.sample(others, min(len(others), r.randint(1, 2)))), "", "合并经营"
                )
                self._paper(r, "合并", self._with(matters.draft_merge, asset.id, told))

    def dispose(self, r: random.Random) -> None:
        """Out of the books, with or without proceeds."""
        for asset in self._asset(r):
            on = self.day(r)
            sold = {
                "method": "转让", "ground": "", "appraised": Money.wan(1), "appraiser": "某评估所",
                "proceeds": Money(r.randint(1, 10**7)), "proceeds_on": on, "proceeds_use": "村公益设施",
            }  # fmt: skip
            told = disposal_entry(happened_on=on, **(sold | {"ground": "闲置一年以上"} if r.random() < 0.3 else {}))
            self._paper(r, "申请处置", self._with(matters.draft_disposal, asset.id, told))

    def reverse(self, r: random.Random) -> None:
        """A disposal that should not have been is undone."""
        for paper in self._approved(r, MatterKind.DISPOSAL):
            call = self._with(matters.draft_reversal, paper.id, self.day(r), PAPER, "处置有误")
            self._paper(r, "申请冲销处置", call)

    def idle(self, r: random.Random) -> None:
        """An asset lies idle, or is used again."""
        for asset in self._asset(r):
            status = r.choice([AssetStatus.IDLE, AssetStatus.UNDERUSED, AssetStatus.IN_USE])
            told = matters.IdleEntry(self.day(r), status, "市场不好，重新招租", "王建国", date(2026, 12, 31))
            self._paper(r, "闲置低效", self._with(matters.draft_idle, asset.id, told, files=SCAN))

    # ---- income ----

    def contract(self, r: random.Random) -> None:
        """A lease with one to four terms."""
        for asset in self._asset(r):
            begin = self.day(r)
            terms = [(begin + timedelta(days=90 * n), str(r.randint(1, 9000))) for n in range(r.randint(1, 4))]
            told = contract_entry(*terms, happened_on=begin, begins_on=begin, ends_on=begin + timedelta(days=364))
            self._paper(r, "登记经营合同", self._with(matters.draft_contract, asset.id, told))

    def receive(self, r: random.Random) -> None:
        """Money comes in, now and then more than is due."""
        with store.snapshot() as session:
            wanted = select(Income.id, Income.due).where(Income.reverses_id.is_(None)).order_by(Income.id)
            due = session.execute(wanted).all()
        if due:
            income = r.choice(due)
            told = matters.ReceiptEntry(self.day(r), Money(r.randint(1, income.due.fen)), "村收2024-01")
            self._paper(r, "收益到账", self._with(matters.draft_receipt, income.id, told))

    def share(self, r: random.Random) -> None:
        """What came in is distributed, or more than that."""
        with store.snapshot() as session:
            came_in = select(Income.asset_id).join(IncomeReceipt, IncomeReceipt.income_id == Income.id)
            assets = session.scalars(came_in.distinct().order_by(Income.asset_id)).all()
        if assets:
            on = self.day(r)
            uses = {SharingUse.WORKS: {}, SharingUse.HOUSEHOLDS: {"households": 9}, SharingUse.POSTS: {"workers": 2}}
            lines = tuple(
                matters.ShareEntry(use, Money(r.randint(1, 20_000)), **told)
                for use, told in r.sample(list(uses.items()), r.randint(1, 3))
            )
            told = matters.SharingEntry(on, lines, on, "村民代表会议第6号", "程序合规，同意")
            call = self._with(matters.draft_sharing, r.choice(assets), told, files=SCAN)
            self._paper(r, "收益分配", call)

    def pay_out(self, r: random.Random) -> None:
        """A part of a distribution is paid."""
        for paper in self._approved(r, MatterKind.SHARING):
            with store.snapshot() as session:
                sharing = session.get_one(AssetMatter, paper.id).sharing
                assert sharing is not None
                wanted = select(SharingLine.id, SharingLine.amount).where(SharingLine.sharing_id == sharing.id)
                lines = session.execute(wanted.order_by(SharingLine.id)).all()
            amounts = {row.id: Money(r.randint(1, row.amount.fen)) for row in r.sample(lines, 1)}
            told = matters.PayoutEntry(self.day(r), amounts, "村付2024-01")
            self._paper(r, "分配支付", self._with(matters.draft_payout, paper.id, told))

    def take_back(self, r: random.Random) -> None:
        """An approved paper about income is taken back."""
        for paper in self._approved(r, *TAKEN_BACK):
            call = self._with(matters.draft_taking_back, paper.id, self.day(r), "", "登记有误")
            self._paper(r, "申请收益冲销", call)

    # ---- the way of a paper ----

    def settle(self, r: random.Random) -> None:
        """A paper that waits is approved, sent back, or taken back; now and then not as it was seen."""
        with store.snapshot() as session:
            wanted = select(AssetMatter.id, AssetMatter.version, AssetMatter.kind).where(AssetMatter.state == WAITING)
            found = session.execute(wanted.order_by(AssetMatter.id)).all()
        if not found:
            return
        paper, chance = r.choice(found), r.random()
        if chance < 0.1:
            self._do(self.lead, "退回", self._with(matters.return_matter, paper.id, "请核对"))
        elif chance < 0.15:
            self._do(self.owner, "撤回", self._with(matters.recall_matter, paper.id))
        else:
            version = paper.version - (chance < 0.2)
            self._do(
                self.lead, f"审定{paper.kind.label}", self._with(matters.approve_matter, paper.id, version=version)
            )

    def mend(self, r: random.Random) -> None:
        """A paper still on the desk is handed over again, or thrown away."""
        with store.snapshot() as session:
            wanted = select(AssetMatter.id).where(AssetMatter.state.in_(OPEN_STATES)).order_by(AssetMatter.id)
            found = session.scalars(wanted).all()
        for paper in r.sample(found, min(len(found), 3)):
            if r.random() < 0.6:
                self._do(self.owner, "删除", self._with(matters.delete_matter, paper))
            else:
                self._do(self.owner, "再提交", self._with(matters.submit_matter, paper))

    def own_approval(self, r: random.Random) -> None:
        """Nobody approves what was entered by the own unit, whatever they try."""
        with store.snapshot() as session:
            found = session.scalars(select(AssetMatter.id).where(AssetMatter.state == WAITING)).all()
        if found:
            assert self._do(self.owner, "自己审定", self._with(matters.approve_matter, r.choice(sorted(found)))) is None

    def _paper(self, r: random.Random, what: str, draft: Any) -> None:
        """A draft, handed over more often than not."""
        made = self._do(self.owner, what, lambda opened: draft(opened).id)
        if made and r.random() < 0.9:
            self._do(self.owner, "提交", self._with(matters.submit_matter, made))

    def _asset(self, r: random.Random) -> list[Any]:
        """One asset by chance, mostly one in the books."""
        with store.snapshot() as session:
            wanted = select(Asset.id, Asset.asset_class, Asset.original_cost, Asset.owner_name).order_by(Asset.id)
            there = wanted.where(Asset.status.not_in(GONE)) if r.random() < 0.95 else wanted
            found = session.execute(there).all()
        return [r.choice(found)] if found else []

    @staticmethod
    def _approved(r: random.Random, *kinds: MatterKind) -> list[Any]:
        with store.snapshot() as session:
            wanted = select(AssetMatter.id).where(AssetMatter.kind.in_(kinds), AssetMatter.state == APPROVED)
            found = session.execute(wanted.order_by(AssetMatter.id)).all()
        return [r.choice(found)] if found else []


def _line(amount: Money, **told: Any) -> matters.LineEntry:
    return replace(line(told.pop("name"), "1", **told), amount=amount)
