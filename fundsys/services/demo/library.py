"""The demo's library at work: village drafts, proposals that wait for the town, some sent back, some on public notice."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys import store
from fundsys.domain.library import TargetKind, library_state
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus as S
from fundsys.domain.rights import Role
from fundsys.models.library import LibraryEntry
from fundsys.models.office import Person
from fundsys.models.projects import Project
from fundsys.services.acts import act
from fundsys.services.library import changes, plans, proposals, reviews
from fundsys.services.library.tags import tag_project

from .diary import Diary, Row
from .world import World, invented_name

TOWN = "八渡镇"
YEAR = 2025
_SUBJECTS = (
    ("奶山羊养殖小区建设", "PT010102", "新建羊舍 1200 平方米，青贮窖 400 立方米", "46", True),
    ("核桃低产园改造", "PT010101", "嫁接改良核桃园 320 亩，配套管护机具", "28.5", False),
    ("中蜂养殖基地扩建", "PT010102", "新增蜂箱 400 套，建取蜜间 60 平方米", "18", False),
    ("生产道路硬化", "PT030102", "硬化生产道路 1.6 公里，宽 3.5 米", "57.6", False),
    ("食用菌大棚建设", "PT010101", "建设食用菌大棚 12 座，配套喷灌", "63", False),
)
_REASON = "受益户名单与村公示不一致，请核对后重新公示"


def entry_row(diary: Diary, project: Row, by: int) -> Row:
    """The library entry of a project that came into the library before the year began."""
    status: S = project["status"]
    last = project.get("admitted_on")
    told: Row = {
        "id": diary.next_id(LibraryEntry),
        "project_id": project["id"],
        "state": library_state(status, None, False),
        "first_year": project["year"],
    }
    if last is None or status is not S.ADMITTED:
        return told
    return told | {
        "submitted_on": last - timedelta(days=60),
        "reviewed_on": last - timedelta(days=30),
        "review_opinion": "真实、必要、可行，同意上报",
        "appraised_on": last - timedelta(days=16),
        "appraised_by": by,
        "appraisal": "符合规划，概算合理，同意入库公示",
        "notice_from": last - timedelta(days=14),
        "notice_until": last - timedelta(days=3),
        "admission_no": f"陇乡振组发〔{last.year}〕7号",
    }


def write_proposals(world: World, village: int, town: int, lead: int, present: datetime) -> None:
    """What this autumn's villages propose for the year to come, at every station of the way."""
    chance = Random("proposals")
    clerks = _village_clerks(world, village, chance, present)
    made: list[int] = []
    for number, (clerk, place) in enumerate(clerks):
        for turn in range(3 if number == 0 else 4):
            subject = _SUBJECTS[(number + turn) % len(_SUBJECTS)]
            hand_over = not (number == 0 and turn == 2) and number < 5
            made.append(_propose(world, clerk, place, subject, chance, present, hand_over))
    _send_one_back(made[0], town, present)
    _put_on_notice(made[-8:-4], town, lead, present)


def _village_clerks(world: World, village: int, chance: Random, present: datetime) -> list[tuple[int, str]]:
    """(person, village) of the town's villages: the demo's own village account first, then people without a password."""
    with store.snapshot() as session:
        own = session.scalars(select(Person).where(Person.id == village)).one().unit_id
    told = [(village, next(v.name for v in world.villages if v.unit_id == own))]
    others = [v for v in world.by_town[TOWN] if v.unit_id != own][:5]
    with act(by=None, what="登记各村经办人", at=present) as opened:
        people = [
            Person(
                login=f"village-{number}", name=invented_name(chance), role=Role.VILLAGE, unit_id=v.unit_id, active=True
            )
            for number, v in enumerate(others, 1)
        ]
        opened.session.add_all(people)
        opened.session.flush()
        return told + [(person.id, v.name) for person, v in zip(people, others, strict=True)]


def _propose(
    world: World,
    clerk: int,
    place: str,
    subject: tuple[str, str, str, str, bool],
    chance: Random,
    present: datetime,
    hand_over: bool,
) -> int:
    name, type_code, content, wan, is_lead = subject
    households = chance.randint(24, 90)
    entry = proposals.ProposalEntry(
        name=f"{TOWN}{place}{name}",
        type_id=world.types[type_code].id,
        owner_unit_id=world.units[f"{TOWN}人民政府"],
        year=YEAR,
        library="LK02" if type_code.startswith("PT03") else "LK01",
        place=chance.choice(("一组", "二组", "三组、四组", "村委会旁")),
        responsible=invented_name(chance),
        content=content,
        planned_fiscal=Money.wan(wan),
        financing="财政资金",
        is_lead_industry=is_lead,
        plan_start_on=date(YEAR, 3, 10),
        plan_end_on=date(YEAR, 9, 30),
        households=households,
        people=households * 3,
        poor_households=households // 3,
        poor_people=households,
        performance_target=f"受益农户 {households} 户，验收合格率 100%，群众满意度 95% 以上",
        participation="村民代表会议议定，群众参与监督",
        farmer_linkage="土地流转、就近务工、集体分红",
    )
    papers = proposals.Papers(place="村委会档案柜") if hand_over else None
    with act(by=clerk, what="申报项目", at=present) as opened:
        made = proposals.draft_proposal(entry, papers, act=opened)
        if hand_over:
            proposals.submit_proposal(made.id, act=opened)
        return made.id


def _send_one_back(project_id: int, town: int, present: datetime) -> None:
    with act(by=town, what="镇审核项目", at=present) as opened:
        seen = {project_id: opened.session.get_one(Project, project_id).version}
        reviews.review_in_town(seen, [], {project_id: _REASON}, reviews.Opinion(""), act=opened)


