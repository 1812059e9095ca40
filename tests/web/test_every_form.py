"""Every form of the application, found by walking its pages: sent many times at once it is one act, without its token nothing."""

from __future__ import annotations

import contextvars
import random
import re
import tempfile
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.models.journal import Act as ActRow
from fundsys.services import demo
from tests.counties import PASSWORD, OfficeClient, acts
from tests.figures import Figure
from tests.imports.books import PROJECT, book
from tests.pages import Page

COPIES = 6
MANY_COPIES = 20
"""How often a form is sent at once: normally, and in a full run."""
ASSETS = 100
PAGES_A_ROLE = 700
ROUNDS = 4

WRITES_NOTHING = {
    "api_funds.preview": "只重算规则条，供程序调用",
    "funds.preview": "只重算规则条",
    "funds.propose": "只求最小调整，采用后填回分配表",
    "construction.send_piece": "只收下照片的一段；交进度时才记入，由 tests/web/test_projects.py 证明",
    "imports.upload": "只收下文件；存入在 imports.preview",
    "imports.give": "只记下表里没有的值；存入在 imports.preview",
    "imports.cancel": "只删除收下的文件",
    "working.keep_draft": "只留下填了一半的表单，由 tests/web/test_working_together.py 证明",
    "working.drop_draft": "只丢掉填了一半的表单，由 tests/web/test_working_together.py 证明",
    "people.sign_in": "不是业务办理；登录另有 tests/web/test_people.py",
}
"""Forms and addresses that are no act of the office."""
BY_REQUEST = "接口没有页面；同一请求号只算一件由 tests/web/test_api_allocating.py、test_api_payments.py 证明"
ELSEWHERE = {
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
        for name in ("new_formation", "new_split", "new_merge", "new_reversal")
    },
    **{
        f"income.{name}": "要填成行的应收和分配，或者要有未收的收益；同一表单只办一次由 tests/web/test_income.py 证明"
        for kind in ("contract", "receipt", "settlement", "sharing", "payout", "idle")
        for name in (f"new_{kind}", f"edit_{kind}", "new_revival", "new_taking_back")
    },
    "industry.withdraw": "演示县的建议这时都已审定或退回；同一表单只撤回一次由 tests/web/test_industry_desk.py 证明",
    "industry.dispose": "只在调整一批的项目页上；同一表单只确认一次由 tests/web/test_industry_desk.py 证明",
    "industry.rehearsal": "要先预演才有确认；同一表单只改一次由 tests/web/test_industry_desk.py 证明",
    "imports.preview": "要先收下一份工作簿；确认单多份只存一次由 tests/web/test_imports.py 证明",
    "corrections.adjust": "要在两个项目之间填得相等；同一表单只记一份文书由 tests/web/test_corrections.py 证明",
    "funds.reverse": "演示县的分配都已拨付或支付，不能冲销；一笔只冲一次由 tests/services/test_funds.py 证明",
    "periods.review": "交上来以后账目又变了的月份不能结账，走遍各页时正是这样；结一次由 tests/services/test_periods.py 证明",
    "funds.rebalance_year": "演示县的规则都达到，没有方案可拟；同一方案只拟一次由 tests/web/test_rebalance.py 证明",
}
"""Forms that the walk need not come to, and where they are proven."""
NOT_BROUGHT_FORTH = (
    *(f"payments.{name}" for name in ("new_payment", "edit_payment", "new_contract", "edit_contract", "step_contract")),
    *(f"payments.{name}" for name in ("new_disbursement", "delete_disbursement", "reverse_disbursement")),
    *(f"payments.{name}" for name in ("edit_request", "reverse_payment", "drafts")),
    *("working.approve_corrections", "working.confirm_contracts"),
    *("corrections.delete", "corrections.submit", "periods.hand_over", "periods.reopen", "policy.refuse"),
)
"""Forms whose state the walk does not always bring forth in the demo county: money still to be paid, papers half done.

Where it meets them they must not be done twice; that one of them is done is proven by their own tests in tests/web.
"""
ASSET_PAPERS = {
    "valuation": {"value": "12.5", "appraiser": "陇县资产评估事务所"},
    "title": {
        "scope": "village", "certificate_no": "陇资确〔2024〕91号", "handed_over_on": "2024-11-12",
        "giver": "县畜产局", "receiver": "村股份经济合作社", "overseer": "八渡镇人民政府",
    },
    "disposal": {
        "meeting": "村民代表会议", "owner_opinion": "同意", "town_opinion": "属实", "bureau_opinion": "同意",
        "appraised": "0.5", "appraiser": "陇县资产评估事务所", "proceeds": "0.5", "proceeds_on": "2024-11-12",
        "proceeds_use": "用于本村公益设施",
    },
}  # fmt: skip
"""What the papers of an asset ask, by kind."""
NO_ACT_BUTTONS = {"count": "只算一算", "fill": "只填格子", "more": "只加空行"}
"""Buttons that only draw the page anew."""
TWENTY_TYPESETTINGS = {"pdf"}
"""Buttons whose twenty copies are twenty typesettings: pressed in a full run; the same view is proven with the others."""
ENDS_THE_SESSION = {"people.sign_out": "退出", "people.change_password": "密码改了，别处的登录立即失效"}
"""Forms after which the other copies come from a session that has ended: one act still, answers of two kinds."""
ANSWERS_BY_NAME = {
    "document_no": "宝市财办农〔2024〕91号",
    "title": "关于下达2024年衔接推进乡村振兴补助资金的通知",
    "issued_on": "2024-10-18",
    "received_on": "2024-10-21",
    "stated_total": "10",
    "lines-1-amount": "10",
    "reason": "经核对，资料与项目批复不一致",
    "words": "路面浇筑完成",
    "old": PASSWORD,
    "new": "Guan-Shan-2025-longer",
    "again": "Guan-Shan-2025-longer",
    "login": "xinren",
    "name": "新来的",
    "unit": "县财政局",
    "text": "66%",
    "document": "陇县办发〔2024〕9号",
    "plan_name": "先保产业",
    "due_on": "2025-06-30",
    "measure": "补齐附属设施，年底前投产",
    "responsible": "王建国",
    "label": "其他帮扶支出",
    "why": "核对收款账户",
    "payee": "陇县兴农建设有限公司",
    "signed_on": "2024-11-01",
    "advance_bp": "30",
    "progress_bp": "80",
    "retention_bp": "3",
    "kept_at": "村委会档案柜",
    "place": "县乡村振兴局项目股",
    "content": "硬化道路 1.2 公里",
    "planned_fiscal": "36",
    "financing": "财政资金",
    "performance_target": "受益农户 40 户",
    "farmer_linkage": "就近务工",
    "plan_start_on": "2025-03-10",
    "plan_end_on": "2025-09-30",
    "households": "40",
    "people": "120",
    "problem": "两户用地没有协调好，排水沟停工",
}
"""What is typed into an empty box that must be filled, by the box's name."""
IMPORT_PAGE = "/imports/projects"
"""The kind of workbook that is taken in; the view is the same for all kinds."""
SEEDS = {
    Role.FINANCE_ENTRY: [
        "/allocations?state=approved&sort=-number",
        "/payments?state=approved",
        "/disbursements?state=approved",
        "/corrections?state=draft",
        "/periods/2024/10",
        "/periods/2024/9",
    ],
    Role.FINANCE_REVIEW: ["/periods/2024/10", "/periods/2024/9"],
    Role.INSPECTOR: ["/ledgers/LG05?town=城关镇&class=HH"],
    Role.SECADMIN: ["/policy/?year=2031"],
    Role.LEAD: ["/policy/?year=2031", IMPORT_PAGE],
}
"""Pages that a person reaches through a box rather than a link."""
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
AMOUNTS = tuple(f"payments.{name}" for name in ("new_payment", "edit_payment", "new_disbursement", "new_contract"))
"""Forms that ask for an amount the project still has."""
TREASURY = "凭证号,收款人,金额（元）,支付日期,摘要\n{serial:08d},陇县兴农建设有限公司,100.00,2024-10-08,工程款\n"
"""A treasury list that is not there yet."""
_TARGET = {"name": "硬化道路", "value": "1.2", "unit": "公里"}
"""A performance target as it is typed."""
A_FEW = 3
FILES = re.compile(r"\.[a-z]{3,4}(\?|$)")
"""Addresses that are files, not pages."""
"""Pages of one kind that are walked to."""


