"""The power goes at any moment: what was acknowledged is stored, acts are whole; a log cut short is never believed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from fundsys import store
from fundsys.models.journal import Act
from fundsys.services.acts import act
from fundsys.services.verification import verify
from tests.figures import Figure
from tests.storage import disk
from tests.storage.county_money import some_assets
from tests.storage.test_kills import add_patrols, stored

# SQLite's files; a PostgreSQL server that is killed has a proof in test_kills, the flushing of its own files is its own
pytestmark = pytest.mark.only_on("sqlite")
ROWS = 3


@dataclass
class Worked:
    """A county's file as it was, what the disk was told since, and where the head of the journal is noted."""

    before: bytes
    told: list[disk.Told]
    file: Path
    anchor: Path

    def until(self, moment: int, kind: str) -> set[str]:
        """Acts attempted or acknowledged before a moment."""
        return {one.word for one in self.told[:moment] if one.kind == kind}


def work(acts: int, synchronous: str) -> Worked:
    """Save so many acts one after another, with the log carried over to the file again and again on the way."""
    some_assets(1)
    store.close()
    file = store.sqlite_file(store.HOME_COUNTY)
    before = file.read_bytes()
    (anchor,) = (store.settings().instance / "anchors").glob("*.head")
    with disk.recorded((file.name, f"{file.name}-wal")) as told:
        told.append(disk.Told("head", data=anchor.read_bytes()))
        engine = store.engine(store.HOME_COUNTY)
        for pragma in (f"synchronous={synchronous}", "wal_autocheckpoint=60"):
            event.listen(engine, "connect", lambda dbapi, _, p=pragma: dbapi.execute(f"pragma {p}"))
        for number in range(acts):
            told.append(disk.Told("attempted", word=f"k{number}"))
            with act(by=None, what="巡查", subject=f"k{number}") as opened:
                add_patrols(opened.session, f"k{number}", ROWS)
            told.append(disk.Told("head", data=anchor.read_bytes()))
            told.append(disk.Told("acknowledged", word=f"k{number}"))
        done = list(told)
        store.close()
    return Worked(before, done, file, anchor)


def head_is_gone(head: bytes) -> bool:
    """Whether the act noted as the head is not stored: committed, noted and lost, acknowledged or not yet."""
    with store.snapshot() as session:
        return int(head.split()[0]) > (session.scalar(select(func.max(Act.seq))) or 0)


def live_end(log: bytes) -> int:
    """Where the frames written since the log last began again end; behind it lie frames of an earlier round."""
    size = int.from_bytes(log[8:12], "big") + 24
    end = 32
    while log[end + 8 : end + 16] == log[16:24] and len(log) >= end + size:
        end += size
    return end


@contextmanager
def after_the_cut(worked: Worked, folder: Path, county: bytes, log: bytes, head: bytes) -> Iterator[None]:
    """The county as it is found when the power is back: its file, its log and the noted head."""
    folder.mkdir()
    file, usual = folder / "fundsys.db", store.settings()
    file.write_bytes(county)
    Path(f"{file}-wal").write_bytes(log)
    worked.anchor.write_bytes(head)
    store.use(replace(usual, database_url=f"sqlite:///{file}"))
    try:
        yield
    finally:
        store.use(usual)
        for left in folder.iterdir():
            left.unlink()


def lost_in(worked: Worked, moment: int, dice: random.Random, folder: Path, head_of: str = "head") -> int:
    """How many acknowledged acts are gone when the power goes at this moment; everything else must hold."""
    told = worked.told[:moment]
    survives = disk.luck(dice)
    county = disk.image(worked.before, told, worked.file.name, survives)
    log = disk.image(b"", told, f"{worked.file.name}-wal", survives)
    head = next(one.data for one in reversed(told) if one.kind == "head")
    with after_the_cut(worked, folder, county, log, head):
        there = stored(ROWS)
        assert there <= worked.until(moment, "attempted")
        lost = len(worked.until(moment, "acknowledged") - there)
        assert bool(verify().problems) == head_is_gone(head) >= bool(lost), "丢了要说出来，没丢不能乱说"
        with act(by=None, what="核对"):
            pass
    return lost


def power_cuts(worked: Worked, cuts: int, folder: Path) -> list[int]:
    """Acknowledged acts lost in each of so many power cuts."""
    dice = random.Random(11)
    first = next(n for n, one in enumerate(worked.told) if one.kind == "attempted")
    moments = [dice.randint(first + 1, len(worked.told)) for _ in range(cuts)]
    return [lost_in(worked, moment, dice, folder / f"cut{n}") for n, moment in enumerate(moments)]


def test_no_power_cut_loses_an_acknowledged_act(app: Flask, tmp_path: Path, full: bool, figure: Figure) -> None:
    worked = work(200 if full else 30, "full")
    carried = sum(one.kind == "sync" and one.file == worked.file.name for one in worked.told)
    assert carried > 1, "日志应当在途中并入过数据文件"
    lost = power_cuts(worked, 200 if full else 16, tmp_path)
    assert sum(lost) == 0
    figure("断电", f"{len(lost)} 个断电映像，途中日志并入 {carried} 次：已答复的丢失 0，半截 0")


def test_control_without_flushing_each_commit_acknowledged_acts_are_lost(
    app: Flask, tmp_path: Path, full: bool, figure: Figure
) -> None:
    worked = work(200 if full else 30, "normal")
    lost = power_cuts(worked, 50 if full else 10, tmp_path)
    assert sum(lost) > 0
    figure("断电的对照：synchronous=NORMAL", f"{len(lost)} 个映像中 {sum(map(bool, lost))} 个丢失，共丢 {sum(lost)} 项")


def test_a_log_cut_anywhere_in_its_tail_is_recovered_or_told(
    app: Flask, tmp_path: Path, full: bool, figure: Figure
) -> None:
    worked = work(30, "full")
    county = disk.image(worked.before, worked.told, worked.file.name, lambda: True)
    log = disk.image(b"", worked.told, f"{worked.file.name}-wal", lambda: True)
    head = next(one.data for one in reversed(worked.told) if one.kind == "head")
    everything = worked.until(len(worked.told), "acknowledged")
    end = live_end(log)
    steps = range(end, max(32, end - 65536), -512 if full else -512 * 21)
    shortened = silent = 0
    for number, length in enumerate(steps):
        for way, tail in (("cut", b""), ("zeros", bytes(len(log) - length))):
            with after_the_cut(worked, tmp_path / f"{way}{number}", county, log[:length] + tail, head):
                there = stored(ROWS)
                assert there == {f"k{n}" for n in range(len(there))}, "留下的应当是最早的那些"
                shortened += there != everything
                assert bool(verify().problems) == (there != everything), "少了要说出来，没少不能乱说"
                silent += there != everything and not verify(anchored=False).problems
    assert shortened and silent, "对照：不看记下的锚，少掉的尾巴没有人知道"
    figure("日志尾部截断", f"{len(steps) * 2} 处：{shortened} 处变短，全部说出；不看锚时 {silent} 处无人知道")
