"""Our payments against the treasury's list: which agree, which differ and in what, which stand on one side only."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from .coded import Coded
from .money import Money, exact_yuan, total


class Agreement(Coded):
    """What became of a payment when the two lists were laid side by side."""

    AGREES = "agrees", "相符", "good"
    DIFFERS = "differs", "不符", "bad"
    ONLY_THERE = "only_there", "只在国库", "warn"
    ONLY_HERE = "only_here", "只在本系统", "warn"


@dataclass(frozen=True, slots=True)
class Entry:
    """One payment on either side. id: of our payment, or of the row in the treasury's list. paid_on: None when the list
    gives no day, which is then not compared."""

    id: int
    voucher_no: str
    payee: str
    amount: Money
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the two sides differ, as each writes it."""

    field: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Pair:
    """What belongs together: a voucher on both sides, or a payment that the other side does not have.

    by: how it was found: the voucher number, or payee, amount and day; empty for one side only.
    """

    agreement: Agreement
    by: str
    ours: tuple[Entry, ...]
    theirs: tuple[Entry, ...]
    differences: tuple[Difference, ...] = ()

    @property
    def our_sum(self) -> Money:
        """Net of our payments."""
        return total(entry.amount for entry in self.ours)

    @property
    def their_sum(self) -> Money:
        """Net of the treasury's rows."""
        return total(entry.amount for entry in self.theirs)


BY_VOUCHER = "凭证号"
BY_PAYMENT = "收款人、金额、日期"


def reconcile(ours: Sequence[Entry], theirs: Sequence[Entry]) -> list[Pair]:
    """Lay both lists side by side. Every entry of either side stands in exactly one pair, so both sums add up.

    First by voucher number: one voucher may be split over several projects here, and over several rows there; their sums
    are compared. What is left is matched by payee, amount and day, and at last by payee and day in sum, where one side
    has no number. Order of either list does not matter to what is found.
    """
    found: list[Pair] = []
    here, there = _groups(ours, _voucher), _groups(theirs, _voucher)
    for number in sorted(key for key in here if key and key in there):
        found.append(_compared(BY_VOUCHER, here.pop(number), there.pop(number)))
    rest_here = _ordered(entry for group in here.values() for entry in group)
    rest_there = _ordered(entry for group in there.values() for entry in group)
    for exact in (True, False):
        rest_here, rest_there = _by_payment(rest_here, rest_there, exact, found)
    found += [Pair(Agreement.ONLY_THERE, "", (), (entry,)) for entry in rest_there]
    found += [Pair(Agreement.ONLY_HERE, "", (entry,), ()) for entry in rest_here]
    return found


def plain_voucher(text: str) -> str:
    """A voucher number as it is compared: without spaces, brackets, leading zeros and the words around it."""
    plain = unicodedata.normalize("NFKC", text).upper()
    plain = re.sub(r"[\s\-_/()\[\]〔〕【】<>《》]|凭证|支付令|号|第", "", plain)
    return plain.lstrip("0") if plain.isdigit() else plain


def plain_payee(text: str) -> str:
    """A payee's name as it is compared: without spaces and with brackets of one kind."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("〔", "(").replace("〕", ")")


Key = TypeVar("Key", bound=Hashable)


def _groups(entries: Iterable[Entry], key: Callable[[Entry], Key]) -> dict[Key, list[Entry]]:
    made: dict[Key, list[Entry]] = defaultdict(list)
    for entry in _ordered(entries):
        made[key(entry)].append(entry)
    return made


def _ordered(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda e: (e.paid_on or date.min, plain_payee(e.payee), e.amount, e.id))


def _voucher(entry: Entry) -> str:
    return plain_voucher(entry.voucher_no)


def _by_payment(
    here: list[Entry], there: list[Entry], exact: bool, found: list[Pair]
) -> tuple[list[Entry], list[Entry]]:
    """Pair what is left by payee and day, one to one with equal amounts, or all of one payee and day in sum."""
    rest_here: list[Entry] = []
    theirs = _groups(there, lambda e: (plain_payee(e.payee), e.paid_on))
    for key, mine in _groups(here, lambda e: (plain_payee(e.payee), e.paid_on)).items():
        other = theirs.get(key, [])
        if exact:
            for entry in mine:
                same = next((e for e in other if e.amount == entry.amount), None)
                if same is None:
                    rest_here.append(entry)
                    continue
                other.remove(same)
                found.append(_compared(BY_PAYMENT, [entry], [same]))
        elif other and total(e.amount for e in mine) == total(e.amount for e in other):
            found.append(_compared(BY_PAYMENT, mine, other))
            theirs[key] = []
        else:
            rest_here += mine
    return rest_here, [entry for group in theirs.values() for entry in group]


def _compared(by: str, ours: Sequence[Entry], theirs: Sequence[Entry]) -> Pair:
    differences = tuple(_differences(by, ours, theirs))
    agreement = Agreement.DIFFERS if differences else Agreement.AGREES
    return Pair(agreement, by, tuple(ours), tuple(theirs), differences)


def _differences(by: str, ours: Sequence[Entry], theirs: Sequence[Entry]) -> Iterable[Difference]:
    here, there = total(e.amount for e in ours), total(e.amount for e in theirs)
    if here != there:
        yield Difference("金额", f"{exact_yuan(here)} 元", f"{exact_yuan(there)} 元")
    if {plain_payee(e.payee) for e in ours} != {plain_payee(e.payee) for e in theirs}:
        yield Difference("收款人", _told(e.payee for e in ours), _told(e.payee for e in theirs))
    days = {e.paid_on for e in theirs if e.paid_on}
    if days and {e.paid_on for e in ours} != days:
        yield Difference(
            "支付日期",
            _told(e.paid_on.isoformat() for e in ours if e.paid_on),
            _told(e.paid_on.isoformat() for e in theirs if e.paid_on),
        )
    if by == BY_VOUCHER:
        return
    numbers, others = {_voucher(e) for e in ours} - {""}, {_voucher(e) for e in theirs} - {""}
    if numbers and others and numbers != others:
        yield Difference("凭证号", _told(e.voucher_no for e in ours), _told(e.voucher_no for e in theirs))


def _told(words: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(word for word in words if word)) or "空"
