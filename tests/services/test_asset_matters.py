"""Asset papers: what a settled project left behind, who owns it from which day, how it leaves the books and comes back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import func, select, update

from fundsys import store
from fundsys.domain.asset_matters import BenefitScope, MatterState, Right, ValueKind
from fundsys.domain.assets import AssetClass, AssetForm, AssetStatus, OwnerType
from fundsys.domain.errors import DomainError, NotAllowed, NotFound, Refusals, StepRefused
from fundsys.domain.money import Money, total
from fundsys.domain.rights import Role
from fundsys.models.assets import Asset, AssetCost
from fundsys.models.matters import AssetMatter, AssetTitle, LinePart, MatterSource, TitleHolder, ValueEntry
from fundsys.models.office import DictionaryEntry
from fundsys.models.projects import Project
from fundsys.services import dictionaries, matters
from fundsys.services.acts import act
from fundsys.services.verification import Check, Report, verify
from fundsys.services.verification.asset_values import asset_values
from fundsys.services.verification.days import dates
from fundsys.services.verification.money import money
from tests.counties import somebody
from tests.matters import (
    DISPOSED,
    REGISTERED,
    TITLED,
    an_asset,
    disposal_entry,
    disposed,
    formed,
    holders,
    line,
    matter,
    settled,
    settled_project,
    the_asset,
    title_entry,
    titled,
)
from tests.publicity import lead, owner

pytestmark = pytest.mark.usefixtures("app")
LATER = DISPOSED + timedelta(days=10)


def problems() -> list[tuple[str, str]]:
    """What verification finds about assets and days."""
    report = Report()
    with store.snapshot() as session:
        check = Check(session, store.current_county(), report)
        asset_values(check)
        dates(check)
        money(check)
    return [(p.check, p.table) for p in report.problems]


def current_digest() -> str:
    """A digest of the current values of every asset: the register's columns but for the version, costs, book values."""
    with store.snapshot() as session:
        columns = [c for c in Asset.__table__.columns if c.name != "version"]
        rows = [[str(v) for v in row] for row in session.execute(select(*columns).order_by(Asset.id))]
        costs = session.execute(
            select(AssetCost.asset_id, AssetCost.source_id, AssetCost.amount).order_by(AssetCost.id)
        )
        titles = session.execute(
            select(AssetTitle.id, AssetTitle.begins_on, AssetTitle.ends_on).order_by(AssetTitle.id)
        )
        values = {a: c for a, c in session.execute(select(Asset.id, Asset.original_cost))}
        moved = select(ValueEntry.asset_id, func.sum(ValueEntry.amount)).group_by(ValueEntry.asset_id)
        values |= dict(session.execute(moved).all())
        told = [rows, [[str(v) for v in r] for r in [*costs, *titles]], {str(a): v.fen for a, v in values.items()}]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def refusal(call: Callable[[], object]) -> DomainError:
    """The refusal that a call must end in."""
    with pytest.raises(DomainError) as told:
        call()
    return told.value


# ---------- formation ----------


def test_a_settled_project_becomes_assets_and_expensed_lines_each_fen_by_source() -> None:
    project = settled_project("100", ("F101", "60"), ("F201", "70"))
    pieces = [line("羊舍", "33.333333"), line("挤奶机", "33.333334"), line("养殖培训", "33.333333", expense="培训")]
    first, second = formed(project, *pieces)
    one, other = the_asset(first), the_asset(second)
    assert one.code.endswith(f"-2024-J1-{1:05d}")
    assert other.code.endswith(f"-2024-J1-{2:05d}")
    assert (one.status, one.registered_on, one.original_cost) == (
        AssetStatus.UNTITLED,
        REGISTERED,
        Money.wan("33.333333"),
    )
    with store.snapshot() as session:
        costs = session.execute(select(AssetCost.asset_id, func.sum(AssetCost.amount)).group_by(AssetCost.asset_id))
        assert dict(costs.all()) == {first: one.original_cost, second: other.original_cost}
        by_source = session.execute(select(LinePart.source_id, func.sum(LinePart.amount)).group_by(LinePart.source_id))
        given = session.execute(select(MatterSource.source_id, MatterSource.amount))
        assert dict(by_source.all()) == dict(given.all())
        assert total(session.scalars(select(LinePart.amount))) == Money.wan("100")
    assert verify().problems == []


