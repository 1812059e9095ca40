"""Whatever is done to the database behind the program's back, verification finds it and names the record."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from fundsys import config, store
from fundsys.domain.money import Money
from fundsys.models.assets import Asset
from fundsys.models.journal import trigger_statements
from fundsys.models.papers import PrintRecord
from fundsys.services import attachments, vault
from fundsys.services.acts import act
from fundsys.services.verification import Report, verify
from tests.counties import county_app
from tests.figures import Figure
from tests.storage.county_money import a_notice, a_project, an_allocation, noon, some_assets
from tests.storage.hand import Hand, reaching_into

PICTURE = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4


@dataclass(frozen=True)
class Tampered:
    """One county, copied for one test: the address of its database and its folder."""

    url: str
    instance: Path

    def verified(self) -> Report:
        """What verification says now."""
        store.use(config.Settings(self.instance, self.url, county=store.HOME_COUNTY))
        try:
            return verify()
        finally:
            store.close()

    def anchors(self) -> list[Path]:
        """The anchor files."""
        return sorted((self.instance / "anchors").glob("*.head"))


def a_full_county() -> None:
    """Money, assets, phones, a photo and a print, in nine acts after the reference data."""
    line = a_notice(Money.wan(100), at=noon("2100-01-01"))
    first, second = a_project("P1", noon("2100-01-02")), a_project("P2", noon("2100-01-03"))
    an_allocation(line, first, 30_000_000, noon("2100-01-04"))
    an_allocation(line, second, 20_000_000, noon("2100-01-05"))
    assets = some_assets(3, noon("2100-01-06"))
    with act(by=None, what="登记管护人", at=noon("2100-01-07")) as opened:
        for number, phone in zip(assets[:2], ("13800138001", "13800138002"), strict=True):
            asset = opened.session.get_one(Asset, number)
            asset.keeper, asset.keeper_phone_id = "张三", vault.put("phone", phone, act=opened)
    with act(by=None, what="报告进度", at=noon("2100-01-08")) as opened:
        attachments.keep(PICTURE, "工地.jpg", "project", first, act=opened)
    with store.snapshot() as session:
        seq, digest = session.connection().exec_driver_sql("select seq, digest from act order by seq desc").first()
    with act(by=None, what="打印台账", at=noon("2100-01-09")) as opened:
        opened.session.add(
            PrintRecord(
                number="LG05-0001",
                ledger="LG05",
                parameters="{}",
                row_count=3,
                row_digest="0" * 64,
                totals="{}",
                check_code="X",
                journal_seq=seq,
                journal_digest=digest,
                printed_at=opened.at,
            )
        )
    with act(by=None, what="更换管护人", at=noon("2100-01-10")) as opened:
        opened.session.get_one(Asset, assets[2]).keeper = "李四"


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tampered]:
    """One full county on each database that was asked for; made when first asked."""
    return {}


@pytest.fixture
def county(
    database_url: str, originals: dict[str, Tampered], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Tampered]:
    """A copy of the full county."""
    kind = database_url.split(":")[0].split("+")[0]
    if kind not in originals:
        folder = tmp_path.parent / f"original-{kind}"
        url = f"sqlite:///{folder / 'fundsys.db'}" if kind == "sqlite" else database_url
        with county_app(url, folder):
            a_full_county()
        originals[kind] = Tampered(url, folder)
    original = originals[kind]
    instance = tmp_path / "instance"
    shutil.copytree(original.instance, instance)
    if kind == "sqlite":
        yield Tampered(f"sqlite:///{instance / 'fundsys.db'}", instance)
        return
    server = request.getfixturevalue("postgres_server")
    if original.url == database_url:
        keep = server.create(template=original.url.split("?")[0].rsplit("/", 1)[1])
        originals[kind] = Tampered(keep, original.instance)
        original = originals[kind]
    url = server.create(template=original.url.split("?")[0].rsplit("/", 1)[1])
    yield Tampered(url, instance)
    server.drop(url)


def named(report: Report) -> set[tuple[str, str, int | None]]:
    """(check, table, id) of every problem."""
    return {(p.check, p.table, p.id) for p in report.problems}


def test_an_untouched_county_is_clean(county: Tampered) -> None:
    report = county.verified()
    assert report.problems == [] and report.notes == []
    assert report.head_seq == report.checked["acts"] > 9 and len(report.head_digest) == 64
    assert report.checked["vault"] == 2 and report.checked["attachments"] == 1 and report.checked["prints"] == 1


def test_a_hand_that_changes_nothing_leaves_it_clean(county: Tampered) -> None:
    with reaching_into(county.url) as hand:
        hand.run("update asset set keeper = keeper")
        hand.seal_chain(1)
    assert county.verified().problems == []


# ---------- tables ----------


def changed_amount(hand: Hand) -> None:
    hand.run("update allocation set amount_fen = amount_fen + 1 where id = 1")


def deleted_row(hand: Hand) -> None:
    hand.run("delete from asset_cost where id = 2")


def inserted_row(hand: Hand) -> None:
    hand.run(
        "insert into patrol (id, asset_id, patrolled_on, patroller, condition, words)"
        " values (7, 1, '2024-01-01', '', '完好', '')"
    )


def swapped_amounts(hand: Hand) -> None:
    hand.run("update allocation set amount_fen = 50000000 - amount_fen")


def changed_code_of_a_village(hand: Hand) -> None:
    hand.run("update region set name = '别处' where id = 3")


# ---------- journal ----------


def last_act(hand: Hand) -> int:
    return int(hand.one("select max(seq) from act"))


def changed_words_of_an_act(hand: Hand) -> None:
    hand.run("update act set what = '打印' where seq = 3")


def changed_office_day(hand: Hand) -> None:
    hand.run("update act set office_day = '2100-01-03' where seq = 3")


def changed_image_with_its_digest(hand: Hand) -> None:
    change = hand.one("select id from \"change\" where table_name = 'allocation' and row_id = 1")
    hand.run("update allocation set amount_fen = 29999999 where id = 1")
    hand.set_image(change, "after", amount_fen=29999999)


def changed_image_alone(hand: Hand) -> None:
    change = hand.one("select id from \"change\" where table_name = 'asset' and row_id = 3 and before is null")
    told = hand.one(f'select after from "change" where id = {change}').replace("第3号", "第4号")
    hand.run(f'update "change" set after = {hand.text(told)} where id = {change}')


def moved_change(hand: Hand) -> None:
    hand.run("update \"change\" set act_seq = 4 where table_name = 'project' and row_id = 1")


def gap_in_the_sequence(hand: Hand) -> None:
    seq = hand.one("select act_seq from \"change\" where table_name = 'project' and row_id = 2")
    hand.run(f"update act set seq = seq + 100 where seq >= {seq}")
    hand.run(f'update "change" set act_seq = act_seq + 100 where act_seq >= {seq}')


def change_without_an_act(hand: Hand) -> None:
    hand.run("update \"change\" set act_seq = 99 where table_name = 'project' and row_id = 2")


# ---------- vault ----------


def altered_vault_row(hand: Hand) -> None:
    hand.run("update vault set ciphertext = 'AAAA' || substr(ciphertext, 5) where id = 1")


def swapped_vault_rows(hand: Hand) -> None:
    (first, second) = hand.rows("select ciphertext, lookup, masked from vault order by id")
    for number, row in ((1, second), (2, first)):
        hand.run(
            f"update vault set ciphertext = '{row[0]}', lookup = '{row[1]}', masked = '{row[2]}' where id = {number}"
        )


def blanked_vault_row(hand: Hand) -> None:
    hand.run("update vault set ciphertext = null, lookup = null, masked = '' where id = 2")


def deleted_vault_row(hand: Hand) -> None:
    hand.run("delete from vault where id = 2")


def altered_mask(hand: Hand) -> None:
    hand.run("update vault set masked = '139****8001' where id = 1")


KINDS: tuple[tuple[Callable[[Hand], None], tuple[str, str, int | None]], ...] = (
    (changed_amount, ("fold", "allocation", 1)),
    (deleted_row, ("fold", "asset_cost", 2)),
    (inserted_row, ("fold", "patrol", 7)),
    (swapped_amounts, ("fold", "allocation", 1)),
    (swapped_amounts, ("fold", "allocation", 2)),
    (changed_code_of_a_village, ("fold", "region", 3)),
    (changed_words_of_an_act, ("chain", "act", 3)),
    (changed_office_day, ("chain", "act", 3)),
    (changed_image_with_its_digest, ("chain", "act", 5)),
    (changed_image_alone, ("chain", "change", None)),
    (moved_change, ("chain", "act", 4)),
    (gap_in_the_sequence, ("chain", "act", 4)),
    (altered_vault_row, ("vault", "vault", 1)),
    (swapped_vault_rows, ("vault", "vault", 1)),
    (swapped_vault_rows, ("vault", "vault", 2)),
    (blanked_vault_row, ("vault", "vault", 2)),
    (deleted_vault_row, ("vault", "asset", 2)),
    (altered_mask, ("vault", "vault", 1)),
)


@pytest.mark.parametrize(("tamper", "found"), KINDS, ids=lambda value: getattr(value, "__name__", None))
def test_tampering_is_found_and_the_record_named(
    county: Tampered, tamper: Callable[[Hand], None], found: tuple[str, str, int | None], figure: Figure
) -> None:
    with reaching_into(county.url) as hand:
        tamper(hand)
    report = county.verified()
    check, table, number = found
    told = [p for p in report.problems if (p.check, p.table) == (check, table) and number in (p.id, None)]
    assert told, report.problems
    figure("背后改库", f"{len({kind for kind, _ in KINDS})} 种手法，核验逐条发现并指出记录")


def test_a_rewritten_change_is_named_by_the_record_it_tells_of(county: Tampered) -> None:
    with reaching_into(county.url) as hand:
        changed_image_alone(hand)
    messages = [p.message for p in county.verified().problems if p.table == "change"]
    assert any("资产“ZC00003 第4号圈舍”编号 3" in m for m in messages), messages


def test_the_sentence_names_the_record_and_what_differs(county: Tampered) -> None:
    with reaching_into(county.url) as hand:
        hand.run("update asset set original_cost_fen = 12000000, keeper = '' where id = 1")
    message = next(p.message for p in county.verified().problems if p.check == "fold")
    assert message == (
        "资产“ZC00001 第1号圈舍”（编号 1）与办理记录不符：原值办理记录为“10.00 万元”，现为“12.00 万元”；"
        "管护责任人办理记录为“张三”，现为“”"
    )


def cut_last_act(hand: Hand) -> int:
    """Take the last act away with its changes and put its row back as it was. Answers its number."""
    seq = last_act(hand)
    hand.run("update asset set keeper = '', version = 1 where id = 3")
    hand.run(f'delete from "change" where act_seq = {seq}')
    hand.run(f"delete from act where seq = {seq}")
    return seq


def test_a_cut_tail_is_told_by_the_anchor(county: Tampered) -> None:
    with reaching_into(county.url) as hand:
        seq = cut_last_act(hand)
        if hand.kind == "sqlite":
            hand.run("update sqlite_sequence set seq = (select max(id) from \"change\") where name = 'change'")
    assert named(county.verified()) == {("anchor", "act", seq)}


@pytest.mark.only_on("sqlite")  # a PostgreSQL sequence also moves when an act is rolled back, so it proves nothing
def test_a_cut_tail_is_told_by_the_numbers_even_without_the_anchor(county: Tampered) -> None:
    with reaching_into(county.url) as hand:
        cut_last_act(hand)
    for file in county.anchors():
        file.unlink()
    report = county.verified()
    assert [p.message for p in report.problems if p.check == "chain"][0].startswith("末尾的改动记录被删去")
    assert report.notes[0].startswith("没有找到锚文件")


def forge(hand: Hand) -> int:
    """Change an amount in table and journal and seal the whole chain anew from there. Answers the act's number."""
    (change, seq), *_ = hand.rows("select id, act_seq from \"change\" where table_name = 'allocation' order by id")
    hand.run("update allocation set amount_fen = 29999999 where id = 1")
    hand.set_image(change, "after", amount_fen=29999999)
    hand.seal_chain(seq)
    return int(seq)


