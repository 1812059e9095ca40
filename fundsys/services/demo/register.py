"""How the demo's assets entered the register: the stock as the year begins, month by month, and what came since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from random import Random

from fundsys.domain.asset_income import STATION, IncomeKind
from fundsys.domain.assets import AssetClass, AssetStatus
from fundsys.domain.money import Money
from fundsys.models.assets import Asset, AssetCost, Income, Patrol
from fundsys.services import vault

from .assets import KEEPERS, NEW_YEAR, UNTITLED, AssetBook, Drawn
from .diary import FIRST_DAY, LAST_DAY, Diary, Entry, Row, moment
from .progress import REPORT_DAYS
from .projects import Plan
from .world import World, invented_name

LIVED = 2400
"""So many assets are told month by month; more than that came with one import at the end."""
FORMED = 1
"""So many assets enter by a paper of their own at the end (see matters.py)."""
_PATROL_DAYS = (REPORT_DAYS[5], LAST_DAY)
_NEWEST_OF = (191, 2400)
_UNDONE_OF = (5, 191)
_CONDITIONS = ("完好",) * 17 + ("轻微",) * 2 + ("严重",)
_FOUND = {
    "完好": ("设施完好，运行正常。", "例行巡查，无异常。"),
    "轻微": ("局部磨损，已当场修补。", "标牌松动，已加固。"),
    "严重": ("设施损坏，已报镇安排维修。", "基础下沉，已设警示。"),
}


class Registrar:
    """Writes the assets into the diary."""

    def __init__(self, world: World, diary: Diary, lead: int, seed: int, today: date) -> None:
        self.world, self.diary, self.lead, self.today = world, diary, lead, today
        self.chance = Random(f"{seed}/register")
        self.book = AssetBook(world, diary, seed)
        self._patrolled: dict[int, date] = {}

    def keep_phones(self, entry: Entry) -> None:
        """Put the keepers' numbers into the vault, in the act given."""

        def put(act: object) -> None:
            ids = vault.put_all("phone", self.book.phones, act=act)  # type: ignore[arg-type]
            assert ids == list(range(1, len(self.world.villages) * KEEPERS + 1))

        entry.then(put)

    def write(self, plans: list[Plan], count: int, now: datetime) -> None:
        """Draw `count` assets, those of this year's projects included, and write them with all that is theirs."""
        fresh = self.book.of_projects(plans)
        before = max(0, count - len(fresh))
        drawn = self.book.earlier(before, min(before, count * _NEWEST_OF[0] // _NEWEST_OF[1]))
        self._spoil(drawn)
        del drawn[:FORMED]
        imported = self._later(drawn, max(0, len(drawn) + len(fresh) - LIVED))
        lived = [d for d in drawn if d.row["id"] not in imported] + fresh
        self._month_by_month(lived)
        for day in _PATROL_DAYS:
            there = [d for d in lived if d.registered_on <= day]
            self._patrols(there, day, self.diary.on(moment(day, 18), self.lead, "登记巡查", f"截至{day:%Y-%m-%d}"))
        entry = self.diary.on(moment(LAST_DAY, 19), self.lead, "登记收益", "2023、2024年度")
        entry.add(Income, self._incomes(lived))
        last = self.diary.on(now, None, "补录演示资产和巡查", f"{len(imported)}项资产")
        rest = [d for d in drawn if d.row["id"] in imported]
        if rest:
            for one in rest:
                one.row |= self._title_columns(one, self.today)
            last.add(Asset, [one.row for one in rest])
            last.add(AssetCost, self._costs(rest)).add(Income, self._incomes(rest))
        self._patrols(lived + rest, self.today, last)

    def _later(self, drawn: list[Drawn], count: int) -> set[int]:
        """Ids of the assets that only came with the last import: a fair sample of all years."""
        return {d.row["id"] for d in self.chance.sample(drawn, count)} if count else set()

    def _spoil(self, drawn: list[Drawn]) -> None:
        """Wrong on purpose: some of last year's assets lack one of the four things, some of all lack a part of 1+12."""
        newest = [d for d in drawn if d.row["project_year"] == NEW_YEAR and d.costs[0][0] != "F601"]
        undone = max(2, round(len(newest) * _UNDONE_OF[0] / _UNDONE_OF[1])) if len(newest) > 4 else 0
        for number, one in enumerate(self.chance.sample(newest, undone)):
            if number % 5 in (0, 2, 3):
                one.titled_on = None
            elif number % 5 == 1:
                one.row |= {"appraised_value": None, "appraisal_no": ""}
            else:
                one.row["supervisor"] = ""
        kept = [d for d in drawn if d.kind.sector]
        for one in self.chance.sample(kept, len(kept) * 21 // 1000):
            lack = self.chance.choice(("keeper", "keeper", "maintenance_fund", "sector_id", "maintenance_body"))
            one.row[lack] = None if lack == "sector_id" else ""
            if lack == "keeper":
                one.row["keeper_phone_id"] = None
        for one in self.chance.sample(kept, max(1, len(kept) * 12 // 1000)):
            one.lacks.add("patrol")

    # ---------- acts ----------

    def _month_by_month(self, lived: list[Drawn]) -> None:
        days = (FIRST_DAY, *REPORT_DAYS)
        entered: dict[date, list[Drawn]] = defaultdict(list)
        titled: dict[date, list[Drawn]] = defaultdict(list)
        for one in lived:
            day = _seen_on(one.registered_on, days)
            entered[day].append(one)
            if one.titled_on and one.titled_on > day:
                titled[_seen_on(one.titled_on, days)].append(one)
        for day in days:
            if entered[day]:
                what = "导入资产" if day == FIRST_DAY else "登记资产"
                entry = self.diary.on(moment(day, 17, 40), self.lead, what, f"{len(entered[day])}项")
                entry.add(Asset, [self._first_row(one, day) for one in entered[day]])
                entry.add(AssetCost, self._costs(entered[day]))
            if titled[day]:
                self.diary.on(moment(day, 17, 50), self.lead, "确认权属", f"{len(titled[day])}项").change(
                    Asset,
                    [
                        {"id": d.row["id"], "status": d.row["status"], "version": 2} | self._title_columns(d, day)
                        for d in titled[day]
                    ],
                )

    def _first_row(self, one: Drawn, day: date) -> Row:
        """The asset as registered: untitled until its title is confirmed, patrolled shortly before."""
        title = self._title_columns(one, day)
        row = one.row | title | {"entered_by": self.lead}
        if title["titled_on"] is None and row["status"] is AssetStatus.IN_USE:
            row["status"] = AssetStatus.UNTITLED
        if one.kind.sector and one.row["in_use_on"] < day:
            days = self.world.sectors[one.kind.sector][1]
            row["last_patrol_on"] = max(day - timedelta(days=self.chance.randint(0, days - 1)), one.row["in_use_on"])
        return row

    def _title_columns(self, one: Drawn, day: date) -> Row:
        return self.book.title(one) if one.titled_on and one.titled_on <= day else UNTITLED

    def _costs(self, drawn: Iterable[Drawn]) -> list[Row]:
        return [
            {
                "id": self.diary.next_id(AssetCost),
                "asset_id": one.row["id"],
                "source_id": self.world.sources[source],
                "amount": Money(fen),
            }
            for one in drawn
            for source, fen in one.costs
        ]

    def _patrols(self, drawn: Iterable[Drawn], day: date, entry: Entry) -> None:
        """One patrol of each asset that is looked after, within its interval; a few were forgotten."""
        rows, changed = [], []
        for one in drawn:
            if not one.kind.sector or not one.row["status"].in_use:
                continue
            interval = self.world.sectors[one.kind.sector][1]
            gap = self.chance.randint(0, max(1, interval * 2 // 3))
            if "patrol" in one.lacks:
                gap = interval + self.chance.randint(5, 60)
            on = max(day - timedelta(days=gap), one.row["in_use_on"])
            condition = self.chance.choice(_CONDITIONS)
            words = self.chance.choice(_FOUND[condition])
            if on <= self._patrolled.get(one.row["id"], date.min):
                continue  # looked at since
            self._patrolled[one.row["id"]] = on
            rows.append(
                {
                    "id": self.diary.next_id(Patrol),
                    "asset_id": one.row["id"],
                    "patrolled_on": on,
                    "due_on": on + timedelta(days=one.row["id"] % 3 if on > one.row["in_use_on"] else interval),
                    "patroller": one.row["keeper"] or invented_name(self.chance),
                    "condition": condition,
                    "words": words,
                }
            )
            changed.append({"id": one.row["id"], "last_patrol_on": on})
        entry.add(Patrol, rows)
        if entry.what == "登记巡查":
            entry.change(Asset, changed)
        else:
            self._present(entry, changed)

    def _present(self, entry: Entry, changed: list[Row]) -> None:
        """What the last import brings has its patrol day at once; the others are changed."""
        new = {row["id"]: row for model, is_new, rows in entry.writes if model is Asset and is_new for row in rows}
        for row in changed:
            if row["id"] in new:
                new[row["id"]]["last_patrol_on"] = row["last_patrol_on"]
        entry.change(Asset, [row for row in changed if row["id"] not in new])

    def _incomes(self, drawn: Iterable[Drawn]) -> list[Row]:
        """Income of two years; of the second some is late or short."""
        rows: list[Row] = []
        for one in drawn:
            if one.kind.asset_class is not AssetClass.INCOME or not one.row["yearly_income"]:
                continue
            for year in (2023, 2024):
                if one.row["project_year"] < year and one.row["registered_on"] <= date(year, 6, 30):
                    rows.append(self._income(one, year))
        return rows

    def _income(self, one: Drawn, year: int) -> Row:
        due: int = one.row["yearly_income"].fen
        drawn = self.chance.random() if year == 2024 else 1.0
        received = 0 if drawn < 0.05 else due // 2 // 100 * 100 if drawn < 0.12 else due
        shared = received * self.chance.randint(50, 70) // 100 // 100 * 100
        return {
            "id": self.diary.next_id(Income),
            "asset_id": one.row["id"],
            "year": year,
            "due": Money(due),
            "due_on": date(year, 10, 31),
            "received": Money(received),
            "received_on": date(year, 10, self.chance.randint(8, 30)) if received else None,
            "kind": IncomeKind.ELECTRICITY if one.row["kind"] == STATION else IncomeKind.RENT,
            "distributed": Money(shared if year == 2023 or drawn > 0.3 else 0),
        }


def _seen_on(day: date, days: tuple[date, ...]) -> date:
    """The day of the register's entries on which something of this day is seen; the last for what is later still."""
    return next((d for d in days if d >= day), days[-1])