@dataclass(frozen=True)
class Found:
    """A form as a page offers it: whose, where, one of its buttons, and what stands in its boxes."""

    role: Role
    page: str
    action: str
    endpoint: str
    button: tuple[str, str] | None
    boxes: tuple[tuple[str, str], ...]
    blank: tuple[str, ...]
    files: tuple[str, ...]
    ticks: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """What tells this form from the others."""
        return self.endpoint + (f"[{self.button[1]}]" if self.button else "")


class Walker:
    """Somebody of every role, walking from the front page along the links."""

    def __init__(self, app: Flask, logins: dict[Role, str]) -> None:
        self.app = app
        self.clients = {role: _signed_in(app, login) for role, login in logins.items()}
        self.seeds: list[str] = []
        self.with_forms: dict[Role, list[str]] = {}
        self.serial = random.Random(7)
        self.copies = COPIES

    def forms(self) -> Iterator[Found]:
        """Every form of every role's pages, pages of earlier acts first."""
        for role in self.clients:
            yield from self.forms_of(role)

    def forms_of(self, role: Role) -> Iterator[Found]:
        """The forms one role is offered: on the first walk along all links, later on pages that had forms and those of new acts."""
        known = self.with_forms.get(role)
        waiting = [*self.seeds, *SEEDS.get(role, []), *(["/"] if known is None else known)]
        pages = self.with_forms.setdefault(role, [])
        fresh = set(waiting)
        seen: set[str] = set()
        walked: dict[str, int] = {}
        while waiting and len(seen) < PAGES_A_ROLE:
            path = waiting.pop(0)
            endpoint = self.endpoint(path, "GET")
            if (
                FILES.search(path)
                or path in seen
                or not endpoint
                or (path not in fresh and walked.get(endpoint, 0) >= A_FEW)
            ):
                continue
            seen.add(path)
            walked[endpoint] = walked.get(endpoint, 0) + 1
            answer = self.get(role, path)
            if answer.mimetype != "text/html" or answer.status_code != 200:
                continue
            page = Page(answer.get_data(as_text=True))
            if len([form for form in page.all("form") if form.get("method") == "post"]) > 1 and path not in pages:
                pages.append(path)
            yield from self.on_page(role, path, page)
            links = [urljoin(path, a.get("href", "")).partition("#")[0] for a in page.all("a") if a.get("href")]
            links += list(_choices_of_one_box(path, page))
            if path in self.seeds:
                fresh.update(links)
                waiting[:0] = links
            elif known is None:
                waiting += links

    def get(self, role: Role, path: str) -> Any:
        """One page, as the server would get the request."""
        return contextvars.Context().run(FlaskClient.open, self.clients[role], path)

    def on_page(self, role: Role, path: str, page: Page) -> Iterator[Found]:
        """The forms of one page, once for each button that acts."""
        for form in page.all("form"):
            if form.get("method") != "post":
                continue
            action = urljoin(path, form.get("action") or path)
            endpoint = self.endpoint(action, "POST")
            assert endpoint, f"{path} 上的表单送到没有人收的地址 {action}"
            boxes, blank, files, buttons = _boxes(page, form)
            ticks = _rows_to_choose(form)
            for button in buttons or [None]:
                if button is None or button[1] not in NO_ACT_BUTTONS:
                    yield Found(role, path, action, endpoint, button, tuple(boxes), tuple(blank), tuple(files), ticks)

    def endpoint(self, address: str, method: str) -> str:
        """The view behind an address of ours; "" for none."""
        parts = urlsplit(address)
        if parts.netloc or not parts.path.startswith("/"):
            return ""
        try:
            return str(self.app.url_map.bind("localhost").match(parts.path, method)[0])
        except Exception:
            return ""

    def remember(self, answers: list[tuple[int, str]]) -> None:
        """Walk first, from now on, to where an act has led."""
        led = [place for _, place in answers if place.startswith("/")]
        self.seeds = [*dict.fromkeys(led[:3] + self.seeds)][:60]

    def again(self, found: Found) -> Found | None:
        """The same form as its page offers it now; None when it does no longer."""
        answer = self.get(found.role, found.page)
        if answer.mimetype != "text/html" or answer.status_code != 200:
            return None
        fresh = self.on_page(found.role, found.page, Page(answer.get_data(as_text=True)))
        return next((one for one in fresh if one.key == found.key and one.action == found.action), None)

    def filled(self, found: Found) -> dict[str, Any]:
        """What a person would send: what stands there, and an answer in every box that must have one."""
        told: dict[str, Any] = {}
        for name, value in found.boxes:
            told.setdefault(name, []).append(value)
        answers = dict(ANSWERS_BY_NAME) | {
            "document_no": f"宝市财办农〔2024〕{self.serial.randrange(100, 99_999)}号",
            "login": f"xinren{self.serial.randrange(10**6)}",
            "code": str(self.serial.randrange(10**6, 10**7)),
            "contract_no": f"LX{self.serial.randrange(10**6)}",
        }
        for name in found.blank:
            if name in answers:
                told[name] = [answers[name]]
        told |= {name: [value] for name, value in self.special(found, told).items()}
        if found.button:
            told[found.button[0]] = [found.button[1]]
        for name in found.files:
            if found.endpoint == "imports.upload":
                told[name] = [self.workbook()]
            elif found.endpoint == "following.take_treasury_list":
                told[name] = [("国库支付清单.csv", TREASURY.format(serial=self.serial.randrange(10**6)).encode())]
            elif name == "papers":
                told[name] = [("扫描件.pdf", b"%PDF-1.7 " + found.page.encode())]
        return told

    def special(self, found: Found, told: dict[str, list[str]]) -> dict[str, str]:
        """Answers that cannot be told from the box alone."""
        if found.endpoint == "funds.allocate":
            amounts = [name for name in found.blank if name.startswith("amount-")]
            return {amounts[0]: "0.01"}
        if found.endpoint in ("funds.new", "funds.edit"):
            source = next(value for value in _choices(self, found, "lines-1-source") if value)
            return {"lines-1-source": told["lines-1-source"][0] or source}
        if found.endpoint == "following.take_treasury_list":
            return {"unit": ""}
        choices = [name for name in told if name.startswith("choice-")]
        if choices:
            return {choices[0]: "return", choices[0].replace("choice-", "why-"): "资料不齐，请补正"}
        if found.endpoint == "library.propose":
            kinds = ("output", "benefit", "satisfaction")
            return {
                f"target-{k}-{n}": v for n, kind in enumerate(kinds, 1) for k, v in _TARGET.items() | {("kind", kind)}
            }
        if found.endpoint == "library.change":
            return {"place": f"{self.serial.randrange(100)} 组"}
        if found.endpoint == "people.rights":
            return {"unit": "县审计局"}
        if found.endpoint in ("payments.new_request", "payments.edit_request"):
            contract = next((value for value in _choices(self, found, "contract_id") if value), "")
            return {"amount": "0.01", "contract_id": contract, "documents": "发票、进度确认单"}
        if found.endpoint in AMOUNTS:
            return {"amount": "0.01"}
        desk, _, view = found.endpoint.partition(".")
        if desk == "matters" and (paper := ASSET_PAPERS.get(view.partition("_")[2])):
            return paper
        if found.endpoint == "working.accept_requests":
            return {name: value for name, value in found.ticks[:1]} | {"paid_on": "2024-11-15"}
        if found.ticks:
            return {name: value for name, value in found.ticks[:1]}
        if found.endpoint == "policy.show":
            return {"text": "66%"}
        return {}

    def workbook(self) -> tuple[str, bytes]:
        """A workbook with one project that is not there yet."""
        with tempfile.TemporaryDirectory() as folder:
            number = f"2024-9{self.serial.randrange(1000):03d}"
            path = book(Path(folder) / "新项目.xlsx", "projects", [PROJECT | {"code": number}])
            return path.name, path.read_bytes()


