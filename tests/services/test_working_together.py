"""Working together: taking back, handing over, deciding several at once, being told, and forms that are never lost."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed, NotFound, Refusals, Stale, StepRefused
from fundsys.domain.funds import MoneyState
from fundsys.domain.rights import Role
from fundsys.domain.working import MessageKind
from fundsys.models.funds import Allocation, AllotmentNotice
from fundsys.models.office import Person
from fundsys.models.projects import Project
from fundsys.models.working import FormDraft, Message
from fundsys.queries.messages import HIDDEN, messages, unread
from fundsys.queries.reviewed import reviewed
from fundsys.queries.viewer import viewer
from fundsys.services import batches, drafts, funds, publicity, recalls
from fundsys.services import messages as notices
from fundsys.services.acts import act
from fundsys.services.hand_over import hand_over
from fundsys.services.verification import verify
from tests.counties import somebody
from tests.money import approved_notice, drafted, entry_clerk, make_projects, notice_entry, reviewer, submitted
from tests.publicity import completed_project, seen
from tests.publicity import drafted as drafted_public
from tests.publicity import text as public_text

pytestmark = pytest.mark.usefixtures("app")


def second_reviewer() -> int:
    """Id of another person of the finance bureau's review."""
    return somebody(Role.FINANCE_REVIEW, login="review2")


def colleague() -> int:
    """Id of another entry clerk of the same bureau."""
    return somebody(Role.FINANCE_ENTRY, login="entry2")


def waiting_notice(by: int | None = None) -> tuple[int, int]:
    """Id and version of a notice that waits for review."""
    with act(by=by or entry_clerk(), what="登记指标文") as opened:
        notice = funds.register_notice(notice_entry(), act=opened)
        funds.submit_notice(notice.id, act=opened)
        return notice.id, notice.version


def state_of(notice_id: int) -> MoneyState:
    """Where a notice stands."""
    with store.snapshot() as session:
        return session.get_one(AllotmentNotice, notice_id).state


def inbox(person_id: int) -> list[Message]:
    """What a person was told, the newest first."""
    with store.snapshot() as session:
        found = list(session.scalars(select(Message).where(Message.person_id == person_id).order_by(Message.id.desc())))
        session.expunge_all()
        return found


def refused(call: Callable[[], object], kind: type[DomainError] = DomainError) -> DomainError:
    """The refusal that a call must end in."""
    with pytest.raises(kind) as told:
        call()
    return told.value


# ---------- taking back ----------


def test_everything_reviewed_can_be_taken_back() -> None:
    assert set(reviewed()) - {name for name in reviewed() if recalls.can_recall(name)} == set()
    assert len(reviewed()) >= 15


def test_a_submitted_notice_is_taken_back_by_its_enterer_only() -> None:
    notice, version = waiting_notice()
    stranger = colleague()

    def back(by: int, version: int) -> None:
        with act(by=by, what="撤回提交") as opened:
            recalls.recall_one("allotment_notice", notice, version, act=opened)

    refused(lambda: back(stranger, version))
    refused(lambda: back(entry_clerk(), version - 1), Stale)
    assert state_of(notice) is MoneyState.SUBMITTED
    back(entry_clerk(), version)
    assert state_of(notice) is MoneyState.DRAFT
    refused(lambda: back(entry_clerk(), version + 1), StepRefused)


def test_an_allocation_taken_back_frees_its_money_and_several_are_taken_back_together_or_not_at_all() -> None:
    (line,) = approved_notice(("F101", "100"))
    one, two = make_projects({"name": "甲项目"}, {"name": "乙项目"})
    drafted(line, one, "40")
    drafted(line, two, "60")
    waiting = submitted(line)
    (first, v1), (second, v2) = waiting.items()
    with act(by=reviewer(), what="复核分配") as opened:
        funds.approve_allocations({first: v1}, act=opened)

    def back(chosen: dict[tuple[str, int], tuple[int, str]]) -> None:
        with act(by=entry_clerk(), what="撤回提交") as opened:
            recalls.recall(chosen, act=opened)

    told = refused(
        lambda: back({("allocation", first): (v1 + 1, "甲项目"), ("allocation", second): (v2, "乙项目")}), StepRefused
    )
    assert told.message.startswith("甲项目：")
    back({("allocation", second): (v2, "乙项目")})
    with store.snapshot() as session:
        assert session.get_one(Allocation, second).state is MoneyState.DRAFT
        assert session.get_one(Allocation, first).state is MoneyState.APPROVED
    assert verify().problems == []


