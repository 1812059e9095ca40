"""What the acts of the finance bureau share: rights, versions, refusals with an address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from sqlalchemy import select

from fundsys.domain.errors import DomainError, NotFound, Refusals, Stale, StepRefused
from fundsys.domain.funds import NEXT_STATES, MoneyState
from fundsys.domain.money import exact_wan
from fundsys.domain.rights import Permission, check_approver
from fundsys.models.funds import AllotmentLine
from fundsys.models.projects import Project
from fundsys.queries.viewer import Viewer, require, viewer_of
from fundsys.services.acts import Act

R = TypeVar("R", bound=Any)


def need(act: Act, permission: Permission) -> Viewer | None:
    """Refuse the act when the person's role may not do it. Returns who acts; None for 系统. Raises NotAllowed."""
    who = viewer_of(act.person) if act.person else None
    require(who, permission)
    return who


def own_entry(act: Act, entered_by: int | None) -> None:
    """Refuse when the record is somebody else's entry. Raises DomainError."""
    if act.person_id is not None and entered_by != act.person_id:
        raise DomainError("只有录入人能修改自己的草稿，请由录入人办理")


def second_person(act: Act, entered_by: int | None) -> None:
    """Refuse review by the person who entered it. Raises NotAllowed. Source: 不相容岗位分离."""
    if act.person_id is not None and entered_by is not None:
        check_approver(act.person_id, entered_by)


def refuse_all(errors: Iterable[DomainError]) -> None:
    """Raise what was found wrong, all of it at once; nothing found is no refusal."""
    found = list(errors)
    if len(found) == 1:
        raise found[0]
    if found:
        raise Refusals(found)


def each(items: Iterable[R], name: Callable[[R], str], judge: Callable[[R], object]) -> None:
    """Do the same to several records: all of them, or a refusal that names every one that cannot be done, and why."""
    refused = []
    for item in items:
        try:
            judge(item)
        except Stale as moved:
            moved.message = _named(name(item), moved)
            raise
        except DomainError as refusal:
            for one in getattr(refusal, "errors", (refusal,)):
                one.message, one.field = _named(name(item), one), None
                refused.append(one)
    refuse_all(refused)


def _named(name: str, refusal: DomainError) -> str:
    return f"{name}：{refusal.message}" if name else refusal.message


def step(record: Any, to: MoneyState, what: str) -> None:
    """Move a money record to a state, one version on. Raises StepRefused when the step is not open."""
    if to not in NEXT_STATES[record.state]:
        raise StepRefused(f"{what}现在是“{record.state.label}”，不能改为“{to.label}”，请刷新后再看")
    record.state = to
    record.version += 1


def open_line(act: Act, line_id: int) -> AllotmentLine:
    """The line of an approved notice. Raises NotFound, StepRefused."""
    line = act.session.get(AllotmentLine, line_id)
    if line is None:
        raise NotFound("没有这条指标，请从指标文进入")
    if line.notice.state is not MoneyState.APPROVED:
        raise StepRefused(f"指标文{line.notice.document_no}现在是“{line.notice.state.label}”，复核后才能分配")
    if line.reduces_id is not None:
        raise StepRefused("这一行是核减，不能分配；请从被核减的指标办理")
    return line


def seen_records(act: Act, table: type[R], seen: Mapping[int, int], what: str) -> list[R]:
    """The records a reviewer saw, in order of id, each at the version that was seen. Raises DomainError, NotFound, Stale."""
    if not seen:
        raise DomainError(f"请先选择要办理的{what}")
    found = list(act.session.scalars(select(table).where(table.id.in_(seen)).order_by(table.id)))
    if len(found) != len(seen):
        raise NotFound(f"有的{what}已被录入人删除，请刷新后再看")
    moved = [r for r in found if r.version != seen[r.id]]
    if moved:
        raise Stale(
            f"{what}在您打开之后有变化，没有办理，请按现在的内容重新核对",
            theirs={_title(act, r): _stands(r) for r in moved},
            mine={},
        )
    return found


def _stands(record: Any) -> str:
    amount = getattr(record, "amount", None)
    return f"{exact_wan(amount)} 万元，{record.state.label}" if amount is not None else str(record.state.label)


def _title(act: Act, record: Any) -> str:
    """What the page calls a record: its project, else its own number, title or name."""
    project_id = getattr(record, "project_id", None)
    project = act.session.get(Project, project_id) if project_id else None
    if project:
        return project.name
    told = (getattr(record, word, None) for word in ("number", "title", "name"))
    return next((str(word) for word in told if word), str(record.id))
