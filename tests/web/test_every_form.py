"""Every form of the application, found by walking its pages: sent many times at once it is one act, without its token nothing."""

from __future__ import annotations

import contextvars
import threading
import uuid
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.models.journal import Act as ActRow
from fundsys.services.demo import Built
from tests.counties import OfficeClient, acts
from tests.figures import Figure
from tests.form_walk import IMPORT_PAGE, Found, Walker
from tests.pages import Page

COPIES = 6
MANY_COPIES = 20
"""How often a form is sent at once: normally, and in a full run."""
ROUNDS = 4

WRITES_NOTHING = {
    "api_funds.preview": "只重算规则条，供程序调用",
    "funds.preview": "只重算规则条",
    "funds.propose": "只求最小调整，采用后填回分配表",
    "construction.send_piece": "只收下照片的一段；交进度时才记入，由 tests/web/test_projects.py 证明",
    "imports.upload": "只收下文件；存入在 imports.preview",
    "imports.give": "只记下表里没有的值；存入在 imports.preview",
    "imports.cancel": "只删除收下的文件",
    "exchange.compare": "只收下文件来比对，不存入",
    "working.keep_draft": "只留下填了一半的表单，由 tests/web/test_working_together.py 证明",
    "working.drop_draft": "只丢掉填了一半的表单，由 tests/web/test_working_together.py 证明",
    "people.sign_in": "不是业务办理；登录另有 tests/web/test_people.py",
}
"""Forms and addresses that are no act of the office."""
BY_REQUEST = "接口没有页面；同一请求号只算一件由 tests/web/test_api_allocating.py、test_api_payments.py 证明"
ELSEWHERE = {
    "negative_list.review": "要有命中负面清单的用途；同一表单只办一次由 tests/web/test_kept_checks.py 证明",
    "import_records.show": "演示数据里没有导入；同一表单只办一次由 tests/imports/test_reversal.py 证明",
    **{
        f"exchange.{name}": "要填成行的表式；同一表单只办一次由 tests/imports/test_exchange.py 证明"
        for name in ("new", "edit")
    },
    **{
        f"tokens.{name}": "要选用途和期限，或者要有凭证；同一表单只办一次由 tests/web/test_access_tokens.py 证明"
        for name in ("new", "end")
    },
    **{f"api_allocating.{name}": BY_REQUEST for name in ("allocate", "approve", "send_back")},
    **{f"api_payments.{name}": BY_REQUEST for name in ("pay", "accept", "approve", "send_back", "reverse")},
    **{
        f"construction.{name}": "要项目正在那个环节；同一表单只办一次由 tests/web/test_construction.py 证明"
        for name in (
            "papers",
            "tender",
            "acceptance",
            "settlement",
            "claims",
            "extend",
            "extension",
            "decide_acceptance",
            "decide_settlement",
        )
    },
    **{
        f"relief.{name}": "演示账号的单位没有以工代赈项目；同一表单只办一次由 tests/web/test_work_relief.py 证明"
        for name in (
            *("plan", "submit_plan", "new_worker", "edit_worker", "new_roster", "edit_roster", "step"),
            *("new_training", "withdraw_training"),
        )
    },
    **{
        f"matters.{name}": "要填成行的明细或别的资产编码；同一表单只办一次由 tests/web/test_matters.py 证明"
        for name in ("new_formation", "edit_formation", "new_split", "new_merge", "new_reversal")
    },
    **{
        f"maintenance.{name}": "要填资产编码、行码或金额；同一表单只办一次由 tests/web/test_maintenance_once.py 证明"
        for name in (
            *("revise", "assign", "new_sheet", "enter", "paper", "fix", "new_call", "withdraw"),
            *("place", "new_budget", "new_cost"),
        )
    },
    **{
        f"stocktakes.{name}": "要填行码，或者要有待办的差异；同一表单只办一次由 tests/web/test_stocktakes.py 证明"
        for name in (*("new", "enter", "count", "surplus", "treat", "treat_find", "decide", "done", "close", "paper"),)
    },
    **{
        f"samples.{name}": "要选范围和条数；同一表单只办一次由 tests/web/test_samples.py 证明"
        for name in ("new", "look", "paper")
    },
    **{
        f"income.{name}": "要填成行的应收和分配，或者要有未收的收益；同一表单只办一次由 tests/web/test_income.py 证明"
        for kind in ("contract", "receipt", "settlement", "sharing", "payout", "idle")
        for name in (f"new_{kind}", f"edit_{kind}", "new_revival", "new_taking_back")
    },
    **{
        f"targets.{name}": "要有填报单位的账号和要报的月份；同一表单只办一次由 tests/web/test_yearly_targets.py 证明"
        for name in (
            *("new", "edit", "figure", "step", "confirm"),
            *("new_report", "edit_report", "correct", "report_step", "review"),
        )
    },
    **{
        f"documents.{name}": "要填日期和种类；同一表单只办一次由 tests/web/test_yearly_targets.py 证明"
        for name in ("new", "edit", "decide", "end")
    },
    "industry.withdraw": "演示县的建议这时都已审定或退回；同一表单只撤回一次由 tests/web/test_industry_desk.py 证明",
    "industry.dispose": "只在调整一批的项目页上；同一表单只确认一次由 tests/web/test_industry_desk.py 证明",
    "industry.rehearsal": "要先预演才有确认；同一表单只改一次由 tests/web/test_industry_desk.py 证明",
    "imports.preview": "要先收下一份工作簿；确认单多份只存一次由 tests/web/test_imports.py 证明",
    "corrections.posting": "上解退回要余额还在；一笔只复核一次由 tests/web/test_corrections.py 证明",
    "funds.delete": "要有没提交的指标文草稿；一份只删一次由 tests/web/test_funds.py 证明",
    "corrections.adjust": "要在两个项目之间填得相等；同一表单只记一份文书由 tests/web/test_corrections.py 证明",
    "funds.reverse": "演示县的分配都已拨付或支付，不能冲销；一笔只冲一次由 tests/services/test_funds.py 证明",
    "periods.review": "交上来以后账目又变了的月份不能结账，走遍各页时正是这样；结一次由 tests/services/test_periods.py 证明",
    "drift.index": "核对在另一个进程里做；同一表单只核对一次由 tests/reports/test_drift.py 证明",
    **{
        f"{name}": "打印在另一个进程里做，或者要有没印成的任务；同一表单只交办一次由 tests/web/test_print_queue.py 证明"
        for name in ("queue.parts", "queue.year", "queue.again", "log.package", "log.again")
    },
    "funds.rebalance_year": "演示县的规则都达到，没有方案可拟；同一方案只拟一次由 tests/web/test_rebalance.py 证明",
}
"""Forms that the walk need not come to, and where they are proven."""
NOT_BROUGHT_FORTH = (
    *(f"payments.{name}" for name in ("new_payment", "edit_payment", "new_contract", "edit_contract", "step_contract")),
    *(f"payments.{name}" for name in ("new_disbursement", "delete_disbursement", "reverse_disbursement")),
    *(f"payments.{name}" for name in ("edit_request", "reverse_payment", "drafts")),
    *("working.approve_corrections", "working.confirm_contracts"),
    *(f"matters.edit_{name}" for name in ("valuation", "title", "disposal")),
    *("maintenance.close", "maintenance.decide", "maintenance.patrol"),
    *("library.change", "library.show_change", "projects.report"),
    *("corrections.delete", "corrections.submit", "periods.hand_over", "periods.reopen", "policy.refuse"),
)
"""Forms whose state the walk does not always bring forth in the demo county: money still to be paid, papers half done.

Where it meets them they must not be done twice; that one of them is done is proven by their own tests in tests/web.
"""
TWENTY_TYPESETTINGS = {"pdf"}
"""Buttons whose twenty copies are twenty typesettings: pressed in a full run; the same view is proven with the others."""
ENDS_THE_SESSION = {"people.sign_out": "退出", "people.change_password": "密码改了，别处的登录立即失效"}
"""Forms after which the other copies come from a session that has ended: one act still, answers of two kinds."""
LAST = ("people.",)
"""Forms about accounts come last: they end the sessions of the people they are about."""
BRINGS_FORTH = (
    "funds.allocate[submit]",
    "funds.new[save]",
    "payments.new_request[save]",
    "payments.new_payment[save]",
    "payments.new_contract[save]",
    "corrections.recover[save]",
    "policy.show",
)
"""Forms that are sent again in later rounds, so that what they bring forth can be judged in more than one way."""