def _choices_of_one_box(path: str, page: Page) -> Iterator[str]:
    """Where the first choices lead on a page that only asks which project it is about."""
    for form in page.all("form"):
        boxes = [box for box in form.iter() if box.tag in ("select", "input")]
        if form.get("method") == "get" and [box.get("name") for box in boxes] == ["project"]:
            values = [option.get("value", "") for option in boxes[0].iter("option")]
            yield from (urljoin(path, f"?project={value}") for value in values[:A_FEW])


def _choices(walker: Walker, found: Found, name: str) -> list[str]:
    """The values of a select."""
    page = Page(walker.get(found.role, found.page).get_data(as_text=True))
    return [o.get("value", "") for o in page.one("select", name_=name).iter("option")]


def _signed_in(app: Flask, login: str) -> OfficeClient:
    app.test_client_class = OfficeClient
    client: Any = app.test_client()
    answer = client.send("/people/sign-in", {"account": login, "password": PASSWORD})
    assert answer.status_code == 302
    return client  # type: ignore[no-any-return]


def _boxes(page: Page, form: Element) -> tuple[list[tuple[str, str]], list[str], list[str], list[tuple[str, str]]]:
    """What stands in the boxes of a form, the names of blank ones, those for files, and its buttons with a value."""
    inside = {id(e) for e in form.iter()}
    own = [e for e in page.root.iter() if id(e) in inside or (form.get("id") and e.get("form") == form.get("id"))]
    boxes: list[tuple[str, str]] = []
    blank: list[str] = []
    files: list[str] = []
    buttons: list[tuple[str, str]] = []
    radios: dict[str, str] = {}
    for box in own:
        name, kind = box.get("name", ""), box.get("type", "")
        if box.tag == "button" and name:
            buttons.append((name, box.get("value", "")))
        if box.tag not in ("input", "select", "textarea") or not name:
            continue
        if kind == "file":
            files.append(name)
            continue
        if kind in ("radio", "checkbox") and box.get("checked") is None:
            if kind == "radio":
                radios.setdefault(name, box.get("value", ""))
            continue
        value = _value(box)
        boxes.append((name, value))
        if not value.strip():
            blank.append(name)
    named = {name for name, _ in boxes}
    boxes += [(name, value) for name, value in radios.items() if name not in named]
    return boxes, blank, files, buttons


