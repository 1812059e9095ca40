"""An inspector's sample (抽样): drawn by hashes alone, so that the same seed and the same frame give the same rows to anybody.

Method: every record of the frame holds one ticket (random), or as many as its recorded risks weigh (risk-weighted). The
number of a ticket is SHA-256 of “seed|code|lot”, and of “seed|code|lot|k” for the k-th ticket of a record from the second
on. A record stands where its lowest ticket stands; the first records in this order are the sample.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .coded import Coded
from .errors import DomainError

MOST_DRAWN = 500
MOST_POINTS = 9


class SampleSubject(Coded):
    """What is sampled."""

    ASSET = "asset", "资产"
    PROJECT = "project", "项目"
    PAYMENT = "payment", "支付"


class SampleMethod(Coded):
    """How it is drawn."""

    RANDOM = "random", "简单随机", "plain"
    WEIGHTED = "weighted", "风险加权", "info"


class LookOutcome(Coded):
    """What the inspector saw of a drawn record."""

    FITS = "fits", "相符", "good"
    DIFFERS = "differs", "有问题", "bad"
    UNSEEN = "unseen", "未能查看", "warn"


class RiskFactor(Coded):
    """A recorded fact that adds tickets. The points of each are the inspector's, from 0 to 9, and printed with the sample."""

    VALUE = "value", "金额大"
    PATROL = "patrol", "巡查超期"
    DEFECT = "defect", "管护问题未销号"
    TITLE = "title", "未确权"
    IDLE = "idle", "闲置低效"
    LATE = "late", "逾期未完工"
    SETTLEMENT = "settlement", "完工未结算"
    ADVANCE = "advance", "预付款"
    EXCEPTION = "exception", "例外审批"


FACTORS: dict[SampleSubject, tuple[tuple[RiskFactor, int], ...]] = {
    SampleSubject.ASSET: (
        (RiskFactor.VALUE, 2), (RiskFactor.PATROL, 2), (RiskFactor.DEFECT, 2), (RiskFactor.TITLE, 1), (RiskFactor.IDLE, 3),
    ),
    SampleSubject.PROJECT: ((RiskFactor.VALUE, 2), (RiskFactor.LATE, 3), (RiskFactor.SETTLEMENT, 2)),
    SampleSubject.PAYMENT: ((RiskFactor.VALUE, 2), (RiskFactor.ADVANCE, 2), (RiskFactor.EXCEPTION, 3)),
}  # fmt: skip
"""The facts that may weigh on each subject, with the points offered on the page."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One record of a frame: its unchanging code, and the risks that are recorded of it."""

    id: int
    code: str
    risks: frozenset[RiskFactor] = frozenset()

    def tickets(self, points: dict[RiskFactor, int]) -> int:
        """How many tickets it holds: one, and the points of each of its risks."""
        return 1 + sum(points.get(risk, 0) for risk in self.risks)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One drawn record: how many tickets it held, which of them won, and that ticket's number."""

    candidate: Candidate
    tickets: int
    winning: int
    score: str


def score(seed: str, code: str, lot: int, ticket: int = 1) -> str:
    """The number of a ticket, as 64 hexadecimal digits."""
    told = f"{seed}|{code}|{lot}" + (f"|{ticket}" if ticket > 1 else "")
    return hashlib.sha256(told.encode()).hexdigest()


def best_ticket(seed: str, code: str, lot: int, tickets: int) -> tuple[str, int]:
    """The lowest of a record's tickets, and which it is."""
    return min((score(seed, code, lot, k), k) for k in range(1, tickets + 1))


def draw(
    frame: Iterable[Candidate], size: int, seed: str, lot: int, points: dict[RiskFactor, int] | None = None
) -> list[Drawn]:
    """The sample: the records whose lowest ticket is lowest, in that order. points: None for a random one.

    Raises: DomainError for a size the frame does not have, or a seed of nothing.
    """
    told = list(frame)
    check_order(seed, lot, size, len(told))
    found = []
    for one in told:
        tickets = one.tickets(points) if points else 1
        lowest, winning = best_ticket(seed, one.code, lot, tickets)
        found.append(Drawn(one, tickets, winning, lowest))
    found.sort(key=lambda d: (d.score, d.candidate.code))
    return found[:size]


def check_order(seed: str, lot: int, size: int, frame: int) -> None:
    """Refuse what cannot be drawn. Raises DomainError."""
    if not seed.strip() or seed != seed.strip() or "|" in seed:
        raise DomainError("请填写随机种子，前后不留空格，不用竖线", field="seed")
    if lot < 1:
        raise DomainError("抽取批次从 1 起", field="lot")
    if not frame:
        raise DomainError("这个范围内没有可抽的记录，请放宽范围", field="register_on")
    if not 1 <= size <= min(frame, MOST_DRAWN):
        raise DomainError(f"范围内共 {frame} 条，请抽 1 到 {min(frame, MOST_DRAWN)} 条", field="size")


def points_told(points: Sequence[tuple[RiskFactor, int]]) -> str:
    """The weights in words, for the paper: 金额大 2，未确权 1."""
    return "，".join(f"{factor.label} {count}" for factor, count in points if count)
