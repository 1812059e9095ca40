"""H1: the asset list beside the smallest list page one can write, in one run. python -m tests.bench.list_page [FOLDER]

Processor time of one request, in turns in one process, without a network: our page with session, rights, frame, filter,
order, totals and tokens against fifty ORM objects in a bare template, both filtered by the same town of the same
62,100 assets on SQLite. Then the last page beside the first, other pages of the office at this size, and, where wrk is
installed, `fundsys serve` under 16 connections. FOLDER keeps the county for the next run. Exits 1 when a goal is missed.
"""

from __future__ import annotations

import gc
import itertools
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter, process_time
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import EnvironBuilder

from fundsys import create_app, store
from fundsys.domain.rights import Role
from fundsys.models.assets import Asset
from fundsys.models.office import Person, Region
from fundsys.models.projects import Project
from fundsys.queries.viewer import viewer
from fundsys.services import counties
from fundsys.services import demo as demos
from fundsys.services.acts import act
from fundsys.web.access import take_seat
from fundsys.web.tables import PAGE_SIZE
from tests.bench import anchor_page
from tests.bench.paper import Report
from tests.served import environment, serving

ASSETS = 62_100
HOME = store.HOME_COUNTY
TURNS, EACH = 15, 20


def make_county(app: Flask) -> None:
    """The demo county at the size of a province's register, unless the folder already holds one."""
    with app.app_context(), store.in_county(HOME):
        if not store.exists(HOME) or demos.is_empty(HOME):
            counties.init()
            demos.build(ASSETS, 2024)


def plain_rows() -> list[dict[str, Any]]:
    """Our assets as the anchor keeps them."""
    town, village = Region.__table__.alias(), Region.__table__.alias()
    query = (
        select(
            Asset, func.coalesce(Project.name, ""), func.coalesce(town.c.name, ""), func.coalesce(village.c.name, "")
        )
        .outerjoin(Project, Asset.project_id == Project.id)
        .outerjoin(town, Asset.town_id == town.c.id)
        .outerjoin(village, Asset.village_id == village.c.id)
        .order_by(Asset.id)
    )
    with store.snapshot(HOME) as session:
        return [
            {
                "number": a.id,
                "code": a.code,
                "name": a.name,
                "kind": a.asset_class.label,
                "project": project,
                "year": a.project_year,
                "town": in_town,
                "village": in_village,
                "cost": a.original_cost.fen // 100,
                "fund": a.original_cost.fen // 100,
                "own": 0,
                "owner": a.owner_name,
                "keeper": a.keeper,
                "moved_on": a.handed_over_on,
                "status": a.status.label,
                "note": a.remark,
            }
            for a, project, in_town, in_village in session.execute(query).yield_per(2000)
        ]


def cookie_of(app: Flask, role: Role) -> str:
    """The session cookie of somebody of this role, as the sign-in page would set it."""
    with app.test_request_context("/"), store.in_county(HOME), store.snapshot(HOME) as session:
        person = session.scalars(select(Person.id).where(Person.role == role, Person.active)).first()
        who = viewer(session, person or 0)
        assert who is not None
        from flask import session as cookie

        take_seat(who)
        name = app.config["SESSION_COOKIE_NAME"]
        signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        client = app.test_client()
        client.set_cookie(name, signer.dumps(dict(cookie)))
    client.get("/people/password")
    kept = client.get_cookie(name)
    assert kept is not None
    return f"{name}={kept.value}"


def caller(app: Flask, path: str, arguments: Mapping[str, Any], cookie: str = "") -> Callable[[], bytes]:
    """One GET of this page, straight into the application."""
    headers = {"Cookie": cookie} if cookie else {}
    whole = EnvironBuilder(path=path, query_string=urlencode(arguments), headers=headers).get_environ()

    def call() -> bytes:
        status: list[str] = []
        body = app.wsgi_app(dict(whole), lambda told, *_: status.append(told))  # type: ignore[arg-type]
        text = b"".join(body)
        body.close()  # type: ignore[attr-defined]
        if not status[0].startswith("200"):
            raise SystemExit(f"{path}: {status[0]}")
        return text

    return call


def spent(*calls: Callable[[], object]) -> list[float]:
    """Milliseconds of processor time of one call of each, taken in turns; the middle of the turns."""
    told: list[list[float]] = [[] for _ in calls]
    for _ in range(TURNS):
        for place, call in enumerate(calls):
            begun = process_time()
            for _ in range(EACH):
                call()
            told[place].append((process_time() - begun) / EACH * 1e3)
    return [statistics.median(each) for each in told]


def first_after_a_save(call: Callable[[], object]) -> float:
    """Milliseconds of processor time of the first call after an asset has been changed."""
    told = []
    for turn in range(TURNS):
        with act(by=None, what="核对", county=HOME) as opened:
            row = opened.session.scalars(select(Asset).order_by(Asset.id).offset(turn).limit(1)).one()
            row.remark, row.version = f"第{opened.seq}号", row.version + 1
        begun = process_time()
        call()
        told.append((process_time() - begun) * 1e3)
    return statistics.median(told)


