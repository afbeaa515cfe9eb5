"""A block that grows beyond all reason: nothing of it is lost, and what may still change stays small."""

import re
from functools import cache
from itertools import count, islice

import pytest

from chatbot_cli.terminal.markdown.stream import LONGEST_OPEN, Code, MarkdownStream, Piece, code_blocks
from tests.terminal.markdown.streamed_and_whole import Reader, plain

PIECE = 700  # characters that arrive at once
TIMES = 6 * LONGEST_OPEN

NUMBERED = " ".join(f"word{number}" for number in islice(count(), TIMES // 8))
LONG = {
    "words": NUMBERED,
    "letters": "a" * TIMES,
    "lines": NUMBERED.replace(" ", "\n"),
    "quoted": "".join(f"> {word}\n" for word in NUMBERED.split()),
    "an item": "- first\n- " + NUMBERED,
    "a table": "| word | number |\n|---|---|\n"
    + "".join(f"| word{number} | {number} |\n" for number in range(TIMES // 16)),
    "indented code": "".join(f"    {word}\n" for word in NUMBERED.split()),
    "brackets": "[" * TIMES,
}


@cache
def arrived(text: str) -> list[str]:
    """The lines of a reply that has come piece by piece."""
    reader = Reader(width=100)
    for start in range(0, len(text), PIECE):
        reader.receive(text[start : start + PIECE])
        reader.take()
    return plain(reader.finish())


@pytest.mark.parametrize("kind", LONG)
def test_nothing_is_lost_and_nothing_comes_twice(kind: str) -> None:
    text, lines = LONG[kind], arrived(LONG[kind])
    words = [word for word in re.findall(r"\w+", " ".join(lines)) if word[-1].isdigit() and word[0] == "w"]
    assert words == re.findall(r"word\d+", text)
    if kind in ("letters", "brackets"):
        assert "".join(lines).replace(" ", "") == text


def size(piece: Piece) -> int:
    """How many characters of text are in a piece."""
    if isinstance(piece, Code):
        return sum(len(text) for line in piece.lines for _, text in line)
    return sum(len(token.content) for token in piece.tokens if not token.children)


@pytest.mark.parametrize("kind", LONG)
def test_the_open_tail_stays_small(kind: str) -> None:
    stream, text = MarkdownStream(), LONG[kind]
    for start in range(0, len(text), PIECE):
        stream.feed(text[start : start + PIECE])
        stream.take_finished()
        assert sum(map(size, stream.open_pieces())) <= LONGEST_OPEN + PIECE


def test_the_rest_of_a_table_has_its_head_again() -> None:
    lines = arrived(LONG["a table"])
    heads = [number for number, line in enumerate(lines) if "word" in line and "number" in line]
    assert len(heads) > 1
    assert all("──" in lines[number + 1] for number in heads)


def test_there_is_no_empty_line_between_the_parts_of_a_paragraph() -> None:
    assert "" not in arrived(LONG["words"])


def test_code_after_long_blocks_has_the_number_it_is_copied_by() -> None:
    text = f"{LONG['words']}\n\n{LONG['indented code']}\n\n```python\npass\n```\n"
    labels = [line.strip() for line in arrived(text) if re.match(r" *\[\d+\]", line)]
    assert labels == ["[1]", "[2] python"]
    assert len(code_blocks(text)) == 2


@pytest.mark.parametrize("item", ["10. a\n\n    {}", "- a\n  - b\n    - c\n\n      {}", "> - a\n>     {}"])
def test_the_rest_of_an_item_is_no_code(item: str) -> None:
    paragraphs = [" ".join(f"word{number}" for number in range(start, start + 20)) for start in range(0, 6_000, 20)]
    gap = "\n>\n>     " if item.startswith(">") else f"\n\n{item.split('{')[0].rpartition(chr(10))[2]}"
    text = item.format(gap.join(paragraphs)) + "\n\nAfter.\n\n```py\npass\n```\n"
    lines = arrived(text)
    assert [line.strip() for line in lines if re.match(r" *\[\d+\]", line)] == ["[1] py"]
    assert re.findall(r"word\d+", " ".join(lines)) == [f"word{number}" for number in range(6_000)]


def test_the_numbers_of_a_list_go_on() -> None:
    lines = arrived(f"1. {LONG['words']}\n1. second\n1. third\n")
    assert [line.split()[0] for line in lines if "second" in line or "third" in line] == ["2", "3"]


def test_code_in_a_list_is_not_torn() -> None:
    code = "".join(f"  line{number}\n" for number in range(TIMES // 20))
    lines = arrived(f"- see\n\n  ```python\n{code}  ```\n")
    assert sum("[1] python" in line for line in lines) == 1
    assert sum(line.strip().startswith("line") for line in lines) == TIMES // 20
