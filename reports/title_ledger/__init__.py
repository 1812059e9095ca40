"""LG06 资产确权与移交台账: every title with its holders, notice and handover. Source: ledger_columns.yaml LG06."""

from __future__ import annotations

from fundsys.domain import terms
from fundsys.queries import matter_papers
from fundsys.reports.figures import CODE, DATE, LABEL
from fundsys.reports.ledger import Column, Group, Ledger

LEDGER = Ledger(
    code="LG06",
    title="资产确权与移交台账",
    unit="万元",
    page="A3 landscape",
    places=("town",),
    size=7.4,
    rows=matter_papers.titles,
    group_by=(Group("镇", lambda r: r.town), Group("权属层级", lambda r: r.level)),
    totals=("original_cost",),
    identity=("asset_no",),
    columns=(
        Column(terms.SERIAL, mm=7.2),
        Column(terms.ASSET_NO, lambda r: r.asset_no, mm=20, kind=CODE, small=True),
        Column(terms.ASSET_NAME, lambda r: r.asset_name, mm=28),
        Column(terms.ORIGINAL_COST, lambda r: r.original_cost, mm=15),
        Column(terms.ASSET_CLASS, lambda r: r.asset_class, mm=10, kind=LABEL),
        Column(terms.BENEFIT_SCOPE, lambda r: r.scope, mm=13, kind=LABEL),
        Column(terms.OWNER_TYPE, lambda r: r.owner_type, mm=9.5, kind=LABEL, head="所有权\n类型"),
        Column(terms.TITLE_HOLDER, lambda r: r.owner, mm=24),
        Column(terms.CREDIT_CODE, lambda r: r.credit_code, mm=18, small=True, missing="", head="统一社会\n信用代码"),
        Column(terms.TITLE_SHARE, lambda r: r.share, mm=20, missing="-"),
        Column(terms.USE_RIGHT, lambda r: r.use_right, mm=17, missing=""),
        Column(terms.INCOME_RIGHT, lambda r: r.income_right, mm=17, missing=""),
        Column(terms.TITLE_DOCUMENT, lambda r: r.title_document, mm=19, head="确权凭证\n编号"),
        Column(terms.TITLED_ON, lambda r: r.titled_on, mm=14.5, small=True),
        Column(terms.PUBLIC_FROM, lambda r: r.public_from, key="publicity_from", mm=14.5, small=True, kind=DATE, head="公示起"),
        Column(terms.PUBLIC_TO, lambda r: r.public_to, key="publicity_to", mm=14.5, small=True, kind=DATE, head="公示止"),
        Column(terms.PUBLIC_OBJECTION, lambda r: r.objection, mm=9, kind=LABEL, head="有无\n异议"),
        Column(terms.HANDOVER_NO, lambda r: r.handover_no, mm=18, small=True),
        Column(terms.HANDOVER_GIVER, lambda r: r.giver, mm=18),
        Column(terms.HANDOVER_RECEIVER, lambda r: r.receiver, mm=20),
        Column(terms.HANDED_OVER_ON, lambda r: r.handed_over_on, mm=14.5, small=True),
        Column(terms.HANDOVER_SIGNERS, lambda r: r.signers, mm=16, missing="", head="移交接收\n签字"),
        Column(terms.REMARK, lambda r: r.remark, mm=12, missing=""),
    ),
    signatures=("移交方（章）", "接收方（章）", "监交方（镇/县）", "日期"),
    basis=("原值为确权时的原值。一项资产确权变更的，前后各列一行，备注写明止日。",),
)  # fmt: skip
