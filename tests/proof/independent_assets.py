"""The invariants of the county's assets, asked of the bare database. Shares no code with the product.

What it reads are the journal's images and the tables as they stand. `faults(connection)` answers sentences; `register_at`
rebuilds the register at an act from the images alone; `prefix` is a digest of the journal's first rows.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

from .independent import Row, Tables, fold_faults, images, query, tables_of

READ = (
    "asset",
    "asset_cost",
    "asset_matter",
    "matter_line",
    "matter_source",
    "line_part",
    "value_entry",
    "asset_title",
    "title_holder",
    "income",
    "income_receipt",
    "income_share",
    "income_sharing",
    "sharing_line",
    "sharing_payout",
    "keeper_assignment",
    "patrol",
    "defect",
    "rectification",
    "rectification_step",
    "stocktake",
    "stocktake_line",
    "count_entry",
    "count_treatment",
    "project",
    "region",
    "person",
    "attachment",
)
GONE = ("S8", "S10")
BOOKS = ("approved", "reversed")
COST = ("opening", "acquired", "parted", "joined")
CHANGES = 'select id, act_seq, table_name, row_id, "before", "after" from "change" order by id'


def faults(connection: Any) -> list[str]:
    """What is broken, one sentence each; empty when everything holds. connection: a plain DB-API connection."""
    t = tables_of(connection, READ)
    found = [*fold_faults(query(connection, CHANGES), t)]
    for look in (_formed, _values, _cube, _places, _titles, _keepers, _income, _defects, _findings, _counts, _people):
        found += look(t)
    return found


REGISTER = ("code", "name", "original_cost_fen", "status", "owner_name", "keeper")


def register_now(connection: Any) -> list[tuple[Any, ...]]:
    """What the register says now: code, name, cost, state, owner, keeper of each asset."""
    return sorted(tuple(row[n] for n in REGISTER) for row in tables_of(connection, ("asset",))["asset"].values())


def register_at(connection: Any, seq: int) -> list[tuple[Any, ...]]:
    """What the register said at the end of an act, from the images alone."""
    told = [change for change in query(connection, CHANGES) if change[1] <= seq]
    return sorted(tuple(row[n] for n in REGISTER) for row in images(told)["asset"].values())


def prefix(connection: Any, count: int | None = None) -> tuple[int, str]:
    """How many rows of the journal there are (or the first so many), and a digest of them."""
    rows = query(connection, CHANGES)[:count]
    return len(rows), hashlib.sha256(repr(rows).encode()).hexdigest()


def sums_by_unit(connection: Any) -> dict[int | None, tuple[int, int]]:
    """Assets in the books by the unit that owns them: how many, and their cost in 分."""
    found: dict[int | None, list[int]] = defaultdict(lambda: [0, 0])
    for asset in tables_of(connection, ("asset",))["asset"].values():
        found[asset["owner_unit_id"]][0] += 1
        found[asset["owner_unit_id"]][1] += asset["original_cost_fen"]
    return {unit: (count, cost) for unit, (count, cost) in found.items()}


def _of(t: Tables, table: str, name: str) -> dict[Any, list[Row]]:
    """The rows of a table by the value of a column, in order."""
    found: dict[Any, list[Row]] = defaultdict(list)
    for _, row in sorted(t[table].items()):
        found[row[name]].append(row)
    return found


def _formed(t: Tables) -> Iterator[str]:
    """I06: settled cost = assets + expensed lines, in all and by source; each line one or the other."""
    lines, sources, parts = (
        _of(t, "matter_line", "matter_id"),
        _of(t, "matter_source", "matter_id"),
        _of(t, "line_part", "line_id"),
    )
    for key, paper in t["asset_matter"].items():
        if paper["kind"] != "form" or paper["state"] != "approved":
            continue
        settled = t["project"][paper["project_id"]]["settled_amount_fen"]
        by_line = sum(one["amount_fen"] for one in lines[key])
        by_source = sum(one["amount_fen"] for one in sources[key])
        if not settled == by_line == by_source:
            yield f"I06 paper {key}: settled {settled}, lines {by_line}, sources {by_source}"
        given: Counter[int] = Counter()
        for one in lines[key]:
            if bool(one["expense"]) == bool(one["asset_id"]):
                yield f"I06 line {one['id']} is both or neither of asset and expense"
            if sum(p["amount_fen"] for p in parts[one["id"]]) != one["amount_fen"]:
                yield f"I06 line {one['id']}: its parts are not the line"
            for p in parts[one["id"]]:
                given[p["source_id"]] += p["amount_fen"]
        if +given != +Counter({s["source_id"]: s["amount_fen"] for s in sources[key]}):
            yield f"I06 paper {key}: by source {dict(given)}"


def _values(t: Tables) -> Iterator[str]:
    """I07: what came in, less what went out, is what stands; nothing for what is gone; movements between assets cancel."""
    moved = _of(t, "value_entry", "asset_id")
    for key, asset in t["asset"].items():
        cost = sum(v["amount_fen"] for v in moved[key] if v["kind"] in COST)
        closing = sum(v["amount_fen"] for v in moved[key])
        if cost != asset["original_cost_fen"]:
            yield f"I07 asset {key}: cost {asset['original_cost_fen']}, movements {cost}"
        if asset["status"] in GONE and closing:
            yield f"I07 asset {key} is gone, {closing} left"
        if asset["status"] not in GONE and asset["net_value_fen"] not in (None, closing):
            yield f"I07 asset {key}: net value {asset['net_value_fen']}, books {closing}"
        running = 0
        for v in moved[key]:
            running += v["amount_fen"]
            if running < 0:
                yield f"I07 asset {key} falls below nothing at movement {v['id']}"
    for paper, entries in _of(t, "value_entry", "matter_id").items():
        if t["asset_matter"][paper]["kind"] in ("split", "merge") and sum(
            v["amount_fen"] for v in entries if v["kind"] != "opening"
        ):
            yield f"I07 paper {paper}: a split or merge makes or loses money"


def _cube(t: Tables) -> Iterator[str]:
    """I08: cost by source, town, year and class is each the whole."""
    whole = sum(asset["original_cost_fen"] for asset in t["asset"].values())
    if sum(c["amount_fen"] for c in t["asset_cost"].values()) != whole:
        yield "I08 the sources' parts are not the cost of all assets"
    costs = _of(t, "asset_cost", "asset_id")
    for key, asset in t["asset"].items():
        if sum(c["amount_fen"] for c in costs[key]) != asset["original_cost_fen"]:
            yield f"I08 asset {key}: its sources do not make its cost"
    for name in ("town_id", "project_year", "asset_class"):
        if sum(a["original_cost_fen"] for rows in _of(t, "asset", name).values() for a in rows) != whole:
            yield f"I08 by {name}"
    formed = sum(
        one["amount_fen"]
        for one in t["matter_line"].values()
        if t["asset_matter"][one["matter_id"]]["kind"] == "form"
        and t["asset_matter"][one["matter_id"]]["state"] == "approved"
        and not one["expense"]
    )
    if whole != formed:
        yield f"I08 assets cost {whole}, formations made {formed}"


def _places(t: Tables) -> Iterator[str]:
    """I26: each village in one town, and each asset's village in its town."""
    for key, asset in t["asset"].items():
        village = asset["village_id"]
        if village is not None and t["region"][village]["parent_id"] != asset["town_id"]:
            yield f"I26 asset {key}: village {village} is not in town {asset['town_id']}"


