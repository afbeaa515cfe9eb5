"""The headings of reStructuredText, AsciiDoc and Org as those of Markdown, in the same lines (pure)."""

import re
from collections.abc import Callable

_MOST_LEVELS = 6
_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}\s*")
_ASCIIDOC_HEADING = re.compile(r"(={1,6})\s+(\S.*)")
_ASCIIDOC_CODE = re.compile(r"(-{4,}|\.{4,})\s*")
_ASCIIDOC_BLOCK = re.compile(r"(={4,}|\*{4,}|_{4,}|\+{4,}|-{2})\s*")
_ORG_HEADING = re.compile(r"(\*+)\s+(?:(?:TODO|DONE)\s+)?(\S.*?)(?:\s+:[\w@:]+:)?\s*")
_ORG_TITLE = re.compile(r"#\+title:\s*(\S.*)", re.IGNORECASE)
_ORG_BEGIN = re.compile(r"\s*#\+begin_(?:src|example)\b\s*(\w*).*", re.IGNORECASE)
_ORG_END = re.compile(r"\s*#\+end_(?:src|example)\s*", re.IGNORECASE)


def from_rest(text: str) -> str:
    """reStructuredText: a title has a line of signs below it, maybe above it too; each style is one level."""
    lines = text.split("\n")
    styles: list[tuple[str, bool]] = []
    for at in range(1, len(lines)):
        title = lines[at - 1]
        if not _underlines(lines[at], title):
            continue
        over = at > 1 and lines[at - 2].rstrip() == lines[at].rstrip()
        if title.startswith(" ") and not over:
            continue
        style = (lines[at][0], over)
        if style not in styles:
            styles.append(style)
        lines[at - 1] = _heading(styles.index(style) + 1, title)
        lines[at] = ""
        if over:
            lines[at - 2] = ""
    return "\n".join(lines)


def _underlines(line: str, title: str) -> bool:
    if not title.strip() or _ADORNMENT.fullmatch(title) or not _ADORNMENT.fullmatch(line):
        return False
    return len(line.rstrip()) >= len(title.strip()) * 0.8  # with some mercy: people do not count


def from_asciidoc(text: str) -> str:
    """AsciiDoc: as many "=" as levels in front of a title."""
    fence = ""

    def converted(line: str) -> str:
        nonlocal fence
        code = _ASCIIDOC_CODE.fullmatch(line)
        if fence or code:
            if code and fence in ("", code[1]):
                fence = "" if fence else code[1]
                return "```"
            return line
        if heading := _ASCIIDOC_HEADING.fullmatch(line):
            return _heading(len(heading[1]), heading[2])
        return "" if _ASCIIDOC_BLOCK.fullmatch(line) else line

    return "\n".join(map(converted, text.split("\n")))


def from_org(text: str) -> str:
    """Org: as many stars as levels in front of a title, without its state and tags."""

    def converted(line: str) -> str:
        if heading := _ORG_HEADING.fullmatch(line):
            return _heading(len(heading[1]), heading[2])
        if title := _ORG_TITLE.fullmatch(line):
            return _heading(1, title[1])
        if begin := _ORG_BEGIN.fullmatch(line):
            return f"```{begin[1]}"
        return "```" if _ORG_END.fullmatch(line) else line

    return "\n".join(map(converted, text.split("\n")))


def _heading(level: int, title: str) -> str:
    return f"{'#' * min(level, _MOST_LEVELS)} {title.strip()}"


CONVERTERS: dict[str, tuple[str, Callable[[str], str]]] = {
    ".rst": ("reStructuredText", from_rest),
    ".rest": ("reStructuredText", from_rest),
    ".adoc": ("AsciiDoc", from_asciidoc),
    ".asciidoc": ("AsciiDoc", from_asciidoc),
    ".org": ("Org", from_org),
}
