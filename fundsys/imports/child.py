"""Reading an upload in a process of its own, with limits the operating system keeps. Web and command both come here.

The child is given the path, nothing else: no environment of ours, no database, no right to write a file. It answers
JSON documents, one a line, so that neither side holds a large answer as text. It imports lxml and calamine only, so that it starts in a fraction of a second.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
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
    sheets: list[dict[str, Any]] = _asked_of_child(asked, SECONDS)[0]["sheets"]
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
    read, *columns = _asked_of_child(asked, BULK_SECONDS)
    return None if read["table"] is None else read["table"] | {"columns": columns}


def _asked_of_child(asked: dict[str, Any], seconds: float) -> list[dict[str, Any]]:
    child = subprocess.Popen(
        [sys.executable, "-s", "-m", "fundsys.imports.child", str(seconds)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/", env=_environment(),
        start_new_session=True,
    )  # fmt: skip
    over = threading.Timer(seconds, child.kill)
    over.start()
    try:
        with child:  # waits for its end
            assert child.stdin is not None and child.stdout is not None
            with suppress(BrokenPipeError), child.stdin:
                child.stdin.write(json.dumps(asked).encode())
            documents, whole = _documents(child.stdout)
    except BaseException:
        child.kill()
        raise
    finally:
        over.cancel()
    return _answered(child.returncode, documents, whole)


def _documents(lines: Iterable[bytes]) -> tuple[list[dict[str, Any]], bool]:
    """The documents that came, and whether each of them came whole."""
    documents: list[dict[str, Any]] = []
    whole = True
    for line in lines:  # to the last, so that the child never waits
        try:
            documents.append(json.loads(line))
        except ValueError:
            whole = False
    return documents, whole and bool(documents)


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


def _answered(code: int, documents: list[dict[str, Any]], whole: bool) -> list[dict[str, Any]]:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise WorkbookRefused(_TOO_LONG)
    refused = next((document["refused"] for document in documents if "refused" in document), None)
    if refused is not None:
        raise WorkbookRefused(str(refused))
    if code or not whole:
        raise WorkbookRefused(_TOO_LARGE if code else _BROKEN)
    return documents


def _limit(seconds: float) -> None:
    """Take the limits on: memory, processor time, no file written, no core, few files open."""
    memory = BULK_MEMORY if seconds == BULK_SECONDS else MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (max(1, int(seconds) - 1), max(2, int(seconds))))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))


def answer(asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The child's answer to a question: sheets, or a table and its columns; or the sentence of a refusal."""
    from fundsys.domain.errors import DomainError

    try:
        if "headings" in asked:
            from .columnar import read_columnar

            table = read_columnar(Path(asked["path"]), asked["headings"], sheet=asked["sheet"], name=asked["name"])
            columns = table.pop("columns") if table else ()
            yield {"table": table}
            yield from columns
            return
        from .sheet import read_workbook

        read = read_workbook(Path(asked["path"]), sheet=asked["sheet"], unit=asked["unit"], name=asked["name"])
        yield {"sheets": [sheet.document() for sheet in read]}
    except DomainError as refused:
        yield {"refused": refused.message}
    except MemoryError:
        yield {"refused": _TOO_LARGE}
    except RecursionError:
        yield {"refused": _BROKEN}


def main() -> int:
    """Answer the question on standard input."""
    gc.disable()  # a short life with many small lists: nothing would be found
    _limit(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)
    asked = json.loads(sys.stdin.read())
    try:
        for document in answer(asked):
            sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    except MemoryError:
        sys.stdout.write("\n" + json.dumps({"refused": _TOO_LARGE}) + "\n")
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
