"""四个一批 over random histories: on every date four classes and the unclassified make the whole, and nobody is twice in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed, Stale
from fundsys.domain.industry import DecisionState, FourBatch, OperationFact, RunState
from fundsys.domain.money import Money
from fundsys.domain.reclass import Decision
from fundsys.domain.rights import Role
from fundsys.domain.rules.base import Outcome, check, rule_called
from fundsys.models.assets import Asset
from fundsys.models.industry import ClassDecision, LegacyProject, MeasureProgress, OperationRecord
from fundsys.models.office import PolicyValue
from fundsys.queries.facts import facts, office_today
from fundsys.queries.legacy_records import classes_on
from fundsys.queries.legacy_spread import spread
from fundsys.queries.viewer import viewer
from fundsys.services import industry
from fundsys.services.acts import SHANGHAI, Act, act
from fundsys.services.industry.operation import OperationEntry
from fundsys.services.verification import verify
from tests.counties import somebody
from tests.figures import Figure
from tests.web.test_industry import decision, legacy, stored

pytestmark = pytest.mark.usefixtures("app")
B1, B2, B3, B4 = FourBatch
UNIT = "县水利局"


def owner() -> int:
    return somebody(Role.OWNER, UNIT, "shui")


def lead() -> int:
    return somebody(Role.LEAD)


def mine(*told: dict[str, object]) -> list[int]:
    """Legacy projects of the owner's unit."""
    return legacy(*({"responsible_unit": UNIT} | one for one in told))


@dataclass
class History:
    """An independent book of what was decided: by project, days and classes in order."""

    chance: Random
    ids: list[int]
    begin: date
    book: dict[int, list[tuple[date, FourBatch]]] = field(default_factory=dict)
    disposed: set[int] = field(default_factory=set)
    proposed: dict[int, tuple[int, FourBatch]] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    day: date = date.min

    def __post_init__(self) -> None:
        self.day = self.begin
        self.steps = {
            "审定": self.classify,
            "批量": self.many,
            "建议": self.propose,
            "答复": self.answer,
            "退回": self.send_back,
            "撤回": self.withdraw,
            "运行": self.observe,
            "处置": self.dispose,
        }

    @property
    def decided(self) -> int:
        return self.done["个分类"]

    def step(self) -> None:
        """One act of somebody, on this day or a later one; what the office refuses leaves no trace."""
        if self.chance.random() < 0.06:
            self.day += timedelta(days=self.chance.choice((1, 1, 2, 30)))
        name = self.chance.choices(list(self.steps), (30, 3, 15, 6, 3, 3, 12, 3))[0]
        by = owner() if name in ("建议", "撤回", "运行") else lead()
        then = datetime.combine(self.day, datetime.min.time(), SHANGHAI) + timedelta(hours=9)
        try:
            with act(by=by, what=name, at=then) as opened:
                self.steps[name](opened)
        except (DomainError, IndexError):
            self.done["被拒"] += 1
        else:
            self.done[name] += 1

    def made(self, batch: FourBatch) -> Decision:
        on = self.day - timedelta(days=self.chance.choice((0, 0, 0, 3)))
        return decision(
            batch, decided_on=on, due_on=self.day + timedelta(days=90), statement=self.chance.choice(("", "专题说明"))
        )

    def keep(self, number: int, on: date, batch: FourBatch) -> None:
        self.book.setdefault(number, []).append((on, batch))
        self.proposed = {key: told for key, told in self.proposed.items() if told[0] != number}
        self.done["个分类"] += 1

    def classify(self, act: Act) -> None:
        number, told = self.chance.choice(self.ids), self.made(self.chance.choice(list(FourBatch)))
        industry.classify(number, told, act=act)
        self.keep(number, told.decided_on, told.batch)

    def many(self, act: Act) -> None:
        some = self.chance.sample(self.ids, min(len(self.ids), self.chance.randint(2, 8)))
        told = self.made(self.chance.choice(list(FourBatch)))
        told = Decision(**{**vars(told), "document_no": "专班纪要〔2024〕1号", "decided_on": self.day})
        rows = act.session.execute(select(LegacyProject.id, LegacyProject.version).where(LegacyProject.id.in_(some)))
        industry.classify_many({number: version for number, version in rows}, told, act=act)
        for number in some:
            self.keep(number, told.decided_on, told.batch)

    def propose(self, act: Act) -> None:
        number, batch = self.chance.choice(self.ids), self.chance.choice(list(FourBatch))
        row = industry.propose_class(number, self.made(batch), act=act)
        self.proposed[row.id] = (number, batch)

    def answer(self, act: Act) -> None:
        some = self.chance.sample(sorted(self.proposed), min(len(self.proposed), 3) or 1) if self.proposed else [][0]
        industry.decide_proposals(dict.fromkeys(some, 1), self.day, act=act)
        for number, batch in [self.proposed[key] for key in some]:
            self.keep(number, self.day, batch)

    def send_back(self, act: Act) -> None:
        key = self.chance.choice(sorted(self.proposed))
        industry.return_proposals({key: 1}, "理由不足", act=act)
        del self.proposed[key]

    def withdraw(self, act: Act) -> None:
        key = self.chance.choice(sorted(self.proposed))
        industry.withdraw_proposal(key, act=act)
        del self.proposed[key]

    def observe(self, act: Act) -> None:
        fact = OperationFact(self.day, run_state=self.chance.choice((RunState.RUNNING,) * 4 + (RunState.STOPPED,)))
        industry.record_operation(self.chance.choice(self.ids), OperationEntry(fact), act=act)

    def dispose(self, act: Act) -> None:
        number = self.chance.choice([n for n, told in self.book.items() if told[-1][1] is B4])
        industry.finish_disposal(number, self.day, "陇政办函〔2024〕31号", "资产拍卖", act=act)
        self.disposed.add(number)

    def on(self, day: date) -> dict[int, FourBatch | None]:
        """The class of every project on a day by the independent book."""
        return {number: _last(self.book.get(number, ()), day) for number in self.ids}


