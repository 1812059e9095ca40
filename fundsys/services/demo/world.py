"""What the demo builds on: the county's places, units, sources, types and sectors, and the people of its office."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlalchemy import select

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.models.assets import MaintenanceSector
from fundsys.models.funds import FundSource
from fundsys.models.office import Region, Unit
from fundsys.models.projects import ProjectType

SURNAMES = "王李张刘杨赵马田孙范兰党景韦郭何高段边曹梁阎雷薛史"
_GIVEN = (
    "建平",
    "志强",
    "军科",
    "宏斌",
    "新民",
    "双录",
    "存社",
    "林生",
    "小红",
    "秀英",
    "彩霞",
    "永红",
    "志刚",
    "文斌",
)
_MORE = ("继红", "海燕", "俊峰", "拴牢", "周平", "银科", "改莲", "润生", "世荣", "芳玲", "喜存", "忠义", "明亮", "玉琴")


def invented_name(chance: Random) -> str:
    """A name as people of the county may bear; nobody is meant."""
    return chance.choice(SURNAMES) + chance.choice(_GIVEN + _MORE)


def invented_phone(number: int) -> str:
    """A number in a range no operator has been given (154)."""
    return f"154{number:08d}"


@dataclass(frozen=True)
class Village:
    """An active village with its town and collective."""

    id: int
    code: str
    name: str
    town_id: int
    town: str
    is_key: bool
    unit_id: int
    collective: str


@dataclass(frozen=True)
class Type:
    """A project subtype."""

    id: int
    code: str
    name: str
    asset_class: str | None


class World:
    """Ids and names of the reference rows."""

    def __init__(self) -> None:
        with store.snapshot() as session:
            regions = session.scalars(select(Region).order_by(Region.code)).all()
            units = session.scalars(select(Unit).order_by(Unit.code)).all()
            self.types = {
                t.code: Type(t.id, t.code, t.name, t.asset_class.code if t.asset_class else None)
                for t in session.scalars(select(ProjectType))
            }
            self.built_types = {t.id for t in self.types.values() if t.asset_class}
            self.sources = {s.code: s.id for s in session.scalars(select(FundSource))}
            found = session.scalars(select(MaintenanceSector)).all()
            self.sectors = {s.code: (s.id, s.patrol_days, s.body, s.money_source) for s in found}
            self.units = {u.name: u.id for u in units}
            self.unit_names = {u.id: u.name for u in units}
            self.towns = {r.name: r.id for r in regions if r.level == "town"}
            names = {r.id: r.name for r in regions}
            of_region = {u.region_id: u for u in units if u.kind == "village"}
            self.villages = tuple(
                Village(
                    r.id,
                    r.code,
                    r.name,
                    r.parent_id or 0,
                    names[r.parent_id or 0],
                    r.is_key,
                    of_region[r.id].id,
                    of_region[r.id].name,
                )
                for r in regions
                if r.id in of_region
            )
        self.by_town = {town: tuple(v for v in self.villages if v.town == town) for town in self.towns}


@dataclass(frozen=True)
class Post:
    """An account of the demo: who, in which role, at which unit."""

    name: str
    role: Role
    unit: str


POSTS = (
    Post("赵敏", Role.FINANCE_ENTRY, "县财政局"),
    Post("王建国", Role.FINANCE_REVIEW, "县财政局"),
    Post("杨秀兰", Role.LEAD, "县乡村振兴局"),
    Post("李军", Role.OWNER, "县畜产局"),
    Post("孙彩霞", Role.TOWN, "八渡镇人民政府"),
    Post("赵宏斌", Role.VILLAGE, "八渡镇大力村股份经济合作社"),
    Post("杨志强", Role.KEEPER, "八渡镇大力村股份经济合作社"),
    Post("郭明亮", Role.INSPECTOR, "县审计局"),
    Post("段文斌", Role.LEADER, "县政府办公室"),
    Post("周涛", Role.SYSADMIN, "县政府办公室"),
    Post("何静", Role.SECADMIN, "县政府办公室"),
    Post("边卫东", Role.AUDITOR, "县审计局"),
)
"""One account per role."""
