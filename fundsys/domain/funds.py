"""Money's own words: levels of funds, states of a money record, kinds of entries and payments, and what is judged."""

from __future__ import annotations

from .coded import Coded


class FundLevel(Coded):
    """The level of government a fund comes from, or the kind of giver."""

    CENTRAL = "central", "中央", "info"
    PROVINCIAL = "provincial", "省级", "info"
    CITY = "city", "市级", "info"
    COUNTY = "county", "县级", "info"
    COOPERATION = "coop", "协作", "plain"
    SOCIAL = "social", "社会", "plain"
    OWN = "own", "自筹", "plain"
    FINANCE = "finance", "金融", "plain"
    OTHER = "other", "其他", "plain"


class MoneyState(Coded):
    """A money record's way: a draft counts in nothing, submitted money is reserved, approved money stands."""

    DRAFT = "draft", "草稿", "plain"
    SUBMITTED = "submitted", "待复核", "info"
    APPROVED = "approved", "已复核", "good"
    RETURNED = "returned", "已退回", "warn"


class NoticeKind(Coded):
    """What a notice does with the money of the county: gives it, adds to it, takes some back, or carries a balance over."""

    ALLOTMENT = "allotment", "下达", "plain"
    ADDITION = "addition", "追加", "info"
    REDUCTION = "reduction", "核减", "warn"
    CARRYOVER = "carryover", "上年结转", "info"


class LineEntryKind(Coded):
    """How money leaves a notice line without having gone to a project."""

    RETURN = "return", "退回上级", "warn"
    CARRYOVER = "carryover", "结转下年", "info"
    REVERSAL = "reversal", "红字冲销", "warn"


class CorrectionKind(Coded):
    """What a paper that corrects allocations does."""

    ADJUSTMENT = "adjustment", "调整", "info"
    RECOVERY = "recovery", "收回", "warn"


class RequestState(Coded):
    """A payment request's way from the owner's desk to the payee."""

    DRAFT = "draft", "草稿", "plain"
    SUBMITTED = "submitted", "待受理", "info"
    ACCEPTED = "accepted", "待支付复核", "info"
    PAID = "paid", "已支付", "good"
    RETURNED = "returned", "已退回", "warn"


class PeriodState(Coded):
    """A month's accounts: open, handed over for closing, closed, or opened again."""

    SUBMITTED = "submitted", "待复核结账", "info"
    CLOSED = "closed", "已结账", "good"
    REOPENED = "reopened", "已重新打开", "warn"


class EntryKind(Coded):
    """Why an allocation record exists."""

    ALLOCATION = "allocation", "分配", "plain"
    ADJUSTMENT = "adjustment", "调整", "info"
    RECOVERY = "recovery", "收回", "warn"
    REVERSAL = "reversal", "红字冲销", "warn"


class PaymentKind(Coded):
    """What a payment to a payee is for."""

    ADVANCE = "advance", "预付款", "plain"
    PROGRESS = "progress", "进度款", "plain"
    SETTLEMENT = "settlement", "结算款", "plain"
    RETENTION = "retention", "质保金", "plain"
    SUBSIDY = "subsidy", "补助到户", "plain"
    REVERSAL = "reversal", "红字冲销", "warn"


class ContractSubject(Coded):
    """What a contract is about, which decides from which amount on it must be tendered. Source: audit finding F023."""

    WORKS = "works", "工程施工", "plain"
    GOODS = "goods", "货物", "plain"
    SERVICE = "service", "服务", "plain"


class BaseUse(Coded):
    """Whether a fund source stands in the base of the 65 % rule (`in_base` of the source)."""

    COUNTS = "yes", "计入"
    NEVER = "no", "不计入"
    COUNTY_DECIDES = "config", "按县定口径"


JUDGED_LEVELS = (FundLevel.CENTRAL, FundLevel.PROVINCIAL)
"""Levels the clause speaks of: “中央及省级财政衔接补助资金”. Source: 2024年工作要点 第11条。"""

CONSOLIDATION_TASK = "巩固衔接"
"""The task whose money is the narrower base of the management fee (task101)."""

NEXT_STATES: dict[MoneyState, tuple[MoneyState, ...]] = {
    MoneyState.DRAFT: (MoneyState.SUBMITTED,),
    MoneyState.SUBMITTED: (MoneyState.APPROVED, MoneyState.RETURNED, MoneyState.DRAFT),
    MoneyState.RETURNED: (MoneyState.SUBMITTED,),
    MoneyState.APPROVED: (),
}
"""Steps of a money record; from submitted back to draft when its enterer takes it back. An approved one is corrected by further entries, never changed."""


def is_transition_source(source_code: str) -> bool:
    """Whether a source is 财政衔接推进乡村振兴补助资金 of any level: F1xx (中央) to F4xx (县级)."""
    return source_code[:2] in ("F1", "F2", "F3", "F4")
