"""The wheel holds the whole program, and runs where no checkout is."""

from __future__ import annotations

import site
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.served import environment, fundsys, serving
from tests.tracked import LINKED, copy_to, files

WALK = """
import importlib, pkgutil, fundsys
from fundsys import config
modules = [each.name for each in pkgutil.walk_packages(fundsys.__path__, "fundsys.") if ".versions." not in each.name]
for name in modules:
    if not name.endswith("migrations.env"):
        importlib.import_module(name)
print(fundsys.__file__, config.room("templates"), config.room("migrations"), len(modules), sep="\\n")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from what is under version control, without network."""
    source = copy_to(tmp_path_factory.mktemp("source"))
    out = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--wheel-dir", str(out)]
    command = [sys.executable, "-m", "pip", "wheel", *options, str(source)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(out.glob("fundsys-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and the locked packages, far from the checkout; answers its folder of programs."""
    place = tmp_path_factory.mktemp("installed")
    venv.create(place, with_pip=False, symlinks=True)
    python = place / "bin" / "python"
    options = ["--no-deps", "--no-index", "--quiet", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", *options, str(wheel)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    # the packages we depend on, borrowed from the environment of the tests; a plain path brings no checkout along
    scheme = sysconfig.get_path("purelib", vars={"base": str(place), "platbase": str(place)})
    (Path(scheme) / "locked.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    return place / "bin"


def expected() -> set[str]:
    """Files the wheel must hold: all of the package, the linked folders under their names inside it."""
    inside = {name for name in files() if name.startswith("fundsys/") and name not in {f"fundsys/{x}" for x in LINKED}}
    return inside | {f"fundsys/{name}" for name in files() if name.split("/", 1)[0] in LINKED}


def test_the_wheel_holds_every_file_of_the_program_and_no_other(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as content:
        names = {name for name in content.namelist() if not name.split("/", 1)[0].endswith(".dist-info")}
    assert sorted(expected() - names) == [], "在 setup.cfg 的 package_data 中补上"
    assert sorted(names - expected()) == []


def test_an_installed_wheel_imports_all_of_itself_from_an_unrelated_place(installed: Path, tmp_path: Path) -> None:
    env = environment(tmp_path / "instance")
    told = subprocess.run(
        [installed / "python", "-W", "error::SyntaxWarning", "-c", WALK],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    *places, modules = told.stdout.splitlines()
    assert all(Path(place).is_relative_to(installed.parent) for place in places), places
    assert int(modules) > 30


def test_an_installed_wheel_makes_a_county_and_serves_it(installed: Path, tmp_path: Path) -> None:
    env = environment(tmp_path / "instance")
    command = installed / "fundsys"
    made = fundsys("init", env=env, command=command, cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "参考数据：新增" in made.stdout
    again = fundsys("init", env=env, command=command, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert "参考数据：没有变化" in again.stdout
    with serving(env, command=command, cwd=tmp_path) as served:
        status, page = served.get("/")
    assert status == 200, page
    assert 'lang="zh-CN"' in page
