"""The thresholds of a year: one line, one threshold, one clause. A county edits the values; the kinds are here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from ..funds import BaseUse
from ..money import Money
from .kinds import PolicyValues, Setting, Threshold, Unit

WORK_PLAN = "陇县2024年工作要点"
PLAN_11 = "2024年工作要点 第11条"
PLAN_13 = "2024年工作要点 第13条"
PLAN_16 = "2024年工作要点 第16条"
PLAN_8 = "2024年工作要点 第8条"
FEE_RULE = "财农〔2021〕19号"
COUNTY_BASIS = "默认口径，待县财政局确认"
TENDER_RULE = "必须招标的工程项目规定（国家发展改革委2018年第16号令）限额，待县确认"
COUNTY_DEFAULT = "默认值，待县确认"
NO_PAPER_YET = frozenset({COUNTY_BASIS, COUNTY_DEFAULT})
"""What a value says that no paper of the county stands behind; a rule judging by it still has its own source."""

FEE_BASES = {"all": "该级次全部衔接资金", "task101": "仅巩固衔接任务"}

_2024 = (2024, 2024)
_SINCE_2021 = (2021, None)
_NO_YEAR = (1, 0)


def _share(label: str, default: str, clause: str, years: tuple[int, int | None]) -> Threshold[Fraction]:
    return Threshold(label, Unit.SHARE, lambda _: Fraction(default), clause, years)


def _count(label: str, default: int, clause: str, years: tuple[int, int | None]) -> Threshold[int]:
    return Threshold(label, Unit.COUNT, lambda _: default, clause, years)


def _target(label: str, clause: str) -> Threshold[int]:
    """A target of a year: its figure stands in that year's table of targets, none in the program."""
    return Threshold(label, Unit.COUNT, lambda _: 0, clause, _NO_YEAR)


def _days(label: str, default: int, clause: str) -> Threshold[int]:
    return Threshold(label, Unit.DAYS, lambda _: default, clause, _SINCE_2021)


def _year(label: str, default: Callable[[int], int], clause: str) -> Threshold[int]:
    return Threshold(label, Unit.YEAR, default, clause, _2024)


def _yes_no(label: str, default: bool, clause: str) -> Threshold[bool]:
    return Threshold(label, Unit.YES_NO, lambda _: default, clause, _SINCE_2021)


def _money(label: str, default: Money, clause: str) -> Threshold[Money]:
    return Threshold(label, Unit.MONEY, lambda _: default, clause, _SINCE_2021)


def _choice(label: str, default: str, choices: Mapping[str, str], clause: str) -> Threshold[str]:
    return Threshold(label, Unit.CHOICE, lambda _: default, clause, _SINCE_2021, choices=choices)


