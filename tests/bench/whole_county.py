"""Every ledger of a county of 62,100 assets on paper: python -m tests.bench.whole_county [FOLDER] [LEDGER …].

Each of the 18 is pressed to PDF by `fundsys print`, a process of its own, watched from outside. Then, side by side in the
same run: the whole register (P2) beside a tenth of it, the register as at a past day beside today's, and the page and the
card of one asset in a warm process. FOLDER keeps the county for the next run. Exits 1 when a goal is missed.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import process_time

from sqlalchemy import func, select

from fundsys import create_app, store
from fundsys.domain.rights import Role
from fundsys.models.assets import Asset
from fundsys.models.journal import Act
from fundsys.models.office import Region
from fundsys.reports.registry import ledgers
from fundsys.services.acts import act
from tests.bench.list_page import ASSETS, caller, cookie_of, make_county
from tests.bench.paper import Measured, Report, measure
from tests.bench.register_rows import press_warm
from tests.served import COMMAND, environment

MOST_MIB = 400


@dataclass
class Printed(Measured):
    """A ledger on paper, and how many rows it has."""

    rows: int = 0


def printed(folder: Path, ledger: str, *more: str) -> Printed:
    """One ledger as PDF, by the command."""
    command = [str(COMMAND), "print", ledger, "--out", str(folder / "paper.pdf"), *more]
    done, said = measure(command, environment(folder / "instance"))
    rows = re.search(r"，(\d+) 行", said)
    assert rows, said
    return Printed(done.wall, done.cpu, done.mib, rows=int(rows[1]))


def noon_after(day: date) -> datetime:
    """Noon of the day after, so that the day before is past."""
    return datetime.combine(day + timedelta(days=1), time(4), UTC)


def main() -> int:
    """Press everything once and say which goals were missed."""
    kept = len(sys.argv) > 1 and not sys.argv[1].startswith("LG")
    folder = Path(sys.argv[1]) if kept else Path(tempfile.mkdtemp())
    wanted = sys.argv[1 + kept :] or sorted(code for code in ledgers() if code.startswith("LG"))
    app, report = create_app({"instance": folder / "instance"}), Report()
    make_county(app)
    with app.app_context(), store.in_county(store.HOME_COUNTY), store.snapshot() as session:
        last = session.scalar(select(func.max(Act.office_day)))
        assert last is not None
        tenth = select(Region.name, func.count()).join(Asset, Asset.town_id == Region.id).group_by(Region.name)
        town, there = min(session.execute(tenth), key=lambda row: abs(row[1] - ASSETS // 10))
        asset = session.scalars(select(Asset.id).order_by(Asset.id).limit(1)).one()
    for code in wanted:
        done = printed(folder, code)
        size = (folder / "paper.pdf").stat().st_size
        report.most(
            code,
            done.mib,
            MOST_MIB,
            f"PDF, {done.rows} rows, {done.wall:.1f} s, {done.cpu:.1f} processor s, {size / 1e6:.1f} MB; peak MiB",
        )
    with (
        app.app_context(),
        store.in_county(store.HOME_COUNTY),
        act(by=None, what="改备注", at=noon_after(last)) as opened,
    ):
        opened.session.get_one(Asset, asset).remark = "看过"
    whole, part = printed(folder, "LG05"), printed(folder, "LG05", "--where", f"town={town}")
    report.ratio(
        "P2", whole.cpu, part.cpu, 6 * ASSETS / 10 / there, f"whole register beside {there} of it, processor s"
    )
    past = printed(folder, "LG05", "--as-at", last.isoformat())
    if past.rows != whole.rows:
        raise SystemExit(f"{past.rows} rows as at {last}, {whole.rows} today: not the same paper")
    report.ratio(
        "P2", past.cpu, whole.cpu, 2, f"register of {past.rows} rows as at the day before beside today's, processor s"
    )
    cookie = cookie_of(app, Role.INSPECTOR)
    for name, path in (("page of one asset", f"/assets/{asset}"), ("its card", f"/assets/{asset}/card.pdf")):
        spent = warm(caller(app, path, {}, cookie))
        report.most("P4", spent, 0.15, f"{name}, warm, processor s")
    register = press_warm(621, folder / "paper.pdf")["warm_cpu"]
    report.ratio("P4", spent, register, 0.5, "the card beside a register of 621 rows, both warm, processor s")
    return 1 if report.missed else 0


def warm(ask: Callable[[], bytes]) -> float:
    """Processor seconds of the middle one of seven, after one that does not count."""
    ask()
    spent = []
    for _ in range(7):
        begun = process_time()
        ask()
        spent.append(process_time() - begun)
    return sorted(spent)[3]


if __name__ == "__main__":
    sys.exit(main())
