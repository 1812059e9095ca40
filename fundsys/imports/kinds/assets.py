"""`assets`: the register of LG05 with title, maintenance and keepers' numbers, which go into the vault."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import true

from fundsys.domain import terms
from fundsys.domain.assets import AssetClass, AssetForm, AssetStatus, OwnerType
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset
from fundsys.queries.viewer import seen_assets
from fundsys.services import vault
from fundsys.services.acts import Act
from fundsys.services.imports import Plan
from fundsys.services.maintenance.keepers import FIELDS, note_changes

from .base import FOREIGN, Column, Kind, Sheet, Table, Told, refuse_repeats, settle_places
from .cells import Choice, CodeText, Count, Day, Listed, Phone, Quantity, Text, Wan, Year, wan
from .costs import guard_costs, settle_costs, write_costs
from .records import PLACE_LABELS, PLACE_SHOWS, Found, Records, Stored, known_rows, nothing_more, plan_records

_CLASSES = (("经营性资产", "OPR"), ("公益性资产", "PUB"), ("到户类资产", "HH"), ("公益类", "PUB"), ("经营类", "OPR"))
_FORMS = (("固定", "FA"), ("生物", "BA"), ("权益", "EQ"), ("无形", "IA"), ("流动", "CA"), ("权益类", "EQ"))
_OWNERS = (("村集体", "CO"), ("到户", "HO"), ("个人", "HO"), ("国家", "ST"))
_STATES = (("正常", "S1"), ("在用(正常)", "S1"), ("出租", "S6"), ("出借", "S6"))
_BY_PAPERS = {
    AssetStatus.DISPOSED.code: "资产处置要经过审批，请在资产页办理",
    AssetStatus.MERGED.code: "资产合并要经过审定，请在资产页办理",
}
_LETTER = {AssetClass.INCOME.code: "J", AssetClass.PUBLIC.code: "G", AssetClass.HOUSEHOLD.code: "H"}
_DIGIT = {form.code: number for number, form in enumerate(AssetForm, 1)}
_TITLE = Permission.CONFIRM_TITLE

COLUMNS = (
    Column(terms.ASSET_NO, "code", CodeText(), also=("资产编号", "编号", "编码"), given=False, mm=34),
    Column(terms.ASSET_NAME, "name", Text(120), required=True, also=("资产", "名称"), field="asset_name", given=False, mm=34),
    Column(terms.ASSET_CLASS, "asset_class", Choice(kind=AssetClass, also=_CLASSES), required=True, also=("资产类别", "资产类型")),
    Column(terms.ASSET_FORM, "form", Choice(kind=AssetForm, also=_FORMS), required=True, also=("资产形态",)),
    Column(terms.ASSET_KIND, "kind", Text(40), also=("资产种类",)),
    Column(terms.SOURCE_PROJECT, "project_code", CodeText(), also=("来源项目编号", "项目编号"), field="project_code", given=False, mm=22),
    Column(terms.PROJECT_YEAR, "project_year", Year(), required=True, also=("年度", "项目实施年度", "形成年度"), field="year"),
    Column(terms.FUND_SOURCE, "fund_sources", Text(120), field="source", mm=24),
    Column(terms.TOWN, "town", Text(40), also=("乡镇", "所在镇", "所在乡镇"), field="town"),
    Column(terms.VILLAGE, "village", Text(40), also=("行政村", "所在村"), field="village"),
    Column(terms.LOCATION, "location", Text(120), also=("详细地址", "资产位置", "坐落位置"), field="place", mm=24),
    Column(terms.SPECIFICATION, "spec", Text(80), also=("规格型号", "规格"), mm=20),
    Column(terms.QUANTITY, "quantity", Quantity(), required=True, field="quantity"),
    Column(terms.QUANTITY_UNIT, "quantity_unit", Text(12), required=True, also=("计量单位",), field="measure_unit"),
    Column(terms.SETTLED_AMOUNT, "settled_amount", Wan(), also=("结算价", "审定金额"), given=False),
    Column(terms.ORIGINAL_COST, "original_cost", Wan(), required=True, also=("资产原值", "账面原值"), given=False),
    Column(terms.VALUATION, "appraised_value", Wan(), also=("资产评估值",), given=False),
    Column(terms.APPRAISAL_NO, "appraisal_no", Text(60), given=False, mm=24),
    Column(terms.ACCEPTED_ON, "accepted_on", Day(past=True)),
    Column(terms.IN_USE_ON, "in_use_on", Day(past=True)),
    Column(terms.SERVICE_LIFE, "life_years", Count(100), also=("使用年限（年）",)),
    Column(terms.NET_VALUE, "net_value", Wan(), also=("资产净值",), given=False),
    Column(terms.OWNER_TYPE, "owner_type", Choice(kind=OwnerType, also=_OWNERS), required=True, also=("权属类型", "产权类型")),
    Column(terms.TITLE_HOLDER, "owner_name", Text(80), also=("权属人", "产权单位", "权属单位", "产权归属"), mm=28),
    Column(terms.TITLE_DOCUMENT, "title_document", Text(60), right=_TITLE, given=False, mm=24),
    Column(terms.TITLED_ON, "titled_on", Day(past=True), right=_TITLE),
    Column(terms.HANDED_OVER_ON, "handed_over_on", Day(past=True)),
    Column(terms.OPERATOR, "operator", Text(80), also=("经营主体", "使用单位"), mm=24),
    Column(terms.CONTRACT_NO, "contract_no", Text(60), given=False),
    Column(terms.CONTRACT_TO, "contract_to", Day()),
    Column(terms.YEARLY_INCOME, "yearly_income", Wan(), given=False),
    Column(terms.SECTOR, "sector_id", Listed(which="sectors", what="“1+12”管护行业"), mm=20),
    Column(terms.MAINTENANCE_BODY, "maintenance_body", Text(80), mm=24),
    Column(terms.KEEPER, "keeper", Text(40), also=("管护人", "管护员"), given=False),
    Column(terms.PHONE, "phone", Phone(), also=("管护人电话",), field="phone", given=False, mm=20),
    Column(terms.MAINTENANCE_FUND, "maintenance_fund", Text(80), mm=20),
    Column(terms.SUPERVISOR, "supervisor", Text(80), also=("监管部门", "主管部门"), mm=24),
    Column(terms.ASSET_OWNER_UNIT, "owner_unit_id", Listed(which="units", what="本县单位名录"), mm=24),
    Column(terms.BENEFIT_HOUSEHOLDS, "households", Count(), also=("受益户数",), field="households", given=False),
    Column(terms.BENEFIT_PEOPLE, "people", Count(), also=("受益人口", "受益人数"), field="people", given=False),
    Column(terms.ENCUMBRANCE, "encumbrance", Text(120), also=("抵押担保", "抵押情况"), given=False, mm=24),
    Column(terms.ASSET_STATUS, "status", Choice(kind=AssetStatus, also=_STATES, unoffered=(AssetStatus.DISPOSED, AssetStatus.MERGED)), required=True, also=("资产状态", "使用状态", "运行状态")),
    Column(terms.REGISTERED_ON, "registered_on", Day(past=True)),
    Column(terms.REMARK, "remark", Text(4000, lines=True), field="remark", given=False, mm=24),
)  # fmt: skip


def agree(sheet: Sheet) -> None:
    """What the columns of an asset must say together."""
    refuse_repeats(sheet, "code")
    settle_places(sheet)
    _link_projects(sheet)
    _judge_days(sheet)
    _judge_money(sheet)
    _judge_states(sheet)
    settle_costs(sheet)
    _settle_phones(sheet)


def _link_projects(sheet: Sheet) -> None:
    """A source project we know is linked; an older one stays as its code."""
    codes = sheet.column("project_code")
    known = sheet.told.lists.projects
    sheet.values["project_id"] = [known[code].id if code in known else None for code in codes]
    sheet.filled |= {"project_id"} if "project_code" in sheet.filled else set()


def _judge_days(sheet: Sheet) -> None:
    """Accepted before put in use, handed over and titled."""
    accepted = sheet.column("accepted_on")
    for attr, word in (("in_use_on", "启用"), ("handed_over_on", "移交"), ("titled_on", "确权")):
        if attr not in sheet.filled or "accepted_on" not in sheet.filled:
            continue
        for place, (before, after) in enumerate(zip(accepted, sheet.column(attr), strict=True)):
            if before and after and after < before:
                sheet.complain(place, attr, f"{word}日期 {after} 早于验收日期 {before}")


def _judge_money(sheet: Sheet) -> None:
    """Net value is not above the cost, unless a paper revalued it; a cost above what was settled is named. Source: F073."""
    cost, settled, net = (sheet.column(a) for a in ("original_cost", "settled_amount", "net_value"))
    codes, above = sheet.column("code"), 0
    for place, (fen, paid, left) in enumerate(zip(cost, settled, net, strict=True)):
        if fen is None:
            continue
        if left is not None and left > fen and codes[place] not in sheet.told.lists.papers_of_assets[0]:
            sheet.complain(place, "net_value", f"净值 {wan(left)} 万元大于原值 {wan(fen)} 万元")
        above += paid is not None and paid < fen
    if above:
        sheet.say(f"有 {above} 行的原值大于结算金额，请核对")


def _judge_states(sheet: Sheet) -> None:
    """Out of the books only by a paper: the word may stand where it stands already, as on a printed register."""
    for place, (code, status) in enumerate(zip(sheet.column("code"), sheet.column("status"), strict=True)):
        if status in _BY_PAPERS and sheet.told.lists.assets_gone.get(code) != status:
            sheet.complain(place, "status", _BY_PAPERS[status])


def _settle_phones(sheet: Sheet) -> None:
    """Numbers that are locked away already keep their place in the vault; a masked one stands for what is stored."""
    sheet.values["keeper_phone_id"] = [None] * len(sheet)
    if "phone" not in sheet.filled:
        return
    phones = sheet.column("phone")
    plain = {number for number in set(phones) if number and "*" not in number}
    marks = {number: vault.lookup("phone", number) for number in plain}
    found = sheet.told.lists.vault_ids(sorted(marks.values()))
    ids = {number: found.get(mark) for number, mark in marks.items()}
    sheet.values["keeper_phone_id"] = [ids.get(number) for number in phones]
    fresh = {number for number, known in ids.items() if known is None}
    sheet.values["phone_is_new"] = [number in fresh for number in phones]
    sheet.filled.add("keeper_phone_id")


def _lock_phones(sheet: Sheet, records: Records, found: Found, act: Act) -> None:
    """New numbers into the vault, each once, before the rows that name them."""
    if "phone_is_new" not in sheet.values:
        return
    phones = sheet.values["phone"]
    fresh = sorted({number for number, new in zip(phones, sheet.values["phone_is_new"], strict=True) if new})
    ids = dict(zip(fresh, vault.put_all("phone", fresh, act=act), strict=True))
    sheet.values["keeper_phone_id"] = [
        ids.get(number, known) for number, known in zip(phones, sheet.values["keeper_phone_id"], strict=True)
    ]
    for place, _, changes in found.changed:
        if phones[place] in ids:
            changes["keeper_phone_id"] = ids[phones[place]]


def _judge_phones(sheet: Sheet, plan: Plan, found: Found) -> None:
    """What a phone cell changes: a new number, or a masked one that must be the stored one's."""
    if "phone_is_new" not in sheet.values:
        return
    spot = RECORDS.attrs.index("keeper_phone_id") + 2
    phones = sheet.values["phone"]
    hidden = [place for place, number in enumerate(phones) if "*" in number]
    held = {place: row[spot] for place in hidden if (row := found.existing.get(found.codes[place])) is not None}
    masked = sheet.told.lists.masked([number for number in held.values() if number])
    for place in hidden:
        if masked.get(held.get(place) or 0) != phones[place]:
            sheet.complain(place, "phone", "带星号的电话只能是原来登记的那一个，请填写完整的号码，或留空")
    known = {place for place, _, _ in found.changed}
    for place, new in enumerate(sheet.values["phone_is_new"]):
        row = found.existing.get(found.codes[place])
        if new and row is not None and place not in known:
            found.changed.append((place, row[0], {}))
            plan.changed += 1
            plan.same -= 1


