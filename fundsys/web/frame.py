"""What stands around every page: the person, the county, the side bar."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, g, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from fundsys.domain.rights import Permission, Role, Scope, may
from fundsys.extensions import db
from fundsys.models.office import County
from fundsys.queries.kept import kept
from fundsys.queries.messages import unread
from fundsys.queries.viewer import WHOLE_COUNTY, Viewer
from fundsys.web.access import me_or_none
from fundsys.web.dress import is_twin

P = Permission
NAVIGATION: tuple[tuple[str, tuple[tuple[str, str, Permission], ...]], ...] = (
    ("资金", (
        ("指标文", "funds.index", P.READ_MONEY),
        ("资金分配", "funds.allocations", P.READ_MONEY),
        ("合同", "payments.contracts", P.READ_MONEY),
        ("支付申请", "payments.requests", P.READ_MONEY),
        ("支付", "payments.payments", P.READ_MONEY),
        ("拨付", "payments.disbursements", P.READ_MONEY),
        ("待复核", "funds.review", P.REVIEW_MONEY),
    )),
    ("调整与结账", (
        ("调整和收回", "corrections.index", P.READ_MONEY),
        ("退回上级", "corrections.returns", P.READ_MONEY),
        ("结转结余", "corrections.balances", P.READ_MONEY),
        ("月结", "periods.index", P.READ_PERIODS),
        ("开启年度", "years.index", P.READ_PERIODS),
    )),
    ("资金跟踪", (
        ("支出进度", "following.spending_page", P.READ_MONEY),
        ("资金流向", "following.flow", P.READ_MONEY),
        ("资金账龄", "following.ageing", P.READ_MONEY),
        ("国库对账", "following.treasury", P.IMPORT_PAYMENTS),
        ("国库对账", "following.treasury", P.REVIEW_MONEY),
        ("国库对账", "following.treasury", P.READ_BUSINESS_TRAIL),
    )),
    ("项目", (
        ("项目库", "library.index", P.READ_PROJECTS),
        ("镇审核", "library.town_review", P.APPROVE_TOWN_STEP),
        ("论证入库", "library.appraisal", P.ADMIT_PROJECT),
        ("年度计划", "projects.index", P.READ_PROJECTS),
        ("计划申报", "library.plan", P.READ_PROJECTS),
        ("项目变更", "library.change_list", P.READ_PROJECTS),
        ("重点事项", "library.tags", P.READ_PROJECTS),
        ("建设进度", "projects.progress_list", P.UPDATE_PROGRESS),
        ("计划与进度", "construction.month_view", P.READ_PROJECTS),
        ("本月未报", "construction.silent", P.READ_PROJECTS),
        ("工期延期", "construction.extension_list", P.READ_PROJECTS),
        ("质保金", "construction.retention_list", P.READ_PROJECTS),
        ("以工代赈", "relief.index", P.READ_PROJECTS),
        ("审定以工代赈", "relief.review", P.APPROVE_WORK_RELIEF),
    )),
    ("资产", (
        ("资产登记", "assets.index", P.READ_ASSETS),
        ("资产总账", "books.index", P.READ_ASSETS),
        ("资产办理", "matters.index", P.READ_ASSETS),
        ("确权进度", "matters.titling", P.READ_ASSETS),
        ("资产收益", "income.index", P.READ_ASSETS),
        ("经营合同", "income.contracts", P.READ_ASSETS),
        ("闲置低效", "income.idle", P.READ_ASSETS),
        ("资产盘点", "stocktakes.index", P.READ_ASSETS),
    )),
    ("管护", (
        ("我的巡查", "maintenance.mine", P.PATROL),
        ("应巡查", "maintenance.duty_list", P.READ_ASSETS),
        ("巡查表", "maintenance.sheet_list", P.PATROL),
        ("巡查表", "maintenance.sheet_list", P.MAINTAIN),
        ("管护问题", "maintenance.defect_list", P.READ_ASSETS),
        ("事件后巡查", "maintenance.call_list", P.READ_ASSETS),
        ("管护经费", "maintenance.money", P.READ_ASSETS),
        ("安置点管护", "maintenance.site_list", P.READ_ASSETS),
        ("管护办法", "maintenance.scheme_list", P.READ_ASSETS),
        ("管护办法", "maintenance.scheme_list", P.EDIT_DICTIONARY),
    )),
    ("帮扶产业", (
        ("四个一批", "industry.index", P.READ_LEGACY),
        ("四个一批分布", "industry.spread", P.READ_LEGACY),
        ("分类建议", "industry.proposals", P.READ_LEGACY),
        ("措施跟踪", "industry.follow", P.READ_LEGACY),
    )),
    ("公示公告", (
        ("应公示事项", "publicity.owed", P.READ_RULES),
        ("应公示事项", "publicity.owed", P.PUBLISH),
        ("公示登记", "publicity.index", P.READ_RULES),
        ("公示登记", "publicity.index", P.PUBLISH),
        ("审定公示", "publicity.review", P.APPROVE_NOTICE_TEXT),
        ("公示事项表", "publicity.duty_list", P.APPROVE_NOTICE_TEXT),
        ("公示事项表", "publicity.duty_list", P.EDIT_DICTIONARY),
    )),
    ("目标和政策", (
        ("年度目标", "targets.index", P.READ_TARGETS),
        ("目标月报", "targets.report_list", P.READ_TARGETS),
        ("确认月报", "targets.review", P.APPROVE_TARGET),
        ("批准目标", "targets.confirm", P.APPROVE_POLICY),
        ("政策文件", "documents.index", P.READ_RULES),
    )),
    ("检查与台账", (
        ("全县总览", "overview.index", P.READ_OVERVIEW),
        ("规则检查", "checks.index", P.READ_RULES),
        ("检查记录", "check_runs.index", P.READ_RULES),
        ("规则豁免", "waivers.index", P.READ_RULES),
        ("负面清单复核", "negative_list.index", P.REVIEW_MONEY),
        ("负面清单复核", "negative_list.index", P.FIND),
        ("问题整改", "rectification.index", P.READ_FINDINGS),
        ("抽样检查", "samples.index", P.INSPECT),
        ("重复影像", "publicity.twice", P.FIND),
        ("台账打印", "ledgers.index", P.PRINT),
        ("打印任务", "queue.index", P.PRINT),
        ("打印记录", "log.index", P.PRINT),
        ("台账差异", "differences.index", P.PRINT),
        ("打印后变动", "drift.index", P.FIND),
        ("导入", "imports.index", P.IMPORT_PROJECTS),
        ("导入", "imports.index", P.IMPORT_NOTICES),
        ("导入记录", "import_records.index", P.REVERSE_IMPORT),
        ("上报表式", "exchange.index", P.PRINT),
    )),
    ("管理", (
        ("账号", "people.index", P.MANAGE_USERS),
        ("账号", "people.index", P.MANAGE_RIGHTS),
        ("账号", "people.index", P.READ_ADMINISTRATION),
        ("工作移交", "working.hand_overs", P.HAND_OVER),
        ("阈值和口径", "policy.index", P.EDIT_POLICY),
        ("阈值和口径", "policy.index", P.APPROVE_POLICY),
        ("字典", "dictionaries.index", P.EDIT_DICTIONARY),
        ("上报表式", "exchange.index", P.EDIT_DICTIONARY),
        ("办理日志", "journal.index", P.READ_JOURNAL),
        ("系统状态", "health.index", P.CONFIGURE),
    )),
)  # fmt: skip


_OWN = (("工作台", "home.index"), ("消息", "working.messages"), ("我的事项", "working.my_work"))
"""Pages of everybody signed in, above the groups."""
_ENDPOINTS = {endpoint for _, entries in NAVIGATION for _, endpoint, _ in entries}
SHARED = {subject for subject, count in Counter(e.partition(".")[0] for e in _ENDPOINTS).items() if count > 1} | {
    "people",
    "working",
}
"""Subjects whose pages stand under several entries, or under none: BELONGS says under which."""

BELONGS = {
    "funds.show": "funds.index",
    "funds.new": "funds.index",
    "funds.edit": "funds.index",
    "funds.allocate": "funds.allocations",
    "funds.compare_plans": "funds.allocations",
    "funds.propose": "funds.allocations",
    "funds.rebalance_year": "funds.allocations",
    "funds.allocation": "funds.allocations",
    "funds.reverse": "funds.allocations",
    "funds.review_notice": "funds.review",
    "funds.review_line": "funds.review",
    "payments.review_payments": "funds.review",
    "payments.review_disbursements": "funds.review",
    **{f"payments.{name}": "payments.contracts" for name in ("contract", "new_contract", "edit_contract")},
    **{f"payments.{name}": "payments.requests" for name in ("request_", "new_request", "edit_request", "accept")},
    **{
        f"payments.{name}": "payments.payments"
        for name in ("payment", "new_payment", "edit_payment", "drafts", "reverse_payment")
    },
    **{
        f"payments.{name}": "payments.disbursements"
        for name in ("disbursement", "new_disbursement", "reverse_disbursement")
    },
    **{
        f"library.{name}": "library.index" for name in ("show", "new", "edit", "remove", "roll", "propose", "edit_tags")
    },
    **{
        f"construction.{name}": "construction.month_view"
        for name in ("show", "papers", "tender", "acceptance", "settlement", "claims")
    },
    **{f"construction.{name}": "construction.extension_list" for name in ("extend", "extension")},
    "library.admission": "library.appraisal",
    "library.approve_plan": "library.plan",
    "library.change": "library.change_list",
    "library.show_change": "library.change_list",
    "library.tag": "library.tags",
    "corrections.adjust": "corrections.index",
    "corrections.recover": "corrections.index",
    "corrections.show": "corrections.index",
    "corrections.posting": "corrections.returns",
    "corrections.return_money": "corrections.returns",
    "corrections.undo": "corrections.returns",
    **{
        f"industry.{name}": "industry.index"
        for name in ("show", "facts", "propose", "dispose", "rehearsal", "rename", "withdraw")
    },
    "industry.measures": "industry.follow",
    "following.rows": "following.spending_page",
    "following.project_trail": "following.flow",
    "following.notice_trail": "following.flow",
    "following.treasury_list": "following.treasury",
    **{f"publicity.{name}": "publicity.index" for name in ("show", "new", "edit")},
    "publicity.duty": "publicity.duty_list",
    "working.hand_over": "working.hand_overs",
    "working.hand_over_shown": "working.hand_overs",
    "working.approve_notices": "funds.review",
    "working.approve_corrections": "funds.review",
    "working.approve_postings": "funds.review",
    "working.confirm_contracts": "payments.contracts",
    "working.accept_requests": "payments.requests",
    "working.approve_changes": "library.change_list",
    **{
        f"relief.{name}": "relief.index"
        for name in (
            "show",
            "plan",
            "new_worker",
            "edit_worker",
            "new_roster",
            "edit_roster",
            "roster",
            "new_training",
            "withdraw_training",
        )
    },
    **{
        f"income.{name}": "income.index"
        for name in (
            "asset_page",
            "new_contract",
            "edit_contract",
            "new_receipt",
            "edit_receipt",
            "new_settlement",
            "edit_settlement",
            "new_sharing",
            "edit_sharing",
            "new_payout",
            "edit_payout",
            "new_taking_back",
            "new_idle",
            "new_revival",
            "edit_idle",
        )
    },
    **{
        f"matters.{name}": "matters.index"
        for name in (
            "show",
            "formable",
            "new_formation",
            "edit_formation",
            "new_valuation",
            "edit_valuation",
            "new_title",
            "edit_title",
            "new_split",
            "new_merge",
            "new_disposal",
            "edit_disposal",
            "new_reversal",
        )
    },
    **{f"targets.{name}": "targets.index" for name in ("show", "new", "edit")},
    **{f"targets.{name}": "targets.report_list" for name in ("report", "new_report", "edit_report", "correct")},
    "maintenance.patrol": "maintenance.mine",
    "maintenance.assign": "assets.index",
    "maintenance.new_sheet": "maintenance.duty_list",
    **{f"maintenance.{name}": "maintenance.call_list" for name in ("new_call", "withdraw")},
    **{
        f"maintenance.{name}": "maintenance.money"
        for name in ("posting_list", "posting", "new_budget", "new_cost", "decide")
    },
    **{f"maintenance.{name}": "maintenance.site_list" for name in ("site", "place")},
    **{f"maintenance.{name}": "maintenance.sheet_list" for name in ("sheet", "enter")},
    **{f"maintenance.{name}": "maintenance.defect_list" for name in ("defect", "fix", "close")},
    **{f"maintenance.{name}": "maintenance.scheme_list" for name in ("scheme", "revise")},
}
"""Pages that stand under an entry of the side bar without being it."""


@dataclass(frozen=True, slots=True)
class CountyFacts:
    """What pages say of the county."""

    code: str
    name: str
    reporting_unit: str
    work_year: int
    is_demo: bool


def the_county() -> CountyFacts | None:
    """The county of this request; None before it has been set up. Asked once a request."""
    if "county" not in g:
        try:
            g.county = kept(db.session(), "county", frozenset({"county"}), _read_county)
        except DBAPIError:
            db.session.rollback()
            g.county = None
    found: CountyFacts | None = g.county
    return found


def _read_county() -> CountyFacts | None:
    query = select(County.code, County.name, County.reporting_unit, County.work_year, County.is_demo).limit(1)
    row = db.session.execute(query).first()
    return CountyFacts(*tuple[Any, ...](row)) if row else None


def work_year() -> int:
    """The year at work: the county's."""
    county = the_county()
    return county.work_year if county else 2024


