"""Where a record of each table is shown: the one place where a notice or a list of one's work becomes an address."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

PAGES: dict[str, tuple[str, str]] = {
    "allotment_notice": ("funds.show", "notice_id"),
    "allocation": ("funds.allocation", "allocation_id"),
    "disbursement": ("payments.disbursement", "disbursement_id"),
    "payment": ("payments.payment", "payment_id"),
    "payment_request": ("payments.request_", "request_id"),
    "contract": ("payments.contract", "contract_id"),
    "correction": ("corrections.show", "correction_id"),
    "line_posting": ("corrections.posting", "posting_id"),
    "extension": ("construction.extension", "extension_id"),
    "relief_roster": ("relief.roster", "roster_id"),
    "asset_matter": ("matters.show", "matter_id"),
    "count_treatment": ("stocktakes.treatment", "treatment_id"),
    "maintenance_posting": ("maintenance.posting", "posting_id"),
    "project_change": ("library.show_change", "change_id"),
    "public_notice": ("publicity.show", "public_id"),
    "year_target": ("targets.show", "target_id"),
    "target_report": ("targets.report", "report_id"),
    "policy_document": ("documents.show", "document_id"),
    "waiver": ("waivers.show", "waiver_id"),
    "hand_over": ("working.hand_over_shown", "hand_over_id"),
    "project": ("projects.show", "project_id"),
}
"""Tables whose own key opens their page."""
PARENT_PAGES: dict[str, tuple[str, str]] = {
    "library_entry": ("library.show", "project_id"),
    "plan_proposal": ("library.show", "project_id"),
    "acceptance": ("construction.show", "project_id"),
    "settlement": ("construction.show", "project_id"),
    "relief_plan": ("relief.show", "project_id"),
    "class_decision": ("industry.show", "project_id"),
    "accounting_period": ("periods.index", "year"),
    "policy_value": ("policy.index", "year"),
}
"""Tables shown on the page of what they belong to."""


def record_url(about: str, row_id: int, parent_id: int | None) -> str:
    """The address of the page that shows a record; the project's page for what has none of its own."""
    name, _, waits = about.partition(":")
    if name == "waiting":
        return _waiting_url(waits, row_id)
    if name in PAGES:
        endpoint, argument = PAGES[name]
        key: int | None = row_id
    else:
        endpoint, argument = PARENT_PAGES.get(name, ("projects.show", "project_id"))
        key = parent_id
    if key is None or endpoint not in current_app.view_functions:
        return url_for("home.index")
    told: dict[str, Any] = {argument: key}
    return url_for(endpoint, **told)


def _waiting_url(kind: str, row_id: int) -> str:
    from fundsys.web.home import DOORS

    door = DOORS.get(kind)
    if door is None:
        return url_for("home.index")
    _, endpoint, argument, more = door
    told: dict[str, Any] = {argument: row_id, **more} if argument else more
    return url_for(endpoint, **told)
