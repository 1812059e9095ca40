"""The boxes of a form: what people type is read exactly, what cannot be read comes back as typed, with one sentence why."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage, MultiDict

from fundsys.domain.coded import Coded
from fundsys.domain.dates import half_open, parse_day
from fundsys.domain.document_no import document_no
from fundsys.domain.errors import DomainError, Stale
from fundsys.domain.money import Money, exact_wan, exact_yuan
from fundsys.domain.terms import Term
from fundsys.extensions import db
from fundsys.models.journal import Act as ActRow
from fundsys.services.acts import Act
from fundsys.web import filters
from fundsys.web.forms import (
    ChoiceField,
    CodeField,
    DateField,
    DocumentNoField,
    NumberField,
    OfficeForm,
    PercentField,
    PhotosField,
    PickField,
    TextField,
    TickField,
    WanField,
    YuanField,
)
from tests.pages import Page, words
from tests.web.test_parts import ROOT, STATIC


class Task(Coded):
    """Some tasks, for choosing."""

    CONSOLIDATE = "T1", "巩固衔接"
    RELIEF = "T2", "以工代赈"
    MINORITY = "T3", "少数民族发展"


class NoticeForm(OfficeForm):
    """A form with a box of every kind."""

    document_no = DocumentNoField(Term("document_no", "指标文号", example="宝市财办农〔2024〕12号"), required=True)
    amount = WanField(Term("amount", "下达金额", "万元"), required=True)
    paid = YuanField(Term("paid", "支付金额", "元"), above_zero=True)
    balance = WanField(Term("balance", "调整金额"), signed=True)
    received_on = DateField(Term("received_on", "收文日期", hint="键入 1018 即可"), required=True, year=lambda: 2024)
    task = ChoiceField(Term("task", "资金任务"), Task, only=(Task.CONSOLIDATE, Task.RELIEF))
    unit = PickField(Term("unit", "实施单位"), options=[(7, "县水利局"), (8, "县林业局")])
    code = CodeField(Term("code", "项目编号", example="2024-0031"))
    households = NumberField(Term("households", "受益户数", "户"), most=9999)
    area = NumberField(Term("area", "面积", "亩"), places=2)
    percent = PercentField(Term("percent", "形象进度"))
    share = PercentField(Term("share", "占比"), exact=True)
    words = TextField(Term("words", "说明"), rows=3, limit=10)
    name = TextField(Term("name", "名称"))
    checked = TickField(Term("checked", "已核对原件"))
    photos = PhotosField(Term("photos", "现场照片"), least=0, most=2)


GOOD = {"document_no": "宝市财办农〔2024〕12号", "amount": "2,360.00", "received_on": "2024-10-21"}
Ask = Callable[..., NoticeForm]


@pytest.fixture(scope="module")
def paper() -> Flask:
    """An application of forms only: no county, no database."""
    app = Flask("fundsys.web", static_folder=str(STATIC), template_folder=str(ROOT / "templates"))
    app.config.update(SECRET_KEY="forms", WTF_CSRF_ENABLED=False)
    filters.register(app)
    return app


@pytest.fixture
def ask(paper: Flask) -> Ask:
    """Posts a form: the good answers, and these instead."""

    def post(**answers: Any) -> NoticeForm:
        with paper.test_request_context(method="POST", data=MultiDict({**GOOD, **answers})):
            form = NoticeForm()
            form.submitted()
            return form

    return post


def complaint(form: NoticeForm, name: str) -> str:
    """The one sentence at a box, or nothing."""
    said = form[name].errors
    assert len(said) <= 1
    return said[0] if said else ""


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("2,360.00", 2_360_000_000),
        ("１，２３４．５", 1_234_500_000),
        (" 0.000001 ", 1),
        ("2360万元", 2_360_000_000),
        ("0", 0),
    ],
)
def test_wan_are_read_to_the_fen(ask: Ask, typed: str, fen: int) -> None:
    form = ask(amount=typed)
    assert complaint(form, "amount") == ""
    assert form.amount.data == Money(fen)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("二千", "“二千”不是金额，请填写数字，例如 1,234.50"),
        ("1.0000001", "“1.0000001”万元精确不到分，万元最多 6 位小数"),
        ("-1", "下达金额不能小于 0"),
        ("", "请填写下达金额"),
        ("   ", "请填写下达金额"),
        ("1e3", "“1e3”不是金额，请填写数字，例如 1,234.50"),
        ("2360元", "“2360元”不是金额，请填写数字，例如 1,234.50"),
    ],
)
def test_what_is_no_amount_comes_back_as_typed_with_one_sentence(ask: Ask, typed: str, said: str) -> None:
    form = ask(amount=typed)
    assert complaint(form, "amount") == said
    assert form.amount._value() == typed


def test_yuan_and_wan_are_not_mixed_up(ask: Ask) -> None:
    assert ask(paid="1,234.56").paid.data == Money(123_456)
    assert ask(paid="5元").paid.data == Money(500)
    assert "不是金额" in complaint(ask(paid="5万元"), "paid")
    assert complaint(ask(paid="0"), "paid") == "支付金额须大于 0"
    assert ask(balance="-12.5").balance.data == -Money.wan("12.5")


@given(st.integers(min_value=0, max_value=10**16))
def test_a_saved_amount_is_shown_so_that_saving_it_again_changes_nothing(fen: int) -> None:
    assert Money.wan(exact_wan(Money(fen))) == Money(fen)
    assert Money.yuan(exact_yuan(Money(fen))) == Money(fen)


def test_an_edit_box_holds_every_digit(paper: Flask) -> None:
    with paper.test_request_context():
        form = NoticeForm(
            data={"amount": Money(1_234_567_891), "area": Decimal("1E+2"), "share": 6554, "task": Task.RELIEF}
        )
        assert form.amount._value() == "1234.567891"
        assert form.area._value() == "100"
        assert form.share._value() == "65.54"
        assert form.task._value() == "T2"


@pytest.mark.parametrize(
    "typed",
    [
        "2024-10-18",
        "2024.10.18",
        "2024/10/18",
        "2024年10月18日",
        "20241018",
        "２０２４－１０－１８",
        "1018",
        "10-18",
        "10月18日",
    ],
)
def test_a_day_is_read_however_it_is_written(ask: Ask, typed: str) -> None:
    assert ask(received_on=typed).received_on.data == date(2024, 10, 18)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2024-02-30", "“2024-02-30”不是日历上的日子，请核对"),
        ("明天", "“明天”不是日期，请写成 2024-03-01"),
        ("2024-13-01", "“2024-13-01”不是日历上的日子，请核对"),
        ("0024-01-01", "“0024-01-01”的年份不对，请核对"),
        ("45000", "“45000”不是日期，请写成 2024-03-01"),
        ("", "请填写收文日期"),
    ],
)
def test_what_is_no_day_is_refused_with_a_sentence(ask: Ask, typed: str, said: str) -> None:
    assert complaint(ask(received_on=typed), "received_on") == said


def test_a_day_without_a_year_needs_one_to_be_meant() -> None:
    assert parse_day("0229", 2024) == date(2024, 2, 29)
    for text, year in (("0229", 2023), ("0229", None)):
        with pytest.raises(DomainError):
            parse_day(text, year)


def test_a_range_people_say_inclusive_is_half_open_inside() -> None:
    assert half_open(date(2024, 1, 1), date(2024, 12, 31)) == (date(2024, 1, 1), date(2025, 1, 1))
    assert half_open(None, None) == (None, None)


@pytest.mark.parametrize("brackets", ["〔〕", "﹝﹞", "[]", "()", "（）", "【】", "［］", "〔〕"])
def test_a_document_number_has_one_way_of_writing(ask: Ask, brackets: str) -> None:
    form = ask(document_no=f" 宝市财办农{brackets[0]} ２０２４ {brackets[1]}１２ 号")
    assert form.document_no.data == "宝市财办农〔2024〕12号"
    assert document_no(form.document_no.data) == form.document_no.data


@pytest.mark.parametrize(
    "typed", ["12号", "宝市财办农2024年12号", "〔2024〕12号", "宝市财办农〔2024〕12", "宝市财办农〔24〕12号"]
)
def test_what_is_no_document_number_is_refused(ask: Ask, typed: str) -> None:
    assert "不像文号" in complaint(ask(document_no=typed), "document_no")


def test_only_what_is_offered_can_be_chosen(ask: Ask) -> None:
    assert ask(task="T2").task.data is Task.RELIEF
    assert complaint(ask(task="T3"), "task") == "请从列出的资金任务中选择"
    assert ask(unit="7").unit.data == 7
    for forged in ("9", "7 or 1", "７", "-7", "99999999999999999999"):
        assert complaint(ask(unit=forged), "unit") == "请从列出的实施单位中选择"
    assert ask(task="", unit="").answers()["unit"] is None


def test_numbers_keep_to_their_range_and_their_decimals(ask: Ask) -> None:
    assert ask(households="１,２００ 户").households.data == 1200
    assert complaint(ask(households="9999"), "households") == ""
    assert complaint(ask(households="10000"), "households") == "受益户数不能大于 9999"
    assert complaint(ask(households="1.5"), "households") == "受益户数须为整数"
    assert ask(area="12.50").area.data == Decimal("12.50")
    assert complaint(ask(area="12.505"), "area") == "面积最多 2 位小数"
    assert complaint(ask(area="十亩"), "area") == "“十亩”不是数，请填写数字"


def test_a_percent_is_whole_or_basis_points_and_never_over_a_hundred(ask: Ask) -> None:
    assert ask(percent="72%").percent.data == 72
    assert ask(percent="100").percent.data == 100
    assert complaint(ask(percent="101"), "percent") == "形象进度不能大于 100"
    assert complaint(ask(percent="72.5"), "percent") == "形象进度须为整数"
    assert ask(share="65.54").share.data == 6554
    assert complaint(ask(share="65.545"), "share") == "占比最多 2 位小数"


def test_words_are_cut_of_blanks_and_refuse_what_cannot_be_seen(ask: Ask) -> None:
    assert ask(words="  一\r\n二  ").words.data == "一\n二"
    assert complaint(ask(words="一" * 10), "words") == ""
    assert complaint(ask(words="一" * 11), "words") == "说明最多 10 个字，现在是 11 个"
    assert complaint(ask(name="一\n二"), "name") == "名称只能写一行"
    assert "看不见的字符" in complaint(ask(name="陇\u202e县"), "name")
    assert ask(code=" ２０２４-００３１a ").code.data == "2024-0031A"
    assert complaint(ask(code="甲"), "code") == "“甲”不是项目编号，例如 2024-0031"


def test_photos_are_counted(paper: Flask) -> None:
    def send(count: int) -> NoticeForm:
        files = [FileStorage(io.BytesIO(b"x"), filename=f"{i}.jpg") for i in range(count)]
        with paper.test_request_context(
            method="POST", data=MultiDict([*GOOD.items(), *(("photos", f) for f in files)])
        ):
            form = NoticeForm()
            form.submitted()
            return form

    assert [f.filename for f in send(2).photos.data or []] == ["0.jpg", "1.jpg"]
    assert complaint(send(3), "photos") == "现场照片最多 2 张，现在是 3 张"
    assert send(0).photos.data == []


def test_the_answers_are_parsed_and_without_housekeeping(ask: Ask) -> None:
    answers = ask(form_id=str(uuid.uuid4()), version="3", checked="1").answers()
    assert answers["checked"] is True
    assert answers["amount"] == Money.wan("2360")
    assert not {"csrf_token", "form_id", "version"} & set(answers)


def test_a_form_keeps_its_id_through_errors_and_takes_no_other_text_for_one(ask: Ask) -> None:
    mine = str(uuid.uuid4())
    assert ask(form_id=mine, amount="x").form_id.data == mine
    forged = ask(form_id="1'; drop table").form_id.data
    assert forged and str(uuid.UUID(forged)) == forged
    assert ask(version="3").version.data == 3
    assert ask(version="").version.data is None
    assert complaint(ask(version="x"), "version") == "页面缺少版本号，请重新打开再填"


FORM_PAGE = """{% extends "layout/base.html" %}{% from "parts/form.html" import error_summary, form_page, field, group, photo_field %}
{% block title %}登记{% endblock %}{% block body %}<main><h1>登记</h1>{{ error_summary(form) }}{% call form_page(form, "登记", keep="notice", cancel_url="/") %}
{% call group("全部") %}{% for f in form if f.term is defined and f.kind != "photos" %}{{ field(f) }}{% endfor %}{{ field(form.task, picks=true) if picks }}{{ photo_field(form.photos) }}{% endcall %}{% endcall %}</main>{% endblock %}"""


def test_a_refused_form_says_what_to_correct_links_to_it_and_keeps_everything(paper: Flask) -> None:
    typed = {
        "document_no": '<b>"12',
        "amount": "二千",
        "received_on": "",
        "words": "<i>一\n二",
        "unit": "8",
        "checked": "1",
    }
    with paper.test_request_context(method="POST", data=typed):
        form = NoticeForm()
        assert not form.submitted()
        page = Page(render_template_string(FORM_PAGE, form=form))
    assert page.complaints() == [
        '指标文号：“<b>"12”不像文号，请写成 宝市财办农〔2024〕12号',
        "下达金额：“二千”不是金额，请填写数字，例如 1,234.50",
        "收文日期：请填写收文日期",
    ]
    assert [a.get("href") for box in page.all("div", id="errors") for a in box.iter("a")] == [
        "#document_no",
        "#amount",
        "#received_on",
    ]
    assert {name: page.values()[name] for name in typed} == typed | {"checked": "1"}
    box = page.one("input", id="amount")
    assert box.get("aria-invalid") == "true"
    assert words(page.one("span", id="amount-err")) == "“二千”不是金额，请填写数字，例如 1,234.50"
    assert page.faults() == []


def test_a_fresh_form_names_every_box_and_says_what_must_be_filled(paper: Flask) -> None:
    with paper.test_request_context():
        page = Page(render_template_string(FORM_PAGE, form=NoticeForm()))
    assert page.faults() == []
    assert words(page.one("label", for_="amount")) == "下达金额 （必填）"
    assert words(page.one("label", for_="name")) == "名称"
    assert words(page.one("span", id="received_on-eg")) == "键入 1018 即可"
    assert not page.complaints()


@pytest.mark.only_on("sqlite")
def test_a_refusal_of_the_office_stands_at_its_box_and_the_act_leaves_no_trace(app: Flask) -> None:
    def refuse(*, act: Act, amount: Money) -> None:
        raise DomainError("该指标剩余 1.00 万元，不够本次分配", field="amount")

    with app.test_request_context(method="POST", data=GOOD):
        form = NoticeForm(meta={"csrf": False})
        assert form.submitted()
        before = db.session.scalar(select(func.count()).select_from(ActRow))
        assert form.try_to(refuse, amount=Money(1)) is False
        assert db.session.scalar(select(func.count()).select_from(ActRow)) == before
        assert complaint(form, "amount") == "该指标剩余 1.00 万元，不够本次分配"
        assert form.amount._value() == GOOD["amount"]


@pytest.mark.only_on("sqlite")
def test_the_same_form_twice_is_one_act_with_one_answer(app: Flask) -> None:
    done: list[int] = []

    def register(*, act: Act) -> int:
        """登记一次."""
        done.append(act.seq)
        act.answer = "第 1 号"
        return act.seq

    form_id = str(uuid.uuid4())
    told = []
    for _ in range(2):
        with app.test_request_context(method="POST", data=GOOD | {"form_id": form_id}):
            form = NoticeForm(meta={"csrf": False})
            assert form.submitted()
            assert form.try_to(register)
            told.append(form.repeated)
    assert len(done) == 1
    assert told == [None, "第 1 号"]


@pytest.mark.only_on("sqlite")
def test_a_stale_save_reaches_the_page_that_compares_both_texts(app: Flask) -> None:
    def save(*, act: Act) -> None:
        raise Stale("已被改过", theirs={"amount": "1.00"}, mine={"amount": "2.00"})

    with app.test_request_context(method="POST", data=GOOD):
        form = NoticeForm(meta={"csrf": False})
        with pytest.raises(Stale):
            form.try_to(save)
        assert form.shown_answers()["amount"] == "2,360.00"