def body(told: dict[str, Any]) -> dict[str, Any]:
    """The answers as a request carries them; files anew for each copy."""
    data: MultiDict[str, Any] = MultiDict()
    for name, values in told.items():
        for value in values:
            data.add(name, (BytesIO(value[1]), value[0]) if isinstance(value, tuple) else value)
    return {"data": data, "content_type": "multipart/form-data"} if _has_file(told) else {"data": data}


def _has_file(told: dict[str, Any]) -> bool:
    return any(isinstance(value, tuple) for values in told.values() for value in values)


def send_together(
    app: Flask, client: OfficeClient, address: str, copies: list[dict[str, Any]]
) -> list[tuple[int, str]]:
    """Send these forms at the same moment from the same session; status and place of each answer."""
    cookie = client.get_cookie("session")
    assert cookie is not None
    told: list[tuple[int, str]] = []
    start = threading.Barrier(len(copies))

    def send(answers: dict[str, Any]) -> None:
        one = FlaskClient(app, app.response_class)
        one.set_cookie("session", cookie.value)
        start.wait()
        answer = contextvars.Context().run(one.post, address, **body(answers))
        told.append((answer.status_code, answer.location or ""))

    threads = [threading.Thread(target=send, args=(answers,)) for answers in copies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


@pytest.fixture
def walker(app: Flask, full: bool, request: pytest.FixtureRequest) -> Walker:
    """The demo county, and somebody of every role in it."""
    if not full and not store.is_sqlite():
        pytest.skip(
            "在 PostgreSQL 上走遍各页只在 ./test --full 时执行；同一表单只办一次两种数据库都由 tests/storage/test_acts.py 证明"
        )
    built: Built = request.getfixturevalue("demo_county")  # not before it is known that the walk is wanted
    return Walker(app, {account.role: account.login for account in built.accounts})


def prove(walker: Walker, found: Found, copies: int) -> str:
    """Send one form as many times at once; what is wrong with what came of it, "" when nothing is."""
    told = walker.filled(found)
    client = walker.clients[found.role]
    before = acts()
    naked = {name: values for name, values in told.items() if name != "csrf_token"}
    refused = contextvars.Context().run(FlaskClient.open, client, found.action, method="POST", **body(naked))
    if refused.status_code not in (400, 422) or acts() != before:
        return f"没有防伪标记也收下了（{refused.status_code}）"
    answers = send_together(walker.app, client, found.action, [told] * copies)
    if len(answers) != copies:
        return f"{copies - len(answers)} 份没有答复"
    done = acts() - before
    if found.endpoint in WRITES_NOTHING:
        walker.remember(answers)
        return f"不该办理却记了 {done} 件" if done else ""
    kinds = set(answers)
    if done != 1:
        shown = contextvars.Context().run(FlaskClient.open, client, found.action, method="POST", **body(told))
        said = (
            Page(shown.get_data(as_text=True)).complaints()
            if shown.mimetype == "text/html" and shown.status_code != 302
            else []
        )
        return f"{copies} 份记了 {done} 件，答复 {kinds}，{said}"
    if len(kinds) > 1 and found.endpoint not in ENDS_THE_SESSION:
        return f"答复不一样：{kinds}"
    if "form_id" in told and count_of(told["form_id"][0]) != 1:
        return "没有按表单编号记下"
    walker.remember(answers)
    return ""


def count_of(form_id: str) -> int:
    """How many acts came of a form."""
    with store.snapshot() as session:
        return session.scalar(select(func.count()).where(ActRow.form_id == form_id)) or 0


@pytest.mark.long
def test_many_copies_of_every_form_are_one_act_and_none_is_taken_without_its_token(
    walker: Walker, full: bool, figure: Figure
) -> None:
    copies = MANY_COPIES if full else COPIES
    proven: dict[str, str] = {}
    tried: dict[str, list[str]] = {}
    rounds: dict[str, int] = {}
    for round_ in range(ROUNDS):
        if round_ == ROUNDS - 1:
            walker.seeds = []

        def wanted(key: str, now: int = round_) -> bool:
            done = proven.get(key) == "" and (key not in BRINGS_FORTH or rounds.get(key) == now)
            late = key.startswith(LAST)
            return not done and late == (now == ROUNDS - 1) and len(tried.get(key, [])) < 6

        for found in walker.forms(wanted):
            if not wanted(found.key):
                continue
            if found.endpoint == "imports.upload" and found.page != IMPORT_PAGE or found.endpoint in ELSEWHERE:
                continue
            if found.button and found.button[1] in TWENTY_TYPESETTINGS and not full:
                continue
            fresh = walker.again(found)
            if fresh is None:
                continue
            wrong = prove(walker, fresh, copies)
            if proven.get(found.key) != "":
                proven[found.key] = wrong
            rounds[found.key] = round_
            tried.setdefault(found.key, []).append(f"{found.page} {wrong}")
    failed = {
        key: tried[key]
        for key, wrong in proven.items()
        if wrong and not (key.partition("[")[0] in NOT_BROUGHT_FORTH and "记了 0 件" in wrong)
    }
    assert not failed, "\n".join(f"{key}: {told}" for key, told in failed.items())
    posted = {r.endpoint for r in walker.app.url_map.iter_rules() if "POST" in (r.methods or set())}
    nobody_reached = posted - {key.partition("[")[0] for key in proven} - set(WRITES_NOTHING) - set(ELSEWHERE)
    nobody_reached -= set(NOT_BROUGHT_FORTH)
    assert not nobody_reached, f"走遍各页没有遇到这些表单：{nobody_reached}"
    assert not full or {key.partition("[")[2].rstrip("]") for key in proven} >= TWENTY_TYPESETTINGS
    once = sum(not wrong for wrong in proven.values())
    figure(
        "同一表单多份同时到",
        f"{once} 种表单和按钮，每种 {copies} 份，都只算一件；另 {len(proven) - once} 种当时不能办，都没有办",
    )


def test_forms_that_are_different_acts_have_different_effects(walker: Walker) -> None:
    found = next(f for f in walker.forms_of(Role.FINANCE_ENTRY) if f.key == "funds.new[save]")
    copies = [walker.filled(found) | {"form_id": [str(uuid.uuid4())]} for _ in range(5)]
    before = acts()
    answers = send_together(walker.app, walker.clients[found.role], found.action, copies)
    assert acts() - before == 5
    assert len(set(answers)) == 5
