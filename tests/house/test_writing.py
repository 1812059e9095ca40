"""How our files are written: short, described, ours alone, free of the machine they were written on."""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath

import pytest

from tests.tracked import ROOT, VENDORED, python_files, text_files

LONGEST_FUNCTION = 60
LONGEST_FILE = 600
REASON = re.compile(r"#\s*long:\s*\S{2}")  # a longer one says why, on its first line: `# long: one table of cases`

OUR_TEXT = [(name, text) for name, text in text_files() if not name.startswith(VENDORED)]
MARKUP = [(name, text) for name, text in OUR_TEXT if name.endswith((".html", ".svg", ".xml"))]
FETCHING = [(name, text) for name, text in OUR_TEXT if name.endswith((".html", ".svg", ".css", ".js"))]


def too_long(name: str, source: str) -> list[str]:
    """Functions over the limit, and the file when it is, unless they say why."""
    lines = source.splitlines()
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            if size > LONGEST_FUNCTION and not REASON.search(lines[node.lineno - 1]):
                found.append(f"{name}:{node.lineno} {node.name} {size} 行")
    if len(lines) > LONGEST_FILE and not any(REASON.search(line) for line in lines[:5]):
        found.append(f"{name} {len(lines)} 行")
    return found


def test_functions_and_files_are_short_or_say_why_not() -> None:
    # a migration is a list of tables in order; it is written once and read as a list
    written = [name for name in python_files() if not name.startswith("migrations/versions/")]
    assert [each for name in written for each in too_long(name, (ROOT / name).read_text("utf-8"))] == []


@pytest.mark.parametrize(("lines", "reason", "found"), [(58, "", 0), (59, "", 1), (59, "  # long: 一张表", 0)])
def test_the_limit_is_sixty_lines_with_the_first(lines: int, reason: str, found: int) -> None:
    source = f"def act():{reason}\n" + "    pass\n" * (lines + 1)
    assert len(too_long("act.py", source)) == found


def test_every_module_says_in_one_line_what_lives_in_it() -> None:
    silent = []
    for name in python_files():
        source = (ROOT / name).read_text("utf-8")
        if not ast.get_docstring(ast.parse(source)) and (source.strip() or not name.startswith("tests/")):
            silent.append(name)
    assert silent == []


# What only a page of a stranger's needs: the policy of the browser would refuse it anyway, and the words go missing.
INLINE = {
    "style=": re.compile(r"<[^>]*\sstyle\s*=", re.S),
    "<style>": re.compile(r"<style[\s>]"),
    "内联脚本": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", re.S),
    "on…=": re.compile(r"<[^>]*\s(?:on[a-z]+|hx-on[:\w-]*)\s*=\s*[\"']", re.S),
    "javascript:": re.compile(r"javascript:", re.I),
}


def inline(text: str) -> list[str]:
    """What in a page the content security policy refuses."""
    without_comments = re.sub(r"\{#.*?#\}", "", text, flags=re.S)
    return [what for what, pattern in INLINE.items() if pattern.search(without_comments)]


def is_paper(name: str) -> bool:
    """Templates that only the press reads; a browser never applies its policy to them."""
    return "paper" in PurePosixPath(name).parts or "press" in PurePosixPath(name).parts


def test_pages_hold_no_inline_style_or_script() -> None:
    found = {name: inline(text) for name, text in MARKUP if not is_paper(name)}
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ('<p class="x" style="color:red">', ["style="]),
        ("<style>p{}</style>", ["<style>"]),
        ("<script>x()</script>", ["内联脚本"]),
        ('<script type="module" src="/a.js"></script>', []),
        ('<button onclick="x()">', ["on…="]),
        ('<b hx-on:click="x()">', ["on…="]),
        ('<a href="javascript:x()">', ["javascript:"]),
        ('<p class="style">onclick="…" 的说明</p>', []),
    ],
)
def test_inline_style_and_script_would_be_seen(page: str, found: list[str]) -> None:
    assert inline(page) == found


ELSEWHERE = re.compile(
    r"""(?:src|href|action|poster|data|srcset|hx-get|hx-post)\s*=\s*["']?\s*(?:https?:)?//|"""
    r"""url\(\s*["']?\s*(?:https?:)?//|@import\s+["'](?:https?:)?//|"""
    r"""(?:fetch|import|WebSocket|EventSource|open)\(\s*["'`](?:https?:|wss?:)?//""",
    re.I,
)


def test_pages_fetch_nothing_from_other_hosts() -> None:
    assert {name: ELSEWHERE.findall(text) for name, text in FETCHING if ELSEWHERE.search(text)} == {}


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ('<img src="//cdn.invalid/a.png">', True),
        ("<link href=https://cdn.invalid/a.css>", True),
        ("p { background: url(https://cdn.invalid/a.png) }", True),
        ("fetch('https://cdn.invalid/')", True),
        ('<svg xmlns="http://www.w3.org/2000/svg"><use href="#a"/></svg>', False),
        ('<a href="/assets/1">', False),
    ],
)
def test_a_fetch_from_elsewhere_would_be_seen(text: str, seen: bool) -> None:
    assert bool(ELSEWHERE.search(text)) is seen


# Names of one machine and of the places packages come from. They are spelled in parts, so that this file stays clean too.
MACHINE = re.compile(
    "|".join(
        [
            r"/wo" + r"rk/(?:main|shared)",
            r"/ro" + r"ot/(?!\.)",
            r"/ho" + r"me/[a-z]",
            "pypi" + r"\.org",
            "python" + r"hosted",
            "registry" + r"\.npm",
            r"deb\.deb" + "ian",
            "--index" + "-url",
            "--find" + "-links",
            r"tok" + r"en\s*=\s*[\"'][A-Za-z0-9_-]{20,}",
        ]
    )
)


def test_no_file_names_a_machine_or_a_host_that_packages_come_from() -> None:
    found = {name: MACHINE.findall(text) for name, text in OUR_TEXT if MACHINE.search(text)}
    assert found == {}


@pytest.mark.parametrize("text", ["see /wo" + "rk/main/x", "--index" + "-url https://x", "/ho" + "me/li/x"])
def test_a_machine_would_be_seen(text: str) -> None:
    assert MACHINE.search(text)