def _titles(t: Tables) -> Iterator[str]:
    """I27: on every date one set of owners, their shares exactly the whole; the register shows the one of today."""
    holders = _of(t, "title_holder", "title_id")
    for asset, titles in _of(t, "asset_title", "asset_id").items():
        held = sorted((x for x in titles if x["begins_on"] is not None), key=lambda x: str(x["begins_on"]))
        for one in held:
            shares: dict[str, Fraction] = defaultdict(Fraction)
            for h in holders[one["id"]]:
                shares[h["title_right"]] += Fraction(h["part"], h["whole"])
            if "own" not in shares or any(share != 1 for share in shares.values()):
                yield f"I27 title {one['id']}: {dict(shares)}"
        for before, after in pairwise(held):
            if before["ends_on"] is None or str(before["ends_on"]) > str(after["begins_on"]):
                yield f"I27 titles {before['id']} and {after['id']} of asset {asset} hold on one day"
        open_ones = [x for x in held if x["ends_on"] is None]
        if open_ones and t["asset"][asset]["status"] in GONE:
            yield f"I27 asset {asset} is gone, its title holds"
        if open_ones and str(t["asset"][asset]["titled_on"]) != str(open_ones[0]["begins_on"]):
            yield f"I27 asset {asset}: the register says {t['asset'][asset]['titled_on']}"


def _keepers(t: Tables) -> Iterator[str]:
    """I28: one keeper and one money source a day, and the register names today's."""
    for asset, rows in _of(t, "keeper_assignment", "asset_id").items():
        spans = sorted(rows, key=lambda k: str(k["from_on"]))
        for before, after in pairwise(spans):
            if before["to_on"] is None or str(before["to_on"]) > str(after["from_on"]):
                yield f"I28 assignments {before['id']} and {after['id']} of asset {asset} overlap"
        for one in spans:
            if not one["keeper"] or not one["maintenance_fund"]:
                yield f"I28 assignment {one['id']} has no keeper or no money"
        last, shown = spans[-1], t["asset"][asset]
        if last["to_on"] is None and (last["keeper"], last["maintenance_fund"]) != (
            shown["keeper"],
            shown["maintenance_fund"],
        ):
            yield f"I28 asset {asset}: the register names {shown['keeper']}, the assignment {last['keeper']}"


