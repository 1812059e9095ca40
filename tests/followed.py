"""Money on its way, for tests that follow it: allocated, disbursed and paid on said days, all approved."""

from __future__ import annotations

from datetime import date
from typing import Any

from fundsys.domain.money import Money
from fundsys.services import funds
from fundsys.services.acts import act
from tests.money import approved, drafted, entry_clerk, reviewer, submitted


def allotted_to(line_id: int, project_id: int, wan: str, on: date, **told: Any) -> int:
    """Id of an approved allocation of that day."""
    made = drafted(line_id, project_id, wan, decided_on=on, **told)
    approved(submitted(line_id))
    return made


def passed_on(line_id: int, project_id: int, wan: str, on: date) -> int:
    """Id of an approved disbursement of that day."""
    with act(by=entry_clerk(), what="登记拨付") as opened:
        made = funds.disburse(line_id, project_id, Money.wan(wan), on, act=opened)
    with act(by=reviewer(), what="复核拨付") as opened:
        funds.approve_disbursements({made.id: made.version}, act=opened)
    return made.id


def paid_out(
    line_id: int, project_id: int, wan: str, on: date, payee: str = "关山路桥工程有限公司", voucher_no: str = ""
) -> int:
    """Id of an approved payment of that day."""
    with act(by=entry_clerk(), what="登记支付") as opened:
        made = funds.pay(line_id, project_id, Money.wan(wan), on, payee=payee, voucher_no=voucher_no, act=opened)
    with act(by=reviewer(), what="复核支付") as opened:
        funds.approve_payments({made.id: made.version}, act=opened)
    return made.id
