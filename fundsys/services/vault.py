"""The vault of personal data: identity, bank and phone numbers under AES-GCM, found by keyed digest, erased on demand."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from fundsys import store
from fundsys.domain.errors import DomainError
from fundsys.models.journal import Vault
from fundsys.services import keys
from fundsys.services.acts import Act

KINDS = {"identity": "身份证号", "bank": "银行账号", "phone": "电话号码"}
ERASURE = "删除个人信息："
_NONCE = 12


class Unreadable(Exception):
    """A vault entry that its key does not open: altered, moved, or sealed with a key that is not here."""


def put(kind: str, plain: str, *, act: Act) -> int:
    """Lock a number away. Returns the vault id that a business row may hold.

    kind: identity, bank or phone. Raises DomainError for an empty number.
    """
    told = "".join(plain.split())
    if not told:
        raise DomainError(f"请填写{KINDS[kind]}")
    row = Vault(kind=kind, key_no=0, masked=mask(kind, told), lookup=lookup(kind, told))
    act.session.add(row)
    act.session.flush()
    _seal(row, told)
    act.session.flush()
    return row.id


def put_all(kind: str, numbers: Sequence[str], *, act: Act) -> list[int]:
    """Lock many numbers away at once, as an import or a demo does. Returns vault ids in the order of the numbers."""
    told = ["".join(number.split()) for number in numbers]
    newest, key = max(keys.vault_keys(store.settings().instance).items())
    rows = [{"kind": kind, "key_no": newest, "masked": mask(kind, n), "lookup": lookup(kind, n)} for n in told]
    if not rows:
        return []
    ids = list(act.session.scalars(insert(Vault).returning(Vault.id, sort_by_parameter_order=True), rows))
    cipher = AESGCM(key)
    act.session.execute(
        update(Vault),
        [{"id": i, "ciphertext": _sealed(cipher, i, kind, n)} for i, n in zip(ids, told, strict=True)],
    )
    return ids


def reveal(session: Session, vault_id: int) -> str | None:
    """The number in plain; None when it was erased. The caller has checked the right and recorded the reason."""
    row = session.get(Vault, vault_id)
    return None if row is None or row.ciphertext is None else opened(row.id, row.kind, row.key_no, row.ciphertext)


def find(session: Session, kind: str, plain: str) -> list[int]:
    """Ids of the entries with this number, without opening any."""
    wanted = lookup(kind, "".join(plain.split()))
    return list(session.scalars(select(Vault.id).where(Vault.lookup == wanted).order_by(Vault.id)))


def erase(vault_ids: Iterable[int], *, act: Act) -> None:
    """Erase personal data as the law asks; the journal stays whole, and past views show 已按规定删除.

    At most twenty entries in an act, named in its subject, so that an erasure can be told from tampering.
    """
    ids = sorted(set(vault_ids))
    if not ids or len(ids) > 20:
        raise DomainError("一次请删除 1 至 20 项个人信息")
    for row in act.session.scalars(select(Vault).where(Vault.id.in_(ids))):
        row.ciphertext, row.lookup, row.masked = None, None, ""
    act.subject = ERASURE + "、".join(str(number) for number in ids)
    act.session.flush()


def erased_by(subject: str) -> list[int]:
    """The vault ids an act's subject says it erased."""
    return [int(n) for n in re.findall(r"\d+", subject)] if subject.startswith(ERASURE) else []


def rotate(*, act: Act) -> int:
    """Seal every entry anew with the newest key. Returns how many there were."""
    newest = max(keys.vault_keys(store.settings().instance))
    rows = act.session.scalars(select(Vault).where(Vault.ciphertext.is_not(None), Vault.key_no != newest)).all()
    for row in rows:
        _seal(row, opened(row.id, row.kind, row.key_no, str(row.ciphertext)))
    act.session.flush()
    return len(rows)


def opened(vault_id: int, kind: str, key_no: int, ciphertext: str) -> str:
    """The plain number of one entry. Raises Unreadable."""
    key = keys.vault_keys(store.settings().instance).get(key_no)
    if key is None:
        raise Unreadable
    try:
        sealed = base64.b64decode(ciphertext, validate=True)
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound_to(vault_id, kind)).decode()
    except (InvalidTag, ValueError) as error:
        raise Unreadable from error


def lookup(kind: str, plain: str) -> str:
    """The keyed digest by which a number is found."""
    key = keys.lookup_key(store.settings().instance)
    return hmac.new(key, f"{kind}\x1f{plain}".encode(), hashlib.sha256).hexdigest()


def mask(kind: str, plain: str) -> str:
    """What everybody may see of a number: 138****5678, 6103**********001X, **** 1234."""
    if kind == "phone" and len(plain) >= 7:
        return f"{plain[:3]}{'*' * (len(plain) - 7)}{plain[-4:]}"
    if kind == "identity" and len(plain) >= 8:
        return f"{plain[:4]}{'*' * (len(plain) - 8)}{plain[-4:]}"
    return f"**** {plain[-4:]}" if len(plain) > 6 else "****"


def _seal(row: Vault, plain: str) -> None:
    number, key = max(keys.vault_keys(store.settings().instance).items())
    row.key_no, row.ciphertext = number, _sealed(AESGCM(key), row.id, row.kind, plain)


def _sealed(cipher: AESGCM, vault_id: int, kind: str, plain: str) -> str:
    nonce = os.urandom(_NONCE)
    return base64.b64encode(nonce + cipher.encrypt(nonce, plain.encode(), _bound_to(vault_id, kind))).decode()


def _bound_to(vault_id: int, kind: str) -> bytes:
    return f"{vault_id}\x1f{kind}".encode()
