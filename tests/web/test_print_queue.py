"""Printing jobs: place by place in one order, each part proving itself; the queue outlives the server; packages for the archive."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import func, select

from fundsys import batches, packages, printing, store, tasks  # noqa: F401
from fundsys.domain.errors import DomainError
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.extensions import db
from fundsys.models.assets import Asset
from fundsys.models.journal import Act as ActRow
from fundsys.models.office import Region
from fundsys.models.papers import Job, PrintRecord
from fundsys.reports.registry import ledgers
from fundsys.services import jobs, prints
from fundsys.services.acts import act
from tests.cli.test_check import Run, run
from tests.counties import OfficeClient
from tests.figures import Figure
from tests.storage.county_money import noon
from tests.web.test_assets import an_asset

__all__ = ["run"]
Clients = Callable[..., OfficeClient]
PARTS = "/ledgers/queue/parts"


@pytest.fixture(autouse=True)
def no_process(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Jobs wait until the test does them; how often a process would have been started."""
    started: list[int] = []
    monkeypatch.setattr(jobs, "start", lambda: started.append(1))
    return started


def ordered(client: OfficeClient, **told: str) -> Any:
    asked = {"ledger": "LG05", "over": "towns", "handed_over": "bound", "year": "2024"} | told
    return client.post(PARTS, data=client.token(PARTS) | asked)


def newest() -> Job:
    with store.snapshot() as session:
        job = session.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one()
        session.expunge(job)
        return job


def fetched(client: OfficeClient) -> bytes:
    """The file of the newest job."""
    answer = client.get(f"/ledgers/queue/{newest().id}/file")
    assert answer.status_code == 200, newest().message
    told = bytes(answer.data)
    answer.close()
    return told


def two_towns() -> None:
    an_asset("A-1")
    an_asset("A-2")
    an_asset("A-3", town="天成镇")


def test_a_ledger_town_by_town_is_one_pdf_with_bookmarks_whose_parts_prove_themselves(
    app: Flask, client_as: Clients, figure: Figure
) -> None:
    two_towns()
    inspector = client_as(Role.INSPECTOR)
    assert ordered(inspector).location.endswith("/ledgers/queue/")
    assert "排队" in inspector.get("/ledgers/queue/").get_data(as_text=True)
    assert jobs.run_waiting() == 1
    job = newest()
    told = json.loads(job.result)
    assert told["parts"] == 2 and told["failed"] == [] and "温水镇" in told["empty"] and job.done == job.total
    page = inspector.get("/ledgers/queue/").get_data(as_text=True)
    assert "已印好" in page and "2 份" in page
    reader = PdfReader(io.BytesIO(fetched(inspector)))
    marks = [(str(mark.title), reader.get_destination_page_number(mark)) for mark in reader.outline]  # type: ignore[union-attr, arg-type]
    records = {p.number: p for p in db.session.scalars(select(PrintRecord))}
    assert [m[0] for m in marks] == ["目录"] + [
        f"{t}（{n}）" for t, n in zip(("八渡镇", "天成镇"), sorted(records), strict=True)
    ]
    stranger = app.test_client()
    for (_, at), number in zip(marks[1:], sorted(records), strict=True):
        text = reader.pages[at].extract_text()
        assert number in re.sub(r"\s", "", text)
        proof = stranger.get(f"/prints/{number}?c={records[number].check_code}").get_data(as_text=True)
        assert "与记录一致" in proof
    assert sum(p.row_count for p in records.values()) == 3
    contents = re.sub(r"\s", "", reader.pages[0].extract_text())
    assert all(p.check_code in contents and p.number in contents for p in records.values())
    figure("成批打印", "一次交办、一镇一份、一个 PDF 带书签，每份单独核验")


