"""The county's own names for the four classes, by year; records keep the codes."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from fundsys.domain.errors import DomainError
from fundsys.domain.industry import FourBatch
from fundsys.domain.rights import Permission
from fundsys.models.industry import BatchLabel
from fundsys.queries.viewer import require, viewer_of
from fundsys.services.acts import Act


def rename_classes(year: int, labels: Mapping[FourBatch, str], *, act: Act) -> list[BatchLabel]:
    """Name the classes for a year and those after it, until they are named again. Raises DomainError at its box.

    Source: four_batches.yaml labels_note (个别省份用“提升/另起炉灶”).
    """
    require(viewer_of(act.person) if act.person else None, Permission.CLASSIFY)
    plain = {batch: label.strip()[:20] for batch, label in labels.items()}
    for batch, label in plain.items():
        if not label:
            raise DomainError("请填写名称", field=batch.code.lower())
        if sum(label == other for other in plain.values()) > 1:
            raise DomainError("两类不能同名", field=batch.code.lower())
    there = {row.code: row for row in act.session.scalars(select(BatchLabel).where(BatchLabel.year == year))}
    for batch, label in plain.items():
        row = there.get(batch)
        if row is None:
            row = there[batch] = BatchLabel(year=year, code=batch, label=label)
            act.session.add(row)
        elif row.label != label:
            row.label = label
            row.version += 1
    act.session.flush()
    act.subject = f"{year}年度"
    act.answer = "、".join(plain.values())
    return list(there.values())
