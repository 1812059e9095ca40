"""The demo's money: notices registered, allocations by two persons, corrections, disbursements and payments."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from random import Random

from fundsys.domain.funds import CorrectionKind, EntryKind, MoneyState, PaymentKind
from fundsys.domain.money import Money, total
from fundsys.domain.money_words import in_capitals
from fundsys.domain.projects import ProjectStatus as S
from fundsys.models.funds import (
    Allocation,
    AllotmentLine,
    AllotmentNotice,
    Correction,
    Disbursement,
    LinePosting,
    Payment,
)

from .desk import Desk
from .diary import FIRST_DAY, LAST_DAY, Diary, Row, moment, working_day
from .papers import MOVED_ON, MOVED_PAPER, NOTICES, THIRD
from .projects import CONTRACTORS, Grant, Plan
from .world import World

_FIRST_PART = 70  # per cent disbursed before work begins
_WAITING = 4  # entries of the last day that still wait for review


@dataclass(frozen=True)
class Clerks:
    """Who enters money and who reviews it."""

    entry: int
    review: int


class Purse:
    """Writes the money of the plans into the diary."""

    def __init__(self, world: World, diary: Diary, clerks: Clerks, seed: int) -> None:
        self.world, self.diary, self.clerks = world, diary, clerks
        self.chance = Random(f"{seed}/money")
        self._papers = count(21)
        self.line_ids: dict[int, int] = {}
        self.desk = Desk(diary, clerks.entry, clerks.review)
        self.moved: list[Row] = []

    def notices(self) -> None:
        """Register the notices, each approved by the second person the same day."""
        number = 0
        for notice in NOTICES:
            day = working_day(max(notice.received_on, FIRST_DAY) + timedelta(days=1))
            notice_id = self.diary.next_id(AllotmentNotice)
            lines = []
            for position, line in enumerate(notice.lines, 1):
                number += 1
                self.line_ids[number] = self.diary.next_id(AllotmentLine)
                lines.append(
                    {
                        "id": self.line_ids[number],
                        "notice_id": notice_id,
                        "position": position,
                        "source_id": self.world.sources[line.source],
                        "amount": Money.wan(line.wan),
                        "function_code": "2130599",
                    }
                )
            row = {
                "id": notice_id,
                "document_no": notice.document_no,
                "title": notice.title,
                "issuing_unit": notice.issuer,
                "year": 2024,
                "batch": notice.batch,
                "issued_on": notice.issued_on,
                "received_on": notice.received_on,
                "stated_total": total(Money.wan(line.wan) for line in notice.lines),
                "state": MoneyState.SUBMITTED,
                "entered_by": self.clerks.entry,
                "submitted_at": moment(day, 9, 30),
            }
            enter = self.diary.on(moment(day, 9, 30), self.clerks.entry, "登记指标文", notice.document_no)
            enter.add(AllotmentNotice, [row]).add(AllotmentLine, lines)
            self._review(AllotmentNotice, [notice_id], day, "复核指标文", notice.document_no)

    def _review(self, model: type, ids: list[int], day: date, what: str, subject: str, hour: int = 15) -> None:
        at = moment(day, hour, 10)
        told = {"state": MoneyState.APPROVED, "reviewed_by": self.clerks.review, "reviewed_at": at, "version": 2}
        self.diary.on(at, self.clerks.review, what, subject).change(model, [{"id": i} | told for i in ids])

    def number(self) -> None:
        """Give every approved paper its number, in the order of the reviews, as the services do."""
        words = {Allocation: "分配", Disbursement: "拨付", Payment: "支付", LinePosting: "退回", Correction: ""}
        numbers: dict[str, int] = defaultdict(int)
        for entry in sorted(self.diary.entries, key=lambda e: e.at):
            for model, is_new, rows in entry.writes:
                if is_new or model not in words:
                    continue
                for row in rows:
                    if row["state"] is MoneyState.APPROVED:
                        word = words[model] or self.desk.kinds[row["id"]].label
                        numbers[word] += 1
                        row["number"] = f"{word}〔2024〕{numbers[word]:05d}号"

    # ---------- allocations ----------

    def allocations(self, plans: list[Plan]) -> None:
        """Allot, correct a mistake, move and take back money, and leave the last notice half way."""
        days: dict[tuple[date, int], list[tuple[Plan, Grant]]] = defaultdict(list)
        for plan in plans:
            for grant in plan.grants:
                days[grant.on, grant.line].append((plan, grant))
        for (day, _), grants in sorted(days.items(), key=lambda x: x[0]):
            paper = MOVED_PAPER if grants[0][1].is_moved else f"陇财农〔2024〕{next(self._papers)}号"
            rows = [self._allocation(p, g, g.mistyped or g.at_first, day, paper) for p, g in grants]
            for (_, grant), row in zip(grants, rows, strict=True):
                grant.id = row["id"]
            if grants[0][1].is_moved:
                self.moved += rows
            else:
                self._two_steps(Allocation, rows, day, 10, "分配资金", f"{paper}（{len(rows)}笔）")
            for plan, grant in grants:
                if grant.mistyped:
                    self._mend(plan, grant, day, paper)
                if grant.at_first > grant.fen:
                    self._take_back(plan, grant)
        moved = "产业占比不足，调整用于产业项目"
        self.desk.correct(CorrectionKind.ADJUSTMENT, self.moved, MOVED_ON, 9, moved, MOVED_PAPER)
        self.desk.return_some(f"陇财农〔2024〕{next(self._papers)}号")
        self._third(plans)

    def _allocation(self, plan: Plan, grant: Grant, fen: int, day: date, paper: str) -> Row:
        return {
            "id": self.diary.next_id(Allocation),
            "line_id": self.line_ids[grant.line],
            "project_id": plan.id,
            "kind": EntryKind.ADJUSTMENT if grant.is_moved else EntryKind.ALLOCATION,
            "corrects_id": None,
            "decided_on": day,
            "document_no": paper,
            "amount": Money(fen),
            "state": MoneyState.SUBMITTED,
            "entered_by": self.clerks.entry,
            "remark": "",
        }

    def _mend(self, plan: Plan, grant: Grant, day: date, paper: str) -> None:
        """A wrong amount is reversed, then the right one is allotted."""
        later = working_day(day + timedelta(days=4))
        wrong = self._allocation(plan, grant, -grant.mistyped, later, paper)
        wrong |= {"kind": EntryKind.REVERSAL, "corrects_id": grant.id, "remark": "金额录错，红字冲销后重录"}
        self._two_steps(Allocation, [wrong], later, 9, "红字冲销分配", plan.name)
        right = self._allocation(plan, grant, grant.at_first, later, paper)
        grant.id = right["id"]
        self._two_steps(Allocation, [right], later, 14, "分配资金", plan.name)

    def _take_back(self, plan: Plan, grant: Grant) -> None:
        day = working_day(grant.back_on or LAST_DAY)
        moved = grant.at_first - grant.fen
        row = self._allocation(plan, grant, -moved, day, MOVED_PAPER)
        row["corrects_id"] = grant.id
        if S.SETTLED not in plan.days:
            self.moved.append(row)
            return
        row["document_no"] = f"陇财农〔2024〕{next(self._papers)}号"
        self.desk.correct(CorrectionKind.RECOVERY, [row], day, 9, "项目结算结余收回", plan.name)

    def _two_steps(self, model: type, rows: list[Row], day: date, hour: int, what: str, subject: str) -> None:
        """Entered and submitted by one person, approved by another within the day."""
        at = moment(day, hour)
        enter = self.diary.on(at, self.clerks.entry, what, subject)
        enter.add(model, [row | {"submitted_at": at} for row in rows])
        self._review(model, [row["id"] for row in rows], day, f"复核：{what}", subject, hour + 1)

    def _third(self, plans: list[Plan]) -> None:
        """The last notice: drafts of the clerk, some of them submitted."""
        line = len(self.line_ids)
        day = working_day(NOTICES[-1].allocated_on)
        rows, sent = [], []
        waiting = {group: submitted for group, (_, _, submitted) in THIRD.items()}
        for plan in plans:
            if plan.topup:
                row = self._allocation(plan, Grant(line, plan.topup, day), plan.topup, day, "")
                rows.append(row | {"state": MoneyState.DRAFT})
                if waiting[plan.group]:
                    waiting[plan.group] -= 1
                    sent.append(row["id"])
        subject = NOTICES[-1].document_no
        self.diary.on(moment(day, 16), self.clerks.entry, "分配资金", f"{subject}（草稿{len(rows)}笔）").add(
            Allocation, rows
        )
        at = moment(date(2024, 11, 12), 10, 20)
        told = {"state": MoneyState.SUBMITTED, "submitted_at": at, "document_no": "陇财农〔2024〕61号", "version": 2}
        self.diary.on(at, self.clerks.entry, "提交分配", f"{subject}（{len(sent)}笔）").change(
            Allocation, [{"id": i} | told for i in sent]
        )

    # ---------- going out ----------

    def going_out(self, plans: list[Plan], contracts: dict[int, tuple[int, date]]) -> None:
        """Disburse to the implementing units and pay the payees, twice a month. contracts: (id, confirmed on) by project."""
        paid: dict[date, list[Row]] = defaultdict(list)
        given: dict[date, list[Row]] = defaultdict(list)
        for plan in plans:
            flow = Flow(plan, self.chance)
            for day, line, fen in flow.disbursed:
                given[day].append(self._out(plan, line, fen) | {"unit_id": plan.builder_id, "disbursed_on": day})
            for day, line, fen, kind in flow.paid:
                contract_id, since = contracts.get(plan.id, (None, day))
                told = {"kind": kind, "payee": _payee(plan), "paid_on": day}
                told["contract_id"] = contract_id if since <= day else None
                paid[day].append(self._out(plan, line, fen) | told)
        self._write_out(Disbursement, given, "登记拨付", 10)
        self._write_out(Payment, paid, "登记支付", 14)

    def _out(self, plan: Plan, line: int, fen: int) -> Row:
        return {
            "line_id": self.line_ids[line],
            "project_id": plan.id,
            "amount": Money(fen),
            "state": MoneyState.SUBMITTED,
            "entered_by": self.clerks.entry,
        }

    def _write_out(self, model: type, by_day: dict[date, list[Row]], what: str, hour: int) -> None:
        vouchers: dict[str, int] = defaultdict(int)
        last = max(by_day)
        for day in sorted(by_day):
            rows = []
            for row in by_day[day]:
                row = row | {"id": self.diary.next_id(model)}
                month = f"{day:%Y-%m}"
                vouchers[month] += 1
                if model is Payment:
                    row["voucher_no"] = f"{month}-记-{vouchers[month]:04d}"
                    row["capitals"] = in_capitals(row["amount"]) if vouchers[month] % 3 else ""
                else:
                    row["document_no"] = f"陇财拨〔2024〕{sum(vouchers.values())}号"
                rows.append(row)
            waiting = rows[-_WAITING:] if day == last else []
            stands = rows[: len(rows) - len(waiting)]
            if stands:
                self._two_steps(model, stands, day, hour, what, f"{len(stands)}笔")
            if waiting:
                at = moment(day, hour + 3)
                self.diary.on(at, self.clerks.entry, what, f"{len(waiting)}笔").add(
                    model, [row | {"submitted_at": at} for row in waiting]
                )
        if model is Payment:
            self._returned(rows[-1], last)

    def _returned(self, like: Row, day: date) -> None:
        """One payment the reviewer sent back: it waits at the clerk's desk."""
        row = like | {"id": self.diary.next_id(Payment), "amount": Money(600_000), "voucher_no": ""}
        self.diary.on(moment(day, 17, 30), self.clerks.entry, "登记支付", "1笔").add(
            Payment, [row | {"submitted_at": moment(day, 17, 30)}]
        )
        back = {
            "id": row["id"],
            "state": MoneyState.RETURNED,
            "return_reason": "支付凭证金额与发票相差 0.60 万元，请核对",
            "version": 2,
        }
        self.diary.on(moment(day, 18), self.clerks.review, "退回支付", "1笔").change(Payment, [back])


