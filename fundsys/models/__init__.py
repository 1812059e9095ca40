"""Tables, keys, constraints and column types; no decisions."""

from . import assets, base, desk, funds, industry, journal, library, matters, office, papers, projects, publicity, types

__all__ = [
    "assets",
    "base",
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
]
