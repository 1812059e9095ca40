"""Templates keep to the house: no style and no script inside a page, and no look that the style sheets do not know."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# what stands in templates/paper/ is read by the press alone, which has no browser's policy
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html") if "paper" not in path.parts)
SHEETS = "".join(path.read_text("utf-8") for path in (ROOT / "fundsys" / "web" / "static").glob("*.css"))
KNOWN = set(re.findall(r"\.(fs-[a-z0-9-]+)", SHEETS))
_JINJA = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)


def test_there_are_templates_and_looks() -> None:
    assert len(TEMPLATES) > 10
    assert {"fs-table", "fs-btn", "fs-tag"} <= KNOWN


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_a_template_keeps_style_and_script_out_of_the_page(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"\sstyle\s*=|<style\b|javascript:|\shx-on|\sjs:", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_a_template_names_only_looks_that_exist(path: Path) -> None:
    classes = re.findall(r'class="([^"]*)"', _JINJA.sub(" ", path.read_text("utf-8")))
    named = {name for group in classes for name in group.split() if name.startswith("fs-") and not name.endswith("-")}
    assert not named - KNOWN
