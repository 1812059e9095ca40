"""Facts of operation of a legacy project, entered by its owner or town: dated records that are never changed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from fundsys.domain.errors import DomainError
from fundsys.domain.industry import YEARLY, OperationFact, RunState, standing
from fundsys.domain.rights import Permission
from fundsys.models.industry import LegacyProject, OperationRecord
from fundsys.queries.legacy_records import facts_of
from fundsys.services.acts import Act
from fundsys.services.funds.common import refuse_all

from .common import Files, keep_evidence, name_of, project_of

TABLE = "operation_record"
SHOWN_AS = {
    "run_state": "run_state",
    "households": "households",
    "poor_households": "poor_households",
    "use_bp": "asset_use_bp",
    "output": "yearly_output",
    "profit": "yearly_profit",
    "income": "yearly_income",
    "distributed": "distributed",
}
"""Facts that stand on the project itself, under these names."""


@dataclass(frozen=True, slots=True)
class OperationEntry:
    """A record as it is typed: the facts, how farmers are taken along, what the trouble is, who looked."""

    fact: OperationFact
    linkage: str = ""
    root_cause: str = ""
    checked_by: str = ""


def record_operation(
    project_id: int, entry: OperationEntry, *, files: Files = (), act: Act, version: int | None = None
) -> OperationRecord:
    """Record what was found about an own project on a day. What is left empty leaves what stood.

    Raises: NotAllowed, NotFound, Stale; DomainError at its box.
    """
    project = project_of(act, project_id, Permission.PROPOSE_CLASS, version)
    refuse_all(_faults(entry, act))
    row = OperationRecord(
        project_id=project.id,
        linkage=entry.linkage.strip()[:80],
        root_cause=entry.root_cause.strip(),
        checked_by=(entry.checked_by.strip() or name_of(act))[:40],
        entered_by=act.person_id,
        **{one.name: getattr(entry.fact, one.name) for one in fields(OperationFact)},
    )
    act.session.add(row)
    act.session.flush()
    keep_evidence(files, TABLE, row.id, act)
    let_stand(project, row, act)
    act.answer = f"已记下 {entry.fact.observed_on.isoformat()} 的运行情况"
    return row


def let_stand(project: LegacyProject, row: OperationRecord, act: Act) -> None:
    """Let the project show the newest word on every fact; what no record says stays as it was entered."""
    known = standing(facts_of(act.session, [project.id])[project.id]).facts
    for fact, shown in SHOWN_AS.items():
        value = getattr(known, fact)
        if value is not None:
            setattr(project, shown, value)
    newest = row.observed_on == known.observed_on
    for name, shown in (("linkage", "farmer_linkage"), ("root_cause", "root_cause")):
        words = getattr(row, name)
        if words and newest:
            setattr(project, shown, words)
    if newest:
        project.checked_by, project.checked_on = row.checked_by, row.observed_on
    project.version += 1
    act.session.flush()


def _faults(entry: OperationEntry, act: Act) -> list[DomainError]:
    fact, found = entry.fact, []
    said = [one.name for one in fields(OperationFact) if one.name not in ("observed_on", "figures_year")]
    if all(getattr(fact, name) is None for name in said) and not (entry.linkage or entry.root_cause).strip():
        found.append(DomainError("请至少填写一项情况", field="run_state"))
    if fact.observed_on > act.day:
        found.append(DomainError(f"核查日期不能晚于今天 {act.day.isoformat()}", field="observed_on"))
    figures: list[Any] = [getattr(fact, name) for name in YEARLY]
    if any(figure is not None for figure in figures) and fact.figures_year is None:
        found.append(DomainError("填了产值、利润、收益或分配的，请填写是哪一年的数", field="figures_year"))
    if fact.figures_year is not None and not 2013 <= fact.figures_year <= fact.observed_on.year:
        found.append(DomainError("数据年度应在 2013 年至核查当年之间", field="figures_year"))
    if fact.households is not None and fact.poor_households is not None and fact.poor_households > fact.households:
        found.append(DomainError("带动脱贫户不能多于带动户", field="poor_households"))
    if fact.months_stopped and fact.run_state is RunState.RUNNING:
        found.append(DomainError("正常运行的项目不填停产月数", field="months_stopped"))
    return found
