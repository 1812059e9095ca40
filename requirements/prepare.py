"""Makes this machine ready for ./run and ./test: Debian packages, .venv/, the locked Python packages. Standard library only."""

from __future__ import annotations

import ctypes
import fcntl
import glob
import hashlib
import importlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
OLDEST = (3, 11)
FONT = "Noto Serif CJK SC"
CLUSTER_CONF = Path("/etc/postgresql-common/createcluster.conf")
APT = ("apt-get", "-o", "DPkg::Lock::Timeout=600", "-o", "Acquire::Retries=3", "-o", "Acquire::http::Timeout=60")


def say(sentence: str) -> None:
    """Tell the person at the terminal what is being done; stderr, so that nothing mixes with answers."""
    print(sentence, file=sys.stderr, flush=True)


def refuse(*sentences: str) -> NoReturn:
    """Say what a person must do and stop."""
    for sentence in sentences:
        say(sentence)
    sys.exit(1)


# --- what the machine has -------------------------------------------------------------------------------------------


def has_library(name: str) -> bool:
    """Whether the dynamic loader finds a library, wherever it is installed."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_font() -> bool:
    """Whether the Chinese print font is installed, whoever installed it."""
    if any(Path("/usr/share/fonts").rglob("NotoSerifCJK-Regular*")):
        return True
    fc_list = shutil.which("fc-list")
    return bool(fc_list and subprocess.run([fc_list, FONT], capture_output=True, check=False).stdout.strip())


def has_program(*names: str) -> bool:
    """Whether one of these programs is on the PATH."""
    return any(shutil.which(name) for name in names)


def has_postgres() -> bool:
    """Whether a PostgreSQL server is installed; Debian keeps it off the PATH."""
    return has_program("postgres") or bool(glob.glob("/usr/lib/postgresql/*/bin/postgres"))


def has_venv() -> bool:
    """Whether this Python can make an environment with pip in it."""
    importlib.invalidate_caches()  # it may have been installed a moment ago
    try:
        import ensurepip
    except ImportError:
        return False
    return bool(ensurepip.version())


def missing(purpose: str) -> list[str]:
    """Debian packages that must still be installed for `run` or `test`."""
    wanted = [
        ("python3-venv", has_venv()),
        ("libpango-1.0-0", has_library("libpango-1.0.so.0")),
        ("libpangoft2-1.0-0", has_library("libpangoft2-1.0.so.0")),
        ("libharfbuzz-subset0", has_library("libharfbuzz-subset.so.0")),
        ("fonts-noto-cjk", has_font()),
    ]
    if purpose == "test":
        wanted += [
            ("chromium", has_program("chromium", "chromium-browser", "google-chrome")),
            ("libatomic1", has_library("libatomic.so.1")),
            ("postgresql-15", has_postgres()),
            ("poppler-utils", has_program("pdftotext") and has_program("pdftoppm")),
        ]
    return [package for package, there in wanted if not there]


# --- Debian packages ------------------------------------------------------------------------------------------------


def install_packages(packages: Sequence[str]) -> None:
    """Install Debian packages, or print the line that somebody with the right to do so must run."""
    install = ["install", "-y", "--no-install-recommends", *packages]
    if not has_program("apt-get"):
        refuse(f"缺少系统组件：{'、'.join(packages)}（Debian 软件包名）。", "请用本机的软件管理工具装好后再试。")
    if os.geteuid() != 0:
        refuse(
            f"缺少系统组件：{'、'.join(packages)}，安装需要管理员权限。请由管理员执行下面这一行，然后再试：",
            f"  sudo apt-get update && sudo apt-get {' '.join(install)}",
        )
    say(f"正在安装系统组件：{'、'.join(packages)}……")
    if any(package.startswith("postgresql") for package in packages) and not CLUSTER_CONF.exists():
        CLUSTER_CONF.parent.mkdir(parents=True, exist_ok=True)  # only the programs are wanted, no cluster of the system
        CLUSTER_CONF.write_text("create_main_cluster = false\n", "ascii")
    if not apt([*APT, *install]):
        apt([*APT, "update"])
        if not apt([*APT, "-o", "Dpkg::Options::=--force-confold", *install], loud=True):
            refuse("系统组件没有装上，请检查网络和软件源后再试，或者由管理员执行：", f"  apt-get {' '.join(install)}")


def apt(command: Sequence[str], loud: bool = False) -> bool:
    """Run apt-get without questions; what it said is shown only when it matters."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode and loud:
        say(done.stdout[-4000:])
    return done.returncode == 0


