"""While rows come in by the thousand the table's indexes are set aside; whatever happens, they stand afterwards as before."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from fundsys import store
from fundsys.imports.intake import check, take_in
from fundsys.services import imports
from fundsys.services.acts import act
from fundsys.services.verification import verify
from tests.imports.books import ASSET, asked, book

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.only_on("sqlite")]
_INDEXES = text("select name, sql from sqlite_master where type = 'index' and tbl_name = 'asset' order by name")


class Stopped(Exception):
    """The disk is full, the power is gone."""


def indexes() -> list[tuple[str, str]]:
    """Every index of the asset table with its definition."""
    with store.snapshot() as session:
        return [(name, sql) for name, sql in session.execute(_INDEXES)]


def six_assets(folder: Path) -> Path:
    """A workbook of six."""
    return book(folder / "assets.xlsx", "assets", [ASSET | {"code": f"K-{n}", "name": f"第{n}项"} for n in range(6)])


@pytest.mark.parametrize("least, aside", [(6, True), (7, False)])
def test_indexes_are_set_aside_for_many_rows_only_and_stand_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, least: int, aside: bool
) -> None:
    monkeypatch.setattr(imports, "BULK", least)
    before = indexes()
    question = asked("assets", six_assets(tmp_path))
    found = check(question, None)
    meanwhile: list[int] = []
    with act(by=None, what="导入资产") as opened:

        def look(done: int, whole: int) -> None:
            meanwhile.append(sum(sql is not None for _, sql in opened.session.execute(_INDEXES)))

        take_in(found, question, act=opened, progress=look)
    assert (min(meanwhile) == 0) is aside
    assert indexes() == before
    assert verify().problems == []


def test_an_import_that_breaks_off_leaves_every_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "BULK", 6)
    before = indexes()
    question = asked("assets", six_assets(tmp_path))
    found = check(question, None)

    def stop(done: int, whole: int) -> None:
        if done:
            raise Stopped

    with pytest.raises(Stopped), act(by=None, what="导入资产") as opened:
        take_in(found, question, act=opened, progress=stop)
    assert indexes() == before
    assert verify().problems == []
