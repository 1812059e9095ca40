"""What the delivered files say, as rows of the tables: read and put into words for people, nothing decided."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

import yaml

from fundsys import config
from fundsys.domain.assets import AssetClass
from fundsys.domain.funds import FundLevel
from fundsys.domain.publicity import Occasion, PublicLevel
from fundsys.domain.yearly_targets import Comparison, TargetKind, TargetState

Row = dict[str, Any]
_FULL_WIDTH = str.maketrans({"(": "（", ")": "）", ",": "，", ";": "；", ":": "："})
_IN_USE = frozenset({"confirmed_seed", "confirmed_later", "baseline_2016"})
_ALL_OF_THEM = frozenset({"U16", "U39", "U40", "U43", "U44"})  # phrases such as “各镇”, not units
_UNIT_KINDS = {"U03": "lead", "U38": "finance", "U42": "enterprise"}
_MORE_UNITS = (
    ("U45", "市生态环境局陇县分局", "agency"),
    ("U46", "县审计局", "agency"),
    ("U47", "县政府办公室", "agency"),
)
_TRANSITION = frozenset({"F101", "F102", "F103", "F104", "F105", "F201", "F202", "F301", "F401"})
_IN_BASE = {True: "yes", False: "no", "config": "config"}
_CLASSES = {kind.code: kind for kind in AssetClass}
_OCCASIONS = {one.code: one for one in Occasion}
_LEVELS = {one.code: one for one in PublicLevel}
_COMPARISONS = {one.code: one for one in Comparison}
_TARGET_KINDS = {one.code: one for one in TargetKind}
_COUNTS = {"Y": "yes", "N": "no", "C": "config"}


def words(text: Any) -> str:
    """A text of the files as people read it: Chinese with full-width punctuation, figures and codes as they are."""
    told = str(text).strip()
    if not any("\u4e00" <= sign <= "\u9fff" for sign in told):
        return told
    return told.replace(", ", ",").replace("; ", ";").replace(": ", ":").translate(_FULL_WIDTH)


@cache
def file(name: str) -> Any:
    """One of the delivered files, read once."""
    return yaml.load((config.HERE / "reference" / f"{name}.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)


@dataclass(frozen=True)
class Places:
    """A county's places as rows of regions; `parent` names the code of the place above."""

    code: str
    name: str
    is_home: bool
    note: str = ""
    towns: list[Row] = field(default_factory=list)
    villages: list[Row] = field(default_factory=list)

    def county_row(self, name: str | None) -> list[Row]:
        """The county itself, as a region."""
        return [_region(f"{self.code}000000", name or self.name, "county", note=self.note)]

    def town_name(self, village: Row) -> str:
        """The town a village lies in."""
        return next(str(town["name"]) for town in self.towns if town["code"] == village["parent"])


def places(code: str) -> Places:
    """The places of a county; a county without a file has only itself until its own are imported."""
    if not (config.HERE / "reference" / f"regions_{code}.yaml").exists():
        return Places(code, f"县（{code}）", is_home=False)
    told = file(f"regions_{code}")
    home = f"{code}000000"
    towns = [
        _region(t["code"], t["name"], "town", home, t.get("key_support_town"), note=t.get("note"))
        for t in told["towns"]
    ]
    villages = [
        _region(
            v["code"],
            v["name"],
            "village",
            v["town_code"],
            v.get("key_village"),
            v.get("status") in _IN_USE,
            v.get("evidence"),
        )
        for v in told["villages"]
    ]
    county = told["county"]
    note = f"{county['province']}{county['city']}"
    return Places(code, county["name"], code == "610327", note, towns, villages)


def _region(
    code: str, name: str, level: str, parent: str = "", key: Any = False, active: bool = True, note: Any = ""
) -> Row:
    made: Row = {"code": code, "name": name, "level": level, "is_key": bool(key), "active": active}
    made["note"] = words(note or "")
    return made if level == "county" else made | {"parent": parent}


def plan_year() -> int:
    """The year of the delivered work plan."""
    return int(file("annual_targets_2024")["plan_year"])


_TARGETS = {"T001": "project_target", "T009": "legacy_target"}
"""Targets of the year's table that rules judge, by the code of their policy value."""


