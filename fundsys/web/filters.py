"""How values are written on pages: Jinja filters and globals. No decisions, no database."""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g
from jinja2 import FileSystemBytecodeCache, Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup, escape

from fundsys.domain.dates import show_day, show_day_zh
from fundsys.domain.money import Money, ceil_wan, exact_wan, exact_yuan, show_percent, show_wan, show_yuan
from fundsys.web import cells, charts, static_files, tables
from fundsys.web.cells import MISSING, cell_count, cell_money, count
from fundsys.web.dress import is_twin

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
_FIGURES = re.compile(r"(\d[\d,]*(?:\.\d+)?)(?=\s?(?:万元|元|个百分点|个|项|笔|户|天|亩|公里|人))")


def wan(amount: Money | None) -> str:
    """万元 with two decimals; 未填 for None."""
    return MISSING if amount is None else show_wan(amount)


def yuan(amount: Money | None) -> str:
    """元 with two decimals; 未填 for None."""
    return MISSING if amount is None else show_yuan(amount)


def percent(share: Fraction | None, limit: Fraction | None = None) -> str:
    """A share as 65.54%; 无数据 for None; never looks as if it met a limit it misses."""
    return show_percent(share, limit)


def day(value: date | None) -> str:
    """For tables: 2024-03-01; 未填 for None."""
    return MISSING if value is None else show_day(value)


def day_zh(value: date | None) -> str:
    """For sentences: 2024年3月1日; 未填 for None."""
    return MISSING if value is None else show_day_zh(value)


def instant(value: datetime | None, seconds: bool = False) -> str:
    """A moment on the office clock: 2024-11-18 08:30. A moment without a zone is taken as UTC."""
    if value is None:
        return MISSING
    local = (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(OFFICE_ZONE)
    return local.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def clock(value: datetime | None) -> str:
    """Only the time of day: 08:30."""
    return instant(value)[11:] if value else MISSING


def bold_figures(sentence: str) -> Markup:
    """A sentence with its amounts and counts in bold; everything else escaped."""
    if isinstance(sentence, Markup):
        return sentence
    return Markup(_FIGURES.sub(r"<b>\1</b>", str(escape(sentence))))


FILTERS = (wan, yuan, cell_money, count, cell_count, percent, day, day_zh, instant, clock, bold_figures)
GLOBALS = {
    "here": tables.here,
    "head": tables.head,
    "MISSING": MISSING,
    "cells": cells,
    "chart_bars": charts.bars,
    "chart_stacks": charts.stacks,
    "chart_line": charts.line,
    "chart_flow": charts.flow,
    "chart_row": charts.nameless,
}


class Page(Template):
    """A template whose macros are made once: our templates are all given the same globals, which Jinja compares at each import."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        """The page; nothing where it is asked for as JSON, which is made of what the view told it."""
        if not is_twin():
            return super().render(*args, **kwargs)
        g.told, g.told_by = dict(*args, **kwargs), self.name
        return ""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


def register(app: Flask) -> None:
    """Give templates the filters and globals of this file, and `static_url`."""
    app.jinja_env.template_class = Page
    with contextlib.suppress(RuntimeError, OSError):  # no place for it: templates are then compiled in every process
        app.jinja_env.bytecode_cache = (
            FileSystemBytecodeCache()
        )  # this user's own; a template is compiled once, not per process
    for function in FILTERS:
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.filters["exact_wan"] = lambda amount: "" if amount is None else exact_wan(amount)
    app.jinja_env.filters["exact_yuan"] = lambda amount: "" if amount is None else exact_yuan(amount)
    app.jinja_env.filters["ceil_wan"] = ceil_wan
    app.jinja_env.globals.update(GLOBALS)
    static_files.register(app)
