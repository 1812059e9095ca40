"""What the last of the findings look at: uses, allocations, sums, tenders, papers behind projects, titles, places, numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from fundsys import store
from fundsys.domain.assets import AssetClass
from fundsys.domain.errors import DomainError
from fundsys.domain.facts import Facts
from fundsys.domain.funds import ContractSubject, PaymentKind
from fundsys.domain.industry import RunState
from fundsys.domain.money import Money
from fundsys.domain.negative_list import ReviewVerdict
from fundsys.domain.projects import ProjectStatus as S
from fundsys.domain.rights import Role
from fundsys.models.assets import Asset
from fundsys.models.desk import Contract
from fundsys.models.funds import AllotmentNotice, Payment
from fundsys.models.industry import LegacyProject
from fundsys.models.office import Region, Unit
from fundsys.models.projects import Project
from fundsys.queries.facts import facts
from fundsys.services import negative_list
from fundsys.services.acts import act
from fundsys.services.funds import payouts
from tests.construction import building, kept
from tests.counties import somebody
from tests.matters import an_asset, titled
from tests.money import entry_clerk, make_projects, reviewer
from tests.payouts import PAID, a_contract, a_project, a_request, asks, terms
from tests.upkeep import make_assets

pytestmark = pytest.mark.usefixtures("app")


def told(*parts: str) -> Facts:
    with store.snapshot() as session:
        return facts(session, 2024, parts=set(parts))


def changed(model: type[Any], key: int, **values: Any) -> None:
    """Change a row as nobody should."""
    with act(by=None, what="改记录") as opened:
        opened.session.execute(update(model).where(model.id == key).values(**values))


def test_a_use_that_hits_the_list_is_told_with_the_conclusion_somebody_recorded() -> None:
    project, _ = a_project(name="大力村文化墙")
    contract = a_contract(project)
    a_request(project, asks(contract, "1000", PaymentKind.ADVANCE, reason="支付牌坊款"))
    found = {s.table: s for s in told("spendings").spendings}
    assert "N09" in found["project"].hits[0] and "文化墙" in found["project"].hits[0]
    assert "牌坊" in found["payment_request"].hits[0]
    assert found["contract"].hits == ()
    with pytest.raises(DomainError, match="写明复核说明"), act(by=reviewer(), what="复核") as opened:
        negative_list.review_use("project", project, ReviewVerdict.CLEAR, " ", act=opened)
    with act(by=reviewer(), what="复核") as opened:
        negative_list.review_use("project", project, ReviewVerdict.CLEAR, "墙体防水", act=opened)
    use = next(s for s in told("spendings").spendings if s.table == "project")
    assert use.is_clear and "不属于负面清单，墙体防水" in use.review
    with act(by=reviewer(), what="复核") as opened:
        negative_list.review_use("project", project, ReviewVerdict.FORBIDDEN, "粉饰外墙", act=opened)
    assert not next(s for s in told("spendings").spendings if s.table == "project").is_clear
    for role, key in ((Role.FINANCE_ENTRY, project), (Role.FINANCE_REVIEW, 999_999)):
        with pytest.raises(DomainError), act(by=somebody(role), what="复核") as opened:
            negative_list.review_use("project", key, ReviewVerdict.CLEAR, "好", act=opened)


def test_an_allocation_is_told_with_the_day_its_project_came_into_the_library() -> None:
    project, _ = a_project()
    (entry,) = told("entries").entries
    assert entry.admitted_on == date(2023, 11, 6)
    changed(Project, project, admitted_on=None)
    assert told("entries").entries[0].admitted_on is None


def test_totals_stand_beside_their_parts() -> None:
    project, (line_id,) = a_project("100")
    sums = {(s.table, s.what): s for s in told("sums").sums}
    assert sums["project", "分资金来源合计"].parts == sums["project", "分资金来源合计"].whole == Money.wan(100)
    notice = sums["allotment_notice", "下达金额"]
    assert notice.is_typed and notice.whole == notice.parts
    changed(AllotmentNotice, notice.id, stated_total=Money.wan(999))
    assert {(s.whole, s.parts) for s in told("sums").sums if s.what == "下达金额"} == {
        (Money.wan(999), Money.wan(1000))
    }
    an_asset("100")
    assert told("asset_sums").asset_sums.faults == ()
    with store.snapshot() as session:
        asset = session.scalars(select(Asset.id)).first()
    changed(Asset, asset or 0, original_cost=Money.wan(101))
    looked = told("asset_sums").asset_sums
    assert (looked.whole, [f.why for f in looked.faults]) == (1, ["原值 101.00 万元，各来源之和 100.00 万元"])


def test_works_and_contracts_are_told_with_how_their_party_was_found() -> None:
    project, _ = a_project(approved_on=date(2024, 3, 1))
    a_contract(project, subject=ContractSubject.GOODS)
    found = told("works", "contracts")
    (works,), (contract,) = found.works, found.contracts
    assert (works.amount, works.is_open) == (Money.wan(80), False)
    assert (contract.subject, contract.amount, contract.is_open) == (ContractSubject.GOODS, Money.wan(80), False)


def test_one_number_is_given_to_one_contract() -> None:
    one, _ = a_project()
    other, _ = a_project()
    a_contract(one)
    with pytest.raises(DomainError, match="一个编号只能给一份合同"):
        a_contract(other, contract_no="lxsl-2024-016", payee="千阳县建筑公司")
    shared = a_contract(other)
    assert told("codes").codes.faults == ()
    changed(Contract, shared, payee="千阳县建筑公司")
    looked = told("codes").codes
    assert [f.table for f in looked.faults] == ["contract", "contract"]
    assert looked.whole == 4


def test_a_voucher_says_its_amount_in_capitals() -> None:
    project, (line_id,) = a_project()
    contract = a_contract(project)

    def pays(capitals: str) -> int:
        entry = payouts.PaymentEntry(
            line_id, project, Money.yuan("240000"), PAID, terms().payee, PaymentKind.ADVANCE, "记-9", contract,
            capitals=capitals,
        )  # fmt: skip
        with act(by=entry_clerk(), what="登记支付") as opened:
            return payouts.enter_payment(entry, act=opened).id

    with pytest.raises(DomainError, match="应为“贰拾肆万元整”"):
        pays("贰拾肆万零元整")
    paid = pays("人民币贰拾肆万圆整")
    assert (told("capitals").capitals.whole, told("capitals").capitals.faults) == (1, ())
    changed(Payment, paid, capitals="贰拾万元整")
    assert "大写“贰拾万元整”" in told("capitals").capitals.faults[0].why


def test_places_and_numbers_that_cannot_be_right_are_told() -> None:
    (asset,) = make_assets()
    assert told("places").places.faults == ()
    with store.snapshot() as session:
        town = session.scalars(select(Region.id).where(Region.level == "town").order_by(Region.id.desc())).first()
    changed(Asset, asset, town_id=town)
    assert [(f.table, f.id) for f in told("places").places.faults] == [("asset", asset)]
    (other,) = make_assets(code="6103271022052024g100001")
    assert {f.id for f in told("codes").codes.faults} == {asset, other}
    (third,) = make_assets(code="6103271022052024 g1 00001")
    assert {f.id for f in told("codes").codes.faults} == {asset, other, third}


def test_titles_pledges_and_grants_are_told_of_assets() -> None:
    asset = an_asset()
    titled(asset)
    (title,) = told("titles").titles
    assert (title.id, title.share) == (asset, 1)
    (goat,) = make_assets(asset_class=AssetClass.HOUSEHOLD, owner_name="张建国", encumbrance="抵押给农商行")
    found = next(a for a in told("assets").assets if a.id == goat)
    assert (found.owner, found.granted_on, found.encumbrance) == ("张建国", None, "抵押给农商行")


def test_operators_are_told_with_their_codes_and_whether_they_have_gone() -> None:
    with act(by=None, what="登记") as opened:
        for number, (operator, code, state) in enumerate(
            (("陇州牧业", "91350100M000100Y43", RunState.RUNNING), ("千河果业", "", RunState.CLOSED), ("", "", None))
        ):
            opened.session.add(
                LegacyProject(
                    code=f"2018-{number}", name="养殖场", year=2018, operator=operator, operator_credit_code=code,
                    run_state=state,
                )
            )  # fmt: skip
        unit = opened.session.scalars(select(Unit).order_by(Unit.id)).first()
        assert unit is not None
        unit.credit_code = "12"
    found = told("operators").operators
    assert [(o.table, o.credit_code, o.closed) for o in found] == [
        ("legacy_project", "91350100M000100Y43", ""),
        ("legacy_project", "", "经营主体注销失联"),
        ("unit", "12", ""),
    ]


def test_papers_changes_and_reviews_behind_a_project_are_told() -> None:
    project = building("2024-0001", S.UNDER_WAY, content="新建圈舍 800 平方米", place="大力村二组")

    def record() -> Any:
        return next(r for r in told("project_records").project_records if r.id == project)

    missing = record().papers_missing
    assert "开工报告" in missing and "完工报告" not in missing and "变更申请与批复" not in missing
    kept(project, "7001")
    assert "开工报告" not in record().papers_missing
    assert (record().is_appraised, record().has_land_paper, record().unapproved) == (False, False, ())
    kept(project, "3004", "3005")
    assert (record().is_appraised, record().has_land_paper) == (True, True)
    changed(Project, project, place="关山村养殖小区", content="新建圈舍 800 平方米")
    assert record().unapproved == ("建设地点由“大力村二组”改为“关山村养殖小区”",)
    changed(Project, project, place="大力村二组", planned_investment=Money.wan(1))
    assert "计划投资由" in record().unapproved[0]


def test_a_project_of_an_enterprise_is_told_with_its_operator() -> None:
    (project,) = make_projects({})
    with act(by=None, what="登记") as opened:
        made = Unit(code="E9", name="陇州牧业有限公司", kind="enterprise")
        opened.session.add(made)
        opened.session.flush()
        opened.session.get_one(Project, project).implementing_unit_id = made.id
    assert told("project_records").project_records[0].operator == "陇州牧业有限公司"
