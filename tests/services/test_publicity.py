"""Public notices: what is owed, who writes and who approves, what came of it, and what the rules see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from fundsys import store
from fundsys.domain.dates import after_working_days
from fundsys.domain.errors import DomainError, NotAllowed, NotFound, Refusals, Stale, StepRefused
from fundsys.domain.money import Money
from fundsys.domain.publicity import Occasion, PublicLevel, PublicState
from fundsys.domain.rights import Role
from fundsys.domain.rules.base import Outcome, check, rule_called
from fundsys.models.publicity import PublicationDuty, PublicNotice
from fundsys.queries.facts import facts
from fundsys.queries.owed_notices import Owed, owed_to_the_public
from fundsys.queries.public_papers import public_ledger, public_papers
from fundsys.queries.registers import Wanted
from fundsys.queries.same_pictures import also_used_for, same_pictures
from fundsys.queries.viewer import viewer
from fundsys.services import publicity
from fundsys.services.acts import act
from fundsys.services.verification import verify
from tests.counties import somebody
from tests.money import approved_notice, given, make_projects
from tests.publicity import PICTURE, approved, completed_project, drafted, lead, owner, seen, text

pytestmark = pytest.mark.usefixtures("app")


def owed(**told: object) -> list[Owed]:
    """What is owed of 2024."""
    with store.snapshot() as session:
        return owed_to_the_public(session, 2024, **told)  # type: ignore[arg-type]


def stored(public_id: int) -> PublicNotice:
    """A notice as it stands."""
    with store.snapshot() as session:
        found = session.get_one(PublicNotice, public_id)
        session.expunge(found)
        return found


def outcome(code: str) -> Outcome:
    """What a rule finds of 2024 on the 18th of November."""
    rule = rule_called(code)
    assert rule is not None
    with store.snapshot() as session:
        (found,) = check(facts(session, 2024, as_at=date(2024, 11, 18)), [rule])
        return found.outcome


def refused(call: Callable[[], object], kind: type[DomainError] = DomainError) -> DomainError:
    """The refusal that a call must end in."""
    with pytest.raises(kind) as told:
        call()
    return told.value


def test_an_approved_allocation_is_owed_at_the_county_from_the_day_it_was_approved() -> None:
    (line,) = approved_notice(("F101", "100"))
    one, other = make_projects({"wan": "100"}, {"wan": "100"})
    given(line, [(one, "60"), (other, "10")])
    (found,) = owed(only=Occasion.ALLOCATED)
    assert (found.duty.level, found.by, found.subject.amount) == (PublicLevel.COUNTY, "县财政局", Money.wan("70"))
    assert found.subject.formed_on is not None
    assert found.due_on == after_working_days(found.subject.formed_on, 20)
    with store.snapshot() as session:
        assert owed_to_the_public(session, 2023, only=Occasion.ALLOCATED) == []


def test_a_completed_project_owes_county_town_and_village_a_notice_each() -> None:
    project = completed_project()
    found = owed(only=Occasion.COMPLETED)
    assert [o.duty.level for o in found] == [PublicLevel.COUNTY, PublicLevel.TOWN, PublicLevel.VILLAGE]
    assert {o.due_on for o in found} == {after_working_days(date(2024, 5, 20), 20)}
    approved(drafted(text(project)))
    left = [o.duty.level for o in owed(only=Occasion.COMPLETED) if not o.is_public]
    assert left == [PublicLevel.COUNTY, PublicLevel.TOWN]


def test_a_county_wide_project_owes_towns_and_villages_nothing() -> None:
    completed_project(town_id=None, village_id=None)
    assert [o.duty.level for o in owed(only=Occasion.COMPLETED)] == [PublicLevel.COUNTY]


def test_the_county_changes_what_must_be_published_when_and_what_need_not() -> None:
    completed_project()
    with store.snapshot() as session:
        duties = {
            d.level: (d.id, d.label, d.carrier)
            for d in session.scalars(select(PublicationDuty).where(PublicationDuty.occasion == Occasion.COMPLETED))
        }
    keeper = somebody(Role.SYSADMIN)
    with act(by=keeper, what="修改公示事项") as opened:
        key, label, carrier = duties[PublicLevel.TOWN]
        publicity.edit_duty(key, label, None, None, carrier, False, act=opened)
        key, label, carrier = duties[PublicLevel.VILLAGE]
        publicity.edit_duty(key, "完工三日内公示", 3, 12, carrier, True, act=opened)
    found = {o.duty.level: o for o in owed(only=Occasion.COMPLETED)}
    assert found.keys() == {PublicLevel.COUNTY, PublicLevel.VILLAGE}
    assert found[PublicLevel.VILLAGE].due_on == after_working_days(date(2024, 5, 20), 3)
    with pytest.raises(NotAllowed), act(by=lead(), what="修改公示事项") as opened:
        publicity.edit_duty(key, "x", None, None, "", True, act=opened)


def test_a_text_is_approved_by_the_lead_bureau_and_not_by_who_entered_it() -> None:
    public_id = drafted(text(completed_project()))
    assert stored(public_id).number == f"公示〔{stored(public_id).submitted_at:%Y}〕00001号"
    with pytest.raises(NotAllowed), act(by=owner(), what="审定公示") as opened:
        publicity.approve_public(seen(public_id), act=opened)
    approved(public_id)
    after = stored(public_id)
    assert (after.state, after.reviewed_by) == (PublicState.APPROVED, lead())
    with pytest.raises(StepRefused), act(by=owner(), what="修改公示") as opened:
        publicity.edit_public(public_id, text(), act=opened)
    assert verify().problems == []


def test_several_are_approved_at_once_or_none_and_the_refusal_names_the_one() -> None:
    one, other = (drafted(text(completed_project())) for _ in range(2))
    before = seen(one, other)
    with act(by=owner(), what="撤回公示") as opened:
        publicity.recall_public(other, act=opened)
        publicity.submit_public(other, act=opened)
    with pytest.raises(Stale), act(by=lead(), what="审定公示") as opened:
        publicity.approve_public(before, act=opened)
    assert {stored(i).state for i in (one, other)} == {PublicState.SUBMITTED}
    with act(by=owner(), what="撤回公示") as opened:
        publicity.recall_public(other, act=opened)
    with pytest.raises(StepRefused) as told, act(by=lead(), what="审定公示") as opened:
        publicity.approve_public(seen(one, other), act=opened)
    assert stored(other).number in told.value.message  # type: ignore[operator]
    assert stored(one).state is PublicState.SUBMITTED
    with act(by=owner(), what="提交公示") as opened:
        publicity.submit_public(other, act=opened)
    approved(one, other)
    assert {stored(i).state for i in (one, other)} == {PublicState.APPROVED}


def test_a_text_that_comes_back_with_a_reason_is_changed_and_keeps_its_number() -> None:
    public_id = drafted(text(completed_project()))
    with pytest.raises(DomainError), act(by=lead(), what="退回公示") as opened:
        publicity.return_public(seen(public_id), " ", act=opened)
    with act(by=lead(), what="退回公示") as opened:
        publicity.return_public(seen(public_id), "补写工程量", act=opened)
    number = stored(public_id).number
    assert stored(public_id).return_reason == "补写工程量"
    entry = text(completed_project(), content="圈舍 1300 平方米")
    with act(by=owner(), what="修改公示") as opened:
        publicity.edit_public(public_id, entry, act=opened)
        publicity.submit_public(public_id, act=opened)
    assert (stored(public_id).number, stored(public_id).return_reason) == (number, "")


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"content": ""}, "content"),
        ({"place": " "}, "place"),
        ({"hotline": ""}, "hotline"),
        ({"amount": None}, "amount"),
        ({"implementing_unit": ""}, "implementing_unit"),
        ({"subjects": ()}, "subjects"),
        ({"last_on": date(2024, 6, 8)}, "last_on"),
        ({"last_on": None}, "last_on"),
        ({"content": "户主 610327198001011234"}, "content"),
        ({"title": "致电13800138000"}, "title"),
    ],
)
def test_what_a_notice_must_show_and_must_not(told: dict[str, object], field: str) -> None:
    refusal = refused(lambda: drafted(text(completed_project(), **told)))
    errors = refusal.errors if isinstance(refusal, Refusals) else (refusal,)
    assert [e.field for e in errors] == [field]


def test_a_last_day_equal_to_the_first_is_one_day() -> None:
    day = date(2024, 6, 9)
    assert stored(drafted(text(completed_project(), first_on=day, last_on=day))).last_on == day


def test_a_unit_publishes_its_own_and_sees_no_others() -> None:
    project = completed_project()
    stranger = somebody(Role.OWNER, unit="县林业局", login="linye")
    with pytest.raises(NotFound):
        drafted(text(project), by=stranger)
    public_id = drafted(text(project))
    with pytest.raises(NotFound), act(by=stranger, what="撤回公示") as opened:
        publicity.recall_public(public_id, act=opened)
    with store.snapshot() as session:
        assert owed_to_the_public(session, 2024, viewer(session, stranger)) == []
        assert len(owed_to_the_public(session, 2024, viewer(session, owner()), only=Occasion.COMPLETED)) == 3
    with pytest.raises(NotFound):
        drafted(text(1, occasion=Occasion.ALLOCATED, level=PublicLevel.COUNTY))


def test_no_objection_is_said_only_when_the_last_day_has_passed_and_with_a_picture() -> None:
    with store.snapshot() as session:
        from fundsys.queries.facts import county_today

        today = county_today(session)
    public_id = drafted(text(completed_project(), first_on=today, last_on=today))
    files = [("公示栏.jpg", PICTURE + b"1")]

    def result(objection: bool, handling: str = "", with_files: bool = True) -> None:
        with act(by=owner(), what="登记公示结果") as opened:
            publicity.record_result(public_id, objection, handling, files=files if with_files else (), act=opened)

    refused(lambda: result(False), StepRefused)
    approved(public_id)
    assert refused(lambda: result(False)).field == "objection"
    assert refused(lambda: result(True)).field == "handling"
    assert refused(lambda: result(True, "已当面答复", False)).field == "photos"
    result(True, "已当面答复")
    assert (stored(public_id).has_objection, stored(public_id).objection_handling) == (True, "已当面答复")
    earlier = drafted(text(completed_project()))
    approved(earlier)
    with act(by=owner(), what="登记公示结果") as opened:
        publicity.record_result(earlier, False, "", files=[("现场.jpg", PICTURE + b"2")], act=opened)
    assert stored(earlier).has_objection is False


def test_a_notice_taken_down_counts_no_longer_and_its_result_is_owed_again() -> None:
    public_id = drafted(text(completed_project()))
    approved(public_id)
    assert sum(o.is_public for o in owed(only=Occasion.COMPLETED)) == 1
    with pytest.raises(DomainError), act(by=owner(), what="撤下公示") as opened:
        publicity.take_down(public_id, "", act=opened)
    with act(by=owner(), what="撤下公示") as opened:
        publicity.take_down(public_id, "金额有误", act=opened)
    assert stored(public_id).state is PublicState.WITHDRAWN
    assert [o for o in owed(only=Occasion.COMPLETED) if o.published] == []
    other = drafted(text(completed_project()))
    approved(other)
    with act(by=lead(), what="撤下公示") as opened:
        publicity.take_down(other, "未按要求张贴", act=opened)
    assert stored(other).withdrawn_on is not None


def test_a_numbered_draft_stays_and_another_is_removed() -> None:
    public_id = drafted(text(completed_project()), submit=False)
    with act(by=owner(), what="删除公示草稿") as opened:
        publicity.delete_public(public_id, act=opened)
    with store.snapshot() as session:
        assert session.get(PublicNotice, public_id) is None
    numbered = drafted(text(completed_project()))
    with act(by=owner(), what="撤回公示") as opened:
        publicity.recall_public(numbered, act=opened)
    with pytest.raises(StepRefused), act(by=owner(), what="删除公示草稿") as opened:
        publicity.delete_public(numbered, act=opened)


def test_the_rules_see_nine_days_and_another_figure_and_what_is_missing() -> None:
    project = completed_project(admitted_on=None, approved_on=None)
    assert outcome("F051") is Outcome.FAIL
    assert outcome("F052") is Outcome.NO_DATA
    for level in PublicLevel:
        approved(drafted(text(project, level=level)))
    assert {code: outcome(code) for code in ("F051", "F052", "F053", "F054")} == dict.fromkeys(
        ("F051", "F052", "F053", "F054"), Outcome.PASS
    )
    approved(drafted(text(completed_project(admitted_on=None), last_on=date(2024, 6, 17), amount=Money.wan("100.02"))))
    assert (outcome("F052"), outcome("F053"), outcome("F054")) == (Outcome.FAIL, Outcome.PASS, Outcome.FAIL)


def test_one_picture_for_two_matters_is_found_by_its_content_and_one_kept_twice_for_one_is_not() -> None:
    one, other = (drafted(text(completed_project())) for _ in range(2))
    with act(by=owner(), what="存公示照片") as opened:
        publicity.keep_photos(one, [("甲.jpg", PICTURE), ("乙.jpg", PICTURE)], act=opened)
    with store.snapshot() as session:
        assert same_pictures(session) == []
    with act(by=owner(), what="存公示照片") as opened:
        publicity.keep_photos(other, [("丙.jpg", PICTURE), ("丁.jpg", PICTURE + b"2")], act=opened)
    with store.snapshot() as session:
        (found,) = same_pictures(session)
        assert [(use.table, use.row_id) for use in found.uses] == [("public_notice", one), ("public_notice", other)]
        assert also_used_for(session, "public_notice", other) == [found]
        assert same_pictures(session, ("public_notice",)) == [found]
        assert same_pictures(session, ("project",)) == []


def test_the_ledger_and_the_paper_show_the_notice_with_its_days_and_no_personal_number() -> None:
    project = completed_project(content="圈舍 1200 平方米，负责人电话 13800138000")
    public_id = drafted(text(project))
    with store.snapshot() as session:
        assert list(public_ledger(session, Wanted(2024, {}))) == []
    approved(public_id)
    with store.snapshot() as session:
        (row,) = public_ledger(session, Wanted(2024, {"level": "村"}))
        (paper,) = public_papers(session, Wanted(2024, {"no": str(public_id)}))
        assert list(public_ledger(session, Wanted(2024, {"level": "县"}))) == []
    assert (row.days, row.level, row.objection, row.photo) == (11, "村", "未登记", "无")
    assert paper.subject_content == "圈舍 1200 平方米，负责人电话 138****8000"
    assert (paper.subject_amount, paper.amount) == (Money.wan("100"), Money.wan("100"))