def navigation(who: Viewer | None) -> Markup:
    """The side bar: the groups of what this person may open."""
    if who is None:
        return Markup()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return _side_bar(
        app, who.role, who.is_bounded, request.root_path, request.endpoint or "", unread(db.session(), who)
    )


@lru_cache(maxsize=1024)
def _side_bar(app: Flask, role: Role, bounded: bool, root: str, here: str, messages: int) -> Markup:
    """The side bar as one role sees it from one page: nothing else decides it, so it is written once.

    bounded: an inspector sent to a part of the county. messages: how many unread notices stand beside their entry.
    """
    groups = [
        {
            "label": label,
            "items": [
                {
                    "label": name,
                    "url": url,
                    "count": messages if endpoint == "working.messages" else 0,
                    "current": _is_current(here, endpoint),
                }
                for name, endpoint, url in items
            ],
        }
        for label, items in _groups(app, role, bounded, root)
    ]
    return Markup(app.jinja_env.get_template("layout/side_bar.html").render(groups=groups))


@lru_cache(maxsize=64)
def _groups(app: Flask, role: Role, bounded: bool, root: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """What a role may open: (group, [(name, endpoint, address)])."""
    groups = [("", [(name, endpoint, url_for(endpoint)) for name, endpoint in _OWN if endpoint in app.view_functions])]
    for label, entries in NAVIGATION:
        names = {
            name: endpoint
            for name, endpoint, permission in reversed(entries)
            if endpoint in app.view_functions
            and may(role, permission) is not Scope.NONE
            and not (bounded and permission in WHOLE_COUNTY)
        }
        if names:
            groups.append(
                (
                    label,
                    [
                        (name, names[name], url_for(names[name]))
                        for name in dict.fromkeys(n for n, _, _ in entries)
                        if name in names
                    ],
                )
            )
    return groups


def _is_current(here: str, endpoint: str) -> bool:
    subject = here.partition(".")[0]
    return BELONGS.get(here, here) == endpoint or (subject == endpoint.partition(".")[0] and subject not in SHARED)


def context() -> dict[str, Any]:
    """What templates may count on (the contract stands on top of layout/base.html); a page as JSON has no frame."""
    if is_twin():
        return {}
    who = me_or_none()
    county = the_county()
    told: dict[str, Any] = {
        "home_url": url_for("home.index") if "home.index" in current_app.view_functions else "/",
        "work_year": work_year(),
    }
    if county:
        told["county"] = {"name": county.name, "code": county.code, "seal": county.name[:1], "demo": county.is_demo}
    if who:
        told["me"] = {
            "id": who.id,
            "name": who.name,
            "unit": who.unit_name,
            "role": who.role.label,
            "code": who.role.code,
        }
        told["nav"] = navigation(who)
        told["sign_out_url"] = url_for("people.sign_out")
        told["help_url"] = url_for("manual.index")
        told["me_url"] = url_for("people.change_password")
        told["can"] = lambda name: who.can(Permission[name])
        if "search.index" in current_app.view_functions:
            told["search_url"] = url_for("search.index")
        told["is_administrator"] = who.role in (Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR)
    return told


def register(app: Flask) -> None:
    """Give every template its frame."""
    app.jinja_env.globals["endpoint_exists"] = lambda endpoint: endpoint in app.view_functions
    app.context_processor(context)
