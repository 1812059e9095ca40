"""`projects`: the library and the yearly plan. By the lead bureau as stated, by owners and towns as drafts of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import true

from fundsys.domain import terms
from fundsys.domain.errors import StepRefused
from fundsys.domain.money import exact_wan
from fundsys.domain.projects import ProjectStatus, advance
from fundsys.domain.rights import Role
from fundsys.models.projects import Project
from fundsys.queries.line_money import allocated_to
from fundsys.queries.viewer import seen_projects
from fundsys.services.imports import Plan

from .base import FOREIGN, Column, Kind, Raw, Sheet, Table, Told, refuse_repeats, settle_places
from .cells import Choice, CodeText, Count, Day, DocumentNo, Entries, Listed, Text, Wan, Year, YesNo, wan
from .records import PLACE_LABELS, PLACE_SHOWS, Records, Stored, known_rows, plan_records

SUSPICIOUS_FEN = 5_000 * 1_000_000
"""Above this, ten times what stands or what the parts say looks like 元 typed as 万元. Source: F112 (domain list)."""
_ELSEWHERE = "出库、终止要填写原因，请在项目页办理"
_LEFT_OUT = ((ProjectStatus.REMOVED, _ELSEWHERE), (ProjectStatus.TERMINATED, _ELSEWHERE))
_UNITS = "本县单位名录"
_NO_TAGS = "项目标签由主管部门打，请保持原来的"

COLUMNS = (
    Column(terms.PROJECT_CODE, "code", CodeText(), also=("项目编码",), field="project_code", given=False, mm=22),
    Column(terms.LIBRARY_CODE, "library_code", CodeText(), also=("项目库编码", "入库编号"), given=False, mm=22),
    Column(
        terms.PROJECT_NAME, "name", Text(120), required=True, also=("项目", "项目内容及名称"), field="project_name", given=False, mm=40
    ),
    Column(terms.PROJECT_YEAR, "year", Year(), required=True, also=("年度", "年份", "计划年度"), field="year", mm=10),
    Column(
        terms.PROJECT_TYPE, "type_id", Listed(which="types", what="项目子类型"), required=True,
        also=("子类型", "项目类型", "项目类别", "三级项目类型"), field="project_type", mm=24,
    ),
    Column(terms.LIBRARY_KIND, "library", Entries(kind="library_kind", what="项目库种类"), also=("项目库",), given=False, mm=24),
    Column(terms.PROJECT_TAGS, "tags", Entries(kind="project_tag", what="项目标签", several=True), also=("标签",), given=False, mm=20),
    Column(terms.NATURE, "nature", Text(8)),
    Column(terms.TOWN, "town", Text(40), also=("乡镇", "镇街", "乡镇办"), field="town"),
    Column(terms.VILLAGE, "village", Text(40), also=("行政村", "村名", "实施村"), field="village"),
    Column(terms.PLACE, "place", Text(120), also=("建设地点", "项目地点", "实施地点（村）"), field="place", mm=24),
    Column(
        terms.CONTENT, "content", Text(4000, lines=True), also=("建设内容", "建设任务", "主要建设内容", "实施内容"),
        field="content", given=False, mm=48,
    ),
    Column(
        terms.LEAD_AGENCY, "owner_unit_id", Listed(which="units", what=_UNITS), required=True,
        also=("主管单位", "主管部门", "责任单位", "牵头单位", "项目主管部门"), mm=24,
    ),
    Column(
        terms.IMPLEMENTING_UNIT, "implementing_unit_id", Listed(which="units", what=_UNITS, loose=True),
        also=("建设单位", "项目实施单位"), field="unit", mm=24,
    ),
    Column(terms.PERSON_IN_CHARGE, "responsible", Text(40), also=("项目负责人", "负责人"), field="person"),
    Column(
        terms.PLANNED_INVESTMENT, "planned_investment", Wan(), required=True,
        also=("总投资", "批复总投资", "投资概算", "项目总投资", "资金规模"), field="total_investment", given=False,
    ),
    Column(terms.PLANNED_FISCAL, "planned_fiscal", Wan(), also=("财政资金", "其中财政资金"), given=False),
    Column(terms.PLANNED_OTHER, "planned_other", Wan(), also=("其他资金", "其中其他资金"), given=False),
    Column(terms.FINANCING, "financing", Text(60), also=("资金来源",), field="source"),
    Column(terms.SUBSIDY_STANDARD, "subsidy_standard", Text(120), field="standard"),
    Column(terms.IS_LEAD_INDUSTRY, "is_lead_industry", YesNo()),
    Column(terms.IS_WORK_RELIEF, "is_work_relief", YesNo()),
    Column(terms.IS_COOPERATION, "is_cooperation", YesNo()),
    Column(terms.PLAN_START, "plan_start_on", Day(months="first"), also=("计划开工时间", "计划开工日期", "开工时间")),
    Column(terms.PLAN_END, "plan_end_on", Day(months="last"), also=("计划完工时间", "计划完工日期", "完工时间")),
    Column(terms.VILLAGE_COUNT, "village_count", Count()),
    Column(terms.BENEFIT_HOUSEHOLDS, "households", Count(), also=("受益户数", "户数"), field="households", given=False),
    Column(terms.BENEFIT_PEOPLE, "people", Count(), also=("受益人口", "受益人数"), field="people", given=False),
    Column(terms.POOR_HOUSEHOLDS, "poor_households", Count(), also=("其中脱贫户及监测户数",), given=False),
    Column(terms.POOR_PEOPLE, "poor_people", Count(), given=False),
    Column(terms.GOAL, "performance_target", Text(4000, lines=True), field="target", mm=32),
    Column(terms.PARTICIPATION, "participation", Text(4000, lines=True), mm=20),
    Column(terms.FARMER_LINKAGE, "farmer_linkage", Text(4000, lines=True), also=("带贫减贫机制", "利益联结机制"), field="mechanism", mm=32),
    Column(terms.ADMITTED_ON, "admitted_on", Day(past=True)),
    Column(terms.APPROVAL_NO, "plan_document_no", DocumentNo(), also=("批复文号", "计划文号", "资金文号"), field="document_no", mm=24),
    Column(terms.APPROVED_ON, "approved_on", Day(past=True)),
    Column(terms.PROJECT_STATUS, "status", Choice(kind=ProjectStatus, left_out=_LEFT_OUT), also=("入库状态", "项目进度")),
    Column(terms.REMARK, "remark", Text(4000, lines=True), field="remark", given=False, mm=24),
)  # fmt: skip


def agree(sheet: Sheet) -> None:
    """What the columns of a project must say together."""
    refuse_repeats(sheet, "code")
    settle_places(sheet)
    _keep_unknown_units(sheet)
    _settle_library(sheet)
    _settle_money(sheet)
    _judge_people(sheet)
    starts, ends = sheet.column("plan_start_on"), sheet.column("plan_end_on")
    for place, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if start and end and end < start:
            sheet.complain(place, "plan_end_on", f"计划完工 {end} 早于计划开工 {start}")


def _keep_unknown_units(sheet: Sheet) -> None:
    """In a county's own table, a unit that is not ours stays as words in the remark."""
    raw = sheet.table.columns.get("implementing_unit_id")
    if sheet.told.way != FOREIGN or raw is None:
        return
    found = sheet.column("implementing_unit_id")
    remarks = sheet.column("remark")
    for place, words in enumerate(raw.rows()):
        if words and found[place] is None:
            remarks[place] = "；".join(part for part in (remarks[place], f"实施单位：{words}") if part)
            sheet.filled.add("remark")
            sheet.say("有的实施单位不在本县单位名录里，按原文存入备注")


