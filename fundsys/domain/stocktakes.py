"""Stocktakes (资产盘点): what a count of one line may say, how differences are treated, and the digest of a frozen frame."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from decimal import Decimal

from .coded import Coded
from .errors import DomainError


class StocktakeState(Coded):
    """A campaign is open until every line of its frame is answered for."""

    OPEN = "open", "盘点中", "info"
    CLOSED = "closed", "已结束", "good"


class CountResult(Coded):
    """What a count says of one line of the frame. 未盘 answers for a line that could not be counted, with the reason."""

    MATCH = "match", "相符", "good"
    MISSING = "missing", "盘亏", "bad"
    MOVED = "moved", "移位", "warn"
    CHANGED = "changed", "变化", "warn"
    UNCOUNTED = "uncounted", "未盘", "plain"

    @property
    def digit(self) -> str:
        """How the keyboard says it: 1 相符, 2 盘亏, 3 移位, 4 变化, 5 未盘."""
        return str(list(CountResult).index(self) + 1)

    @property
    def differs(self) -> bool:
        """Whether paper and thing disagree, so that the difference must be treated."""
        return self in DIFFERENCES


DIFFERENCES = (CountResult.MISSING, CountResult.MOVED, CountResult.CHANGED)


class CountWay(Coded):
    """How a count came into the record."""

    PAPER = "paper", "盘点表"
    PHONE = "phone", "手机"
    IMPORT = "import", "导入"


class TreatmentKind(Coded):
    """How a difference is treated (差异处理). None of them changes the register: the ordinary asset paper does, named later."""

    DISPOSE = "dispose", "报损处置"
    CHANGE = "change", "变更登记"
    REGISTER = "register", "补登记入账"
    RECOVER = "recover", "查找追回"
    REPAIR = "repair", "维修复原"
    KEEP = "keep", "核实后不作处理"


class TreatmentState(Coded):
    """A treatment from proposal to being carried out. Decided by a second person."""

    PROPOSED = "proposed", "待审定", "warn"
    RETURNED = "returned", "已退回", "bad"
    DECIDED = "decided", "待办结", "info"
    DONE = "done", "已办结", "good"


def result_said(text: str) -> CountResult | None:
    """The result of a word or of its digit; None for anything else."""
    return next((r for r in CountResult if text in (r.label, r.digit)), None)


def counted_quantity(result: CountResult, book: Decimal, told: Decimal | None) -> Decimal | None:
    """The quantity a count found: as in the book unless told, nothing for 盘亏, unknown for 未盘.

    Raises: DomainError when result and quantity contradict each other.
    """
    if result is CountResult.UNCOUNTED:
        if told is not None:
            raise DomainError("未盘的不填实盘数量", field="quantity")
        return None
    if result is CountResult.MISSING:
        if told:
            raise DomainError("整项找不到的才是盘亏；还剩一部分的，结果选“变化”，填剩下的数量", field="quantity")
        return Decimal(0)
    if told is not None and told < 0:
        raise DomainError("实盘数量不能是负数", field="quantity")
    if result is CountResult.MATCH and told is not None and told != book:
        raise DomainError(f"账面数量是 {book:f}，实盘不同的，结果选“变化”", field="quantity")
    return book if told is None else told


def frame_digest(seq: int, codes: Iterable[str]) -> str:
    """SHA-256 over the act sequence and the codes of the frame, sorted, a line each: the same frame, the same digest."""
    told = hashlib.sha256(f"{seq}\n".encode())
    for code in sorted(codes):
        told.update(f"{code}\n".encode())
    return told.hexdigest()
