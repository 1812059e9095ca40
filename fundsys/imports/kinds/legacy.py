"""`legacy`: the industry projects of 2013–2022 and their class among 四个一批, which the lead bureau decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, select, true

from fundsys.domain import terms
from fundsys.domain.industry import DecisionState, FourBatch, RunState
from fundsys.domain.rights import Permission, Role
from fundsys.models.industry import ClassDecision, LegacyProject
from fundsys.queries.import_lists import squashed
from fundsys.queries.legacy_records import ids_by_code
from fundsys.queries.viewer import seen_legacy
from fundsys.services.acts import Act
from fundsys.services.imports import Plan
from fundsys.services.industry.common import name_of

from . import legacy_facts
from .base import Column, Kind, Sheet, Table, Told, refuse_repeats, settle_places
from .cells import Choice, CodeText, Count, CreditCode, Day, Text, Wan, Year, wan
from .records import PLACE_LABELS, PLACE_SHOWS, Found, Records, Stored, known_rows, plan_records

_BATCHES = tuple((batch.label.removesuffix("一批"), batch.code) for batch in FourBatch)
_RUNS = (("正常", "R1"), ("低效", "R2"), ("停产", "R3"), ("闲置", "R3"), ("注销", "R4"), ("失联", "R4"), ("损毁", "R5"))
_DECIDE = Permission.CLASSIFY

COLUMNS = (
    Column(terms.LEGACY_CODE, "code", CodeText(), also=("项目编码",), field="project_code", given=False, mm=22),
    Column(terms.PROJECT_NAME, "name", Text(120), required=True, field="project_name", given=False, mm=36),
    Column(terms.PROJECT_YEAR, "year", Year(2013, 2022), required=True, also=("年度", "实施年度", "建设年度"), field="year"),
    Column(terms.TOWN, "town", Text(40), also=("乡镇", "镇街"), field="town"),
    Column(terms.VILLAGE, "village", Text(40), also=("行政村", "村名"), field="village"),
    Column(terms.INDUSTRY, "industry", Text(40), also=("产业类别", "产业类型")),
    Column(terms.TYPE_NAME, "type_name", Text(60), also=("项目子类型",), field="project_type", mm=24),
    Column(terms.FUND_SOURCE, "fund_source", Text(80), field="source", mm=20),
    Column(terms.FISCAL_AMOUNT, "fiscal_amount", Wan(), also=("财政投入", "扶贫资金", "财政资金投入"), given=False),
    Column(terms.TOTAL_INVESTMENT, "total_investment", Wan(), field="total_investment", given=False),
    Column(terms.OPERATOR, "operator", Text(80), also=("经营主体", "实施主体"), mm=24),
    Column(terms.OPERATOR_CREDIT_CODE, "operator_credit_code", CreditCode(), also=("统一社会信用代码",), given=False, mm=24),
    Column(terms.RUN_STATE, "run_state", Choice(kind=RunState, also=_RUNS), also=("运行情况", "经营状况")),
    Column(terms.YEARLY_INCOME, "yearly_income", Wan(), also=("年收益",), given=False),
    Column(terms.BENEFIT_HOUSEHOLDS, "households", Count(), also=("受益户数", "带动户数"), field="households", given=False),
    Column(terms.POOR_HOUSEHOLDS_LED, "poor_households", Count(), also=("带动脱贫户",), given=False),
    Column(terms.ROOT_CAUSE, "root_cause", Text(4000, lines=True), also=("存在问题",), given=False, mm=32),
    Column(terms.FOUR_BATCH, "batch", Choice(kind=FourBatch, also=_BATCHES), also=("分类", "分类结果"), right=_DECIDE),
    Column(terms.BATCH_REASON, "batch_reason", Text(4000, lines=True), also=("分类理由",), right=_DECIDE, given=False, mm=28),
    Column(terms.MEASURE, "measure", Text(4000, lines=True), also=("整改措施", "一项一策"), given=False, mm=32),
    Column(terms.RESPONSIBLE_UNIT, "responsible_unit", Text(80), also=("主管单位", "责任部门"), field="unit", mm=24),
    Column(terms.PERSON_IN_CHARGE, "responsible", Text(40), field="person"),
    Column(terms.DUE_ON, "due_on", Day(months="last"), also=("整改时限",)),
    Column(terms.DECIDED_BY, "decided_by", Text(40), right=_DECIDE),
    Column(terms.CLASSIFIED_ON, "decided_on", Day(past=True), right=_DECIDE),
    Column(terms.REMARK, "remark", Text(4000, lines=True), field="remark", given=False, mm=24),
    *legacy_facts.COLUMNS,
)  # fmt: skip
_DECIDED = ("batch", "batch_reason", "measure", "responsible", "due_on", "decided_by", "decided_on")
_FACTS_ONLY = {column.attr for column in legacy_facts.COLUMNS}


def agree(sheet: Sheet) -> None:
    """What the columns of a legacy project must say together."""
    refuse_repeats(sheet, "code")
    settle_places(sheet)
    fiscal, whole = sheet.column("fiscal_amount"), sheet.column("total_investment")
    homes, poor = sheet.column("households"), sheet.column("poor_households")
    for place, (fen, most) in enumerate(zip(fiscal, whole, strict=True)):
        if fen is not None and most is not None and fen > most:
            told = f"财政资金 {wan(fen)} 万元多于总投资 {wan(most)} 万元"
            sheet.complain(place, "fiscal_amount", told)
    for place, (all_of, some) in enumerate(zip(homes, poor, strict=True)):
        if all_of is not None and some is not None and some > all_of:
            sheet.complain(place, "poor_households", f"带动脱贫户 {some} 户多于受益户 {all_of} 户")
    for place, (batch, who, day) in enumerate(
        zip(sheet.column("batch"), sheet.column("decided_by"), sheet.column("decided_on"), strict=True)
    ):
        if batch is None and (who or day):
            sheet.complain(place, "batch", "写了审定人或审定日期，却没有写分类")
    legacy_facts.check_facts(sheet)


def foreign_amount(table: Table) -> None:
    """The amount of a county's table is the public money."""
    table.take_sums_as("fiscal_amount")


