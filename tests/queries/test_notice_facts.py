"""What the rules on notices look at: amounts after later notices, what is left, the day all of it had been given."""

from __future__ import annotations

import pytest

from fundsys import store
from fundsys.domain.facts import NoticeRecordFact
from fundsys.domain.funds import NoticeKind
from fundsys.domain.money import ZERO, Money
from fundsys.models.funds import AllotmentLine
from fundsys.queries.facts import facts, office_today
from fundsys.services import funds
from fundsys.services.acts import act
from tests.money import approved_notice, entry_clerk, given, make_projects, notice_entry, reviewer

pytestmark = pytest.mark.usefixtures("app")


def number_of(line_id: int) -> str:
    """The document number of the notice a line belongs to."""
    with store.snapshot() as session:
        return session.get_one(AllotmentLine, line_id).notice.document_no


def seen() -> list[NoticeRecordFact]:
    """The facts on notices."""
    with store.snapshot() as session:
        return list(facts(session, 2024, parts={"notices"}).notices)


def test_a_notice_is_whole_once_every_line_has_gone_somewhere() -> None:
    one, two = approved_notice(("F101", "60"), ("F201", "40"))
    project, other = make_projects({}, {})
    given(one, [(project, "60")])
    (told,) = seen()
    assert (told.amount, told.left, told.over, told.whole_on) == (Money.wan(100), Money.wan(40), ZERO, None)
    given(two, [(other, "40")])
    (told,) = seen()
    assert (told.left, told.whole_on) == (ZERO, office_today())


def test_what_a_later_notice_takes_back_need_not_be_given() -> None:
    (line,) = approved_notice(("F101", "100"))
    (project,) = make_projects({})
    given(line, [(project, "70")])
    assert seen()[0].left == Money.wan(30)
    entry = notice_entry(("F101", "30"), kind=NoticeKind.REDUCTION, amends_no=number_of(line))
    with act(by=entry_clerk(), what="登记指标文") as opened:
        notice = funds.register_notice(entry, act=opened)
        funds.submit_notice(notice.id, act=opened)
    assert seen()[0].amount == Money.wan(100), "not approved yet"
    with act(by=reviewer(), what="复核指标文") as opened:
        funds.approve_notice(notice.id, version=None, act=opened)
    (told,) = seen()
    assert (told.amount, told.left, told.whole_on) == (Money.wan(70), ZERO, office_today())