def _rows_to_choose(form: Element) -> tuple[tuple[str, str], ...]:
    """The rows of a list that can be ticked, where none is ticked yet."""
    rows = [box for box in form.iter("input") if box.get("name") == "chosen"]
    return (
        ()
        if any(row.get("checked") is not None for row in rows)
        else tuple(("chosen", r.get("value", "")) for r in rows)
    )


def _value(box: Element) -> str:
    if box.tag == "textarea":
        return box.text or ""
    if box.tag == "select":
        options = list(box.iter("option"))
        chosen = next((o for o in options if o.get("selected") is not None), None)
        if chosen is None and box.get("required") is not None:
            chosen = next((o for o in options if o.get("value")), None)
        return chosen.get("value", "") if chosen is not None else ""
    return box.get("value", "")


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
def walker(app: Flask) -> Walker:
    """The demo county, and somebody of every role in it."""
    built = demo.build(ASSETS, password=PASSWORD)
    return Walker(app, {account.role: account.login for account in built.accounts})


def prove(walker: Walker, found: Found) -> str:
    """Send one form twenty times at once; what is wrong with what came of it, "" when nothing is."""
    told = walker.filled(found)
    client = walker.clients[found.role]
    before = acts()
    naked = {name: values for name, values in told.items() if name != "csrf_token"}
    refused = contextvars.Context().run(FlaskClient.open, client, found.action, method="POST", **body(naked))
    if refused.status_code not in (400, 422) or acts() != before:
        return f"没有防伪标记也收下了（{refused.status_code}）"
    answers = send_together(walker.app, client, found.action, [told] * walker.copies)
    if len(answers) != walker.copies:
        return f"{walker.copies - len(answers)} 份没有答复"
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
        return f"{walker.copies} 份记了 {done} 件，答复 {kinds}，{said}"
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


