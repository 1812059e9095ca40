"""PF32 项目档案: the whole dossier of a project bound as one PDF: cover, list with page numbers, pictures, scans, bookmarks."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import dossiers
from fundsys.reports.dossier_list import COLUMNS
from fundsys.reports.ledger import Column, Ledger

from .binding import bind

LEDGER = Ledger(
    code="PF32",
    title="项目档案（一项一档）",
    unit="万元",
    page="A3 landscape",
    size=8,
    rows=dossiers.bound,
    remarks=dossiers.register_remarks,
    counter="份",
    group_by=lambda r: r.project,
    group_title="项目",
    bind=bind,
    basis=("必备的只算到项目现在的环节为止。页次是本卷的页次；各份原件的 SHA-256 列在工作簿的“附件”一栏。",),
    columns=(*COLUMNS, Column(terms.DOC_FILES, lambda r: r.files_told, mm=60, missing="", small=True)),
    signatures=("归档人", "接收人"),
)
