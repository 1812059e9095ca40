"""What the rules look at: frozen facts that queries fill. No decisions, no tables.

Days: a fact belongs to a day inclusive; `Facts.as_at` is the last day that counts, inclusive. A date after it has not
happened yet. Money is net only by adding: every entry is a row of its own with its sign, so that rows add up to the 分.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from .assets import AssetClass, AssetStatus
from .funds import CONSOLIDATION_TASK, EntryKind, FundLevel, MoneyState
from .further_facts import (
    ContractFact,
    EntryFact,
    LookedThrough,
    OperatorFact,
    SpendingFact,
    SumFact,
    TitleFact,
    TwinFact,
    Unread,
    WorksFact,
)
from .industry import FourBatch, RunState
from .maintenance import Rhythm
from .money import ZERO, Money, total
from .policy import Policy
from .projects import ProjectStatus
from .spending import Given


@dataclass(frozen=True, slots=True)
class AllocationFact:
    """One entry on an allocation of the year: the allocation itself, or an adjustment, recovery or reversal of it.

    amount: signed; recoveries and reversals are negative, so that a sum is net.
    is_transition: the source is a 财政衔接推进乡村振兴补助资金, of whatever level.
    counts_in_base: the source stands in the base of the 65 % rule (`Policy.counts_in_base`).
    is_industry, is_leading, is_fee: from the project's subtype and lead industry, as the county has configured them.
    project_id: None for money not yet tied to a project.
    """

    id: int
    label: str
    amount: Money
    level: FundLevel
    source_code: str
    is_transition: bool
    counts_in_base: bool
    is_industry: bool = False
    is_leading: bool = False
    is_fee: bool = False
    project_id: int | None = None
    state: MoneyState = MoneyState.APPROVED
    kind: EntryKind = EntryKind.ALLOCATION
    task: str = CONSOLIDATION_TASK
    notice: str = ""


@dataclass(frozen=True, slots=True)
class PaymentFact:
    """One payment of the year's money, signed like an allocation. Stands beside the rules and is not judged."""

    id: int
    label: str
    amount: Money
    level: FundLevel
    source_code: str
    is_transition: bool
    counts_in_base: bool
    is_industry: bool = False
    is_leading: bool = False
    is_fee: bool = False
    project_id: int | None = None
    state: MoneyState = MoneyState.APPROVED


MoneyFact = AllocationFact | PaymentFact


