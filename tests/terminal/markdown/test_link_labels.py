"""Brackets: links are where CommonMark has them, and looking for them costs no more than the text is long."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt, helpers
from markdown_it.rules_inline import StateInline

from chatbot_cli.terminal.markdown.parser import PARSER, new_parser

MANY = 2_000
LOOKS = 6  # at each character, at most

BY_THE_BOOK = new_parser()
BY_THE_BOOK.helpers = helpers  # as markdown-it itself looks for the end of a label

PIECES = ["[", "]", "(", ")", "[a]", "](b)", "![", "[r]", "[r][a]", "a", "`", "*", "\\", "\n", "<http://a>", "$", "\\("]


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.sampled_from(["", "[r]: /r 'title'\n\n"]))
def test_links_are_where_the_parser_by_itself_has_them(text: str, definition: str) -> None:
    ours, by_the_book = PARSER.parse(definition + text, {}), BY_THE_BOOK.parse(definition + text, {})
    assert [token.as_dict() for token in ours] == [token.as_dict() for token in by_the_book]


@pytest.mark.parametrize("brackets", [70, 200])
@pytest.mark.parametrize("text", ["{open}a{close}", "{open}[a](b)", "{open}[a](b){close}(c)", "{open}![a](b){close}"])
def test_nor_does_it_matter_how_many_are_open(text: str, brackets: int) -> None:
    text = text.format(open="[" * brackets, close="]" * brackets)
    assert PARSER.render(text) == BY_THE_BOOK.render(text)


@pytest.mark.parametrize(
    "text",
    [
        "[" * MANY,
        "![" * MANY,
        "[" * MANY + "]",
        "[ x" * MANY + "]",
        "[" * MANY + "]" * MANY,
        "[[]" * MANY,
        "[a](" * MANY,
    ],
    ids=["open", "images", "one is closed", "words between", "nested", "every second", "links begun"],
)
def test_however_many_are_open_each_character_is_looked_at_a_few_times(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parser, looks = new_parser(), 0
    look: Callable[[StateInline], None] = parser.inline.skipToken

    def counted(state: StateInline) -> None:
        nonlocal looks
        looks += 1
        look(state)

    monkeypatch.setattr(parser.inline, "skipToken", counted)
    assert shown(parser, text).replace("\n", "") == text
    assert looks <= LOOKS * len(text)


def shown(parser: MarkdownIt, text: str) -> str:
    """The text of a paragraph without links."""
    inline = parser.parse(text, {})[1]
    return "".join(token.content for token in inline.children or ())