def test_lines_that_do_not_account_for_the_settlement_are_refused() -> None:
    project = settled_project("100", ("F101", "100"))
    entry = matters.FormationEntry(REGISTERED, (line("羊舍", "99.999999"), line("羊舍门", "0.0000")))
    with act(by=owner(), what="登记形成") as opened:
        made = matters.draft_formation(project, entry, act=opened).id

    def submit() -> None:
        with act(by=owner(), what="提交") as opened:
            matters.submit_matter(made, act=opened)

    assert "相差" in refusal(submit).message
    project = settled_project("100", ("F101", "100"))
    with act(by=owner(), what="登记形成") as opened:
        bare = matters.FormationEntry(REGISTERED, (line("羊舍", "100", owner_name="", quantity=None),))
        made = matters.draft_formation(project, bare, act=opened).id
    assert "数量、所有权人" in refusal(submit).message


def test_only_what_was_accepted_and_settled_forms_assets_and_only_once() -> None:
    entry = matters.FormationEntry(REGISTERED, (line("羊舍", "100"),))
    open_project = settled_project("100", settled_amount=None)
    with pytest.raises(StepRefused, match="审定结算"), act(by=owner(), what="登记形成") as opened:
        matters.draft_formation(open_project, entry, act=opened)
    project = settled_project("100", ("F101", "100"))
    formed(project, line("羊舍", "100"))
    with pytest.raises(StepRefused, match="已有一份"), act(by=owner(), what="登记形成") as opened:
        matters.draft_formation(project, entry, act=opened)
    with pytest.raises(NotFound), act(by=somebody(Role.OWNER, "县交通运输局", "other"), what="登记形成") as opened:
        matters.draft_formation(project, entry, act=opened)


def test_what_was_not_allocated_is_own_money() -> None:
    (asset,) = formed(settled_project("100", ("F101", "80")), line("羊舍", "100"))
    assert "自筹" in the_asset(asset).fund_sources
    assert problems() == []


def test_all_three_classes_and_every_form_can_be_formed() -> None:
    made = formed(
        settled_project("60", ("F101", "60")),
        line("道路", "10", asset_class=AssetClass.PUBLIC, owner_name="县交通运输局"),
        line("种羊", "20", form=AssetForm.BIOLOGICAL),
        line("入股合作社", "20", form=AssetForm.EQUITY, kind="股权"),
        line("鸡苗", "10", asset_class=AssetClass.HOUSEHOLD, form=AssetForm.BIOLOGICAL, owner_name="赵某某等5户"),
    )
    told = [(the_asset(a).code[-9:-6], the_asset(a).owner_type) for a in made]
    assert told == [("-G1", OwnerType.STATE), ("-J2", OwnerType.COLLECTIVE), ("-J3", OwnerType.COLLECTIVE), ("-H2", OwnerType.HOUSEHOLD)]  # fmt: skip


def test_approval_takes_a_second_person_of_the_lead_bureau() -> None:
    project = settled_project("100", ("F101", "100"))
    with act(by=owner(), what="登记形成") as opened:
        entry = matters.FormationEntry(REGISTERED, (line("羊舍", "100"),))
        made = matters.draft_formation(project, entry, act=opened).id
        matters.submit_matter(made, act=opened)
    with pytest.raises(NotAllowed), act(by=owner(), what="审定") as opened:
        matters.approve_matter(made, act=opened)
    with pytest.raises(DomainError, match="退回原因"), act(by=lead(), what="退回") as opened:
        matters.return_matter(made, " ", act=opened)
    with act(by=lead(), what="退回") as opened:
        matters.return_matter(made, "缺规格", act=opened)
    assert matter(made).state is MatterState.RETURNED
    with act(by=owner(), what="删除") as opened:
        matters.delete_matter(made, act=opened)


def test_numbers_follow_the_countys_rule_and_are_never_given_twice() -> None:
    first = the_asset(an_asset()).code
    with act(by=None, what="删除资产") as opened:  # an import taken back, say
        for table in (ValueEntry, AssetCost, LinePart):
            for row in opened.session.scalars(select(table)):
                opened.session.delete(row)
    keeper = somebody(Role.SYSADMIN)
    with act(by=keeper, what="改编码规则") as opened:
        rule = opened.session.scalars(select(DictionaryEntry).where(DictionaryEntry.kind == "asset_number")).one()
        with pytest.raises(DomainError, match="结尾"):
            dictionaries.edit_entry(rule.id, "{流水}-{年度}", True, act=opened)
        with pytest.raises(DomainError, match="没有“镇”"):
            dictionaries.edit_entry(rule.id, "{镇}{流水}", True, act=opened)
        dictionaries.edit_entry(rule.id, "LX-{年度}-{流水}", True, act=opened)
    assert first.endswith("-00001")
    assert the_asset(an_asset()).code == "LX-2024-00001"


