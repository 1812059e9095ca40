"""Archive packages: prints as PDF, workbook and JSON with a manifest of digests, which anybody can check without us."""

from __future__ import annotations

import hashlib
import json
import tempfile
import uuid
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from fundsys import printing, store
from fundsys.domain.errors import DomainError
from fundsys.domain.proof_list import check_code
from fundsys.queries.history import OFFICE_ZONE
from fundsys.queries.ledgers import print_of_form
from fundsys.queries.print_log import list_head, logged, scope_in_words
from fundsys.queries.viewer import Viewer
from fundsys.reports.press import answer
from fundsys.reports.proving import totals_shown
from fundsys.reports.registry import ledgers
from fundsys.services import prints
from fundsys.services.acts import Repeated

FORMAT = "fundsys-package-1"
MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
OnPart = Callable[[int, int], None]
_SPACE = uuid.UUID("a1c0d6b2-8f0f-4d7e-9c36-0a5b8f0f5c11")


def write(numbers: Sequence[str], target: Path, on_part: OnPart, left_out: Sequence[tuple[str, str]] = ()) -> int:
    """Pack these prints: for each its PDF, workbook and JSON; then manifest.json, and SHA256SUMS over every file.

    left_out: ledgers that are not in it and why. Returns how many files are listed.
    Raises: NotFound for a number there is none of; DomainError when a print cannot be made again as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    sums: dict[str, str] = {}
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".packing-") as folder:
        whole = Path(folder) / "package.zip"
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as out:
            told = []
            for place, number in enumerate(numbers, 1):
                files = _files(number, Path(folder))
                told.append(_told(number, files))
                for name, file in files.items():
                    sums[name] = _digest(file)
                    out.write(file, name)
                on_part(place, len(numbers) + 1)
            with store.snapshot() as session:
                county, head = list_head(session)
            manifest = {
                "format": FORMAT,
                "county": county,
                "made_at": datetime.now(OFFICE_ZONE).isoformat(timespec="seconds"),
                "journal": head,
                "prints": told,
                "left_out": [{"ledger": code, "why": why} for code, why in left_out],
            }
            text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
            sums[MANIFEST] = hashlib.sha256(text).hexdigest()
            out.writestr(MANIFEST, text)
            out.writestr(SUMS, "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())))
        whole.replace(target)
    on_part(len(numbers) + 1, len(numbers) + 1)
    return len(sums)


def _files(number: str, folder: Path) -> dict[str, Path]:
    """The files of a print by their names in the package; the SHA-256 of `.rows` is the row digest."""
    files = {}
    with printing.as_printed(number) as sheet:
        kept = prints.kept_file(number, ".pdf")
        if not kept.exists():
            printing.press(sheet, kept)
        files[f"{number}/{number}.pdf"] = kept
        book, data, rows = (folder / f"{number}.{kind}" for kind in ("xlsx", "json", "rows"))
        printing.press(sheet, book)
        with rows.open("wb") as out:
            out.writelines(sheet.exact_rows())
        data.write_text(json.dumps(answer.document(sheet), ensure_ascii=False, indent=1), "utf-8")
        for file in (book, data, rows):
            files[f"{number}/{file.name}"] = file
    return files


def _told(number: str, files: dict[str, Path]) -> dict[str, Any]:
    """A print as the manifest tells it."""
    with store.snapshot() as session:
        found = logged(session, number)
        kept = found.kept
        return {
            "number": number,
            "check_code": found.check_code,
            "ledger": kept.ledger,
            "title": ledgers()[kept.ledger].title,
            "printed_at": kept.printed_at.astimezone(OFFICE_ZONE).isoformat(timespec="seconds"),
            "printed_by": found.printed_by,
            "unit": found.unit,
            "scope": scope_in_words(session, kept),
            "until": (kept.until or kept.as_at or kept.day).isoformat(),
            "as_at": kept.as_at.isoformat() if kept.as_at else None,
            "public": kept.public,
            "row_count": kept.row_count,
            "row_digest": kept.row_digest,
            "totals": dict(totals_shown(found)),
            "journal_seq": kept.seq,
            "files": [
                {"name": name, "sha256": _digest(file), "bytes": file.stat().st_size} for name, file in files.items()
            ],
        }


def _digest(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def print_year(year: int, who: Viewer | None, key: str, on_part: OnPart) -> tuple[list[str], list[tuple[str, str]]]:
    """Print the ledgers of a year that need no record named: their numbers, and what was left out and why."""
    numbers, left_out = [], []
    codes = [code for code in ledgers() if code.startswith("LG")]
    for place, code in enumerate(codes, 1):
        form_id = str(uuid.uuid5(_SPACE, f"{key} {code}"))
        with store.snapshot() as session:
            number = print_of_form(session, form_id)
        try:
            if number is None:
                target = prints.kept_file(f"year-{form_id}", ".pdf")
                number = printing.print_ledger(printing.Order(code, year, who=who), target, form_id=form_id).number
                target.unlink(missing_ok=True)
            numbers.append(number)
        except Repeated as before:
            numbers.append(before.answer)
        except DomainError as refusal:
            left_out.append((code, refusal.message))
        on_part(place, 2 * len(codes))
    return numbers, left_out


# ---------- checking, with nothing but the file ----------


def check(package: Path) -> list[str]:
    """What is wrong with a package, in sentences; nothing when every digest is right. No database is asked.

    Raises: DomainError for a file that is no package.
    """
    try:
        with zipfile.ZipFile(package) as archive:
            names = archive.namelist()
            if MANIFEST not in names or SUMS not in names:
                raise DomainError("这不是归档包：里面没有 manifest.json 和 SHA256SUMS")
            found = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in names if name != SUMS}
            listed = dict(_sum_line(line) for line in archive.read(SUMS).decode("utf-8").splitlines())
            manifest = json.loads(archive.read(MANIFEST))
            documents = {n: json.loads(archive.read(n)) for n in names if n.endswith(".json") and n != MANIFEST}
    except (zipfile.BadZipFile, UnicodeDecodeError, json.JSONDecodeError, ValueError, OSError) as broken:
        raise DomainError(f"归档包打不开或已损坏：{package.name}") from broken
    wrong = [f"清单里的文件不在包里：{name}" for name in sorted(set(listed) - set(found))]
    wrong += [f"包里多出清单没有的文件：{name}" for name in sorted(set(found) - set(listed))]
    wrong += [f"文件与清单摘要不符：{name}" for name in sorted(found) if listed.get(name, found[name]) != found[name]]
    for told in manifest.get("prints", []):
        wrong += _wrong_print(told, found, documents)
    return wrong


def _sum_line(line: str) -> tuple[str, str]:
    digest, name = line.split("  ", 1)
    return name, digest


def _wrong_print(told: dict[str, Any], found: dict[str, str], documents: dict[str, Any]) -> list[str]:
    number = told["number"]
    wrong = []
    if check_code(number, told["row_digest"]) != told["check_code"]:
        wrong.append(f"{number}：行摘要与核验码不符")
    wrong += [f"{number}：{f['name']} 与目录中的摘要不符" for f in told["files"] if found.get(f["name"]) != f["sha256"]]
    document = documents.get(f"{number}/{number}.json", {})
    if document.get("row_digest") != told["row_digest"] or document.get("row_count") != told["row_count"]:
        wrong.append(f"{number}：JSON 的行数或行摘要与目录不符")
    if found.get(f"{number}/{number}.rows") != told["row_digest"]:
        wrong.append(f"{number}：逐行数据的 SHA-256 与行摘要不符")
    return wrong
