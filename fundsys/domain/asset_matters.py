"""What is done with assets on paper: formation, valuation, title, splits and merges, disposal; owners, shares, numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from fractions import Fraction

from .assets import AssetClass, AssetForm, OwnerType
from .coded import Coded
from .errors import DomainError


class MatterKind(Coded):
    """A paper about assets."""

    FORMATION = "form", "资产形成"
    VALUATION = "value", "资产评估"
    TITLE = "title", "确权移交"
    SPLIT = "split", "资产拆分"
    MERGE = "merge", "资产合并"
    DISPOSAL = "dispose", "资产处置"
    REVERSAL = "undo", "处置冲销"
    CONTRACT = "contract", "经营合同"
    RECEIPT = "receipt", "收益到账"
    SETTLEMENT = "station", "光伏结算"
    SHARING = "share", "收益分配"
    PAYOUT = "payout", "分配支付"
    IDLE = "idle", "闲置低效"
    REVIVAL = "revive", "恢复使用"
    TAKING_BACK = "back", "收益冲销"

    @property
    def is_grave(self) -> bool:
        """Whether it takes an asset out of the books, or back into them."""
        return self in (MatterKind.DISPOSAL, MatterKind.REVERSAL)

    @property
    def is_income(self) -> bool:
        """Whether it is about operating an asset and its income."""
        return self in INCOME_KINDS


INCOME_KINDS = frozenset(
    {
        MatterKind.CONTRACT,
        MatterKind.RECEIPT,
        MatterKind.SETTLEMENT,
        MatterKind.SHARING,
        MatterKind.PAYOUT,
        MatterKind.IDLE,
        MatterKind.REVIVAL,
        MatterKind.TAKING_BACK,
    }
)


class MatterState(Coded):
    """A paper's way from the desk to the books."""

    DRAFT = "draft", "草稿", "plain"
    SUBMITTED = "submitted", "待审定", "info"
    RETURNED = "returned", "已退回", "warn"
    APPROVED = "approved", "已审定", "good"
    REVERSED = "reversed", "已冲销", "bad"


OPEN_STATES = (MatterState.DRAFT, MatterState.RETURNED)
SOLD = ("拍卖", "转让", "置换")
"""Ways of disposing that bring something in, so that an appraisal and the money's use must be told."""
IN_BOOKS = (MatterState.APPROVED, MatterState.REVERSED)
"""States in which what a paper says counts; a reversed one counts with the rows that take it back."""


class Right(Coded):
    """The four rights in an asset (所有、经营、收益、监督)."""

    OWN = "own", "所有权"
    OPERATE = "operate", "经营权"
    INCOME = "income", "收益权"
    OVERSEE = "oversee", "监督权"


class BenefitScope(Coded):
    """Whom an asset serves, which decides who owns it. Source: asset_classes.yaml OW1–OW6."""

    HOUSEHOLD = "household", "到户"
    VILLAGE = "village", "单个村"
    VILLAGES = "villages", "多个村按份额"
    TOWN = "town", "本镇"
    COUNTY = "county", "跨镇或全县"


class OwnerLevel(Coded):
    """At which level an asset is owned, as the general account adds it up (到县、到镇、到村、到户)."""

    COUNTY = "county", "到县"
    TOWN = "town", "到镇"
    VILLAGE = "village", "到村"
    HOUSEHOLD = "household", "到户"


def owner_level(owner_type: OwnerType, owner: str) -> OwnerLevel:
    """The level of an owner: households, collectives, a town's government, else the county. Source: domain.md 5.1."""
    if owner_type is OwnerType.HOUSEHOLD:
        return OwnerLevel.HOUSEHOLD
    if owner_type is OwnerType.COLLECTIVE:
        return OwnerLevel.VILLAGE
    return OwnerLevel.TOWN if re.search(r"(镇|乡|街道)(人民政府|政府|办事处)?$", owner.strip()) else OwnerLevel.COUNTY


class ValueKind(Coded):
    """Why the book value of an asset changes."""

    OPENING = "opening", "期初"
    ACQUIRED = "acquired", "形成"
    PARTED = "parted", "拆出"
    JOINED = "joined", "并入"
    REVALUED = "revalued", "评估调整"
    DISPOSED = "disposed", "处置"
    RESTORED = "restored", "处置冲销"


COST_KINDS = (ValueKind.OPENING, ValueKind.ACQUIRED, ValueKind.PARTED, ValueKind.JOINED)
"""What makes up the original cost; the others change the book value beside it."""

_PERCENT = re.compile(r"(\d{1,3})(?:\.(\d{1,6}))?%?")
_FRACTION = re.compile(r"(\d{1,6})/(\d{1,6})")


def share_from(text: str) -> Fraction:
    """A share as typed: 40, 33.33%, 1/3. Exact. Raises DomainError."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    if found := _FRACTION.fullmatch(plain):
        share = Fraction(int(found[1]), int(found[2])) if int(found[2]) else Fraction(0)
    elif _PERCENT.fullmatch(plain):
        share = Fraction(plain.rstrip("%")) / 100
    else:
        raise DomainError(f"份额“{text}”看不懂，请写 40、33.33% 或 1/3", field="holders")
    if not 0 < share <= 1:
        raise DomainError(f"份额“{text}”应大于 0，不超过 100%", field="holders")
    return share


def show_share(share: Fraction) -> str:
    """A share in words: 40%, 33.33%, or 1/3 where no percentage says it exactly."""
    bp = share * 10000
    if bp.denominator != 1:
        return f"{share.numerator}/{share.denominator}"
    whole, part = divmod(bp.numerator, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".") + "%"


def check_whole(right: Right, shares: Iterable[Fraction]) -> None:
    """Refuse shares of a right that do not add up to the whole exactly. Raises DomainError."""
    found = sum(shares, Fraction(0))
    if found != 1:
        raise DomainError(f"{right.label}份额合计 {show_share(found)}，应正好是 100%", field="holders")


NUMBER_RULE = "{区划}-{年度}-{类别}{形态}-{流水}"
"""The delivered rule (confidence D); the county's own stands in the dictionary asset_number."""
_LETTER = {AssetClass.INCOME: "J", AssetClass.PUBLIC: "G", AssetClass.HOUSEHOLD: "H"}
_DIGIT = {form: str(number) for number, form in enumerate(AssetForm, 1)}
_PLACE = re.compile(r"\{(.*?)\}")
PARTS = ("区划", "年度", "类别", "形态", "流水")


def check_number_rule(rule: str) -> None:
    """Refuse a rule that does not end in the running number, or names what there is not. Raises DomainError."""
    names = _PLACE.findall(rule)
    if strange := [name for name in names if name not in PARTS]:
        raise DomainError(f"编码规则里没有“{strange[0]}”，可以用：{'、'.join(PARTS)}", field="label")
    if names.count("流水") != 1 or not rule.endswith("{流水}"):
        raise DomainError("编码规则要以{流水}结尾，并且只出现一次", field="label")


def number_begin(rule: str, region: str, year: int, asset_class: AssetClass, form: AssetForm) -> str:
    """How the number of an asset begins under a rule: everything before the running number."""
    told: Mapping[str, str] = {
        "区划": region,
        "年度": str(year),
        "类别": _LETTER[asset_class],
        "形态": _DIGIT[form],
        "流水": "",
    }
    return _PLACE.sub(lambda found: told[found[1]], rule)