def foreign_amount(table: Table) -> None:
    """The amount of a county's asset table is the original cost, where no column says so."""
    table.take_sums_as("original_cost")


def own_unit(given: dict[str, Any], told: Told) -> dict[str, Any]:
    """Where nothing was said, owners and towns import for their own unit."""
    return {"owner_unit_id": told.who.unit_id} if told.is_own and told.who and "owner_unit_id" not in given else {}


def _begin(sheet: Sheet, place: int) -> str:
    """区划12位-年度-类别形态-: the rule of the delivered list, confidence D."""
    values, lists = sheet.values, sheet.told.lists
    region = values["village_id"][place] or values["town_id"][place]
    code = lists.region_code(region) or f"{sheet.told.county}000000"
    kind = _LETTER[values["asset_class"][place]] + str(_DIGIT[values["form"][place]])
    return f"{code}-{values['project_year'][place]}-{kind}-"


def _guard(sheet: Sheet, place: int, before: Stored, changes: Stored) -> None:
    if before["status"] in (AssetStatus.DISPOSED.code, AssetStatus.MERGED.code):
        sheet.complain(place, "code", f"“{before['name']}”{AssetStatus(before['status']).label}，不能再改动")
    _guard_papers(sheet, place, before, changes)
    guard_costs(sheet, place, before, changes)


