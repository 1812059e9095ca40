"""What waits for a person today, by right: each thing with its day, its figure and where it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from fundsys.domain.assets import IN_SERVICE
from fundsys.domain.facts import AssetFact, Facts
from fundsys.domain.funds import LineEntryKind, MoneyState, PeriodState
from fundsys.domain.industry import DecisionState, FourBatch, quarter_end
from fundsys.domain.money import Money, show_wan
from fundsys.domain.policy import Policy
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Permission, Scope
from fundsys.domain.rules.assets import days_overdue
from fundsys.models.assets import Asset
from fundsys.models.desk import AccountingPeriod
from fundsys.models.funds import Allocation, AllotmentLine, AllotmentNotice, Correction, LinePosting
from fundsys.models.industry import ClassDecision, LegacyProject
from fundsys.models.office import Credential, Person, PolicyValue
from fundsys.models.papers import Rectification
from fundsys.models.projects import Project
from fundsys.queries import funds
from fundsys.queries.assets import HAS_TITLE
from fundsys.queries.drift import drift_waiting
from fundsys.queries.legacy_follow import stand_counts
from fundsys.queries.maintenance import rhythms
from fundsys.queries.matters import matters_waiting
from fundsys.queries.money_facts import policy_of
from fundsys.queries.rectification import rectification_waiting, sources
from fundsys.queries.viewer import Viewer, seen_assets, seen_legacy, seen_projects
from fundsys.queries.waiting_checks import checks_waiting
from fundsys.queries.waiting_construction import construction_waiting
from fundsys.queries.waiting_income import income_waiting
from fundsys.queries.waiting_library import library_waiting
from fundsys.queries.waiting_payouts import payouts_waiting
from fundsys.queries.waiting_publicity import publicity_waiting
from fundsys.queries.waiting_relief import relief_waiting
from fundsys.queries.waiting_stocktakes import stocktakes_waiting
from fundsys.queries.waiting_targets import targets_waiting
from fundsys.queries.waiting_upkeep import upkeep_waiting
from fundsys.queries.year_money import waiting_lines

LISTED = 7
IDLE_DAYS = 90
RETURNED_MARK = "进度退回"
_P = Permission
_BUILDING = (
    ProjectStatus.APPROVED,
    ProjectStatus.TENDERING,
    ProjectStatus.UNDER_WAY,
    ProjectStatus.SUSPENDED,
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do. kind: which page does it (the pages know); id: of the record, 0 for a list.

    due: its last day, inclusive, or the day since which it waits; None when it has none. late_words: said instead of
    “逾期 3 天” where the day is not a deadline.
    """

    kind: str
    id: int
    due: date | None
    title: str
    why: str
    late_words: str = ""


def waiting(session: Session, who: Viewer, year: int, today: date) -> list[Waiting]:
    """Everything that waits for this person, by day; what has no day comes last."""
    found = [
        *(_entry(session, who, year, today) if who.can(_P.ALLOCATE) else ()),
        *(_review(session) if who.can(_P.REVIEW_MONEY) else ()),
        *(_corrections(session) if who.can(_P.REVIEW_MONEY) else ()),
        *(
            Waiting(k, key, _day(at), title, why, late)
            for k, key, at, title, why, late in payouts_waiting(session, who)
        ),
        *(Waiting(*told) for told in library_waiting(session, who, today)),
        *_public(session, who, year, today),
        *(Waiting(*told) for told in construction_waiting(session, who, year, today)),
        *(Waiting(k, key, _day(at), title, why, late) for k, key, at, title, why, late in relief_waiting(session, who)),
        *(
            Waiting(k, key, _day(at), title, why, late)
            for k, key, at, title, why, late in matters_waiting(session, who)
        ),
        *(Waiting(*told) for told in income_waiting(session, who, year, today)),
        *(_construction(session, who, today) if who.can(_P.UPDATE_PROGRESS) else ()),
        *(Waiting(*told) for told in upkeep_waiting(session, who)),
        *(Waiting(*told) for told in stocktakes_waiting(session, who)),
        *(
            Waiting(k, key, _day(at) if isinstance(at, datetime) else at, title, why, late)
            for k, key, at, title, why, late in targets_waiting(session, who, year, today)
        ),
        *(_patrols(session, who, year, today) if who.can(_P.PATROL) else ()),
        *(_lead(session, year, today) if who.can(_P.CLASSIFY) else ()),
        *(_remedies(session, who, today) if who.can(_P.PROPOSE_CLASS) else ()),
        *(_policy(session, who) if who.can(_P.APPROVE_POLICY) else ()),
        *(_problems(session, today) if who.scope(_P.READ_FINDINGS) is Scope.ALL else ()),
        *(Waiting(*told) for told in rectification_waiting(session, who, today)),
        *(Waiting(*told) for told in drift_waiting(session, who)),
        *(Waiting(*told) for told in checks_waiting(session, who, year, today)),
        *(_accounts(session) if who.can(_P.MANAGE_USERS) or who.can(_P.MANAGE_RIGHTS) else ()),
    ]
    return sorted(found, key=lambda w: (w.due is None, w.due or today))


