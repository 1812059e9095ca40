"""Kept runs: what is new, gone and still there; one matter for one fault; one task for it; waivers that count and expire."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from fundsys import store
from fundsys.domain.assets import AssetStatus
from fundsys.domain.errors import DomainError, NotAllowed, NotFound, StepRefused
from fundsys.domain.kept_checks import Change
from fundsys.domain.rights import Role
from fundsys.domain.rule_families import FILES, Family, family_of
from fundsys.domain.rules.base import Outcome, all_rules
from fundsys.models.assets import Asset
from fundsys.models.kept_checks import CheckMatter, CheckRun
from fundsys.models.office import Person
from fundsys.models.papers import Rectification, Waiver
from fundsys.queries import kept_checks as queries
from fundsys.queries.facts import county_today
from fundsys.queries.findings import findings
from fundsys.queries.viewer import viewer
from fundsys.services import kept_checks as services
from fundsys.services import waivers
from fundsys.services.acts import act
from fundsys.services.waivers import WaiverEntry
from tests.counties import somebody
from tests.upkeep import make_assets

pytestmark = pytest.mark.usefixtures("app")
_C = Change


def keep(*codes: str, by: Role = Role.INSPECTOR, **more: Any) -> CheckRun:
    """Keep a run of these rules."""
    with act(by=somebody(by), what="保留检查结果") as opened:
        made = services.keep_run(services.Wanted(2024, codes=codes, **more), act=opened)
        opened.session.flush()
        return made


def idle(*assets: int, status: AssetStatus = AssetStatus.IDLE) -> None:
    with act(by=None, what="改状态") as opened:
        opened.session.execute(update(Asset).where(Asset.id.in_(assets)).values(status=status))


def matters(run: CheckRun | None = None) -> dict[int, Change]:
    """Record id → how its fault stands."""
    with store.snapshot() as session:
        who = viewer(session, somebody(Role.INSPECTOR))
        assert who is not None
        rows, _ = queries.matters(session, who, queries.MatterFilter(run_id=run.id if run else None))
        return {r.row_id: r.change for r in rows}


def the_matter(row_id: int) -> CheckMatter:
    with store.snapshot() as session:
        found = session.scalars(select(CheckMatter).where(CheckMatter.row_id == row_id).order_by(CheckMatter.id)).all()[
            -1
        ]
        session.expunge(found)
        return found


def today() -> date:
    with store.snapshot() as session:
        return county_today(session)


def own_asset(unit_of: Role = Role.OWNER) -> int:
    """An idle asset of the unit of a role."""
    with store.snapshot() as session:
        unit = session.scalars(select(Person.unit_id).where(Person.id == somebody(unit_of))).one()
    (made,) = make_assets(owner_unit_id=unit, status=AssetStatus.IDLE)
    return made


def test_a_run_is_compared_with_the_one_before_fault_by_fault() -> None:
    one, two, three = make_assets(3)
    idle(one, two)
    first = keep("F081")
    assert (first.fault_count, first.before_id) == (2, None)
    assert matters(first) == {one: _C.NEW, two: _C.NEW}
    idle(two, status=AssetStatus.IN_USE)
    idle(three)
    second = keep("F081")
    assert (second.before_id, second.fault_count, second.new_count, second.gone_count) == (first.id, 2, 1, 1)
    assert matters(second) == {one: _C.STILL, two: _C.GONE, three: _C.NEW}
    assert matters() == {one: _C.STILL, three: _C.STILL}
    with store.snapshot() as session:
        (result,) = queries.results(session, queries.run(session, second.id))
    assert (result.faults, result.new, result.gone, result.still, result.before) == (2, 1, 1, 1, Outcome.FAIL)


def test_one_fault_is_one_matter_however_often_it_is_found_and_another_when_it_comes_back() -> None:
    (asset,) = make_assets()
    idle(asset)
    keep("F081")
    first = the_matter(asset)
    keep("F081")
    keep(family=Family.ASSETS)
    assert the_matter(asset).id == first.id
    idle(asset, status=AssetStatus.IN_USE)
    gone = keep("F081")
    assert (the_matter(asset).gone_run_id, the_matter(asset).gone_on) == (gone.id, today())
    idle(asset)
    keep("F081")
    assert the_matter(asset).id != first.id


def test_a_run_of_one_unit_judges_its_records_alone_and_leaves_the_others() -> None:
    mine, foreign = own_asset(Role.OWNER), own_asset(Role.TOWN)
    keep("F081")
    idle(mine, foreign, status=AssetStatus.IN_USE)
    with store.snapshot() as session:
        unit = session.scalars(select(Person.unit_id).where(Person.id == somebody(Role.OWNER))).one()
    found = keep("F081", unit_id=unit)
    assert found.fault_count == 0
    assert the_matter(mine).gone_on is not None and the_matter(foreign).gone_on is None
    with pytest.raises(NotFound):
        keep("F081", unit_id=99_999)


def test_a_run_on_a_past_day_is_kept_beside_the_newest_and_changes_no_matter() -> None:
    (asset,) = make_assets()
    idle(asset)
    keep("F081")
    before = keep("F081", as_at=today() - timedelta(days=1))
    assert before.fault_count == 0
    assert the_matter(asset).gone_on is None
    with pytest.raises(DomainError, match="不能晚于今天"):
        keep("F081", as_at=today() + timedelta(days=1))


def test_faults_become_one_task_for_each_rule_and_unit_and_never_twice() -> None:
    mine, other, foreign = own_asset(), own_asset(), own_asset(Role.TOWN)
    keep("F081")
    seen = {the_matter(a).id: the_matter(a).version for a in (mine, other, foreign)}
    entry = services.TaskEntry("county", today() + timedelta(days=30))
    with act(by=somebody(Role.INSPECTOR), what="下达整改") as opened:
        made = services.make_tasks(seen, entry, act=opened)
    assert len(made) == 2
    assert the_matter(mine).rectification_id == the_matter(other).rectification_id in made
    with store.snapshot() as session:
        tasks = {t.id: t.problem for t in session.scalars(select(Rectification))}
        who = viewer(session, somebody(Role.INSPECTOR))
        assert who is not None
        assert len(queries.matters_of_task(session, who, the_matter(mine).rectification_id or 0)) == 2
    assert "规则检查 F081 资产闲置" in tasks[made[0]]
    with (
        pytest.raises(StepRefused, match="一个问题只下达一次"),
        act(by=somebody(Role.INSPECTOR), what="再下达") as opened,
    ):
        services.make_tasks({the_matter(mine).id: the_matter(mine).version}, entry, act=opened)
    keep("F081")
    assert the_matter(mine).rectification_id in made


def test_tasks_are_made_by_those_who_may_find_with_a_day_and_a_source() -> None:
    asset = own_asset()
    keep("F081")
    seen = {the_matter(asset).id: the_matter(asset).version}
    with pytest.raises(NotAllowed):
        keep("F081", by=Role.OWNER)
    for role, entry, chosen, said in (
        (Role.OWNER, services.TaskEntry("county", today()), seen, "不能"),
        (Role.LEAD, services.TaskEntry("county", None), seen, "整改期限"),
        (Role.LEAD, services.TaskEntry("nobody", today()), seen, "问题来源"),
        (Role.LEAD, services.TaskEntry("county", today()), {}, "勾选"),
        (Role.LEAD, services.TaskEntry("county", today()), {99_999: 1}, "没有这个问题"),
    ):
        with pytest.raises(DomainError, match=said), act(by=somebody(role), what="下达整改") as opened:
            services.make_tasks(chosen, entry, act=opened)
    idle(asset, status=AssetStatus.IN_USE)
    keep("F081")
    seen = {the_matter(asset).id: the_matter(asset).version}
    with pytest.raises(StepRefused, match="已经消除"), act(by=somebody(Role.LEAD), what="下达整改") as opened:
        services.make_tasks(seen, services.TaskEntry("county", today()), act=opened)


def test_every_file_of_rules_belongs_to_a_family() -> None:
    files = {r.body.__module__.rpartition(".")[2] for r in all_rules()}
    assert files == set(FILES)
    assert {family_of(r) for r in all_rules()} == set(Family)


# ---------- waivers ----------


def asked(asset: int, by: Role = Role.OWNER, **changed: Any) -> int:
    usual: dict[str, Any] = {
        "rule": "F081", "subject": f"asset:{asset}", "year": 2024, "reason": "道路施工，明年恢复使用",
        "document_no": "陇政函〔2024〕8号", "expires_on": today() + timedelta(days=10),
    }  # fmt: skip
    with act(by=somebody(by), what="申请豁免") as opened:
        return waivers.propose_waiver(WaiverEntry(**(usual | changed)), act=opened).id


def decided(key: int, by: Role = Role.LEAD) -> None:
    with act(by=somebody(by), what="批准豁免") as opened:
        waivers.approve_waiver(key, act=opened)


def outcome(day: date | None = None) -> tuple[Outcome, int, int]:
    with store.snapshot() as session:
        (found,) = findings(session, 2024, until=day, rules=[r for r in all_rules() if r.code == "F081"])
    left = sum("已豁免" in x.why for x in found.approved.left_out)
    return found.approved.outcome, len([r for r in found.approved.rows if not r.in_numerator]), left


def test_a_waiver_counts_once_a_second_person_approved_it_and_not_after_its_last_day() -> None:
    asset, _ = own_asset(), make_assets()
    key = asked(asset)
    assert outcome() == (Outcome.FAIL, 1, 0)
    decided(key)
    assert outcome() == (Outcome.WAIVED, 0, 1), "never green"
    assert outcome(today() + timedelta(days=10))[0] is Outcome.WAIVED
    assert outcome(today() + timedelta(days=11)) == (Outcome.FAIL, 1, 0)
    assert keep("F081").fault_count == 0
    with act(by=somebody(Role.LEADER), what="终止豁免") as opened:
        waivers.end_waiver(key, "已恢复通车", act=opened)
    assert outcome() == (Outcome.FAIL, 1, 0)


def test_a_waiver_of_one_record_leaves_the_others_judged() -> None:
    one, _ = own_asset(), own_asset()
    decided(asked(one))
    assert outcome() == (Outcome.FAIL, 1, 1)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reason": " "}, "为什么申请"),
        ({"document_no": ""}, "文号"),
        ({"expires_on": None}, "最后一天"),
        ({"rule": "F090"}, "禁止事项"),
        ({"subject": ""}, "由财政局申请"),
        ({"subject": "asset:99999"}, "没有这条记录"),
        ({"subject": "person:1"}, "没有这条记录"),
    ],
)
def test_a_waiver_has_a_reason_a_paper_a_day_and_a_record_of_ones_own(changed: dict[str, Any], said: str) -> None:
    asset = own_asset()
    with pytest.raises(DomainError, match=said):
        asked(asset, **changed)


def test_a_waiver_is_asked_for_by_the_unit_concerned_and_once() -> None:
    foreign, asset = own_asset(Role.TOWN), own_asset()
    with pytest.raises(NotFound):
        asked(foreign)
    with pytest.raises(NotAllowed):
        asked(asset, by=Role.INSPECTOR)
    asked(asset)
    with pytest.raises(DomainError, match="不用再申请"):
        asked(asset)
    assert asked(asset, by=Role.FINANCE_ENTRY, rule="R65", subject="") > 0


def test_nobody_approves_an_own_application_and_a_refusal_has_its_reason() -> None:
    asset = own_asset()
    key = asked(asset)
    with pytest.raises(NotAllowed):
        decided(key, by=Role.INSPECTOR)
    lead = somebody(Role.LEAD)
    with act(by=None, what="改申请人") as opened:
        opened.session.execute(update(Waiver).where(Waiver.id == key).values(proposed_by=lead))
    with pytest.raises(NotAllowed):
        decided(key, by=Role.LEAD)
    with pytest.raises(DomainError, match="理由"), act(by=somebody(Role.LEADER), what="退回") as opened:
        waivers.return_waiver(key, " ", act=opened)
    with act(by=somebody(Role.LEADER), what="退回") as opened:
        waivers.return_waiver(key, "依据不足", act=opened)
    with pytest.raises(StepRefused):
        decided(key, by=Role.LEADER)
    again = asked(asset)
    with act(by=somebody(Role.OWNER), what="撤回") as opened:
        waivers.withdraw_waiver(again, act=opened)
    assert outcome() == (Outcome.FAIL, 1, 0)
