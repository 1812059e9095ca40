"""The county, its places, units and people, the dictionaries it edits and the policy values of its years."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundsys.domain.access_tokens import TokenScope
from fundsys.domain.rights import Role

from .base import Base, Editable, Numbered
from .types import Code, CodesType, Instant, LongCodes


class County(Base, Editable):
    """The one county of this namespace. `is_demo` marks every page and print until the county's own data replaces it.

    demo_day: the day a demo county stands still on, so that its deadlines mean something whenever it is looked at.
    """

    __tablename__ = "county"

    code: Mapped[str] = mapped_column(String(6), nullable=False, unique=True)
    name: Mapped[str] = mapped_column(String(40), nullable=False)
    reporting_unit: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    work_year: Mapped[int] = mapped_column(Integer, nullable=False)
    is_demo: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    demo_day: Mapped[date | None] = mapped_column(Date)
    lead_industry: Mapped[str] = mapped_column(String(40), nullable=False, default="奶山羊")


class Region(Base, Editable):
    """A town or village. Merged ones stay, inactive, so that old records keep the name of their date."""

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(String(12), nullable=False, unique=True)
    name: Mapped[str] = mapped_column(String(40), nullable=False)
    level: Mapped[str] = mapped_column(String(8), nullable=False)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"), index=True)
    is_key: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    edited: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    note: Mapped[str] = mapped_column(String(200), nullable=False, default="")

    parent: Mapped[Region | None] = relationship(remote_side="Region.id")

    __table_args__ = (CheckConstraint("level in ('county','town','village')", name="level"),)


class Unit(Base, Editable):
    """A bureau, town government, village collective, enterprise or keeper body."""

    __tablename__ = "unit"

    code: Mapped[str] = mapped_column(String(20), nullable=False, unique=True)
    name: Mapped[str] = mapped_column(String(80), nullable=False, unique=True)
    kind: Mapped[str] = mapped_column(String(16), nullable=False)
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"), index=True)
    credit_code: Mapped[str] = mapped_column(String(18), nullable=False, default="")
    active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    edited: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)

    region: Mapped[Region | None] = relationship()


def is_open(active: bool, first_day: date | None, last_day: date | None, day: date) -> bool:
    """Whether an account with these days is open on a day (first and last day included)."""
    return active and (first_day is None or first_day <= day) and (last_day is None or day <= last_day)


class Person(Base, Editable):
    """A person with an account. `rights_no` rises when rights change, and ends every session that holds an older one.

    scope_towns, scope_units: ids of the towns and units an inspector is sent to; both empty is the whole county.
    """

    __tablename__ = "person"

    login: Mapped[str] = mapped_column(String(40), nullable=False, unique=True)
    name: Mapped[str] = mapped_column(String(40), nullable=False)
    role: Mapped[Role] = mapped_column(Code(Role), nullable=False)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), nullable=False, index=True)
    active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    first_day: Mapped[date | None] = mapped_column(Date)
    last_day: Mapped[date | None] = mapped_column(Date)
    rights_no: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    scope_towns: Mapped[tuple[str, ...]] = mapped_column(CodesType, nullable=False, default=(), server_default="")
    scope_units: Mapped[tuple[str, ...]] = mapped_column(CodesType, nullable=False, default=(), server_default="")

    unit: Mapped[Unit] = relationship(lazy="joined")

    def may_sign_in(self, day: date) -> bool:
        """Whether the account is open on this day (first and last day included)."""
        return is_open(self.active, self.first_day, self.last_day, day)


class Credential(Base, Numbered):
    """How a person proves who they are. Not journaled: digests and counters are no business facts."""

    __tablename__ = "credential"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False, unique=True)
    password_digest: Mapped[str] = mapped_column(String(200), nullable=False)
    one_time: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    failures: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    locked_until: Mapped[datetime | None] = mapped_column(Instant)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(Instant)
    secret_no: Mapped[int] = mapped_column(Integer, nullable=False, default=1)


class AccessToken(Base, Numbered):
    """What a program shows to act in a person's name. Only its digest is kept; the token itself is seen once.

    rights_no, secret_no: the person's when it was made; it ends with them. first_day, last_day: both inclusive.
    """

    __tablename__ = "access_token"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False, index=True)
    name: Mapped[str] = mapped_column(String(60), nullable=False)
    token_digest: Mapped[str] = mapped_column(String(64), nullable=False, unique=True)
    scope: Mapped[TokenScope] = mapped_column(Code(TokenScope), nullable=False)
    permissions: Mapped[tuple[str, ...]] = mapped_column(LongCodes, nullable=False, default=())
    first_day: Mapped[date] = mapped_column(Date, nullable=False)
    last_day: Mapped[date] = mapped_column(Date, nullable=False)
    rights_no: Mapped[int] = mapped_column(Integer, nullable=False)
    secret_no: Mapped[int] = mapped_column(Integer, nullable=False)
    made_on: Mapped[date] = mapped_column(Date, nullable=False)
    ended_on: Mapped[date | None] = mapped_column(Date)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (CheckConstraint("first_day <= last_day", name="days"),)


class TokenUse(Base, Numbered):
    """The last day a token was used. Not journaled: looking is no act of the office."""

    __tablename__ = "token_use"

    token_id: Mapped[int] = mapped_column(ForeignKey("access_token.id"), nullable=False, unique=True)
    last_on: Mapped[date] = mapped_column(Date, nullable=False)


class DictionaryEntry(Base, Editable):
    """A word the county may edit: asset kinds, ledger texts, negative-list items, four-batch labels and the like."""

    __tablename__ = "dictionary_entry"

    kind: Mapped[str] = mapped_column(String(24), nullable=False)
    code: Mapped[str] = mapped_column(String(40), nullable=False)
    label: Mapped[str] = mapped_column(String(200), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    facts: Mapped[str] = mapped_column(Text, nullable=False, default="{}")
    confidence: Mapped[str] = mapped_column(String(8), nullable=False, default="")
    active: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    edited: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)

    __table_args__ = (UniqueConstraint("kind", "code"),)


class PolicyValue(Base, Editable):
    """A threshold or basis of one year, with the clause it comes from. Proposed by one person, approved by another."""

    __tablename__ = "policy_value"

    year: Mapped[int] = mapped_column(Integer, nullable=False)
    code: Mapped[str] = mapped_column(String(40), nullable=False)
    value: Mapped[str] = mapped_column(String(200), nullable=False)
    clause: Mapped[str] = mapped_column(String(200), nullable=False)
    document: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    state: Mapped[str] = mapped_column(String(12), nullable=False, default="approved")
    proposed_value: Mapped[str | None] = mapped_column(String(200))
    proposed_document: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    edited: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)

    __table_args__ = (
        UniqueConstraint("year", "code"),
        CheckConstraint("approved_by is null or proposed_by is null or approved_by <> proposed_by", name="two_persons"),
    )


class SignInFailure(Base, Numbered):
    """A wrong password, counted per account and per address. Not journaled."""

    __tablename__ = "sign_in_failure"

    login: Mapped[str] = mapped_column(String(80), nullable=False, index=True)
    address: Mapped[str] = mapped_column(String(60), nullable=False, index=True)
    at: Mapped[datetime] = mapped_column(Instant, nullable=False, index=True)


def as_mapping(record: Any) -> dict[str, Any]:
    """Column name → value of a record, for messages and comparisons."""
    return {column.key: getattr(record, column.key) for column in record.__mapper__.column_attrs}
