"""The tree of an HTML page, as lines of Markdown. A page may be nested as deep as it likes: nothing here recurs."""

import re
from collections.abc import Iterator
from itertools import islice

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

from chatbot_cli.readers.lines import Lines
from chatbot_cli.readers.paragraph import Paragraph

_NEVER = "script style nav head noscript template svg math canvas iframe object button select input textarea"
_DROPPED = frozenset(_NEVER.split())
_NOT_READ = frozenset(("headerlink", "linenos", "lineno", "gutter"))  # classes of links, and of numbers beside code
_ANCHORS = ("#", "¶", "§", "🔗")  # links beside headings that lead to these
_ROLES = ("navigation", "search", "banner")
_HEADINGS = {f"h{level}": f"{'#' * level} " for level in range(1, 7)}
_APART = (
    "p div section article main aside header footer address blockquote ul ol dl dt dd figure figcaption details summary"
    " form fieldset hr table thead tbody tfoot tr td th caption center body html"
)
_BLOCKS = frozenset(_APART.split())
_IN_CELLS = frozenset(("table", "pre", "ul", "ol", "dl", "blockquote", *_HEADINGS))  # they make a table one for layout
_DEEP = 8  # lists within lists that are indented
_LANGUAGE = re.compile(r"(?:language|lang|highlight|sourceCode)-([\w+#-]+)")
_TICKS = re.compile("`*")
_NO_LANGUAGES = ("default", "none", "text", "notranslate")


def lines_of(html: str) -> Lines:
    """The lines of a page, each with its line in the file."""
    soup = BeautifulSoup(html, "html.parser")
    page = _Page(_for_layout(soup) if "<table" in html.lower() else frozenset())
    if not soup.find("h1") and (title := soup.find("title")) and (name := title.get_text(" ", strip=True)):
        page.lines.block(f"# {' '.join(name.split())}", _line(title))
    page.walk(soup)
    return page.lines


class _Page:
    """Goes through a tree from its first tag to its last, and keeps what is to be read."""

    def __init__(self, for_layout: frozenset[int]) -> None:
        self._for_layout = for_layout
        self.lines = Lines()
        self._paragraph = Paragraph(self.lines)
        self._lists: list[str] = []
        self._at = 1  # the line of the file

    def walk(self, root: Tag) -> None:
        """All that is below a tag; `steps` has the way from there, so that no depth is too deep."""
        steps: list[tuple[Tag, Iterator[PageElement]]] = [(root, iter(root.contents))]
        while steps:
            tag, children = steps[-1]
            element = next(children, None)
            if element is None:
                steps.pop()
                self._leave(tag)
            elif isinstance(element, Tag):
                self._at = max(self._at, _line(element))
                if self._enter(element):
                    steps.append((element, iter(element.contents)))
            elif isinstance(element, NavigableString):
                self._take(element)

    def _take(self, text: NavigableString) -> None:
        if type(text) is NavigableString:  # and no comment, or the like
            self._paragraph.take(str(text), self._at)
        self._at += text.count("\n")

    def _pass(self, tag: Tag) -> bool:
        """Pass over a tag that is read by now, or is not to be read: only the lines of the file are counted."""
        for element in tag.descendants:
            if isinstance(element, Tag):
                self._at = max(self._at, _line(element))
            elif isinstance(element, NavigableString):
                self._at += element.count("\n")
        return False

    def _enter(self, tag: Tag) -> bool:
        """Begin a tag; tells whether what is in it is still to be read."""
        name = tag.name
        if name in _DROPPED or _is_furniture(tag):
            return self._pass(tag)
        if name == "pre":
            self._code(tag)
            return self._pass(tag)
        if name == "table" and id(tag) not in self._for_layout:
            self._table(tag)
            return self._pass(tag)
        if name == "br":
            self._paragraph.new_line(self._at)
        elif name == "code":
            self._paragraph.take("`", self._at)
        elif name == "li":
            self._item()
        elif name in _HEADINGS:
            self._paragraph.begin(_HEADINGS[name], is_heading=True)
        elif name in _BLOCKS:
            self._paragraph.end()
            if name in ("ul", "ol"):
                self._lists.append(name)
        return True

    def _item(self) -> None:
        depth = min(max(0, len(self._lists) - 1), _DEEP)
        mark = "1. " if self._lists and self._lists[-1] == "ol" else "- "
        self._paragraph.begin("  " * depth + mark, ends_block=False)

    def _leave(self, tag: Tag) -> None:
        if tag.name == "code":
            self._paragraph.take("`", self._at)
        elif tag.name == "li":
            self._paragraph.end(ends_block=False)
        elif tag.name in _HEADINGS or tag.name in _BLOCKS:
            self._paragraph.end()
            if tag.name in ("ul", "ol") and self._lists:
                self._lists.pop()

    def _code(self, tag: Tag) -> None:
        self._paragraph.end()
        rows = _rows_of(tag)
        while rows and not rows[-1][1].strip():
            rows.pop()
        first = next((number for number, (_, row) in enumerate(rows) if row.strip()), len(rows))
        if not (rows := rows[first:]):
            return
        ticks = "`" * max(3, 1 + max(len(run) for _, row in rows for run in _TICKS.findall(row)))
        self.lines.add(ticks + _language(tag), _line(tag))
        for at, row in rows:
            self.lines.add(row.rstrip(), at)
        self.lines.add(ticks, rows[-1][0])
        self.lines.blank()

    def _table(self, tag: Tag) -> None:
        """Rows and cells begin where their tags do: many pages do not end them."""
        self._paragraph.end()
        rows: list[tuple[int, list[str]]] = []
        caption: list[str] = []
        for element in tag.descendants:
            if isinstance(element, Tag):
                if element.name == "tr":
                    rows.append((_line(element), []))
                elif element.name in ("td", "th"):
                    if not rows or not rows[-1][1]:  # a row is where its first cell is
                        rows[-1:] = [(_line(element), [])]
                    rows[-1][1].append("")
                elif rows and rows[-1][1] and element.name in ("p", "br", "div"):
                    rows[-1][1][-1] += " "
            elif type(element) is NavigableString:
                if rows and rows[-1][1]:
                    rows[-1][1][-1] += element
                else:
                    caption.append(element)
        self.lines.block(" ".join("".join(caption).split()), _line(tag))
        if filled := [row for row in rows if any(map(str.strip, row[1]))]:
            self.lines.table(filled)


