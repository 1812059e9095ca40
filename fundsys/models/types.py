"""Column types that keep units: Money in whole 分, exact decimals, coded enums, instants in UTC.

What is read by the ten thousand (amounts, codes) has a result processor of its own: one call a value instead of three.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from fundsys.domain.coded import Coded
from fundsys.domain.money import Money

VAULT = {"vault": True}
"""`info` of a column that holds the id of a row in the vault."""

Sequence = BigInteger().with_variant(Integer(), "sqlite")


class MoneyType(TypeDecorator[Money]):
    """Money, stored as whole 分."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if not isinstance(value, Money):
            raise TypeError("a money column takes Money")
        return value.fen

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Money | None]:
        """A stored number as Money."""
        return _money


class ExactDecimal(TypeDecorator[Decimal]):
    """A quantity with its digits as written: "12.50" stays "12.50"."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else format(Decimal(value), "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class CodesType(TypeDecorator[tuple[str, ...]]):
    """Several codes of one dictionary, in order, stored as ",PT01,PT02," so that one of them can be looked for."""

    impl = String(200)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        if isinstance(value, str):
            raise TypeError("a column of codes takes a tuple of codes")
        return f",{','.join(sorted(set(value)))}," if value else ""

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:
        return tuple(code for code in (value or "").split(",") if code)


def _money(value: Any) -> Money | None:
    return None if value is None else Money(int(value))


class _Members(dict[str | None, Coded | None]):
    """The members of an enumeration by their codes; nothing for nothing."""

    def __init__(self, kind: type[Coded]) -> None:
        super().__init__({None: None} | {member.value: member for member in kind})
        self.kind = kind

    def __missing__(self, code: str) -> Coded:
        return self.kind(code)


class LongCodes(CodesType):
    """Very many codes, stored the same way."""

    impl = String(2000)
    cache_ok = True


class Code(TypeDecorator[Coded]):
    """A coded enumeration, stored by its code."""

    impl = String(16)
    cache_ok = True

    def __init__(self, kind: type[Coded]) -> None:
        super().__init__()
        self.kind = kind
        self._members = _Members(kind)

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return value.code if isinstance(value, Coded) else self.kind(value).code

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Coded | None]:
        """A stored code as its member. Raises ValueError for a code there is not."""
        return self._members.__getitem__


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, stored as sortable text with microseconds."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else instant_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


def instant_text(moment: datetime) -> str:
    """A moment as stored: "2024-11-18T01:42:03.123456Z"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
