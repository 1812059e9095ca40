"""Breaking texts into lines: 禁则, whole Latin words, codes at their hyphens. Pure."""

from __future__ import annotations

import re

from .faces import Chain

Lines = tuple[str, ...]

# One unbreakable cluster: openers stay with what follows, closers with what goes before, Latin words stay whole.
CLUSTER = re.compile(r"[（《“‘〔【「『〈]*(?:[!-~]+|.)[，。、；：？！）》”’〕】」』〉％…·—]*\s?", re.S)
CODE_PART = re.compile(r"[^-/—]*[-/—]+|[^-/—]+")


def fold(text: str, width: float, chain: Chain, parts: re.Pattern[str] = CLUSTER) -> Lines:
    """Break a text into lines of at most this width (thousandths of its size), keeping 禁则: no line begins with a closer.

    A cluster wider than the line is broken between characters, so nothing is ever cut off.
    """
    if chain.width(text) <= width:
        return (text,)
    lines: list[str] = []
    line, used = "", 0
    for part in parts.findall(text):
        wide = chain.width(part)
        if used + wide <= width:
            line, used = line + part, used + wide
            continue
        if wide <= width:
            lines.append(line)
            line, used = part, wide
            continue
        for char in part:
            advance = chain.width(char)
            if line and used + advance > width:
                lines.append(line)
                line, used = "", 0
            line, used = line + char, used + advance
    lines.append(line)
    return tuple(line.rstrip(" ") or line for line in lines if line)


def balanced(text: str, width: float, chain: Chain, lines: Lines) -> Lines:
    """The several lines of a centered text, as fold() gave them, about equally long: 苏陕 / 协作 and not 苏陕协 / 作."""
    narrow = chain.width(text) / len(lines)
    while narrow < width:
        better = fold(text, narrow, chain)
        if len(better) == len(lines):
            return better
        narrow += 250
    return lines
