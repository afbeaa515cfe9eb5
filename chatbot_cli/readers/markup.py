"""The tree of an HTML page, as lines of Markdown. A page may be nested as deep as it likes: nothing here recurs."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from chatbot_cli.readers.lines import Lines
from chatbot_cli.readers.paragraph import Paragraph

_NEVER = "script style nav head noscript template svg math canvas iframe object button select input textarea"
_DROPPED = frozenset(_NEVER.split())
_ROLES = ("navigation", "search", "banner")
_HEADINGS = {f"h{level}": f"{'#' * level} " for level in range(1, 7)}
_APART = (
    "p div section article main aside header footer address blockquote ul ol dl dt dd figure figcaption details summary"
    " form fieldset hr table thead tbody tfoot tr td th caption center body html"
)
_BLOCKS = frozenset(_APART.split())
_IN_CELLS = ["table", "pre", "ul", "ol", "dl", "blockquote", *_HEADINGS]  # a table with one of them is for the layout
_LANGUAGE = re.compile(r"(?:language|lang|highlight|sourceCode)-([\w+#-]+)")
_NO_LANGUAGES = ("default", "none", "text", "notranslate")


def lines_of(html: str) -> Lines:
    """The lines of a page, each with its line in the file."""
    soup = BeautifulSoup(html, "html.parser")
    page = _Page()
    if not soup.find("h1") and (title := soup.find("title")) and (name := title.get_text(" ", strip=True)):
        page.lines.block(f"# {' '.join(name.split())}", _line(title))
    page.walk(soup)
    return page.lines


class _Page:
    """Goes through a tree from its first tag to its last, and keeps what is to be read."""

    def __init__(self) -> None:
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
        if not isinstance(text, PreformattedString):  # a comment, or the like
            self._paragraph.take(str(text), self._at)
        self._at += text.count("\n")

    def _enter(self, tag: Tag) -> bool:
        """Begin a tag; tells whether what is in it is still to be read."""
        name = tag.name
        if name in _DROPPED or _is_furniture(tag):
            return False
        if name == "pre":
            self._code(tag)
            return False
        if name == "table" and not tag.find(_IN_CELLS):
            self._table(tag)
            return False
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
        depth = max(0, len(self._lists) - 1)
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
        text, at = tag.get_text(), _line(tag)
        if not text.strip():
            return
        ticks = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
        self.lines.add(ticks + _language(tag), at)
        code = text.rstrip().split("\n")
        first = next(number for number, line in enumerate(code) if line.strip())
        for number, line in enumerate(code[first:], start=first):
            self.lines.add(line.rstrip(), at + number)
        self.lines.add(ticks, at + len(code) - 1)
        self.lines.blank()

    def _table(self, tag: Tag) -> None:
        self._paragraph.end()
        rows = []
        for row in tag.find_all("tr"):
            cells = [_text_without_furniture(cell) for cell in row.find_all(["td", "th"])]
            if any(map(str.strip, cells)):
                rows.append((_line(row), cells))
        if caption := tag.find("caption"):
            self.lines.block(" ".join(caption.get_text(" ").split()), _line(caption))
        if rows:
            self.lines.table(rows)


def _line(tag: Tag) -> int:
    return tag.sourceline or 1


def _text_without_furniture(tag: Tag) -> str:
    return (
        "" if tag.find(list(_DROPPED)) and not tag.get_text(strip=True) else tag.get_text(" " if tag.find("p") else "")
    )


def _is_furniture(tag: Tag) -> bool:
    """Whether it is there to find one's way, and says nothing itself."""
    if not tag.attrs:
        return False
    role, classes = tag.get("role"), tag.get("class") or ()
    return role in _ROLES or "headerlink" in classes or "hidden" in tag.attrs


def _language(tag: Tag) -> str:
    """The language of code, as a class of it or of what it stands in says."""
    near = [tag, *tag.find_all("code", limit=1), *list(tag.parents)[:2]]
    for one in near:
        classes: str | list[str] = one.get("class") or []
        for name in [classes] if isinstance(classes, str) else classes:
            if (found := _LANGUAGE.fullmatch(name)) and found[1] not in _NO_LANGUAGES:
                return found[1]
    return ""
