"""Keepers, a town and inspectors: who looks after what, what patrols find, what is counted, what is found wrong and put right."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from fundsys import store
from fundsys.domain.assets import GONE
from fundsys.domain.maintenance import Condition, DefectState
from fundsys.domain.money import Money
from fundsys.domain.rectification import FindingState
from fundsys.domain.rights import Role
from fundsys.domain.stocktakes import CountResult, CountWay, StocktakeState, TreatmentKind, TreatmentState
from fundsys.models.assets import Asset
from fundsys.models.maintenance import Defect
from fundsys.models.office import Person
from fundsys.models.papers import Rectification
from fundsys.models.stocktakes import CountEntry, CountTreatment, Stocktake, StocktakeLine
from fundsys.queries.rectification import sources
from fundsys.queries.stocktakes import STANDS
from fundsys.services import maintenance, rectification, stocktakes
from tests.counties import somebody
from tests.upkeep import KEEPER, sector_id

from .office import Office

FIRST, LAST = date(2024, 6, 20), date(2026, 11, 20)
KEEPERS = (KEEPER, "管护责任人乙", "李巡护")
PAPERS = (("整改照片.pdf", b"%PDF-1.4\n%photo\n"),)


class UpkeepOffice(Office):
    """Everybody who looks after the county's assets, and everybody who looks at that."""

    def __init__(self, tally: Counter[str]) -> None:
        super().__init__(tally)
        self.step = 0
        self.today = date.today()
        self.keeper, self.town, self.inspector = somebody(Role.KEEPER), somebody(Role.TOWN), somebody(Role.INSPECTOR)
        self.bureau, self.village = somebody(Role.LEAD), somebody(Role.VILLAGE)
        self.other_town = somebody(Role.TOWN, login="town2")
        self.sectors = [sector_id(code) for code in ("M01", "M03", "M07")]
        with store.snapshot() as session:
            self.source = next(iter(dict(sources(session))))
            self.unit = session.scalars(select(Person.unit_id).where(Person.id == self.town)).one()
        self.care = [
            *(3 * [self.assign, self.patrol]),
            self.fix,
            self.judge_defect,
            self.find,
            *(2 * [self.answer, self.judge]),
            self.open_count,
            *(3 * [self.count]),
            self.treat,
            self.decide,
            self.close_count,
        ]

    def move(self, r: random.Random) -> None:
        """One act, a little later than the one before."""
        self.step += 1
        super().move(r)

    def day(self, r: random.Random) -> date:
        """A day of the history: about half a day a move on, sometimes some days back."""
        on = min(FIRST + timedelta(days=self.step // 2), LAST)
        return max(on - timedelta(days=r.randint(0, 25)), FIRST) if r.random() < 0.15 else on

    # ---- who looks after it ----

    def assign(self, r: random.Random) -> None:
        """An asset gets its keeper, body and money from a day on."""
        for asset in self._living(r):
            told = maintenance.AssignEntry(
                self.day(r),
                r.choice(KEEPERS),
                "村股份经济合作社",
                r.choice(["村集体收益", "公益岗位补助", ""]),
                r.choice(self.sectors),
            )
            self._do(self.town, "落实管护责任", self._with(maintenance.assign_keeper, asset, told))

    def patrol(self, r: random.Random) -> None:
        """A keeper walks, and finds something or nothing."""
        for asset in self._living(r):
            on, state = self.day(r), r.choice(list(Condition))
            bad = state in (Condition.SERIOUS, Condition.RUINED)
            due = on + timedelta(days=30) if bad or r.random() < 0.3 else None
            told = maintenance.PatrolEntry(
                asset, on, state, words="" if state is Condition.SOUND else "墙面开裂", defect_due_on=due
            )
            self._do(r.choice([self.keeper, self.village]), "巡查", self._with(maintenance.record_patrol, told))

    def fix(self, r: random.Random) -> None:
        """A defect is put right."""
        for defect in self._some(r, Defect, Defect.state == DefectState.OPEN):
            cost = Money(r.randint(0, 500_000)) if r.random() < 0.7 else None
            call = self._with(maintenance.fix_defect, defect, self.day(r), "已修补", cost)
            self._do(r.choice([self.keeper, self.town]), "整改管护问题", call)

    def judge_defect(self, r: random.Random) -> None:
        """A defect put right is closed, sent back or opened again."""
        for defect in self._some(r, Defect, Defect.state != DefectState.OPEN):
            by = r.choice([self.town, self.other_town])
            if r.random() < 0.6:
                self._do(by, "销号管护问题", self._with(maintenance.close_defect, defect))
            else:
                self._do(by, "退回管护问题", self._with(maintenance.reopen_defect, defect, "还没有修好"))

    # ---- what inspectors find ----

    def find(self, r: random.Random) -> None:
        """An inspector records a problem of the town's."""
        told = rectification.FindingEntry(
            self.source, "资产没有标识牌", self.unit, self.today + timedelta(days=r.randint(-1, 60))
        )
        self._do(self.inspector, "登记问题", self._with(rectification.record_finding, told))

    def answer(self, r: random.Random) -> None:
        """The town tells what was done, with papers or without."""
        for finding in self._some(r, Rectification, Rectification.state == FindingState.OPEN.code):
            papers = PAPERS if r.random() < 0.8 else ()
            self._do(self.town, "报送整改", self._with(rectification.answer_finding, finding, "已补挂", files=papers))

    def judge(self, r: random.Random) -> None:
        """A problem is closed, kept up, sent back or opened again, by whoever tries."""
        for finding in self._some(r, Rectification, Rectification.id > 0):
            by = self.inspector if r.random() < 0.9 else self.town
            way = r.choice(["close_out", "keep_lasting", "return_finding", "reopen_finding"])
            self._do(by, f"问题{way}", self._with(getattr(rectification, way), finding, r.choice(["经现场核对", ""])))

    # ---- what is counted ----

    def open_count(self, r: random.Random) -> None:
        """A campaign freezes the register; one at a time."""
        if r.random() < 0.5 and not self._some(r, Stocktake, Stocktake.state == StocktakeState.OPEN):
            told = stocktakes.StocktakeEntry("随机盘点", self.today, self.today)
            self._do(self.bureau, "发起盘点", self._with(stocktakes.open_stocktake, told))

    def count(self, r: random.Random) -> None:
        """Some lines are counted, now and then again."""
        with store.snapshot() as session:
            wanted = select(StocktakeLine.id, StocktakeLine.book_quantity).join(
                Stocktake, Stocktake.id == StocktakeLine.stocktake_id
            )
            lines = session.execute(
                wanted.where(Stocktake.state == StocktakeState.OPEN).order_by(StocktakeLine.id)
            ).all()
            done = set(session.scalars(select(CountEntry.line_id)))
        left = [one for one in lines if one.id not in done]
        chosen = left[:12] if left and r.random() < 0.9 else r.sample(lines, min(len(lines), 1))
        told = []
        for one in chosen:
            result = r.choice([CountResult.MATCH, CountResult.MATCH, *CountResult])
            words = "" if result is CountResult.MATCH else "现场核对"
            told.append(
                stocktakes.CountTold(
                    one.id, result, self.today, one.book_quantity + 1 if result is CountResult.CHANGED else None,
                    words=words, again=r.random() < 0.5,
                )
            )  # fmt: skip
        if told:
            self._do(self.inspector, "登记盘点", self._with(stocktakes.record_counts, told, CountWay.PHONE))

    def treat(self, r: random.Random) -> None:
        """It is said how a difference is to be treated."""
        for entry in self._some(r, CountEntry, STANDS):
            told = stocktakes.TreatmentTold(
                r.choice([TreatmentKind.RECOVER, TreatmentKind.KEEP, TreatmentKind.REGISTER]), "请核实"
            )
            self._do(self.inspector, "处理差异", self._with(stocktakes.treat_entry, entry, told))

    def decide(self, r: random.Random) -> None:
        """A treatment is decided, sent back, or carried out."""
        for treatment in self._some(r, CountTreatment, CountTreatment.state == TreatmentState.PROPOSED):
            call = self._with(stocktakes.decide_treatment, treatment, r.random() < 0.7, "再核实")
            self._do(self.bureau, "审定差异处理", call)
        for treatment in self._some(r, CountTreatment, CountTreatment.state == TreatmentState.DECIDED):
            self._do(self.inspector, "办结差异", self._with(stocktakes.carry_out, treatment, words="已追回"))

    def close_count(self, r: random.Random) -> None:
        """A campaign ends once every line is answered for."""
        for campaign in self._some(r, Stocktake, Stocktake.state == StocktakeState.OPEN):
            self._do(self.bureau, "结束盘点", self._with(stocktakes.close_stocktake, campaign, "未盘的下月补盘"))

    # ---- how ----

    def _living(self, r: random.Random) -> list[int]:
        there = Asset.status.not_in(GONE) if r.random() < 0.95 else Asset.id > 0
        return self._some(r, Asset, there)

    @staticmethod
    def _some(r: random.Random, table: Any, where: Any) -> list[int]:
        """The id of one row by chance; none when there is none."""
        with store.snapshot() as session:
            found = session.scalars(select(table.id).where(where).order_by(table.id)).all()
        return [r.choice(found)] if found else []