def own_unit(given: dict[str, Any], told: Told) -> dict[str, Any]:
    """Owners and towns import for their own unit; its name stands on the record."""
    own = told.is_own and told.who is not None and "responsible_unit" not in given and told.who.role is not Role.TOWN
    return {"responsible_unit": told.who.unit_name} if own and told.who else {}


def _begin(sheet: Sheet, place: int) -> str:
    town = sheet.told.lists.region_code(sheet.values["town_id"][place])
    return f"{sheet.told.county}-CY{sheet.values['year'][place]}-{town[6:9] or '000'}-"


def _guard(sheet: Sheet, place: int, before: Stored, changes: Stored) -> None:
    """What was decided is filled up, never overwritten: another class goes through proposal and decision."""
    if before["batch"] is None:
        return
    for attr in _DECIDED:
        if attr in changes and before[attr] not in (None, ""):
            sheet.complain(place, attr, "这个项目已经审定分类，改类和改措施请在项目页办理，留下经过和依据")


def _new(sheet: Sheet, place: int) -> None:
    """A project that is not there yet needs a name and a year."""
    for attr in KIND.later:
        if sheet.values[attr][place] in (None, ""):
            if attr in sheet.filled:
                sheet.complain(place, attr, f"没有填写，请填写{sheet.kind.by_attr[attr].label}")
            else:
                sheet.lacking.add(attr)


def _recognize(sheet: Sheet) -> None:
    """Rows without a code that mean a project there is: the same name, and nothing the row says is otherwise.

    A later part may leave year or village out. Where several projects fit, the row must say which.
    """
    codes = list(sheet.column("code"))
    if all(codes):
        return
    p = LegacyProject
    by_name: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    rows = sheet.session.execute(select(p.code, p.name, p.year, p.town_id, p.village_id, p.operator))
    for code, name, year, town, village, operator in rows:
        told = {"year": year, "town_id": town, "village_id": village, "operator": operator}
        by_name.setdefault(squashed(name), []).append((code, told))
    for place, code in enumerate(codes):
        name = sheet.values["name"][place]
        if code or not name:
            continue
        said = {attr: sheet.values[attr][place] for attr in ("year", "town_id", "village_id")}
        fits = [
            code
            for code, told in by_name.get(squashed(name), [])
            if all(value is None or told[attr] in (None, value) for attr, value in said.items())
        ]
        if len(fits) == 1:
            codes[place] = fits[0]
        elif fits:
            told_codes = "、".join(fits[:3])
            sheet.complain(place, "name", f"有 {len(fits)} 个“{name}”（{told_codes}），请填写项目编号或年度、镇村")
    sheet.values["code"] = codes
    refuse_repeats(sheet, "code")


