"""The pages of stocktakes: a campaign opened, counted from paper, phone and workbook, its differences decided, its end."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.domain.row_codes import shown_code
from fundsys.models.stocktakes import CountEntry, CountSurplus, CountTreatment, Stocktake
from tests.counties import OfficeClient, acts
from tests.pages import Page, words
from tests.stocktakes import TODAY, campaign, count, elsewhere, lines, town_assets, town_places
from tests.upkeep import make_assets

Clients = Callable[..., OfficeClient]
DAY = TODAY.isoformat()
PICTURE = b"\xff\xd8\xff\xe0 lamp"


def told(answer: Any, status: int = 200) -> str:
    """The words of a page."""
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return words(Page(answer.get_data(as_text=True)).one("main"))


def newest(table: Any) -> int:
    """The id of the last row of a table."""
    with store.snapshot() as session:
        return session.scalars(select(table.id).order_by(table.id.desc()).limit(1)).one()


def test_a_campaign_goes_from_its_opening_to_its_end(client_as: Clients) -> None:
    lead, town = client_as(Role.LEAD), client_as(Role.TOWN)
    town_assets(4)
    make_assets(1, **elsewhere())
    boxes = {"name": "年终盘点", "register_on": DAY, "due_on": DAY, "towns": str(town_places()[0]), "classes": "PUB"}
    made = lead.send("/stocktakes/new", boxes)
    assert made.status_code == 302, told(made, 422)
    page = told(lead.get(made.location))
    assert "共 4 项" in page and "公益性资产" in page and "还有 4 项" in page
    assert "年终盘点还有 4 项未盘" in told(town.get("/"))
    number = newest(Stocktake)
    one, two, three, four = lines(number)
    typed = f"{one.row_code} 1\n{shown_code(two.row_code)} 2 冲毁"
    assert town.send("/stocktakes/enter", {"counted_on": DAY, "lines": typed}).status_code == 302
    wrong = town.send("/stocktakes/enter", {"counted_on": DAY, "lines": f"{three.row_code[::-1]} 1"})
    assert "第 1 行" in told(wrong, 422)
    assert "盘点" in told(town.get(f"/assets/{three.asset_id}"))
    address = f"/stocktakes/lines/{three.id}"
    assert "请写明" in told(town.send(address, {"outcome": "changed", "counted_on": DAY}), 422)
    photo = {"outcome": "changed", "quantity": "2", "words": "多一条", "counted_on": DAY}
    sent = town.post(address, data=town.token(address) | photo | {"photos": (BytesIO(PICTURE), "路.jpg")})
    assert sent.status_code == 302 and "已盘 3 行" in told(town.get(sent.location))
    assert town.get(f"/stocktakes/photos/{newest(CountEntry)}/1").data == PICTURE
    assert "还有 1 行没有盘点" in told(lead.send(f"/stocktakes/{number}/close", {}), 422)
    count(four.id)
    differs = told(town.get(f"/stocktakes/{number}?state=differs"))
    assert "冲毁" in differs and "多一条" in differs and "账实相符率 50.00%" in differs
    assert lead.send(f"/stocktakes/{number}/close", {}).status_code == 302
    assert "已结束" in told(lead.get(f"/stocktakes/{number}"))
    assert "最近盘点" in told(town.get(f"/assets/{three.asset_id}")) and "变化" in told(
        town.get(f"/assets/{three.asset_id}")
    )


def test_a_difference_is_proposed_decided_and_pointed_to_its_paper(client_as: Clients) -> None:
    lead, town = client_as(Role.LEAD), client_as(Role.TOWN)
    town_assets(1)
    number = campaign()
    (line,) = lines(number)
    assert town.send("/stocktakes/enter", {"counted_on": DAY, "lines": f"{line.row_code} 2 冲毁"}).status_code == 302
    assert "1 项差异待提出处理" in told(town.get("/"))
    made = town.send(f"/stocktakes/entries/{newest(CountEntry)}/treat", {"kind": "dispose", "words": "申请报损"})
    assert made.status_code == 302, told(made, 422)
    assert "1 项盘点差异处理待审定" in told(lead.get("/"))
    address = made.location
    back = lead.post(f"{address}/decide", data=lead.token(address) | {"action": "return"})
    assert "写明原因" in told(back, 422)
    lead.post(f"{address}/decide", data=lead.token(address) | {"action": "return", "reason": "附照片"})
    assert "附照片" in told(town.get(address)) and "改好再提出" in told(town.get(address))
    town.send(f"/stocktakes/entries/{newest(CountEntry)}/treat", {"kind": "keep", "words": "已找回"})
    lead.post(f"{address}/decide", data=lead.token(address) | {"action": "agree"})
    assert "请写明办理结果" in told(town.post(f"{address}/done", data=town.token(address)), 422)
    done = town.post(f"{address}/done", data=town.token(address) | {"words": "已核实"})
    assert done.status_code == 302 and "已办结" in told(town.get(address))
    assert "已找回" in told(lead.get("/stocktakes/treatments?state=done"))


def test_the_workbook_of_a_sheet_comes_back_filled(client_as: Clients) -> None:
    town = client_as(Role.TOWN)
    town_assets(3)
    number = campaign()
    one, two, _ = lines(number)
    found = town.get(f"/stocktakes/sheets/{one.sheet_id}/workbook")
    book = openpyxl.load_workbook(BytesIO(found.data))
    sheet = book.worksheets[0]
    heads = {str(cell.value).split("（")[0]: cell for row in sheet.iter_rows(max_row=6) for cell in row if cell.value}
    row = next(cell.row for cell in sheet[heads["行码"].column_letter] if str(cell.value) == one.row_code)
    for at, result, words_ in ((row, "相符", ""), (row + 1, "盘亏", "冲毁")):
        for head, value in (("盘点结果", result), ("差异原因", words_), ("盘点日期", TODAY)):
            sheet[f"{heads[head].column_letter}{at}"] = value
    filled = BytesIO()
    book.save(filled)
    address = "/imports/counts"
    sent = town.post(
        address,
        data=town.token(address) | {"file": (BytesIO(filled.getvalue()), "盘点表.xlsx")},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 302, told(sent, 422)
    preview = town.get(sent.location)
    assert "1 行没有填盘点结果和日期" in told(preview)
    token = town.token(sent.location)
    assert town.post(sent.location, data=token | {"action": "apply"}).status_code == 302
    with store.snapshot() as session:
        stored = session.execute(select(CountEntry.line_id, CountEntry.result).order_by(CountEntry.line_id)).all()
    assert [(line, result.label) for line, result in stored] == [(one.id, "相符"), (two.id, "盘亏")]


@pytest.mark.parametrize("name", ["new", "enter", "count", "surplus", "treat", "treat_find", "decide", "done", "close"])
@pytest.mark.only_on("sqlite")
def test_a_form_of_a_stocktake_sent_again_is_one_act_with_one_answer(client_as: Clients, name: str) -> None:
    role, shown, to, boxes = prepared(client_as, name)
    client_as(role).thrice(shown, boxes, to)


def prepared(client_as: Clients, name: str) -> tuple[Role, str, str, dict[str, str]]:
    """Who sends which form with what, and what must be there before."""
    town_assets(2)
    number = campaign()
    one, two = lines(number)
    count_one = {"outcome": "match", "counted_on": DAY}
    town = client_as(Role.TOWN)
    if name in ("treat", "decide", "done"):
        town.send("/stocktakes/enter", {"counted_on": DAY, "lines": f"{one.row_code} 2 冲毁"})
    if name in ("decide", "done"):
        town.send(f"/stocktakes/entries/{newest(CountEntry)}/treat", {"kind": "keep", "words": "不作处理"})
    found = {"name": "路灯", "quantity": "3", "quantity_unit": "盏", "words": "来历不明", "found_on": DAY}
    found["village"] = str(town_places()[1])
    if name == "treat_find":
        town.send(f"/stocktakes/{number}/surplus", found)
    if name == "done":
        lead = client_as(Role.LEAD)
        address = f"/stocktakes/treatments/{newest(CountTreatment)}"
        lead.post(f"{address}/decide", data=lead.token(address) | {"action": "agree"})
    if name == "close":
        count(one.id)
        count(two.id)
    root = "/stocktakes"
    treatment = f"{root}/treatments/{newest(CountTreatment)}" if name in ("decide", "done") else ""
    cases: dict[str, Callable[[], tuple[Role, str, str, dict[str, str]]]] = {
        "new": lambda: (Role.LEAD, f"{root}/new", "", {"name": "年终", "register_on": DAY, "due_on": DAY}),
        "enter": lambda: (Role.TOWN, f"{root}/enter", "", {"counted_on": DAY, "lines": f"{one.row_code} 1"}),
        "count": lambda: (Role.TOWN, f"{root}/lines/{one.id}", "", count_one),
        "surplus": lambda: (Role.TOWN, f"{root}/{number}/surplus", "", found),
        "treat": lambda: (
            Role.TOWN, f"{root}/entries/{newest(CountEntry)}/treat", "", {"kind": "dispose", "words": "报损"},
        ),
        "treat_find": lambda: (
            Role.TOWN, f"{root}/finds/{newest(CountSurplus)}/treat", "", {"kind": "register", "words": "补登记"},
        ),
        "decide": lambda: (Role.LEAD, treatment, f"{treatment}/decide", {"action": "agree"}),
        "done": lambda: (Role.TOWN, treatment, f"{treatment}/done", {"words": "已核实"}),
        "close": lambda: (Role.LEAD, f"{root}/{number}/close", "", {}),
    }  # fmt: skip
    return cases[name]()


def test_a_sheet_is_printed_once_for_one_press_of_its_button(client_as: Clients) -> None:
    town = client_as(Role.TOWN)
    town_assets(2)
    sheet = lines(campaign())[0].sheet_id
    form, before = town.token(f"/stocktakes/sheets/{sheet}"), acts()
    papers = [town.post(f"/stocktakes/sheets/{sheet}/paper", data=form) for _ in range(3)]
    assert acts() - before == 1
    assert papers[0].data.startswith(b"%PDF") and len({p.data for p in papers}) == 1