# ---------- deciding several ----------


def test_notices_are_approved_together_and_an_own_one_among_them_stops_all_and_is_named() -> None:
    first, second = waiting_notice(), waiting_notice()
    with act(by=reviewer(), what="复核指标文") as opened:
        assert batches.approve_notices(dict([first, second]), act=opened) == 2
    assert {state_of(first[0]), state_of(second[0])} == {MoneyState.APPROVED}
    third, fourth = waiting_notice(), waiting_notice()

    def both(seen: dict[int, int]) -> None:
        with act(by=reviewer(), what="复核指标文") as opened:
            funds.approve_notice(third[0], version=third[1], act=opened)
            batches.approve_notices(seen, act=opened)

    told = refused(lambda: both(dict([third, fourth])))
    assert "宝市财办农" in told.message
    assert state_of(third[0]) is MoneyState.SUBMITTED, "all of them or none"
    refused(lambda: both({}))


def test_every_refusal_of_several_is_named() -> None:
    waiting = [waiting_notice() for _ in range(3)]
    with act(by=reviewer(), what="退回指标文") as opened:
        batches.return_notices(dict(waiting[:2]), "附件不全", act=opened)
    later = {number: version + 1 for number, version in waiting[:2]} | dict(waiting[2:])

    def approve() -> None:
        with act(by=reviewer(), what="复核指标文") as opened:
            batches.approve_notices(later, act=opened)

    told = refused(approve, Refusals)
    assert isinstance(told, Refusals)
    assert len(told.errors) == 2
    assert all("宝市财办农" in one.message and "已退回" in one.message for one in told.errors)
    assert state_of(waiting[2][0]) is MoneyState.SUBMITTED


# ---------- being told ----------


def test_who_entered_it_is_told_what_came_back_and_what_was_approved_in_the_same_act() -> None:
    notice, version = waiting_notice()
    assert inbox(entry_clerk()) == []
    with act(by=reviewer(), what="退回指标文") as opened:
        funds.return_notice(notice, "金额与附件不一致", version=version, act=opened)
    (told,) = inbox(entry_clerk())
    assert told.kind is MessageKind.RETURNED
    assert told.title.startswith("指标文已退回：宝市财办农")
    assert "金额与附件不一致" in told.words
    with act(by=entry_clerk(), what="提交复核") as opened:
        funds.submit_notice(notice, act=opened)
    with act(by=reviewer(), what="复核指标文") as opened:
        funds.approve_notice(notice, version=None, act=opened)
    assert [one.kind for one in inbox(entry_clerk())] == [MessageKind.APPROVED, MessageKind.RETURNED]
    with store.snapshot() as session:
        who = viewer(session, entry_clerk())
        assert who is not None
        assert unread(session, who) == 2
    with act(by=entry_clerk(), what="标为已读") as opened:
        assert notices.mark_read([told.id], act=opened) == 1
    with act(by=reviewer(), what="标为已读") as opened:
        assert notices.mark_read(None, act=opened) == 0, "nobody marks another's notices"
    with store.snapshot() as session:
        assert unread(session, who) == 1


def test_a_refused_act_tells_nobody() -> None:
    notice, version = waiting_notice()

    def refuse() -> None:
        with act(by=reviewer(), what="退回指标文") as opened:
            funds.return_notice(notice, "附件不全", version=version, act=opened)
            raise StepRefused("没有办成")

    refused(refuse)
    assert inbox(entry_clerk()) == []


def test_many_records_of_one_act_are_one_notice() -> None:
    (line,) = approved_notice(("F101", "100"))
    projects = make_projects(*({"name": f"项目{n}"} for n in range(5)))
    for project in projects:
        drafted(line, project, "10")
    waiting = submitted(line)
    with act(by=reviewer(), what="复核分配") as opened:
        funds.approve_allocations(waiting, act=opened)
    mine = [one for one in inbox(entry_clerk()) if one.about == "allocation"]
    assert [one.title for one in mine] == ["资金分配 5 项已复核：项目0、项目1、项目2等"]


