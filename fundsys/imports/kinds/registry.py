"""The KINDs there are, and the sentence for those that are not there yet."""

from __future__ import annotations

from importlib import import_module

from fundsys.domain.errors import DomainError

from .base import Kind

KINDS = ("projects", "notices", "allocations", "payments", "legacy", "assets", "work_relief", "patrols", "counts")
NOT_YET = {"income": "收益"}


def kind_of(code: str) -> Kind:
    """The KIND of this name. Raises DomainError for one that is not there yet, or unknown."""
    if code in NOT_YET:
        raise DomainError(f"还不能导入{NOT_YET[code]}（{code}），本版可以导入的有：{'、'.join(KINDS)}")
    if code not in KINDS:
        raise DomainError(f"没有名为“{code}”的导入种类，有：{'、'.join(KINDS)}")
    kind: Kind = import_module(f"{__package__}.{code}").KIND
    return kind