def year_targets(year: int) -> list[tuple[str, str]]:
    """(code of the policy value, value) of the targets the delivered table gives for a year; none for other years."""
    if year != plan_year():
        return []
    told = file("annual_targets_2024")["targets"]
    return [(_TARGETS[t["id"]], str(t["value"])) for t in told if t["id"] in _TARGETS]


_FED: dict[str, tuple[str, str, str]] = {
    "T001": ("project_target", "R123", ""),
    "T002": ("industry_share_min", "R65", ""),
    "T003": ("lead_industry_share_min", "R30", ""),
    "T004": ("work_relief_min", "RWR", ""),
    "T005": ("new_asset_share_min", "RA23", ""),
    "T006": ("new_asset_year", "", ""),
    "T007": ("", "", "general_schemes"),
    "T008": ("", "", "sector_schemes"),
    "T009": ("legacy_target", "R621", ""),
    "T010": ("legacy_first_year", "", ""),
    "T011": ("legacy_last_year", "", ""),
    "T013": ("", "", "key_towns"),
    "T014": ("", "", "key_villages"),
    "T023": ("rectified_share_min", "RFIX", ""),
    "T076": ("", "", "work_year"),
}
"""What feeds a target of the delivered table: the policy value that is its figure, the rule or figure that measures it."""


def yearly_targets() -> list[Row]:
    """The figures of the delivered work plan, in its order."""
    document = f"陇县{plan_year()}年工作要点"
    made = []
    for told in file("annual_targets_2024")["targets"]:
        policy, rule, figure = _FED.get(told["id"], ("", "", ""))
        clause = f"第{told['para']}条" if told["para"] else "导语"
        made.append(
            {
                "year": plan_year(),
                "code": told["id"],
                "clause": clause,
                "name": words(told["name"]),
                "value": None if policy else Decimal(str(told["value"])),
                "unit": words(told["unit"]),
                "comparison": _COMPARISONS[told["op"]],
                "kind": _TARGET_KINDS[told["kind"]],
                "policy_code": policy,
                "rule": rule,
                "figure": figure,
                "document": document,
                "note": words(told["note"] or ""),
                "state": TargetState.APPROVED,
            }
        )
    return made


def target_units() -> dict[str, list[str]]:
    """The names of the units responsible for each target of the delivered plan, the leading one first."""
    return {told["id"]: list(told["units"]) for told in file("annual_targets_2024")["targets"]}


def lead_industry() -> str:
    """The lead industry of the delivered work plan."""
    return str(file("project_types")["leading_industry_tags"][0]["name"])


def units(there: Places) -> list[Row]:
    """Bureaus, town governments and village collectives. Codes: U of the work plan, else the code of the place."""
    told = [
        (u["id"], u["name"]) for u in file("annual_targets_2024")["units_dictionary"] if u["id"] not in _ALL_OF_THEM
    ]
    bureaus = [(code, name, _UNIT_KINDS.get(code, "agency")) for code, name in told] + list(_MORE_UNITS)
    if not there.is_home:
        bureaus = [b for b in bureaus if "陇县" not in b[1] and "关山" not in b[1]]
    made = [_unit(code, name, kind, f"{there.code}000000") for code, name, kind in bureaus]
    made += [_unit(t["code"][:9], f"{t['name']}人民政府", "town", t["code"]) for t in there.towns]
    made += [
        _unit(v["code"], f"{there.town_name(v)}{v['name']}股份经济合作社", "village", v["code"])
        for v in there.villages
        if v["active"] and not v["name"].endswith("居委会")
    ]
    return made


def _unit(code: str, name: str, kind: str, region: str) -> Row:
    return {"code": code, "name": name, "kind": kind, "region": region}


def fund_sources() -> list[Row]:
    """Sources of funds."""
    return [
        {
            "code": s["code"],
            "name": words(s["name"]),
            "level": FundLevel.by_label(s["level"]),
            "task": s["task"],
            "is_transition": s["code"] in _TRANSITION,
            "in_base": _IN_BASE[s["den65"]],
            "note": words(s.get("note") or ""),
        }
        for s in file("fund_sources")["sources"]
    ]


