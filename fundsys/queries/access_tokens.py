"""Access tokens: the one a request shows, and the lists of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, false, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from fundsys.domain.access_tokens import TokenScope
from fundsys.domain.rights import Permission, Role
from fundsys.models.office import AccessToken, Credential, Person, TokenUse
from fundsys.queries.viewer import Viewer


@dataclass(frozen=True, slots=True)
class HeldToken:
    """A token as a request shows it. last_on: the last day it was used, None for never."""

    id: int
    person_id: int
    scope: TokenScope
    permissions: frozenset[Permission]
    first_day: date
    last_day: date
    rights_no: int
    secret_no: int
    ended_on: date | None
    last_on: date | None

    def is_open(self, day: date) -> bool:
        """Whether it opens anything on this day."""
        return self.ended_on is None and self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token of a list. over: its person's rights or secret have changed since, or the account is shut."""

    id: int
    person_id: int
    person: str
    login: str
    role: Role
    name: str
    scope: TokenScope
    permissions: tuple[str, ...]
    first_day: date
    last_day: date
    made_on: date
    last_on: date | None
    ended_on: date | None
    over: bool

    def state(self, today: date) -> str:
        """What became of it."""
        if self.ended_on is not None:
            return "已停用"
        if self.over:
            return "已失效"
        if today > self.last_day:
            return "已到期"
        return "未启用" if today < self.first_day else "在用"

    @property
    def permission_labels(self) -> str:
        """The chosen rights in words."""
        return "、".join(p.label for p in Permission if p.code in self.permissions)


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


_TOKEN = (
    select(
        AccessToken.id,
        AccessToken.person_id,
        AccessToken.scope,
        AccessToken.permissions,
        AccessToken.first_day,
        AccessToken.last_day,
        AccessToken.rights_no,
        AccessToken.secret_no,
        AccessToken.ended_on,
        TokenUse.last_on,
    )
    .join(TokenUse, TokenUse.token_id == AccessToken.id, isouter=True)
    .where(AccessToken.token_digest == bindparam("digest"))
)


def held_token(reading: Connection, token: str) -> HeldToken | None:
    """The token of this text; None when there is none."""
    row = reading.execute(_TOKEN, {"digest": digest_of(token)}).first()
    if row is None:
        return None
    told: list[Any] = list(row)
    told[3] = frozenset(p for p in Permission if p.code in told[3])
    return HeldToken(*told)


def tokens(session: Session, who: Viewer, of_all: bool = False) -> list[TokenRow]:
    """The person's own tokens, or everybody's that are not ended; the newest first."""
    over = (
        (Person.rights_no != AccessToken.rights_no)
        | (Credential.secret_no != AccessToken.secret_no)
        | (Person.active == false())
    )
    query = (
        select(
            AccessToken.id,
            AccessToken.person_id,
            Person.name,
            Person.login,
            Person.role,
            AccessToken.name,
            AccessToken.scope,
            AccessToken.permissions,
            AccessToken.first_day,
            AccessToken.last_day,
            AccessToken.made_on,
            TokenUse.last_on,
            AccessToken.ended_on,
            over,
        )
        .join(Person, Person.id == AccessToken.person_id)
        .join(Credential, Credential.person_id == Person.id)
        .join(TokenUse, TokenUse.token_id == AccessToken.id, isouter=True)
        .where(AccessToken.ended_on.is_(None) if of_all else AccessToken.person_id == who.id)
        .order_by(AccessToken.id.desc())
    )
    return [TokenRow(*tuple[Any, ...](row)) for row in session.execute(query)]
