"""The vault: personal data is sealed to its place, found without reading it, erased by an act, re-sealed by rotation."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from fundsys import store
from fundsys.domain.errors import DomainError
from fundsys.models.assets import Asset
from fundsys.models.journal import Change, Vault
from fundsys.services import keys, vault
from fundsys.services.acts import act
from fundsys.services.verification import verify
from tests.storage.county_money import some_assets

PHONE = "13800138001"


def a_keepers_phone() -> int:
    """An asset whose keeper has a phone; answers the vault id."""
    (asset,) = some_assets(1)
    with act(by=None, what="登记管护人") as opened:
        number = vault.put("phone", "138 0013 8001", act=opened)
        opened.session.get_one(Asset, asset).keeper_phone_id = number
    return number


def test_a_number_comes_back_only_through_its_key(app: Flask) -> None:
    number = a_keepers_phone()
    with store.snapshot() as session:
        row = session.get_one(Vault, number)
        assert row.masked == "138****8001" and row.ciphertext is not None and PHONE not in row.ciphertext
        assert vault.reveal(session, number) == PHONE
        assert vault.find(session, "phone", PHONE) == [number] and vault.find(session, "bank", PHONE) == []
        with pytest.raises(vault.Unreadable):
            vault.opened(number + 1, row.kind, row.key_no, row.ciphertext)


def test_the_journal_never_holds_the_number(app: Flask) -> None:
    a_keepers_phone()
    with store.snapshot() as session:
        assert not [c for c in session.scalars(select(Change.after)) if c and PHONE in c]


def test_an_erasure_leaves_the_journal_whole_and_is_no_tampering(app: Flask) -> None:
    number = a_keepers_phone()
    with act(by=None, what="删除个人信息") as opened:
        vault.erase([number], act=opened)
    with store.snapshot() as session:
        assert vault.reveal(session, number) is None and vault.find(session, "phone", PHONE) == []
    assert verify().problems == []


def test_rotation_seals_every_entry_with_the_newest_key(app: Flask) -> None:
    number = a_keepers_phone()
    newest = keys.add_vault_key(store.settings().instance)
    with act(by=None, what="更换密钥") as opened:
        assert vault.rotate(act=opened) == 1
    with store.snapshot() as session:
        assert session.get_one(Vault, number).key_no == newest and vault.reveal(session, number) == PHONE
    assert verify().problems == []


@pytest.mark.parametrize(
    ("kind", "plain", "shown"),
    [
        ("phone", "13800138001", "138****8001"),
        ("phone", "12345", "****"),
        ("identity", "610327196001010011", "6103**********0011"),
        ("bank", "6217000010001234567", "**** 4567"),
        ("bank", "123456", "****"),
    ],
)
def test_what_everybody_may_see_of_a_number(kind: str, plain: str, shown: str) -> None:
    assert vault.mask(kind, plain) == shown


def test_an_empty_number_is_refused(app: Flask) -> None:
    with pytest.raises(DomainError, match="请填写电话号码"), act(by=None, what="登记") as opened:
        vault.put("phone", "  ", act=opened)