# ---------- title ----------


def test_three_villages_hold_a_third_each_and_the_register_says_so() -> None:
    asset = an_asset()
    titled(asset, holders=holders("1/3", "1/3", "1/3"), scope=BenefitScope.VILLAGES)
    shown = the_asset(asset)
    assert shown.owner_name == "大力村股份经济合作社1/3、八渡村股份经济合作社1/3、桃园村股份经济合作社1/3"
    assert (shown.titled_on, shown.title_document, shown.status) == (TITLED, "陇资确〔2024〕1号", AssetStatus.IN_USE)
    assert problems() == []


@pytest.mark.parametrize("shares", [("1/3", "1/3", "0.3333"), ("0.5", "0.50000001"), ("0.99999",)])
def test_shares_that_are_not_exactly_the_whole_are_refused(shares: tuple[str, ...]) -> None:
    asset = an_asset()
    with act(by=owner(), what="登记确权") as opened:
        entry = title_entry(holders=holders(*shares), scope=BenefitScope.VILLAGES)
        made = matters.draft_title(asset, entry, act=opened).id
    with pytest.raises(DomainError, match="正好是 100%"), act(by=owner(), what="提交") as opened:
        matters.submit_matter(made, act=opened)


def test_each_of_the_four_rights_is_whole_and_feeds_the_register() -> None:
    asset = an_asset()
    rights = holders("1") + tuple(
        matters.HolderEntry(right, OwnerType.OTHER, name, Fraction(1))
        for right, name in ((Right.OPERATE, "秦陇牧业公司"), (Right.INCOME, "大力村集体"), (Right.OVERSEE, "县畜产局"))
    )
    titled(asset, holders=rights)
    shown = the_asset(asset)
    assert (shown.operator, shown.supervisor) == ("秦陇牧业公司", "县畜产局")


def test_a_village_asset_belongs_to_its_collective_and_public_money_to_no_private_owner() -> None:
    asset = an_asset()
    with act(by=owner(), what="登记确权") as opened:
        private = (matters.HolderEntry(Right.OWN, OwnerType.OTHER, "某公司", Fraction(1)),)
        made = matters.draft_title(asset, title_entry(holders=private, giver=""), act=opened).id
    with pytest.raises(Refusals) as told, act(by=owner(), what="提交") as opened:
        matters.submit_matter(made, act=opened)
    said = " ".join(error.message for error in told.value.errors)
    assert "应归集体" in said
    assert "私营主体" in said
    assert "移交单位" in said


def test_a_later_title_ends_the_one_before_so_that_every_day_has_one_owner_set() -> None:
    asset = an_asset()
    titled(asset)
    titled(asset, happened_on=LATER, scope=BenefitScope.COUNTY, holders=(matters.HolderEntry(Right.OWN, OwnerType.STATE, "县农业农村局", Fraction(1)),))  # fmt: skip
    with store.snapshot() as session:
        spans = session.execute(select(AssetTitle.begins_on, AssetTitle.ends_on).order_by(AssetTitle.id)).all()
    assert [tuple(s) for s in spans] == [(TITLED, LATER), (LATER, None)]
    assert the_asset(asset).owner_name == "县农业农村局"
    assert problems() == []
    with act(by=owner(), what="登记确权") as opened:
        made = matters.draft_title(asset, title_entry(happened_on=LATER), act=opened).id
    with pytest.raises(DomainError, match="之后"), act(by=owner(), what="提交") as opened:
        matters.submit_matter(made, act=opened)


# ---------- valuation, splits, merges ----------


def valued(asset: int, wan: str, adjusts: bool = False, on: date = TITLED) -> int:
    """Id of an approved valuation."""
    entry = matters.ValuationEntry(on, Money.wan(wan), "成本法", "陇评报〔2024〕7号", "某评估所", adjusts)
    with act(by=owner(), what="登记评估") as opened:
        made = matters.draft_valuation(asset, entry, act=opened).id
    settled(made)
    return made


