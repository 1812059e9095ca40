"""Files made to break readers are refused with the reason, or read exactly, within ten seconds and 300 MiB."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from fundsys.imports import child
from fundsys.imports.guard import WorkbookRefused
from tests.figures import Figure
from tests.imports import hostile
from tests.imports.hostile import CORPUS

# A process begins its peak at the size of the one that started it: a small one in between keeps the tests' own out of it.
LAUNCH = """
import json, os, subprocess, sys
running = subprocess.Popen(sys.argv[1:], stderr=subprocess.DEVNULL)
used = os.wait4(running.pid, 0)[2]
sys.stderr.write(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""


def measured(path: Path, name: str) -> tuple[dict, float, float]:
    """The child's answer, its processor seconds and its peak memory in MiB, as the operating system counted them.

    Processor time, so that a busy machine cannot make the proof fail; the clock is kept by read_in_child itself.
    """
    asked = json.dumps({"path": str(path), "sheet": None, "unit": None, "name": name})
    command = [sys.executable, "-S", "-c", LAUNCH, sys.executable, "-s", "-m", "fundsys.imports.child"]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, env=child._environment(), cwd="/")
    seconds, peak = json.loads(done.stderr)
    return json.loads(done.stdout), seconds, peak


def test_the_corpus_is_large_enough():
    assert len(CORPUS) >= 55
    assert len({case.case for case in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("case", CORPUS, ids=[case.case for case in CORPUS])
def test_a_hostile_file_is_refused_with_its_reason_or_read_exactly(case, tmp_path, figure: Figure):
    path = tmp_path / "upload"
    path.write_bytes(case.make())
    answer, seconds, peak = measured(path, case.name)
    assert seconds <= child.SECONDS
    assert peak <= child.MEMORY / child.MIB
    if case.refused:
        assert "sheets" not in answer, answer
        for word in case.refused:
            assert word in answer["refused"]
        assert answer["refused"].endswith("。")
    else:
        assert "refused" not in answer, answer
        rows = [row for sheet in answer["sheets"] for row in sheet["rows"]]
        assert [row["amount_fen"] for row in rows] == list(case.amounts)
        problems = [problem["cell"] for sheet in answer["sheets"] for problem in sheet["problems"]]
        assert problems == list(case.problems)
    figure(
        "恶意文件",
        f"{child.SECONDS} 秒、{child.MEMORY // child.MIB} MiB 之内，" + ("说明原因后拒收" if case.refused else "读对"),
    )


def test_control_the_naive_reader_drops_rows_behind_a_wrong_dimension_tag():
    made = next(case for case in CORPUS if case.case == "维度标签写错").make()
    naive = openpyxl.load_workbook(io.BytesIO(made), read_only=True).active
    assert [[cell for cell in row] for row in naive.values] == [["乡镇"]]


def test_control_the_naive_reader_takes_a_missing_result_for_an_empty_cell():
    made = hostile.formula("SUM(1,2)")
    naive = openpyxl.load_workbook(io.BytesIO(made), data_only=True).active
    assert naive["B2"].value is None


def test_control_the_naive_reader_silently_takes_the_later_of_two_values():
    made = next(case for case in CORPUS if case.case == "同一格写两次").make()
    assert openpyxl.load_workbook(io.BytesIO(made)).active["B2"].value == 99


@pytest.mark.parametrize("kept", range(1, 8))
def test_a_workbook_cut_anywhere_is_refused(kept, tmp_path):
    whole = hostile.plain_book()
    path = tmp_path / "表.xlsx"
    path.write_bytes(whole[: len(whole) * kept // 8])
    with pytest.raises(WorkbookRefused, match="损坏"):
        child.read_in_child(path)


def test_reading_that_takes_too_long_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(child, "SECONDS", 0.01)
    path = tmp_path / "表.xlsx"
    path.write_bytes(hostile.plain_book())
    with pytest.raises(WorkbookRefused, match="不予读完"):
        child.read_in_child(path)


def test_the_child_sees_no_database_and_no_key(tmp_path, monkeypatch):
    monkeypatch.setenv("FUNDSYS_DATABASE_URL", "postgresql://secret")
    assert not [key for key in child._environment() if "FUNDSYS" in key or "URL" in key]
