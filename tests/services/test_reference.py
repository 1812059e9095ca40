"""Reference data: what a fresh county starts with, and what loading it again leaves alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundsys import create_app, store
from fundsys.domain.funds import FundLevel
from fundsys.domain.policy import Policy
from fundsys.models.assets import MaintenanceSector
from fundsys.models.funds import FundSource
from fundsys.models.journal import Act
from fundsys.models.office import County, DictionaryEntry, PolicyValue, Region, Unit
from fundsys.models.projects import ProjectType
from fundsys.services import counties, reference
from fundsys.services.acts import act


@pytest.fixture
def county(database_url: str, tmp_path: Path) -> Iterator[str]:
    """A fresh 陇县 with its reference data."""
    app = create_app({"instance": tmp_path / "instance", "database_url": database_url, "testing": True})
    with app.app_context():
        counties.init("610327")
        yield "610327"
        store.close()


def count(session: Session, model: type, *where: object) -> int:
    return session.scalar(select(func.count()).select_from(model).where(*where)) or 0  # type: ignore[arg-type]


def test_a_fresh_county_has_its_places_units_sources_types_and_sectors(county: str) -> None:
    with store.snapshot(county) as session:
        assert session.scalars(select(County.name)).all() == ["陇县"]
        assert count(session, Region, Region.level == "town") == 10
        assert count(session, Region, Region.level == "village") == 161
        assert count(session, FundSource) == 27
        assert count(session, FundSource, FundSource.is_transition) == 9
        assert count(session, ProjectType) == 86
        assert count(session, MaintenanceSector) == 12
        assert count(session, Unit, Unit.kind == "town") == 10
        assert count(session, PolicyValue, PolicyValue.year == 2024) == len(Policy.kinds())


def test_the_key_town_and_the_four_key_villages_are_marked(county: str) -> None:
    with store.snapshot(county) as session:
        keys = set(session.scalars(select(Region.name).where(Region.is_key)))
        assert keys == {"八渡镇", "大力村", "八龙潭村", "李家山村", "铁马河村"}


def test_every_village_lies_in_a_town_of_its_own_code(county: str) -> None:
    with store.snapshot(county) as session:
        villages = session.scalars(select(Region).where(Region.level == "village")).all()
        assert all(v.parent and v.parent.level == "town" and v.code[:9] == v.parent.code[:9] for v in villages)


def test_only_active_villages_have_a_collective_and_no_neighborhood_has(county: str) -> None:
    with store.snapshot(county) as session:
        collectives = session.scalars(select(Unit).where(Unit.kind == "village")).all()
        assert collectives
        assert all(u.region and u.region.active and not u.region.name.endswith("居委会") for u in collectives)


def test_levels_bases_and_the_management_fee_stand_as_delivered(county: str) -> None:
    with store.snapshot(county) as session:
        sources = {s.code: s for s in session.scalars(select(FundSource))}
        assert sources["F101"].level is FundLevel.CENTRAL and sources["F101"].in_base == "yes"
        assert sources["F102"].in_base == "config" and sources["F301"].in_base == "no"
        assert sources["F601"].level is FundLevel.COOPERATION and not sources["F601"].is_transition
        fee = session.scalars(select(ProjectType).where(ProjectType.is_management_fee)).all()
        assert [t.code for t in fee] == ["PT070101"]


def test_the_year_starts_with_the_thresholds_of_the_work_plan(county: str) -> None:
    with store.snapshot(county) as session:
        rows = session.execute(select(PolicyValue.code, PolicyValue.value, PolicyValue.document, PolicyValue.clause))
        read = Policy.of(2024, [(code, value, document, clause) for code, value, document, clause in rows])
    starting = Policy.starting(2024)
    assert all(read.settings[code].value == setting.value for code, setting in starting.settings.items())
    assert (read.project_target, read.legacy_target) == (123, 621)


def test_the_dictionary_holds_18_ledgers_80_findings_and_20_forbidden_uses(county: str) -> None:
    with store.snapshot(county) as session:
        counted = session.execute(select(DictionaryEntry.kind, func.count()).group_by(DictionaryEntry.kind))
        kinds = {row[0]: row[1] for row in counted}
        assert (kinds["ledger"], kinds["audit_finding"], kinds["negative_item"]) == (18, 80, 20)
        register = session.scalars(select(DictionaryEntry).where(DictionaryEntry.code == "LG05")).one()
        assert json.loads(register.facts)["column_count"] == 32


def test_words_that_people_read_have_full_width_punctuation(county: str) -> None:
    with store.snapshot(county) as session:
        labels = [
            *session.scalars(select(DictionaryEntry.label)),
            *session.scalars(select(ProjectType.name)),
            *session.scalars(select(FundSource.name)),
        ]
        assert not [label for label in labels if set(label) & set("(),;")]


def test_loading_twice_changes_nothing_and_leaves_no_act(county: str) -> None:
    assert reference.load(county) == 0
    with store.snapshot(county) as session:
        assert count(session, Act) == 1


def test_an_upgrade_mends_what_the_county_left_alone_and_keeps_what_it_edited(county: str) -> None:
    with act(by=None, what="试改") as a:
        kept, mended = a.session.scalars(select(MaintenanceSector).order_by(MaintenanceSector.code).limit(2)).all()
        kept.name, kept.edited = "村道组道", True
        mended.patrol_days = 999
    assert reference.load(county) == 1
    with store.snapshot(county) as session:
        sectors = {s.code: s for s in session.scalars(select(MaintenanceSector))}
        assert sectors["M01"].name == "村道组道"
        assert sectors["M02"].patrol_days == 15
        assert sectors["M02"].version == 2


def test_another_county_starts_without_the_places_and_figures_of_this_one(county: str) -> None:
    counties.add("610328", "千阳县")
    with store.snapshot("610328") as session:
        assert session.scalars(select(County.name)).all() == ["千阳县"]
        assert count(session, Region) == 1
        assert not [name for name in session.scalars(select(Unit.name)) if "陇县" in name or "关山" in name]
        codes = set(session.scalars(select(PolicyValue.code)))
        assert "management_fee_max" in codes and "project_target" not in codes
