"""Asset papers for tests: a settled project, what it left behind, titles and disposals, by the office's own acts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from fundsys import store
from fundsys.domain.asset_matters import BenefitScope, Right
from fundsys.domain.assets import AssetClass, AssetForm, OwnerType
from fundsys.domain.money import Money
from fundsys.domain.projects import ProjectStatus
from fundsys.models.assets import Asset
from fundsys.models.matters import AssetMatter
from fundsys.services import matters
from fundsys.services.acts import act
from tests.money import approved_notice, given, make_projects
from tests.publicity import a_village, lead, owner

ACCEPTED, REGISTERED, TITLED, DISPOSED = date(2024, 6, 1), date(2024, 6, 20), date(2024, 7, 10), date(2024, 9, 1)


def settled_project(wan: str = "100", *sources: tuple[str, str], **told: Any) -> int:
    """Id of a project of the owner's, accepted and settled, paid from these sources (code, 万元)."""
    town, village = a_village()
    facts: dict[str, Any] = {
        "status": ProjectStatus.SETTLED,
        "wan": "500",
        "town_id": town,
        "village_id": village,
        "started_on": date(2024, 2, 1),
        "completed_on": date(2024, 5, 20),
        "accepted_on": ACCEPTED,
        "settled_on": date(2024, 6, 10),
        "settled_amount": Money.wan(wan),
    }
    project = make_projects(facts | told)[0]
    for line, (_, amount) in zip(approved_notice(*sources), sources, strict=True) if sources else ():
        given(line, [(project, amount)])
    return project


def line(name: str, wan: str, **told: Any) -> matters.LineEntry:
    """One asset line, or with expense= money spent on none."""
    usual: dict[str, Any] = {
        "asset_class": AssetClass.INCOME,
        "form": AssetForm.FIXED,
        "kind": "养殖圈舍与附属设施",
        "quantity": Decimal(1),
        "quantity_unit": "座",
        "owner_name": "大力村股份经济合作社",
    }
    return matters.LineEntry(name=name, amount=Money.wan(wan), **(usual | told))


def settled(matter_id: int, by: int | None = None, approver: int | None = None) -> None:
    """Hand a paper over and approve it."""
    with act(by=by or owner(), what="提交") as opened:
        matters.submit_matter(matter_id, act=opened)
    with act(by=approver or lead(), what="审定") as opened:
        matters.approve_matter(matter_id, act=opened)


def formed(project: int, *lines: matters.LineEntry) -> list[int]:
    """Ids of the assets a project left behind."""
    with act(by=owner(), what="登记形成") as opened:
        matter = matters.draft_formation(project, matters.FormationEntry(REGISTERED, lines), act=opened).id
    settled(matter)
    with store.snapshot() as session:
        found = session.get_one(AssetMatter, matter)
        return [one.asset_id for one in found.lines if one.asset_id]


def an_asset(wan: str = "100") -> int:
    """Id of an asset a settled project left behind."""
    return formed(settled_project(wan, ("F101", wan)), line("羊舍", wan))[0]


def holders(*shares: str, right: Right = Right.OWN) -> tuple[matters.HolderEntry, ...]:
    """Villages holding a right with these shares, such as 1/3."""
    names = ("大力村股份经济合作社", "八渡村股份经济合作社", "桃园村股份经济合作社")
    return tuple(
        matters.HolderEntry(right, OwnerType.COLLECTIVE, name, Fraction(share))
        for name, share in zip(names, shares, strict=False)
    )


def title_entry(**told: Any) -> matters.TitleEntry:
    """A title as typed, with its handover."""
    usual: dict[str, Any] = {
        "happened_on": TITLED,
        "scope": BenefitScope.VILLAGE,
        "holders": holders("1"),
        "certificate_no": "陇资确〔2024〕1号",
        "giver": "县畜产局",
        "receiver": "大力村股份经济合作社",
        "overseer": "八渡镇人民政府",
        "signers": "张三、李四、王五",
        "handed_over_on": TITLED,
    }
    return matters.TitleEntry(**(usual | told))


def titled(asset: int, **told: Any) -> int:
    """Id of an approved title."""
    with act(by=owner(), what="登记确权") as opened:
        matter = matters.draft_title(asset, title_entry(**told), act=opened).id
    settled(matter)
    return matter


def disposal_entry(**told: Any) -> matters.DisposalEntry:
    """A disposal as typed: damage beyond repair."""
    usual: dict[str, Any] = {
        "happened_on": DISPOSED,
        "ground": "自然灾害损毁无法修复",
        "method": "报损",
        "document_no": "陇政办函〔2024〕31号",
        "meeting": "村民代表会议 2024年8月20日",
        "owner_opinion": "同意报损",
        "town_opinion": "情况属实",
        "bureau_opinion": "同意",
    }
    return matters.DisposalEntry(**(usual | told))


def disposed(asset: int, **told: Any) -> int:
    """Id of an approved disposal."""
    with act(by=owner(), what="申请处置") as opened:
        matter = matters.draft_disposal(asset, disposal_entry(**told), act=opened).id
    settled(matter)
    return matter


def the_asset(asset_id: int) -> Asset:
    """The asset as it stands."""
    with store.snapshot() as session:
        found = session.get_one(Asset, asset_id)
        session.expunge(found)
        return found


def matter(matter_id: int) -> AssetMatter:
    """The paper as it stands."""
    with store.snapshot() as session:
        found = session.scalars(select(AssetMatter).where(AssetMatter.id == matter_id)).one()
        session.expunge(found)
        return found


def newest() -> AssetMatter:
    """The newest paper as it stands."""
    with store.snapshot() as session:
        found = session.scalars(select(AssetMatter).order_by(AssetMatter.id.desc())).first()
        assert found is not None
        session.expunge(found)
        return found
