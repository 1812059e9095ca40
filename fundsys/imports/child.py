"""Reading an upload in a process of its own, with limits the operating system keeps. Web and command both come here.

The child is given the path, nothing else: no environment of ours, no database, no right to write a file. It answers one
JSON document. It imports lxml and calamine only, so that it starts in a fraction of a second.
"""

from __future__ import annotations

import gc
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
MEMORY = 300 * MIB
BULK_SECONDS = 60
BULK_MEMORY = 1200 * MIB
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
    asked = {"path": str(Path(path).resolve()), "sheet": sheet, "unit": unit, "name": name or Path(path).name}
    sheets: list[dict[str, Any]] = _asked_of_child(asked, SECONDS)["sheets"]
    return sheets


def read_columns_in_child(
    path: Path, headings: list[str], *, sheet: str | None = None, name: str | None = None
) -> dict[str, Any] | None:
    """A template's rows column by column (see columnar.py), read in a limited child; None where it is no template.

    headings: those a first row must hold. A workbook of ten thousands of rows gets more time and memory than one
    whose layout is guessed; its guards are the same.
    Raises: WorkbookRefused.
    """
    asked = {"path": str(Path(path).resolve()), "sheet": sheet, "name": name or Path(path).name, "headings": headings}
    read: dict[str, Any] | None = _asked_of_child(asked, BULK_SECONDS)["table"]
    return read


def _asked_of_child(asked: dict[str, Any], seconds: float) -> dict[str, Any]:
    child = subprocess.Popen(
        [sys.executable, "-s", "-m", "fundsys.imports.child", str(seconds)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/", env=_environment(),
        start_new_session=True,
    )  # fmt: skip
    try:
        answer, _ = child.communicate(json.dumps(asked).encode(), timeout=seconds)
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


def _answered(code: int, answer: bytes) -> dict[str, Any]:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise WorkbookRefused(_TOO_LONG)
    try:
        document: dict[str, Any] = json.loads(answer)
    except ValueError:
        raise WorkbookRefused(_TOO_LARGE if code else _BROKEN) from None
    if "refused" in document:
        raise WorkbookRefused(str(document["refused"]))
    return document


def _limit(seconds: float) -> None:
    """Take the limits on: memory, processor time, no file written, no core, few files open."""
    memory = BULK_MEMORY if seconds == BULK_SECONDS else MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (max(1, int(seconds) - 1), max(2, int(seconds))))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """The child's answer to a question: sheets, or the sentence of a refusal."""
    from fundsys.domain.errors import DomainError

    try:
        if "headings" in asked:
            from .columnar import read_columnar

            table = read_columnar(Path(asked["path"]), asked["headings"], sheet=asked["sheet"], name=asked["name"])
            return {"table": table}
        from .sheet import read_workbook

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
    gc.disable()  # a short life with many small lists: nothing would be found
    _limit(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)
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