def _last(told: object, day: date) -> FourBatch | None:
    found = [batch for on, batch in told if on <= day]  # type: ignore[attr-defined]
    return found[-1] if found else None


def test_on_every_date_the_classes_and_the_unclassified_make_the_whole(full: bool, figure: Figure) -> None:
    whole, wanted = (621, 5_000) if full else (40, 260)
    history = History(Random(621), mine(*({} for _ in range(whole))), office_today())
    while history.decided < wanted:
        history.step()
    days = 0
    with store.snapshot() as session:
        for offset in range(-4, (history.day - history.begin).days + 2):
            day = history.begin + timedelta(days=offset)
            found = classes_on(session, day)
            assert found == history.on(day), day
            counts = Counter(found.values())
            assert sum(counts[batch] for batch in (*FourBatch, None)) == whole == len(found)
            days += 1
        nobody_is_twice(session)
        stands = dict(session.execute(select(LegacyProject.id, LegacyProject.batch)).all())
        assert stands == history.on(history.day), "the projects show the newest decision"
        shown = spread(session, _viewer(session), history.day)
        assert [shown.whole.total] * 3 == [
            sum(c.total for c in part) for part in (shown.towns, shown.years, shown.industries)
        ]
        assert {
            n
            for n, _ in session.execute(
                select(LegacyProject.id, LegacyProject.disposed_on).where(LegacyProject.disposed_on.is_not(None))
            )
        } == history.disposed
    assert all(history.book[n][-1][1] is B4 for n in history.disposed)
    assert verify().problems == []
    told = "，".join(f"{name} {history.done[name]}" for name in ("审定", "批量", "建议", "答复", "处置", "被拒"))
    figure("四个一批", f"{history.decided} 个随机分类（{told}），{days} 天每天四类加未定 = {whole}，无人重复")


