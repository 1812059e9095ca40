"""The workbench: what waits for a person today, the year's figures, the rules, and where the money has come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for

from fundsys.domain.money import total
from fundsys.domain.rights import Permission, Role, Scope
from fundsys.domain.rules.base import ORDER, Outcome
from fundsys.extensions import db
from fundsys.queries import bench
from fundsys.queries.facts import county_today
from fundsys.queries.findings import Checked, findings
from fundsys.queries.legacy_records import labels
from fundsys.queries.slices import Grouping, Slice
from fundsys.queries.spending import spending
from fundsys.queries.standing import standing
from fundsys.queries.suspects import Depth
from fundsys.queries.viewer import Viewer
from fundsys.queries.waiting import LISTED, Waiting, waiting
from fundsys.queries.year_money import year_money
from fundsys.web import bench_charts as charts
from fundsys.web.access import SIGNED_IN, allow, me
from fundsys.web.checks import view
from fundsys.web.following.flow import spending_chart
from fundsys.web.frame import work_year

bp = Blueprint("home", __name__)
P = Permission
_WEEKDAYS = "一二三四五六日"
DOORS: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "drafts": ("继续分配", "funds.allocate", "line_id", {}),
    "notice": ("去分配", "funds.show", "notice_id", {}),
    "review_notice": ("去复核", "funds.review_notice", "notice_id", {}),
    "review_line": ("去复核", "funds.review_line", "line_id", {}),
    "correction": ("去复核", "corrections.show", "correction_id", {}),
    "posting": ("去复核", "corrections.posting", "posting_id", {}),
    "period": ("去核对", "periods.index", "year", {}),
    "requests": ("去受理", "payments.requests", "", {"state": "submitted"}),
    "request": ("去修改", "payments.request_", "request_id", {}),
    "review_payments": ("去复核", "payments.review_payments", "", {}),
    "review_disbursements": ("去复核", "payments.review_disbursements", "", {}),
    "contract": ("去确认", "payments.contract", "contract_id", {}),
    "town_review": ("去审核", "library.town_review", "", {}),
    "appraisal": ("去论证", "library.appraisal", "", {}),
    "admission": ("去入库", "library.admission", "", {}),
    "plan": ("去审定", "library.approve_plan", "", {}),
    "changes": ("去审定", "library.change_list", "", {"state": "submitted"}),
    "proposal": ("去修改", "library.edit", "project_id", {}),
    "review_public": ("去审定", "publicity.review", "", {}),
    "public": ("去修改", "publicity.show", "public_id", {}),
    "public_over": ("去登记", "publicity.index", "", {"unreported": "1", "state": "approved"}),
    "owed_public": ("看清单", "publicity.owed", "", {"state": "late"}),
    "extensions": ("去审定", "construction.extension_list", "", {"state": "submitted"}),
    "construction": ("去办理", "construction.show", "project_id", {}),
    "silent_projects": ("看清单", "construction.silent", "", {}),
    "retentions": ("看清单", "construction.retention_list", "", {"state": "due"}),
    "review_relief": ("去审定", "relief.review", "", {}),
    "relief_roster": ("去修改", "relief.roster", "roster_id", {}),
    "relief_plan": ("去修改", "relief.show", "project_id", {}),
    "matters": ("去审定", "matters.index", "", {"state": "submitted"}),
    "matter": ("去修改", "matters.show", "matter_id", {}),
    "income_papers": ("去审定", "matters.index", "", {"state": "submitted", "area": "income"}),
    "arrears": ("去催收", "income.index", "", {"stand": "owed", "year": ""}),
    "income_paid": ("看清单", "matters.index", "", {"kind": "share", "state": "approved"}),
    "to_pay": ("去支付", "income.new_payout", "matter_id", {}),
    "late_idle": ("看清单", "income.idle", "", {}),
    "formable": ("去登记", "matters.formable", "", {}),
    "progress": ("报进度", "projects.report", "project_id", {}),
    "asset": ("看资产", "assets.show", "asset_id", {}),
    "undecided": ("去定类", "industry.index", "", {"batch": "none"}),
    "remedies": ("看清单", "industry.index", "", {"late": "1"}),
    "proposals": ("去审定", "industry.proposals", "", {}),
    "open_defects": ("看清单", "maintenance.defect_list", "", {"state": "open"}),
    "maintenance_money": ("去复核", "maintenance.posting_list", "", {"state": "submitted"}),
    "fixed_defects": ("去销号", "maintenance.defect_list", "", {"state": "fixed"}),
    "late_remedies": ("看清单", "industry.follow", "", {"stand": "late"}),
    "silent_remedies": ("去填报", "industry.follow", "", {"stand": "silent"}),
    "untitled": ("看清单", "assets.index", "year", {"titled": "no"}),
    "problem": ("看问题", "rectification.show", "finding_id", {}),
    "to_rectify": ("去整改", "rectification.show", "finding_id", {}),
    "to_close": ("去销号", "rectification.index", "", {"state": "answered"}),
    "drift": ("看清单", "drift.index", "", {}),
    "stocktake": ("去盘点", "stocktakes.show", "stocktake_id", {"state": "open"}),
    "end_stocktake": ("去结束", "stocktakes.show", "stocktake_id", {}),
    "differences": ("去提出", "stocktakes.show", "stocktake_id", {"state": "differs"}),
    "treatments": ("去审定", "stocktakes.treatment_list", "", {"state": "proposed"}),
    "treatments_back": ("去修改", "stocktakes.treatment_list", "", {"state": "returned"}),
    "faults": ("去下达", "check_runs.faults", "", {"task": "no"}),
    "waivers": ("去批准", "waivers.index", "", {"standing": "waiting"}),
    "waiver": ("看豁免", "waivers.show", "waiver_id", {}),
    "negative_hits": ("去复核", "negative_list.index", "", {}),
    "target_reports": ("去填报", "targets.report_list", "month", {}),
    "late_targets": ("看清单", "targets.report_list", "month", {"stand": "missing"}),
    "target_report": ("去修改", "targets.report", "report_id", {}),
    "review_target_reports": ("去确认", "targets.review", "", {}),
    "confirm_targets": ("去批准", "targets.confirm", "", {}),
    "policy_documents": ("去确认", "documents.index", "", {"state": "submitted"}),
    "accounts": ("看账号", "people.index", "", {}),
    "rule": ("看明细", "checks.show", "", {}),
}
"""What opens each kind of waiting thing: word, endpoint, the argument its id fills, other arguments."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of 等我办的, as parts/figures.html draws it."""

    when: str
    left: str
    tone: str
    title: str
    why: str
    act: str
    url: str
    main: bool = False


