"""What an import looks up: the county's lists as dictionaries, and the rows already stored; one query each."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, func, select, type_coerce
from sqlalchemy.orm import Session

from fundsys.domain.assets import GONE
from fundsys.domain.projects import ProjectStatus
from fundsys.models.assets import Asset, AssetCost, MaintenanceSector
from fundsys.models.funds import FundSource
from fundsys.models.journal import Act, Vault
from fundsys.models.matters import AssetTitle, ValueEntry
from fundsys.models.office import County, DictionaryEntry, Region, Unit
from fundsys.models.papers import SpentCode
from fundsys.models.projects import Project, ProjectType
from fundsys.models.types import Code, CodesType, ExactDecimal, MoneyType

AT_ONCE = 5_000
_TABLES: dict[str, Any] = {
    "units": Unit,
    "types": ProjectType,
    "sources": FundSource,
    "sectors": MaintenanceSector,
}
_SIGNS = re.compile(r"[\s（）()、，,·．.。“”\"《》]+")


def squashed(text: str) -> str:
    """A name for comparing: plain digits and letters, no spaces, brackets or punctuation."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text))


@dataclass(frozen=True, slots=True)
class KnownProject:
    """What an allocation must know of a project."""

    id: int
    code: str
    name: str
    status: ProjectStatus
    is_draft: bool
    admitted_on: date | None


