"""A code block that is still open: what closes it is what closes it in CommonMark, and its code is the same."""

from itertools import product

import pytest
from markdown_it import MarkdownIt

from chatbot_cli.terminal.markdown.code_highlight import CodeLine
from chatbot_cli.terminal.markdown.open_fence import OpenFence

OPENINGS = ["```", "````", "~~~", " ```", "   ~~~~", "```python", "~~~ `x`"]
CLOSINGS = [
    "```",
    "````",
    "~~~",
    "~~~~~",
    "  ```",
    "   ````",
    "    ```",
    "``` ",
    "```\t",
    "``",
    "```x",
    "~~~ ~",
    "\t```",
]
INDENTED = ["x", " x", "  x", "   x", "    x", "\tx", " \tx", "  \tx", "", "  "]


def plain(lines: list[CodeLine]) -> list[str]:
    return ["".join(text for _, text in line) for line in lines]


def by_the_book(text: str) -> list[str]:
    """The code of the first block, by a parser of the whole; without empty lines at its ends."""
    lines = next(token.content for token in MarkdownIt("commonmark").parse(text)).split("\n")
    filled = [number for number, line in enumerate(lines) if line.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else []


@pytest.mark.parametrize(("opening", "closing"), list(product(OPENINGS, CLOSINGS)))
def test_a_fence_is_closed_by_the_lines_that_close_it_in_commonmark(opening: str, closing: str) -> None:
    tokens = MarkdownIt("commonmark").parse(f"{opening}\ncode\n{closing}\nafter\n")
    assert OpenFence(opening, "").closes(closing) is (len(tokens) > 1)


@pytest.mark.parametrize(("opening", "line"), list(product(OPENINGS, INDENTED)))
def test_the_indentation_of_the_fence_is_removed_from_its_lines(opening: str, line: str) -> None:
    fence = OpenFence(opening, "")
    for text in ("x\n", line + "\n", "x\n"):
        fence.add(text)
    assert plain(fence.finish()) == by_the_book(f"{opening}\nx\n{line}\nx\n")


@pytest.mark.parametrize("language", ["", "python", "json"])
def test_blank_lines_are_dropped_at_both_ends_of_a_fence_and_kept_inside(language: str) -> None:
    fence, seen = OpenFence("```", language), list[str]()
    for line in ["", "  ", "a", *[""] * 90, "b", "", " ", *[""] * 90]:
        fence.add(line + "\n")
        seen += plain(fence.take_settled())
        assert (seen or ["a"])[0] == "a"
        assert plain(fence.open_lines(""))[-1:] != [""]
    assert seen + plain(fence.finish()) == ["a", *[""] * 90, "b"]


def test_a_line_that_may_become_the_closing_fence_is_not_shown_yet() -> None:
    fence = OpenFence("```", "")
    fence.add("a\n")
    assert [plain(fence.open_lines(partial)) for partial in ("`", "``", " ``", "``x", "~")] == [
        *[["a"]] * 3,
        ["a", "``x"],
        ["a", "~"],
    ]


@pytest.mark.parametrize(("partial", "code"), [("```", ["a"]), ("``", ["a", "``"]), ("", ["a"]), ("b", ["a", "b"])])
def test_the_end_of_the_text_ends_a_fence(partial: str, code: list[str]) -> None:
    fence = OpenFence("```", "")
    fence.add("a\n")
    assert plain(fence.finish(partial)) == code