@dataclass(frozen=True, slots=True)
class ProjectFact:
    """A project of the library or of a yearly plan. year: the plan year, or the year of admission before it has one.

    plan_document: number of the paper that put it in the plan, empty when there is none.
    earlier_money: net of what notices of earlier years gave it; this year's is in the allocations.
    extended_start, extended_end: the days of its approved extensions (延期), None without one.
    has_labor_pay: some labor pay of work relief has been paid out.
    """

    id: int
    code: str
    name: str
    status: ProjectStatus
    year: int
    plan_document: str = ""
    owner: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    is_work_relief: bool = False
    earlier_money: Money = ZERO
    is_cooperation: bool = False
    started_on: date | None = None
    completed_on: date | None = None
    extended_start: date | None = None
    extended_end: date | None = None
    has_labor_pay: bool = False

    @property
    def label(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_completed(self) -> bool:
        return self.status.reached(ProjectStatus.COMPLETED)


class AssetFact(NamedTuple):
    """An asset of the register, disposed ones left out.

    in_use: `AssetStatus.in_use`. interval_days: the sector's patrol interval, None when the sector sets none.
    is_registered, is_valued, is_titled: the act is recorded; where its day is given too, it counts from that day on.
    supervisor: the supervising unit's name; sector, body, keeper, money_source: names, empty when missing.
    from_transition: any of its cost came from transition funds. rhythms: the sector's intervals by time; where there
    are any, they count and interval_days does not. counted_on: the last stocktake that came to it.
    has_disposal: a paper on its disposal is under way or approved.
    owner: whose it is, by name. granted_on: the day it was handed over. encumbrance: pledge or guarantee, in words.
    """

    id: int
    code: str
    name: str
    asset_class: AssetClass
    in_use: bool
    project_year: int
    original_cost: Money = ZERO
    accepted_on: date | None = None
    in_use_on: date | None = None
    is_registered: bool = False
    registered_on: date | None = None
    is_valued: bool = False
    valued_on: date | None = None
    is_titled: bool = False
    titled_on: date | None = None
    supervisor: str = ""
    sector: str = ""
    body: str = ""
    keeper: str = ""
    money_source: str = ""
    last_patrol_on: date | None = None
    interval_days: int | None = None
    from_transition: bool = True
    rhythms: tuple[Rhythm, ...] = ()
    counted_on: date | None = None
    status: AssetStatus = AssetStatus.IN_USE
    has_disposal: bool = False
    owner: str = ""
    granted_on: date | None = None
    encumbrance: str = ""

    @property
    def label(self) -> str:
        return f"{self.code} {self.name}"


@dataclass(frozen=True, slots=True)
class LegacyFact:
    """An industry project of 2013–2022. classes: the classes that stand now; more than one is a mistake to be found."""

    id: int
    code: str
    name: str
    year: int
    classes: tuple[FourBatch, ...] = ()
    reason: str = ""
    person: str = ""
    decided_on: date | None = None
    measure: str = ""
    deadline: date | None = None
    responsible: str = ""
    run_state: RunState | None = None
    done_on: date | None = None

    @property
    def label(self) -> str:
        return f"{self.code} {self.name}"


@dataclass(frozen=True, slots=True)
class ProjectRecordFact:
    """What is recorded of a project of the year. days: its stations in their order, None where a day is not recorded.

    targets: how many performance targets with figure and unit it has; target_words: the target in words.
    is_operating: an industry project whose subtype forms operating assets; forms_assets: one that forms any.
    given: approved and net, of all years. assets_cost: of its assets, merged ones once; expensed: said to form none.
    contracted: sum of confirmed contracts, None without one; retained: what they keep back; retentions: (number, share)
    of each. paid: approved payments of all years. progress: as last reported. asked: what the settlement was handed in at.
    operator: the enterprise or cooperative that runs what the money built, empty where none is named. is_appraised,
    has_land_paper: the feasibility review, and the ground it may stand on, are on record. papers_missing: of its stage and
    those before. unapproved: what differs from the plan without an approved paper of changes, in words.
    """

    id: int
    label: str
    year: int
    is_planned: bool
    is_operating: bool = False
    days: tuple[tuple[str, date | None], ...] = ()
    completed_on: date | None = None
    accepted_on: date | None = None
    targets: int = 0
    target_words: str = ""
    linkage: str = ""
    households: int = 0
    people: int = 0
    poor_households: int = 0
    poor_people: int = 0
    planned: Money = ZERO
    given: Money = ZERO
    settled: Money | None = None
    settled_on: date | None = None
    forms_assets: bool = False
    assets: int = 0
    assets_cost: Money = ZERO
    expensed: Money = ZERO
    tendered_on: date | None = None
    contracted: Money | None = None
    retained: Money = ZERO
    retentions: tuple[tuple[str, Fraction], ...] = ()
    paid: Money = ZERO
    progress: Fraction = Fraction(0)
    asked: Money | None = None
    is_industry: bool = False
    operator: str = ""
    is_appraised: bool = False
    has_land_paper: bool = False
    papers_missing: tuple[str, ...] = ()
    unapproved: tuple[str, ...] = ()

    def day(self, station: str) -> date | None:
        """The day of one station, None where it is not recorded."""
        return next((day for name, day in self.days if name == station), None)


class PublicDutyFact(NamedTuple):
    """A result that must be made public at one level. by: who owes it; due_on: the last day, None while it has no day."""

    table: str
    id: int
    label: str
    by: str
    due_on: date | None
    is_public: bool
    amount: Money


@dataclass(frozen=True, slots=True)
class PublicNoticeFact:
    """An approved public notice. last_on: inclusive, None where it stays up. least_days: its own minimum, or the year's.

    missing: what a notice must show and this one does not. ledger_amount: of all it is about; None without records.
    """

    id: int
    label: str
    first_on: date
    last_on: date | None
    least_days: int | None = None
    missing: tuple[str, ...] = ()
    amount: Money | None = None
    ledger_amount: Money | None = None


@dataclass(frozen=True, slots=True)
class ReliefFact:
    """A work-relief project with what its approved plan asks for and what was paid. min_share, base: None without a plan.

    paid: labor pay paid out up to the day. workers: different people in approved rosters.
    """

    id: int
    label: str
    is_completed: bool
    is_withdrawn: bool = False
    min_share: Fraction | None = None
    base: Money | None = None
    base_words: str = ""
    document: str = ""
    paid: Money = ZERO
    planned_workers: int = 0
    workers: int = 0


@dataclass(frozen=True, slots=True)
class LaborFact:
    """One worker's month in an approved roster. person: the same number for the same identity.

    attended: days of the attendance book; days: those paid for; owed: due after deductions.
    """

    id: int
    label: str
    project_id: int
    project: str
    month: str
    month_end: date
    person: int
    days: Decimal
    attended: Decimal | None
    day_rate: Money
    due: Money
    owed: Money
    paid: Money
    paid_on: date | None
    has_card: bool
    cash_approval: str = ""


@dataclass(frozen=True, slots=True)
class ProblemFact:
    """A problem found. due_on: its last day, inclusive. closed: closed by now; lasting: kept up for long, counted apart."""

    id: int
    label: str
    unit: str
    due_on: date
    closed: bool = False
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class StationShareFact:
    """What of a photovoltaic station's income went to one use. resolved_on: None for what has no use yet.

    use: the use in words, or why there is none. is_first: it is for public posts or small public works.
    """

    asset_id: int
    station: str
    use: str
    amount: Money
    is_first: bool = False
    resolved_on: date | None = None

    @property
    def label(self) -> str:
        return f"{self.station} {self.use}"


class IncomeRecordFact(NamedTuple):
    """An income due that stands, of the year or an earlier one. received, distributed: up to the day, net.

    due_on: None where no day was agreed. planned_on: the first day a distribution of it was resolved, None without one.
    """

    id: int
    label: str
    year: int
    due_on: date | None
    due: Money
    received: Money = ZERO
    distributed: Money = ZERO
    planned_on: date | None = None


@dataclass(frozen=True, slots=True)
class NoticeRecordFact:
    """An approved notice of money, of the year or another one. number: its document number.

    amount: of its lines, less what later notices took back; left: what of them has gone nowhere. over: what was given beyond
    the amount, all lines that were. whole_on: the first day on which all of it had been given or had left, None before.
    """

    id: int
    number: str
    year: int
    received_on: date
    amount: Money
    left: Money = ZERO
    over: Money = ZERO
    whole_on: date | None = None
    is_carryover: bool = False

    @property
    def label(self) -> str:
        return self.number


@dataclass(frozen=True, slots=True)
class LikenessFact:
    """A project of the year with what speaks for another one being the same, one sentence each; none where nothing does."""

    id: int
    label: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PictureFact:
    """A picture that was kept, with the records it was kept for, in words; two or more is one use too many."""

    id: int
    label: str
    uses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DifferenceFact:
    """Something a stocktake found otherwise than the register, or beside it. table: of the record it is about.

    settled_by: the day by which it should have been treated: the end of the campaign, or its last day. treatment: how
    it is treated, in words; empty while nobody has said.
    """

    table: str
    id: int
    label: str
    settled_by: date
    treatment: str = ""


@dataclass(frozen=True, slots=True)
class DisposedFact:
    """An asset disposed of. missing: what of approval, appraisal and public notice is not recorded, in words."""

    id: int
    label: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenFact:
    """A project with the money it was given, entry by entry, and what was paid of it in all. Approved, of all years."""

    id: int
    label: str
    given: tuple[Given, ...]
    paid: Money


@dataclass(frozen=True, slots=True)
class PaceFact:
    """A checkpoint of the year's spending that has passed, with what was allocated and paid by the end of its day."""

    on: date
    least: Fraction
    allocated: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class OperatedFact:
    """An asset let or run under a contract. ends_on: the last day of its last contract, its early end counted.

    status: in words; is_operated: it is said to be in use or let now.
    """

    id: int
    label: str
    ends_on: date
    status: str
    is_operated: bool


@dataclass(frozen=True, slots=True)
class Waiver:
    """A leave not to meet a rule. It prints as 已豁免, never as passed.

    rule: the policy code or an F number. subject: empty for the whole rule, a level (“中央”) for one of its findings,
    or "table:id" for one record. expires_on: the last day it holds, inclusive.
    """

    rule: str
    reason: str
    document: str
    approver: str
    expires_on: date
    subject: str = ""

    def holds_on(self, day: date) -> bool:
        return day <= self.expires_on


APPROVED = frozenset({MoneyState.APPROVED})
APPROVED_AND_SUBMITTED = frozenset({MoneyState.APPROVED, MoneyState.SUBMITTED})


@dataclass(frozen=True, slots=True)
class Facts:
    """A county's year on a day. Drafts and other uncounted entries may be among the allocations: rules leave them out.

    as_at: the last day that counts, inclusive. counted: which states of money are counted; approved unless said.
    unread: what of assets and incomes is not among the facts.
    """

    year: int
    as_at: date
    policy: Policy
    allocations: tuple[AllocationFact, ...] = ()
    payments: tuple[PaymentFact, ...] = ()
    projects: tuple[ProjectFact, ...] = ()
    assets: tuple[AssetFact, ...] = ()
    twins: tuple[TwinFact, ...] = ()
    legacy: tuple[LegacyFact, ...] = ()
    public_duties: tuple[PublicDutyFact, ...] = ()
    public_notices: tuple[PublicNoticeFact, ...] = ()
    relief: tuple[ReliefFact, ...] = ()
    labor: tuple[LaborFact, ...] = ()
    problems: tuple[ProblemFact, ...] = ()
    project_records: tuple[ProjectRecordFact, ...] = ()
    stations: tuple[StationShareFact, ...] = ()
    notices: tuple[NoticeRecordFact, ...] = ()
    incomes: tuple[IncomeRecordFact, ...] = ()
    operated: tuple[OperatedFact, ...] = ()
    differences: tuple[DifferenceFact, ...] = ()
    disposed: tuple[DisposedFact, ...] = ()
    given: tuple[GivenFact, ...] = ()
    pace: tuple[PaceFact, ...] = ()
    likenesses: tuple[LikenessFact, ...] = ()
    pictures: tuple[PictureFact, ...] = ()
    spendings: tuple[SpendingFact, ...] = ()
    entries: tuple[EntryFact, ...] = ()
    sums: tuple[SumFact, ...] = ()
    works: tuple[WorksFact, ...] = ()
    contracts: tuple[ContractFact, ...] = ()
    titles: tuple[TitleFact, ...] = ()
    operators: tuple[OperatorFact, ...] = ()
    places: LookedThrough = field(default_factory=LookedThrough)
    codes: LookedThrough = field(default_factory=LookedThrough)
    asset_sums: LookedThrough = field(default_factory=LookedThrough)
    capitals: LookedThrough = field(default_factory=LookedThrough)
    waivers: tuple[Waiver, ...] = ()
    unread: Unread = field(default_factory=Unread)
    counted: frozenset[MoneyState] = field(default=APPROVED)

    def with_submitted(self) -> Facts:
        """The same county with submitted money counted beside approved: what is reserved."""
        return replace(self, counted=APPROVED_AND_SUBMITTED)

    def counts(self, entry: MoneyFact) -> bool:
        """Whether the entry's state is counted."""
        return entry.state in self.counted

    @property
    def counted_words(self) -> str:
        """The states counted, for the basis line."""
        return "已复核和待复核" if MoneyState.SUBMITTED in self.counted else "已复核"

    def by_project(self, transition_only: bool = False) -> Mapping[int, tuple[AllocationFact, ...]]:
        """Counted allocation entries by project; with `transition_only` those of transition funds."""
        found: dict[int, list[AllocationFact]] = {}
        for entry in self.allocations:
            if entry.project_id is not None and self.counts(entry) and (entry.is_transition or not transition_only):
                found.setdefault(entry.project_id, []).append(entry)
        return {project_id: tuple(entries) for project_id, entries in found.items()}

    def waiver(self, rule_names: Iterable[str], subject: str) -> Waiver | None:
        """The waiver in force for one of a rule's names and this subject; None when there is none."""
        names = frozenset(rule_names)
        for waiver in self.waivers:
            if waiver.rule in names and waiver.subject == subject and waiver.holds_on(self.as_at):
                return waiver
        return None


def sum_of(entries: Iterable[MoneyFact]) -> Money:
    """The net sum of entries."""
    return total(entry.amount for entry in entries)
