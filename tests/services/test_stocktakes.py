"""Stocktakes: the frame frozen, every line answered for, differences treated by two persons, the register untouched."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from fundsys import store
from fundsys.domain.assets import AssetClass, AssetStatus
from fundsys.domain.errors import DomainError, NotAllowed, NotFound, StepRefused
from fundsys.domain.rights import Role
from fundsys.domain.stocktakes import CountResult, StocktakeState, TreatmentKind, TreatmentState, frame_digest
from fundsys.models.assets import Asset
from fundsys.models.maintenance import CheckSheet
from fundsys.models.office import Person
from fundsys.models.stocktakes import CountTreatment
from fundsys.queries import stocktakes as queries
from fundsys.queries.frames import Scope
from fundsys.queries.maintenance import DutyFilter
from fundsys.queries.viewer import viewer
from fundsys.services import maintenance, recalls, stocktakes
from fundsys.services.acts import SHANGHAI, act
from fundsys.services.stocktakes import SurplusTold, TreatmentTold
from fundsys.services.verification import verify
from tests.counties import somebody
from tests.draws import draws
from tests.stocktakes import TODAY, campaign, count, elsewhere, entries, lines, the, town_assets, town_places
from tests.upkeep import make_assets

_R = CountResult


def broken() -> list[str]:
    return [p.message for p in verify().problems if p.check in ("stocktake", "sample")]


def typed(text_: str, by: Role = Role.TOWN) -> int:
    with act(by=somebody(by), what="录入盘点表") as opened:
        return len(stocktakes.enter_lines(text_, TODAY, act=opened))


def close(stocktake_id: int, words: str = "", by: Role = Role.LEAD) -> None:
    with act(by=somebody(by), what="结束盘点") as opened:
        stocktakes.close_stocktake(stocktake_id, words, act=opened)


def surplus(stocktake_id: int, by: Role = Role.TOWN, **told: Any) -> int:
    _, village = town_places()
    usual = SurplusTold(village, "太阳能路灯", Decimal(3), "盏", "村口，建设单位不明，完好", TODAY)
    with act(by=somebody(by), what="登记盘盈") as opened:
        told = {name: getattr(usual, name) for name in SurplusTold.__dataclass_fields__} | told
        return stocktakes.record_surplus(stocktake_id, SurplusTold(**told), act=opened).id


def test_the_frame_is_the_register_of_its_day_however_the_register_changes_after(app: Flask) -> None:
    town_assets(3)
    town_assets(1, status=AssetStatus.DISPOSED)
    number = campaign()
    codes = [line.asset_code for line in lines(number)]
    with act(by=None, what="改登记") as opened:
        opened.session.execute(update(Asset).values(name="改了名", quantity=Decimal(9)))
    town_assets(2)
    told = the(number)
    assert (told.frame_count, len(codes)) == (3, 3)
    assert told.frame_digest == frame_digest(told.frame_seq, codes)
    assert {(line.asset_name[:3], line.book_quantity) for line in lines(number)} == {("通组路", Decimal(1))}
    assert verify().ok


def test_a_frame_of_a_past_day_is_read_from_the_journal(app: Flask) -> None:
    ids = town_assets(2)
    tomorrow = datetime.combine(TODAY + timedelta(days=1), time(9), tzinfo=SHANGHAI)
    with act(by=None, what="改登记", at=tomorrow) as opened:
        opened.session.execute(update(Asset).values(quantity=Decimal(9)))
        opened.session.get_one(Asset, ids[1]).status = AssetStatus.DISPOSED
        last = opened.seq
    number = campaign(register_on=TODAY)
    assert [(line.asset_id, line.book_quantity) for line in lines(number)] == [(i, Decimal(1)) for i in ids]
    assert the(number).frame_seq == last - 1
    assert [line.asset_id for line in lines(campaign(register_on=TODAY + timedelta(days=1)))] == ids[:1]
    with pytest.raises(DomainError, match="还没有任何记录"):
        campaign(register_on=TODAY - timedelta(days=1))
    with pytest.raises(DomainError, match="不能晚于今天"):
        campaign(register_on=TODAY + timedelta(days=9))


def test_sheets_are_one_a_village_in_route_order_with_codes_no_other_sheet_has(app: Flask) -> None:
    town, village = town_places()
    ids = town_assets(3, location="村口")
    town_assets(1, location="村东")
    other = make_assets(2, **elsewhere())
    number = campaign()
    found = lines(number)
    assert len({line.sheet_id for line in found}) == 2
    assert [line.position for line in found] in ([1, 2, 1, 2, 3, 4], [1, 2, 3, 4, 1, 2])
    mine = [line for line in found if line.village_id == village]
    assert [line.location for line in mine] == sorted(line.location for line in mine)
    assert {line.asset_id for line in found} == {*ids, *other, *(line.asset_id for line in mine)}
    with act(by=somebody(Role.TOWN), what="制作巡查表") as opened:
        maintenance.make_sheet("巡查", DutyFilter(ids=tuple(ids)), act=opened)
    with store.snapshot() as session:
        serials = list(session.scalars(select(CheckSheet.serial)))
    assert sorted(serials) == [1, 2, 3]
    with pytest.raises(DomainError, match="是盘点表的"), act(by=somebody(Role.TOWN), what="录入") as opened:
        maintenance.enter_lines(f"{mine[0].row_code} 1", TODAY, act=opened)


def test_four_hundred_in_four_hundred_accounted(app: Flask, full: bool) -> None:
    amount = draws(60, 400) if not full else 400
    town_assets(amount)
    number = campaign()
    found = lines(number)
    words = {
        _R.MATCH: "1",
        _R.MISSING: "2 找不到",
        _R.MOVED: "3 移到村部",
        _R.CHANGED: "4 数2 多一条",
        _R.UNCOUNTED: "5 雪封路",
    }
    kinds = list(words)
    assert typed("\n".join(f"{line.row_code} {words[kinds[n % 5]]}" for n, line in enumerate(found[:-1]))) == amount - 1
    with pytest.raises(StepRefused, match="还有 1 行没有盘点"):
        close(number, "雪后补盘")
    count(found[-1].id)
    with pytest.raises(DomainError, match="请写明怎样处理"):
        close(number)
    close(number, "雪后补盘")
    with store.snapshot() as session:
        told = queries.stocktake(session, None, number)
    assert sum(told.by_result.values()) == told.answered == told.frame_count == amount
    assert told.state is StocktakeState.CLOSED and verify().ok


def test_a_line_is_counted_once_and_a_slip_is_put_right_by_a_new_entry_that_names_the_old(app: Flask) -> None:
    town_assets(2)
    number = campaign()
    one, other = lines(number)
    first = count(one.id)
    with pytest.raises(DomainError, match="打开这一行更正"):
        count(one.id, _R.MISSING, words="找不到")
    second = count(one.id, _R.CHANGED, quantity=Decimal(2), words="多一条", again=True)
    assert [(e.id, e.replaces_id) for e in entries(number)] == [(first, None), (second, first)]
    with store.snapshot() as session:
        (row, _), counted = queries.lines(session, None, number)
    assert (row.result, row.quantity, counted) == (_R.CHANGED, Decimal(2), 2)
    count(other.id)
    close(number)
    with pytest.raises(DomainError, match="已经结束"):
        count(one.id, again=True)


@pytest.mark.parametrize(
    ("result", "told", "sentence"),
    [
        (_R.MATCH, {"quantity": Decimal(2)}, "实盘不同的"),
        (_R.MISSING, {"words": "丢", "quantity": Decimal(1)}, "还剩一部分"),
        (_R.MOVED, {}, "写明情况和原因"),
        (_R.UNCOUNTED, {}, "写明原因"),
        (_R.UNCOUNTED, {"words": "雪", "quantity": Decimal(1)}, "不填实盘数量"),
        (_R.MATCH, {"counted_on": TODAY + timedelta(days=1)}, "不能晚于今天"),
        (_R.MATCH, {"counted_on": TODAY - timedelta(days=1)}, "早于登记簿日期"),
    ],
)
@pytest.mark.only_on("sqlite")
def test_a_count_that_contradicts_itself_is_refused(app: Flask, result: CountResult, told: Any, sentence: str) -> None:
    town_assets(1)
    (line,) = lines(campaign())
    with pytest.raises(DomainError, match=sentence):
        count(line.id, result, **told)


def test_typed_lines_are_all_or_none_and_say_which_is_wrong(app: Flask) -> None:
    town_assets(3)
    number = campaign()
    one, two, three = (line.row_code for line in lines(number))
    wrong = one[:3] + str((int(one[3]) + 1) % 10) + one[4:]
    with pytest.raises(DomainError, match="第 2 行：.*校验位不对") as refused:
        typed(f"{one} 1\n{wrong} 1\n{two} 6\n{one} 1\n{three} 3")
    told = [e.message for e in refused.value.errors]  # type: ignore[attr-defined]
    assert [sentence[:3].strip() for sentence in told] == ["第 2", "第 3", "第 4"]
    assert entries(number) == []
    assert typed(f"{one} 4 数0.5 轻微 停用 缺牌 只剩半条\n{two} 相符\n{three} 3 移到村部") == 3
    with store.snapshot() as session:
        first = queries.lines(session, None, number)[0][0]
    assert (first.quantity, first.in_use, first.label_there, first.words) == (Decimal("0.5"), False, False, "只剩半条")
    assert first.condition is not None and first.condition.label == "轻微"


def test_a_town_counts_its_own_and_opens_for_itself_what_it_sees(app: Flask) -> None:
    mine, others = town_assets(2), make_assets(2, **elsewhere())
    number = campaign()
    hidden = next(line for line in lines(number) if line.asset_id in others)
    with pytest.raises(NotFound):
        count(hidden.id)
    own = campaign(Role.TOWN)
    assert {line.asset_id for line in lines(own)} == set(mine)
    with store.snapshot() as session:
        seen = queries.stocktake(session, viewer(session, somebody(Role.TOWN)), number)
    assert (seen.lines, seen.frame_count) == (2, 4)
    for line in lines(own):
        count(line.id, by=Role.INSPECTOR)
    with pytest.raises(NotFound):
        close(number, by=Role.TOWN)
    close(own, by=Role.TOWN)
    with pytest.raises(NotAllowed), act(by=somebody(Role.VILLAGE), what="发起盘点") as opened:
        stocktakes.open_stocktake(stocktakes.StocktakeEntry("年终", TODAY, TODAY), act=opened)


def test_a_scope_of_years_towns_and_classes_is_what_is_counted(app: Flask) -> None:
    town, _ = town_places()
    right = town_assets(1, project_year=2023)
    town_assets(1, project_year=2020)
    town_assets(1, project_year=2023, asset_class=AssetClass.HOUSEHOLD)
    make_assets(1, project_year=2023, **elsewhere())
    scope = Scope(2022, 2023, (town,), (AssetClass.PUBLIC,))
    assert [line.asset_id for line in lines(campaign(scope=scope))] == right
    with pytest.raises(DomainError, match="没有在账的资产"):
        campaign(scope=Scope(1990, 1991))
    with pytest.raises(DomainError, match="不能晚于止"):
        campaign(scope=Scope(2023, 2022))


def treated(entry_id: int, kind: TreatmentKind = TreatmentKind.DISPOSE, by: Role = Role.TOWN) -> int:
    with act(by=somebody(by), what="提出差异处理") as opened:
        return stocktakes.treat_entry(entry_id, TreatmentTold(kind, "已损毁，申请报损"), act=opened).id


def decide(treatment_id: int, agree: bool = True, reason: str = "", by: Role = Role.LEAD) -> None:
    with act(by=somebody(by), what="审定差异处理") as opened:
        stocktakes.decide_treatment(treatment_id, agree, reason, act=opened)


def carried(treatment_id: int, number: str = "", words: str = "") -> None:
    with act(by=somebody(Role.TOWN), what="办结差异处理") as opened:
        stocktakes.carry_out(treatment_id, number, words, act=opened)


def test_a_treatment_is_taken_back_by_its_proposer_before_it_is_decided_and_said_anew(app: Flask) -> None:
    town_assets(1)
    (line,) = lines(campaign())
    entry = count(line.id, _R.MISSING, words="冲毁")
    number = treated(entry)

    def back(by: Role, version: int) -> None:
        with act(by=somebody(by), what="撤回提交") as opened:
            recalls.recall_one("count_treatment", number, version, act=opened)

    for by, version in ((Role.LEAD, 1), (Role.TOWN, 7)):
        with pytest.raises(DomainError):
            back(by, version)
    back(Role.TOWN, 1)
    with store.snapshot() as session:
        told = session.get_one(CountTreatment, number)
        assert (told.state, told.return_reason) == (TreatmentState.RETURNED, recalls.RECALLED)
    assert treated(entry, TreatmentKind.RECOVER) == number
    decide(number)
    with pytest.raises(StepRefused):
        back(Role.TOWN, 4)
    assert broken() == []


def test_a_difference_is_treated_by_two_persons_and_never_changes_the_register_by_itself(app: Flask) -> None:
    town_assets(3)
    number = campaign()
    one, two, three = lines(number)
    entry = count(one.id, _R.MISSING, words="冲毁")
    with store.snapshot() as session:
        before = session.execute(text("select * from asset order by id")).all()
    with pytest.raises(DomainError, match="没有差异"):
        treated(count(two.id))
    key = treated(entry)
    with pytest.raises(StepRefused):
        treated(entry)
    decide(key, False, "写明冲毁日期")
    assert treated(entry) == key
    decide(key)
    with pytest.raises(DomainError, match="要由资产办理单来办"):
        carried(key)
    with pytest.raises(DomainError, match="已审定的办理单"):
        carried(key, "处置〔2024〕00099号")
    kept = treated(count(three.id, _R.MOVED, words="移到村部"), TreatmentKind.KEEP)
    decide(kept)
    carried(kept, words="新位置已核实")
    with store.snapshot() as session:
        assert session.execute(text("select * from asset order by id")).all() == before
        states = list(session.scalars(select(CountTreatment.state).order_by(CountTreatment.id)))
    assert states == [TreatmentState.DECIDED, TreatmentState.DONE] and verify().ok


def test_what_is_found_beside_the_frame_is_kept_in_words_corrected_and_treated(app: Flask) -> None:
    town_assets(1)
    number = campaign()
    first = surplus(number)
    second = surplus(number, quantity=Decimal(4), replaces_id=first)
    with pytest.raises(NotFound):
        surplus(number, replaces_id=first)
    with store.snapshot() as session:
        (row,) = queries.surpluses(session, None, number)
        assert (row.id, row.quantity) == (second, Decimal(4))
        assert queries.stocktake(session, None, number).untreated == 1
    with pytest.raises(DomainError, match="补登记入账"), act(by=somebody(Role.TOWN), what="处理") as opened:
        stocktakes.treat_surplus(second, TreatmentTold(TreatmentKind.DISPOSE, "报损"), act=opened)
    with act(by=somebody(Role.TOWN), what="处理") as opened:
        stocktakes.treat_surplus(second, TreatmentTold(TreatmentKind.REGISTER, "查明来源后补登记"), act=opened)
    third = surplus(number)
    surplus(number, quantity=Decimal(0), replaces_id=third)
    with store.snapshot() as session:
        assert [row.id for row in queries.surpluses(session, None, number)] == [second]
        assert queries.stocktake(session, None, number).untreated == 0
    with pytest.raises(DomainError, match="应大于零"):
        surplus(number, quantity=Decimal(0))


TAMPERED = {
    "delete from count_entry where id = 1": "没有且只有一条作数",
    "update stocktake set frame_digest = 'x'": "摘要不符",
    "update stocktake_line set asset_code = 'x' where id = 1": "摘要不符",
    "update stocktake set frame_count = 9": "应有 9 行",
    "update count_entry set quantity = '7' where id = 1": "矛盾",
    "update count_treatment set decided_at = null": "不是两人办理",
}


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("statement", list(TAMPERED))
def test_verify_names_a_stocktake_that_was_tampered_with(app: Flask, statement: str) -> None:
    town_assets(2)
    number = campaign()
    one, two = lines(number)
    count(one.id)
    key = treated(count(two.id, _R.MISSING, words="冲毁"))
    decide(key)
    close(number)
    assert broken() == []
    with act(by=None, what="篡改") as opened:
        opened.session.execute(text("pragma ignore_check_constraints = on"))
        opened.session.execute(text(statement))
    assert any(TAMPERED[statement] in said for said in broken()), broken()


def test_the_person_who_said_how_to_treat_does_not_decide(app: Flask) -> None:
    town_assets(1)
    (line,) = lines(campaign())
    key = treated(count(line.id, _R.MISSING, words="冲毁"), by=Role.INSPECTOR)
    with pytest.raises(NotAllowed):
        decide(key, by=Role.INSPECTOR)
    with act(by=None, what="改角色") as opened:
        opened.session.get_one(Person, somebody(Role.INSPECTOR)).role = Role.LEAD
    with pytest.raises(NotAllowed, match="本人"):
        decide(key, by=Role.INSPECTOR)
    decide(key)
