"""However a reply arrives, and whenever it is painted: in the end it looks as if it had come all at once."""

import re
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest
from rich.markdown import Markdown
from wcwidth import wcwidth

from chatbot_cli.terminal.markdown.parser import PARSER
from chatbot_cli.terminal.markdown.stream import code_blocks
from chatbot_cli.text.safe import safe
from tests.terminal.markdown.markdown_documents import Author, in_chunks
from tests.terminal.markdown.streamed_and_whole import Reader, at_once, cells, console, rows, shown

DOCUMENTS, BATCHES = 1_200, 12
SEEDS = [range(first, DOCUMENTS, BATCHES) for first in range(BATCHES)]
TAKE, LOOK = 0.3, 0.2  # how often what is final is taken after a piece, and how often the rest is looked at

LABEL = re.compile(r"\[(\d+)\](?: [a-z]+)?$", re.MULTILINE)


@pytest.mark.parametrize("seeds", SEEDS, ids=lambda seeds: f"from {seeds.start}")
def test_a_reply_in_any_pieces_looks_like_the_whole_text_and_no_character_is_lost(seeds: range) -> None:
    for seed in seeds:
        chance = Random(seed)
        document, width = Author(chance).document(), chance.randint(20, 200)
        reader = Reader(width)
        for piece in in_chunks(document, chance):
            reader.receive(piece)
            if chance.random() < TAKE:
                reader.take()
            if chance.random() < LOOK:
                reader.look()
        whole = at_once(document, width)
        assert cells(reader.finish()) == cells(whole), f"document {seed}, {width} wide"

        lines = rows(whole, width)
        lost = _characters("".join(_said(document))) - _characters("".join(lines))
        assert not lost, f"document {seed}, {width} wide"
        assert all(_cells_without_joining(line) <= width for line in lines), f"document {seed}, {width} wide"


@pytest.mark.parametrize("seeds", SEEDS[:4], ids=lambda seeds: f"from {seeds.start}")
def test_at_any_moment_the_text_so_far_looks_like_a_whole_text(seeds: range) -> None:
    for seed in seeds:
        chance = Random(seed)
        document, width = Author(chance).document(), chance.randint(20, 200)
        reader, received = Reader(width), ""
        for piece in in_chunks(document, chance):
            reader.receive(piece)
            received += piece
            if chance.random() < LOOK:
                reader.take()
                assert cells(reader.look()) in _as_if_ended(received, width), f"document {seed}, {width} wide"


def _as_if_ended(received: str, width: int) -> Iterator[object]:
    """The part of an arriving text that is shown: all but a last line that may become a closing fence."""
    whole = received.removesuffix("\r")  # may be half a line end
    yield cells(at_once(whole, width))
    complete, _, partial = whole.rpartition("\n")
    if not partial.strip("`~ \t"):
        yield cells(at_once(complete, width))


def _said(document: str) -> Iterator[str]:
    """The text of a document, by a plain parse of the whole."""
    for token in PARSER.parse(safe(document)):
        if token.type in ("fence", "code_block"):
            yield token.content
        yield from (child.content for child in token.children or [])


def _cells_without_joining(line: str) -> int:
    """How wide a line is where each part of an emoji is drawn by itself. What has no width may not be there."""
    widths = [wcwidth(character) for character in line]
    assert -1 not in widths, line
    return sum(widths)


def _characters(text: str) -> Counter[str]:
    return Counter("".join(safe(text).split()))


@pytest.mark.parametrize("seed", range(100))
def test_blocks_that_rich_renders_well_look_as_in_rich(seed: int) -> None:
    author, width = Author(Random(seed)), 20 + 3 * seed
    words = ("alpha", "**bold**", "*it*", "`code`", "~~gone~~", "naïve", "日本語", "&amp;", r"\*", "very" * 9, "3 * 4")
    document = "\n\n".join(_simple_block(author, words, number) for number in range(5))
    paper = console(width)
    with paper.capture() as captured:
        paper.print(Markdown(document))
    printed = re.sub(r"\x1b\[[\d;]*m", "", captured.get())
    assert _filled(shown(document, width)) == _filled(printed.split("\n"))


def _simple_block(author: Author, words: tuple[str, ...], number: int) -> str:
    """A block that we show just as Rich does."""
    text = " ".join(author.pick(words) for _ in range(4 + number * 7))
    return author.pick((text, f"> {text}", f"- {text}\n- {text}\n  - {text}", f"{text}  \n{text}", f"> - {text}"))


def _filled(lines: list[str]) -> list[str]:
    return [line.rstrip() for line in lines if line.strip()]


def test_the_code_blocks_that_can_be_copied_are_those_with_a_number() -> None:
    for seed in range(500):
        document = Author(Random(seed)).document()
        numbers = [int(number) for number in LABEL.findall("\n".join(shown(document, 300)))]
        assert numbers == list(range(1, len(code_blocks(document)) + 1)), f"document {seed}"
