"""The KINDs there are."""

from __future__ import annotations

from importlib import import_module

from fundsys.domain.errors import DomainError

from .base import Kind

KINDS = (
    *("projects", "notices", "allocations", "payments", "legacy", "assets", "work_relief", "patrols", "income"),
    "counts",
)


def kind_of(code: str) -> Kind:
    """The KIND of this name. Raises DomainError for one there is not."""
    if code not in KINDS:
        raise DomainError(f"没有名为“{code}”的导入种类，有：{'、'.join(KINDS)}")
    kind: Kind = import_module(f"{__package__}.{code}").KIND
    return kind