def test_a_chain_sealed_anew_is_told_by_the_anchor_and_by_prints(county: Tampered) -> None:
    with reaching_into(county.url) as hand:
        forge(hand)
        head = last_act(hand)
    assert named(county.verified()) == {("anchor", "act", head), ("prints", "print_record", 1)}


def test_a_chain_sealed_anew_from_the_first_act_has_no_anchor(county: Tampered) -> None:
    with reaching_into(county.url) as hand:
        hand.run("update act set what = '别的' where seq = 1")
        hand.seal_chain(1)
    assert {p.check for p in county.verified().problems} == {"anchor", "prints"}


def test_even_a_perfect_forgery_cannot_give_more_than_a_line_has(county: Tampered) -> None:
    with reaching_into(county.url) as hand:
        (change, seq), *_ = hand.rows("select id, act_seq from \"change\" where table_name = 'allocation' order by id")
        hand.run("update allocation set amount_fen = 80000001 where id = 1")
        hand.set_image(change, "after", amount_fen=80_000_001)
        hand.seal_chain(seq)
        digest, head = hand.one("select digest from act order by seq desc limit 1"), last_act(hand)
        later = hand.one("select act_seq from \"change\" where table_name = 'allocation' and row_id = 2")
    for file in county.anchors():
        file.write_text(f"{head} {digest}\n")
    found = named(county.verified())
    assert ("I01", "allotment_line", 1) in found and ("I01", "act", later) in found


