"""Further facts the rules look at: uses, sums, tenders, titles, operators, and records that cannot be right. No decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from .asset_matters import BenefitScope
from .assets import OwnerType
from .funds import ContractSubject
from .money import Money


@dataclass(frozen=True, slots=True)
class SpendingFact:
    """Something money was spent on, by the words of a request, a payment, a contract or a project.

    hits: items of the county's negative list whose words stand in it. review: what somebody concluded about them, empty
    while nobody has; is_clear: the conclusion is that it does not belong to the list.
    """

    table: str
    id: int
    label: str
    hits: tuple[str, ...] = ()
    review: str = ""
    is_clear: bool = False


@dataclass(frozen=True, slots=True)
class EntryFact:
    """An approved allocation entry. admitted_on: when its project came into the library, None when it never did."""

    id: int
    label: str
    decided_on: date
    admitted_on: date | None


@dataclass(frozen=True, slots=True)
class SumFact:
    """A total beside the parts it is made of. what: which total. is_typed: copied from another paper, so rounded there."""

    table: str
    id: int
    label: str
    what: str
    whole: Money
    parts: Money
    is_typed: bool = False


@dataclass(frozen=True, slots=True)
class WorksFact:
    """A project that builds or buys, as a tender would have seen it. is_open: found by open or invited tender."""

    id: int
    label: str
    approved_on: date
    amount: Money
    type_name: str
    unit: str = ""
    village: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class ContractFact:
    """A confirmed contract. method: how the other party was found, empty without a record; exemption: leave not to tender."""

    id: int
    label: str
    subject: ContractSubject
    amount: Money
    method: str = ""
    is_open: bool = False
    exemption: str = ""


@dataclass(frozen=True, slots=True)
class TitleFact:
    """A title that stands. owners: who holds the ownership. words: the explanation the paper gives."""

    id: int
    label: str
    scope: BenefitScope
    owners: frozenset[OwnerType]
    share: Fraction
    words: str = ""


@dataclass(frozen=True, slots=True)
class OperatorFact:
    """An operator of a project, or a unit, with its credit code. closed: the register says it is gone, in words."""

    table: str
    id: int
    label: str
    credit_code: str
    closed: str = ""


@dataclass(frozen=True, slots=True)
class FaultFact:
    """A record that cannot be right, and why."""

    table: str
    id: int
    label: str
    why: str


@dataclass(frozen=True, slots=True)
class LookedThrough:
    """Records of many kinds that were looked through: how many, and those that cannot be right."""

    whole: int = 0
    faults: tuple[FaultFact, ...] = ()


class TwinFact(NamedTuple):
    """An asset in the books of the same name, village, place, make and quantity as others. others: their numbers."""

    id: int
    label: str
    others: tuple[str, ...]


class DutyGroup(NamedTuple):
    """How many results one owes the public: made so, late, not due yet, and without a day to reckon from."""

    by: str
    public: int
    late: int
    later: int
    undated: int


class LyingCount(NamedTuple):
    """How many projects have money as old as F006 judges, and of how many too much of it lies."""

    judged: int = 0
    lying: int = 0


class FaultGroup(NamedTuple):
    """How many records have the same faults, in the words of their rule."""

    words: tuple[str, ...]
    number: int


@dataclass(frozen=True, slots=True)
class Unread:
    """How many records were left unread where only figures are asked for: no rule finds a fault with them, or only the
    number of the faulty ones is wanted.

    assets: all; shared, households: those of no household and those of one; maintained: to be kept under 1+12; new: of the
    year of RA23; to_count, counted: those a stocktake must come to, and those it came to. due, last, moved: incomes as
    F083, F084 and F085 judge them. operated: under a contract that holds. idle, unmaintained: at fault with
    that alone; twins: in the books as others are; duties: results owed to the public; lying: projects with old money.
    """

    assets: int = 0
    shared: int = 0
    households: int = 0
    maintained: int = 0
    new: int = 0
    to_count: int = 0
    counted: int = 0
    due: int = 0
    last: int = 0
    moved: int = 0
    operated: int = 0
    idle: int = 0
    unmaintained: tuple[FaultGroup, ...] = ()
    twins: int = 0
    duties: tuple[DutyGroup, ...] = ()
    lying: LyingCount = LyingCount()
