"""The styles of a workbook: a cell's own style with our colour laid on, and the colour taken off again."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from .parts import MAIN, NotMarkable

COLOR = "FFF6D5D2"
"""The colour of a bad cell. By it our marks are known again."""
_NONE = '<patternFill patternType="none"/>'
_MOST_STYLES = 60_000


def _named(name: str) -> str:
    return f"{{{MAIN}}}{name}"


class Styles:
    """styles.xml while cells get or lose our colour."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.fills, self.formats = self._group("fills"), self._group("cellXfs")
        self.made: dict[tuple[int, str], int] = {}
        self.ours = {
            number for number, fill in enumerate(self.fills) if fill.find("{*}patternFill/{*}fgColor") is not None
            and str(fill.find("{*}patternFill/{*}fgColor").get("rgb", "")).upper() == COLOR
        }  # fmt: skip
        self.marked_styles = {n for n, one in enumerate(self.formats) if int(one.get("fillId") or 0) in self.ours}

    def _group(self, name: str) -> etree._Element:
        found = self.root.find(_named(name))
        if found is None:
            raise NotMarkable("文件里没有单元格格式，不能在原表上标注")
        return found

    def fill_of(self, style: int) -> str:
        """The fill of a style as it is kept for later; empty for none."""
        if style >= len(self.formats):
            return ""
        number = int(self.formats[style].get("fillId") or 0)
        if number == 0 or number in self.ours or number >= len(self.fills) or not len(self.fills[number]):
            return ""
        inner = deepcopy(self.fills[number][0])
        etree.cleanup_namespaces(inner)
        told = etree.tostring(inner, encoding="unicode").replace(f' xmlns="{MAIN}"', "")
        return "" if told == _NONE else told

    def marked(self, style: int) -> int:
        """This style with our colour."""
        return self._with_fill(style, f'<patternFill patternType="solid"><fgColor rgb="{COLOR}"/></patternFill>')

    def unmarked(self, style: int, fill: str) -> int:
        """This style with the fill it had; without any where none is told or it cannot be read."""
        return self._with_fill(style, fill or _NONE)

    def _with_fill(self, style: int, fill: str) -> int:
        if style >= len(self.formats) or len(self.formats) >= _MOST_STYLES:
            raise NotMarkable("文件里的单元格格式太多或编号不对，不能在原表上标注")
        key = (style, fill)
        if key not in self.made:
            number = self._fill(fill)
            old = self.formats[style]
            if int(old.get("fillId") or 0) == number:
                return style
            new = deepcopy(old)
            new.set("fillId", str(number))
            new.set("applyFill", "1")
            self.made[key] = self._append(self.formats, new)
        return self.made[key]

    def _fill(self, told: str) -> int:
        if told == _NONE:
            return 0
        try:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
            fill = etree.fromstring(f'<fill xmlns="{MAIN}">{told}</fill>', parser)
        except etree.XMLSyntaxError:
            return 0
        if len(fill) != 1 or fill[0].tag not in (_named("patternFill"), _named("gradientFill")):
            return 0
        text = etree.tostring(fill)
        for number, one in enumerate(self.fills):
            same = deepcopy(one)
            same.tail = None
            etree.cleanup_namespaces(same)
            if etree.tostring(same) == text:
                return number
        number = self._append(self.fills, fill)
        if COLOR in told:
            self.ours.add(number)
        return number

    def forget(self) -> None:
        """Let no cell show our colour any more, wherever it was copied to."""
        for number in self.ours:
            fill = self.fills[number]
            for inner in list(fill):
                fill.remove(inner)
            etree.SubElement(fill, _named("patternFill"), patternType="none")

    def plain(self, *, bold: bool = False, linked: bool = False, wrapped: bool = False) -> int:
        """A style of the summary sheet: bold for headings, blue for addresses, wrapped for sentences."""
        key = (-1, f"{bold}{linked}{wrapped}")
        if key in self.made:
            return self.made[key]
        fonts = self._group("fonts")
        font = deepcopy(fonts[0])
        if bold and font.find(_named("b")) is None:
            font.insert(0, etree.Element(_named("b")))
        if linked:
            for one in font.findall(_named("color")):
                font.remove(one)
            size = font.find(_named("sz"))
            at = 0 if size is None else list(font).index(size) + 1
            font.insert(at, etree.Element(_named("color"), rgb="FF0563C1"))
        made = etree.Element(_named("xf"), numFmtId="0", fillId="0", borderId="0", xfId="0", applyFont="1")
        made.set("fontId", str(self._append(fonts, font) if bold or linked else 0))
        made.set("applyAlignment", "1")
        etree.SubElement(made, _named("alignment"), vertical="top", wrapText="1" if wrapped else "0")
        self.made[key] = self._append(self.formats, made)
        return self.made[key]

    @staticmethod
    def _append(group: etree._Element, made: etree._Element) -> int:
        group.append(made)
        if group.get("count") is not None:
            group.set("count", str(len(group)))
        return len(group) - 1