# ---------- the finance bureau ----------


def _entry(session: Session, who: Viewer, year: int, today: date) -> Iterator[Waiting]:
    yield from _returned_or_drafted(session, who)
    wanted = funds.NoticeFilter(year=year, state=MoneyState.APPROVED, sort="due", size=200)
    drafts = _drafts(session)
    for notice in funds.notices(session, who, wanted, today).rows:
        count, amount, line_id = drafts.get(notice.id, (0, Money(0), 0))
        left = notice.remaining or Money(0)
        if notice.days_left is None or (notice.days_left > 30 and not count):
            continue
        if count:
            title = f"{notice.document_no} {show_wan(left)} 万元分配草稿"
            why = f"已填 {count} 项 {show_wan(amount)} 万元，剩余 {show_wan(left - amount)} 万元；"
            yield Waiting("drafts", line_id, notice.due_on, title, why + "收文后 30 日内须分配到项目")
        else:
            title = f"{notice.document_no} 未分配 {show_wan(left)} 万元"
            yield Waiting("notice", notice.id, notice.due_on, title, "收文后 30 日内须分配到项目")


def _drafts(session: Session) -> dict[int, tuple[int, Money, int]]:
    """Drafts of each notice: how many, how much, and on which line first."""
    rows = session.execute(
        select(AllotmentLine.notice_id, func.count(), func.sum(Allocation.amount), func.min(AllotmentLine.id))
        .join(Allocation, Allocation.line_id == AllotmentLine.id)
        .where(Allocation.state == MoneyState.DRAFT, Allocation.amount > Money(0))
        .group_by(AllotmentLine.notice_id)
    )
    return {notice_id: (count, amount, line_id) for notice_id, count, amount, line_id in rows}


def _returned_or_drafted(session: Session, who: Viewer) -> Iterator[Waiting]:
    returned = session.execute(
        select(
            AllotmentLine.id,
            AllotmentNotice.document_no,
            func.count(),
            func.sum(Allocation.amount),
            func.min(Allocation.reviewed_at),
            func.max(Allocation.return_reason),
        )
        .join(Allocation, Allocation.line_id == AllotmentLine.id)
        .join(AllotmentNotice, AllotmentLine.notice_id == AllotmentNotice.id)
        .where(Allocation.state == MoneyState.RETURNED)
        .group_by(AllotmentLine.id, AllotmentNotice.document_no)
    )
    for line_id, document_no, count, amount, at, reason in returned:
        title = f"{document_no} 分配退回待改 {count} 笔，{show_wan(amount)} 万元"
        yield Waiting("drafts", line_id, _day(at), title, f"复核人退回：{reason}", "已退回")
    notices = session.execute(
        select(AllotmentNotice.id, AllotmentNotice.document_no, AllotmentNotice.state, AllotmentNotice.received_on)
        .where(AllotmentNotice.state.in_((MoneyState.DRAFT, MoneyState.RETURNED)))
        .where(or_(AllotmentNotice.entered_by == who.id, AllotmentNotice.entered_by.is_(None)))
    )
    for number, document_no, state, received_on in notices:
        words = "退回待改" if state is MoneyState.RETURNED else "草稿，还没有提交复核"
        yield Waiting("notice", number, received_on, f"{document_no} {words}", "登记后由另一人复核才能分配", "已收文")


def _review(session: Session) -> Iterator[Waiting]:
    rows = session.execute(
        select(
            AllotmentNotice.id,
            AllotmentNotice.document_no,
            AllotmentNotice.stated_total,
            AllotmentNotice.submitted_at,
            Person.name,
        )
        .outerjoin(Person, AllotmentNotice.entered_by == Person.id)
        .where(AllotmentNotice.state == MoneyState.SUBMITTED)
    )
    for number, document_no, amount, at, clerk in rows:
        title = f"{document_no} 指标文待复核，{show_wan(amount)} 万元"
        yield Waiting("review_notice", number, _day(at), title, f"{clerk or '系统'}登记", "已等")
    for line in waiting_lines(session):
        title = f"{line.notice_no} 分配待复核 {line.count} 笔，{show_wan(line.amount)} 万元"
        why = f"{line.source}，{line.entered_by}提交"
        yield Waiting("review_line", line.line_id, _day(line.since), title, why, "已等")


