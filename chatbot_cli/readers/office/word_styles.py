"""The styles of a Word document: which of them make headings, and lists."""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.styles.styles import Styles

_MAIN = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_LEVELS = {"title": 1, "subtitle": 2}
_MOST_LEVELS = 6
_MOST_BASES = 20  # of a style that is based on another


def marks_of(styles: "Styles") -> dict[str, str]:
    """What stands in front of a paragraph in Markdown, by the identity of its style; those without are left out."""
    return {style.style_id: mark for style in styles if (mark := _mark(style))}


def _mark(style: Any) -> str:
    """By the name of a style, or of one that it is based on: firms give them names of their own."""
    for _ in range(_MOST_BASES):
        name = str(style.name or "").lower()
        level = (
            int(found[1]) if (found := _HEADING.fullmatch(name)) else _LEVELS.get(name) or outline_level(style.element)
        )
        if level:
            return heading(level)
        if name.startswith("list"):
            return "- "
        if (style := getattr(style, "base_style", None)) is None:
            break
    return ""


def outline_level(element: Any) -> int:
    """The level of a heading that a paragraph, or a style, states; 0 for none."""
    stated = element.find(f"{_MAIN}pPr/{_MAIN}outlineLvl")
    value = stated.get(f"{_MAIN}val", "") if stated is not None else ""
    return int(value) + 1 if value in tuple("012345678") else 0


def heading(level: int) -> str:
    """The mark of a heading."""
    return f"{'#' * min(level, _MOST_LEVELS)} "
