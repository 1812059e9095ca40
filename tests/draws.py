"""How many random examples a slow proof draws; the others draw what the run's profile says."""

from __future__ import annotations

from hypothesis import settings


def draws(quick: int, full: int) -> int:
    """The number for this run: `quick`, or `full` under --full."""
    return full if settings.get_current_profile_name() == "full" else quick