def test_a_valuation_shows_in_the_register_and_moves_the_books_only_where_it_says_so() -> None:
    asset = an_asset("100")
    valued(asset, "90")
    shown = the_asset(asset)
    assert (shown.appraised_value, shown.appraisal_no, shown.net_value) == (
        Money.wan("90"),
        "陇评报〔2024〕7号",
        Money.wan("100"),
    )
    valued(asset, "80", adjusts=True, on=LATER)
    with store.snapshot() as session:
        entries = session.execute(select(ValueEntry.kind, ValueEntry.amount).order_by(ValueEntry.id)).all()
    assert [tuple(e) for e in entries] == [
        (ValueKind.ACQUIRED, Money.wan("100")),
        (ValueKind.REVALUED, Money(-20_000_000)),
    ]
    assert the_asset(asset).original_cost == Money.wan("100")
    assert problems() == []


def test_the_net_value_follows_the_books_though_a_later_valuation_that_does_not_move_them_stands_already() -> None:
    asset = an_asset("100")
    valued(asset, "90", on=LATER)
    valued(asset, "120", adjusts=True, on=TITLED)
    shown = the_asset(asset)
    assert (shown.appraised_value, shown.net_value) == (Money.wan("90"), Money.wan("120"))
    assert problems() == []


def test_a_split_conserves_value_and_sources_and_links_both_histories() -> None:
    (asset,) = formed(
        settled_project("100", ("F101", "60"), ("F201", "40")), line("羊舍三座", "100", quantity=Decimal(3))
    )
    parts = (line("羊舍一", "33.333333"), line("羊舍二", "33.333333"))
    with act(by=owner(), what="拆分") as opened:
        made = matters.draft_split(asset, matters.SplitEntry(LATER, parts, "", "分别出租"), act=opened).id
    settled(made)
    kept = the_asset(asset)
    assert (kept.original_cost, kept.quantity, kept.net_value) == (
        Money.wan("33.333334"),
        Decimal(1),
        Money.wan("33.333334"),
    )
    with store.snapshot() as session:
        ids = [one.asset_id for one in session.get_one(AssetMatter, made).lines]
        assert session.scalar(select(func.sum(Asset.original_cost))) == Money.wan("100")
        by_source = session.execute(select(func.sum(AssetCost.amount)).group_by(AssetCost.source_id))
        assert sorted(by_source.scalars()) == [Money.wan("40"), Money.wan("60")]
    assert all(the_asset(i).status is AssetStatus.UNTITLED for i in ids if i)
    assert problems() == []

    with act(by=owner(), what="合并") as opened:
        others = tuple(i for i in ids if i)
        made = matters.draft_merge(asset, matters.MergeEntry(LATER, others, "", "重新合用"), act=opened).id
    settled(made)
    whole = the_asset(asset)
    assert (whole.original_cost, whole.quantity) == (Money.wan("100"), Decimal(3))
    assert [the_asset(i).status for i in others] == [AssetStatus.MERGED] * 2
    assert problems() == []


def test_a_split_may_not_take_everything() -> None:
    asset = an_asset("10")
    with act(by=owner(), what="拆分") as opened:
        made = matters.draft_split(asset, matters.SplitEntry(LATER, (line("羊舍", "10"),), "", "分开"), act=opened).id
    with pytest.raises(DomainError, match="留有余额"), act(by=owner(), what="提交") as opened:
        matters.submit_matter(made, act=opened)


# ---------- disposal ----------


def test_a_disposal_and_its_reversal_restore_every_current_value() -> None:
    asset, _ = an_asset("100"), an_asset("7")
    titled(asset)
    valued(asset, "80", adjusts=True, on=TITLED + timedelta(days=1))
    before = current_digest()
    gone = disposed(asset)
    assert current_digest() != before
    assert the_asset(asset).status is AssetStatus.DISPOSED
    assert matter(gone).amount == Money.wan("80")
    with act(by=owner(), what="冲销") as opened:
        made = matters.draft_reversal(gone, LATER, "陇政办函〔2024〕40号", "灾损认定有误", act=opened).id
    settled(made)
    assert current_digest() == before
    assert matter(gone).state is MatterState.REVERSED
    assert problems() == []
    with pytest.raises(StepRefused), act(by=owner(), what="冲销") as opened:
        matters.draft_reversal(gone, LATER, "陇政办函〔2024〕41号", "再冲一次", act=opened)


