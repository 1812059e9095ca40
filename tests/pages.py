"""Reading a page as a person does: title, headings, tables, boxes, complaints; and refusing what a browser would have to guess at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

import lxml.html
from tinyhtml5.parser import HTMLParser  # type: ignore[import-untyped]

BOXES = ("input", "select", "textarea")


class Malformed(AssertionError):
    """HTML that a browser would have to repair."""


@lru_cache(maxsize=4)
def _root(html: str) -> Element:
    """The tree of a page; kept for a moment, since the client looks at each page for faults before its test reads it."""
    shape = _shape(html)
    if _quick_will_do.get(shape):
        return _quickly(html)
    root = _strictly(html)
    _quick_will_do[shape] = _same(root, _quickly(html))
    return root


_quick_will_do: dict[int, bool] = {}
"""Shapes of pages that were read without a fault, and whether the quick reader reads them as the strict one does."""


def _shape(html: str) -> int:
    """What decides how a page is read: its tags and the names of their attributes, rows and choices of one kind once."""
    told = "" if _STRAY.search(html) is None else html
    told += _TEXT.sub("><", _VALUE.sub("", html))
    for kind in ("<tr", "<option", "<li"):
        told = kind.join(dict.fromkeys(told.split(kind)))
    return hash(told)


_VALUE, _TEXT = re.compile(r'="[^"]*"'), re.compile(r">[^<]+<")
_STRAY = re.compile(r"&(?!#?\w+;)")
"""A sign that belongs to text and should have been written otherwise."""


def _strictly(html: str) -> Element:
    """The tree as the standard says. Raises Malformed."""
    parser = HTMLParser(namespace_html_elements=False)
    root: Element = parser.parse(html)
    if parser.errors:
        (line, column), fault, told = parser.errors[0]
        near = html.splitlines()[line - 1][max(0, column - 80) : column + 20] if line else html[:100]
        raise Malformed(f"{fault} {told} at {line}:{column}, near {near}")
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    return root


def _quickly(html: str) -> Element:
    """The tree by a reader ten times as fast, which knows neither faults nor newer elements."""
    return _copied(lxml.html.document_fromstring(html.encode(), parser=_QUICK))


_QUICK = lxml.html.HTMLParser(remove_comments=True, encoding="utf-8", huge_tree=True)


def _copied(element: Any) -> Element:
    made = Element(element.tag, dict(element.attrib))
    made.text, made.tail = element.text, element.tail
    made.extend(map(_copied, element))
    return made


def _same(one: Element, other: Element) -> bool:
    """Whether two trees say the same, in the same elements; names of attributes in any case."""
    return [_told(e) for e in one.iter() if e.tag] == [_told(e) for e in other.iter()]


def _told(element: Element) -> tuple[Any, ...]:
    attributes = {key.rpartition("}")[2].lower(): value for key, value in element.attrib.items()}
    return element.tag.lower(), attributes, (element.text or "").strip(), (element.tail or "").strip()


class Page:
    """One page, or a part of one. Raises Malformed when its HTML has a fault. whole: it is a page."""

    def __init__(self, html: str) -> None:
        self.root = _root(html)
        self.whole = html.lstrip()[:9].lower() == "<!doctype"

    def all(self, name: str, **attributes: str) -> list[Element]:
        """Elements of a name whose attributes are as given; class_ asks for one class among several."""
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [e for e in self.root.iter(name) if all(_has(e, key, value) for key, value in wanted.items())]

    def one(self, name: str, **attributes: str) -> Element:
        """The only such element."""
        found = self.all(name, **attributes)
        assert len(found) == 1, f"{len(found)} of {name} {attributes}"
        return found[0]

    @property
    def title(self) -> str:
        """The text of <title>."""
        return self._titles[0]

    @property
    def _titles(self) -> list[str]:
        """The text of every <title> of the page itself; a drawing has its own."""
        return [words(title) for head in self.all("head") for title in head.iter("title")]

    @property
    def h1(self) -> str:
        """The text of the only h1."""
        return words(self.one("h1"))

    def table(self, caption: str) -> list[list[str]]:
        """The cells of the table with this caption, row by row, heads and sums included."""
        found = [t for t in self.all("table") if any(words(c) == caption for c in t.iter("caption"))]
        assert len(found) == 1, f"{len(found)} tables called {caption}"
        return [[words(cell) for cell in row if cell.tag in ("th", "td")] for row in found[0].iter("tr")]

    def complaints(self) -> list[str]:
        """The lines of the error summary."""
        return [words(line) for box in self.all("div", id="errors") for line in box.iter("li")]

    def values(self) -> dict[str, str]:
        """What stands in the boxes, by name."""
        told: dict[str, str] = {}
        for box in self._boxes():
            name = box.get("name", "")
            if box.tag == "textarea":
                told[name] = (box.text or "").removeprefix("\n")
            elif box.tag == "select":
                told[name] = next((o.get("value", "") for o in box.iter("option") if o.get("selected") is not None), "")
            elif box.get("type") not in ("checkbox", "radio") or box.get("checked") is not None:
                told[name] = box.get("value", "")
        return told

    def _boxes(self) -> Iterator[Element]:
        return (e for e in self.root.iter() if e.tag in BOXES)

    def faults(self) -> list[str]:
        """What would leave somebody out: a heading that is not the title, unnamed boxes, ids twice, dead references, tables and pictures without words."""
        found: list[str] = []
        heads = [words(h1) for h1 in self.all("h1")]
        if heads != self._titles and self.whole:
            found.append(f"the one h1 is not the title: {heads}")
        ids = [e.get("id") for e in self.root.iter() if e.get("id")]
        found += [f"id twice: {one}" for one in {i for i in ids if ids.count(i) > 1}]
        labelled = {e.get("for") for e in self.all("label")}
        inside = {id(box) for label in self.all("label") for box in label.iter()}
        for box in self._boxes():
            named = box.get("aria-label") or box.get("id") in labelled or id(box) in inside
            if not named and box.get("type") not in ("hidden", "submit"):
                found.append(f"box without a name: {box.attrib}")
        for element in self.root.iter():
            for key in ("aria-describedby", "aria-labelledby", "list"):
                found += [f"{key} to nothing: {one}" for one in (element.get(key) or "").split() if one not in ids]
            found += [f"inline {key}" for key in element.attrib if key == "style" or key.startswith("on")]
            found += [f"{key} says None" for key, value in element.attrib.items() if value == "None"]
        for table in self.all("table"):
            found += [] if any(words(c) for c in table.iter("caption")) else ["table without caption"]
            found += ["head without scope" for th in table.iter("th") if not th.get("scope")]
        for svg in self.all("svg"):
            if svg.get("aria-hidden") != "true" and not (svg.get("role") and svg.get("aria-label")):
                found.append("drawing without words")
        found += ["picture without alt" for img in self.all("img") if img.get("alt") is None]
        found += ["inline script" for script in self.all("script") if not script.get("src")]
        return found


def words(element: Element) -> str:
    """The text of an element as read aloud, blanks tidied."""
    return " ".join("".join(element.itertext()).split())


def says(client: Any, path: str) -> str:
    """The words of a page that this person may open."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return words(Page(answer.get_data(as_text=True)).root)


def _has(element: Element, key: str, value: str) -> bool:
    return value in (element.get("class") or "").split() if key == "class" else element.get(key) == value