def _viewer(session: object) -> object:
    found = viewer(session, lead())  # type: ignore[arg-type]
    assert found is not None
    return found


def nobody_is_twice(session: object) -> None:
    """The newest decided row of each project is one row."""
    d = ClassDecision
    place = func.row_number().over(partition_by=d.project_id, order_by=(d.decided_on.desc(), d.id.desc()))
    rows = select(d.project_id, place.label("place")).where(d.state == DecisionState.DECIDED).subquery()
    newest = session.execute(select(rows.c.project_id).where(rows.c.place == 1)).all()  # type: ignore[attr-defined]
    assert len({number for (number,) in newest}) == len(newest)


def test_a_class_that_no_decision_bears_out_is_found(app: Flask) -> None:
    first, second = mine({}, {})
    with act(by=lead(), what="审定") as opened:
        industry.classify(first, decision(B1), act=opened)
        industry.classify(second, decision(B1), act=opened)
        industry.classify(second, decision(B2), act=opened)
    assert verify().problems == []
    with act(by=None, what="手改") as opened:
        opened.session.get_one(LegacyProject, first).batch = B4
        newest = opened.session.scalars(select(ClassDecision).where(ClassDecision.was == B1)).one()
        newest.was = B3
    found = [(p.check, p.table) for p in verify().problems]
    assert found == [("I11", "legacy_project"), ("I11", "class_decision")]


# ---------- proposal and decision ----------


def test_a_proposal_counts_in_nothing_until_another_person_has_decided_it() -> None:
    (number,) = mine({})
    with act(by=owner(), what="建议") as opened:
        row = industry.propose_class(number, decision(B3, measure="", measure_codes=("B3M1", "B3M3")), act=opened)
        key = row.id
        assert row.measure == "更换经营主体、维修改造复产"
    assert stored(number).batch is None
    with pytest.raises(NotAllowed), act(by=owner(), what="审定") as opened:
        industry.decide_proposals({key: 1}, office_today(), act=opened)
    with act(by=lead(), what="审定") as opened:
        industry.decide_proposals({key: 1}, office_today(), document_no="专班纪要〔2024〕3号", act=opened)
    found = stored(number)
    assert (found.batch, found.decided_by, found.measure_codes) == (B3, "主管部门甲", "B3M1,B3M3")
    with store.snapshot() as session:
        row = session.get_one(ClassDecision, key)
        assert (row.state, row.proposed_by, row.decided_by) == (DecisionState.DECIDED, owner(), lead())
        assert row.document_no == "专班纪要〔2024〕3号"


def test_a_unit_proposes_for_its_own_projects_only_and_once_at_a_time() -> None:
    own, other = legacy({"responsible_unit": UNIT}, {"responsible_unit": "县林业局"})
    with pytest.raises(DomainError, match="没有这个产业项目"), act(by=owner(), what="建议") as opened:
        industry.propose_class(other, decision(), act=opened)
    with act(by=owner(), what="建议") as opened:
        industry.propose_class(own, decision(), act=opened)
    with pytest.raises(DomainError, match="已有一份待审核"), act(by=owner(), what="建议") as opened:
        industry.propose_class(own, decision(), act=opened)
    with pytest.raises(NotAllowed), act(by=somebody(Role.FINANCE_ENTRY), what="建议") as opened:
        industry.propose_class(own, decision(), act=opened)


def test_a_bulk_re_class_is_all_or_nothing_and_says_who_stands_in_the_way() -> None:
    first, second = mine({}, {})
    with act(by=lead(), what="审定") as opened:
        industry.classify(first, decision(B4), act=opened)
        industry.finish_disposal(first, office_today(), "陇政办函〔2024〕31号", "已拍卖", act=opened)
    told = decision(B1, document_no="专班纪要〔2024〕5号")
    with pytest.raises(DomainError) as refused, act(by=lead(), what="批量") as opened:
        industry.classify_many({first: stored(first).version, second: 1}, told, act=opened)
    assert "2016-0001" in refused.value.message and "处置完毕" in refused.value.message
    assert stored(second).batch is None
    with pytest.raises(Stale), act(by=lead(), what="批量") as opened:
        industry.classify_many({second: 7}, told, act=opened)
    with act(by=lead(), what="批量") as opened:
        industry.classify_many({second: 1}, told, act=opened)
    assert stored(second).batch is B1