def _income(t: Tables) -> Iterator[str]:
    """Paid ≤ distributed ≤ received ≤ due, every reversal the negative of one original."""
    papers = t["asset_matter"]
    turned: Counter[int] = Counter()
    for row in t["income"].values():
        if row["reverses_id"] is not None:
            turned[row["reverses_id"]] += row["due_fen"]
    came: Counter[int] = Counter()
    gone: Counter[int] = Counter()
    for row in t["income_receipt"].values():
        if papers[row["matter_id"]]["state"] in BOOKS:
            came[row["income_id"]] += row["amount_fen"]
    for row in t["income_share"].values():
        gone[row["income_id"]] += row["amount_fen"]
    for key, row in t["income"].items():
        if row["reverses_id"] is not None:
            if row["due_fen"] != -t["income"][row["reverses_id"]]["due_fen"]:
                yield f"I23 income {key} is no exact reversal"
            continue
        due, received = row["due_fen"] + turned[key], row["received_fen"] + came[key]
        if not 0 <= row["distributed_fen"] + gone[key] <= received <= due:
            yield f"income {key}: due {due}, received {received}, distributed {row['distributed_fen'] + gone[key]}"
    paid: Counter[int] = Counter()
    for row in t["sharing_payout"].values():
        if papers[row["matter_id"]]["state"] in BOOKS:
            paid[row["line_id"]] += row["amount_fen"]
    for key, row in t["sharing_line"].items():
        if not 0 <= paid[key] <= row["amount_fen"]:
            yield f"sharing line {key}: {paid[key]} paid of {row['amount_fen']}"


def _defects(t: Tables) -> Iterator[str]:
    """I29: a defect is closed only once put right, and by somebody else."""
    for key, row in t["defect"].items():
        if row["state"] == "closed" and (
            row["fixed_on"] is None or row["closed_by"] in (row["fixed_by"], row["found_by"])
        ):
            yield f"I29 defect {key}"
        if row["fixed_on"] is not None and str(row["fixed_on"]) < str(row["found_on"]):
            yield f"I29 defect {key} was put right before it was found"


def _findings(t: Tables) -> Iterator[str]:
    """I29: steps lead forward or back with a reason; closed with papers and by another unit."""
    way = {
        "answered": "answered",
        "returned": "open",
        "closed": "closed",
        "lasting": "lasting",
        "reopened": "open",
        "found": "open",
    }
    papers = {row["row_id"] for row in t["attachment"].values() if row["table_name"] == "rectification"}
    for key, steps in _of(t, "rectification_step", "rectification_id").items():
        row, state = t["rectification"][key], None
        for step in steps:
            if step["from_state"] != state or step["to_state"] != way[step["kind"]]:
                yield f"I29 finding {key}: {step['from_state']} → {step['to_state']} as {step['kind']}, it was {state}"
            if step["kind"] in ("returned", "reopened") and not step["words"].strip():
                yield f"I29 finding {key} went back without a reason"
            if step["kind"] in ("closed", "lasting") and (key not in papers or step["unit_id"] == row["unit_id"]):
                yield f"I29 finding {key} was closed without papers or by the unit itself"
            state = step["to_state"]
        if state != row["state"]:
            yield f"I29 finding {key} is {row['state']}, its steps say {state}"


def _counts(t: Tables) -> Iterator[str]:
    """Every line of a frame is answered for once; a closed campaign has no line left."""
    replaced = {row["replaces_id"] for row in t["count_entry"].values() if row["replaces_id"]}
    standing = Counter(row["line_id"] for key, row in t["count_entry"].items() if key not in replaced)
    for key, lines in _of(t, "stocktake_line", "stocktake_id").items():
        campaign = t["stocktake"][key]
        if len(lines) != campaign["frame_count"] or len({one["asset_id"] for one in lines}) != len(lines):
            yield f"stocktake {key}: {len(lines)} lines of {campaign['frame_count']}"
        wrong = [
            one["id"]
            for one in lines
            if standing[one["id"]] > 1 or (campaign["state"] == "closed" and not standing[one["id"]])
        ]
        if wrong:
            yield f"stocktake {key}: lines {wrong[:5]} are answered for not exactly once"


def _people(t: Tables) -> Iterator[str]:
    """I30: who approves did not enter; I16: numbers are unique and without gaps."""
    serials: dict[str, list[int]] = defaultdict(list)
    for key, paper in t["asset_matter"].items():
        if paper["state"] in BOOKS and (paper["reviewed_by"] is None or paper["reviewed_by"] == paper["entered_by"]):
            yield f"I30 paper {key}"
        if paper["number"]:
            stem, _, serial = paper["number"].removesuffix("号").partition("〕")
            serials[stem].append(int(serial))
    for stem, found in serials.items():
        if sorted(found) != list(range(1, len(found) + 1)):
            yield f"I16 {stem}: {sorted(found)[:9]}…"
    for key, row in t["count_treatment"].items():
        if row["decided_by"] is not None and row["decided_by"] == row["proposed_by"]:
            yield f"I30 treatment {key}"
