"""fundsys demo: from nothing to a county one can sign in to; quiet in a pipe, never over anything that is there."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from fundsys.cli.main import main


def run(*args: str) -> int:
    try:
        main(list(args))
    except SystemExit as left:
        return int(left.code or 0)
    return 0


def test_a_demo_prints_its_accounts_once_and_is_not_built_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FUNDSYS_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.delenv("FUNDSYS_DATABASE_URL", raising=False)
    assert run("demo", "--assets", "100", "--json") == 0
    told = capsys.readouterr()
    answer = json.loads(told.out)
    assert told.err == ""
    assert len({account["role"] for account in answer["accounts"]}) == 12
    with sqlite3.connect(next((tmp_path / "instance").glob("*.db"))) as county:
        count, different = county.execute("select count(*), count(distinct row_digest) from print_record").fetchone()
        assert count == 3 and different >= 2
    assert answer["figures"]["年度项目"] == 123 and answer["figures"]["资产"] == 100

    assert run("demo", "--if-empty") == 0
    assert "没有装演示数据" in capsys.readouterr().out
    assert run("demo") == 1
    refused = capsys.readouterr()
    assert refused.out == "" and "已经有数据" in refused.err


def test_too_few_assets_are_wrong_usage() -> None:
    assert run("demo", "--assets", "99") == 2