def test_the_villages_of_a_town_come_as_a_zip_with_a_list_and_what_has_no_village_is_counted(
    app: Flask, client_as: Clients
) -> None:
    two_towns()
    here = select(Region).where(Region.level == "village", Region.parent.has(Region.name == "八渡镇"))
    first, second = list(db.session.scalars(here.order_by(Region.code).limit(2)))
    names = [first.name, second.name]
    for code, village in (("V-1", first.id), ("V-2", first.id), ("V-3", second.id)):
        an_asset(code, village_id=village)
    lead = client_as(Role.LEAD)
    ordered(lead, over="villages", town="八渡镇", handed_over="zip_csv")
    assert jobs.run_waiting() == 1
    with zipfile.ZipFile(io.BytesIO(fetched(lead))) as archive:
        listed = list(csv.DictReader(io.StringIO(archive.read("目录.csv").decode("utf-8-sig"))))
        assert {line["文件"] for line in listed} == set(archive.namelist()) - {"目录.csv"}
    assert [(line["范围"], line["行数"]) for line in listed] == [(f"八渡镇{names[0]}", "2"), (f"八渡镇{names[1]}", "1")]
    assert "另有 2 行没有填明地方" in lead.get("/ledgers/queue/").get_data(as_text=True)


def test_the_same_order_twice_is_one_job_and_a_job_taken_up_again_prints_nothing_twice(
    app: Flask, client_as: Clients
) -> None:
    two_towns()
    client_as(Role.INSPECTOR).thrice(
        PARTS, {"ledger": "LG05", "over": "towns", "handed_over": "zip_csv", "year": "2024"}
    )
    assert db.session.scalar(select(func.count()).select_from(Job)) == 1
    assert jobs.run_waiting() == 1
    with store.writing() as session:  # its process is killed just before it can say that it is done
        session.get_one(Job, newest().id).state = jobs.RUNNING
        session.get_one(Job, newest().id).pid = 2**22 + 1
    assert jobs.run_waiting() == 1 and newest().state == jobs.DONE
    assert db.session.scalar(select(func.count()).select_from(PrintRecord)) == 2


def test_a_part_that_fails_is_named_the_others_are_printed_and_only_it_is_printed_again(
    app: Flask, client_as: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_towns()
    inspector = client_as(Role.INSPECTOR)
    ordered(inspector, handed_over="zip_csv")
    usual = printing.print_ledger

    def broken(order: printing.Order, *args: Any, **told: Any) -> Any:
        if order.where["town"] == "天成镇":
            raise DomainError("字体不能嵌入")
        return usual(order, *args, **told)

    monkeypatch.setattr(printing, "print_ledger", broken)
    assert jobs.run_waiting() == 1
    assert json.loads(newest().result)["failed"] == [["天成镇", "字体不能嵌入"]]
    page = inspector.get("/ledgers/queue/").get_data(as_text=True)
    assert "没有印成：天成镇，字体不能嵌入" in page and "补印没有印成的" in page
    monkeypatch.setattr(printing, "print_ledger", usual)
    again = f"/ledgers/queue/{newest().id}/again"
    assert inspector.post(again, data=inspector.token(PARTS)).status_code == 302
    assert jobs.run_waiting() == 1
    told = json.loads(newest().result)
    assert told["failed"] == [] and told["parts"] == 2
    assert db.session.scalar(select(func.count()).select_from(PrintRecord)) == 2


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"ledger": "LG02", "over": "villages", "town": "八渡镇"}, "不能按村分开打印"),
        ({"over": "villages"}, "请先选一个镇"),
        ({"ledger": "LG14"}, "请从列出的台账中选择"),
    ],
)
def test_a_batch_that_cannot_be_is_refused_in_words(
    app: Flask, client_as: Clients, told: dict[str, str], said: str
) -> None:
    answer = ordered(client_as(Role.INSPECTOR), **told)
    assert answer.status_code == 422 and said in answer.get_data(as_text=True)
    assert db.session.scalar(select(func.count()).select_from(Job)) == 0


def test_a_town_prints_in_parts_only_what_is_its_own(app: Flask, client_as: Clients) -> None:
    two_towns()
    town = client_as(Role.TOWN, "八渡镇人民政府")
    ordered(town, handed_over="zip_csv")
    jobs.run_waiting()
    told = json.loads(newest().result)
    assert told["parts"] == 1 and "天成镇" in told["empty"]
    assert client_as(Role.INSPECTOR).get(f"/ledgers/queue/{newest().id}/file").status_code == 404


