"""Work relief from plan to monthly pay: two persons, corrections by new rows, nobody twice, no number readable anywhere."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from fundsys import printing, store
from fundsys.domain.errors import DomainError, NotAllowed, NotFound, Refusals, StepRefused
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.domain.work_relief import ReliefState
from fundsys.models.projects import WorkReliefPay
from fundsys.models.work_relief import ReliefRoster, ReliefWorker
from fundsys.queries import relief as queries
from fundsys.queries.findings import findings
from fundsys.queries.relief_counted import counted
from fundsys.queries.viewer import viewer
from fundsys.services import archive, work_relief
from fundsys.services.acts import act
from tests.counties import somebody
from tests.money import approved_notice, given
from tests.relief import approved, card, identity, line, plan_entry, planned, relief_project, roster, seen, worker


def test_a_month_becomes_labor_pay_once_a_second_person_approved_it(app: Flask) -> None:
    project = relief_project()
    planned(project)
    people = [worker(project, n) for n in (1, 2)]
    key = roster(project, *(line(w) for w in people), approve=False)
    with store.snapshot() as session:
        assert session.scalars(select(WorkReliefPay)).all() == []
    with pytest.raises(NotAllowed, match="不能审定|不能复核"), act(by=somebody(Role.OWNER), what="审定") as opened:
        work_relief.approve_rosters(seen(ReliefRoster, key), act=opened)
    approved(key)
    with store.snapshot() as session:
        month = session.scalars(select(WorkReliefPay)).one()
        assert (month.month, month.workers, month.labor_days) == ("2024-05", 2, 40)
        assert (month.amount, month.paid_on) == (Money.yuan(6000), date(2024, 6, 10))


def test_an_approved_month_is_corrected_by_a_new_one_and_the_old_stays(app: Flask) -> None:
    project = relief_project()
    planned(project)
    one = worker(project, 1)
    key = roster(project, line(one))
    with pytest.raises(StepRefused, match="办理更正"):
        roster(project, line(one, days="10"))
    with act(by=somebody(Role.OWNER), what="更正") as opened:
        again = work_relief.correct_roster(key, "工日登记颠倒", act=opened).id
    with act(by=somebody(Role.OWNER), what="更正") as opened:
        entry = work_relief.RosterEntry("2024-05", (line(one, days="18"),), "村委会档案柜")
        assert work_relief.save_roster(project, entry, act=opened).id == again
        work_relief.submit_roster(again, act=opened)
    approved(again)
    with store.snapshot() as session:
        states = {r.id: (r.state, r.paid) for r in queries.rosters(session, None, project_id=project)}
        assert states[key] == (ReliefState.REPLACED, Money.yuan(3000))
        assert states[again] == (ReliefState.APPROVED, Money.yuan(2700))
        assert session.scalars(select(WorkReliefPay)).one().amount == Money.yuan(2700)


def test_the_same_worker_twice_in_a_month_is_refused(app: Flask) -> None:
    project, other = relief_project(), relief_project()
    one = worker(project, 1)
    with pytest.raises(DomainError, match="只能填一行"):
        roster(project, line(one), line(one), approve=False)
    with pytest.raises(DomainError, match="只登记一次"):
        worker(project, 1, name="另一个名字")
    planned(project)
    planned(other)
    roster(project, line(one), approve=False)
    there = worker(other, 1)
    with pytest.raises(DomainError, match="同一天不能在两个项目出勤"):
        roster(other, line(there, days="11.5"), approve=False)
    roster(other, line(there, days="11"), approve=False)


def test_what_cannot_be_is_refused_with_the_workers_name(app: Flask) -> None:
    project = relief_project()
    one = worker(project, 1)
    for told, sentence in (
        ({"days": "32"}, "0 至 31"),
        ({"due": Money.yuan(3001)}, "不符"),
        ({"paid": Money.yuan(3001)}, "不能大于应发减扣款"),
        ({"deducted": Money.yuan(100), "paid": Money.yuan(2900)}, "备注写明原因"),
        ({"paid": Money.yuan(100), "paid_on": None}, "发放日期"),
        ({"paid_on": date(2024, 4, 30)}, "早于当月"),
    ):
        with pytest.raises(DomainError, match=sentence) as refused:
            roster(project, line(one, **told), approve=False)
        assert "张二" in str(getattr(refused.value, "errors", [refused.value])[0])
    with pytest.raises(DomainError, match="方案还没有审定"):
        roster(project, line(one), approve=False)
    planned(project)
    with pytest.raises(DomainError, match="考勤工日与计酬工日不一致"):
        roster(project, line(one, attended=Decimal(19)), approve=False)
    with pytest.raises(DomainError, match="校验码"):
        worker(project, 2, identity=identity(2)[:-1] + ("1" if identity(2)[-1] != "1" else "2"))
    with pytest.raises((DomainError, Refusals), match="银行卡"):
        worker(project, 2, bank="123")


def test_the_town_looks_in_between_and_another_unit_sees_nothing(app: Flask) -> None:
    project = relief_project()
    planned(project)
    key = roster(project, line(worker(project, 1)), approve=False)
    stranger = somebody(Role.OWNER, unit="县水利局", login="stranger")
    with pytest.raises(NotFound), act(by=stranger, what="撤回") as opened:
        work_relief.recall_roster(key, act=opened)
    with pytest.raises(NotAllowed, match="项目所在镇"), act(by=somebody(Role.OWNER), what="核查") as opened:
        work_relief.check_roster(key, act=opened)


def test_a_plan_is_replaced_by_a_new_one_and_the_share_is_the_projects_own(app: Flask) -> None:
    project = relief_project()
    first = planned(project)
    planned(project, base_amount=Money.wan("20"))
    with store.snapshot() as session:
        states = {p.id: (p.state, p.base_amount) for p in queries.plans(session, None, project_id=project)}
    assert states.pop(first) == (ReliefState.REPLACED, Money.wan("10"))
    assert list(states.values()) == [(ReliefState.APPROVED, Money.wan("20"))]
    with pytest.raises(DomainError, match="文号"), act(by=somebody(Role.OWNER), what="方案") as opened:
        work_relief.save_plan(project, plan_entry(document_no=""), act=opened)


def test_the_list_says_of_every_project_whether_it_counts_and_why_not(app: Flask) -> None:
    counts, waits = relief_project(), relief_project()
    (line_id,) = approved_notice(("F102", "100"))
    given(line_id, [(counts, "60")])
    with store.snapshot() as session:
        who = viewer(session, somebody(Role.LEAD))
        assert who is not None
        rows = {r.id: (r.counts, r.why) for r in counted(session, who, 2024).rows}
        rule = [f.approved for f in findings(session, 2024) if f.approved.rule == "RWR"][0]
    assert rows == {counts: (True, ""), waits: (False, "本年度没有衔接资金分配")}
    assert rule.numerator == 1


# ---------- must show 3: no number readable ----------


def _haystacks(app: Flask, tmp_path: Path) -> dict[str, bytes]:
    """Everything that lies on a disk or goes out: database with its log, dump, archive unpacked, journal, papers."""
    found: dict[str, bytes] = {}
    instance = Path(store.settings().instance)
    for file in instance.rglob("*"):
        if file.is_file() and "keys" not in file.parts:
            found[str(file)] = file.read_bytes()
    if not store.is_sqlite():
        with store.snapshot() as session:
            for table in session.scalars(text("select tablename from pg_tables where schemaname = current_schema()")):
                rows = session.execute(text(f'select t::text from "{table}" t')).scalars().all()
                found[f"table {table}"] = "\n".join(rows).encode()
    else:
        file = store.sqlite_file(store.HOME_COUNTY)
        for name in (file, Path(f"{file}-wal")):
            if name.exists():
                found[str(name)] = name.read_bytes()
    packed_to = tmp_path / "county.zip"
    packed_to.unlink(missing_ok=True)
    archive.backup(packed_to)
    with zipfile.ZipFile(packed_to) as packed:
        for name in packed.namelist():
            found[f"backup {name}"] = packed.read(name)
    for ledger in ("LG09", "LG10", "PF26"):
        for form in ("csv", "xlsx", "pdf"):
            out = tmp_path / f"{ledger}.{form}"
            printing.print_ledger(printing.Order(ledger, 2024, public=True), out)
            found[f"{ledger}.{form}"] = _readable(out)
    return found


def _readable(file: Path) -> bytes:
    if file.suffix == ".xlsx":
        with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as packed:
            return b"\n".join(packed.read(name) for name in packed.namelist())
    if file.suffix == ".pdf":
        from pypdf import PdfReader

        return "\n".join(page.extract_text() for page in PdfReader(file).pages).replace(" ", "").encode()
    return file.read_bytes()


def _told(haystacks: dict[str, bytes], numbers: list[str]) -> list[str]:
    return sorted({name for name, content in haystacks.items() for number in numbers if number.encode() in content})


def test_no_identity_card_or_phone_number_is_readable_on_disk_in_backups_or_on_paper(
    app: Flask, tmp_path: Path
) -> None:
    project = relief_project()
    planned(project)
    people = range(1, 21)
    roster(project, *(line(worker(project, n)) for n in people))
    numbers = [n for k in people for n in (identity(k), card(k), f"1390917{k:04d}")]
    haystacks = _haystacks(app, tmp_path)
    assert _told(haystacks, numbers) == []
    assert any("backup" in name for name in haystacks) and "LG10.pdf" in haystacks
    assert "张二" in haystacks["LG10.csv"].decode()
    with act(
        by=somebody(Role.OWNER), what="登记务工人员"
    ) as opened:  # control: a number typed where it does not belong
        planted = opened.session.scalars(select(ReliefWorker)).first()
        assert planted is not None
        planted.work_type = identity(1)
    seen_now = _told(_haystacks(app, tmp_path), [identity(1)])
    assert "LG10.csv" in seen_now and "LG10.pdf" in seen_now
    assert any(name.startswith("backup") for name in seen_now)
    assert any("table relief_worker" in name or name.endswith((".db", "-wal")) for name in seen_now)
