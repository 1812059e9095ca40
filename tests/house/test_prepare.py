"""./run and ./test on a machine that lacks something: they say what is missing and which line to run."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.tracked import ROOT

NOBODY = 65534
# The program is read by whoever runs the tests; then, as a person without rights, it looks at a machine without a browser.
ASK = """
import os, sys, ensurepip
sys.path.insert(0, sys.argv[1])
import prepare
os.environ["PATH"] = sys.argv[2]
if os.geteuid() == 0:
    os.seteuid({nobody})
prepare.main("test")
"""


@pytest.fixture
def checkout() -> Iterator[Path]:
    """A copy of the preparing program in a place that everybody may reach and write to."""
    with TemporaryDirectory(prefix="fundsys a checkout ") as made:
        place = Path(made)
        shutil.copytree(ROOT / "requirements", place / "requirements")
        (place / "bin").mkdir()
        place.chmod(0o777)
        yield place


def prepare(checkout: Path) -> subprocess.CompletedProcess[str]:
    """Prepare for the tests as a person without rights, with the programs of its bin/ alone."""
    code = ASK.format(nobody=NOBODY)
    command = [sys.executable, "-B", "-c", code, str(checkout / "requirements"), str(checkout / "bin")]
    return subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)


def test_without_rights_it_prints_the_exact_line_and_stops(checkout: Path) -> None:
    (checkout / "bin" / "apt-get").symlink_to("/bin/true")
    told = prepare(checkout)
    assert told.returncode == 1, told.stderr
    assert (
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends chromium poppler-utils"
        in told.stderr.splitlines()[-1]
    )
    assert "需要管理员权限" in told.stderr
    assert not (checkout / ".venv").exists()


def test_without_apt_it_names_the_packages_and_stops(checkout: Path) -> None:
    told = prepare(checkout)
    assert told.returncode == 1, told.stderr
    assert "chromium、poppler-utils" in told.stderr
    assert "apt-get" not in told.stderr
    assert not (checkout / ".venv").exists()


def test_a_place_that_cannot_be_written_is_refused_with_a_sentence(checkout: Path) -> None:
    checkout.chmod(0o555)
    told = prepare(checkout)
    assert told.returncode == 1
    assert "不能在" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("script", ["run", "test", "requirements/lock"])
def test_the_commands_are_plain_posix_shell(script: str) -> None:
    path = ROOT / script
    assert path.read_text("utf-8").startswith("#!/bin/sh\n")
    assert path.stat().st_mode & stat.S_IXUSR
    assert subprocess.run(["/bin/sh", "-n", str(path)], check=False).returncode == 0
