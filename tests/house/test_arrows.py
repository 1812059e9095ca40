"""Imports point inward: the contracts of setup.cfg are kept, and would be broken by what they forbid; the press needs no database."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.tracked import ROOT

LINT = Path(sys.executable).parent / "lint-imports"
ROOMS = ("domain", "models", "queries", "services", "imports", "reports", "web", "api", "cli")

FORBIDDEN = {
    "领域层只用标准库": ("domain", "flask"),
    "表不知道谁在用它": ("models", "fundsys.services"),
    "查询只读": ("queries", "fundsys.services"),
    "办理业务不认识网页和报表": ("services", "fundsys.web"),
    "导入不认识网页": ("imports", "fundsys.web"),
    "报表只经查询取数": ("reports", "fundsys.services"),
    "报表不直接用表": ("reports", "fundsys.models"),
    "网页、接口、命令三扇门互不相通": ("web", "fundsys.cli"),
}


def lint(place: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter over the package in `place`."""
    env = os.environ | {"PYTHONPATH": str(place), "COLUMNS": "200", "NO_COLOR": "1"}
    command = [str(LINT), "--config", str(place / "setup.cfg"), "--no-cache"]
    return subprocess.run(command, cwd=place, env=env, capture_output=True, text=True, check=False)


def empty_house(place: Path) -> Path:
    """A package with our rooms and our contracts, and nothing in the rooms."""
    shutil.copy(ROOT / "setup.cfg", place)
    for room in ("", *ROOMS):
        (place / "fundsys" / room).mkdir()
        (place / "fundsys" / room / "__init__.py").touch()
    for module in ("extensions", "config", "store"):
        (place / "fundsys" / f"{module}.py").touch()
    return place


def test_our_imports_point_inward() -> None:
    told = lint(ROOT)
    assert told.returncode == 0, told.stdout + told.stderr


def test_an_empty_house_keeps_every_contract(tmp_path: Path) -> None:
    told = lint(empty_house(tmp_path))
    assert told.returncode == 0, told.stdout + told.stderr


def test_each_contract_is_broken_by_what_it_forbids(tmp_path: Path) -> None:
    house = empty_house(tmp_path)
    for room, wanted in FORBIDDEN.values():
        with (house / "fundsys" / room / "__init__.py").open("a") as module:
            module.write(f"import {wanted}\n")
    told = lint(house)
    assert told.returncode == 1
    assert [name for name in FORBIDDEN if f"{name} BROKEN" not in told.stdout] == []


def loaded(module: str) -> set[str]:
    """What a new process has imported after this module."""
    told = f"import sys, {module}; print(*sys.modules)"
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", told]
    return set(subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout.split())


def test_the_press_prints_a_typeset_sheet_without_database_web_and_ledgers() -> None:
    heavy = {"sqlalchemy", "flask", "fundsys.models", "fundsys.queries", "fundsys.reports.registry"}
    assert heavy & loaded("fundsys.reports.press.pdf") == set()
    assert heavy & loaded("fundsys.reports.asset_register") >= {"sqlalchemy", "fundsys.queries"}


def test_every_contract_has_its_control() -> None:
    names = [
        line.split("=", 1)[1].strip()
        for line in (ROOT / "setup.cfg").read_text("utf-8").splitlines()
        if line.startswith("name = ")
    ]
    assert set(names[1:]) == set(FORBIDDEN)
