"""The vault: personal numbers are found, read, masked, erased and sealed anew, and never lie in the open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from fundsys import create_app, store
from fundsys.models.journal import Vault
from fundsys.services import counties, keys, vault
from fundsys.services.acts import Act, act


@pytest.fixture
def instance(database_url: str, tmp_path: Path) -> Iterator[Path]:
    """A fresh county; gives its instance folder."""
    folder = tmp_path / "instance"
    app = create_app({"instance": folder, "database_url": database_url, "testing": True})
    with app.app_context():
        counties.init("610327")
        yield folder
        store.close()


@pytest.fixture
def pen(instance: Path) -> Iterator[Act]:
    """An open act."""
    with act(by=None, what="试验") as a:
        yield a


def test_a_number_put_away_is_read_in_full_and_found_without_opening(pen: Act) -> None:
    kept = vault.put("phone", "154 0917 2716", act=pen)
    assert vault.reveal(pen.session, kept) == "15409172716"
    assert vault.find(pen.session, "phone", "15409172716") == [kept]
    assert vault.find(pen.session, "bank", "15409172716") == []


def test_many_numbers_put_away_at_once_come_back_in_their_order(pen: Act) -> None:
    numbers = [f"1540917{n:04d}" for n in range(9, 0, -1)]
    ids = vault.put_all("phone", numbers, act=pen)
    assert [vault.reveal(pen.session, i) for i in ids] == numbers
    assert vault.put_all("phone", [], act=pen) == []


def test_an_erased_number_is_gone_and_its_act_says_so(pen: Act) -> None:
    kept = vault.put("identity", "11010519491231002X", act=pen)
    vault.erase([kept], act=pen)
    assert vault.reveal(pen.session, kept) is None
    assert vault.find(pen.session, "identity", "11010519491231002X") == []
    assert vault.erased_by(pen.subject) == [kept]


def test_rotation_seals_everything_anew_and_no_old_ciphertext_stays(pen: Act, instance: Path) -> None:
    numbers = [f"1540917{n:04d}" for n in range(30)]
    ids = vault.put_all("phone", numbers, act=pen)
    before = set(pen.session.scalars(select(Vault.ciphertext)))
    keys.add_vault_key(instance)
    assert vault.rotate(act=pen) == 30
    assert not before & set(pen.session.scalars(select(Vault.ciphertext)))
    assert set(pen.session.scalars(select(Vault.key_no))) == {2}
    assert [vault.reveal(pen.session, i) for i in ids] == numbers


def test_a_ciphertext_moved_to_another_row_does_not_open(pen: Act) -> None:
    mine, theirs = vault.put_all("phone", ["15409170001", "15409170002"], act=pen)
    stolen = pen.session.scalar(select(Vault.ciphertext).where(Vault.id == theirs))
    pen.session.execute(update(Vault).where(Vault.id == mine).values(ciphertext=stolen))
    pen.session.expire_all()
    with pytest.raises(vault.Unreadable):
        vault.reveal(pen.session, mine)


def test_without_its_key_a_number_stays_shut(pen: Act, instance: Path) -> None:
    kept = vault.put("phone", "15409170001", act=pen)
    (instance / "keys" / "vault-1.key").rename(instance / "keys" / "vault-7.key")
    with pytest.raises(vault.Unreadable):
        vault.reveal(pen.session, kept)


@pytest.mark.only_on("sqlite")  # the data file is what we look into
def test_no_number_lies_in_the_data_file(instance: Path, tmp_path: Path) -> None:
    numbers = [f"1540917{n:04d}" for n in range(100)]
    with act(by=None, what="试验") as a:
        vault.put_all("phone", numbers, act=a)
    held = b"".join(file.read_bytes() for file in tmp_path.glob("fundsys.db*"))
    assert not [number for number in numbers if number.encode() in held]
    assert all(vault.mask("phone", number).encode() in held for number in numbers)