@bp.route("/")
@allow(SIGNED_IN)
def index() -> str:
    """The workbench of the person's role."""
    who, today, year = me(), county_today(db.session), work_year()
    session = db.session()
    checked = findings(session, year, depth=Depth.FIGURES) if who.can(P.READ_RULES) else []
    everything = [*waiting(session, who, year, today), *_failing(who, checked)]
    all_shown = request.args.get("all") == "1"
    items = _items(everything if all_shown else everything[:LISTED], today)
    lines = [view.line(c) for c in checked]
    on_bench = [view.line(c) for c in checked if c.approved.rule in ORDER]
    return render_template(
        "home/index.html",
        today=today,
        weekday=_WEEKDAYS[today.weekday()],
        items=items,
        waiting_count=len(everything),
        all_shown=all_shown,
        due_today=sum(1 for w in everything if w.due == today and not w.late_words),
        overdue=sum(1 for w in everything if w.due and w.due < today and not w.late_words),
        days_to_year_end=(date(year, 12, 31) - today).days,
        lines=on_bench,
        every=len(lines),
        misses=sum(1 for c in checked if c.approved.outcome is Outcome.FAIL),
        stands=[] if who.role.is_administrator else charts.standing_figures(standing(session, who, year, today)),
        tally=view.tally(lines),
        acts=_acts(who),
        **_parts(who, year, today, lines),
    )


def _failing(who: Viewer, checked: Sequence[Checked]) -> list[Waiting]:
    """Rules not met, for those who follow all of them."""
    if who.role not in (Role.LEAD, Role.INSPECTOR, Role.LEADER):
        return []
    return [
        Waiting(
            f"rule:{c.approved.rule}",
            0,
            None,
            f"{c.approved.title}未达到",
            f"{c.approved.measured_words}，{c.approved.distance_words}",
        )
        for c in checked
        if c.approved.outcome.code == "FAIL"
    ]