def _settle_library(sheet: Sheet) -> None:
    """Where nothing is said, it is the first library."""
    sheet.values["library"] = [code or "LK01" for code in sheet.column("library")]


def may_admit(told: Told) -> bool:
    """Whether the person decides what enters the library and the plan."""
    return told.who is None or told.who.role is Role.LEAD


def _settle_money(sheet: Sheet) -> None:
    """Public and other money make up the whole. Source: F115, F112."""
    whole, fiscal, other = (sheet.column(a) for a in ("planned_investment", "planned_fiscal", "planned_other"))
    fiscal, other = list(fiscal), list(other)
    for place, fen in enumerate(whole):
        if fen is None:
            continue
        if fiscal[place] is None:
            fiscal[place] = fen - (other[place] or 0)
            if fiscal[place] < 0:
                sheet.complain(place, "planned_other", f"其他资金 {wan(other[place])} 万元多于计划投资 {wan(fen)} 万元")
        if other[place] is None:
            other[place] = fen - fiscal[place]
        if other[place] < 0 or fiscal[place] + other[place] != fen:
            gap = fiscal[place] + max(other[place], 0) - fen
            if sheet.told.way == FOREIGN and "planned_other" not in sheet.table.columns and gap > 0:
                sheet.complain(
                    place, "planned_investment", f"总投资 {wan(fen)} 万元少于安排的 {wan(fiscal[place])} 万元"
                )
            else:
                told = f"财政资金加其他资金与计划投资 {wan(fen)} 万元相差 {wan(gap)} 万元，请核对"
                sheet.complain(place, "planned_investment", told)
        if fen > SUSPICIOUS_FEN and 0 < fiscal[place] * 10 <= fen:
            sheet.complain(place, "planned_investment", f"{wan(fen)} 万元是财政资金的十倍以上，是不是把元填成了万元")
    sheet.values["planned_fiscal"], sheet.values["planned_other"] = fiscal, other
    sheet.filled |= {"planned_fiscal", "planned_other"}