class Lists:
    """The county's lists by name and code. Read when first asked for, within one session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._found: dict[str, dict[str, int]] = {}
        self._names: dict[str, dict[int, str]] = {}
        self._words: dict[str, dict[str, str]] = {}

    # ---------- names and codes ----------

    @cached_property
    def county(self) -> tuple[str, str]:
        """Code and name of the county."""
        row = self.session.execute(select(County.code, County.name).limit(1)).first()
        return (row[0], row[1]) if row else ("", "")

    def _load(self, which: str) -> dict[str, int]:
        if which in self._found:
            return self._found[which]
        table = _TABLES[which]
        rows = self.session.execute(select(table.id, table.code, table.name, table.active).order_by(table.id)).all()
        self._names[which] = {number: name for number, _, name, _ in rows}
        found: dict[str, int] = {}
        for number, code, name, active in rows:
            if active:
                found[squashed(name)] = number
                found[code] = number
        if which == "units":
            for word, number in list(found.items()):
                if word.startswith("县"):
                    found.setdefault(self.county[1] + word[1:], number)
        self._found[which] = found
        return found

    def find(self, which: str, text: str) -> int | None:
        """Id of a unit, type, source or sector by name or code; None when there is none of that name in use."""
        return self._load(which).get(squashed(text))

    def near(self, which: str, text: str) -> str | None:
        """The name most like a wrong one."""
        found = self._load(which)
        like = get_close_matches(squashed(text), found, n=1, cutoff=0.6)
        return self._names[which][found[like[0]]] if like else None

    def name(self, which: str, number: int) -> str:
        """The name of a record."""
        self._load(which)
        return self._names[which].get(number, "")

    def names(self, which: str) -> list[str]:
        """The names in use, in order, for a list to choose from."""
        return [self._names[which][i] for i in dict.fromkeys(self._load(which).values())]

    # ---------- dictionaries ----------

    def entry(self, kind: str, text: str) -> str | None:
        """Code of a dictionary's entry by name or code; None when there is none in use."""
        names = self.entry_names(kind)
        wanted = squashed(text)
        return next((code for code, name in names.items() if wanted in (squashed(code), squashed(name))), None)

    def entry_names(self, kind: str) -> dict[str, str]:
        """Names of a dictionary's entries in use, by code; those that facts decide are left out."""
        if kind not in self._words:
            e = DictionaryEntry
            rows = self.session.execute(
                select(e.code, e.label, e.facts).where(e.kind == kind, e.active).order_by(e.position, e.code)
            )
            self._words[kind] = {code: label for code, label, facts in rows if "by" not in json.loads(facts)}
        return self._words[kind]

    # ---------- places ----------

    @cached_property
    def _regions(self) -> tuple[dict[str, int], dict[tuple[int, str], int], dict[str, list[int]], dict[int, Any]]:
        rows = self.session.execute(
            select(Region.id, Region.code, Region.name, Region.level, Region.parent_id, Region.active)
        ).all()
        towns: dict[str, int] = {}
        in_town: dict[tuple[int, str], int] = {}
        by_name: dict[str, list[int]] = {}
        for row in sorted(rows, key=lambda r: not r.active):
            if row.level == "town":
                for word in (row.name, row.code, row.code[:9]):
                    towns.setdefault(word, row.id)
            elif row.level == "village":
                known = by_name.setdefault(row.name, [])
                if row.active or not known:
                    known.append(row.id)
                by_name.setdefault(row.code, [row.id])
                for word in (row.name, row.code):
                    in_town.setdefault((row.parent_id, word), row.id)
        return towns, in_town, by_name, {row.id: row for row in rows}

    def region_name(self, number: int | None) -> str:
        """The name of a town or village."""
        return "" if number is None else str(self._regions[3][number].name)

    def region_code(self, number: int | None) -> str:
        """The code of twelve digits."""
        return "" if number is None else str(self._regions[3][number].code)

    @property
    def towns(self) -> list[str]:
        """The towns in use."""
        return [r.name for r in self._regions[3].values() if r.level == "town" and r.active]

    @property
    def villages(self) -> list[str]:
        """The villages in use, each name once."""
        return list(dict.fromkeys(r.name for r in self._regions[3].values() if r.level == "village" and r.active))

    def place(self, town: str, village: str) -> tuple[int | None, int | None, str, str, str]:
        """(town id, village id, what is wrong with the town, with the village, name of the town). Source: F111."""
        towns, in_town, by_name, rows = self._regions
        town_id = towns.get(town) or towns.get(f"{town}镇") if town else None
        if town and town_id is None:
            return None, None, f"“{town}”不在本县区划里，请核对镇名或区划代码", "", ""
        if not village:
            return town_id, None, "", "", ""
        words = [
            village,
            f"{village}村",
            f"{village}委会",
            village.removesuffix("委会"),
            village.removesuffix("民委员会"),
        ]
        if town_id is not None:
            found = next((in_town[town_id, w] for w in words if (town_id, w) in in_town), None)
            if found is None and (others := self._villages(words)):
                told = f"“{village}”属于{self.region_name(rows[others[0]].parent_id)}，不在{rows[town_id].name}，请核对"
                return town_id, None, "", told, ""
            if found is None:
                return town_id, None, "", f"{rows[town_id].name}没有“{village}”，请核对村名或区划代码", ""
            return town_id, found, "", "", ""
        matches = self._villages(words)
        if len(matches) == 1:
            return rows[matches[0]].parent_id, matches[0], "", "", ""
        if matches:
            names = "、".join(self.region_name(rows[m].parent_id) for m in matches)
            return None, None, "", f"有几个镇都有“{village}”（{names}），请填写镇", ""
        return None, None, "", f"“{village}”不在本县区划里，请核对村名或区划代码", ""

    def _villages(self, words: Iterable[str]) -> list[int]:
        by_name = self._regions[2]
        return next((by_name[w] for w in words if w in by_name), [])

    # ---------- projects and personal data ----------

    @cached_property
    def projects(self) -> dict[str, KnownProject]:
        """Every project by its code."""
        rows = self.session.execute(
            select(Project.id, Project.code, Project.name, Project.status, Project.is_draft, Project.admitted_on)
        )
        return {row[1]: KnownProject(*row) for row in rows}

    def vault_ids(self, lookups: Sequence[str]) -> dict[str, int]:
        """Vault ids by keyed digest, the newest of each."""
        found: dict[str, int] = {}
        for some in _portions(lookups):
            rows = self.session.execute(select(Vault.lookup, Vault.id).where(Vault.lookup.in_(some)).order_by(Vault.id))
            found |= {str(lookup): number for lookup, number in rows}
        return found

    def masked(self, vault_ids: Collection[int]) -> dict[int, str]:
        """What everybody may see of vault entries, by id."""
        found: dict[int, str] = {}
        for some in _portions(sorted(set(vault_ids))):
            found |= dict(self.session.execute(select(Vault.id, Vault.masked).where(Vault.id.in_(some))).all())
        return found

    @cached_property
    def papers_of_assets(self) -> tuple[set[str], set[str]]:
        """Codes of assets whose book value has moved, and of those with a title in force."""
        moved = select(Asset.code).where(Asset.id.in_(select(ValueEntry.asset_id)))
        titled = (
            select(Asset.code)
            .join(AssetTitle, AssetTitle.asset_id == Asset.id)
            .where(AssetTitle.begins_on.is_not(None))
        )
        return set(self.session.scalars(moved)), set(self.session.scalars(titled))

    @cached_property
    def assets_gone(self) -> dict[str, str]:
        """Codes of assets out of the books, with the code of their state."""
        gone = select(Asset.code, Asset.status).where(Asset.status.in_(GONE))
        return {code: status.code for code, status in self.session.execute(gone)}

    def cost_parts(self, asset_ids: Collection[int]) -> dict[int, dict[int, int]]:
        """Cost by source of assets: asset id → source id → 分."""
        found: dict[int, dict[int, int]] = {}
        for some in _portions(sorted(asset_ids)):
            rows = self.session.execute(
                select(AssetCost.asset_id, AssetCost.source_id, type_coerce(AssetCost.amount, BigInteger)).where(
                    AssetCost.asset_id.in_(some)
                )
            )
            for asset_id, source_id, fen in rows:
                found.setdefault(asset_id, {})[source_id] = fen
        return found