def test_a_batch_of_nothing_says_so_and_may_be_tried_again(app: Flask, client_as: Clients) -> None:
    inspector = client_as(Role.INSPECTOR)
    ordered(inspector)
    jobs.run_waiting()
    page = inspector.get("/ledgers/queue/").get_data(as_text=True)
    assert "没有印成" in page and "一份也没有印成，这些地方都没有记录" in page and "重办" in page


# ---------- the queue and the server ----------


def test_what_waited_when_the_server_stopped_is_taken_up_and_what_breaks_off_every_time_fails_in_words(
    app: Flask, client_as: Clients, no_process: list[int]
) -> None:
    from fundsys.cli.serve import wake_jobs

    wake_jobs()
    assert no_process == []
    two_towns()
    inspector = client_as(Role.INSPECTOR)
    ordered(inspector, handed_over="zip_csv")
    no_process.clear()
    wake_jobs()
    assert no_process == [1]
    for _ in range(jobs.MOST_TRIES):
        with store.writing() as session:
            job = session.get_one(Job, newest().id)
            job.state, job.pid = jobs.RUNNING, 2**22 + 1
        assert "排队" in inspector.get("/ledgers/queue/").get_data(as_text=True)
        if newest().state == jobs.RUNNING:
            jobs._take()  # another process comes by, and ends as the one before
    assert newest().state == jobs.FAILED
    page = inspector.get("/ledgers/queue/").get_data(as_text=True)
    assert "办了 3 次都在中途停下" in page
    inspector.post(f"/ledgers/queue/{newest().id}/again", data=inspector.token(PARTS))
    assert newest().state == jobs.WAITING and jobs.run_waiting() == 1 and newest().state == jobs.DONE


def test_a_job_that_waits_or_runs_is_not_put_back_and_anothers_job_is_not_there(app: Flask, client_as: Clients) -> None:
    two_towns()
    inspector, lead = client_as(Role.INSPECTOR), client_as(Role.LEAD)
    ordered(inspector)
    number = newest().id
    with store.writing() as session, pytest.raises(DomainError, match="不用重办"):
        jobs.again(session, number)
    for path in ("state", "file"):
        assert lead.get(f"/ledgers/queue/{number}/{path}").status_code == 404
    assert lead.post(f"/ledgers/queue/{number}/again", data=lead.token(PARTS)).status_code == 404
    assert inspector.get(f"/ledgers/queue/{number}/state").get_json()["state"] == "running"


def test_a_long_print_says_page_by_page_how_far_it_is(app: Flask, tmp_path: Path) -> None:
    for n in range(60):
        an_asset(f"A-{n:03d}")
    told: list[tuple[int, int]] = []
    printing.print_ledger(printing.Order("LG05"), tmp_path / "p.pdf", on_page=lambda a, b: told.append((a, b)))
    pages = len(PdfReader(tmp_path / "p.pdf").pages)
    assert pages > 1 and told == [(n, pages) for n in range(1, pages + 1)]


def test_every_ledger_says_truly_by_which_places_it_may_be_printed(app: Flask) -> None:
    an_asset("A-1")
    wrong = []
    for code, one in ledgers().items():
        for key, where in (("town", {"town": "八渡镇"}), ("village", {"town": "八渡镇", "village": "大力村"})):
            try:
                with printing.sheet(printing.Order(code, 2024, where)):
                    takes = True
            except DomainError:
                takes = False
            if takes != (key in one.places):
                wrong.append((code, key, takes))
    assert wrong == []


# ---------- the log, and the same paper again ----------


