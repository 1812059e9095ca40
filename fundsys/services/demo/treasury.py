"""The demo's treasury list of October: most of it agrees, one amount differs, one payment is missing, one is unknown."""

from __future__ import annotations

import hashlib
from datetime import date

from sqlalchemy import select

from fundsys.domain.funds import MoneyState
from fundsys.domain.money import Money
from fundsys.models.funds import Payment
from fundsys.services.acts import Act
from fundsys.services.treasury import ListedPayment, take_list

from .diary import Diary, moment

FIRST, LAST = date(2024, 10, 1), date(2024, 10, 31)
NAME = "陇县国库集中支付明细2024年10月（演示）.xlsx"
_DIFFERS, _MISSING = 3, 5


def write_treasury_list(diary: Diary, clerk: int) -> None:
    """Take in the list some days after the month."""
    diary.on(moment(date(2024, 11, 6), 10), clerk, "收国库支付清单", NAME).then(_take)


def _take(act: Act) -> None:
    paid = act.session.scalars(
        select(Payment)
        .where(Payment.state == MoneyState.APPROVED, Payment.paid_on >= FIRST, Payment.paid_on <= LAST)
        .order_by(Payment.paid_on, Payment.id)
    )
    rows = [
        ListedPayment(
            place + 4,
            p.voucher_no,
            p.payee,
            p.amount - Money.yuan(100) if place == _DIFFERS else p.amount,
            p.paid_on,
            "财政衔接资金项目款",
        )
        for place, p in enumerate(paid)
        if place != _MISSING
    ]
    unknown = ListedPayment(
        len(rows) + 5, "2024-10-记-0999", "雍城市政工程有限公司（演示）", Money.yuan("8800"), LAST, "退款重拨"
    )
    digest = hashlib.sha256(NAME.encode()).hexdigest()
    take_list(NAME, digest, "Sheet1", [*rows, unknown], first_day=FIRST, last_day=LAST, act=act)