def test_a_record_beyond_the_persons_scope_is_not_named_any_more() -> None:
    owner = somebody(Role.OWNER)
    public = drafted_public(public_text(completed_project()))
    with act(by=somebody(Role.LEAD), what="退回公示") as opened:
        publicity.return_public(seen(public), "缺监督电话", act=opened)
    with store.snapshot() as session:
        who = viewer(session, owner)
        assert who is not None
        (row,), _ = messages(session, who, offset=0, limit=9)
        assert row.title.startswith("公示已退回")
    elsewhere = somebody(Role.LEAD)
    with act(by=None, what="调整账号") as opened:
        moved = opened.session.get_one(Person, owner)
        moved.unit_id, moved.role = opened.session.get_one(Person, elsewhere).unit_id, Role.OWNER
    with store.snapshot() as session:
        who = viewer(session, owner)
        assert who is not None
        (row,), _ = messages(session, who, offset=0, limit=9)
        assert (row.title, row.words, row.hidden) == (HIDDEN, "", True)


def test_what_became_due_is_told_once() -> None:
    due = [notices.Due("notice", 7, datetime(2024, 11, 1).date(), "宝市财办农〔2024〕7号 未分配", "三十日")]
    for expected in (1, 0):
        with act(by=entry_clerk(), what="登录") as opened:
            assert notices.tell_due(due, act=opened) == expected
    with act(by=entry_clerk(), what="登录") as opened:
        many = [notices.Due("notice", n, due[0].due_on, f"第 {n} 件", "") for n in range(100, 150)]
        notices.tell_due(many, act=opened)
    mine = inbox(entry_clerk())
    assert len(mine) == 1 + notices.MOST_DUE + 1
    assert mine[0].title == "另有 30 件到期，见工作台"


# ---------- handing over ----------


def test_all_open_work_of_a_clerk_goes_to_a_colleague_in_one_act_with_counts() -> None:
    leaving, taking = entry_clerk(), colleague()
    notice, _ = waiting_notice()
    (line,) = approved_notice(("F101", "100"))
    drafted(line, make_projects({})[0], "40")
    with act(by=somebody(Role.SYSADMIN), what="移交工作") as opened:
        made = hand_over(leaving, taking, "调离", act=opened)
        seq, counts = opened.seq, json.loads(made.counts)
    assert counts == {"指标文": [1, 0, 0, 1], "资金分配": [1, 0, 0, 1]}
    with store.snapshot() as session:
        assert session.get_one(AllotmentNotice, notice).entered_by == taking
        assert session.scalar(text("select count(*) from act where seq = :s"), {"s": seq}) == 1
    assert [one.kind for one in inbox(taking)] == [MessageKind.HANDED]
    assert "2 项工作" in inbox(taking)[0].title
    with act(by=taking, what="撤回提交") as opened:
        recalls.recall_one("allotment_notice", notice, 3, act=opened)
    assert state_of(notice) is MoneyState.DRAFT


def test_neither_who_entered_it_nor_who_took_it_over_approves_it() -> None:
    leaving, taking = entry_clerk(), colleague()
    notice, version = waiting_notice()
    with act(by=somebody(Role.SYSADMIN), what="移交工作") as opened:
        hand_over(leaving, taking, "转到复核岗", act=opened)
    with act(by=None, what="调整账号") as opened:
        for person in (leaving, taking):
            opened.session.get_one(Person, person).role = Role.FINANCE_REVIEW

    def approve(by: int) -> None:
        with act(by=by, what="复核指标文") as opened:
            funds.approve_notice(notice, version=version + 1, act=opened)

    assert "由您录入后移交" in refused(lambda: approve(leaving), NotAllowed).message
    refused(lambda: approve(taking), NotAllowed)
    assert state_of(notice) is MoneyState.SUBMITTED
    approve(second_reviewer())
    assert state_of(notice) is MoneyState.APPROVED


