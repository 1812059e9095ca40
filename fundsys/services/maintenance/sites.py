"""Which assets stand in a relocation site, where their project does not say it already."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, true

from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Permission
from fundsys.models.assets import Asset
from fundsys.queries.viewer import seen_assets
from fundsys.services.acts import Act
from fundsys.services.funds.common import need, refuse_all


def place_in_site(codes: Sequence[str], site: str, *, act: Act) -> int:
    """Say in which relocation site these assets stand; "" takes them out of any. Returns how many changed.

    Raises: NotAllowed; DomainError for codes that are not there or not in the person's care, all of them named.
    """
    who = need(act, Permission.MAINTAIN)
    wanted = list(dict.fromkeys(code.strip() for code in codes if code.strip()))
    if not wanted:
        raise DomainError("请填写资产编码，一行一个", field="codes")
    seen = seen_assets(who, Permission.MAINTAIN) if who else true()
    found: dict[str, Asset] = {}
    for start in range(0, len(wanted), 500):
        test = Asset.code.in_(wanted[start : start + 500])
        found |= {a.code: a for a in act.session.scalars(select(Asset).where(test, seen))}
    refuse_all(
        DomainError(f"没有编码为“{code}”的资产，或者不在您的管理范围内", field="codes")
        for code in wanted
        if code not in found
    )
    changed = [a for a in found.values() if a.relocation_site != site.strip()[:60]]
    if not changed:
        raise DomainError("这些资产的安置点没有变化，不用再登记", field="site")
    for asset in changed:
        asset.relocation_site = site.strip()[:60]
        asset.version += 1
    act.session.flush()
    act.subject = f"{site.strip() or '不在安置点'}：{len(changed)}项资产"
    return len(changed)
