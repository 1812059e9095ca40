"""Tables, keys, constraints and column types; no decisions."""

from . import (
    assets,
    base,
    desk,
    funds,
    industry,
    journal,
    library,
    office,
    papers,
    projects,
    publicity,
    types,
    work_relief,
)

__all__ = [
    "assets",
    "base",
    "desk",
    "funds",
    "industry",
    "journal",
    "library",
    "office",
    "papers",
    "projects",
    "publicity",
    "types",
    "work_relief",
]
