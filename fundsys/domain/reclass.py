"""When a legacy project may change its class, and what a class must bring along. Source: four_batches.yaml reclassification."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from .errors import DomainError
from .industry import FourBatch, OperationFact, months_later, proves_revival, runs_since

CLAUSE = "2024年工作要点 第16条"
RULES = "农规发〔2024〕26号及县定变更规则"


@dataclass(frozen=True, slots=True)
class Past:
    """What a change of class looks back on.

    batch: the class that stands. last_on: the day of the decision it stands on. changed_on: days on which the class
    changed from one to another; the first class is no change. records: of operation.
    """

    batch: FourBatch | None = None
    last_on: date | None = None
    changed_on: tuple[date, ...] = ()
    disposed_on: date | None = None
    records: tuple[OperationFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """The county's thresholds for changes, by year."""

    revival_months: int = 6
    changes_max: int = 2


@dataclass(frozen=True)
class Decision:
    """A class as it is proposed or decided.

    measure, responsible, due_on: asked for where the class needs a remedy (盘活、调整). measure_codes: of the county's list.
    statement: 专题说明, asked for where a project changes too often. document_no: the paper of the meeting.
    """

    batch: FourBatch
    reason: str
    decided_on: date
    measure: str = ""
    responsible: str = ""
    due_on: date | None = None
    responsible_unit: str = ""
    measure_codes: tuple[str, ...] = ()
    statement: str = ""
    document_no: str = ""


def faults_of_paper(decision: Decision, today: date) -> Iterator[DomainError]:
    """What the decision itself lacks, each at its box."""
    if not decision.reason.strip():
        yield DomainError("请填写分类依据", field="reason", clause=CLAUSE)
    if decision.decided_on > today:
        yield DomainError("核定日期不能晚于今天", field="decided_on")
    if decision.due_on and decision.due_on < decision.decided_on:
        yield DomainError("完成时限不能早于核定日期", field="due_on")
    strange = [code for code in decision.measure_codes if not code.startswith(decision.batch.code)]
    if strange:
        yield DomainError(f"{'、'.join(strange)}不是{decision.batch.label}的措施，请重新勾选", field="measure_codes")
    if not decision.batch.needs_remedy:
        return
    for value, field, words in (
        (decision.measure.strip() or decision.measure_codes, "measure", "措施"),
        (decision.responsible.strip(), "responsible", "责任人"),
        (decision.due_on, "due_on", "完成时限"),
    ):
        if not value:
            sentence = f"{decision.batch.label}的项目须有措施、责任人和时限，请填写{words}"
            yield DomainError(sentence, field=field, clause=CLAUSE)


def faults_of_change(past: Past, decision: Decision, limits: Limits) -> Iterator[DomainError]:
    """What forbids this project this change, each at its box.

    Basis: a change is a decision for another class than stands; the year ends with the day of the decision, that day
    and the same day of the year before left out.
    """
    to, on = decision.batch, decision.decided_on
    if past.disposed_on is not None and to is not FourBatch.ADJUST:
        told = f"已于 {past.disposed_on.isoformat()} 处置完毕，不能再转出调整一批"
        yield DomainError(told, field="batch", clause=RULES)
    if past.last_on is not None and on < past.last_on:
        yield DomainError(f"核定日期不能早于上一次核定的 {past.last_on.isoformat()}", field="decided_on")
    if past.batch is None or past.batch is to:
        return
    revives = past.batch is FourBatch.REVIVE and to is FourBatch.CONSOLIDATE
    if revives and not proves_revival(past.records, on, limits.revival_months):
        found = runs_since(past.records, on)
        have = f"现有记录只从 {found[0].isoformat()} 到 {found[1].isoformat()}" if found else "现在没有正常运行的记录"
        told = f"盘活转巩固须有连续 {limits.revival_months} 个月以上正常运行的记录，{have}"
        yield DomainError(told, field="batch", clause=RULES)
    since = months_later(on, -12)
    count = sum(since < day <= on for day in past.changed_on) + 1
    if count > limits.changes_max and not decision.statement.strip():
        told = f"一年内改类第 {count} 次，超过 {limits.changes_max} 次的须写专题说明"
        yield DomainError(told, field="statement", clause=RULES)
