"""Days: what must come first came first, and nothing that happened lies in the future."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text

from fundsys.models.journal import Act
from fundsys.services.acts import SHANGHAI

from .report import Check
from .rows import label_of

_ORDERED = (
    ("allotment_notice", "issued_on <= received_on", "的收文日期早于发文日期"),
    ("project", "started_on <= completed_on", "的完工日期早于开工日期"),
    ("project", "completed_on <= accepted_on", "的验收日期早于完工日期"),
)
_HAPPENED = {
    "allotment_notice": ("received_on",),
    "allocation": ("decided_on",),
    "disbursement": ("disbursed_on",),
    "payment": ("paid_on",),
    "line_posting": ("decided_on",),
    "correction": ("decided_on",),
    "contract": ("signed_on",),
    "payment_request": ("applied_on",),
    "project": ("started_on", "completed_on", "accepted_on", "settled_on"),
    "patrol": ("patrolled_on",),
    "count_entry": ("counted_on",),
    "count_surplus": ("found_on",),
    "sample_look": ("looked_on",),
    "progress_report": ("reported_on",),
    "project_step": ("happened_on",),
    "project_paper": ("dated_on",),
    "library_entry": ("submitted_on", "reviewed_on", "appraised_on", "returned_on"),
    "plan_proposal": ("proposed_on", "decided_on"),
    "project_change": ("proposed_on", "decided_on"),
    "tender": ("announced_on", "decided_on"),
    "extension": ("proposed_on", "decided_on"),
    "acceptance": ("held_on", "proposed_on", "decided_on"),
    "settlement": ("reported_on", "proposed_on", "decided_on"),
    "value_entry": ("happened_on",),
    "asset_title": ("begins_on", "handed_over_on"),
    "income_receipt": ("received_on",),
    "station_settlement": ("settled_on",),
    "income_sharing": ("meeting_on",),
}


def dates(check: Check) -> None:
    """I25: what must come first came first, and nothing that happened lies in the future."""
    for table, right, told in _ORDERED:
        query = text(f"select id from {table} where not ({right}) order by id limit 100")
        for row_id in check.session.execute(query).scalars().all():
            check.found("I25", table, row_id, told, label_of(check, table, row_id))
    early = check.session.execute(
        text(
            "select d.id from disbursement d join allotment_line l on l.id = d.line_id"
            " join allotment_notice n on n.id = l.notice_id where d.disbursed_on < n.issued_on order by d.id limit 100"
        )
    )
    for row_id in early.scalars().all():
        check.found(
            "I25", "disbursement", row_id, "的拨付日期早于指标下达日期", label_of(check, "disbursement", row_id)
        )
    today = datetime.now(SHANGHAI).date()
    last = check.session.query(Act.office_day).order_by(Act.seq.desc()).limit(1).scalar()
    tomorrow = max(today, last or today) + timedelta(days=1)
    for table, columns in _HAPPENED.items():
        for column in columns:
            query = text(f"select id from {table} where {column} >= :tomorrow order by id limit 100")
            for row_id in check.session.execute(query, {"tomorrow": tomorrow.isoformat()}).scalars().all():
                told = f"写着将来的日期（{column}）"
                check.found("I25", table, row_id, told, label_of(check, table, row_id))
            check.count("dates", 1)
