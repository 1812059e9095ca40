"""Reading an upload in a process of its own, with limits the operating system keeps. Web and command both come here.

The child is given the path, nothing else: no environment of ours, no database, no right to write a file. It answers one
JSON document. It imports lxml and calamine only, so that it starts in a fraction of a second.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from .guard import MIB, WorkbookRefused

SECONDS = 10
CPU_SECONDS = 9
MEMORY = 300 * MIB
_TOO_LONG = f"读取超过 {SECONDS} 秒，不予读完。请删除多余的行列、格式和图片，或拆分后再导入。"
_TOO_LARGE = f"读取需要的内存超过 {MEMORY // MIB} MiB，不予读完。请删除多余的行列、格式和图片，或拆分后再导入。"
_BROKEN = "文件打不开：读取时出了意外的错误。请用 Excel 打开，另存为 .xlsx 后再导入。"


def read_in_child(
    path: Path, *, sheet: str | None = None, unit: str | None = None, name: str | None = None
) -> list[dict[str, Any]]:
    """The sheets of a workbook as plain values (the `sheets` of design.md section 4), read in a limited child process.

    name: the name the person gave the file, where it is stored under another one.
    Raises: WorkbookRefused when it is not opened, holds no rows, or needs more time or memory than is given.
    """
    asked = json.dumps(
        {"path": str(Path(path).resolve()), "sheet": sheet, "unit": unit, "name": name or Path(path).name}
    )
    child = subprocess.Popen(
        [sys.executable, "-s", "-m", "fundsys.imports.child"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/", env=_environment(),
        start_new_session=True,
    )  # fmt: skip
    try:
        answer, _ = child.communicate(asked.encode(), timeout=SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        raise WorkbookRefused(_TOO_LONG) from None
    except BaseException:
        child.kill()
        child.communicate()
        raise
    return _answered(child.returncode, answer)


def _environment() -> dict[str, str]:
    """What the child needs to find this package, and nothing that names a database or a key."""
    here = str(Path(__file__).resolve().parents[2])
    found = [here, *(entry for entry in sys.path if entry and entry != here)]
    return {
        "PYTHONPATH": os.pathsep.join(found),
        "PYTHONUTF8": "1",
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MALLOC_ARENA_MAX": "1",
    }


def _answered(code: int, answer: bytes) -> list[dict[str, Any]]:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise WorkbookRefused(_TOO_LONG)
    try:
        document = json.loads(answer)
    except ValueError:
        raise WorkbookRefused(_TOO_LARGE if code else _BROKEN) from None
    if "refused" in document:
        raise WorkbookRefused(str(document["refused"]))
    sheets: list[dict[str, Any]] = document["sheets"]
    return sheets


def _limit() -> None:
    """Take the limits on: memory, processor time, no file written, no core, few files open."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """The child's answer to a question: sheets, or the sentence of a refusal."""
    from fundsys.domain.errors import DomainError

    from .sheet import read_workbook

    try:
        read = read_workbook(Path(asked["path"]), sheet=asked["sheet"], unit=asked["unit"], name=asked["name"])
        return {"sheets": [sheet.document() for sheet in read]}
    except DomainError as refused:
        return {"refused": refused.message}
    except MemoryError:
        return {"refused": _TOO_LARGE}
    except RecursionError:
        return {"refused": _BROKEN}


def main() -> int:
    """Answer the question on standard input."""
    _limit()
    asked = json.loads(sys.stdin.read())
    try:
        text = json.dumps(answer(asked), ensure_ascii=False)
    except MemoryError:
        text = json.dumps({"refused": _TOO_LARGE})
    sys.stdout.write(text)
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
