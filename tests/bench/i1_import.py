"""I1, side by side in one run: taking in 62,100 assets against openpyxl + marshmallow + ORM, with and without a journal.

    .venv/bin/python -m tests.bench.i1_import [ROWS]

Goal: at most 0.12x the naive chain that keeps one journal entry an object, at most 0.16x the naive chain without one.
Each chain reads the same workbook in a process of its own, checks the same rules and fills the same table with the
same indexes in a new SQLite file (synchronous FULL, WAL); ours keeps the journal by its triggers. CPU includes the
reading child's. Ratios are of CPU, because others may use the cores; wall stands beside them.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

ROWS = 62_100
STATUSES, FORMS, CLASSES, OWNERS = (
    ("在用", "低效", "闲置", "出租出借"),
    ("固定资产", "生物资产"),
    ("公益性", "经营性", "到户类"),
    ("集体", "国有"),
)


def rows(count: int, villages: list[tuple[str, str, str]]) -> Any:
    """Invented assets by heading key, plain values as the template's parsers export them."""
    chance = Random(7)
    keepers = [(f"管护员{n}", f"138{n:08d}") for n in range(400)]
    for number in range(1, count + 1):
        town, village, code = chance.choice(villages)
        keeper, phone = chance.choice(keepers)
        year = chance.randint(2013, 2024)
        cost = chance.randint(2, 900_000) * 100
        accepted = date(year, chance.randint(1, 6), chance.randint(1, 28))
        kind = chance.choice(("圈舍", "道路", "管网", "大棚"))
        yield {
            "code": f"{code}-{year}-G1-{number:05d}", "name": f"{village}{kind}{number}号",
            "asset_class": chance.choice(CLASSES), "form": chance.choice(FORMS), "kind": kind,
            "project_code": f"{year}-{chance.randint(1, 130):04d}", "project_year": year, "fund_sources": "中央衔接、省级衔接",
            "town": town, "village": village, "location": f"{village}{chance.randint(1, 9)}组", "spec": "砖混结构",
            "quantity": chance.randint(1, 90), "quantity_unit": "座", "settled_amount": cost / 10_000,
            "original_cost": cost / 10_000, "accepted_on": accepted, "life_years": 20, "net_value": cost // 2 / 10_000,
            "owner_type": chance.choice(OWNERS), "owner_name": f"{town}{village}股份经济合作社", "operator": "村集体自营",
            "yearly_income": chance.randint(0, 90_000) / 10_000, "keeper": keeper, "phone": phone,
            "supervisor": f"{town}人民政府", "households": chance.randint(3, 200), "status": chance.choice(STATUSES),
            "registered_on": accepted.replace(month=9), "remark": "",
        }  # fmt: skip


def write_book(count: int, target: Path) -> None:
    """The workbook all chains read: our template's headings and explanations, then the rows."""
    from openpyxl import Workbook
    from sqlalchemy import select
    from sqlalchemy.orm import aliased

    from fundsys import store
    from fundsys.imports.kinds.assets import COLUMNS
    from fundsys.models.office import Region

    town = aliased(Region)
    with store.snapshot() as session:
        wanted = select(town.name, Region.name, Region.code).join(town, Region.parent_id == town.id)
        villages = [tuple(row) for row in session.execute(wanted.where(Region.active, Region.level == "village"))]
    told = list(rows(count, villages))  # type: ignore[arg-type]
    used = [column for column in COLUMNS if column.attr in told[0]]
    book = Workbook(write_only=True)
    sheet = book.create_sheet("数据")
    sheet.append([column.heading for column in used])
    for row in told:
        sheet.append([row[column.attr] or None for column in used])
    book.save(target)


def ours(book: Path, instance: Path) -> dict[str, Any]:
    """Our import, as the command does it."""
    from fundsys import create_app, store
    from fundsys.imports.intake import Asked, check, take_in
    from fundsys.services.acts import act

    app = create_app({"instance": instance, "database_url": f"sqlite:///{instance / 'fundsys.db'}"})
    with app.app_context(), store.in_county(store.HOME_COUNTY):
        begun = _clock()
        asked = Asked("assets", book, book.name)
        found = check(asked, None)
        checked = _clock()
        with act(by=None, what="导入资产") as opened:
            plan = take_in(found, asked, act=opened)
        told = {"added": plan.added, "check": checked[0] - begun[0]}
        store.close()
    return told | _since(begun)


def naive(book: Path, instance: Path, journal: bool) -> dict[str, Any]:
    """openpyxl read_only, one marshmallow load a row, ORM objects in one add_all; journal: one entry object each."""
    from openpyxl import load_workbook
    from sqlalchemy import create_engine, event, select
    from sqlalchemy.orm import Session

    from fundsys.models import base
    from fundsys.models.assets import Asset
    from fundsys.models.journal import Change
    from fundsys.models.office import Region

    engine = create_engine(f"sqlite:///{instance / 'fundsys.db'}")

    @event.listens_for(engine, "connect")
    def prepare(dbapi: Any, record: Any) -> None:
        dbapi.execute("pragma journal_mode=wal")
        dbapi.execute("pragma synchronous=full")

    base.Base.metadata.create_all(engine)
    begun = _clock()
    schema, labels = _schema()
    with Session(engine) as session:
        regions = {(r.parent_id, r.name): r.id for r in session.scalars(select(Region))}
        sheet = load_workbook(book, read_only=True).worksheets[0]
        lines = sheet.iter_rows(values_only=True)
        heads = [labels[str(head)] for head in next(lines)]
        objects = []
        for line in lines:
            told = schema.load({k: v for k, v in zip(heads, line, strict=False) if v is not None})
            told["town_id"] = regions.get((1, told.pop("town")))
            told["village_id"] = regions.get((told["town_id"], told.pop("village")))
            told.pop("phone", None)
            objects.append(Asset(**told))
        session.add_all(objects)
        if journal:
            session.flush()
            session.add_all(_entries(objects, Change))
        session.commit()
    engine.dispose()
    return {"added": len(objects)} | _since(begun)