# ---------- shape ----------


def test_a_removed_trigger_is_named(county: Tampered) -> None:
    with reaching_into(county.url) as hand:
        if hand.kind == "postgresql":
            hand.run("drop trigger journal_asset on asset")
    if county.url.startswith("sqlite"):
        connection = sqlite3.connect(county.url.removeprefix("sqlite:///"))
        connection.execute("drop trigger journal_asset_update")
        connection.close()
    (problem,) = county.verified().problems
    assert problem.check == "triggers" and "journal_asset" in problem.message and "不见了" in problem.message


@pytest.mark.only_on("sqlite")  # the wording is that of SQLite
def test_a_weakened_guard_is_named(county: Tampered) -> None:
    connection = sqlite3.connect(county.url.removeprefix("sqlite:///"))
    weak = next(s for s in trigger_statements("sqlite") if "guard_line_not_over_committed_insert" in s)
    connection.execute("drop trigger guard_line_not_over_committed_insert")
    connection.execute(weak.replace("NEW.line_id AND", "NEW.line_id AND 1 = 0 AND"))
    connection.close()
    (problem,) = county.verified().problems
    assert "guard_line_not_over_committed_insert" in problem.message and "被改过" in problem.message


@pytest.mark.only_on("postgresql")  # the wording is that of PostgreSQL
def test_a_trigger_switched_off_or_emptied_is_named(county: Tampered) -> None:
    with reaching_into(county.url) as hand:
        hand.run("alter table asset disable trigger journal_asset")
        hand.run(
            "create or replace function journal_sealed() returns trigger language plpgsql as 'begin return new; end'"
        )
    told = " ".join(p.message for p in county.verified().problems)
    assert "journal_asset”被改过或停用" in told and "journal_sealed”被改过或停用" in told


