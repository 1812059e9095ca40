"""The pages of samples: drawn, printed, proven, looked at, and a problem made of what was seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from fundsys import store
from fundsys.domain.rights import Role
from fundsys.models.samples import Sample, SampleItem, SampleLook
from tests.counties import OfficeClient, acts, somebody
from tests.pages import Page, words
from tests.payouts import a_contract, a_project, a_request, accepted, asks, reviewed
from tests.services.test_rectification import unit_of
from tests.stocktakes import TODAY, town_assets

Clients = Callable[..., OfficeClient]
DAY = TODAY.isoformat()
DRAW = {"title": "年终抽查", "method": "random", "seed": "20241118", "lot": "1", "size": "2", "register_on": DAY}
PICTURE = b"\xff\xd8\xff\xe0 plate"


def told(answer: Any, status: int = 200) -> str:
    """The words of a page."""
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return words(Page(answer.get_data(as_text=True)).one("main"))


def first_item() -> int:
    """The id of the record drawn first in the newest sample."""
    with store.snapshot() as session:
        query = select(SampleItem.id).join(Sample).order_by(Sample.id.desc(), SampleItem.position)
        return session.scalars(query.limit(1)).one()


def test_an_inspector_draws_looks_and_makes_a_problem(client_as: Clients) -> None:
    inspector = client_as(Role.INSPECTOR)
    town_assets(5)
    assert "抽 1 到 5 条" in told(inspector.send("/samples/new/asset", DRAW | {"size": "9"}), 422)
    weighted = DRAW | {"method": "weighted", "points-title": "x"}
    assert "权重从 0 到 9" in told(inspector.send("/samples/new/asset", weighted), 422)
    made = inspector.send("/samples/new/asset", DRAW | {"classes": "PUB"})
    assert made.status_code == 302, told(made, 422)
    page = told(inspector.get(made.location))
    assert "5 条中抽 2 条" in page and "20241118" in page and "通组路" in page
    assert "都与当时一致" in told(inspector.get(f"{made.location}/proof"))
    look = f"/samples/items/{first_item()}"
    bad = inspector.send(look, {"outcome": "differs", "words": "缺牌", "looked_on": DAY, "makes_finding": "1"})
    assert "登记为问题的，请填写" in told(bad, 422)
    due = (TODAY + timedelta(days=30)).isoformat()
    finding = {"makes_finding": "1", "source": "audit", "unit": str(unit_of(somebody(Role.TOWN))), "due_on": due}
    client_as(Role.TOWN)
    seen = {"outcome": "unseen", "words": "封路", "looked_on": DAY, "papers": (BytesIO(PICTURE), "路.jpg")}
    assert inspector.post(look, data=inspector.token(look) | seen).status_code == 302
    assert inspector.get(f"{look}/papers/1").data == PICTURE
    sent = inspector.send(look, {"outcome": "differs", "words": "标识牌缺失", "looked_on": DAY} | finding)
    assert sent.status_code == 302, told(sent, 422)
    assert "有问题 1 条" in told(inspector.get(made.location))
    assert "标识牌缺失" in told(client_as(Role.TOWN).get("/findings/"))
    assert "已登记成问题" in told(inspector.get(look))
    with store.snapshot() as session:
        assert [bool(row.replaces_id) for row in session.scalars(select(SampleLook).order_by(SampleLook.id))] == [
            False,
            True,
        ]


def test_projects_and_payments_are_sampled_too(client_as: Clients) -> None:
    inspector = client_as(Role.INSPECTOR)
    project, (line,) = a_project()
    request = a_request(project, asks(a_contract(project), "1000"))
    assert len(reviewed(accepted(request, {line: "1000"}))) == 1
    for subject, word in (("project", "项目"), ("payment", "支付")):
        made = inspector.send(
            f"/samples/new/{subject}", DRAW | {"size": "1", "method": "weighted", "points-value": "1"}
        )
        assert made.status_code == 302, told(made, 422)
        page = told(inspector.get(made.location))
        assert f"{word}，" in page and "1 条中抽 1 条" in page
        assert "都与当时一致" in told(inspector.get(f"{made.location}/proof"))


@pytest.mark.only_on("sqlite")
def test_a_form_of_a_sample_sent_again_is_one_act_with_one_answer(client_as: Clients) -> None:
    inspector = client_as(Role.INSPECTOR)
    town_assets(4)
    inspector.thrice("/samples/new/asset", DRAW)
    inspector.thrice(f"/samples/items/{first_item()}", {"outcome": "fits", "looked_on": DAY})
    address = inspector.send("/samples/new/asset", DRAW).location
    form, before = inspector.token(address), acts()
    papers = [inspector.post(f"{address}/paper", data=form) for _ in range(3)]
    assert acts() - before == 1 and papers[0].data.startswith(b"%PDF") and len({p.data for p in papers}) == 1