def _corrections(session: Session) -> Iterator[Waiting]:
    """Papers that correct, returns and months that wait for the second person."""
    for paper in session.scalars(select(Correction).where(Correction.state == MoneyState.SUBMITTED)):
        title = f"{paper.document_no} {paper.kind.label}待复核"
        yield Waiting("correction", paper.id, _day(paper.submitted_at), title, paper.reason, "已等")
    wanted = select(LinePosting).where(
        LinePosting.state == MoneyState.SUBMITTED, LinePosting.kind != LineEntryKind.CARRYOVER
    )
    for posting in session.scalars(wanted):
        title = f"{posting.document_no} {posting.kind.label}待复核，{show_wan(-posting.amount)} 万元"
        yield Waiting("posting", posting.id, _day(posting.submitted_at), title, posting.reason, "已等")
    for period in session.scalars(select(AccountingPeriod).where(AccountingPeriod.state == PeriodState.SUBMITTED)):
        title = f"{period.year}年{period.month}月待结账"
        yield Waiting("period", period.year, _day(period.submitted_at), title, "核对同样的数字后同意或退回", "已等")
    for period in session.scalars(
        select(AccountingPeriod).where(
            AccountingPeriod.state == PeriodState.CLOSED,
            AccountingPeriod.reopen_reason != "",
            AccountingPeriod.reopened_at.is_(None),
        )
    ):
        title = f"申请重新打开{period.year}年{period.month}月"
        yield Waiting("period", period.year, None, title, period.reopen_reason)


def _public(session: Session, who: Viewer, year: int, today: date) -> Iterator[Waiting]:
    for kind, key, at, title, why, late in publicity_waiting(session, who, year, today):
        yield Waiting(kind, key, _day(at) if isinstance(at, datetime) else at, title, why, late)


# ---------- projects ----------


