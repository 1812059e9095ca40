"""Treating differences (差异处理): said by one, decided by another, carried out by an ordinary asset paper. The register stays as it is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from fundsys.domain.asset_matters import MatterState
from fundsys.domain.errors import DomainError, NotFound, StepRefused
from fundsys.domain.rights import Permission
from fundsys.domain.stocktakes import TreatmentKind, TreatmentState
from fundsys.models.assets import Asset
from fundsys.models.matters import AssetMatter
from fundsys.models.stocktakes import CountEntry, CountSurplus, CountTreatment, StocktakeLine
from fundsys.queries import stocktakes as queries
from fundsys.queries.stocktakes import FOUND_STANDS, STANDS, seen_surpluses
from fundsys.queries.viewer import seen_assets, viewer_of
from fundsys.services.acts import Act
from fundsys.services.funds.common import need, refuse_all, second_person

_S = TreatmentState
BY_PAPER = (TreatmentKind.DISPOSE, TreatmentKind.CHANGE, TreatmentKind.REGISTER)
"""Treatments that only an approved asset paper carries out."""


@dataclass(frozen=True, slots=True)
class TreatmentTold:
    """How a difference is to be treated: in which way, in words, by which document."""

    kind: TreatmentKind
    words: str
    document_no: str = ""


def treat_entry(entry_id: int, told: TreatmentTold, *, act: Act) -> CountTreatment:
    """Say how the difference of a counted line is to be treated. Raises: NotAllowed, NotFound, DomainError."""
    who = need(act, Permission.STOCKTAKE)
    query = (
        select(CountEntry, StocktakeLine.asset_name)
        .join(StocktakeLine, CountEntry.line_id == StocktakeLine.id)
        .join(Asset, StocktakeLine.asset_id == Asset.id)
        .where(CountEntry.id == entry_id, STANDS)
    )
    row = act.session.execute(query.where(seen_assets(who, Permission.STOCKTAKE)) if who else query).first()
    if row is None:
        raise NotFound("没有这条盘点结果，或者已被更正，请刷新后再看")
    entry, name = row
    if not entry.result.differs:
        raise DomainError(f"结果是“{entry.result.label}”，没有差异要处理")
    if told.kind is TreatmentKind.REGISTER:
        raise DomainError("账上已有的资产不用补登记，请选别的处理方式", field="kind")
    return _propose(CountTreatment(entry_id=entry.id), CountTreatment.entry_id == entry.id, told, name, act)


def treat_surplus(surplus_id: int, told: TreatmentTold, *, act: Act) -> CountTreatment:
    """Say how something found beside the frame is to be treated. Raises: NotAllowed, NotFound, DomainError."""
    who = need(act, Permission.STOCKTAKE)
    query = select(CountSurplus).where(CountSurplus.id == surplus_id, FOUND_STANDS, seen_surpluses(who))
    found = act.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("没有这条盘盈，或者已被更正，请刷新后再看")
    if told.kind not in (TreatmentKind.REGISTER, TreatmentKind.KEEP):
        raise DomainError("账外的资产，请选补登记入账或者核实后不作处理", field="kind")
    return _propose(CountTreatment(surplus_id=found.id), CountTreatment.surplus_id == found.id, told, found.name, act)


def _propose(fresh: CountTreatment, same: object, told: TreatmentTold, name: str, act: Act) -> CountTreatment:
    """A new treatment, or the returned one said anew."""
    if not told.words.strip():
        raise DomainError("请写明处理意见", field="words")
    made = act.session.scalars(select(CountTreatment).where(same)).one_or_none()  # type: ignore[arg-type]
    if made is None:
        made = fresh
        act.session.add(made)
    elif made.state is not _S.RETURNED:
        raise StepRefused(f"这项差异的处理意见“{made.state.label}”，不能再提出")
    else:
        made.version += 1
    made.kind, made.words = told.kind, told.words.strip()[:400]
    made.document_no = told.document_no.strip()[:60]
    made.state, made.return_reason = _S.PROPOSED, ""
    made.proposed_by, made.proposed_on = act.person_id, act.day
    made.decided_by = made.decided_at = None
    act.session.flush()
    act.subject = name
    return made


def decide_treatment(
    treatment_id: int, agree: bool, reason: str = "", version: int | None = None, *, act: Act
) -> CountTreatment:
    """Decide a treatment, or send it back with the reason. Raises: NotAllowed for the proposer; StepRefused, DomainError."""
    need(act, Permission.DECIDE_DIFFERENCE)
    found = _get(act, treatment_id, version)
    if found.state is not _S.PROPOSED:
        raise StepRefused(f"这项处理现在是“{found.state.label}”，不用审定")
    second_person(act, found.proposed_by)
    if not agree and not reason.strip():
        raise DomainError("退回要写明原因", field="reason")
    found.state = _S.DECIDED if agree else _S.RETURNED
    found.return_reason = "" if agree else reason.strip()[:200]
    found.decided_by, found.decided_at = act.person_id, act.at
    found.version += 1
    act.session.flush()
    return found


def carry_out(
    treatment_id: int, matter_no: str = "", words: str = "", version: int | None = None, *, act: Act
) -> CountTreatment:
    """Say that a decided treatment was carried out: by which approved asset paper, or in words where none is needed.

    Raises: NotAllowed; NotFound; StepRefused before it is decided; DomainError without the paper.
    """
    who = need(act, Permission.STOCKTAKE)
    found = _get(act, treatment_id, version)
    if found.state is not _S.DECIDED:
        raise StepRefused(f"这项处理现在是“{found.state.label}”，审定以后才能办结")
    seen = queries.treatment(act.session, who, treatment_id)
    faults: list[DomainError] = []
    paper = None
    if matter_no.strip():
        query = select(AssetMatter).where(AssetMatter.number == matter_no.strip())
        paper = act.session.scalars(query).one_or_none()
        if paper is None or paper.state is not MatterState.APPROVED:
            faults.append(DomainError(f"没有编号是“{matter_no.strip()}”的已审定的办理单", field="matter_no"))
        elif seen.asset_id is not None and paper.asset_id not in (None, seen.asset_id):
            faults.append(DomainError("这份办理单办的是另一项资产，请核对编号", field="matter_no"))
    elif found.kind in BY_PAPER:
        faults.append(
            DomainError(f"“{found.kind.label}”要由资产办理单来办，请填写已审定的办理单编号", field="matter_no")
        )
    elif not words.strip():
        faults.append(DomainError("请写明办理结果", field="words"))
    refuse_all(faults)
    found.matter_id = paper.id if paper else None
    found.done_words, found.done_on, found.state = words.strip()[:200], act.day, _S.DONE
    found.version += 1
    act.session.flush()
    return found


def _get(act: Act, treatment_id: int, version: int | None) -> CountTreatment:
    who = viewer_of(act.person) if act.person else None
    act.subject = queries.treatment(act.session, who, treatment_id).difference
    found = act.session.get_one(CountTreatment, treatment_id)
    act.check_version(found, version)
    return found