def test_the_same_paper_again_is_the_same_bytes_when_its_file_is_gone_and_everything_has_changed(
    app: Flask, client_as: Clients, tmp_path: Path, figure: Figure
) -> None:
    ids = [an_asset(f"A-{n}") for n in range(50)]
    record = printing.print_ledger(printing.Order("LG05", where={"town": "八渡镇"}), tmp_path / "out.pdf")
    first = (tmp_path / "out.pdf").read_bytes()
    with act(by=None, what="更正", at=noon("2100-03-02")) as opened:
        for asset_id in ids:
            asset = opened.session.get_one(Asset, asset_id)
            asset.original_cost, asset.version = Money.wan(1), asset.version + 1
    prints.kept_file(record.number, ".pdf").unlink()
    inspector = client_as(Role.INSPECTOR)
    page = f"/ledgers/log/{record.number}"
    assert "（留存）" not in inspector.get(page).get_data(as_text=True)
    sent = inspector.token(page) | {"format": "pdf"}
    again = inspector.post(f"{page}/again", data=sent, follow_redirects=True)
    assert again.data == first
    assert "重印 PDF（留存）" in inspector.get(page).get_data(as_text=True)
    with store.snapshot() as session:
        assert session.scalar(select(func.count()).where(ActRow.what == "照原样重印")) == 1
    figure("照原样重印", "50 项全改以后按日志还原，PDF 与原来逐字节相同")


def test_the_same_button_three_times_is_one_reprint_and_one_job_put_back(
    app: Flask, client_as: Clients, tmp_path: Path
) -> None:
    an_asset("A-1")
    record = printing.print_ledger(printing.Order("LG05"), tmp_path / "out.csv")
    inspector = client_as(Role.INSPECTOR)
    page = f"/ledgers/log/{record.number}"
    inspector.thrice(page, {"format": "csv"}, to=f"{page}/again")
    ordered(inspector, ledger="LG10")
    assert jobs.run_waiting() == 1 and newest().state == jobs.FAILED
    inspector.thrice("/ledgers/queue/", to=f"/ledgers/queue/{newest().id}/again")
    assert newest().state == jobs.WAITING


def test_a_print_whose_rows_cannot_be_given_back_is_not_passed_off_as_the_same(
    app: Flask, client_as: Clients, tmp_path: Path
) -> None:
    an_asset("A-1")
    record = printing.print_ledger(printing.Order("LG05"), tmp_path / "out.csv")
    with act(by=None, what="改打印记录") as opened:
        opened.session.scalars(select(PrintRecord)).one().row_digest = "0" * 64
    inspector = client_as(Role.INSPECTOR)
    page = f"/ledgers/log/{record.number}"
    answer = inspector.post(f"{page}/again", data=inspector.token(page) | {"format": "pdf"})
    assert answer.status_code == 422 and "不能照原样重印" in answer.get_data(as_text=True)
    assert not prints.kept_file(record.number, ".pdf").exists()


def test_the_log_is_found_by_ledger_person_day_and_number_and_shows_each_only_theirs(
    app: Flask, client_as: Clients, tmp_path: Path
) -> None:
    an_asset("A-1")
    system = printing.print_ledger(printing.Order("LG05"), tmp_path / "out.csv").number
    town = client_as(Role.TOWN, "八渡镇人民政府")
    town.post("/ledgers/LG02/print", data=town.token("/ledgers/LG02") | {"format": "csv"})
    own = db.session.scalar(select(PrintRecord.number).where(PrintRecord.ledger == "LG02"))
    assert own

    def found(client: OfficeClient, **told: str) -> set[str]:
        page = client.get("/ledgers/log/", query_string=told).get_data(as_text=True)
        return set(re.findall(r"LG\d\d-\d{4}-\d{6}", page.partition("<tbody>")[2]))

    inspector = client_as(Role.INSPECTOR)
    assert found(inspector) == {system, own}
    assert found(inspector, ledger="LG02") == {own} and found(inspector, person="系统") == {system}
    assert found(inspector, number=system.lower()) == {system} and found(inspector, number="%") == set()
    day = printing.datetime.now(printing.SHANGHAI).date().isoformat()
    assert found(inspector, first=day, last=day) == {system, own} and found(inspector, first="2099-01-01") == set()
    assert inspector.get("/ledgers/log/?first=某日").status_code == 422
    assert found(town) == {own}
    assert town.get(f"/ledgers/log/{system}").status_code == 404


# ---------- archive packages ----------