def project_types() -> list[Row]:
    """Subtypes of projects, with their category and group."""
    return [
        {
            "code": leaf["code"],
            "name": words(leaf["name"]),
            "category": words(category["name"]),
            "group": words(group["name"]),
            "counts_as_industry": _COUNTS[leaf["industry"]],
            "asset_class": _CLASSES.get(leaf["asset_class"]),
            "suits_work_relief": bool(leaf["work_relief"]),
            "is_management_fee": leaf["code"].startswith("PT07"),
        }
        for category in file("project_types")["types"]
        for group in category["children"]
        for leaf in group["children"]
    ]


def sectors(there: Places) -> list[Row]:
    """The twelve sector schemes of 1+12; the general scheme is a word of the dictionary (maintenance_general)."""
    return [
        {
            "code": s["id"],
            "name": words(s["name"]),
            "lead": s["lead"]
            if there.is_home
            else s["lead"].replace("国网陇县供电公司", "供电公司").replace("陇县", "本县"),
            "body": words(s["body"]),
            "patrol_days": s["interval_days"],
            "after_event": words(s.get("after_event") or ""),
            "money_source": "、".join(s["funding"]),
        }
        for s in file("maintenance_1_plus_12")["sectors"]
    ]


def schemes(there: Places) -> list[Row]:
    """The first version of the general scheme (code "") and of every sector's, with what the sector's row does not hold."""
    told = file("maintenance_1_plus_12")
    general = told["general_method"]
    first: Row = {
        "code": "",
        "name": words(general["name"]) if there.is_home else words(general["name"]).replace("陇县", "本县"),
        "lead": words(general["lead"]),
        "body": words(general["principle"]),
        "keeper_post": "",
        "money_source": "县级财政补助、村集体收益、公益岗位、受益者付费",
        "patrol_every": general["inspection_default_days"],
        "after_event": "发现损毁 72 小时内报镇，紧急隐患立即处置",
        "after_hours": 72,
    }
    return [
        first,
        *(
            {"code": s["id"], "keeper_post": s.get("post") or "", "after_hours": _hours(s.get("after_event") or "")}
            for s in told["sectors"]
        ),
    ]


def _hours(duty: str) -> int | None:
    """The hours a duty names: 24 of 暴雨冰雪后24小时内; None where it names none."""
    found = re.search(r"(\d+)\s*小时", duty)
    return int(found.group(1)) if found else None


def publication_duties() -> list[Row]:
    """What must be made public at which level; days left open are the year's."""
    return [
        {
            "occasion": _OCCASIONS[d["occasion"]],
            "level": _LEVELS[d["level"]],
            "label": words(d["label"]),
            "due_days": d.get("due_days"),
            "least_days": d.get("least_days"),
            "carrier": words(d["carrier"]),
            "confidence": d["confidence"],
        }
        for d in file("publication_duties")["duties"]
    ]


# ---------- the dictionary ----------


def dictionary(there: Places) -> list[Row]:
    """Every word of the dictionary; positions count within a kind."""
    made: list[Row] = []
    positions: dict[str, int] = {}
    for kind, code, label, facts in _words_of_all(there):
        positions[kind] = positions.get(kind, 0) + 1
        made.append(
            {
                "kind": kind,
                "code": code,
                "label": words(label)[:200],
                "position": positions[kind],
                "facts": json.dumps(_told(facts), ensure_ascii=False, sort_keys=True, default=str),
                "confidence": str(facts.get("confidence", ""))[:1],
            }
        )
    return made


Entry = tuple[str, str, Any, Row]


