"""What is under version control: the files that the project consists of."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINKED = ("migrations", "reports", "templates")
VENDORED = "fundsys/web/static/vendor/"


@cache
def files() -> tuple[str, ...]:
    """Paths under version control that are there, relative to the top, links included."""
    command = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), "ls-files", "-z"]
    listed = subprocess.run(command, capture_output=True, check=True).stdout.split(b"\0")
    return tuple(sorted(name for name in map(os.fsdecode, listed) if name and os.path.lexists(ROOT / name)))


def python_files() -> list[str]:
    """Our own Python, commands without a suffix included."""
    return [name for name in files() if name.endswith(".py")]


def text_files() -> list[tuple[str, str]]:
    """(path, text) of every file under version control that is text."""
    found = []
    for name in files():
        path = ROOT / name
        if path.is_symlink():
            continue
        content = path.read_bytes()
        if b"\0" not in content[:8000]:
            found.append((name, content.decode("utf-8", "replace")))
    return found


def copy_to(place: Path) -> Path:
    """A clean copy of what is under version control, links kept as links."""
    for name in files():
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target, follow_symlinks=False)
    return place