def test_a_class_changes_neither_money_nor_what_the_assets_cost() -> None:
    (number,) = mine({"total_investment": Money.wan(30)})
    before = stored(number)
    with act(by=lead(), what="审定") as opened:
        industry.classify(number, decision(B2), act=opened)
        industry.classify(number, decision(B3), act=opened)
    after = stored(number)
    assert (after.fiscal_amount, after.total_investment) == (before.fiscal_amount, before.total_investment)


# ---------- B4, measures, facts ----------


@pytest.mark.only_on("sqlite", "postgresql")
def test_a_wound_up_project_stays_so_even_for_a_hand_in_the_database() -> None:
    (number,) = mine({})
    with pytest.raises(DomainError, match="只有审定为调整一批"), act(by=lead(), what="处置") as opened:
        industry.finish_disposal(number, office_today(), "陇政办函〔2024〕31号", "已拍卖", act=opened)
    with act(by=lead(), what="处置") as opened:
        industry.classify(number, decision(B4), act=opened)
        industry.finish_disposal(number, office_today(), "陇政办函(2024)31号", "已拍卖", act=opened)
    assert stored(number).disposal_document == "陇政办函〔2024〕31号"
    with pytest.raises(DomainError, match="处置完毕不能撤回"), act(by=None, what="手改") as opened:
        opened.session.get_one(LegacyProject, number).disposed_on = None
    with pytest.raises(DomainError, match="不能再转出"), act(by=None, what="手改") as opened:
        row = ClassDecision(project_id=number, batch=B1, state=DecisionState.DECIDED, decided_on=office_today())
        opened.session.add(row)


def test_measures_are_followed_until_they_are_done_and_begin_anew_with_another_class() -> None:
    (number,) = mine({})
    with pytest.raises(DomainError, match="还没有审定的措施"), act(by=owner(), what="进展") as opened:
        industry.report_measures(number, "正在招租", office_today(), act=opened)
    with act(by=lead(), what="审定") as opened:
        industry.classify(number, decision(B3, responsible_unit=UNIT), act=opened)
    with act(by=owner(), what="进展") as opened:
        industry.report_measures(number, "正在招租", office_today(), act=opened)
        industry.report_measures(number, "新主体已复产", office_today(), done=True, act=opened)
    assert (stored(number).progress, stored(number).done_on) == ("新主体已复产", office_today())
    with pytest.raises(DomainError, match="已于"), act(by=owner(), what="进展") as opened:
        industry.report_measures(number, "再报", office_today(), act=opened)
    with act(by=lead(), what="审定") as opened:
        industry.classify(number, decision(B4, responsible_unit=UNIT), act=opened)
    assert (stored(number).progress, stored(number).done_on) == ("", None)
    with store.snapshot() as session:
        assert session.scalar(select(func.count()).select_from(MeasureProgress)) == 2, "what was reported stays"


