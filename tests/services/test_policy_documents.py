"""Policy documents: entered by one, confirmed by another, revised by a new one; a threshold that cites an expired one is told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed, StepRefused
from fundsys.domain.policy_documents import DocumentKind, DocumentState, Validity
from fundsys.domain.rights import Role
from fundsys.models.policy_documents import PolicyDocument
from fundsys.queries import policy_documents as queries
from fundsys.services import policy_documents as services
from fundsys.services import recalls
from fundsys.services.acts import act
from tests.counties import somebody


def entry(**told: Any) -> services.DocumentEntry:
    """The county's measures of 2021, with what is said."""
    usual: dict[str, Any] = {
        "title": "陇县衔接资金项目管理办法",
        "kind": DocumentKind.MEASURES,
        "issuer": "县财政局、县乡村振兴局",
        "issued_on": date(2021, 8, 20),
        "valid_from": date(2021, 9, 1),
        "number": "陇政办发[2021]40号",
    }
    return services.DocumentEntry(**usual | told)


def entered(*, confirmed: bool = True, **told: Any) -> int:
    """Id of a document."""
    with act(by=somebody(Role.FINANCE_REVIEW), what="登记政策文件") as opened:
        key = services.enter_document(
            entry(**told), files=[("扫描.pdf", b"%PDF-1.4 " + repr(told).encode())], act=opened
        ).id
    if confirmed:
        with act(by=somebody(Role.LEADER), what="确认政策文件") as opened:
            services.approve_documents({key: 1}, act=opened)
    return key


def row(key: int) -> queries.DocumentRow:
    """The document as read."""
    with store.snapshot() as session:
        return queries.document(session, key)


def test_a_document_counts_once_somebody_else_has_confirmed_it(app: Flask) -> None:
    key = entered(confirmed=False)
    with store.snapshot() as session:
        assert queries.known_documents(session) == ()
    with pytest.raises(NotAllowed), act(by=somebody(Role.FINANCE_REVIEW), what="确认") as opened:
        services.approve_documents({key: 1}, act=opened)
    with act(by=somebody(Role.LEADER), what="退回") as opened:
        services.return_documents({key: 1}, "文号与扫描件不符", act=opened)
    with act(by=somebody(Role.FINANCE_REVIEW), what="修改") as opened:
        services.edit_document(key, entry(number="陇政办发〔2021〕41号"), version=2, act=opened)
    with act(by=somebody(Role.LEADER), what="确认") as opened:
        services.approve_documents({key: 3}, act=opened)
    found = row(key)
    assert (found.number, found.state, found.papers) == ("陇政办发〔2021〕41号", DocumentState.APPROVED, 1)
    with pytest.raises(StepRefused, match="另登记修订"), act(by=somebody(Role.FINANCE_REVIEW), what="修改") as opened:
        services.edit_document(key, entry(), act=opened)


def test_an_entry_is_taken_back_by_who_made_it(app: Flask) -> None:
    key = entered(confirmed=False)
    with act(by=somebody(Role.FINANCE_REVIEW), what="撤回") as opened:
        recalls.recall_one("policy_document", key, 1, act=opened)
    assert row(key).return_reason == services.RECALLED


def test_a_revision_replaces_the_old_one_from_its_own_first_day(app: Flask) -> None:
    old = entered()
    new = entered(number="陇政办发〔2024〕15号", title="陇县衔接资金项目管理办法（修订）", replaces_id=old,
                  issued_on=date(2024, 5, 20), valid_from=date(2024, 6, 1))  # fmt: skip
    assert row(old).validity(date(2024, 5, 31)) is Validity.VALID
    assert row(old).validity(date(2024, 6, 1)) is Validity.REPLACED
    with store.snapshot() as session:
        assert [one.id for one in queries.chain(session, row(new))] == [old, new]
        assert [key for key, _ in queries.to_replace(session)] == [new]
        assert queries.offered(session, date(2024, 11, 18)) == [
            "《陇县衔接资金项目管理办法（修订）》（陇政办发〔2024〕15号）"
        ]
    with pytest.raises(DomainError, match="已被《陇县衔接资金项目管理办法（修订）》替代"):
        entered(number="陇政办发〔2025〕1号", replaces_id=old, confirmed=False)


def test_what_cites_an_expired_document_is_told(app: Flask) -> None:
    key = entered(title="陇县2024年工作要点", number="", valid_from=date(2024, 1, 1), valid_to=date(2024, 6, 30))
    with store.snapshot() as session:
        cited = queries.citations(session, row(key).fact)
        assert {c.code for c in cited} >= {"industry_share_min", "work_relief_min"}
        held = queries.papers_behind(session, 2024, date(2024, 6, 30), "依据 陇县2024年工作要点 第11条")
        gone = queries.papers_behind(session, 2024, date(2024, 7, 1), "依据 陇县2024年工作要点 第11条")
    assert [p.doubt for p in held] == [""] and "失效" in gone[0].doubt
    assert queries.papers_behind.__doc__ and "last day of the year" in queries.papers_behind.__doc__


def test_an_end_is_said_by_one_and_confirmed_by_another(app: Flask) -> None:
    key = entered()
    with act(by=somebody(Role.LEAD), what="登记失效") as opened:
        services.end_document(key, date(2024, 12, 31), version=2, act=opened)
    assert row(key).state is DocumentState.SUBMITTED
    with act(by=somebody(Role.LEADER), what="确认") as opened:
        services.approve_documents({key: 3}, act=opened)
    assert row(key).validity(date(2025, 1, 1)) is Validity.EXPIRED


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"valid_to": date(2021, 8, 31)}, "失效日期不能早于生效日期"),
        ({"issued_on": date(2199, 1, 1)}, "不能在今天以后"),
        ({"number": "陇政办发〔2021〕40号"}, "已登记为"),
    ],
)
def test_what_is_wrong_with_an_entry_is_said(app: Flask, told: dict[str, Any], sentence: str) -> None:
    entered()
    with pytest.raises(DomainError, match=sentence):
        entered(confirmed=False, **({"number": "陇政办发〔2022〕1号"} | told))
    with store.snapshot() as session:
        assert session.query(PolicyDocument).count() == 1
