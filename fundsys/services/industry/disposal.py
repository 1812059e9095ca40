"""处置完毕: the end of a project of 调整一批. Nothing undoes it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from fundsys.domain.assets import AssetStatus
from fundsys.domain.document_no import tidy_document_no
from fundsys.domain.errors import DomainError, StepRefused
from fundsys.domain.industry import FourBatch
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset
from fundsys.models.industry import LegacyProject, MeasureProgress
from fundsys.services.acts import Act

from .common import Files, keep_evidence, project_of

GOING = (AssetStatus.TO_DISPOSE, AssetStatus.DISPOSED)


def finish_disposal(
    project_id: int,
    disposed_on: date,
    document_no: str,
    words: str,
    *,
    files: Files = (),
    act: Act,
    version: int | None = None,
) -> LegacyProject:
    """Confirm that a project of 调整一批 is wound up, on the strength of a document. It never leaves that class again.

    Raises: NotAllowed, NotFound, Stale; StepRefused for another class, twice, or with assets neither 待处置 nor 已处置.
    Source: four_batches.yaml “B4一经确认处置完毕不得再转出”, “B4资产状态须为待处置或已处置”.
    """
    project = project_of(act, project_id, Permission.CLASSIFY, version)
    if project.batch is not FourBatch.ADJUST or project.decided_on is None:
        raise StepRefused("只有审定为调整一批的项目才办理处置完毕")
    if project.disposed_on is not None:
        raise StepRefused(f"这个项目已于 {project.disposed_on.isoformat()} 处置完毕")
    if not document_no.strip():
        raise DomainError("请填写处置批复或纪要的文号", field="document_no")
    if not words.strip():
        raise DomainError("请写明处置结果和资金去向", field="words")
    if not project.decided_on <= disposed_on <= act.day:
        raise DomainError(f"处置完毕日期应在审定日期 {project.decided_on.isoformat()} 至今天之间", field="disposed_on")
    left = act.session.scalars(
        select(Asset.code).where(Asset.project_code == project.code, Asset.status.not_in(GOING)).order_by(Asset.code)
    ).all()
    if left:
        told = "、".join(left[:3]) + ("等" if len(left) > 3 else "")
        raise StepRefused(f"还有 {len(left)} 项资产（{told}）不是待处置或已处置，请先办理资产处置")
    row = MeasureProgress(
        project_id=project.id, reported_on=disposed_on, words=words.strip(), done=True, entered_by=act.person_id
    )
    act.session.add(row)
    act.session.flush()
    keep_evidence(files, "measure_progress", row.id, act)
    project.disposed_on, project.disposal_document = disposed_on, tidy_document_no(document_no)[:60]
    project.done_on, project.progress = disposed_on, row.words
    project.version += 1
    act.answer = "处置完毕，已归档"
    return project