def pages(app: Flask, report: Report, anchor: Flask) -> None:
    """The asset list against the anchor, its last page, and what else stands at this size."""
    cookie = cookie_of(app, Role.INSPECTOR)
    with store.snapshot(HOME) as session:
        town_id, town, count = session.execute(
            select(Region.id, Region.name, func.count(Asset.id))
            .join(Asset, Asset.town_id == Region.id)
            .group_by(Region.id, Region.name)
            .order_by(func.count(Asset.id))
        ).all()[0]
        everything = session.scalar(select(func.count()).select_from(Asset)) or 0
    last = -(-everything // PAGE_SIZE)
    listed = {"town": town_id, "sort": "-cost", "page": 3}
    ours, theirs = caller(app, "/assets/", listed, cookie), caller(anchor, "/list", {"town": town, "page": 3})
    nothing = caller(anchor, "/ping", {})
    whole = {"sort": "-cost"}
    first, deep, middle = (caller(app, "/assets/", whole | {"page": n}, cookie) for n in (1, last, last // 2))
    assert ours().count(b"<tr") == PAGE_SIZE + 2 and theirs().count(b"<tr") == PAGE_SIZE + 1
    turned = [{"town": town_id, "sort": sort, "page": n + 1} for sort in QUEUE for n in range(count // PAGE_SIZE)]
    others = itertools.cycle([caller(app, "/assets/", told, cookie) for told in turned])
    for call in (first, deep, middle, nothing):
        call()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    a, b, c, d = spent(ours, theirs, nothing, lambda: next(others)())
    print(f"    {everything:,} assets, {count:,} of them in {town}; nothing at all: {c:.2f} ms", flush=True)
    report.ratio("H1", a, b, 1.0, "asset list, 50 of a town by cost, against the smallest page, processor ms")
    print(f"    the same, turning over {len(turned)} pages, more than are kept: {d:.3f} ms = {d / b:.2f}x", flush=True)
    a, b, c = spent(first, deep, middle)
    report.ratio("H1", b, a, 1.2, f"page {last:,} of the whole register beside page 1, processor ms")
    report.ratio("H1", c, a, 1.2, f"page {last // 2:,} beside page 1, processor ms")
    print(
        f"    first page after a save: town {first_after_a_save(ours):.1f} ms, whole {first_after_a_save(first):.1f} ms"
    )
    for path, role in OTHERS:
        plain, _, asked = path.partition("?")
        call = caller(app, plain, dict(parse_qsl(asked)), cookie_of(app, role))
        begun = process_time()
        call()
        cold = (process_time() - begun) * 1e3
        print(f"    {path:<20} {role.label:<8} first {cold:8.1f} ms, then {spent(call)[0]:8.1f} ms", flush=True)


QUEUE = ("code", "-cost", "year", "net")
OTHERS = (
    ("/checks/", Role.LEAD),
    ("/", Role.LEAD),
    ("/", Role.FINANCE_ENTRY),
    ("/", Role.INSPECTOR),
    ("/", Role.TOWN),
    ("/projects/", Role.LEAD),
    ("/notices", Role.FINANCE_ENTRY),
    ("/industry/", Role.LEAD),
    ("/journal/", Role.AUDITOR),
    ("/assets/1", Role.INSPECTOR),
    ("/search?q=圈舍", Role.INSPECTOR),
    ("/search?q=nys dl", Role.TOWN),
    ("/search?q=没有的词", Role.LEAD),
)


def under_load(app: Flask, report: Report) -> None:
    """`fundsys serve` under 16 connections of wrk."""
    if not shutil.which("wrk"):
        print("    wrk is not installed: the waits under 16 connections were not measured")
        return
    cookie = cookie_of(app, Role.INSPECTOR)
    settings = store.settings()
    with serving(environment(settings.instance, settings.database_url)) as server:
        command = ["wrk", "-t1", "-c16", "--latency", "--timeout", "20s", "-H", f"Cookie: {cookie}"]
        page = f"{server.url}/assets/?town=&sort=-cost&page=3"
        subprocess.run([*command, "-d2s", page], capture_output=True, check=True)
        told = subprocess.run([*command, "-d8s", page], capture_output=True, check=True, text=True).stdout
    bad = re.search(r"Non-2xx|Socket errors: .*", told)
    middle, worst = (_milliseconds(re.search(rf"{part}%\s+([\d.]+)(us|ms|s)", told)) for part in (50, 99))
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    print(f"    16 connections: {rate[1] if rate else '?'} pages a second; {bad[0] if bad else 'no errors'}")
    report.ratio("H1", worst, middle, 4.0, "16 connections, p99 beside p50, wall ms")


def _milliseconds(found: re.Match[str] | None) -> float:
    assert found is not None
    return float(found[1]) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[found[2]]


def main() -> int:
    """Run every comparison once and say which goals were missed."""
    report = Report()
    with tempfile.TemporaryDirectory() as passing:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else passing).resolve()
        app = create_app({"instance": folder, "database_url": f"sqlite:///{folder}/fundsys.db", "county": HOME})
        begun = perf_counter()
        make_county(app)
        anchor = anchor_page.make_app(anchor_page.make(Path(passing) / "anchor.db", plain_rows()))
        print(f"    county and anchor ready after {perf_counter() - begun:.0f} s", flush=True)
        pages(app, report, anchor)
        under_load(app, report)
        store.close()
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
