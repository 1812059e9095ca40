"""A county's archive: what is restored is what was backed up, on either database, and nothing else gets in."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, text

from fundsys import store
from fundsys.cli import backup as commands
from fundsys.domain.errors import DomainError
from fundsys.models.assets import Asset
from fundsys.models.office import County
from fundsys.services import archive, counties
from fundsys.services.acts import act
from fundsys.services.archive.backup import seal
from fundsys.services.verification import verify
from tests.counties import county_app
from tests.storage.county_money import some_assets
from tests.storage.test_tamper import a_full_county


def digests() -> dict[str, str]:
    """What stands in every table now."""
    with store.snapshot() as session:
        return archive.digests(session)


def keepers() -> list[str]:
    """Who keeps the assets now."""
    with store.snapshot() as session:
        return list(session.scalars(select(Asset.keeper).order_by(Asset.id)))


def change_something() -> None:
    """An act after the backup."""
    with act(by=None, what="更换管护人") as opened:
        opened.session.execute(text("update asset set keeper = '赵六'"))


def test_what_is_restored_is_what_was_backed_up(app: Flask, tmp_path: Path) -> None:
    a_full_county()
    before, head = digests(), verify().head_digest
    file = tmp_path / "陇县.zip"
    done = archive.backup(file)
    assert (done.digest, done.files, done.lost) == (head, 1, ())
    change_something()
    assert digests() != before
    restored = archive.restore(file)
    assert digests() == before and verify().problems == [] and restored.digest == head
    assert keepers() == ["张三", "张三", "李四"]
    change_something()
    assert verify().problems == []
    with act(by=None, what="登记资产") as opened:
        county = opened.session.scalars(select(County)).one()
        county.version += 1
    assert verify().problems == []


def test_a_restore_keeps_what_stood_there_before(app: Flask, tmp_path: Path) -> None:
    a_full_county()
    archive.backup(tmp_path / "a.zip")
    change_something()
    kept = archive.restore(tmp_path / "a.zip").kept
    assert kept is not None
    if store.is_sqlite():
        connection = sqlite3.connect(kept)
        told = connection.execute("select keeper from asset").fetchall()
        connection.close()
    else:
        with store.engine(None).connect() as connection_:
            told = [tuple(row) for row in connection_.execute(text(f'select keeper from "{kept}".asset'))]
    assert set(told) == {("赵六",)}


def test_whoever_has_the_county_open_sees_the_restored_data_and_loses_none_after(app: Flask, tmp_path: Path) -> None:
    a_full_county()
    archive.backup(tmp_path / "a.zip")
    change_something()
    with store.snapshot() as reading:
        assert set(reading.scalars(select(Asset.keeper))) == {"赵六"}
        if store.is_sqlite():  # on PostgreSQL the schema waits for readers of its name only, not of its rows
            archive.restore(tmp_path / "a.zip")
            assert set(reading.scalars(select(Asset.keeper))) == {"赵六"}
    if not store.is_sqlite():
        archive.restore(tmp_path / "a.zip")
    assert keepers() == ["张三", "张三", "李四"]
    change_something()
    store.close()
    assert keepers() == ["赵六"] * 3 and verify().problems == []


def test_a_county_moves_between_the_databases_and_back(new_database: Callable[[str], str], tmp_path: Path) -> None:
    first, second, third = tmp_path / "one", tmp_path / "two", tmp_path / "three"
    with county_app(f"sqlite:///{first / 'fundsys.db'}", first):
        a_full_county()
        archive.backup(tmp_path / "a.zip")
        before = digests()
    for instance, url, file, next_file in (
        (second, new_database("postgresql"), "a.zip", "b.zip"),
        (third, f"sqlite:///{third / 'fundsys.db'}", "b.zip", "c.zip"),
    ):
        shutil.copytree(first / "keys", instance / "keys")
        with bare_app(url, instance).app_context():
            assert store.counties() == []
            assert archive.restore(tmp_path / file).kept is None
            assert digests() == before
            assert verify().problems == []
            archive.backup(tmp_path / next_file)
            change_something()
            assert verify().problems == []
        store.close()


def bare_app(url: str, instance: Path) -> Flask:
    """The application where no county has been made yet."""
    from fundsys import create_app

    return create_app({"instance": instance, "database_url": url, "testing": True})


def test_without_the_keys_personal_data_is_not_restored_to_uselessness(app: Flask, tmp_path: Path) -> None:
    a_full_county()
    archive.backup(tmp_path / "a.zip")
    before = digests()
    keys = store.settings().instance / "keys"
    shutil.move(keys, tmp_path / "keys")
    with pytest.raises(DomainError, match="密钥"):
        archive.restore(tmp_path / "a.zip")
    shutil.rmtree(keys)
    shutil.move(tmp_path / "keys", keys)
    assert digests() == before


# ---------- what is no archive of ours ----------


def rewritten(file: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Change the parts of an archive."""
    with zipfile.ZipFile(file) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    change(parts)
    with zipfile.ZipFile(file, "w") as written:
        for name, content in parts.items():
            written.writestr(name, content)