def _portions(keys: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (keys[i : i + AT_ONCE] for i in range(0, len(keys), AT_ONCE))


def plain_column(column: Any) -> ColumnElement[Any]:
    """A column of a table read as the database keeps it: 分, codes, exact digits; days and ticks as such."""
    if isinstance(column.type, MoneyType):
        return type_coerce(column, BigInteger)
    return type_coerce(column, String) if isinstance(column.type, Code | CodesType | ExactDecimal) else column


def stored(
    session: Session, model: Any, attrs: Sequence[str], key: str, wanted: Collection[Any] | None = None
) -> dict[Any, tuple[Any, ...]]:
    """Stored rows by a key: (id, version, attrs…) as plain values. wanted: only these keys; None for all."""
    columns = [plain_column(getattr(model, name)) for name in ("id", "version", *attrs)]
    by = getattr(model, key)
    found: dict[Any, tuple[Any, ...]] = {}
    if wanted is not None and len(wanted) > AT_ONCE and _rows(session, model) <= 2 * len(wanted):
        keys = set(wanted)
        return {at: row for at, row in stored(session, model, attrs, key).items() if at in keys}
    if wanted is None:
        rows = session.execute(select(plain_column(by), *columns).order_by(model.id))
        return {row[0]: tuple(row[1:]) for row in rows}
    for some in _portions(sorted(wanted)):
        rows = session.execute(select(plain_column(by), *columns).where(by.in_(some)))
        found |= {row[0]: tuple(row[1:]) for row in rows}
    return found


def _rows(session: Session, model: Any) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def journal_head(session: Session) -> tuple[int, date | None]:
    """Number and office day of the last act; 0 and None before the first."""
    row = session.execute(select(Act.seq, Act.office_day).order_by(Act.seq.desc()).limit(1)).first()
    return (row[0], row[1]) if row else (0, None)


def codes_like(session: Session, model: Any, begin: str, attr: str = "code") -> list[str]:
    """Codes that begin so, to find the next serial number; with the last of those whose records were taken back."""
    column = getattr(model, attr)
    found = list(session.scalars(select(column).where(func.substr(column, 1, len(begin)) == begin)))
    spent = select(SpentCode.last).where(SpentCode.table_name == model.__tablename__, SpentCode.begin == begin)
    return found + [f"{begin}{last}" for last in session.scalars(spent)]
