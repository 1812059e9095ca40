"""LG11 四个一批分类台账: every column of the county's table, by class, as of a day, with the assets' cost."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from flask import Flask

from fundsys import config, store
from fundsys.domain.errors import DomainError
from fundsys.domain.industry import FourBatch
from fundsys.domain.rights import Role
from fundsys.queries.facts import office_today
from fundsys.queries.legacy_register import class_counts, four_batch_register
from fundsys.queries.registers import Wanted
from fundsys.queries.viewer import viewer
from fundsys.reports.registry import ledger
from fundsys.services import industry
from fundsys.services.acts import act
from tests.counties import somebody
from tests.web.test_industry import decision, legacy

TODAY = office_today()


def test_every_column_of_the_countys_table_is_there() -> None:
    told = yaml.safe_load((Path(config.HERE) / "reference" / "ledger_columns.yaml").read_text("utf-8"))
    wanted = next(one for one in told["ledgers"] if one["code"] == "LG11")["columns"]
    columns = ledger("LG11").columns
    labels = [(column.head or column.term.label).replace("\n", "") for column in columns]
    renamed = {"方式": "联农带农方式", "脱贫监测户": "其中脱贫监测户", "原值": "资产原值", "资产在用率": "在用率"}
    assert [renamed.get(label, label) for label in labels] == [one["label"] for one in wanted]
    assert len(columns) == 34


@pytest.mark.usefixtures("app")
def test_the_ledger_counts_every_project_once_on_any_day() -> None:
    ids = legacy({}, {}, {"batch": FourBatch.UPGRADE, "decided_on": TODAY - timedelta(days=9)}, {})
    for number, batch, on in (
        (ids[0], FourBatch.REVIVE, TODAY - timedelta(days=5)),
        (ids[0], FourBatch.UPGRADE, TODAY),
        (ids[1], FourBatch.CONSOLIDATE, TODAY),
    ):
        with act(by=somebody(Role.LEAD), what="审定") as opened:
            industry.classify(number, decision(batch, decided_on=on), act=opened)

    def groups(until: date | None = None, **where: str) -> Counter[str]:
        with store.snapshot() as session:
            return Counter(row.group for row in four_batch_register(session, Wanted(2024, where, until)))

    assert groups() == {"巩固一批": 1, "升级一批": 2, "未定": 1}
    assert groups(TODAY - timedelta(days=1)) == {"盘活一批": 1, "升级一批": 1, "未定": 2}
    assert groups(TODAY - timedelta(days=10)) == {"未定": 4}
    assert groups(**{"class": "B2"}) == {"升级一批": 2} == groups(**{"class": "升级一批"})
    with pytest.raises(DomainError, match="没有“B9”这一类"):
        groups(**{"class": "B9"})
    with store.snapshot() as session:
        first = next(row for row in four_batch_register(session, Wanted(2024, {})) if row.project_code == "2016-0001")
        assert (first.previous, first.measure, first.reason) == ("盘活一批", "", "两年盈利")
        (sentence,) = class_counts(session, Wanted(2024, {}))
        assert sentence == "巩固一批 1 个，升级一批 2 个，盘活一批 0 个，调整一批 0 个，未定 1 个，合计 4 个。"


@pytest.mark.only_on("sqlite")
def test_a_unit_prints_its_own_projects_only(app: Flask) -> None:
    legacy({"responsible_unit": "县水利局"}, {"responsible_unit": "县林业局"})
    person = somebody(Role.OWNER, "县水利局", "shui")
    with store.snapshot() as session:
        who = viewer(session, person)
        rows = list(four_batch_register(session, Wanted(2024, {}, who=who)))
    assert [row.responsible_unit for row in rows] == ["县水利局"]
