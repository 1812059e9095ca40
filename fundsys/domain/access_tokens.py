"""Access tokens: what a program may do in the name of a person, and how a token is written."""

from __future__ import annotations

import re
from datetime import date, timedelta

from .coded import Coded
from .errors import DomainError
from .rights import Permission, Role, Scope, may

_TOKEN = re.compile(r"(\d{6})-[0-9A-Za-z_-]{43}")


class TokenScope(Coded):
    """How much of the person's rights a token has. It never has more than its person."""

    READ = "read", "只读取", "info"
    ACT = "act", "读取和办理", "warn"
    CHOSEN = "chosen", "只限选定的权限", "info"


def county_of(token: str) -> str:
    """The county a token is of; "" for what is no token."""
    found = _TOKEN.fullmatch(token)
    return found[1] if found else ""


def token_text(county: str, secret: str) -> str:
    """A token as it is shown, once, and sent: the county, then 256 random bits."""
    return f"{county}-{secret}"


def check_days(first_day: date, last_day: date, today: date, longest: int) -> None:
    """Refuse days that run backwards, lie behind or are too many. Raises DomainError."""
    if first_day > last_day:
        raise DomainError("停用日期不能早于启用日期", field="last_day")
    if last_day < today:
        raise DomainError("停用日期已经过去，请另选一天", field="last_day")
    if last_day > max(first_day, today) + timedelta(days=longest):
        raise DomainError(f"凭证最长用 {longest} 天，请把停用日期提前，到期再领", field="last_day")


def rights_of(role: Role) -> list[Permission]:
    """The rights that may be chosen for a token of somebody of this role."""
    return [permission for permission in Permission if may(role, permission) is not Scope.NONE]
