"""Figures the system counts itself, which feed yearly targets."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundsys.models.maintenance import MaintenanceScheme
from fundsys.models.office import County, Region

FIGURES = {
    "key_towns": "重点帮扶镇",
    "key_villages": "重点帮扶村",
    "sector_schemes": "现行行业管护办法",
    "general_schemes": "现行管护总办法",
    "work_year": "工作年度",
}
"""What the system counts itself, by the code a target names."""


def figure_of(session: Session, code: str) -> int:
    """A figure of the system as it stands now."""
    if code == "work_year":
        return session.scalar(select(County.work_year).limit(1)) or 0
    if code in ("key_towns", "key_villages"):
        level = "town" if code == "key_towns" else "village"
        wanted = select(func.count()).where(Region.level == level, Region.is_key, Region.active)
        return session.scalar(wanted) or 0
    general = MaintenanceScheme.sector_id.is_(None)
    column = func.count(func.distinct(MaintenanceScheme.sector_id)) if code == "sector_schemes" else func.count()
    test = ~general if code == "sector_schemes" else general
    count = session.scalar(select(column).where(test)) or 0
    return count if code == "sector_schemes" else min(count, 1)
