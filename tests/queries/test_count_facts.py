"""What the rules on stocktakes look at: the last count of an asset, differences and how they are treated."""

from __future__ import annotations

import pytest

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.domain.stocktakes import CountResult, TreatmentKind
from fundsys.queries.facts import facts
from fundsys.services import stocktakes
from fundsys.services.acts import act
from fundsys.services.stocktakes import TreatmentTold
from tests.counties import somebody
from tests.stocktakes import TODAY, campaign, count, lines, town_assets

pytestmark = pytest.mark.usefixtures("app")
_R = CountResult


def test_an_asset_was_counted_on_the_day_somebody_came_to_it_and_differences_are_told_with_their_treatment() -> None:
    fits, gone, unreached, later = town_assets(4)
    places = {line.asset_id: line.id for line in lines(campaign())}
    count(places[fits])
    entry = count(places[gone], _R.MISSING, words="水毁")
    count(places[unreached], _R.UNCOUNTED, words="道路施工")

    def told() -> tuple[dict[int, object], list[tuple[int, str]]]:
        with store.snapshot() as session:
            found = facts(session, TODAY.year, parts={"assets", "differences"})
        return {a.id: a.counted_on for a in found.assets}, [(d.id, d.treatment) for d in found.differences]

    assert told() == ({fits: TODAY, gone: TODAY, unreached: None, later: None}, [(gone, "")])
    with act(by=somebody(Role.TOWN), what="提出差异处理") as opened:
        made = stocktakes.treat_entry(entry, TreatmentTold(TreatmentKind.DISPOSE, "申请报损"), act=opened).id
    assert told()[1] == [(gone, "报损处置，待审定")]
    with act(by=somebody(Role.LEAD), what="审定差异处理") as opened:
        stocktakes.decide_treatment(made, False, "请附现场照片", act=opened)
    assert told()[1] == [(gone, "")], "sent back, there is none"