def test_many_copies_of_every_form_are_one_act_and_none_is_taken_without_its_token(
    walker: Walker, full: bool, figure: Figure
) -> None:
    if not full and not store.is_sqlite():
        pytest.skip(
            "在 PostgreSQL 上走遍各页只在 ./test --full 时执行；同一表单只办一次两种数据库都由 tests/storage/test_acts.py 证明"
        )
    walker.copies = MANY_COPIES if full else COPIES
    proven: dict[str, str] = {}
    tried: dict[str, list[str]] = {}
    rounds: dict[str, int] = {}
    for round_ in range(ROUNDS):
        for found in walker.forms():
            late = found.endpoint.startswith(LAST)
            done = proven.get(found.key) == "" and (found.key not in BRINGS_FORTH or rounds.get(found.key) == round_)
            if done or late != (round_ == ROUNDS - 1) or len(tried.get(found.key, [])) >= 6:
                continue
            if found.endpoint == "imports.upload" and found.page != IMPORT_PAGE or found.endpoint in ELSEWHERE:
                continue
            if found.button and found.button[1] in TWENTY_TYPESETTINGS and not full:
                continue
            fresh = walker.again(found)
            if fresh is None:
                continue
            wrong = prove(walker, fresh)
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
        f"{once} 种表单和按钮，每种 {walker.copies} 份，都只算一件；另 {len(proven) - once} 种当时不能办，都没有办",
    )


def test_forms_that_are_different_acts_have_different_effects(walker: Walker) -> None:
    found = next(f for f in walker.forms_of(Role.FINANCE_ENTRY) if f.key == "funds.new[save]")
    copies = [walker.filled(found) | {"form_id": [str(uuid.uuid4())]} for _ in range(5)]
    before = acts()
    answers = send_together(walker.app, walker.clients[found.role], found.action, copies)
    assert acts() - before == 5
    assert len(set(answers)) == 5