def with_manifest(change: Callable[[dict[str, Any]], None], sealed: bool = True) -> Callable[[Path], None]:
    """A change of the manifest, sealed anew or not."""

    def damage(file: Path) -> None:
        def alter(parts: dict[str, bytes]) -> None:
            manifest = json.loads(parts["manifest.json"])
            change(manifest)
            if sealed:
                manifest["seal"] = seal(manifest)
            parts["manifest.json"] = json.dumps(manifest).encode()

        rewritten(file, alter)

    return damage


def cut(share: float) -> Callable[[Path], None]:
    """Only so much of the file."""
    return lambda file: os.truncate(file, int(file.stat().st_size * share))


def flipped(share: float) -> Callable[[Path], None]:
    """One bit of the file turned."""

    def damage(file: Path) -> None:
        told = bytearray(file.read_bytes())
        told[int(len(told) * share)] ^= 4
        file.write_bytes(told)

    return damage


def forged_row(file: Path) -> None:
    """An amount changed in table and manifest, sealed anew: only the journal tells."""

    def alter(parts: dict[str, bytes]) -> None:
        import hashlib

        name = "tables/allocation.jsonl"
        parts[name] = parts[name].replace(b"30000000", b"30000001")
        manifest = json.loads(parts["manifest.json"])
        table = next(t for t in manifest["tables"] if t["name"] == "allocation")
        table["sha256"] = hashlib.sha256(parts[name]).hexdigest()
        manifest["seal"] = seal(manifest)
        parts["manifest.json"] = json.dumps(manifest).encode()

    rewritten(file, alter)


def drop_part(name: str) -> Callable[[Path], None]:
    """The archive without one part."""
    return lambda file: rewritten(file, lambda parts: parts.pop(name) and None)