def test_a_foreign_table_and_a_lost_index_are_named(county: Tampered) -> None:
    with reaching_into(county.url) as hand:
        hand.run("create table second_book (id integer primary key)")
        hand.run("drop index ix_asset_owner_name")
    told = " ".join(p.message for p in county.verified().problems if p.check == "schema")
    assert "second_book" in told and "ix_asset_owner_name" in told


@pytest.mark.only_on("postgresql")  # SQLite's shape is its own words, and its tables are not altered in place
@pytest.mark.parametrize(
    "change",
    [
        "alter table asset alter column keeper type varchar(9)",
        "alter table asset alter column keeper drop not null",
        "alter table asset drop constraint fk_asset_town_id",
        "alter table asset drop constraint ck_asset_original_cost",
        "alter table asset add column second_cost integer",
        "drop index ix_asset_owner_name",
    ],
)
def test_a_shape_changed_after_it_was_found_right_is_named(county: Tampered, change: str) -> None:
    assert county.verified().problems == []
    with reaching_into(county.url) as hand:
        hand.run(change)
    assert {p.check for p in county.verified().problems} == {"schema"}


# ---------- what only a SQLite file allows ----------


@pytest.mark.only_on("sqlite")  # PostgreSQL's columns take nothing but their type
@pytest.mark.parametrize("value", ["1.5", "'十万元'", "x'00ff'"])
def test_money_that_is_no_whole_number_is_named(county: Tampered, value: str) -> None:
    with reaching_into(county.url) as hand:
        hand.run(f"update asset_cost set amount_fen = {value} where id = 2")
    problem = next(p for p in county.verified().problems if p.check == "types")
    assert (problem.table, problem.id) == ("asset_cost", 2) and "金额不是以分为单位的整数" in problem.message


