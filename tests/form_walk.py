"""Walking the pages of every role along their links to the forms they offer, and filling those in as a person would."""

from __future__ import annotations

import contextvars
import random
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from flask import Flask
from flask.testing import FlaskClient

from fundsys.domain.rights import Role
from tests.counties import PASSWORD, OfficeClient
from tests.imports.books import PROJECT, book
from tests.pages import Page

PAGES_A_ROLE = 700
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
    "expires_on": "2025-06-30",
    "verdict": "clear",
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
    Role.OWNER: ["/asset-papers?state=approved", "/asset-papers?state=draft", "/library/changes?state=submitted"],
    Role.INSPECTOR: ["/ledgers/LG05?town=城关镇&class=HH"],
    Role.SECADMIN: ["/policy/?year=2031"],
    Role.LEAD: ["/policy/?year=2031", IMPORT_PAGE],
}
"""Pages that a person reaches through a box rather than a link."""
AMOUNTS = tuple(f"payments.{name}" for name in ("new_payment", "edit_payment", "new_disbursement", "new_contract"))
"""Forms that ask for an amount the project still has."""
TREASURY = "凭证号,收款人,金额（元）,支付日期,摘要\n{serial:08d},陇县兴农建设有限公司,100.00,2024-10-08,工程款\n"
"""A treasury list that is not there yet."""
_TARGET = {"name": "硬化道路", "value": "1.2", "unit": "公里"}
"""A performance target as it is typed."""
POSTS = 'method="post"'
"""What a form that acts says of itself; every page has one, to sign out. Pages without another are read for links alone."""
HREFS = re.compile(r'<a\s[^>]*?href="([^"]+)"')
A_FEW = 2
"""Pages of one kind that are walked to."""
OF_A_LIST = 4
"""Pages of one kind that are walked to from where an act has led."""
FILES = re.compile(r"\.[a-z]{3,4}(\?|$)|^/prints/")
"""Addresses that are files, not pages; and papers being proven: no form of the office is there, and each makes a print again."""


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
        self.with_forms: dict[Role, dict[str, set[str]]] = {}
        self.serial = random.Random(7)

    def forms(self, wanted: Callable[[str], bool]) -> Iterator[Found]:
        """Every form of every role's pages, pages of earlier acts first."""
        for role in self.clients:
            yield from self.forms_of(role, wanted)

    def forms_of(self, role: Role, wanted: Callable[[str], bool] = lambda key: True) -> Iterator[Found]:
        """The forms one role is offered: on the first walk along all links, later on pages of new acts and those that had a form still wanted.

        wanted: whether a form of this key is.
        """
        known = self.with_forms.get(role)
        again = ["/"] if known is None else [page for page, keys in known.items() if any(map(wanted, keys))]
        waiting = [*self.seeds, *SEEDS.get(role, []), *again]
        pages = self.with_forms.setdefault(role, {})
        fresh = set(waiting)
        seen: set[str] = set()
        walked: dict[str, int] = {}
        while waiting and len(seen) < PAGES_A_ROLE:
            path = waiting.pop(0)
            endpoint = self.endpoint(path, "GET")
            enough = path not in fresh and walked.get(endpoint, 0) >= A_FEW
            if FILES.search(path) or path in seen or not endpoint or enough:
                continue
            seen.add(path)
            walked[endpoint] = walked.get(endpoint, 0) + 1
            answer = self.get(role, path)
            if answer.mimetype != "text/html" or answer.status_code != 200:
                continue
            html = answer.get_data(as_text=True)
            if html.count(POSTS) < 2 and path != "/" and path not in self.seeds and 'name="project"' not in html:
                if known is None:
                    waiting += (urljoin(path, unescape(link)).partition("#")[0] for link in HREFS.findall(html))
                continue
            page = Page(html)
            found = list(self.on_page(role, path, page))
            pages[path] = {form.key for form in found}
            yield from found
            if path in self.seeds:
                links = self.a_few(_links(path, page.one("main")))
                fresh.update(links)
                waiting[:0] = links
            elif known is None:
                waiting += [*_links(path, page.root), *_choices_of_one_box(path, page)]

    def a_few(self, links: Iterable[str]) -> list[str]:
        """Of links to one kind of page the first ones: a list leads to as many pages as it has rows."""
        kinds: dict[str, list[str]] = {}
        for link in dict.fromkeys(links):
            kinds.setdefault(self.endpoint(link, "GET"), []).append(link)
        return [link for kind, found in kinds.items() if kind for link in found[:OF_A_LIST]]

    def get(self, role: Role, path: str) -> Any:
        """One page, as the server would get the request."""
        answer = contextvars.Context().run(FlaskClient.open, self.clients[role], path)
        assert answer.status_code < 500, f"{role.label} 打开 {path}：{answer.status_code}"
        return answer

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
        if found.endpoint in ("following.take_treasury_list", "check_runs.keep"):
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


def _links(path: str, part: Element) -> Iterator[str]:
    """Where the links of a page, or of a part of it, lead."""
    yield from (urljoin(path, a.get("href", "")).partition("#")[0] for a in part.iter("a") if a.get("href"))


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