def plan(sheet: Sheet) -> Plan:
    """New legacy projects, and what this part fills in or changes of those there are."""
    _recognize(sheet)
    facts: dict[int, dict[str, Any]] = {}

    def judge(sheet: Sheet, plan: Plan, found: Found) -> None:
        facts.update(legacy_facts.count_facts(sheet, plan, found))
        _tell_filled(sheet, plan, found)

    made = plan_records(sheet, RECORDS, judge)
    inner = made.store

    def store(act: Act, progress: Any) -> None:
        if inner is not None:
            inner(act, progress)
        legacy_facts.store_facts(sheet, facts, _found_again(sheet), act)

    made.store = store
    made.amount_fen = sum(fen or 0 for fen in sheet.values["fiscal_amount"])
    return made


def _found_again(sheet: Sheet) -> Found:
    return Found(list(sheet.values["code"]), [], [], {})


def _tell_filled(sheet: Sheet, plan: Plan, found: Found) -> None:
    """Say how many empty boxes this part fills and how many it overwrites; what it leaves empty stays."""
    filled: Counter[str] = Counter()
    replaced: Counter[str] = Counter()
    for place, _, changes in found.changed:
        before = dict(zip(RECORDS.attrs, found.existing[found.codes[place]][2:], strict=True))
        for attr in changes:
            column = sheet.kind.by_attr.get(attr)
            label = column.label if column else PLACE_LABELS[attr]
            (filled if before[attr] in (None, "") else replaced)[label] += 1
    for word, told in (("补填了原来空着的", filled), ("改写了原来有内容的", replaced)):
        if told:
            parts = "、".join(f"{label} {count}" for label, count in told.most_common())
            sheet.say(f"{word} {told.total()} 格：{parts}")


def _keep_decisions(sheet: Sheet, act: Act, found: Found) -> None:
    """The class a workbook brings is the first decision of its project; what it fills in belongs to that decision."""
    first = [place for place in found.new if sheet.values["batch"][place]]
    first += [place for place, _, changes in found.changed if changes.get("batch")]
    numbers = ids_by_code(act.session, [found.codes[place] for place in first])
    day = act.day
    rows = [
        {
            "project_id": numbers[found.codes[place]],
            "batch": FourBatch(sheet.values["batch"][place]),
            "reason": sheet.values["batch_reason"][place] or "",
            "measure": sheet.values["measure"][place] or "",
            "responsible_unit": sheet.values["responsible_unit"][place] or "",
            "responsible": sheet.values["responsible"][place] or "",
            "due_on": sheet.values["due_on"][place],
            "state": DecisionState.DECIDED,
            "decider": sheet.values["decided_by"][place] or name_of(act),
            "decided_by": act.person_id,
            "decided_on": sheet.values["decided_on"][place] or day,
        }
        for place in first
    ]
    if rows:
        act.session.execute(insert(ClassDecision), rows)
    _fill_decisions(act, [(number, changes) for place, number, changes in found.changed if not changes.get("batch")])


def _fill_decisions(act: Act, changed: list[tuple[int, Stored]]) -> None:
    shared = {"batch_reason": "reason", "measure": "measure", "responsible": "responsible", "due_on": "due_on"}
    for number, changes in changed:
        told = {shared[attr]: value for attr, value in changes.items() if attr in shared}
        newest = (
            select(ClassDecision)
            .where(ClassDecision.project_id == number, ClassDecision.state == DecisionState.DECIDED)
            .order_by(ClassDecision.decided_on.desc(), ClassDecision.id.desc())
            .limit(1)
        )
        row = act.session.scalars(newest).first() if told else None
        if row is not None:
            for name, value in told.items():
                setattr(row, name, value)
            row.version += 1
    act.session.flush()


def known(session: Any, told: Told) -> Iterable[dict[str, Any]]:
    """The legacy projects there are, for a filled template."""
    return known_rows(session, told, RECORDS, seen_legacy(told.who, told.permission) if told.who else true())


RECORDS = Records(
    model=LegacyProject,
    attrs=(
        *(c.attr for c in COLUMNS if c.attr not in ("town", "village") and c.attr not in _FACTS_ONLY),
        "town_id",
        "village_id",
    ),
    identity=("year", "name", "town_id", "village_id"),
    begin=_begin,
    digits=4,
    units=("responsible_unit",),
    own=lambda who: who.unit_name,
    guard=_guard,
    fresh=_new,
    after=_keep_decisions,
    shows=PLACE_SHOWS,
    labels=PLACE_LABELS,
)

KIND = Kind(
    code="legacy",
    label="历年产业项目",
    title="2013—2022年产业项目和四个一批",
    columns=COLUMNS,
    agree=agree,
    plan=plan,
    known=known,
    foreign_amount=foreign_amount,
    own_unit=own_unit,
    later=("name", "year"),
)
