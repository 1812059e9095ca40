"""Tables, keys, constraints and column types; no decisions."""

from . import (
    assets,
    base,
    construction,
    desk,
    funds,
    industry,
    journal,
    library,
    matters,
    office,
    papers,
    projects,
    publicity,
    types,
    work_relief,
    working,
)

__all__ = [
    "assets",
    "base",
    "construction",
    "desk",
    "funds",
    "industry",
    "journal",
    "library",
    "matters",
    "office",
    "papers",
    "projects",
    "publicity",
    "types",
    "work_relief",
    "working",
]