def _construction(session: Session, who: Viewer, today: date) -> Iterator[Waiting]:
    month_end = (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    mine = and_(seen_projects(who, _P.UPDATE_PROGRESS), Project.status.in_(_BUILDING))
    rows = session.execute(
        select(
            Project.id,
            Project.name,
            Project.progress_on,
            Project.progress_bp,
            Project.plan_end_on,
            Project.remark,
        ).where(mine)
    ).all()
    for number, name, reported_on, bp, end_on, remark in rows:
        done = f"形象进度 {bp / 100:g}%"
        if remark.startswith(RETURNED_MARK):
            yield Waiting("progress", number, reported_on, f"{name} 退回待改", remark, "已退回")
        elif end_on and end_on < today:
            yield Waiting("progress", number, end_on, f"{name} 逾期未完工", f"计划 {end_on} 完工，{done}")
        elif reported_on is None or reported_on < today.replace(day=1):
            last = f"上次 {reported_on} 填报，{done}" if reported_on else "还没有填报过"
            yield Waiting("progress", number, month_end, f"{name} 本月进度", last)


# ---------- assets ----------


def _patrols(session: Session, who: Viewer, year: int, today: date) -> Iterator[Waiting]:
    facts, told = Facts(year, today, policy_of(session, year)), rhythms(session)
    rows = session.execute(
        select(
            Asset.id,
            Asset.code,
            Asset.name,
            Asset.asset_class,
            Asset.in_use_on,
            Asset.registered_on,
            Asset.last_patrol_on,
            Asset.sector_id,
        ).where(seen_assets(who, _P.PATROL), Asset.status.in_(IN_SERVICE))
    )
    for number, code, name, asset_class, in_use_on, registered_on, last, sector_id in rows:
        if not asset_class.needs_maintenance:
            continue
        asset = AssetFact(
            number,
            code,
            name,
            asset_class,
            True,
            year,
            in_use_on=in_use_on,
            registered_on=registered_on,
            last_patrol_on=last,
            rhythms=told.get(sector_id, ()) if sector_id else (),
        )
        overdue = days_overdue(asset, facts)
        if overdue is None or overdue > 0:
            due = today - timedelta(days=overdue) if overdue else None
            yield Waiting("asset", number, due, f"{name} 巡查超期", f"{code}，上次巡查 {last or '没有记录'}")


# ---------- the lead bureau, leaders, inspectors ----------


def _lead(session: Session, year: int, today: date) -> Iterator[Waiting]:
    policy = policy_of(session, year)
    undecided = session.scalar(select(func.count()).where(LegacyProject.batch.is_(None))) or 0
    if undecided:
        title = f"四个一批 {undecided} 个项目未定类"
        yield Waiting("undecided", 0, date(year, 12, 31), title, "2013—2022 年产业项目，每个须在一类，写明依据")
    proposed = select(func.count(), func.min(ClassDecision.proposed_on)).where(
        ClassDecision.state == DecisionState.PROPOSED
    )
    waiting_ones, since = session.execute(proposed).one()
    if waiting_ones:
        yield Waiting(
            "proposals", 0, since, f"{waiting_ones} 份分类建议待审核", "主管单位和镇提出，审定后才算数", "已提出"
        )
    overdue, first = _overdue(session, today)
    if overdue:
        title = f"盘活和调整一批 {overdue} 个到期"
        yield Waiting("remedies", 0, first, title, "措施时限已到，核对是否见效，写明结果")
    if policy.new_asset_year:
        untitled = session.scalar(select(func.count()).where(Asset.project_year == policy.new_asset_year, ~HAS_TITLE))
        if untitled:
            title = f"{policy.new_asset_year}年新增资产 {untitled} 项未确权"
            yield Waiting("untitled", policy.new_asset_year, None, title, "须评估、登记、确权、明确监管单位")


def _overdue(session: Session, today: date, *seen: ColumnElement[bool]) -> tuple[int, date | None]:
    """How many measures are beyond their day and not done, and since when."""
    p = LegacyProject
    late = and_(p.batch.in_([b for b in FourBatch if b.needs_remedy]), p.due_on < today, p.done_on.is_(None), *seen)
    count, first = session.execute(select(func.count(), func.min(p.due_on)).where(late)).one()
    return count, first


def _remedies(session: Session, who: Viewer, today: date) -> Iterator[Waiting]:
    """What owner or town must report of the measures of their projects."""
    overdue, first = _overdue(session, today, seen_legacy(who, _P.PROPOSE_CLASS))
    if overdue:
        yield Waiting("late_remedies", 0, first, f"四个一批 {overdue} 个项目措施超时限", "写明进展，完成的填完成日期")
    silent = stand_counts(session, who, today)["silent"]
    if silent:
        last = quarter_end(today)
        yield Waiting("silent_remedies", 0, last, f"盘活一批 {silent} 个项目本季度未更新", "盘活一批每季度填报一次进展")


def _policy(session: Session, who: Viewer) -> Iterator[Waiting]:
    kinds = Policy.kinds()
    rows = session.execute(
        select(PolicyValue.id, PolicyValue.year, PolicyValue.code, PolicyValue.proposed_value, Person.name)
        .outerjoin(Person, PolicyValue.proposed_by == Person.id)
        .where(PolicyValue.state == "proposed", PolicyValue.proposed_by.is_distinct_from(who.id))
    )
    for _, year, code, proposed, name in rows:
        if code in kinds:
            kind = kinds[code]
            title = f"{year}年度“{kind.label}”改为 {kind.show(kind.read(proposed or ''))}"
            yield Waiting(f"policy:{code}", year, None, title, f"{name or '系统'}提出，批准后生效")


def _problems(session: Session, today: date) -> Iterator[Waiting]:
    late = and_(Rectification.state.in_(("open", "answered")), Rectification.due_on < today)
    rows = session.execute(
        select(Rectification.id, Rectification.due_on, Rectification.problem, Rectification.source).where(late)
    )
    names = dict(sources(session))
    for number, due_on, problem, source in rows:
        yield Waiting("problem", number, due_on, f"问题未销号：{problem}", names.get(source, source))


def _accounts(session: Session) -> Iterator[Waiting]:
    since = datetime.now(UTC) - timedelta(days=IDLE_DAYS)
    idle = session.scalar(
        select(func.count())
        .select_from(Credential)
        .join(Person, Credential.person_id == Person.id)
        .where(Person.active, Credential.last_sign_in_at < since)
    )
    never = session.scalar(
        select(func.count())
        .select_from(Credential)
        .join(Person, Credential.person_id == Person.id)
        .where(Person.active, Credential.last_sign_in_at.is_(None))
    )
    if idle:
        yield Waiting("accounts", 0, None, f"{idle} 个账号超过 {IDLE_DAYS} 天没有登录", "核对是否还在用，不用的停用")
    if never:
        yield Waiting("accounts", 0, None, f"{never} 个账号从未登录", "一次性密码没有用过，核对是否已交到本人手里")


def _day(at: datetime | None) -> date | None:
    return (at + timedelta(hours=8)).date() if at else None
