"""The demo's assets: what projects left behind, drawn with class, cost by source, title, keeper, state and income."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from fundsys.domain.assets import AssetClass, AssetForm, AssetStatus, OwnerType
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus as S
from fundsys.models.assets import Asset

from .asset_kinds import KINDS, Kind
from .diary import Diary, Row
from .papers import NOTICES
from .projects import YEAR, Plan
from .world import Village, World, invented_name, invented_phone

KEEPERS = 4
NEW_YEAR = YEAR - 1
_LETTER = {AssetClass.INCOME: "J", AssetClass.PUBLIC: "G", AssetClass.HOUSEHOLD: "H"}
_DIGIT = {form: number for number, form in enumerate(AssetForm, 1)}
_YEARS = (2, 3, 4, 7, 10, 12, 13, 13, 13, 14)
_CLASS_SHARE = {AssetClass.INCOME: 32, AssetClass.PUBLIC: 53, AssetClass.HOUSEHOLD: 15}
_OPERATORS = (
    "陇州牧业合作社（演示）",
    "经陇纬秦公司（演示）",
    "关山菌业公司（演示）",
    "千河果业合作社（演示）",
    "村集体自营",
    "村集体自营",
)
_PLACES = ("一组", "二组", "三组", "四组", "村部", "村东")
_LEVEL_WORDS = {"F101": "中央衔接", "F102": "中央衔接", "F201": "省级衔接", "F202": "省级衔接", "F301": "市级衔接"} | {
    "F401": "县级衔接",
    "F601": "苏陕协作",
    "F801": "村集体自筹",
    "F901": "财政专项扶贫",
}
_SOURCES = [line.source for notice in NOTICES for line in notice.lines]


@dataclass
class Drawn:
    """An asset with the days on which its facts became known."""

    row: Row
    kind: Kind
    costs: list[tuple[str, int]]
    registered_on: date
    titled_on: date | None
    lacks: set[str] = field(default_factory=set)


class AssetBook:
    """Draws assets one after the other, all with the same columns."""

    def __init__(self, world: World, diary: Diary, seed: int) -> None:
        self.world, self.diary = world, diary
        self.chance = Random(f"{seed}/assets")
        self._serial: dict[int, int] = {}
        self._titles: dict[int, int] = {}
        self._by_class = {
            wanted: [(key, kind.often) for key, kind in KINDS.items() if kind.asset_class is wanted]
            for wanted in AssetClass
        }
        self._village_weights = [self.chance.uniform(0.4, 1.6) * (1.8 if v.is_key else 1) for v in world.villages]
        self.keepers, self.phones = self._keepers()

    def _keepers(self) -> tuple[dict[int, list[tuple[str, int]]], list[str]]:
        """Keepers of each village with the vault ids their numbers will have, and those numbers in that order."""
        keepers: dict[int, list[tuple[str, int]]] = {}
        phones: list[str] = []
        for village in self.world.villages:
            mine = []
            for number in range(KEEPERS):
                phones.append(invented_phone(9_170_000 + len(phones)))
                name = "杨志强" if village.name == "大力村" and not number else invented_name(self.chance)
                mine.append((name, len(phones)))
            keepers[village.id] = mine
        return keepers, phones

    # ---------- assets of this year's projects ----------

    def of_projects(self, plans: list[Plan]) -> list[Drawn]:
        """The assets of projects handed over: their costs are what was settled, source by source."""
        made = []
        for plan in plans:
            if plan.status in (S.HANDED_OVER, S.IN_SERVICE) and plan.subject.asset and plan.village:
                made.append(self._of_project(plan, plan.village))
        return made

    def _of_project(self, plan: Plan, village: Village) -> Drawn:
        by_source: dict[str, int] = {}
        for grant in plan.grants:
            source = _SOURCES[grant.line - 1]
            by_source[source] = by_source.get(source, 0) + grant.fen
        if plan.own_fen:
            by_source["F801"] = plan.own_fen
        kind = KINDS[plan.subject.asset]
        quantity = self.chance.randint(kind.low, kind.high)
        accepted, handed = plan.days[S.ACCEPTED], plan.days[S.HANDED_OVER]
        titled = plan.day(S.IN_SERVICE)
        drawn = self._draw(kind, village, YEAR, quantity, list(by_source.items()), accepted, handed, titled)
        drawn.row |= {
            "project_id": plan.id,
            "project_code": plan.code,
            "owner_unit_id": plan.owner_id,
            "settled_amount": Money(plan.settled_fen),
        }
        return drawn

    # ---------- assets of earlier years ----------

    def earlier(self, count: int, newest: int) -> list[Drawn]:
        """Assets of 2013 to last year's projects; `newest` of them of last year."""
        years = [NEW_YEAR] * newest + self.chance.choices(range(2013, NEW_YEAR), _YEARS, k=count - newest)
        return [self._earlier(year) for year in sorted(years)]

    def _earlier(self, year: int) -> Drawn:
        chance = self.chance
        village = chance.choices(self.world.villages, self._village_weights)[0]
        wanted = chance.choices(list(_CLASS_SHARE), list(_CLASS_SHARE.values()))[0]
        keys, often = zip(*self._by_class[wanted], strict=True)
        kind = KINDS[chance.choices(keys, often)[0]]
        quantity = chance.randint(kind.low, kind.high)
        each = kind.each // 10 if kind.tenths else kind.each
        cost = quantity * each * chance.randint(80, 120) // 100 * 100 // 10_000 * 10_000
        accepted = date(year, chance.randint(5, 11), chance.randint(1, 28))
        registered = accepted + timedelta(days=chance.randint(20, 100))
        if year <= 2020:
            registered = date(2021, chance.randint(5, 10), chance.randint(1, 28))
        titled = registered + timedelta(days=chance.randint(15, 70))
        drawn = self._draw(
            kind, village, year, quantity, self._sources(year, max(cost, 10_000)), accepted, registered, titled
        )
        drawn.row["project_code"] = f"{year}-{chance.randint(1, 130):04d}"
        return drawn

    def _sources(self, year: int, cost: int) -> list[tuple[str, int]]:
        chance = self.chance
        if year <= 2020:
            own = cost // 5 if chance.random() < 0.12 else 0
            return [("F901", cost - own)] + ([("F801", own)] if own else [])
        drawn = chance.random()
        if drawn < 0.62:
            return [("F101", cost)]
        if drawn < 0.80:
            return [("F201", cost)]
        if drawn < 0.96:
            part = cost * chance.randint(40, 80) // 100 // 10_000 * 10_000
            return [("F101", part), ("F201", cost - part)] if 0 < part < cost else [("F101", cost)]
        return [("F601", cost)]

    # ---------- one asset ----------

    def _draw(
        self,
        kind: Kind,
        village: Village,
        year: int,
        quantity: int,
        costs: list[tuple[str, int]],
        accepted: date,
        registered: date,
        titled: date | None,
    ) -> Drawn:
        self._serial[year] = self._serial.get(year, 0) + 1
        chance, cost = self.chance, sum(fen for _, fen in costs)
        shown = f"{quantity / 10:.1f}" if kind.tenths else str(quantity)
        in_use = min(accepted + timedelta(days=chance.randint(3, 15)), registered)
        is_leased = kind.asset_class is AssetClass.INCOME and chance.random() < 0.22
        status = AssetStatus.LEASED if is_leased else self._status(kind)
        code = f"{village.code}-{year}-{_LETTER[kind.asset_class]}{_DIGIT[kind.form]}-{self._serial[year]:05d}"
        row: Row = {
            "id": self.diary.next_id(Asset),
            "code": code,
            "name": f"{village.name}{kind.name.format(n=shown)}",
            "asset_class": kind.asset_class,
            "form": kind.form,
            "kind": kind.kind,
            "project_id": None,
            "project_code": "",
            "project_year": year,
            "fund_sources": "、".join(dict.fromkeys(_LEVEL_WORDS[source] for source, _ in costs)),
            "town_id": village.town_id,
            "village_id": village.id,
            "location": chance.choice(_PLACES),
            "spec": kind.spec,
            "quantity": Decimal(shown),
            "quantity_unit": kind.unit,
            "settled_amount": Money(cost),
            "original_cost": Money(cost),
            "appraised_value": Money(cost) if year >= 2021 else None,
            "appraisal_no": f"陇评〔{registered.year}〕{chance.randint(1, 60)}号" if year >= 2021 else "",
            "net_value": Money(_net(cost, kind.life, in_use)),
            "accepted_on": accepted,
            "in_use_on": in_use,
            "life_years": kind.life,
            "households": chance.randint(6, 120),
            "people": None,
            "status": status,
            "registered_on": registered,
            "last_patrol_on": None,
            "last_count_on": date(2023, 12, chance.randint(4, 28)) if registered < date(2023, 12, 1) else None,
            "remark": "",
        }
        row["people"] = row["households"] * 3
        row |= self._owner(kind, village) | self._keeper(kind, village) | self._business(kind, cost, status)
        return Drawn(row, kind, costs, registered, titled)

    def _status(self, kind: Kind) -> AssetStatus:
        drawn = self.chance.random()
        for status, until in (
            (AssetStatus.UNDERUSED, 0.022),
            (AssetStatus.IDLE, 0.038),
            (AssetStatus.DAMAGED, 0.041),
            (AssetStatus.TO_DISPOSE, 0.044),
        ):
            if drawn < until and kind.asset_class is not AssetClass.HOUSEHOLD:
                return status
        return AssetStatus.IN_USE

    def _owner(self, kind: Kind, village: Village) -> Row:
        supervisor = f"{village.town}人民政府" if kind.supervisor == "镇" else kind.supervisor
        told: Row = {"supervisor": supervisor, "owner_unit_id": self.world.units[supervisor]}
        if kind.asset_class is AssetClass.HOUSEHOLD:
            return told | {"owner_type": OwnerType.HOUSEHOLD, "owner_name": "受益农户"}
        if self.chance.random() < 0.09:
            return told | {"owner_type": OwnerType.STATE, "owner_name": f"{village.town}人民政府"}
        return told | {"owner_type": OwnerType.COLLECTIVE, "owner_name": village.collective}

    def _keeper(self, kind: Kind, village: Village) -> Row:
        if not kind.sector:
            nobody = {"sector_id": None, "maintenance_body": "", "maintenance_fund": ""}
            return nobody | {"keeper": "", "keeper_phone_id": None}
        sector_id, _, _, money = self.world.sectors[kind.sector]
        name, phone = self.chance.choice(self.keepers[village.id])
        return {
            "sector_id": sector_id,
            "maintenance_body": village.collective if self.chance.random() < 0.8 else f"{village.town}人民政府",
            "maintenance_fund": money.split("、")[0],
            "keeper": name,
            "keeper_phone_id": phone,
        }

    def _business(self, kind: Kind, cost: int, status: AssetStatus) -> Row:
        told: Row = {"operator": "", "contract_no": "", "contract_to": None, "yearly_income": None}
        if kind.asset_class is not AssetClass.INCOME:
            return told
        told["operator"] = self.chance.choice(_OPERATORS)
        if status in (AssetStatus.IN_USE, AssetStatus.LEASED, AssetStatus.UNDERUSED):
            share = 10 if status is AssetStatus.UNDERUSED else self.chance.randint(35, 70)
            told["yearly_income"] = Money(cost * share // 1000 // 100 * 100)
        if status is AssetStatus.LEASED:
            told["contract_no"] = f"LX-{self.chance.randint(2021, 2024)}-{self.chance.randint(1, 400):03d}"
            told["contract_to"] = date(self.chance.randint(2026, 2031), 12, 31)
        return told

    def title(self, drawn: Drawn) -> Row:
        """The columns that confirm a title, numbered within the year of its day."""
        assert drawn.titled_on is not None
        year = drawn.titled_on.year
        self._titles[year] = self._titles.get(year, 0) + 1
        return {
            "title_document": f"陇资确〔{year}〕{self._titles[year]:04d}号",
            "titled_on": drawn.titled_on,
            "handed_over_on": drawn.titled_on + timedelta(days=3),
        }


UNTITLED: Row = {"title_document": "", "titled_on": None, "handed_over_on": None}


def _net(cost: int, life: int | None, in_use: date) -> int:
    """Cost less straight-line depreciation to November 2024, 5 % remaining at the end."""
    if not life:
        return cost
    months = max(0, (2024 - in_use.year) * 12 + 11 - in_use.month)
    return cost - cost * 95 * min(months, life * 12) // (life * 12 * 100) // 100 * 100