def _items(found: Sequence[Waiting], today: date) -> list[Item]:
    """The lines with words for their days; the first that is due soonest wears the main button."""
    made = [_item(one, today) for one in found]
    best = next((i for i, one in enumerate(made) if one.tone == "soon" or (one.when != "-" and one.tone != "late")), 0)
    return [Item(i.when, i.left, i.tone, i.title, i.why, i.act, i.url, place == best) for place, i in enumerate(made)]


def _item(one: Waiting, today: date) -> Item:
    kind, _, code = one.kind.partition(":")
    if kind == "policy":
        act, url = "去批准", url_for("policy.show", year=one.id, code=code)
    elif kind == "rule":
        act, url = "看明细", url_for("checks.show", code=code)
    else:
        act, endpoint, name, more = DOORS[kind]
        args: dict[str, Any] = {name: one.id, **more} if name else more
        url = url_for(endpoint, **args)
    when, left, tone = _when(one, today)
    return Item(when, left, tone, one.title, one.why, act, url)


def _when(one: Waiting, today: date) -> tuple[str, str, str]:
    """The day, how far it is, and how pressing."""
    if one.due is None:
        return "-", "未限期", ""
    shown = one.due.strftime("%m-%d") if one.due.year == today.year else one.due.strftime("%Y-%m")
    days = (one.due - today).days
    if one.late_words:
        return shown, f"{one.late_words} {_span(-days)}" if days < 0 else "今天", "soon" if days < -3 else ""
    if days < 0:
        return shown, f"逾期 {_span(-days)}", "late"
    return shown, "今天到期" if days == 0 else f"还有 {days} 天", "soon" if days <= 3 else ""


def _span(days: int) -> str:
    return f"{days} 天" if days < 400 else f"{days // 365} 年"


def _acts(who: Viewer) -> list[tuple[str, str]]:
    """The acts at the right of the heading."""
    wanted = (
        ("全县总览", "overview.index", P.READ_OVERVIEW),
        ("登记指标文", "funds.new", P.REGISTER_NOTICE),
        ("待复核", "funds.review", P.REVIEW_MONEY),
        ("建设进度", "projects.progress_list", P.UPDATE_PROGRESS),
        ("四个一批", "industry.index", P.CLASSIFY),
        ("打印台账", "ledgers.index", P.PRINT),
        ("登记账号", "people.new", P.MANAGE_USERS),
    )
    return [(word, url_for(endpoint)) for word, endpoint, permission in wanted if who.can(permission)][:2]


def _parts(who: Viewer, year: int, today: date, lines: Sequence[view.Line]) -> dict[str, Any]:
    """Figures and charts of the role."""
    session = db.session()
    if who.role.is_administrator:
        return {"figures": charts.desk_figures(bench.desk(session)), "charts": []}
    if who.scope(P.READ_MONEY) is Scope.ALL:
        levels = year_money(session, year)
        transition = bench.transition_only(levels)
        sums = bench.year_sums(session, year, transition)
        beside = total(level.allotted for level in levels) - sums.allotted
        figures = charts.money_figures(sums, len(transition), beside, year)
        return {
            "figures": [*figures, charts.rules_figure(view.tally(lines))],
            "charts": [charts.money_chart(transition, year), _second_chart(who, year, today, sums)],
            "prints": bench.latest_prints(session) if who.role is Role.INSPECTOR else None,
        }
    assets = bench.asset_counts(session, who)
    if who.can(P.READ_PROJECTS):
        own = bench.own_projects(session, who, year)
        drawn = [charts.own_chart(own), charts.asset_chart(assets)]
        return {
            "figures": charts.own_figures(
                own, year, bench.own_money(session, who, year), assets, who.can(P.READ_MONEY)
            ),
            "charts": drawn,
        }
    return {"figures": charts.asset_figures(assets), "charts": [charts.asset_chart(assets)]}


def _second_chart(who: Viewer, year: int, today: date, sums: bench.YearSums) -> charts.Chart:
    """Beside the money: classes for the lead bureau, assets for the inspector, spending for finance, payments else."""
    session = db.session()
    if who.role is Role.LEAD:
        return charts.legacy_chart(bench.legacy_counts(session), labels(session, year))
    if who.role is Role.INSPECTOR:
        return charts.asset_chart(bench.asset_counts(session, who))
    if who.role in (Role.FINANCE_ENTRY, Role.FINANCE_REVIEW):
        return spending_chart(spending(session, who, Slice(year), Grouping.MONTH, today), year)
    return charts.payment_chart(bench.paid_by_month(session, year, today), bench.checkpoints(session), sums, year)