def test_a_later_record_leaves_what_it_says_nothing_of() -> None:
    (number,) = mine({"households": 30})
    today = office_today()
    with act(by=owner(), what="运行") as opened:
        fact = OperationFact(today, RunState.STOPPED, 7, figures_year=2023, profit=Money.wan(-2), use_bp=4_000)
        industry.record_operation(number, OperationEntry(fact, root_cause="缺资金"), act=opened)
        older = OperationFact(today - timedelta(days=40), RunState.RUNNING, use_bp=9_000, households=12)
        industry.record_operation(number, OperationEntry(older, root_cause="旧情况"), act=opened)
    found = stored(number)
    assert (found.run_state, found.asset_use_bp, found.yearly_profit) == (RunState.STOPPED, 4_000, Money.wan(-2))
    assert (found.households, found.root_cause) == (12, "缺资金")
    with store.snapshot() as session:
        assert session.scalar(select(func.count()).select_from(OperationRecord)) == 2


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("told", "box"),
    [
        ({}, "run_state"),
        ({"profit": Money(1)}, "figures_year"),
        ({"figures_year": 2012, "profit": Money(1)}, "figures_year"),
        ({"households": 3, "poor_households": 4}, "poor_households"),
        ({"run_state": RunState.RUNNING, "months_stopped": 2}, "months_stopped"),
    ],
)
def test_a_record_that_cannot_be_is_refused_at_its_box(told: dict[str, object], box: str) -> None:
    (number,) = mine({})
    with pytest.raises(DomainError) as refused, act(by=owner(), what="运行") as opened:
        fact = OperationFact(office_today(), **told)  # type: ignore[arg-type]
        industry.record_operation(number, OperationEntry(fact), act=opened)
    assert refused.value.field == box


def test_assets_not_yet_disposed_of_stand_in_the_way_of_winding_up() -> None:
    (number,) = mine({})
    with act(by=lead(), what="审定") as opened:
        industry.classify(number, decision(B4), act=opened)
        opened.session.add(_asset(opened, "2016-0001"))
    with pytest.raises(DomainError, match="还有 1 项资产（ZC-1）"), act(by=lead(), what="处置") as opened:
        industry.finish_disposal(number, office_today(), "陇政办函〔2024〕31号", "已拍卖", act=opened)


def _asset(opened: Act, project_code: str) -> Asset:
    from fundsys.domain.assets import AssetClass, AssetForm, AssetStatus, OwnerType
    from fundsys.models.office import Unit

    unit = opened.session.scalars(select(Unit.id).where(Unit.name == UNIT)).one()
    return Asset(
        code="ZC-1", name="圈舍", asset_class=AssetClass.INCOME, form=next(iter(AssetForm)), project_year=2016,
        project_code=project_code, original_cost=Money.wan(5), quantity=1, quantity_unit="座",
        status=AssetStatus.IN_USE,
        owner_type=next(iter(OwnerType)), owner_unit_id=unit,
    )  # fmt: skip


# ---------- labels and the rule ----------


def test_the_county_names_the_classes_for_a_year_and_the_code_stays() -> None:
    from fundsys.queries.legacy_records import labels

    told = {B1: "巩固一批", B2: "提升一批", B3: "盘活一批", B4: "另起炉灶"}
    with act(by=lead(), what="改名") as opened:
        industry.rename_classes(2024, told, act=opened)
    with store.snapshot() as session:
        assert labels(session, 2023)["B2"] == "升级一批"
        assert [labels(session, year)["B4"] for year in (2024, 2025)] == ["另起炉灶", "另起炉灶"]
    with pytest.raises(DomainError, match="两类不能同名"), act(by=lead(), what="改名") as opened:
        industry.rename_classes(2024, told | {B1: "提升一批"}, act=opened)
    with pytest.raises(NotAllowed), act(by=owner(), what="改名") as opened:
        industry.rename_classes(2024, told, act=opened)


def test_the_rule_finds_what_was_decided_as_soon_as_it_is() -> None:
    ids = mine({}, {})
    with act(by=None, what="改目标") as opened:
        row = opened.session.scalars(
            select(PolicyValue).where(PolicyValue.year == 2024, PolicyValue.code == "legacy_target")
        ).one()
        row.value = "2"
    outcomes = []
    for number in ids:
        outcomes.append(_r621().outcome)
        with act(by=lead(), what="审定") as opened:
            industry.classify(number, decision(B3), act=opened)
    assert [*outcomes, _r621().outcome] == [Outcome.FAIL, Outcome.FAIL, Outcome.PASS]


def _r621() -> object:
    rule = rule_called("R621")
    assert rule is not None
    with store.snapshot() as session:
        (found,) = check(facts(session, 2024), [rule])
    return found