def _told(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _told(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_told(one) for one in value]
    return words(value) if isinstance(value, str) else value


def _entries(kind: str, items: list[Row], code: str = "code", label: str = "name") -> Iterator[Entry]:
    for item in items:
        yield kind, str(item[code]), item[label], {k: v for k, v in item.items() if k not in (code, label)}


def _plain(kind: str, prefix: str, labels: list[Any]) -> Iterator[Entry]:
    for number, label in enumerate(labels, 1):
        yield kind, f"{prefix}{number:02d}", label, {}


def _words_of_all(there: Places) -> Iterator[Entry]:
    yield from _asset_words()
    yield from _industry_words()
    yield from _entries("negative_item", file("negative_list")["items"], "id")
    for ledger in file("ledger_columns")["ledgers"]:
        told = {k: v for k, v in ledger.items() if k not in ("code", "name", "columns")}
        yield "ledger", ledger["code"], ledger["name"], told | {"column_count": len(ledger["columns"])}
    yield from _entries("audit_finding", file("audit_findings")["findings"], "id", "title")
    funds = file("fund_sources")
    yield from _entries("ratio_rule", funds["ratio_rules"], "id")
    yield from _entries("deadline", funds["deadlines"], "id")
    for point in funds["expenditure_progress"]["checkpoints"]:
        yield "checkpoint", point["date"], f"{point['date']} 支出进度 {point['min_rate']:.0%}", point
    yield from _entries("carryover_rule", funds["carryover_rules"], "id")
    budget = file("budget_codes")
    yield from _entries("function_code", budget["function_codes"])
    yield from _entries("economic_code", budget["economic_codes"])
    yield from _entries("hotline", file("publication_duties")["hotlines"])
    yield from _entries("finding_source", file("finding_sources")["sources"])
    maintenance = file("maintenance_1_plus_12")
    general = maintenance["general_method"]
    named = general if there.is_home else general | {"name": general["name"].replace("陇县", "")}
    yield from _entries("maintenance_general", [named], "id")
    yield from _entries("maintenance_tag", maintenance["cross_tags"], "id")
    yield from _entries("stage_paper", file("stage_papers")["papers"])
    yield from _entries("tender_method", file("tender_methods")["methods"])
    yield from _entries("library_kind", file("project_tags")["libraries"])
    yield from _entries("project_tag", file("project_tags")["tags"])
    yield from _plain("project_nature", "N", file("project_types")["construction_nature"])
    if there.is_home:
        targets = file("annual_targets_2024")
        year = targets["plan_year"]
        yield from _entries("target", [t | {"id": f"{year}-{t['id']}", "year": year} for t in targets["targets"]], "id")
        yield from _entries("lead_industry", file("project_types")["leading_industry_tags"])
        yield from _entries("industry", file("project_types")["characteristic_industry_tags"])


def _asset_words() -> Iterator[Entry]:
    assets = file("asset_classes")
    yield from _entries("asset_class", [{k: v for k, v in c.items() if k != "kinds"} for c in assets["classes"]])
    for kind_of in assets["classes"]:
        for number, label in enumerate(kind_of["kinds"], 1):
            yield "asset_kind", f"{kind_of['code']}{number:02d}", label, {"asset_class": kind_of["code"]}
    yield from _entries("asset_form", assets["forms"])
    yield from _entries("owner_type", assets["owner_types"])
    yield from _entries("asset_status", assets["statuses"])
    lives = [life | {"id": f"UL{n:02d}"} for n, life in enumerate(assets["useful_lives"], 1)]
    yield from _entries("useful_life", lives, "id", "item")
    yield from _entries("asset_number", [{"code": "rule", "name": assets["asset_number_rule"], "confidence": "D"}])
    yield from _plain("valuation_method", "VM", assets["valuation_methods"])
    yield from _plain("expense_kind", "EK", assets["expense_kinds"])
    yield from _plain("disposal_ground", "DG", assets["disposal"]["grounds"])
    yield from _plain("disposal_method", "DM", assets["disposal"]["methods"])
    for kind, part, label in (("ownership_rule", "ownership_rules", "then"), ("income_rule", "income_rules", "rule")):
        yield from _entries(kind, assets[part], "id", label)
    yield from _entries("photovoltaic_rule", assets["photovoltaic"], "id", "rule")


def _industry_words() -> Iterator[Entry]:
    batches = file("four_batches")
    yield from _entries("four_batch", [{k: v for k, v in c.items() if k != "measures"} for c in batches["classes"]])
    for one in batches["classes"]:
        yield from _entries("four_batch_measure", [m | {"four_batch": one["code"]} for m in one["measures"]])
    yield from _entries("four_batch_risk", batches["risk_items"])


def export_layouts() -> list[Row]:
    """Tables that other systems want, as lines the county edits."""
    return [dict(one) for one in file("export_layouts")]
