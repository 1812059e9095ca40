"""Families of rules, by which people ask for some of them: each file of rules belongs to one."""

from __future__ import annotations

from .coded import Coded
from .rules.base import Rule, all_rules


class Family(Coded):
    """What a rule is about."""

    MONEY = "money", "资金", "info"
    PROJECTS = "projects", "项目", "info"
    PUBLICITY = "publicity", "公示公告", "info"
    RELIEF = "relief", "以工代赈", "info"
    ASSETS = "assets", "资产", "info"
    INCOME = "income", "收益", "info"
    INDUSTRY = "industry", "帮扶产业", "info"
    RECTIFICATION = "rectification", "问题整改", "info"
    ENTRIES = "entries", "编码和金额", "info"


FILES: dict[str, Family] = {
    **dict.fromkeys(
        ("money_shares", "money_pace", "notice_records", "project_money", "spending_records"), Family.MONEY
    ),
    **dict.fromkeys(
        (
            *("projects", "project_records", "project_building", "project_papers"),
            *("tenders", "construction", "doubles"),
        ),
        Family.PROJECTS,
    ),
    "publicity": Family.PUBLICITY,
    "work_relief": Family.RELIEF,
    **dict.fromkeys(("assets", "asset_records", "asset_rights", "counts"), Family.ASSETS),
    **dict.fromkeys(("income", "income_records"), Family.INCOME),
    **dict.fromkeys(("industry", "legacy_records"), Family.INDUSTRY),
    "rectification": Family.RECTIFICATION,
    "entries": Family.ENTRIES,
}
"""Files of `domain/rules` by the family their rules belong to."""


def family_of(rule: Rule) -> Family:
    """The family of a rule. A file nobody has put into a family is about projects; a house test finds it."""
    return FILES.get(rule.body.__module__.rpartition(".")[2], Family.PROJECTS)


def rules_of(family: Family | None) -> tuple[Rule, ...]:
    """The rules of a family, all of them when none is asked for, in the order of the policy page."""
    return tuple(r for r in all_rules() if family is None or family_of(r) is family)