def test_work_goes_only_to_the_same_unit_and_role_and_only_by_those_who_may() -> None:
    leaving = entry_clerk()
    waiting_notice()

    def hand(by: int, to: int, reason: str = "调离") -> None:
        with act(by=by, what="移交工作") as opened:
            hand_over(leaving, to, reason, act=opened)

    administrator, taking = somebody(Role.SYSADMIN), colleague()
    refused(lambda: hand(administrator, reviewer()))
    refused(lambda: hand(administrator, leaving))
    refused(lambda: hand(administrator, taking, " "))
    refused(lambda: hand(somebody(Role.OWNER), taking), NotAllowed)
    refused(lambda: hand(somebody(Role.LEAD), taking), NotFound)
    hand(reviewer(), taking)
    refused(lambda: hand(administrator, taking))


def test_drafts_of_proposals_go_with_the_rest() -> None:
    villager, other = somebody(Role.VILLAGE), somebody(Role.VILLAGE, login="village2")
    with act(by=None, what="同村") as opened:
        opened.session.get_one(Person, other).unit_id = opened.session.get_one(Person, villager).unit_id
    (project,) = make_projects({"is_draft": True, "entered_by": villager})
    with act(by=somebody(Role.SYSADMIN), what="移交工作") as opened:
        assert json.loads(hand_over(villager, other, "换届", act=opened).counts) == {"申报草稿": [1, 0, 0, 1]}
    with store.snapshot() as session:
        assert session.get_one(Project, project).entered_by == other


# ---------- forms that are never lost ----------


def boxes(**told: str) -> dict[str, list[str]]:
    """What stands on a form."""
    return {"form_id": [str(uuid.uuid4())]} | {name: [value] for name, value in told.items()}


def kept(person: int, address: str | None = None) -> list[drafts.Draft]:
    """What is kept for a person."""
    with store.snapshot() as session:
        return drafts.mine(session, person, address)


def test_a_form_is_kept_without_personal_data_and_gone_when_it_is_accepted() -> None:
    clerk = entry_clerk()
    told = boxes(title="养殖场扩建", account="6217000010001234567", remark="联系人电话 13800138000", csrf_token="x")
    drafts.keep(clerk, "/notices/new", "登记指标文", told)
    drafts.keep(clerk, "/notices/new", "登记指标文", told | {"title": ["养殖场改建"]})
    (one,) = kept(clerk)
    assert one.boxes == {"form_id": told["form_id"], "title": ["养殖场改建"]}
    assert kept(reviewer()) == []
    with store.snapshot() as session:
        assert "13800138000" not in session.scalars(select(FormDraft.boxes)).one()
    with act(by=clerk, what="登记指标文", form_id=told["form_id"][0]):
        pass
    assert kept(clerk) == []
    drafts.keep(clerk, "/notices/new", "登记指标文", told)
    assert kept(clerk) == [], "what comes late of a form that was accepted is not kept"


def test_a_refused_form_is_still_kept() -> None:
    clerk, told = entry_clerk(), boxes(title="甲")
    drafts.keep(clerk, "/notices/new", "", told)

    def refuse() -> None:
        with act(by=clerk, what="登记指标文", form_id=told["form_id"][0]):
            raise StepRefused("没有办成")

    refused(refuse)
    assert len(kept(clerk)) == 1


def test_a_form_id_whose_digits_look_like_a_telephone_number_is_no_reason_to_lose_a_form() -> None:
    clerk = entry_clerk()
    drafts.keep(
        clerk, "/a", "", {"form_id": ["0a1b2c3d-0000-4000-8000-a13812345678"], "n": ["1"], "tel": ["13812345678"]}
    )
    (one,) = kept(clerk)
    assert one.boxes["n"] == ["1"] and "tel" not in one.boxes


def test_what_is_kept_is_bounded_in_size_number_and_age() -> None:
    clerk = entry_clerk()
    refused(lambda: drafts.keep(clerk, "/a", "", boxes(words="长" * drafts.LARGEST)))
    refused(lambda: drafts.keep(clerk, "/a", "", {"words": ["没有编号"]}))
    old = datetime.now(UTC) - timedelta(days=31)
    drafts.keep(clerk, "/old", "", boxes(), now=old)
    assert kept(clerk) == []
    for number in range(drafts.MOST + 3):
        drafts.keep(clerk, f"/form/{number}", "", boxes(n=str(number)))
    found = kept(clerk)
    assert len(found) == drafts.MOST
    assert found[0].address == f"/form/{drafts.MOST + 2}"
    drafts.drop(clerk, found[0].address)
    assert len(kept(clerk)) == drafts.MOST - 1