@pytest.mark.only_on("sqlite")  # PostgreSQL's date takes nothing but a day
def test_a_day_that_is_no_day_is_named(county: Tampered) -> None:
    with reaching_into(county.url) as hand:
        hand.run("update asset set registered_on = '2024-02-30' where id = 2")
    assert ("types", "asset", 2) in named(county.verified())


@pytest.mark.only_on("sqlite")  # the program does not hold the pages of a PostgreSQL server
def test_a_flipped_bit_that_changes_content_is_found(county: Tampered, full: bool, figure: Figure) -> None:
    file = Path(county.url.removeprefix("sqlite:///"))
    whole, before = file.read_bytes(), content_of(file)
    dice = random.Random(20241118)
    changed = 0
    flips = 1000 if full else 40
    for _ in range(flips):
        broken = bytearray(whole)
        broken[dice.randrange(100, len(whole))] ^= 1 << dice.randrange(8)
        for left in file.parent.glob("fundsys.db-*"):
            left.unlink()
        file.write_bytes(broken)
        if content_of(file) == before:
            continue
        changed += 1
        assert not county.verified().ok
    assert changed >= (100 if full else 5)
    figure("数据文件翻转一位", f"{flips} 次：{changed} 次改了内容，核验都发现")


def content_of(file: Path) -> str:
    """Everything a county stands for that is in its file, or why it cannot be read."""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        names = [n for (n,) in connection.execute("select name from sqlite_master where type = 'table' order by name")]
        told = {
            name: connection.execute(f'select * from "{name}" order by 1').fetchall()
            for name in names
            if name not in ("credential", "job", "sign_in_failure", "sqlite_stat1", "alembic_version")
        }
        return json.dumps(told, default=str)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return f"unreadable: {error}"
    finally:
        connection.close()


# ---------- files ----------


def test_an_attachment_with_a_flipped_bit_is_named(county: Tampered) -> None:
    (file,) = (county.instance / "files").rglob("*/??/*")
    told = bytearray(file.read_bytes())
    told[100] ^= 1
    file.write_bytes(told)
    (problem,) = county.verified().problems
    assert (problem.table, problem.id) == ("attachment", 1) and "工地.jpg" in problem.message


def test_a_lost_attachment_is_named_and_a_stray_file_is_only_noted(county: Tampered) -> None:
    (file,) = (county.instance / "files").rglob("*/??/*")
    file.rename(file.with_name("0" * 64))
    report = county.verified()
    assert [(p.table, p.id) for p in report.problems] == [("attachment", 1)]
    assert "没有登记的文件" in report.notes[0]


def test_a_county_whose_keys_are_gone_says_so(county: Tampered) -> None:
    shutil.rmtree(county.instance / "keys")
    assert named(county.verified()) == {("vault", "vault", 1), ("vault", "vault", 2)}
