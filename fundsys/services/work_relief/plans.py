"""The work-relief plan of a project: its own minimum share and base by document, and its posts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select

from fundsys.domain.errors import DomainError, StepRefused
from fundsys.domain.money import ZERO, Money, total
from fundsys.domain.work_relief import OPEN_STATES, PayBase
from fundsys.models.work_relief import ReliefPlan, ReliefPost
from fundsys.services.acts import Act
from fundsys.services.funds.common import refuse_all

from .common import S, approve, hand_over, own_paper, refuse_closed, relief_project, send_back, waiting

WORD = "以工代赈方案"


@dataclass(frozen=True, slots=True)
class PostEntry:
    """One kind of work: people, labor days of all of them together, pay a day."""

    work_type: str
    workers: int
    labor_days: int
    day_rate: Money


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """A plan as typed. min_share: exact, at most two decimals of a percent."""

    min_share: Fraction
    base_kind: PayBase
    base_amount: Money
    document_no: str
    posts: tuple[PostEntry, ...]
    public_posts: int = 0
    organization: str = ""


def save_plan(project_id: int, entry: PlanEntry, *, version: int | None = None, act: Act) -> ReliefPlan:
    """Draft a project's plan, or change its draft; beside an approved plan the draft is one that takes its place.

    Raises: NotAllowed, NotFound, StepRefused while one waits for approval, Refusals, Stale.
    """
    project = relief_project(act, project_id)
    act.subject = project.name
    refuse_all(_misfits(entry))
    plans = list(act.session.scalars(select(ReliefPlan).where(ReliefPlan.project_id == project_id)))
    if any(p.state is S.SUBMITTED for p in plans):
        raise StepRefused("这个项目的方案正在审定，退回或审定以后才能再改")
    plan = next((p for p in plans if p.state in OPEN_STATES), None)
    if plan is None:
        standing = next((p for p in plans if p.state is S.APPROVED), None)
        plan = ReliefPlan(project_id=project_id, replaces_id=standing.id if standing else None, state=S.DRAFT)
        plan.entered_by = act.person_id
        act.session.add(plan)
    else:
        act.check_version(plan, version)
        refuse_closed(plan, WORD)
        plan.version += 1
    plan.min_share_bp = int(entry.min_share * 10_000)
    plan.base_kind, plan.base_amount = entry.base_kind, entry.base_amount
    plan.document_no, plan.organization = entry.document_no.strip()[:60], entry.organization.strip()
    plan.planned_workers = sum(p.workers for p in entry.posts)
    plan.planned_pay = total(Money(p.day_rate.fen * p.labor_days) for p in entry.posts)
    plan.public_posts = entry.public_posts
    plan.posts = [
        ReliefPost(work_type=p.work_type, workers=p.workers, labor_days=p.labor_days, day_rate=p.day_rate)
        for p in entry.posts
    ]
    act.session.flush()
    return plan


def _misfits(entry: PlanEntry) -> Iterator[DomainError]:
    if not 0 < entry.min_share <= 1 or (entry.min_share * 10_000).denominator != 1:
        yield DomainError("最低比例应大于 0、不超过 100%，最多两位小数", field="min_share")
    if entry.base_amount <= ZERO:
        yield DomainError("计提基数应大于零", field="base_amount")
    if not entry.document_no.strip():
        yield DomainError("请填写确定比例和基数的文件文号", field="document_no")
    if not entry.posts:
        yield DomainError("请至少填写一个工种的用工人数、工日和日工资", field="posts")
    for post in entry.posts:
        if post.workers <= 0 or post.labor_days <= 0 or post.day_rate <= ZERO or not post.work_type.strip():
            yield DomainError(f"“{post.work_type}”的人数、工日和日工资都应大于零", field="posts")


def submit_plan(plan_id: int, *, version: int | None = None, act: Act) -> ReliefPlan:
    """Hand a plan to the lead bureau. Raises StepRefused, Stale."""
    plan: ReliefPlan = own_paper(act, ReliefPlan, plan_id, version, WORD)
    hand_over(plan, act, WORD)
    return plan


def approve_plans(seen: Mapping[int, int], *, act: Act) -> list[ReliefPlan]:
    """Approve plans as they were seen, all or none, by a person who entered none of them."""
    found = waiting(act, ReliefPlan, seen, WORD)
    approve(found, act)
    return found


def return_plans(seen: Mapping[int, int], reason: str, *, act: Act) -> list[ReliefPlan]:
    """Send plans back to their units with a reason."""
    found = waiting(act, ReliefPlan, seen, WORD)
    send_back(found, reason, act)
    return found
