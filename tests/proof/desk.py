"""A finance desk that does whatever comes to its mind, one act a move."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from typing import Any

from sqlalchemy import select

from fundsys import store
from fundsys.domain.funds import CorrectionKind, MoneyState, NoticeKind, PeriodState
from fundsys.domain.money import Money
from fundsys.models.desk import AccountingPeriod
from fundsys.models.funds import Allocation, AllotmentLine, Correction, Disbursement, LinePosting, Payment
from fundsys.services import funds
from fundsys.services.funds import corrections, payouts, periods, returns
from tests.money import approved_notice, entry_clerk, make_projects, notice_entry, reviewer, second_clerk, source_id

from .office import Office

SOURCES = ("F101", "F102", "F201", "F301", "F601")
KINDS = ("PT010102", "PT010301", "PT030101", "PT070101", "PT020101")
PAPER = "陇财农〔2024〕41号"
WAITING, APPROVED = MoneyState.SUBMITTED, MoneyState.APPROVED


class Desk(Office):
    """Two clerks and a reviewer of one fresh county."""

    def __init__(self, tally: Counter[str]) -> None:
        super().__init__(tally)
        self.clerks = [entry_clerk(), second_clerk()]
        self.checker = reviewer()
        kinds = [{"type": kind, "wan": "900", "is_lead_industry": n % 2 == 0} for n, kind in enumerate(KINDS)]
        self.projects = make_projects(*kinds)
        self.lines = approved_notice(*((source, "300") for source in SOURCES[:3]))
        self.papers: list[int] = []
        self.moves = [
            self.register,
            self.review_notice,
            self.reduce,
            self.allocate,
            self.allocate,
            self.review_allocation,
            self.review_allocation,
            self.reverse,
            self.money_out,
            self.money_out,
            self.review_money_out,
            self.own_review,
            self.adjust,
            self.recover,
            self.review_correction,
            self.review_correction,
            self.return_upwards,
            self.review_posting,
            self.reverse_money_out,
            self.months,
        ]

    # ---- acts ----

    def register(self, r: random.Random) -> None:
        """A notice of one to three lines, approved or left waiting."""
        amounts = [_amount(r) for _ in range(r.randint(1, 3))]
        entries = [funds.LineEntry(source_id(r.choice(SOURCES)), amount) for amount in amounts]
        self._notice(r, "登记指标文", notice_entry(lines=entries, stated_total=Money(sum(a.fen for a in amounts))))

    def reduce(self, r: random.Random) -> None:
        """A further notice that takes back from a line."""
        line, amount = r.choice(self.lines), _amount(r)
        with store.snapshot() as session:
            found = session.get_one(AllotmentLine, line)
            number, source = found.notice.document_no, found.source_id
        entries = [funds.LineEntry(source, amount)]
        told = notice_entry(lines=entries, stated_total=amount, kind=NoticeKind.REDUCTION, amends_no=number)
        self._notice(r, "核减指标", told)

    def review_notice(self, r: random.Random) -> None:
        """A waiting notice is approved or returned."""
        if self.papers:
            self._settle(self.papers.pop(r.randrange(len(self.papers))), back=r.random() < 0.3)

    def allocate(self, r: random.Random) -> None:
        """A draft, handed over more often than not."""
        line, project, amount, by = r.choice(self.lines), r.choice(self.projects), _amount(r), r.choice(self.clerks)
        self._do(by, "分配资金", lambda o: funds.allocate(line, project, amount, act=o).id)
        if r.random() < 0.7:
            self._do(by, "提交分配", lambda o: len(funds.submit_allocations(line, act=o)))

    def review_allocation(self, r: random.Random) -> None:
        """Approved, returned, or refused because it is not what the reviewer saw."""
        for row in self._some(r, Allocation, WAITING):
            seen = {row.id: row.version - (r.random() < 0.1)}
            if r.random() < 0.2:
                self._do(self.checker, "退回分配", lambda o, s=seen: len(funds.return_allocations(s, "请核对", act=o)))
            else:
                self._do(self.checker, "复核分配", lambda o, s=seen: len(funds.approve_allocations(s, act=o)))

    def reverse(self, r: random.Random) -> None:
        """An approved allocation is taken back by its negative."""
        for row in self._some(r, Allocation, APPROVED):
            call = self._with(funds.reverse_allocation, row.id, "项目终止", PAPER)
            self._do(r.choice(self.clerks), "冲销分配", call)

    def money_out(self, r: random.Random) -> None:
        """Money is passed on or paid, mostly within what was given."""
        for row in self._some(r, Allocation, APPROVED):
            amount = _amount(r) if r.random() < 0.3 else Money(r.randint(1, max(row.amount.fen, 1)))
            by, today = r.choice(self.clerks), date.today()
            if r.random() < 0.6:
                call = self._with(funds.pay, row.line_id, row.project_id, amount, today, payee="兴农公司")
                self._do(by, "支付", call)
            else:
                self._do(by, "拨付", self._with(funds.disburse, row.line_id, row.project_id, amount, today))

    def review_money_out(self, r: random.Random) -> None:
        """A payment or disbursement is approved or returned."""
        table = r.choice([Payment, Disbursement])
        agree, back = (
            (funds.approve_payments, funds.return_payments)
            if table is Payment
            else (funds.approve_disbursements, funds.return_disbursements)
        )
        for row in self._some(r, table, WAITING):
            seen = {row.id: row.version}
            if r.random() < 0.2:
                self._do(self.checker, "退回拨付支付", self._with(back, seen, "请核对"))
            else:
                self._do(self.checker, "复核拨付支付", self._with(agree, seen))

    def own_review(self, r: random.Random) -> None:
        """Nobody who enters approves, whatever they try."""
        for row in self._some(r, Allocation, WAITING):
            call = self._with(funds.approve_allocations, {row.id: row.version})
            assert self._do(r.choice(self.clerks), "自己复核", call) is None

    def adjust(self, r: random.Random) -> None:
        """Money of a line moves from one project to another, not always evenly."""
        for row in self._some(r, Allocation, APPROVED):
            amount = Money(r.randint(1, max(row.amount.fen, 1)))
            uneven = Money(1) if r.random() < 0.1 else Money(0)
            moves = [
                corrections.Move(row.line_id, row.project_id, -amount),
                corrections.Move(row.line_id, r.choice(self.projects), amount + uneven),
            ]
            self._correct(
                r, "调整", corrections.CorrectionEntry(CorrectionKind.ADJUSTMENT, moves, None, PAPER, "项目变更")
            )

    def recover(self, r: random.Random) -> None:
        """Money of a project goes back to its line."""
        for row in self._some(r, Allocation, APPROVED):
            moves = [corrections.Move(row.line_id, row.project_id, -Money(r.randint(1, max(row.amount.fen, 1))))]
            self._correct(
                r, "收回", corrections.CorrectionEntry(CorrectionKind.RECOVERY, moves, None, PAPER, "结余收回")
            )

    def review_correction(self, r: random.Random) -> None:
        """A paper takes effect as one, or goes back as one."""
        with store.snapshot() as session:
            found = session.execute(
                select(Correction.id, Correction.version).where(Correction.state == WAITING).order_by(Correction.id)
            ).all()
        if found:
            paper = r.choice(found)
            if r.random() < 0.2:
                self._do(self.checker, "退回调整收回", self._with(corrections.return_correction, paper.id, "请核对"))
            else:
                self._do(
                    self.checker,
                    "复核调整收回",
                    self._with(corrections.approve_correction, paper.id, version=paper.version),
                )

    def return_upwards(self, r: random.Random) -> None:
        """What a line has not given goes back to the level above, or such a return is reversed."""
        with store.snapshot() as session:
            done = session.scalars(select(LinePosting.id).where(LinePosting.state == APPROVED)).all()
        if done and r.random() < 0.3:
            self._do(
                r.choice(self.clerks), "冲销退回", self._with(returns.reverse_posting, r.choice(done), PAPER, "退错了")
            )
            return
        line, amount = r.choice(self.lines), _amount(r)
        self._do(r.choice(self.clerks), "退回上级", self._with(returns.return_money, line, amount, PAPER, "任务取消"))

    def review_posting(self, r: random.Random) -> None:
        """A return upwards is approved or sent back."""
        with store.snapshot() as session:
            found = session.scalars(select(LinePosting.id).where(LinePosting.state == WAITING)).all()
        if found:
            posting = r.choice(found)
            if r.random() < 0.2:
                self._do(self.checker, "不同意退回上级", self._with(returns.send_posting_back, posting, "请核对"))
            else:
                self._do(self.checker, "复核退回上级", self._with(returns.approve_posting, posting, version=None))

    def reverse_money_out(self, r: random.Random) -> None:
        """A payment came back from the bank, or a disbursement was wrong."""
        table, call = r.choice([(Payment, payouts.reverse_payment), (Disbursement, payouts.reverse_disbursement)])
        for row in self._some(r, table, APPROVED):
            self._do(r.choice(self.clerks), "冲销拨付支付", self._with(call, row.id, "账号有误，银行退回", "退汇单1号"))

    def months(self, r: random.Random) -> None:
        """A month is closed by two persons, or the last closed one is opened again. Notices came in October."""
        with store.snapshot() as session:
            p = AccountingPeriod
            wanted = select(p.id, p.version, p.month, p.state, p.figures_digest).order_by(p.first_day.desc()).limit(1)
            last = session.execute(wanted).first()
        clerk = r.choice(self.clerks)
        if last is not None and last.state is PeriodState.SUBMITTED:
            call = self._with(periods.close, last.id, version=last.version, digest=last.figures_digest)
            if not self._do(self.checker, "结账", call):
                self._do(self.checker, "退回结账", self._with(periods.send_back, last.id, "账上有变化"))
        elif last is not None and last.state is PeriodState.CLOSED and (last.month >= 10 or r.random() < 0.3):
            if self._do(clerk, "申请重开账", self._with(periods.ask_to_reopen, last.id, "补记一笔", PAPER)):
                self._do(self.checker, "重开账", self._with(periods.answer_reopening, last.id, True))
        else:
            month = 9 if last is None else last.month + (last.state is PeriodState.CLOSED)
            self._do(clerk, "提交结账", self._with(periods.hand_over, 2024, min(month, 12)))

    # ---- how ----

    def _correct(self, r: random.Random, what: str, entry: corrections.CorrectionEntry) -> None:
        def save(opened: Any) -> int:
            paper = corrections.save_correction(entry, act=opened)
            corrections.submit_correction(paper.id, act=opened)
            return paper.id

        self._do(r.choice(self.clerks), what, save)

    def _notice(self, r: random.Random, what: str, entry: funds.NoticeEntry) -> None:
        def register(opened: Any) -> int:
            notice = funds.register_notice(entry, act=opened)
            funds.submit_notice(notice.id, act=opened)
            return notice.id

        paper = self._do(r.choice(self.clerks), what, register)
        if paper:
            self.papers.append(paper)
            if r.random() < 0.7:
                self.review_notice(r)

    def _settle(self, paper: int, back: bool) -> None:
        if back:
            self._do(self.checker, "退回指标文", self._with(funds.return_notice, paper, "请核对"))
        elif self._do(self.checker, "复核指标文", self._with(funds.approve_notice, paper, version=None)):
            with store.snapshot() as session:
                wanted = select(AllotmentLine.id).where(AllotmentLine.notice_id == paper)
                self.lines += session.scalars(wanted.where(AllotmentLine.reduces_id.is_(None))).all()

    @staticmethod
    def _some(r: random.Random, table: Any, state: MoneyState) -> list[Any]:
        """One entry in this state, by chance; none when there is none."""
        with store.snapshot() as session:
            wanted = select(table.id, table.version, table.line_id, table.project_id, table.amount)
            found = session.execute(wanted.where(table.state == state).order_by(table.id)).all()
        return [r.choice(found)] if found else []


def _amount(r: random.Random) -> Money:
    """A few 分, or up to some hundred 万元."""
    return Money(r.randint(1, 500) if r.random() < 0.3 else r.randint(1, 200_0000_00))
