"""The pages of maintenance: schemes, duties, a patrol on the phone, paper out and in, a defect to its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import select

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.models.assets import Patrol
from fundsys.models.maintenance import CheckRow, Defect
from fundsys.queries.facts import office_today
from tests.counties import OfficeClient
from tests.pages import Page, words
from tests.upkeep import asset, make_assets, sector_id

Clients = Callable[..., OfficeClient]
PICTURE = b"\xff\xd8\xff\xe0 road"
TODAY = office_today()


def told(answer: Any, status: int = 200) -> str:
    """The words of a page."""
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return words(Page(answer.get_data(as_text=True)).one("main"))


def test_a_scheme_is_revised_from_a_day_on_and_both_versions_are_shown(client_as: Clients) -> None:
    clerk, town = client_as(Role.SYSADMIN), client_as(Role.TOWN)
    address = f"/maintenance/schemes/{sector_id()}"
    assert "每 30 天" in told(town.get("/maintenance/schemes"))
    form = Page(clerk.get(f"{address}/revise").get_data(as_text=True)).values()
    answer = clerk.post(f"{address}/revise", data=form | {"name": "农村公路养护", "patrol_every": "15"})
    assert answer.status_code == 302, told(answer, 422)
    shown = told(town.get(address))
    assert "农村公路养护" in shown
    assert "农村公路（含产业路、桥涵）" in shown
    boxes = {name: value for name, value in form.items() if name not in ("csrf_token", "form_id", "version")}
    wrong = clerk.send(f"{address}/revise", boxes | {"from_on": "2020-01-01"})
    assert "过去的记录按当时的办法算" in told(wrong, 422)


def test_a_keeper_sees_what_is_due_and_patrols_it_on_the_phone(client_as: Clients) -> None:
    keeper = client_as(Role.KEEPER)
    (one,) = make_assets(in_use_on=TODAY - timedelta(days=40), registered_on=TODAY - timedelta(days=40))
    make_assets(keeper="别人")
    shown = told(keeper.get("/maintenance/mine"))
    assert "共 1 项资产，1 项已超期" in shown
    address = f"/maintenance/patrols/{one}"
    bad = keeper.send(address, {"patrolled_on": TODAY.isoformat(), "condition": "严重"})
    assert "请写明问题" in told(bad, 422)
    answer = keeper.post(
        address,
        data=keeper.token(address)
        | {
            "patrolled_on": TODAY.isoformat(),
            "condition": "严重",
            "words": "护栏断裂",
            "defect_due_on": (TODAY + timedelta(days=10)).isoformat(),
            "photos": (BytesIO(PICTURE), "路.jpg"),
        },
        content_type="multipart/form-data",
    )
    assert answer.status_code == 302, told(answer, 422)
    assert "1 个问题待整改" in told(keeper.get("/maintenance/mine"))
    with store.snapshot() as session:
        number = session.scalars(select(Patrol.id)).one()
    assert keeper.get(f"/maintenance/photos/{number}/1").data == PICTURE


def test_a_defect_goes_from_the_keeper_to_the_town(client_as: Clients) -> None:
    keeper, town = client_as(Role.KEEPER), client_as(Role.TOWN)
    (one,) = make_assets(town_id=_town())
    day = TODAY.isoformat()
    keeper.send(
        f"/maintenance/patrols/{one}",
        {"patrolled_on": day, "condition": "严重", "words": "护栏断裂", "defect_due_on": day},
    )
    with store.snapshot() as session:
        defect = session.scalars(select(Defect.id)).one()
    address = f"/maintenance/defects/{defect}"
    assert keeper.send(f"{address}/fix", {"fixed_on": day, "fix_words": "更换护栏"}).status_code == 302
    assert "待销号" in told(town.get(address))
    token = town.token(address)
    assert town.post(f"{address}/close", data=token | {"action": "close"}).status_code == 302
    assert "已销号" in told(keeper.get(address))
    assert "护栏断裂" in told(town.get("/maintenance/defects?state=closed"))


def _town() -> int:
    from tests.upkeep import village_of

    with store.snapshot() as session:
        from fundsys.models.office import Person, Unit
        from tests.counties import somebody

        person = session.get_one(Person, somebody(Role.TOWN))
        return session.get_one(Unit, person.unit_id).region_id or village_of()[0]


def test_a_sheet_is_made_printed_and_typed_in(client_as: Clients) -> None:
    village = client_as(Role.VILLAGE)
    make_assets(3)
    assert "应巡查资产" in told(village.get("/maintenance/duties"))
    made = village.send("/maintenance/sheets/new", {"title": "大力村巡查", "until_on": TODAY.isoformat()})
    assert made.status_code == 302, told(made, 422)
    page = village.get(made.location)
    assert "共 3 行，已录入 0 行" in told(page)
    form = Page(page.get_data(as_text=True)).values()
    paper = village.post(f"{made.location}/paper", data=form)
    assert paper.status_code == 200
    assert paper.data.startswith(b"%PDF")
    assert village.post(f"{made.location}/paper", data=form).data == paper.data
    with store.snapshot() as session:
        codes = list(session.scalars(select(CheckRow.row_code)))
    wrong = village.send(
        "/maintenance/sheets/enter", {"patrolled_on": TODAY.isoformat(), "lines": f"{codes[0][::-1]} 1"}
    )
    assert "第 1 行" in told(wrong, 422)
    lines = "\n".join(f"{code} 1" for code in codes)
    done = village.send("/maintenance/sheets/enter", {"patrolled_on": TODAY.isoformat(), "lines": lines})
    assert done.status_code == 302, told(done, 422)
    assert "已录入 3 行" in told(village.get(made.location))


def test_a_town_gives_an_asset_another_keeper_and_the_card_says_so(client_as: Clients) -> None:
    town = client_as(Role.TOWN)
    (one,) = make_assets(town_id=_town())
    address = f"/maintenance/keepers/{one}"
    form = Page(town.get(address).get_data(as_text=True)).values()
    answer = town.post(address, data=form | {"keeper": "王新民", "from_on": date(2024, 11, 1).isoformat()})
    assert answer.status_code == 302, told(answer, 422)
    assert "王新民" in told(town.get(answer.location))
    assert asset(one).keeper == "王新民"
    assert "变更过" not in told(town.get(address))
