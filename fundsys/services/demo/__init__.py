"""The demo county: complete, plausible, deterministic, and marked as a demo until the county's own data replaces it."""

from __future__ import annotations

from .build import Account, Built, build, is_empty

__all__ = ["Account", "Built", "build", "is_empty"]
