"""使用说明: what each role does, step by step. A link is written [words](endpoint); the pages turn it into an address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from fundsys.domain.rights import Role
from fundsys.services.reference_rows import file

LINK = re.compile(r"\[([^\]]+)\]\(([\w.]+)\)")


@dataclass(frozen=True, slots=True)
class Manual:
    """One role's manual. parts: title and steps; pictures: name of the file and what it shows."""

    role: Role
    intro: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    mind: tuple[str, ...]
    pictures: tuple[tuple[str, str], ...]

    @property
    def endpoints(self) -> set[str]:
        """Every page the manual leads to."""
        told = [self.intro, *self.mind, *(step for _, steps in self.parts for step in steps)]
        return {endpoint for words in told for _, endpoint in LINK.findall(words)}


@cache
def manuals() -> dict[Role, Manual]:
    """The manuals in the order of the roles."""
    told = file("manuals")
    return {
        role: Manual(
            role,
            told[role.code]["intro"],
            tuple((part["title"], tuple(part["steps"])) for part in told[role.code]["parts"]),
            tuple(told[role.code]["mind"]),
            tuple((name, words) for name, words in told[role.code]["pictures"]),
        )
        for role in Role
    }
