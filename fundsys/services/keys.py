"""Keys in files outside database and backup: the session key and the vault's keys."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path


def _folder(instance: Path) -> Path:
    folder = instance / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _read_or_make(file: Path, size: int) -> bytes:
    """The key in a file; made once, never over an existing one, even when two processes start together."""
    if not file.exists():
        part = file.with_name(f"{file.name}.{os.getpid()}")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(secrets.token_hex(size).encode())
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(part, file)
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return bytes.fromhex(file.read_text("ascii"))


def session_key(instance: Path) -> bytes:
    """The key that signs sessions and forms."""
    return _read_or_make(_folder(instance) / "session.key", 32)


def vault_keys(instance: Path) -> dict[int, bytes]:
    """The vault's keys by number; the highest encrypts, all decrypt. The first is made when there is none."""
    folder = _folder(instance)
    found = {
        int(f.stem.removeprefix("vault-")): bytes.fromhex(f.read_text("ascii")) for f in folder.glob("vault-*.key")
    }
    return found or {1: _read_or_make(folder / "vault-1.key", 32)}


def add_vault_key(instance: Path) -> int:
    """Make the next vault key and give its number."""
    number = max(vault_keys(instance)) + 1
    _read_or_make(_folder(instance) / f"vault-{number}.key", 32)
    return number


def lookup_key(instance: Path) -> bytes:
    """The key of the digests that let personal data be found without reading it."""
    return _read_or_make(_folder(instance) / "lookup.key", 32)


def fingerprints(instance: Path) -> dict[str, str]:
    """What tells keys apart without telling them: vault keys by number, and "lookup"."""
    named = {str(number): key for number, key in vault_keys(instance).items()} | {"lookup": lookup_key(instance)}
    return {name: hmac.new(key, b"fingerprint", hashlib.sha256).hexdigest()[:16] for name, key in named.items()}