def _judge_people(sheet: Sheet) -> None:
    """Households, people and those lifted out of poverty among them. Source: F113."""
    columns = [sheet.column(a) for a in ("households", "people", "poor_households", "poor_people")]
    for place, (homes, people, poor_homes, poor) in enumerate(zip(*columns, strict=True)):
        if homes is not None and poor_homes is not None and poor_homes > homes:
            sheet.complain(place, "poor_households", f"脱贫户及监测户 {poor_homes} 户多于受益户 {homes} 户")
        if people is not None and poor is not None and poor > people:
            sheet.complain(place, "poor_people", f"脱贫及监测人口 {poor} 人多于受益人口 {people} 人")
        if homes and people and people < homes:
            sheet.complain(place, "people", f"受益人口 {people} 人少于受益户 {homes} 户")


def foreign_amount(table: Table) -> None:
    """The amount a county's table allots is public money; where it states no whole investment, it is that too."""
    if table.sums is None or not table.sum_column:
        return
    amounts: list[Any] = [None if fen is None else wan(fen) for fen in table.sums]
    raw = Raw(table.sum_column, "安排金额", amounts, None, "万元")
    whole = table.columns.get("planned_investment")
    if whole is None or whole.letter == table.sum_column:
        table.columns["planned_investment"] = raw
    if "planned_fiscal" not in table.columns:
        table.columns["planned_fiscal"] = raw
    table.sure |= {"planned_investment", "planned_fiscal"}


def own_unit(given: dict[str, Any], told: Told) -> dict[str, Any]:
    """Where nothing was said, owners and towns import for their own unit."""
    return {"owner_unit_id": told.who.unit_id} if told.is_own and told.who and "owner_unit_id" not in given else {}


def needed(told: Told) -> tuple[str, ...]:
    """What the lead bureau must say of a county's own table: where the projects stand."""
    return ("status",) if told.way == FOREIGN and may_admit(told) else ()


def _begin(sheet: Sheet, place: int) -> str:
    town = sheet.told.lists.region_code(sheet.values["town_id"][place])
    return f"{sheet.told.county}-{sheet.values['year'][place]}-{town[6:9] or '000'}-"