_BY_PAPER = ("owner_type", "owner_name", "title_document", "titled_on")


def _guard_papers(sheet: Sheet, place: int, before: Stored, changes: Stored) -> None:
    """What papers have set down is changed by papers: the cost of an asset with book movements, the title of a titled one."""
    moved, titled = sheet.told.lists.papers_of_assets
    if "original_cost" in changes and before["code"] in moved:
        sheet.complain(place, "original_cost", "这项资产的账面已有变动记录，原值请用拆分、合并、评估或处置办理")
    if before["code"] in titled and (attr := next((a for a in _BY_PAPER if a in changes), None)):
        sheet.complain(place, attr, "这项资产已有确权办理单，变更权属请在“确权移交”办理")


def _after(sheet: Sheet, act: Act, found: Found) -> None:
    write_costs(sheet, act, found)
    spots = [(name, RECORDS.attrs.index(name) + 2) for name in FIELDS if name in RECORDS.attrs]
    before = [(row_id, changes, found.existing[found.codes[place]]) for place, row_id, changes in found.changed]
    note_changes(
        ((i, {name: row[spot] for name, spot in spots if name in changes}) for i, changes, row in before), act=act
    )


def plan(sheet: Sheet) -> Plan:
    """New assets, and changes of those there are."""
    made = plan_records(sheet, RECORDS, judge=_judge_phones)
    made.amount_fen = sum(fen or 0 for fen in sheet.values["original_cost"])
    if sheet.told.way == FOREIGN and "code" not in sheet.table.columns:
        sheet.say("表里没有资产编码，由系统按区划、年度、类别编排")
    return made


