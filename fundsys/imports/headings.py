"""What column headings mean: one table of fields, and the order in which money columns may be the amount allotted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .parsers import squash

# field: (what it holds, pattern of a heading without brackets). The first line that fits decides. Lines above MONEY
# stand even where a heading also speaks of money: a standard per household is never an amount.
_BEFORE_MONEY: tuple[tuple[str, str, str], ...] = (
    ("seq", "sequence number", r"序号?|编号|项次|行次|NO\.?|№|顺序号|号"),
    ("document_no", "document number of a notice", r".*文号.*|.*文件(?:号|名称|依据)?|.*指标文.*|依据"),
    ("voucher_no", "number of a payment voucher", r".*凭证(?:编号|号码|号).*|.*支付令(?:编号|号码|号).*"),
    ("project_code", "code in the project library", r".*项目(?:库)?(?:编码|编号|代码).*"),
    ("in_words", "the amount once more in capital characters", r".*大写.*"),
    ("phone", "telephone", r".*(?:电话|手机|联系方式).*"),
    ("account", "bank account or identity number", r".*(?:账号|帐号|卡号|身份证|开户行|信用代码).*"),
    ("percent", "a share", r"(?!.*时间).*(?:比例|占比|百分比|比重|率|进度|%)"),
    ("standard", "money per unit, never an amount", r".*(?:标准|单价|每[户人亩座头只株棚公村组镇乡个项]|每公里|户均|人均|亩均).*"),
    ("income", "income expected or distributed, never an allotment", r".*(?:收入|收益|增收|产值|利润|分红|产出|租金).*"),
    ("households", "number of households", r".*户数.*|.*户(?:次)|.*(?:受益|带动|覆盖|扶持|脱贫|贫困|监测|农|使用|帮扶|惠及).*户|户"),
    ("people", "number of people", r".*(?:人数|人口|人次|名额|劳动力|学生数).*|.*(?:受益|带动|覆盖|脱贫|贫困).*人|人"),
    ("area", "area", r".*(?:面积|亩数|公顷|平方米).*"),
    ("quantity", "a quantity", r".*(?:数量|任务数|个数|座数|头数|株数|只数|台数|公里数|里程|长度|村数|项目数|件数|村个数|月数|天数|日数|工日|次数|期数)"),
    ("year", "year", r"年|.*(?:年度|年份)"),
    ("period", "dates or duration", r".*(?:时间|日期|期限|工期|起止|年限|年月|月份|时间进度).*"),
    ("source", "where the money comes from, in words", r"(?!.*(?:金额|数额))(?:(?:项目)?(?:资金|经费|投资|专项|指标)(?:来源|级次|级别|渠道|性质|类型|类别|种类|名称|科目|用途|管理办法|文件|去向|使用方向).*|来源|资金来源渠道|级次|渠道|来源渠道|预算科目|功能科目|.*科目(?:名称|编码)?)"),
    ("person", "person in charge", r".*(?:责任人|负责人|联系人|姓名|户主|经办人|领导|带头人|法人).*"),
    ("mechanism", "how farmers share in the benefit", r".*(?:机制|联农带农|利益联结|带贫|带动方式|帮扶方式|帮扶措施).*"),
    ("target", "performance target", r".*(?:绩效|目标|效益|预期).*"),
    ("remark", "remark", r"备注.*|说明|附注|备考|.*原因|其他说明"),
    ("status", "state of the work", r".*(?:是否|状态|进展|完成情况|实施情况|验收情况).*"),
)  # fmt: skip
_AFTER_MONEY: tuple[tuple[str, str, str], ...] = (
    ("content", "what is built or done", r".*(?:内容|任务|建设规模|工程规模|规模及|措施|做法|工程量|实施方案).*|规模"),
    ("project_type", "kind of project", r".*(?:类型|类别|分类|性质|属性)|行业|产业|大类|小类|任务方向|支出方向"),
    ("asset_name", "name of an asset", r"资产(?:名称)?|设备名称|物资名称"),
    ("town", "town", r"(?:所属|所在|项目|实施|受益)?(?:乡镇|镇|乡|街道|镇街|镇办|乡镇街道|乡\(镇\)|镇\(街道\)|乡镇\(街道\)|乡\(镇、街道\)|镇乡|镇\(办\)|乡镇、街道|乡镇办|街镇|镇\(乡\))(?:名称|办|别|名)?"),
    ("village", "village", r"(?:所在|实施|项目|受益|受.{0,4})?(?:行政村|自然村|村|村组|村级|社区|村\(社区\)|村社区|村、社区|建制村|项目村|受益村|重点村|贫困村|脱贫村)(?:名称|名|别)?"),
    ("place", "place", r".*(?:地点|地址|位置|区域|县区|区县|县市|市县|市州|县名|地区|县别|所在地|地县|地州|辖区|县（市）).*|县|区|市|(?:县|区|市|旗)名?称?|地市"),
    ("unit", "implementing or lead unit", r".*(?:单位|部门|主体|业主|机构|承办方)(?:名称)?|经营企业"),
    ("project_name", "project name", r"(?:子|建设|帮扶|扶贫|具体|实施|计划|产业|安排)?(?:项目|工程)(?:名称|名|清单|及内容)?(?:及.*)?|名称|资金安排|事项|项目事项|用途|支出事项|分配对象|分配单位|.{0,6}项目名称"),
    ("measure_unit", "unit of measure", r"计量单位"),
)  # fmt: skip
FIELDS: dict[str, str] = {
    **{field: meaning for field, meaning, _ in _BEFORE_MONEY + _AFTER_MONEY},
    "amount": "what the table allots in the row: amount_fen",
    "central": "part from the central level", "provincial": "part from the province",
    "city": "part from the prefecture or city", "county": "part from the county", "other": "other part of the amount",
    "self_raised": "raised by villages, farmers or firms", "cooperation": "part from cooperation funds",
    "total_investment": "whole investment or estimate", "previous": "allotted before this table",
    "spent": "paid, settled or contracted", "money": "another column of money",
}  # fmt: skip
_PATTERNS = tuple((field, re.compile(pattern)) for field, _, pattern in _BEFORE_MONEY)
_LATER = tuple((field, re.compile(pattern)) for field, _, pattern in _AFTER_MONEY)

_MONEY = re.compile(
    r"资金|金额|投资|经费|补助|补贴|奖补|奖励|概算|预算|拨款|拨付|下达|安排|分配|投入|财政|中央|省级|省市|市级|县级|区级|自筹|配套|贷款|贴息"
    r"|合计|小计|总计|共计|整合|额度|指标|[总余款费]额|款$|支出|支付|结余|费用|费$|造价|合同价|中标价|结算|决算|资助|债券|捐赠|合价|工资|报酬|亿元|万元|^元$|^计$|彩票|中彩|本级|补差|缺口|原值|净值|现值|估值|价值|造价|账面"
)
_LONE_MONEY = re.compile(r"(?:调整|变更)(?:前|后|数|额)|增减(?:数|额)?|[应实][发领]数?")
"""Headings that name money by themselves over figures, but nothing as a group: 调整后/建设内容 is no money."""
_MONTHLY = re.compile(r"每?[月日](?:补贴|补助|工资|报酬)(?:标准|金额)?")
"""What one month or day brings: the amount only where nothing beside it says what was given."""
_LEVELS = (
    ("central", re.compile(r"中央|国家|中彩|中央级")),
    ("provincial", re.compile(r"省级|省财政|^省|省本级|自治区|区本级财政|市级\(直辖\)")),
    ("city", re.compile(r"市级|地市|市财政|市本级|州级|州财政|^市$|^州$|^市(?:配套|资金|补助)|盟级|地级")),
    ("county", re.compile(r"县级|区级|县财政|区财政|县本级|县区级|旗级|县市级|市县级?|^县$|^区$|^县(?:配套|资金|区)")),
    ("cooperation", re.compile(r"苏陕|东西部|协作|对口|铜陇|定点")),
    ("self_raised", re.compile(r"自筹|自有|群众|社会|企业|农户|个人|村集体|投劳|业主")),
    ("other", re.compile(r"第[一二三四五六七八九十]批|提前批|其他|其它|配套|贷款|债券|行业|捐赠|结余|部门")),
)
_NOT_FISCAL = re.compile(r"自筹|自有|群众|社会|企业|农户|个人|村集体|投劳|业主|贷款|其他|其它|配套|捐赠")
_PART_GROUP = re.compile(r"其中|资金来源|资金构成|来源|构成|资金渠道|按级次|分级次|资金投入来源|投资来源")
TOTAL_LEAF = re.compile(r"(?:资金|金额|投资|总)?(?:小计|合计|总计|共计|计|总额|总量|总数)(?:资金|金额)?")
_TOTAL_WORD = re.compile(r"小计|合计|总计|共计|总额|总量|总金额|总资金")
_NOW = re.compile(
    r"本次|此次|本批|这次|本期|此批|拟安排|拟下达|拟补助|拟分配|拟投入|本年安排|本年下达|调整后|变更后|实际安排|实际下达|实[发领]"
)
_ALLOT = re.compile(r"下达|安排|分配|补助|奖补|补贴|奖励|资助|额度|贴息")
_BEFORE = re.compile(
    r"已|累计|上年|上期|以前|往年|历年|提前(?!批)|前期|结余|结转|收回|调整前|变更前|原(?!值)|(?<!提)前批|第一批次已|剩余|余额|差额|缺口$|未|待[兑支拨发付]|净值|折旧|残值"
)
_INVEST = re.compile(r"投资|概算|预算|造价|费用|总规模|估算")
_FISCAL = re.compile(r"财政|衔接|补助|奖补|专项|整合|扶贫资金|帮扶资金")
_ASKED = re.compile(r"申请|申报|上报")
"""What was asked for: the amount only where nothing beside it says what was given."""
_WAGES = re.compile(r"工资|报酬")
"""What people earned: the amount of a list of wages, but beside the money of a project only what came of it."""
_SPENT = re.compile(r"支出|支付|拨付|报账|报帐|结算|决算|审计|合同|中标|完成|审定|执行|兑付|兑现")


def bare_heading(text: str) -> str:
    """A heading without spaces and without its brackets: 补助金额\\n(元) → 补助金额. All-bracket headings stay.

    Its number and the sum it announces are left out too: 1.中央, 合计=1+2+3.
    """
    word = re.sub(r"^\d{1,2}[.、](?=[^\d])|=[\d+\-*×①-⑳]+$", "", squash(text))
    bare = re.sub(r"\([^()]*\)", "", word)
    return (bare or word).strip(":：、,*")


def text_field(heading: str) -> str | None:
    """The field a heading names when its column holds words or counts; None when it could be money or nothing known."""
    bare, word = bare_heading(heading), squash(heading)
    for field, pattern in _PATTERNS:
        if pattern.fullmatch(bare):
            return field
    if "大写" in word:
        return "in_words"
    if re.search(r"[(/](?:户|人|亩|公里|个|座|平方米|m2?|km|台|株|%|头|只)[)/]?", word) and not re.search(r"元", word):
        for field, unit in (("households", "户"), ("people", "人"), ("area", "亩"), ("percent", "%")):
            if f"({unit})" in word:
                return field
        return "quantity"
    if re.search(r"元/(?!万?元)|/(?:户|人|亩|座|棚|头|只|月|年|公里)", word):
        return "standard"
    return None


def later_field(heading: str) -> str | None:
    """The field of a heading whose column turned out to hold no money."""
    bare = bare_heading(heading)
    if found := text_field(heading):
        return found
    for field, pattern in _LATER:
        if pattern.fullmatch(bare):
            return field
    for field, pattern in _LATER:
        if pattern.fullmatch(squash(heading)):
            return field
    return None


def is_money_word(heading: str) -> bool:
    """Whether a heading may stand over money, by its words alone."""
    return text_field(heading) is None and _MONEY.search(squash(heading)) is not None


def is_lone_money_word(heading: str) -> bool:
    """Whether a leaf heading names money that its words alone do not say: 调整后."""
    return _LONE_MONEY.fullmatch(bare_heading(heading)) is not None


def is_known(heading: str) -> bool:
    """Whether a cell reads like a column heading at all."""
    word = squash(heading)
    if not word or len(bare_heading(heading)) > 30 or re.search(r"[。；;！]|:(?!$)", bare_heading(heading)):
        return False
    if re.match(r"其中", word):
        return True
    if re.search(r"\d{3,}(?![\d年])", bare_heading(heading)):
        return False
    return later_field(heading) is not None or is_money_word(heading)


@dataclass(frozen=True, slots=True)
class MoneyRank:
    """How likely a money column is what the table allots: lower is likelier. part: a share of another column."""

    rank: float
    part: str | None


def money_rank(path: tuple[str, ...]) -> MoneyRank:
    """The rank of a money column by its headings from top to leaf.

    1 what this table gives (本次安排、下达、补助), 2 a total or plain money, 3 investment and estimates,
    4 spending, 5 earlier money; parts (levels, 其中) are ranked by their own words for the case that they stand alone.
    """
    words = [bare_heading(step) for step in path]
    leaf, whole = words[-1], "".join(words)
    groups = words[:-1]
    in_parts = any(_PART_GROUP.match(group) for group in groups) or leaf.startswith("其中")
    total_leaf = TOTAL_LEAF.fullmatch(leaf) is not None
    said = "".join(groups) if total_leaf and groups and not in_parts else whole
    if total_leaf and in_parts:
        return MoneyRank(2, None if _PART_GROUP.match(groups[-1]) else "other")
    level = None if total_leaf else level_of(leaf)
    if level is None and groups and not total_leaf and len(words) > 1:
        level = level_of(groups[-1]) if not in_parts and not _NOW.search(whole) else level
    part = level or ("other" if in_parts else None)
    if groups and not total_leaf and _FISCAL.search(leaf) and _rank_of(said) == 3:
        said = leaf
    return MoneyRank(_rank_of(said or leaf), part)


def _rank_of(said: str) -> float:
    now = _NOW.search(said) is not None
    if _WAGES.search(said) and not _ALLOT.search(said):
        return 3.4 if now else 3.6 if _MONTHLY.fullmatch(said) else 3.5
    if _BEFORE.search(said) and not now:
        return 5
    if _SPENT.search(said) and not now and not re.search(r"安排|下达|分配|补助|奖补", said):
        return 4
    if now:
        return 0.5 if not _INVEST.search(said) else 0.8
    if _MONTHLY.fullmatch(said):
        return 2.5
    if _ALLOT.search(said) and not re.search(r"总投资", said):
        return 1.4 if _ASKED.search(said) else 1
    if _INVEST.search(said) and not re.search(r"资金|财政|预算指标|金额", said):
        return 3
    if re.search(r"总投资|概算|估算", said):
        return 3
    return 2


def level_of(leaf: str) -> str | None:
    """Which level or payer a part belongs to: 中央资金 → central; None when the words name no one."""
    bare = re.sub(r"^其中:?", "", leaf)
    if TOTAL_LEAF.fullmatch(bare):
        return None
    for field, pattern in _LEVELS:
        if pattern.search(bare):
            return field
    return None


def is_fiscal(leaf: str) -> bool:
    """Whether a part is public money rather than what others add."""
    return _NOT_FISCAL.search(bare_heading(leaf)) is None


def is_fiscal_group(group: str) -> bool:
    """Whether a group heading names public money as such: 财政补助资金, not 总投资 nor 其中."""
    bare = bare_heading(group)
    return _FISCAL.search(bare) is not None and not _PART_GROUP.match(bare) and not _INVEST.search(bare)


def says_total(path: tuple[str, ...]) -> bool:
    """Whether the headings of a column say total, wherever in the path."""
    return any(_TOTAL_WORD.search(bare_heading(step)) or bare_heading(step) in ("计", "总数") for step in path)


def is_part_group(text: str) -> bool:
    """Whether a group heading announces parts of the column beside it: 其中, 资金来源."""
    return _PART_GROUP.match(bare_heading(text)) is not None