def _guard(sheet: Sheet, place: int, before: Stored, changes: Stored) -> None:
    now = ProjectStatus(before["status"])
    if not may_admit(sheet.told):
        if not before["is_draft"]:
            sheet.complain(place, "code", f"“{before['name']}”已{now.label}，请由主管部门修改，或保持原来的内容")
        elif "status" in changes:
            sheet.complain(place, "status", "项目的入库和列计划由主管部门审定，请留空")
        elif "tags" in changes:
            sheet.complain(place, "tags", _NO_TAGS)
    elif (state := changes.get("status")) is not None:
        _guard_status(sheet, place, now, ProjectStatus(state))
    fen, old = changes.get("planned_investment"), before["planned_investment"]
    if fen is not None and fen > SUSPICIOUS_FEN and (fen >= old * 10):
        sheet.complain(
            place, "planned_investment", f"{wan(fen)} 万元是原来 {wan(old)} 万元的十倍以上，是不是把元填成了万元"
        )
    after = ProjectStatus(changes.get("status") or before["status"])
    if after.reached(ProjectStatus.ADMITTED) and not (changes.get("admitted_on") or before["admitted_on"]):
        sheet.complain(place, "admitted_on", "已入库的项目请填写入库日期")


def _guard_status(sheet: Sheet, place: int, now: ProjectStatus, to: ProjectStatus) -> None:
    if to.reached(ProjectStatus.TENDERING):
        sheet.complain(place, "status", f"项目现在是“{now.label}”，建设进度请在“建设进度”里填报，这里保持原来的状态")
        return
    try:
        advance(now, to)
    except StepRefused as refused:
        sheet.complain(place, "status", refused.message.rstrip("。"))


def _fresh(sheet: Sheet, place: int) -> None:
    state = sheet.values["status"][place]
    if not may_admit(sheet.told):
        if sheet.values["tags"][place]:
            sheet.complain(place, "tags", _NO_TAGS)
        if state not in (None, ProjectStatus.PROPOSED.code):
            sheet.complain(place, "status", "项目的入库和列计划由主管部门审定，请留空")
    elif state is None:
        sheet.complain(place, "status", "没有填写，请填写项目状态")
    elif ProjectStatus(state).reached(ProjectStatus.ADMITTED) and sheet.values["admitted_on"][place] is None:
        sheet.complain(place, "admitted_on", f"项目状态是“{ProjectStatus(state).label}”，请填写入库日期")


def plan(sheet: Sheet) -> Plan:
    """New projects, and changes of those there are."""
    made = plan_records(sheet, RECORDS)
    if not may_admit(sheet.told):
        states = sheet.values["status"]
        sheet.values["status"] = [state or ProjectStatus.PROPOSED.code for state in states]
        sheet.filled.add("status")
    _guard_commitments(sheet)
    made.amount_fen = sum(fen or 0 for fen in sheet.values["planned_fiscal"])
    return made


def _guard_commitments(sheet: Sheet) -> None:
    """A plan is not lowered beneath what is allotted already. Source: F010."""
    known = sheet.told.lists.projects
    ids = {known[code].id: place for place, code in enumerate(sheet.values["code"]) if code in known}
    for number, given in allocated_to(sheet.session, ids).items():
        place = ids[number]
        fen = sheet.values["planned_investment"][place]
        if fen is not None and given.fen > fen:
            sheet.say(f"{sheet.row_name(place)}：计划投资 {wan(fen)} 万元低于已安排的 {exact_wan(given)} 万元，请核对")


def known(session: Any, told: Told) -> Iterable[dict[str, Any]]:
    """The projects there are, for a filled template."""
    return known_rows(session, told, RECORDS, seen_projects(told.who, told.permission) if told.who else true())


RECORDS = Records(
    model=Project,
    attrs=(
        *(c.attr for c in COLUMNS if c.attr not in ("town", "village")),
        "town_id",
        "village_id",
        "is_draft",
    ),
    identity=("year", "name", "town_id", "village_id", "place"),
    begin=_begin,
    digits=4,
    units=("owner_unit_id", "implementing_unit_id"),
    guard=_guard,
    fresh=_fresh,
    shows=PLACE_SHOWS,
    labels=PLACE_LABELS,
    fixed=lambda sheet: {"is_draft": not may_admit(sheet.told)},
)

KIND = Kind(
    code="projects",
    label="项目",
    title="项目库和年度计划",
    columns=COLUMNS,
    agree=agree,
    plan=plan,
    known=known,
    foreign_amount=foreign_amount,
    own_unit=own_unit,
    needed=needed,
)
