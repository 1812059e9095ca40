"""LG18 项目收入支出与档案归集清单: every paper of a project, asked for or kept, with what is missing."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import dossiers
from fundsys.reports.figures import BOOLEAN, CODE, LABEL
from fundsys.reports.ledger import Column, Ledger

COLUMNS = (
    Column(terms.SERIAL, mm=8),
    Column(terms.DOSSIER_PROJECT, lambda r: r.project, printed=False),
    Column(terms.DOSSIER_STAGE, lambda r: r.stage.label, mm=16, kind=LABEL),
    Column(terms.DOC_NAME, lambda r: r.doc_name, mm=38),
    Column(terms.DOC_NO, lambda r: r.doc_no, mm=28, kind=CODE, missing="", small=True),
    Column(terms.DOC_ON, lambda r: r.doc_on, mm=19, missing=""),
    Column(terms.DOC_PAGES, lambda r: r.pages, mm=9, missing=""),
    Column(terms.DOC_MUST, lambda r: r.must, mm=10, kind=BOOLEAN, head="是否\n必备"),
    Column(terms.DOC_HAVE, lambda r: r.have, mm=10, kind=BOOLEAN, head="是否\n已归"),
    Column(terms.DOC_PLACE, lambda r: r.place, mm=22, missing="", small=True),
    Column(terms.REMARK, lambda r: r.remark, mm=26, missing="", small=True),
)
LEDGER = Ledger(
    code="LG18",
    title="项目收入支出与档案归集清单",
    unit="万元",
    page="A4 portrait",
    size=8,
    rows=dossiers.register,
    remarks=dossiers.register_remarks,
    counter="份",
    group_by=lambda r: r.project,
    group_title="项目",
    basis=("必备的只算到项目现在的环节为止；县里的资料清单说了算。",),
    columns=COLUMNS,
    signatures=("归档人", "接收人"),
)
