"""Legacy industry projects (2013–2022) and their four classes."""

from __future__ import annotations

from collections.abc import Mapping

from .coded import Coded


class FourBatch(Coded):
    """Classes of legacy industry projects; the county may rename the labels. Source: 2024年工作要点 第16条。"""

    CONSOLIDATE = "B1", "巩固一批", "good"
    UPGRADE = "B2", "升级一批", "info"
    REVIVE = "B3", "盘活一批", "warn"
    ADJUST = "B4", "调整一批", "bad"

    @property
    def needs_remedy(self) -> bool:
        """Whether a project of this class must have measures and a deadline. Source: 农规发〔2024〕26号。"""
        return self in (FourBatch.REVIVE, FourBatch.ADJUST)

    def shown(self, renamed: Mapping[str, str]) -> str:
        """The label the county uses; `renamed` maps codes to its own labels and may be empty."""
        return renamed.get(self.code) or self.label


UNCLASSIFIED = "未定"
"""What is shown where a project has no class yet; its tone is plain."""


class RunState(Coded):
    """How a legacy project runs."""

    RUNNING = "R1", "正常运行", "good"
    UNDERUSED = "R2", "低效运行", "warn"
    STOPPED = "R3", "停产闲置", "bad"
    CLOSED = "R4", "注销失联", "bad"
    RUINED = "R5", "毁损", "bad"