def known(session: Any, told: Told) -> Iterable[dict[str, Any]]:
    """The assets there are, for a filled template; keepers' numbers masked."""
    rows = list(known_rows(session, told, RECORDS, seen_assets(told.who, told.permission) if told.who else true()))
    masked = told.lists.masked([row["keeper_phone_id"] for row in rows if row["keeper_phone_id"]])
    for row in rows:
        row["phone"] = masked.get(row["keeper_phone_id"] or 0, "")
    return rows


RECORDS = Records(
    model=Asset,
    attrs=(
        *(c.attr for c in COLUMNS if c.attr not in ("town", "village", "phone")),
        "town_id",
        "village_id",
        "project_id",
        "keeper_phone_id",
    ),
    identity=("project_year", "name", "town_id", "village_id", "location", "spec"),
    begin=_begin,
    digits=5,
    units=("owner_unit_id",),
    guard=_guard,
    fresh=nothing_more,
    shows=PLACE_SHOWS
    | {
        "project_id": lambda sheet, value: "有" if value else "",
        "keeper_phone_id": lambda sheet, value: "已登记" if value else "",
    },
    labels=PLACE_LABELS | {"project_id": "对应到本系统的项目", "keeper_phone_id": "联系电话"},
    before=_lock_phones,
    after=_after,
)

KIND = Kind(
    code="assets",
    label="资产",
    title="帮扶项目资产登记",
    columns=COLUMNS,
    agree=agree,
    plan=plan,
    known=known,
    foreign_amount=foreign_amount,
    own_unit=own_unit,
)
