"""The demo's yearly targets: reports that leave a target in each status, one of each step of a report, papers behind thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from fundsys import store
from fundsys.domain.policy_documents import DocumentKind
from fundsys.domain.rights import Role
from fundsys.models.office import Person, Unit
from fundsys.models.yearly_targets import TargetReport, YearTarget
from fundsys.services import policy_documents, target_reports, yearly_targets
from fundsys.services.acts import act
from fundsys.services.policy_documents import DocumentEntry
from fundsys.services.target_reports import ReportEntry

YEAR = 2024
_PAPER = b"%PDF-1.4 demo evidence "


@dataclass(frozen=True)
class _Told:
    """A report to be: of which target, and what it says."""

    code: str
    entry: ReportEntry


def _figure(code: str, month: int, figure: str, words: str, problem: str = "", next_step: str = "") -> _Told:
    return _Told(code, ReportEntry(month, Decimal(figure), words=words, problem=problem, next_step=next_step))


def _held(code: str, day: date, number: str, words: str) -> _Told:
    return _Told(code, ReportEntry(day.month, held_on=day, document_no=number, words=words))


def _workday(month: int, day: int) -> date:
    """The day, or the Friday before a weekend."""
    found = date(YEAR, month, day)
    return found - timedelta(days=max(found.weekday() - 4, 0))


def _meetings() -> list[_Told]:
    """The three meetings of 第19条: the group met each quarter, the dispatch meeting each month but one, the teams missed one."""
    told = [
        _held(
            "T063",
            _workday(m, 20 if m < 11 else 14),
            f"陇乡振组纪要〔{YEAR}〕{m // 3 + 1}号",
            "研究衔接资金项目和帮扶产业",
        )
        for m in (2, 5, 8, 11)
    ]
    told += [
        _held("T064", _workday(m, 25), f"陇乡振办纪要〔{YEAR}〕{m}号", "调度项目进度和资金支出")
        for m in range(1, 11)
        if m != 7
    ]
    told.append(
        _Told("T064", ReportEntry(7, Decimal(0), words="防汛期间没有召开，8月合并调度", problem="防汛抽调人员"))
    )
    told += [_held("T062", _workday(m, 20), f"陇乡振专班纪要〔{YEAR}〕{m // 3}号", "各专班推进会") for m in (3, 6)]
    return told  # fmt: skip


def _figures() -> list[_Told]:
    """Figures to the end of October: reached, on the way, ending short."""
    return [
        _figure("T052", 9, "10", "已编制完成 10 个，在编 6 个"),
        _figure("T052", 10, "14", "已编制完成 14 个，在编 2 个", "两个村规划待评审", "11月20日前组织评审"),
        _figure("T055", 10, "2000", "新改建 2000 座，全部验收"),
        _figure("T049", 10, "1", "致富带头人已轮训一次"),
        _figure("T044", 9, "15", "建成 15 个", "", "加快其余 5 个"),
        _figure("T042", 10, "2", "宇农丰林、陕西秦粤已投产", "经陇纬秦用电报装未完成", "协调供电公司 11 月底前通电"),
    ]


def write_targets(ids: dict[Role, int], present: datetime) -> None:
    """Report as far as a county is in the middle of November; the rest of the plan waits unreported."""
    lead, leader, reviewer = ids[Role.LEAD], ids[Role.LEADER], ids[Role.FINANCE_REVIEW]
    targets, clerks = _desks(ids, present)
    told = [*_figures(), *_meetings()]
    made = _written(told, targets, clerks, present)
    corrected = _figure("T044", 9, "13", "原报含未完工 2 个，更正为 13 个")
    with act(by=lead, what="确认目标月报", subject=f"{len(made)}份月报", at=present) as opened:
        target_reports.approve_reports(made, act=opened)
    wrong = next(key for key, one in zip(made, told, strict=True) if one.code == "T044")
    with act(by=clerks[targets["T044"][1]], what="更正目标月报", at=present) as opened:
        second = target_reports.correct_report(wrong, corrected.entry, files=_files(corrected), act=opened).id
        version = target_reports.submit_report(second, act=opened).version
    with act(by=lead, what="确认目标月报", at=present) as opened:
        target_reports.approve_reports({second: version}, act=opened)
    _under_way(targets, clerks, lead, present)
    with act(by=lead, what="提出目标数值", at=present) as opened:
        yearly_targets.propose_figure(targets["T054"][0], Decimal(310), "陇县工信函〔2024〕22号", act=opened)
    _documents(reviewer, leader, present)


def _desks(ids: dict[Role, int], present: datetime) -> tuple[dict[str, tuple[int, int]], dict[int, int]]:
    """Targets by code with their reporting unit, and a clerk for each unit that reports in the demo."""
    with store.snapshot() as session:
        query = select(YearTarget.code, YearTarget.id, YearTarget.reporting_unit_id).where(YearTarget.year == YEAR)
        targets = {code: (key, unit or 0) for code, key, unit in session.execute(query)}
        wanted = {targets[code][1] for code in ("T044", "T052", "T063")}
        units = dict(session.execute(select(Unit.id, Unit.kind).where(Unit.id.in_(wanted))).all())
        people = session.execute(select(Person.unit_id, Person.id, Person.role).where(Person.unit_id.in_(wanted)))
        clerks = {unit: key for unit, key, role in people if role is Role.OWNER}
    missing = sorted(set(units) - set(clerks))
    if missing:
        with act(by=None, what="登记目标填报人", subject=f"{len(missing)}人", at=present) as opened:
            for unit in missing:
                clerk = Person(
                    login=f"mubiao-{unit}",
                    name="冯晓燕" if units[unit] == "lead" else "马会平",
                    role=Role.OWNER,
                    unit_id=unit,
                )
                opened.session.add(clerk)
                opened.session.flush()
                clerks[unit] = clerk.id  # fmt: skip
    return targets, clerks


def _files(told: _Told) -> list[tuple[str, bytes]]:
    return [("佐证.pdf", _PAPER + f"{told.code} {told.entry.month} {told.entry.words}".encode())]


def _written(
    told: Sequence[_Told], targets: dict[str, tuple[int, int]], clerks: dict[int, int], present: datetime
) -> dict[int, int]:
    """Hand the reports over, one act a unit; id → version, in the order told."""
    made: dict[str, tuple[int, int]] = {}
    for unit, clerk in sorted(clerks.items()):
        mine = [(n, one) for n, one in enumerate(told) if targets[one.code][1] == unit]
        if not mine:
            continue
        with act(by=clerk, what="填报目标月报", subject=f"{len(mine)}份月报", at=present) as opened:
            for n, one in mine:
                files = _files(one) if one.entry.figure != 0 else []
                report = target_reports.draft_report(targets[one.code][0], one.entry, files=files, act=opened)
                made[str(n)] = (report.id, target_reports.submit_report(report.id, act=opened).version)
    return dict(made[str(n)] for n in range(len(told)))


def _under_way(targets: dict[str, tuple[int, int]], clerks: dict[int, int], lead: int, present: datetime) -> None:
    """One report waits, one came back, one is a draft."""
    waiting = _figure("T056", 10, "1", "市级示范镇已通过验收")
    back = _figure("T057", 10, "4", "市级示范村已创建 4 个")
    draft = _figure("T045", 10, "28000", "奶山羊存栏比年初增加 2.8 万只")
    for told, step in ((waiting, "submitted"), (back, "returned"), (draft, "draft")):
        target_id, unit = targets[told.code]
        with act(by=clerks[unit], what="填报目标月报", at=present) as opened:
            key = target_reports.draft_report(target_id, told.entry, files=_files(told), act=opened).id
            if step != "draft":
                target_reports.submit_report(key, act=opened)
        if step == "returned":
            with store.snapshot() as session:
                version = session.get_one(TargetReport, key).version
            with act(by=lead, what="退回目标月报", at=present) as opened:
                target_reports.return_reports({key: version}, "请附市级命名文件", act=opened)


def _documents(reviewer: int, leader: int, present: datetime) -> None:
    """The work plan, the measures and their revision, a paper that ended, one that waits for confirmation."""
    entries = [
        DocumentEntry("陇县2024年工作要点", DocumentKind.PLAN, "县委实施乡村振兴战略领导小组", date(2024, 3, 5), date(2024, 1, 1)),
        DocumentEntry("陇县衔接资金项目管理办法", DocumentKind.MEASURES, "县财政局、县乡村振兴局", date(2021, 8, 20), date(2021, 9, 1), number="陇政办发〔2021〕40号"),
        DocumentEntry("公示公告指导意见", DocumentKind.NOTICE, "县乡村振兴局", date(2019, 5, 6), date(2019, 6, 1), number="陇扶办发〔2019〕18号", valid_to=date(2024, 5, 31), remark="演示用：有效期五年，已满"),
    ]  # fmt: skip
    seen = {}
    for entry in entries:
        with act(by=reviewer, what="登记政策文件", at=present) as opened:
            seen[policy_documents.enter_document(entry, files=_scan(entry), act=opened).id] = 1
    with act(by=leader, what="确认政策文件", at=present) as opened:
        policy_documents.approve_documents(seen, act=opened)
    old = list(seen)[1]
    revised = DocumentEntry("陇县衔接资金项目管理办法（2024年修订）", DocumentKind.MEASURES, "县财政局、县乡村振兴局", date(2024, 5, 20), date(2024, 6, 1), number="陇政办发〔2024〕15号", replaces_id=old)  # fmt: skip
    waiting = DocumentEntry("陇县以工代赈工作方案", DocumentKind.PLAN, "县发改局", date(2024, 11, 4), date(2024, 11, 10), number="陇发改发〔2024〕61号")  # fmt: skip
    for entry, confirmed in ((revised, True), (waiting, False)):
        with act(by=reviewer, what="登记政策文件", at=present) as opened:
            key = policy_documents.enter_document(entry, files=_scan(entry), act=opened).id
        if confirmed:
            with act(by=leader, what="确认政策文件", at=present) as opened:
                policy_documents.approve_documents({key: 1}, act=opened)


def _scan(entry: DocumentEntry) -> list[tuple[str, bytes]]:
    return [("扫描件.pdf", _PAPER + entry.title.encode())]