# --- the Python environment -----------------------------------------------------------------------------------------


@contextmanager
def alone() -> Iterator[None]:
    """Let one call at a time prepare; a second one waits and then finds everything done."""
    lock = ROOT / "instance" / ".prepare.lock"
    try:
        lock.parent.mkdir(exist_ok=True)
        file = lock.open("w")
    except OSError as error:
        refuse(f"不能在 {ROOT} 中写文件（{error.strerror}），请用这个文件夹的主人来执行，或者换一个可以写的位置。")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("另一个命令正在准备环境，请稍候……")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def lock_file(purpose: str) -> Path:
    """The locked requirements of `run` or `test`."""
    return ROOT / "requirements" / f"{purpose}.txt"


def fingerprint(purpose: str) -> str:
    """Changes whenever the environment must be brought up to date: locks, entry points, Python, or the place."""
    digest = hashlib.sha256()
    for part in (lock_file(purpose).read_bytes(), (ROOT / "setup.cfg").read_bytes(), sys.version.encode()):
        digest.update(hashlib.sha256(part).digest())
    digest.update(os.fsencode(VENV))
    return digest.hexdigest()


def stamp(purpose: str) -> Path:
    """The note that says what the environment was prepared from."""
    return VENV / f".prepared-{purpose}"


def is_prepared(purpose: str) -> bool:
    """Whether the environment stands as the locks want it; one prepared for tests also runs."""
    if not (BIN / "python").exists() or not (BIN / "fundsys").exists():
        return False
    return any(
        stamp(each).exists() and stamp(each).read_text("ascii") == fingerprint(each) for each in {purpose, "test"}
    )


def same_python() -> bool:
    """Whether the environment was made by this very Python, in this place, and still starts."""
    if not (BIN / "python").exists():
        return False
    asked = "import sys; print(sys.version, sys.prefix, sep='\\n', end='')"
    told = subprocess.run([BIN / "python", "-c", asked], capture_output=True, text=True, check=False)
    return told.stdout == f"{sys.version}\n{VENV}"


def make_environment(purpose: str) -> None:
    """Build or update .venv/ from the locked requirements, hashes checked, nothing compiled."""
    for each in ("run", "test"):
        stamp(each).unlink(missing_ok=True)
    if not same_python() or subprocess.run([BIN / "python", "-m", "pip", "--version"], capture_output=True).returncode:
        venv.create(VENV, clear=VENV.exists(), with_pip=True, symlinks=True)
    say("正在安装 Python 组件，第一次约需半分钟……")
    locked = ["--require-hashes", "--only-binary=:all:", "-r", str(lock_file(purpose))]
    project = ["--no-deps", "--no-build-isolation", "--no-index", "--config-settings", "editable_mode=compat"]
    pip(locked)
    pip([*project, "-e", str(ROOT)])
    stamp(purpose).write_text(fingerprint(purpose), "ascii")


def pip(arguments: Sequence[str]) -> None:
    """Install with the environment's pip; refuse with its own words when that fails."""
    command = [str(BIN / "python"), "-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check"]
    done = subprocess.run([*command, "--root-user-action=ignore", *arguments], stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        refuse("Python 组件没有装上，请看上面的原因；网络恢复后重新执行同一条命令即可。")


def main(purpose: str) -> None:
    """Prepare for `run` or `test`; quick when nothing has to be done."""
    if sys.version_info < OLDEST:
        refuse(f"需要 Python 3.11 或更新的版本，现在是 {sys.version.split()[0]}。")
    with alone():
        if packages := missing(purpose):
            install_packages(packages)
            if left := missing(purpose):
                refuse(f"装好后仍然找不到：{'、'.join(left)}。")
        if not is_prepared(purpose):
            make_environment(purpose)


if __name__ == "__main__":
    main(sys.argv[1])
