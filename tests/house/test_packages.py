"""What we depend on: declared in setup.cfg, locked with digests, free of addresses."""

from __future__ import annotations

import ast
import configparser
import re
import sys
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.tracked import ROOT, python_files

LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.M)
# Found by name at run time, never imported by us.
UNSEEN = {"psycopg": "SQLAlchemy 按地址装入", "defusedxml": "openpyxl 见到它就用它读 XML"}
UNSEEN_IN_TESTS = {"pytest-xdist", "import-linter", "mypy", "ruff", "setuptools", "types-openpyxl", "types-pyyaml"}


def declared(section: str, key: str) -> dict[str, Requirement]:
    """Requirements of one key of setup.cfg by canonical name."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    lines = [line.strip() for line in config[section][key].splitlines()]
    wanted = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(each.name): each for each in wanted}


RUN = declared("options", "install_requires")
TEST = declared("options.extras_require", "test")
BENCH = declared("options.extras_require", "bench")


def locked(purpose: str) -> dict[str, str]:
    """Exact versions of a lock file by canonical name."""
    text = (ROOT / "requirements" / f"{purpose}.txt").read_text("ascii")
    return {canonicalize_name(name): version for name, version in LOCKED.findall(text)}


def imported(*places: str) -> set[str]:
    """Distributions that the Python of these places imports, ours left out."""
    modules = set()
    for name in python_files():
        if name.startswith(places):
            for node in ast.walk(ast.parse((ROOT / name).read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    modules |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    modules.add(node.module.split(".")[0])
    owners = packages_distributions()
    foreign = modules - set(sys.stdlib_module_names) - {"fundsys", "tests"}
    return {canonicalize_name(owner) for module in foreign for owner in owners.get(module, [module])}


@pytest.mark.parametrize(("purpose", "wanted"), [("run", RUN), ("test", RUN | TEST)])
def test_the_locks_hold_what_setup_cfg_asks_for(purpose: str, wanted: dict[str, Requirement]) -> None:
    versions = locked(purpose)
    wrong = {
        name: versions.get(name)
        for name, requirement in wanted.items()
        if name not in versions or not requirement.specifier.contains(versions[name])
    }
    assert wrong == {}, "请执行 requirements/lock"


def test_the_test_lock_is_the_run_lock_and_more() -> None:
    assert locked("run").items() < locked("test").items()


@pytest.mark.parametrize("purpose", ["run", "test"])
def test_each_locked_version_has_a_digest_and_no_address(purpose: str) -> None:
    text = (ROOT / "requirements" / f"{purpose}.txt").read_text("ascii")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "//" not in text
    assert "index" not in text.lower()


def test_what_the_program_imports_is_declared() -> None:
    assert imported("fundsys/", "reports/", "migrations/") - set(RUN) == set()


def test_what_the_tests_import_is_declared() -> None:
    assert imported("tests/") - set(RUN) - set(TEST) - set(BENCH) == set()


def test_only_a_bench_imports_what_the_benches_compare_with() -> None:
    elsewhere = {name for name in python_files() if name.startswith("tests/") and not name.startswith("tests/bench/")}
    assert set(BENCH) & imported("fundsys/", "reports/", "migrations/", *elsewhere) == set()
    assert set(BENCH) <= imported("tests/bench/")


def test_what_is_declared_for_running_is_used() -> None:
    assert set(RUN) - imported("fundsys/", "reports/", "migrations/") - set(UNSEEN) == set()


def test_what_is_declared_for_testing_is_used() -> None:
    assert set(TEST) - imported("tests/") - UNSEEN_IN_TESTS == set()


def test_the_print_engine_is_pinned_exactly() -> None:
    assert str(RUN["weasyprint"].specifier) == "==70.0"
