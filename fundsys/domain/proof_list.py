"""The published list of prints: each entry is locked with the code on its own paper, so that only its holder can read it.

The list is plain text and needs no network: the number of a print stands in clear, everything else about it (day, scope,
rows, totals, digest) can be read with the verification code of that paper alone. Nobody learns anything from the list
who holds no paper, and no figure of a paper can be forged without the list saying so.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from .errors import DomainError, NotFound

ROUNDS = 4096
"""How often the code is hashed before it opens an entry: a code has 48 bits, and guessing it must cost more than it gives."""
FIRST = "FUNDSYS-PROOFS-1"
_MAC = 16


@dataclass(frozen=True)
class Entry:
    """What the holder of a paper compares it with. totals: name with unit, and the figure to its last digit."""

    number: str
    title: str
    printed_at: str
    scope: str
    until: str
    as_at: str
    edition: str
    row_count: int
    totals: tuple[tuple[str, str], ...]
    row_digest: str
    unit: str


@dataclass(frozen=True)
class ProofList:
    """A list as read: where it comes from, when it was made, the head of the journal it was made at, its own digest."""

    county: str
    made_at: str
    head: str
    entries: dict[str, str]
    digest: str


def plain_number(told: str) -> str:
    """A print number as people type it: full-width digits, blanks and other dashes forgiven."""
    return "".join(unicodedata.normalize("NFKC", told).upper().replace("—", "-").replace("–", "-").split())


def plain_code(told: str) -> str:
    """A verification code without its dashes, blanks and cases."""
    return "".join(c for c in unicodedata.normalize("NFKC", told).upper() if c.isalnum())


def check_code(number: str, row_digest: str) -> str:
    """The verification code on the paper: twelve hex digits over number and rows, in groups of four."""
    told = hashlib.sha256(f"{number}\x1f{row_digest}".encode()).hexdigest()[:12].upper()
    return "-".join(told[i : i + 4] for i in (0, 4, 8))


def _key(number: str, code: str) -> bytes:
    key = f"{number}\x1f{plain_code(code)}".encode()
    for _ in range(ROUNDS):
        key = hashlib.sha256(key).digest()
    return key


def _stream(key: bytes, text: bytes) -> bytes:
    blocks = -(-len(text) // 32)
    pad = b"".join(hashlib.sha256(key + n.to_bytes(4, "big")).digest() for n in range(blocks))
    return bytes(a ^ b for a, b in zip(text, pad, strict=False))


def _mac(key: bytes, text: bytes) -> bytes:
    return hashlib.sha256(key + b"mac" + text).digest()[:_MAC]


def lock(entry: Entry, code: str) -> str:
    """An entry as it is published."""
    text = json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    key = _key(entry.number, code)
    return (_mac(key, text) + _stream(key, text)).hex()


def write(county: str, made_at: str, head: str, entries: Iterable[tuple[Entry, str]]) -> str:
    """The list as a file: a heading, a line for each print, and the digest of all lines above it."""
    lines = [f"{entry.number} {lock(entry, code)}" for entry, code in entries]
    body = "\n".join(["\t".join((FIRST, county, made_at, str(len(lines)), head)), *lines]) + "\n"
    return f"{body}SHA256 {hashlib.sha256(body.encode()).hexdigest()}\n"


def read(text: str) -> ProofList:
    """A list from its file. Raises DomainError when it is none, or is not whole."""
    body, found, digest = text.replace("\r\n", "\n").removeprefix("\ufeff").rpartition("SHA256 ")
    lines = body.splitlines()
    told = lines[0].split("\t") if lines else []
    if not found or len(told) != 5 or told[0] != FIRST:
        raise DomainError("这不是打印核验清单，请用“打印记录”页上下载的清单文件")
    if hashlib.sha256(body.encode()).hexdigest() != digest.strip() or str(len(lines) - 1) != told[3]:
        raise DomainError("这份核验清单不完整或被改动过，清单末行的摘要对不上，请重新取一份")
    entries = dict(line.split(" ", 1) for line in lines[1:])
    return ProofList(told[1], told[2], told[4], entries, digest.strip())


def prove(published: ProofList, number: str, code: str) -> Entry:
    """What the list says of the paper with this number and code.

    Raises: NotFound where the number is not in the list, or the code does not open its entry.
    """
    wanted = plain_number(number)
    locked = published.entries.get(wanted)
    if locked is None:
        raise NotFound(
            f"清单里没有打印号 {wanted}。清单做于 {published.made_at}，以后打印的不在其中；请核对号码，或换新的清单"
        )
    told = bytes.fromhex(locked)
    key = _key(wanted, code)
    text = _stream(key, told[_MAC:])
    if _mac(key, text) != told[:_MAC]:
        raise NotFound("核验码与这个打印号不符：请核对纸上的十二位核验码；号码没有抄错，这张纸就不是系统印出的")
    found = json.loads(text)
    found["totals"] = tuple((name, figure) for name, figure in found["totals"])
    entry = Entry(**found)
    if plain_code(check_code(entry.number, entry.row_digest)) != plain_code(code):
        raise DomainError("清单里这一份的行摘要与核验码不符，清单有误，请联系发布单位")
    return entry