def _payee(plan: Plan) -> str:
    if plan.is_built:
        return CONTRACTORS[plan.id % len(CONTRACTORS)]
    if plan.subject.unit == "镇" or plan.subject.asset == "toilet":
        return f"一卡通发放（{plan.facts['households']}户）"
    return "按名册集中支付（演示）"


@dataclass
class Flow:
    """How a project's money goes out: by grant, never more than was allotted, never paid before disbursed."""

    plan: Plan
    chance: Random
    disbursed: list[tuple[date, int, int]] = field(default_factory=list)
    paid: list[tuple[date, int, int, PaymentKind]] = field(default_factory=list)

    def __post_init__(self) -> None:
        plan = self.plan
        if plan.day(S.UNDER_WAY) is None:
            return
        needed = plan.fen if not plan.settled_fen else min(plan.fen, plan.settled_fen - plan.own_fen)
        sums = [g.fen * needed // plan.fen for g in plan.grants]
        sums[0] += needed - sum(sums)
        given: list[list[tuple[date, int]]] = [self._disburse(g, fen) for g, fen in zip(plan.grants, sums, strict=True)]
        spent = [0] * len(sums)
        for kind, day, percent in self._events():
            out: dict[int, int] = defaultdict(int)
            for n, grant in enumerate(plan.grants):
                there = sum(fen for on, fen in given[n] if on <= day)
                due = min(sums[n] * percent // 100 // 100 * 100 if percent < 100 else sums[n], there)
                if due > spent[n]:
                    out[grant.line] += due - spent[n]
                    spent[n] = due
            self.paid += [(day, line, fen, kind) for line, fen in out.items()]

    def _disburse(self, grant: Grant, fen: int) -> list[tuple[date, int]]:
        plan = self.plan
        first = _next(grant.on + timedelta(days=10), (5, 20))
        done = plan.day(S.COMPLETED)
        parts = [(first, fen * _FIRST_PART // 100 // 100 * 100)]
        if done is not None:
            parts.append((_next(max(done, first + timedelta(days=1)), (5, 20)), fen - parts[0][1]))
        parts = [(day, part) for day, part in parts if day <= LAST_DAY and part > 0]
        self.disbursed += [(day, grant.line, part) for day, part in parts]
        return parts

    def _events(self) -> list[tuple[PaymentKind, date, int]]:
        plan = self.plan
        begun = plan.days[S.UNDER_WAY]
        done = plan.day(S.COMPLETED)
        half = begun + ((done or LAST_DAY) - begun) / 2
        later: date | None = half if plan.progress_bp >= 4500 else None
        advance, part = 30, 45 if plan.progress_bp < 7000 else 55
        if plan.is_built:
            advance, later, part = 29, half if done else LAST_DAY - timedelta(days=30), _by_progress(plan, done)
        end_kind = PaymentKind.SUBSIDY if plan.subject.unit == "镇" else PaymentKind.SETTLEMENT
        told: list[tuple[PaymentKind, date | None, int]] = [
            (PaymentKind.ADVANCE if plan.is_built else PaymentKind.PROGRESS, begun + timedelta(days=7), advance),
            (PaymentKind.PROGRESS, later, part),
            (PaymentKind.PROGRESS, done, 77 if plan.is_built else 90),
            (end_kind, plan.day(S.SETTLED), 97 if plan.is_built else 100),
        ]
        dated = [(kind, _next(day + timedelta(days=8), (10, 25)), percent) for kind, day, percent in told if day]
        return sorted((e for e in dated if e[1] <= LAST_DAY), key=lambda e: (e[1], e[2]))


def _by_progress(plan: Plan, done: date | None) -> int:
    """How much of a contract may be paid by then: 80 % of what is built, a little less for what the tender saved."""
    if done:
        return 38
    begun, day = plan.days[S.UNDER_WAY], LAST_DAY - timedelta(days=30)
    built = plan.progress_bp * max((day - begun).days, 0) // max((LAST_DAY - begun).days, 1) // 100
    return built * 75 // 100


def _next(day: date, on: tuple[int, int]) -> date:
    """The next of the month's two money days, moved to a Monday when it falls on a weekend."""
    for number in on:
        if day.day <= number:
            return working_day(day.replace(day=number))
    return working_day((day.replace(day=1) + timedelta(days=32)).replace(day=on[0]))