def test_a_disposal_wants_document_meeting_opinions_and_for_a_sale_valuation_and_use() -> None:
    asset = an_asset()

    def faults(**told: object) -> str:
        with act(by=owner(), what="申请处置") as opened:
            made = matters.draft_disposal(asset, disposal_entry(**told), act=opened).id
        try:
            with act(by=owner(), what="提交") as opened:
                matters.submit_matter(made, act=opened)
        except Refusals as refused:
            return " ".join(e.message for e in refused.errors)
        except DomainError as refused:
            return refused.message
        finally:
            with act(by=owner(), what="删除") as opened:
                if opened.session.get_one(AssetMatter, made).state is MatterState.DRAFT:
                    matters.delete_matter(made, act=opened)
        return ""

    assert "文号" in faults(document_no="")
    assert "民主程序" in faults(meeting="")
    assert "评估" in faults(method="拍卖")
    sold = {"method": "拍卖", "appraised": Money.wan("5"), "appraiser": "某所", "proceeds": Money.wan("6")}
    assert "收入用途" in faults(**sold)
    assert faults(**sold, proceeds_use="用于村内道路维修") == ""


def test_what_is_out_of_the_books_takes_no_further_paper() -> None:
    asset = an_asset()
    disposed(asset)
    with pytest.raises(StepRefused, match="已处置"), act(by=owner(), what="评估") as opened:
        matters.draft_valuation(asset, matters.ValuationEntry(LATER, Money(1), "成本法", "1号"), act=opened)


def test_finance_review_may_approve_a_disposal_and_the_town_may_not() -> None:
    asset = an_asset()
    with act(by=owner(), what="申请处置") as opened:
        made = matters.draft_disposal(asset, disposal_entry(), act=opened).id
        matters.submit_matter(made, act=opened)
    with pytest.raises(NotAllowed), act(by=somebody(Role.TOWN), what="审定") as opened:
        matters.approve_matter(made, act=opened)
    with act(by=somebody(Role.FINANCE_REVIEW), what="审定") as opened:
        matters.approve_matter(made, act=opened)
    assert matter(made).number == "资产处置〔2024〕00001号" or matter(made).number


# ---------- verification sees what is wrong ----------


@pytest.mark.parametrize(
    ("what", "found"),
    [
        (lambda s: s.execute(update(Project).values(settled_amount=Money.wan("101"))), "I06"),
        (lambda s: s.execute(update(LinePart).values(amount=Money(1))), "I06"),
        (lambda s: s.execute(update(Asset).values(original_cost=Money.wan("99"))), "I07"),
        (lambda s: s.execute(update(ValueEntry).where(ValueEntry.kind == ValueKind.DISPOSED).values(amount=Money(-5))), "I07"),
        (lambda s: s.execute(update(TitleHolder).values(part=1, whole=2)), "I27"),
        (lambda s: s.execute(update(AssetTitle).values(ends_on=None)), "I27"),
        (lambda s: s.execute(update(Asset).values(registered_on=LATER)), "I25"),
    ],
)  # fmt: skip
def test_verification_names_what_was_tampered_with(what: Callable[..., object], found: str) -> None:
    asset = an_asset()
    titled(asset)
    disposed(asset)
    assert problems() == []
    with act(by=None, what="篡改") as opened:
        what(opened.session)
    assert found in {check for check, _ in problems()}


def test_a_paper_under_way_when_its_asset_leaves_the_books_is_not_approved_afterwards() -> None:
    asset = an_asset("10")
    entry = matters.ValuationEntry(LATER, Money.wan("12"), "成本法", "陇评报〔2024〕7号", "某评估所", True)
    with act(by=owner(), what="登记评估") as opened:
        made = matters.draft_valuation(asset, entry, act=opened).id
        matters.submit_matter(made, act=opened)
    disposed(asset)
    with pytest.raises(StepRefused, match="已处置，不能再办资产评估"), act(by=lead(), what="审定") as opened:
        matters.approve_matter(made, act=opened)
    assert problems() == []


def test_an_asset_does_not_leave_the_books_before_its_title_began() -> None:
    asset = an_asset("10")
    titled(asset, happened_on=LATER)
    with act(by=owner(), what="申请处置") as opened:
        made = matters.draft_disposal(asset, disposal_entry(), act=opened).id
        matters.submit_matter(made, act=opened)
    with pytest.raises(DomainError, match=f"确权自 {LATER.isoformat()} 起"), act(by=lead(), what="审定") as opened:
        matters.approve_matter(made, act=opened)
    assert problems() == []
