"""Assets' own words: classes, forms, owners and states. Source: asset_classes.yaml, 国办函〔2021〕51号 三类口径。"""

from __future__ import annotations

from .coded import Coded


class AssetClass(Coded):
    """The three classes of project assets."""

    INCOME = "OPR", "经营性", "info"
    PUBLIC = "PUB", "公益性", "good"
    HOUSEHOLD = "HH", "到户类", "plain"

    @property
    def needs_maintenance(self) -> bool:
        """Whether the “1+12” rules apply: household assets are looked after by their households."""
        return self is not AssetClass.HOUSEHOLD


class AssetForm(Coded):
    """What an asset is made of."""

    FIXED = "FA", "固定资产"
    BIOLOGICAL = "BA", "生物资产"
    EQUITY = "EQ", "权益类资产"
    INTANGIBLE = "IA", "无形资产"
    CURRENT = "CA", "流动资产"


class OwnerType(Coded):
    """Who may own an asset."""

    STATE = "ST", "国有"
    COLLECTIVE = "CO", "集体"
    HOUSEHOLD = "HO", "农户"
    OTHER = "OT", "其他"


class AssetStatus(Coded):
    """The state of an asset in use or out of it."""

    IN_USE = "S1", "在用", "good"
    UNDERUSED = "S2", "低效", "warn"
    IDLE = "S3", "闲置", "bad"
    DAMAGED = "S4", "损毁", "bad"
    LOST = "S5", "流失", "bad"
    LEASED = "S6", "出租出借", "good"
    TO_DISPOSE = "S7", "待处置", "warn"
    DISPOSED = "S8", "已处置", "plain"
    UNTITLED = "S9", "待确权", "warn"
    MERGED = "S10", "已并入", "plain"

    @property
    def in_use(self) -> bool:
        """Whether somebody uses it, so that it must be looked after."""
        return self in IN_SERVICE


IN_SERVICE = frozenset({AssetStatus.IN_USE, AssetStatus.UNDERUSED, AssetStatus.LEASED, AssetStatus.UNTITLED})
GONE = frozenset({AssetStatus.DISPOSED, AssetStatus.MERGED})
"""Out of the books: nobody looks after it, and nothing of it changes but by reversal."""