class Policy(PolicyValues):
    """A year's thresholds and bases, typed. An attribute is None where the year has no value: no rule guesses one."""

    project_target = _target("年度衔接项目数", PLAN_11)
    industry_share_min = _share("产业发展资金占比下限", "0.65", PLAN_11, _2024)
    lead_industry_share_min = _share("首位产业资金占比下限", "0.30", PLAN_11, _2024)
    work_relief_min = _count("以工代赈项目数下限", 10, PLAN_11, _2024)
    new_asset_year = _year("新增资产年度", lambda year: year - 1, PLAN_11)
    new_asset_share_min = _share("新增资产评估、登记、确权、监管比例", "1", PLAN_11, _2024)
    maintained_share_min = _share("“1+12”管护到位比例", "1", PLAN_11, _2024)
    legacy_target = _target("四个一批产业项目数", PLAN_16)
    legacy_first_year = _year("四个一批项目起始年度", lambda _: 2013, PLAN_16)
    legacy_last_year = _year("四个一批项目截止年度", lambda _: 2022, PLAN_16)
    management_fee_max = _share("项目管理费上限", "0.01", FEE_RULE, _SINCE_2021)
    management_fee_base = _choice("项目管理费的基数", "all", FEE_BASES, COUNTY_BASIS)
    base_less_fee = _yes_no("产业占比的分母扣减项目管理费", False, COUNTY_BASIS)
    base_f102 = _yes_no("以工代赈任务（F102）计入产业占比的分母", True, COUNTY_BASIS)
    base_f103 = _yes_no("少数民族发展任务（F103）计入产业占比的分母", True, COUNTY_BASIS)
    base_f104 = _yes_no("欠发达国有农场任务（F104）计入产业占比的分母", True, COUNTY_BASIS)
    base_f105 = _yes_no("欠发达国有林场任务（F105）计入产业占比的分母", True, COUNTY_BASIS)
    base_f202 = _yes_no("省级其他任务（F202）计入产业占比的分母", True, COUNTY_BASIS)
    valuation_floor = _money("资产评估起点（原值不低于此数的须评估）", Money(0), COUNTY_DEFAULT)
    patrol_interval = _days("没有行业规定时的巡查间隔", 30, COUNTY_DEFAULT)
    allotment_days = _days("上级资金到县后分解下达期限", 30, "预算法关于专项转移支付分解下达的规定")
    smallest_allocation = _money("求最小调整时一个项目至少安排的金额", Money.wan(1), COUNTY_DEFAULT)
    publication_days = _days(
        "资金分配结果公开期限（工作日）", 20, "扶贫项目公开目录要求形成或变更后 20 个工作日内公开，待县确认"
    )
    admission_notice_days = _days("项目入库公示天数", 10, "公示公告指导意见：镇村和项目实施单位公示期一般不少于 10 日")
    public_days_min = _days(
        "公示最少天数（含首尾）", 10, "扶贫项目资金公告公示指导意见（公示期一般不少于 10 日），待县确认"
    )
    public_share_min = _share("应公示事项公示到位比例", "1", COUNTY_DEFAULT, _SINCE_2021)
    public_amount_tolerance = _money("公示金额与台账金额的允许差额", Money.wan("0.01"), COUNTY_DEFAULT)
    cooperation_on_time_min = _share("协作项目按期开工、按期完工比例", "1", PLAN_13, _2024)
    late_start_days = _days("计划开工过多少日没有开工算未按期开工", 30, COUNTY_DEFAULT)
    acceptance_days = _days(
        "完工后多少日没有验收算未及时验收", 60, "六安市金安区2021年四季度衔接资金督查通报，供参考，待县确认"
    )
    paid_ahead_max = _share("支付比例最多超前形象进度多少", "0.10", COUNTY_DEFAULT, _SINCE_2021)
    leftover_days = _days("结算后多少日结余没有收回算未收回", 90, COUNTY_DEFAULT)
    asset_cost_share_min = _share("资产原值和不形成资产部分占结算额的下限", "0.90", COUNTY_DEFAULT, _SINCE_2021)
    project_money_max = _money("单个项目计划投资超过多少须核对单位", Money.wan(5000), COUNTY_DEFAULT)
    records_share_min = _share("项目资料合规比例", "1", COUNTY_DEFAULT, _SINCE_2021)
    rectified_share_min = _share("到期问题销号比例", "1", PLAN_8, _SINCE_2021)
    registration_days = _days("验收后登记资产的期限", 90, COUNTY_DEFAULT)
    titling_days = _days("登记后确权的期限", 60, COUNTY_DEFAULT)
    issue_days_full = _days("分解下达到实施单位的满分期限（工作日）", 25, "外省绩效评分做法，供参考，待县确认")
    issue_days_zero = _days("分解下达到实施单位的零分期限（工作日）", 50, "外省绩效评分做法，供参考，待县确认")
    idle_days = _days("分配后多少日没有支付算闲置", 90, COUNTY_DEFAULT)
    leftover_years = _count(
        "结转连续几年没有用完即视同结余收回", 2, "连续两年未用完的结转视同结余收回统筹，待县确认", _SINCE_2021
    )
    advance_share_max = _share("合同预付款比例上限", "0.30", COUNTY_DEFAULT, _SINCE_2021)
    progress_share_max = _share("验收前进度款比例上限（占已完成工程量）", "0.80", COUNTY_DEFAULT, _SINCE_2021)
    retention_share_max = _share(
        "质保金比例上限", "0.03", "建设工程质量保证金管理办法（建质〔2017〕138号）第七条；由县确认", _SINCE_2021
    )
    batch_use_min = _share("巩固一批的资产在用率下限", "0.90", COUNTY_DEFAULT, _SINCE_2021)
    batch_capacity_min = _share("产能利用率低于多少算低效运行", "0.50", COUNTY_DEFAULT, _SINCE_2021)
    batch_idle_months = _count("停产多少个月算闲置", 6, COUNTY_DEFAULT, _SINCE_2021)
    batch_loss_years = _count("看近几年的盈亏（都亏损即连续亏损）", 2, COUNTY_DEFAULT, _SINCE_2021)
    revival_months = _count("盘活转巩固须有几个月正常运行的记录", 6, COUNTY_DEFAULT, _SINCE_2021)
    class_changes_max = _count("一年内改类多少次以内不用专题说明", 2, COUNTY_DEFAULT, _SINCE_2021)
    relief_share_default = _share(
        "劳务报酬最低比例的缺省值", "0.30", "国家发展改革委 2023 年专项投资要求；衔接资金项目由县逐个确定", _SINCE_2021
    )
    relief_needs_pay = _yes_no("以工代赈项目须有报酬发放记录才计入个数", False, COUNTY_BASIS)
    relief_pay_days = _days("务工报酬发放期限（当月末以后）", 30, "按月发放，周期最长 1 个月，待县确认")
    relief_pay_share_min = _share("以工代赈报酬发放合规比例", "1", COUNTY_DEFAULT, _SINCE_2021)
    relief_workers_share_min = _share("完工时实际吸纳占计划吸纳的下限", "0.80", COUNTY_DEFAULT, _SINCE_2021)
    station_share_min = _share(
        "光伏收益用于公益岗位和小型公益事业的比例下限",
        "0.8",
        "2024年工作要点 第10条（优先用于）；2020年国家口径 80%，待县确认",
        _SINCE_2021,
    )
    station_days = _days("光伏电费结算后转村集体的期限", 60, COUNTY_DEFAULT)
    lying_days = _days("分配满多少日看累计支付率", 365, COUNTY_DEFAULT)
    lying_paid_min = _share("分配满期时累计支付率下限", "0.50", COUNTY_DEFAULT, _SINCE_2021)
    lying_long_days = _days("分配满多少日还有余额按长期闲置", 730, COUNTY_DEFAULT)
    income_late_days = _days("应收日期过后多少日没有收齐算未按期到账", 90, COUNTY_DEFAULT)
    income_plan_months = _count("上年到账收益在年后几个月内应有分配方案", 6, COUNTY_DEFAULT, _SINCE_2021)
    arrears_days = _days("收益应收日后多少日没有到账算拖欠预警", 90, "合同约定收益逾期 3 个月未到账触发预警，待县确认")
    income_idle_months = _count("经营性资产连续多少个月没有收益列为疑似闲置", 6, COUNTY_DEFAULT, _SINCE_2021)
    tender_works_min = _money("工程施工须招标的合同额", Money.wan(400), TENDER_RULE)
    tender_goods_min = _money("货物须招标的合同额", Money.wan(200), TENDER_RULE)
    tender_service_min = _money("服务须招标的合同额", Money.wan(100), TENDER_RULE)
    split_window_days = _days("批复相差多少日以内的同类项目合并看招标限额", 60, COUNTY_DEFAULT)
    changed_share_max = _share("投资和建设内容变动多少以内不须报批", "0.10", COUNTY_DEFAULT, _SINCE_2021)
    operator_share_max = _share("单一经营主体承接产业资金的比例提示线", "0.10", COUNTY_DEFAULT, _SINCE_2021)
    operator_households_min = _count("承接超过比例的经营主体至少带动户数", 10, COUNTY_DEFAULT, _SINCE_2021)
    appraisal_floor = _money("产业项目须有论证评审和用地依据的投资额", Money.wan(200), COUNTY_DEFAULT)
    sum_tolerance = _money("抄自其他文件的合计与明细的允许差额", Money.wan("0.01"), COUNTY_DEFAULT)
    target_report_day = _days("目标月报填报截止日（次月）", 5, COUNTY_DEFAULT)
    near_limit = _share("临近界线的提示范围", "0.005", COUNTY_DEFAULT, _SINCE_2021)
    near_limit_fee = _share("管理费临近上限的提示范围", "0.0005", COUNTY_DEFAULT, _SINCE_2021)

    @classmethod
    def kinds(cls) -> dict[str, Threshold[object]]:
        """Every kind of threshold by code, in the order of the policy page."""
        return {code: kind for code, kind in vars(Policy).items() if isinstance(kind, Threshold)}

    @classmethod
    def starting(cls, year: int, **changed: object) -> Policy:
        """The values a year starts with: those whose clause speaks of the year; `changed` replaces some of them."""
        kinds = cls.kinds()
        settings = {
            code: Setting(kind.default(year), _document(kind), kind.clause)
            for code, kind in kinds.items()
            if kind.holds_in(year)
        }
        for code, value in changed.items():
            settings[code] = Setting(value, "县定口径", kinds[code].clause)
        return cls(year, settings)

    @classmethod
    def of(cls, year: int, rows: Iterable[tuple[str, str, str, str]]) -> Policy:
        """The values of a year from the table's rows (code, value as text, document, clause). Raises BadThreshold."""
        kinds = cls.kinds()
        return cls(
            year,
            {
                code: Setting(kinds[code].read(text), document, clause or kinds[code].clause)
                for code, text, document, clause in rows
                if code in kinds
            },
        )

    def counts_in_base(self, source_code: str, use: BaseUse) -> bool:
        """Whether a source stands in the base of the 65 % rule; by the letter of the clause unless decided."""
        if use is not BaseUse.COUNTY_DECIDES:
            return use is BaseUse.COUNTS
        setting = self.settings.get(f"base_{source_code.lower()}")
        return True if setting is None else bool(setting.value)

    def cite(self, code: str) -> str:
        """Where a value comes from, for the basis line: its clause, and the county's paper where that is another."""
        setting = self.settings.get(code)
        if setting is None:
            return "未确认"
        return setting.clause if setting.document in ("", setting.clause) else f"{setting.clause}，{setting.document}"


def _document(kind: Threshold[object]) -> str:
    return WORK_PLAN if kind.clause in (PLAN_8, PLAN_11, PLAN_13, PLAN_16) else ""
