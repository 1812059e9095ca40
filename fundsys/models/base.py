"""The one declarative base, its naming of constraints and the columns every editable record has."""

from __future__ import annotations

from sqlalchemy import Integer, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Every table of a county. Business tables have an integer `id` and are journaled (see journal.py)."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Numbered:
    """A record with an integer key."""

    id: Mapped[int] = mapped_column(Integer, primary_key=True, sort_order=-10)


class Editable(Numbered):
    """A record people edit: each save raises its version, and names the version it read."""

    version: Mapped[int] = mapped_column(Integer, nullable=False, default=1, server_default="1", sort_order=-9)
