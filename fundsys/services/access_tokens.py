"""Giving out and ending access tokens, and the day each was last used."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from fundsys import store
from fundsys.domain.access_tokens import TokenScope, check_days, rights_of, token_text
from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.rights import Permission
from fundsys.models.office import AccessToken, Credential, TokenUse
from fundsys.queries.access_tokens import HeldToken, digest_of
from fundsys.queries.viewer import viewer_of
from fundsys.services.acts import Act

MOST = 20
"""Open tokens of one person."""


def make_token(
    name: str,
    scope: TokenScope,
    permissions: Collection[Permission],
    first_day: date | None,
    last_day: date,
    *,
    today: date,
    act: Act,
) -> str:
    """Give the person acting a token; its text is returned, and kept nowhere.

    today: on the calendar by which a token opens and ends (a demo county's office day stands still, its tokens do not).
    Raises: DomainError for days, rights or a name that will not do, or too many tokens.
    """
    person = act.person
    if person is None:
        raise DomainError("接口凭证只由本人领取")
    begin = first_day or today
    check_days(begin, last_day, today, store.settings().token_days)
    codes = {permission.code for permission in permissions}
    if scope is TokenScope.CHOSEN and not codes:
        raise DomainError("请至少选一项权限", field="permissions")
    if codes - {permission.code for permission in rights_of(person.role)}:
        raise DomainError("只能选本人已有的权限", field="permissions")
    open_ones = select(AccessToken).where(AccessToken.person_id == person.id, AccessToken.ended_on.is_(None))
    mine = [one for one in act.session.scalars(open_ones) if one.last_day >= today]
    if any(one.name == name for one in mine):
        raise DomainError(f"已有名为“{name}”的凭证，请换一个名称，或者先停用原来的", field="name")
    if len(mine) >= MOST:
        raise DomainError(f"一个人最多有 {MOST} 个在用的凭证，请先停用不用的")
    secret_no = act.session.scalars(select(Credential.secret_no).where(Credential.person_id == person.id)).one()
    token = token_text(store.current_county(), secrets.token_urlsafe(32))
    act.session.add(
        AccessToken(
            person_id=person.id,
            name=name,
            token_digest=digest_of(token),
            scope=scope,
            permissions=tuple(sorted(codes)) if scope is TokenScope.CHOSEN else (),
            first_day=begin,
            last_day=last_day,
            rights_no=person.rights_no,
            secret_no=secret_no,
            made_on=act.day,
        )
    )
    act.subject = f"{person.login}：{name}"
    return token


def end_token(token_id: int, *, act: Act) -> None:
    """End a token at once: the person's own, or anybody's by the administrator of rights. Raises NotFound, DomainError."""
    token = act.session.get(AccessToken, token_id)
    who = viewer_of(act.person) if act.person else None
    if token is None or (who is not None and token.person_id != who.id and not who.can(Permission.MANAGE_RIGHTS)):
        raise NotFound("没有这个接口凭证，或者不是您的")
    if token.ended_on is not None:
        raise DomainError("这个凭证已经停用")
    token.ended_on, token.ended_by = act.day, act.person_id
    act.subject = token.name


def used(token: HeldToken, today: date) -> None:
    """Keep that a token was used today; written once a day."""
    if token.last_on is not None and token.last_on >= today:
        return
    with store.writing() as session:
        kept = session.scalars(select(TokenUse).where(TokenUse.token_id == token.id)).one_or_none()
        if kept is None:
            session.add(TokenUse(token_id=token.id, last_on=today))
        else:
            kept.last_on = today
