"""The transcript is a sequence like any other, though most of it may never be read."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.transcript import PAGE, Transcript

ALL = tuple(Exchange(f"question {number}", f"answer {number}") for number in range(300))


class Shelf:
    """Exchanges that are kept elsewhere. It notes which were read."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.taken: list[int] = []

    def read(self, start: int, stop: int) -> Sequence[Exchange]:
        assert 0 <= start <= stop <= self.count
        self.taken += range(start, stop)
        return ALL[start:stop]

    def transcript(self, in_memory: int = 0) -> Transcript:
        return Transcript(ALL[self.count - in_memory : self.count], self.count - in_memory, self.read)


INDEX = st.integers(-320, 320)


@given(st.integers(0, 300), st.integers(0, 20), INDEX, INDEX, INDEX)
def test_it_is_cut_and_read_as_a_tuple_is(count: int, in_memory: int, start: int, stop: int, index: int) -> None:
    transcript = Shelf(count).transcript(min(in_memory, count))
    part, expected = transcript[start:stop], ALL[:count][start:stop]
    assert len(part) == len(expected)
    if expected:
        assert part[index % len(expected)] == expected[index % len(expected)]
    assert part == expected
    assert part[1:][:-1] == expected[1:][:-1]
    assert part.followed_by(ALL[0]) == (*expected, ALL[0])
    assert list(reversed(part)) == list(reversed(expected))


def test_what_nobody_asks_for_is_not_read() -> None:
    shelf = Shelf(300)
    transcript = shelf.transcript()
    assert len(transcript) == len(transcript[10:]) + 10 == 300
    assert len(transcript.followed_by(ALL[0])) == 301
    assert shelf.taken == []
    assert transcript[-1] == ALL[-1]
    assert transcript[-PAGE:] == ALL[-PAGE:]
    assert shelf.taken == list(range(300 - PAGE, 300))


def test_each_is_read_once() -> None:
    shelf = Shelf(300)
    transcript = shelf.transcript()
    assert list(reversed(transcript)) == list(reversed(ALL))
    assert list(transcript) == list(ALL)
    assert sorted(shelf.taken) == list(range(300))


def test_a_far_one_is_read_with_its_page_alone_and_known_to_all_that_follow() -> None:
    shelf = Shelf(300)
    before = shelf.transcript()
    transcript = before.followed_by(ALL[0])
    assert transcript[0] == ALL[0]
    assert shelf.taken == list(range(300 - 4 * PAGE))
    assert transcript[150] == ALL[150]
    read = len(shelf.taken)
    assert read <= 2 * PAGE
    for other in (before, transcript[:-1], transcript.followed_by(ALL[1]).followed_by(ALL[2]), transcript[1:][:-1]):
        assert {ALL[150], ALL[1]} <= {other[number] for number in (0, 1, 149, 150)}
    assert len(shelf.taken) == read
    assert list(transcript) == [*ALL, ALL[0]]
    assert sorted(shelf.taken) == list(range(300))


@pytest.mark.parametrize("index", [3, -4])
def test_there_is_nothing_behind_its_ends(index: int) -> None:
    with pytest.raises(IndexError):
        Shelf(3).transcript()[index]


def test_it_is_equal_to_the_same_exchanges_and_to_nothing_else() -> None:
    assert Shelf(3).transcript() == Transcript(ALL[:3])
    assert Transcript(ALL[:3]) != ALL[:2]
    assert Transcript(ALL[:3]) != list(ALL[:3])
    assert "297 earlier" in repr(Transcript(ALL[297:], 297, Shelf(300).read))