def _entries(objects: list[Any], change: Any) -> Any:
    import hashlib

    columns = [c.key for c in type(objects[0]).__mapper__.column_attrs]
    for one in objects:
        image = json.dumps({key: getattr(one, key) for key in columns}, ensure_ascii=False, default=str)
        digest = hashlib.sha256(image.encode()).hexdigest()
        yield change(act_seq=1, table_name="asset", row_id=one.id, before=None, after=image, digest=digest)


def _schema() -> tuple[Any, dict[str, str]]:
    """The same rules as a marshmallow schema, and heading → attribute."""
    from marshmallow import Schema, fields, validate

    from fundsys.domain.assets import AssetClass, AssetForm, AssetStatus, OwnerType
    from fundsys.domain.money import Money
    from fundsys.imports.kinds.assets import COLUMNS
    from fundsys.imports.kinds.cells import Choice, Count, Day, Phone, Quantity, Wan, Year

    class Wanted(fields.Field):
        def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Money:
            return Money.wan(Decimal(repr(value)))

    class Word(fields.Field):
        def __init__(self, kind: Any, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.kind = kind

        def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
            member = self.kind.by_label(value)
            if member is None:
                raise self.make_error("validator_failed")
            return member

    class When(fields.Field):
        def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> date:
            return value.date() if isinstance(value, datetime) else date.fromisoformat(value)

    words = {"asset_class": AssetClass, "form": AssetForm, "status": AssetStatus, "owner_type": OwnerType}
    made: dict[str, Any] = {}
    for column in COLUMNS:
        need = {"required": column.required}
        if isinstance(column.read, Wan):
            made[column.attr] = Wanted(**need)
        elif isinstance(column.read, Choice):
            made[column.attr] = Word(words[column.attr], **need)
        elif isinstance(column.read, Day):
            made[column.attr] = When(**need)
        elif isinstance(column.read, Year | Count):
            made[column.attr] = fields.Integer(validate=validate.Range(0, 10_000_000), **need)
        elif isinstance(column.read, Quantity):
            made[column.attr] = fields.Decimal(**need)
        elif isinstance(column.read, Phone):
            made[column.attr] = fields.String(validate=validate.Regexp(r"^1[3-9]\d{9}$"), **need)
        else:
            made[column.attr] = fields.String(validate=validate.Length(0, 4000), **need)
    return Schema.from_dict(made)(), {column.heading: column.attr for column in COLUMNS}


def _clock() -> tuple[float, float]:
    return time.perf_counter(), time.process_time() + _children()


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _since(begun: tuple[float, float]) -> dict[str, float]:
    """Time since then, and this process's peak: the reading child's is lower, and its own count begins with ours."""
    wall, cpu = _clock()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"wall": round(wall - begun[0], 2), "cpu": round(cpu - begun[1], 2), "peak_mib": peak}


def main(count: int) -> None:
    """Make the workbook and an empty county, run the three chains, print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        place, book = Path(folder), Path(folder) / "assets.xlsx"
        _in_process("prepare", place, book, count)
        _in_process("county", place, book, count)
        told = {}
        for name in ("ours", "naive", "journal"):
            told[name] = _in_process(name, place, book, count)
            print(f"{name:8} {json.dumps(told[name], ensure_ascii=False)}", flush=True)
        for measure in ("cpu", "wall"):
            kept = told["ours"][measure] / told["journal"][measure]
            plain = told["ours"][measure] / told["naive"][measure]
            print(
                f"I1 {count} rows, {measure}: {kept:.3f}x naive with journal (goal 0.12), {plain:.3f}x without (goal 0.16)"
            )


def _in_process(job: str, place: Path, book: Path, count: int) -> Any:
    command = [sys.executable, "-m", "tests.bench.i1_import", job, str(place), str(book), str(count)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, env=os.environ | {"PYTHONUTF8": "1"})
    return json.loads(done.stdout.splitlines()[-1])


def job(name: str, place: Path, book: Path, count: int) -> dict[str, Any]:
    """One chain, in this process."""
    instance = place / ("county" if name == "ours" else name)
    if name == "ours":
        return ours(book, instance)
    instance.mkdir()
    if name in ("prepare", "county"):
        from fundsys import create_app, store
        from fundsys.services import counties

        app = create_app({"instance": instance, "database_url": f"sqlite:///{instance / 'fundsys.db'}"})
        with app.app_context(), store.in_county(store.HOME_COUNTY):
            counties.init()
            if name == "prepare":
                write_book(count, book)
                return {"bytes": book.stat().st_size}
        store.close()
        return {}
    return naive(book, instance, name == "journal")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        print(json.dumps(job(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