def _put_on_notice(chosen: list[int], town: int, lead: int, present: datetime) -> None:
    """Two proposals whose notice is over, and two that wait for the appraisal."""
    opinion = reviews.Opinion("真实、必要、可行，同意上报", "八政函〔2024〕31号", "镇乡村振兴办档案柜")
    with act(by=town, what="镇审核项目", at=present) as opened:
        reviews.review_in_town(_seen(opened.session, chosen), chosen, {}, opinion, act=opened)
    today = present.date()
    words = reviews.Opinion("符合规划，用地可行，概算合理，同意入库公示", "", "县乡村振兴局项目股")
    with act(by=lead, what="论证项目", at=present) as opened:
        two = chosen[:2]
        begin, until = today - timedelta(days=12), today - timedelta(days=1)
        reviews.appraise(_seen(opened.session, two), two, {}, words, begin, until, act=opened)


def _seen(session: Session, ids: list[int]) -> dict[int, int]:
    return {key: session.get_one(Project, key).version for key in ids}


_FARMS = (("宇农丰林", 10_000), ("陕西秦粤", 12_000), ("经陇纬秦", 10_500))
_SITES = ("城关镇南坡安置点", "东风镇西关安置点", "温水镇苗沟安置点", "曹家湾镇街道安置点", "固关镇街道安置点")
_TRADES = {"苹果": "CI01", "食用菌": "CI02", "烤烟": "CI03", "核桃": "CI04", "蜂": "CI05", "药材": "CI06"}


def write_tags(lead: int, present: datetime) -> None:
    """What the work plan asks for, tagged: special industries, goat farms, relocation sites, the county's key projects."""
    with store.snapshot() as session:
        rows = session.execute(
            select(Project.id, Project.name, Project.is_lead_industry)
            .where(Project.year == YEAR - 1, Project.plan_document_no != "")
            .order_by(Project.planned_investment.desc(), Project.id)
        ).all()
    goats = [row.id for row in rows if row.is_lead_industry and ("养殖" in row.name or "羊" in row.name)]
    told: dict[int, Row] = {row.id: {"tags": set()} for row in rows}
    for row in rows:
        told[row.id]["tags"] |= {code for word, code in _TRADES.items() if word in row.name}
    for row in rows[:38]:
        told[row.id]["tags"].add("KP40")
    for key, (_, size) in zip(goats, _FARMS, strict=False):
        told[key] |= {"tags": told[key]["tags"] | {"GF10"}, "capacity": Decimal(size), "unit": "只"}
    for number, key in enumerate(goats[3:20]):
        told[key] |= {"tags": told[key]["tags"] | {"GF20"}, "capacity": Decimal(300 + 40 * number), "unit": "只"}
    moved = [row.id for row in rows if "安置" in row.name]
    for key, site in zip(moved, _SITES, strict=False):
        told[key] |= {"tags": told[key]["tags"] | {"RS33"}, "site": site}
    with act(by=lead, what="项目打标签", at=present) as opened:
        for key, facts in told.items():
            if facts["tags"]:
                tag_project(
                    key,
                    sorted(facts["tags"]),
                    facts.get("capacity"),
                    facts.get("unit", ""),
                    facts.get("site", ""),
                    act=opened,
                )


def write_plan_papers(clerks: dict[int, tuple[int, str]], lead: int, present: datetime) -> None:
    """Two proposals for the coming plan that wait, and changes: one approved, one waiting, one sent back."""
    with store.snapshot() as session:
        of_clerks = Project.owner_unit_id.in_(clerks)
        admitted = session.scalars(
            select(Project).where(Project.status == S.ADMITTED, of_clerks).order_by(Project.id).limit(3)
        ).all()
        under_way = session.scalars(
            select(Project).where(Project.status == S.UNDER_WAY, of_clerks).order_by(Project.id).limit(3)
        ).all()
        session.expunge_all()
    for project in admitted:
        entry = plans.PlanEntry(
            YEAR, project.planned_fiscal, date(YEAR, 3, 1), date(YEAR, 10, 31), project.planned_other, "前期手续齐全",
            project.households, project.people, project.farmer_linkage,
        )  # fmt: skip
        targets = [
            plans.TargetRow(TargetKind.OUTPUT, "项目（工程）验收合格率", Decimal(100), "%"),
            plans.TargetRow(TargetKind.BENEFIT, "受益农户", Decimal(project.households), "户"),
            plans.TargetRow(TargetKind.SATISFACTION, "受益群众满意度", Decimal(95), "%"),
        ]
        with act(by=clerks[project.owner_unit_id][0], what="提出列入年度计划", at=present) as opened:
            plans.propose_for_plan(project.id, entry, targets, act=opened)
    told: tuple[tuple[dict[str, Any], str, str], ...] = (
        ({"place": "四组（原址地质条件不宜）"}, "原址地质条件不宜建设，经村民代表会议同意改址", "approve"),
        ({"plan_end_on": date(YEAR - 1, 12, 25)}, "雨季停工，工期顺延", ""),
        ({"content": "缩减配套设施，其余不变"}, "征地面积减少", "return"),
    )
    for project, (new, why, end) in zip(under_way, told, strict=False):
        with act(by=clerks[project.owner_unit_id][0], what="提出项目变更", at=present) as opened:
            change = changes.propose_change(project.id, new, why, act=opened).id
        with_lead = clerks[project.owner_unit_id][0] != lead
        if end == "approve" and with_lead:
            with act(by=lead, what="审定项目变更", at=present) as opened:
                changes.approve_change(change, "陇乡振组发〔2024〕21号", act=opened)
        if end == "return" and with_lead:
            with act(by=lead, what="退回项目变更", at=present) as opened:
                changes.return_change(change, "请附征地面积的依据", act=opened)
