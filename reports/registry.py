"""Finding ledgers: every folder under reports/ with a LEDGER is one; nobody keeps a list."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from fundsys.domain.errors import NotFound

from .ledger import Ledger

_ROOMS = {"press"}


@cache
def ledgers() -> dict[str, Ledger]:
    """Code → ledger, in order of code. Raises ValueError when two folders claim one code."""
    package = importlib.import_module(__package__ or "fundsys.reports")
    found: dict[str, Ledger] = {}
    for module in pkgutil.iter_modules(package.__path__):
        if module.ispkg and module.name not in _ROOMS:
            ledger: Ledger = importlib.import_module(f"{package.__name__}.{module.name}").LEDGER
            if ledger.code in found:
                raise ValueError(f"two ledgers are called {ledger.code}")
            found[ledger.code] = ledger
    return dict(sorted(found.items()))


def ledger(name: str) -> Ledger:
    """The ledger with this code or title. Raises NotFound with the names there are."""
    known = ledgers()
    for one in known.values():
        if name.strip().upper() == one.code or name.strip() == one.title:
            return one
    raise NotFound(
        f"没有名为“{name}”的台账，可用的有：{'、'.join(f'{one.code} {one.title}' for one in known.values())}。"
    )
