"""The year's money by level, and what waits for a second person: exact, and nothing counted twice."""

from __future__ import annotations

from datetime import date

import pytest

from fundsys import store
from fundsys.domain.funds import FundLevel
from fundsys.domain.money import ZERO, Money
from fundsys.queries.year_money import LevelMoney, waiting_lines, year_money
from fundsys.services import funds
from fundsys.services.acts import act
from tests.money import approved_notice, drafted, entry_clerk, given, make_projects, notice_entry, reviewer, submitted

pytestmark = pytest.mark.usefixtures("app")
WAN = Money.wan


def test_each_level_is_followed_from_the_notice_to_the_payee() -> None:
    a, b = make_projects({"wan": "900"}, {"wan": "900"})
    central, province = approved_notice(("F101", "100"), ("F201", "50.000001"))
    given(central, [(a, "60")])
    drafted(central, b, "10")
    drafted(province, b, "20")
    submitted(province)
    with act(by=entry_clerk(), what="登记指标文") as opened:
        funds.register_notice(notice_entry(("F101", "7")), act=opened)
    with act(by=entry_clerk(), what="拨付和支付") as opened:
        gone = funds.disburse(central, a, WAN("40"), date(2024, 11, 1), act=opened)
        paid = funds.pay(central, a, WAN("25"), date(2024, 11, 2), payee="某公司", act=opened)
        waits = funds.pay(central, a, WAN("1"), date(2024, 11, 2), payee="某公司", act=opened)
    with act(by=reviewer(), what="复核") as opened:
        funds.approve_disbursements({gone.id: gone.version}, act=opened)
        funds.approve_payments({paid.id: paid.version}, act=opened)
    with act(by=reviewer(), what="退回") as opened:
        funds.return_payments({waits.id: waits.version}, "发票不符", act=opened)
    with store.snapshot() as session:
        assert year_money(session, 2024) == [
            LevelMoney(FundLevel.CENTRAL, WAN("100"), WAN("60"), ZERO, WAN("40"), WAN("25")),
            LevelMoney(FundLevel.PROVINCIAL, WAN("50.000001"), ZERO, WAN("20"), ZERO, ZERO),
        ]
        assert year_money(session, 2023) == []
        (line,) = waiting_lines(session)
        assert (line.line_id, line.count, line.amount) == (province, 1, WAN("20"))