DAMAGE: dict[str, tuple[Callable[[Path], None], str]] = {
    "空文件": (lambda file: file.write_bytes(b"") and None, "损坏"),
    "不是压缩包": (lambda file: file.write_text("备份") and None, "损坏"),
    "别的压缩包": (lambda file: rewritten(file, lambda parts: parts.clear()), "不是本系统的备份"),
    "截去一字节": (lambda file: os.truncate(file, file.stat().st_size - 1), "损坏"),
    "截去一半": (cut(0.5), "损坏"),
    "截到一成": (cut(0.1), "损坏"),
    "前部一位翻转": (flipped(0.2), "损坏"),
    "中部一位翻转": (flipped(0.5), "损坏"),
    "少一张表": (drop_part("tables/asset.jsonl"), "多出或缺少"),
    "少清单": (drop_part("manifest.json"), "不是本系统的备份"),
    "多一部分": (lambda file: rewritten(file, lambda parts: parts.update({"../x": b"x"})), "多出或缺少"),
    "清单不是清单": (lambda file: rewritten(file, lambda parts: parts.update({"manifest.json": b"[]"})), "不是本系统"),
    "清单读不懂": (lambda file: rewritten(file, lambda parts: parts.update({"manifest.json": b"{"})), "损坏"),
    "清单改过": (with_manifest(lambda m: m["head"].update(seq=1), sealed=False), "封印"),
    "换了头": (with_manifest(lambda m: m["head"].update(seq=1)), "封印"),
    "行数改过": (with_manifest(lambda m: m["tables"][0].update(rows=0)), "与清单不符"),
    "较新的格式": (with_manifest(lambda m: m.update(format=2)), "较新版本"),
    "早期的格式": (with_manifest(lambda m: m.update(format=0)), "早期格式"),
    "较新的表": (with_manifest(lambda m: m.update(schema="9999")), "较新版本"),
    "别的县": (with_manifest(lambda m: m["county"].update(code="610328", name="千阳县")), "千阳县（610328）的备份"),
    "改了一笔并重新封好": (forged_row, "核对不符"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_or_foreign_archive_is_refused_before_anything_is_touched(
    app: Flask, tmp_path: Path, name: str
) -> None:
    damage, sentence = DAMAGE[name]
    a_full_county()
    file = tmp_path / "a.zip"
    archive.backup(file)
    before = digests()
    damage(file)
    with pytest.raises(DomainError) as refused:
        archive.restore(file)
    assert sentence in refused.value.message and "没有动现有数据" in refused.value.message
    assert digests() == before and verify().problems == []
    with store.beside():
        assert not store.exists(store.HOME_COUNTY)


def test_a_backup_never_replaces_a_file_that_is_no_backup(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "工资.xlsx"
    file.write_bytes(b"PK")
    with pytest.raises(DomainError, match="不是备份文件"):
        archive.backup(file)
    assert file.read_bytes() == b"PK"
    file.unlink()
    archive.backup(file)
    some_assets(1)
    archive.backup(file)
    with zipfile.ZipFile(file) as opened:
        assert json.loads(opened.read("manifest.json"))["head"]["digest"] == verify().head_digest
    assert [f.name for f in tmp_path.iterdir() if f.name.endswith(".part")] == []


def test_an_archive_holds_no_keys(app: Flask, tmp_path: Path) -> None:
    a_full_county()
    archive.backup(tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as opened:
        told = b"".join(opened.read(name) for name in opened.namelist())
    for key in (store.settings().instance / "keys").iterdir():
        assert key.read_bytes() not in told and bytes.fromhex(key.read_text()) not in told
    assert b"13800138001" not in told


def test_the_commands_say_what_they_did(app: Flask, tmp_path: Path) -> None:
    file = str(tmp_path / "a.zip")
    a_full_county()
    settings = store.settings()
    environment = {"FUNDSYS_INSTANCE": str(settings.instance), "FUNDSYS_DATABASE_URL": settings.database_url}
    said = CliRunner().invoke(commands.backup, [file], env=environment)
    assert said.exit_code == 0 and "附件 1 个" in said.output, said.output
    change_something()
    said = CliRunner().invoke(commands.restore, [file], env=environment)
    assert said.exit_code == 0 and "原有数据另存为" in said.output, said.output
    assert keepers() == ["张三", "张三", "李四"]


def test_one_county_restores_beside_the_other_without_touching_it(app: Flask, tmp_path: Path) -> None:
    a_full_county()
    home = digests()
    with store.in_county("610328"):
        counties.init("610328", "千阳县")
        archive.backup(tmp_path / "b.zip")
        before = digests()
        with act(by=None, what="改名") as opened:
            opened.session.scalars(select(County)).one().name = "别处"
        archive.restore(tmp_path / "b.zip")
        assert digests() == before
    with store.in_county(store.HOME_COUNTY):
        assert digests() == home
        with pytest.raises(DomainError, match="610328"):
            archive.restore(tmp_path / "b.zip")
