"""Published cases carried through the desk: the figures other counties printed, entered as they stand. Source: domain.md 9.3."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from fundsys import store
from fundsys.domain.errors import OverCommitted
from fundsys.domain.funds import CorrectionKind
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rules.base import rule_called
from fundsys.models.office import Person
from fundsys.models.projects import Project
from fundsys.queries.balances import unspent_rows
from fundsys.queries.money_facts import money_facts
from fundsys.queries.viewer import viewer_of
from fundsys.services import funds
from fundsys.services.acts import act
from fundsys.services.funds import corrections
from fundsys.services.verification import verify
from tests.money import approved_notice, entry_clerk, given, make_projects, reviewer

pytestmark = pytest.mark.usefixtures("app")
DACHUAN_CENTRAL = (("F101", "4630"), ("F102", "385"), ("F105", "258"))
DACHUAN_PROVINCIAL = ("F201", "5509")


def judged(code: str) -> dict[str, tuple[str, str]]:
    """(outcome, share in words) of a rule by what it speaks of."""
    with store.snapshot() as session:
        facts = money_facts(session, 2024, date.today())
    rule = rule_called(code)
    assert rule is not None
    return {f.scope: (f.outcome.name, f.measured_words) for f in rule(facts)}


def test_dachuan_first_batch_of_2024_entered_as_it_was_published() -> None:
    other, relief, forest = approved_notice(*DACHUAN_CENTRAL, title="达川区2024年第一批中央资金")
    (province,) = approved_notice(DACHUAN_PROVINCIAL, title="达川区2024年第一批省级资金")
    kinds = {"industry": "PT010102", "rural": "PT030101", "moved": "PT040101", "fee": "PT070101"}
    makes = [("industry", "6000"), ("moved", "5000"), ("rural", "5000"), ("fee", "200")]
    industry, moved, rural, fee = make_projects(*({"type": kinds[k], "wan": wan} for k, wan in makes))
    given(other, [(industry, "2993.7"), (moved, "1050"), (rural, "540"), (fee, "46.3")])
    given(relief, [(rural, "385")])
    given(forest, [(rural, "258")])
    given(province, [(industry, "2705.39"), (moved, "1843.72"), (rural, "904.8"), (fee, "55.09")])
    with store.snapshot() as session:
        facts = money_facts(session, 2024, date.today())
    assert sum(a.amount.fen for a in facts.allocations) == Money.wan("10782").fen
    assert judged("R65")[""] == ("FAIL", "52.86%")
    assert judged("R01F") == {"中央": ("PASS", "0.88%"), "省级": ("PASS", "1.00%")}
    assert verify().problems == []


@pytest.mark.parametrize(
    ("plan", "settled", "fee", "published"), [("117.98", "112.92", "1", "4.07"), ("36.36", "28.17", "0.36", "7.83")]
)
def test_mishan_recovers_what_is_left_and_never_the_hundredth_that_rounding_made(
    plan: str, settled: str, fee: str, published: str
) -> None:
    """计划 117.98、结算 112.92、管理费 1，公告结余 4.07：账上只有 4.06，多出的 0.01 收不回来。"""
    works = Money.wan(plan) - Money.wan(fee)
    (line,) = approved_notice(("F101", plan))
    project, manage = make_projects({"wan": plan}, {"type": "PT070101", "wan": fee})
    given(line, [(project, str(works.fen / 1_000_000)), (manage, fee)])
    clerk, today = entry_clerk(), date.today()
    with act(by=clerk, what="支付") as opened:
        paid = funds.pay(line, project, Money.wan(settled), today, payee="兴农公司", act=opened)
        seen = {paid.id: paid.version}
    with act(by=reviewer(), what="复核支付") as opened:
        funds.approve_payments(seen, act=opened)
    with act(by=None, what="登记结算") as opened:
        told = {"status": ProjectStatus.SETTLED, "settled_on": today, "settled_amount": Money.wan(settled)}
        opened.session.execute(update(Project).where(Project.id == project).values(**told))
    with store.snapshot() as session:
        who = viewer_of(session.get_one(Person, clerk))
        (left,) = unspent_rows(session, who, today)
    exact = works - Money.wan(settled)
    assert left.unspent == exact
    gap = Money.wan(published) - exact
    assert abs(gap) <= Money.wan("0.01")

    def recover(wan: Money) -> None:
        moves = [corrections.Move(line, project, -wan)]
        entry = corrections.CorrectionEntry(CorrectionKind.RECOVERY, moves, None, "密财农〔2025〕3号", "结余收回")
        with act(by=clerk, what="收回") as opened:
            paper = corrections.save_correction(entry, act=opened)
            corrections.submit_correction(paper.id, act=opened)

    if gap:
        with pytest.raises(OverCommitted):
            recover(Money.wan(published))
    recover(exact)
    assert verify().problems == []