def _for_layout(soup: Tag) -> frozenset[int]:
    """The identities of the tables that only arrange what is in them: what has headings or lists is no cell."""
    found: set[int] = set()
    steps: list[tuple[Tag, Iterator[PageElement]]] = [(soup, iter(soup.contents))]
    tables: list[Tag] = []
    while steps:
        tag, children = steps[-1]
        element = next(children, None)
        if element is None:
            steps.pop()
            if tables and tables[-1] is tag:
                tables.pop()
        elif isinstance(element, Tag):
            if tables and element.name in _IN_CELLS:
                found.add(id(tables[-1]))
            if element.name == "table":
                tables.append(element)
            steps.append((element, iter(element.contents)))
    return frozenset(found)


def _rows_of(tag: Tag) -> list[tuple[int, str]]:
    """The lines of a text whose white space counts, each with its line in the file."""
    rows, at = [(_line(tag), "")], _line(tag)
    for element in tag.descendants:
        if isinstance(element, Tag) and element.name == "br":
            rows.append((at, ""))
        elif type(element) is NavigableString:
            first, *others = element.split("\n")
            rows[-1] = (rows[-1][0], rows[-1][1] + first)
            rows += [(at + number, other) for number, other in enumerate(others, start=1)]
            at += len(others)
    return rows


def _line(tag: Tag) -> int:
    return tag.sourceline or 1


def _is_furniture(tag: Tag) -> bool:
    """Whether it is there to find one's way, and says nothing itself."""
    if not tag.attrs:
        return False
    role, classes = tag.get("role"), tag.get("class") or ()
    if tag.name == "a" and len(tag.contents) == 1 and str(tag.contents[0]) in _ANCHORS:
        return True
    return role in _ROLES or "hidden" in tag.attrs or not _NOT_READ.isdisjoint(classes)


def _language(tag: Tag) -> str:
    """The language of code, as a class of it or of what it stands in says."""
    near = [tag, *tag.find_all("code", limit=1), *islice(tag.parents, 2)]
    for one in near:
        classes: str | list[str] = one.get("class") or []
        for name in [classes] if isinstance(classes, str) else classes:
            if (found := _LANGUAGE.fullmatch(name)) and found[1] not in _NO_LANGUAGES:
                return found[1]
    return ""
