"""The values of a reply while it arrives: each holds all that the one before did, however the text is cut."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot_cli.structured.growth import has_grown
from chatbot_cli.structured.into import target_of

LEAVES = st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9)
NAMES = st.sampled_from("abc")
VALUES = LEAVES | st.lists(LEAVES, max_size=3) | st.dictionaries(NAMES, LEAVES | st.lists(LEAVES), max_size=3)


ANY_OBJECT = target_of({"type": "object"})


def values_of(pieces: list[str]) -> list[Any]:
    growth = ANY_OBJECT.growth()
    return [value for piece in pieces for value in growth.arrived(piece)]


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(NAMES, VALUES, min_size=1), st.data())
def test_values_only_grow_up_to_the_whole_one(whole: dict[str, Any], data: st.DataObject) -> None:
    text = json.dumps(whole, ensure_ascii=data.draw(st.booleans()), indent=data.draw(st.sampled_from((None, 2))))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    values = values_of(pieces)
    assert all(map(has_grown, values, values[1:]))
    assert not values or has_grown(values[-1], whole)


def test_a_long_reply_is_not_looked_at_for_each_of_its_words() -> None:
    words = ['{"text": "', *["word "] * 20_000]
    values = values_of(words)
    assert 50 < len(values) < 1_000
    assert len(values[-1]["text"]) > 0.97 * 100_000