def test_a_package_of_a_print_is_checked_by_a_stranger_with_sha256sum_and_one_changed_byte_is_named(
    app: Flask, client_as: Clients, run: Run, tmp_path: Path, figure: Figure
) -> None:
    an_asset("A-1")
    record = printing.print_ledger(printing.Order("LG05"), tmp_path / "out.pdf")
    inspector = client_as(Role.INSPECTOR)
    page = f"/ledgers/log/{record.number}"
    inspector.thrice(page, to=f"{page}/package")
    assert jobs.run_waiting() == 1
    file = tmp_path / "package.zip"
    file.write_bytes(fetched(inspector))
    code, out, _ = run("package-check", str(file))
    assert code == 0 and "归档包完好" in out
    with zipfile.ZipFile(file) as archive:
        archive.extractall(tmp_path / "open")
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path / "open", capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.count(": OK") == 5
    folder = tmp_path / "open" / record.number
    assert (folder / f"{record.number}.pdf").read_bytes() == (tmp_path / "out.pdf").read_bytes()
    rows = (folder / f"{record.number}.rows").read_bytes()
    assert hashlib.sha256(rows).hexdigest() == record.row_digest and b"A-1" in rows
    told = json.loads((folder / f"{record.number}.json").read_text("utf-8"))
    assert told["rows"][0]["asset_no"] == "A-1" and told["row_digest"] == record.row_digest
    for name in (f"{record.number}/{record.number}.json", f"{record.number}/{record.number}.pdf", "manifest.json"):
        assert packages.check(_with_one_byte_changed(file, name, tmp_path))
    code, _, said = run(
        "package-check", str(_with_one_byte_changed(file, f"{record.number}/{record.number}.pdf", tmp_path))
    )
    assert code == 1 and f"{record.number}.pdf" in said
    figure("归档包", "PDF、工作簿、JSON 和目录；sha256sum 核得上，改一个字节指名")


def _with_one_byte_changed(file: Path, name: str, folder: Path) -> Path:
    """The same package with one byte of one file another."""
    changed = folder / "changed.zip"
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(changed, "w") as target:
        for one in source.namelist():
            told = source.read(one)
            if one == name:
                at = told.rindex(b"0") if b"0" in told else 0
                told = told[:at] + b"1" + told[at + 1 :]
                assert hashlib.sha256(told).digest() != hashlib.sha256(source.read(one)).digest()
            target.writestr(one, told)
    return changed


@pytest.mark.only_on("sqlite")
def test_the_package_of_a_year_holds_its_ledgers_and_says_what_is_not_in_it(
    app: Flask, run: Run, tmp_path: Path
) -> None:
    an_asset("A-1")
    code, out, said = run("package", "--year", "2024", "--out", str(tmp_path / "year.zip"))
    assert code == 0, said
    assert packages.check(tmp_path / "year.zip") == []
    with zipfile.ZipFile(tmp_path / "year.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
    inside = {one["ledger"] for one in manifest["prints"]} | {one["ledger"] for one in manifest["left_out"]}
    assert inside == {code for code in ledgers() if code.startswith("LG")}
    assert {"LG02", "LG05", "LG14"} <= {one["ledger"] for one in manifest["prints"]}
    assert "18" in out or "不在其中" in out
    assert run("package", "--out", str(tmp_path / "x.zip"))[0] == 1
    assert run("package", "LG05-2099-000001", "--out", str(tmp_path / "x.zip"))[0] == 1


def test_a_year_is_ordered_once_however_often_the_form_is_sent(app: Flask, client_as: Clients) -> None:
    client_as(Role.INSPECTOR).thrice("/ledgers/queue/year", {"year": "2024"})
    assert newest().kind == "package" and db.session.scalar(select(func.count()).select_from(Job)) == 1


def test_what_is_no_package_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"no zip")
    with pytest.raises(DomainError, match="打不开"):
        packages.check(tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "y.zip", "w") as archive:
        archive.writestr("a", "b")
    with pytest.raises(DomainError, match="不是归档包"):
        packages.check(tmp_path / "y.zip")
    assert batches.HandedOver.BOUND.suffix == ".pdf"
