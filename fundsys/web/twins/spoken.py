"""What a template speaks of: only that is told in JSON, so that a page's twin never tells more than the page could show."""

from __future__ import annotations

import ast
import inspect
from functools import lru_cache

from jinja2 import Environment, nodes
from jinja2.exceptions import TemplateNotFound

from fundsys.web import cells, charts
from fundsys.web.filters import GLOBALS

ALWAYS = frozenset({"id", "version"})
"""What an act needs to name its record, spoken of or not."""


@lru_cache(maxsize=1024)
def spoken(env: Environment, name: str) -> frozenset[str]:
    """Every name that a template, or one it is made with, reads from its values; names and parts of them alike."""
    found, waiting, seen = set(ALWAYS), [name], set()
    while waiting:
        one = waiting.pop()
        if one in seen or one.startswith("layout/"):
            continue
        seen.add(one)
        try:
            tree = env.parse(env.loader.get_source(env, one)[0])  # type: ignore[union-attr]
        except TemplateNotFound:
            continue
        found |= _names(tree)
        for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
            waiting += [const.value for const in node.find_all(nodes.Const) if isinstance(const.value, str)]
    if found & set(GLOBALS):
        found |= _drawn()
    return frozenset(found)


def _names(tree: nodes.Template) -> set[str]:
    found = {node.attr for node in tree.find_all(nodes.Getattr)}
    found |= {node.name for node in tree.find_all(nodes.Name)}
    written = [node.arg for node in tree.find_all(nodes.Getitem)]
    for node in tree.find_all(nodes.Filter):
        written += [*node.args, *(one.value for one in node.kwargs)]
    told = [one.value for one in written if isinstance(one, nodes.Const) and isinstance(one.value, str)]
    found |= {word for one in told for word in one.split(".")}
    return found


@lru_cache(maxsize=1)
def _drawn() -> frozenset[str]:
    """What the charts and cells written in Python read of the rows they are given."""
    trees = [ast.parse(inspect.getsource(module)) for module in (charts, cells)]
    return frozenset(n.attr for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Attribute))
