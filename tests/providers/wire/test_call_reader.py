"""The calls of a reply do not depend on the pieces in which they arrive, nor on what a server leaves out of them."""

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.providers.wire.call_reader import MOST, MOST_OF_ARGUMENTS, CallReader

NAMES = ("time", "weather", "time_zone")
VALUES = st.recursive(
    st.none() | st.integers(-9, 9) | st.text('aé"\\{}[],:\n', max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text('a"}', max_size=2), inner, max_size=2),
    max_leaves=4,
)
ARGUMENTS = st.dictionaries(st.sampled_from(["city", "n"]), VALUES, max_size=2)
CALLS = st.lists(st.tuples(st.sampled_from(NAMES), ARGUMENTS), min_size=1, max_size=4)
Delta = dict[str, Any]


@st.composite
def streams(draw: st.DrawFn) -> tuple[list[tuple[str, str]], list[list[Delta]]]:
    """Calls, and one of the ways to stream them: what is sent with each piece, where it is cut, what is in a chunk."""
    calls = [(name, json.dumps(arguments)) for name, arguments in draw(CALLS)]
    index = draw(st.sampled_from(["own", "zero", "none"]))
    has_id, id_again = draw(st.booleans()), draw(st.booleans())
    is_whole = draw(st.booleans()) or (index != "own" and not has_id)
    pieces: list[Delta] = []
    for number, (name, arguments) in enumerate(calls):
        named: Delta = {"index": {"own": number, "zero": 0}.get(index)}
        with_id = named | ({"id": f"call_{number}"} if has_id else {})
        cuts = [] if is_whole else sorted(draw(st.lists(st.integers(0, len(arguments)), max_size=4)))
        texts = [arguments[begin:end] for begin, end in zip([0, *cuts], [*cuts, None], strict=True)]
        if not is_whole and draw(st.booleans()):
            texts.insert(0, "")
        pieces.append(with_id | {"function": {"name": name, "arguments": texts[0]}})
        pieces += [(with_id if id_again else named) | {"function": {"arguments": text}} for text in texts[1:]]
    if index == "own" and draw(st.booleans()):  # calls that arrive at the same time
        heads = [piece for piece in pieces if "name" in piece["function"]]
        tails = [piece for piece in pieces if piece not in heads]
        pieces = [*heads, *sorted(tails, key=lambda piece: piece["index"] % 2)]
    return calls, draw(chunked(pieces))


@st.composite
def chunked(draw: st.DrawFn, pieces: Sequence[Delta]) -> list[list[Delta]]:
    cuts = sorted(draw(st.lists(st.integers(0, len(pieces)), max_size=6)))
    return [list(pieces[begin:end]) for begin, end in zip([0, *cuts], [*cuts, None], strict=True)]


@given(streams())
def test_any_pieces_of_the_same_calls_bring_the_same_calls(
    stream: tuple[list[tuple[str, str]], list[list[Delta]]],
) -> None:
    expected, chunks = stream
    reader = CallReader(NAMES, "salt")
    for chunk in chunks:
        reader.add(chunk)
    calls = reader.calls().calls
    assert [(call.name, json.loads(call.arguments)) for call in calls] == [
        (name, json.loads(arguments)) for name, arguments in expected
    ]
    assert len({call.id for call in calls}) == len(calls)
    assert not reader.calls().unreadable


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["index", "id", "function", "name", "arguments", "x"]) | st.text(max_size=2),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=4))
def test_whatever_a_server_sends_the_calls_are_sound(chunks: list[object]) -> None:
    reader = CallReader(NAMES)
    for chunk in chunks:
        reader.add(chunk)
        reader.add([chunk])
    came = reader.calls()
    for call in came.calls:
        assert isinstance(json.loads(call.arguments), dict)
        assert call.id
        f"{call.id}{call.name}{call.arguments}{call.extra}".encode()
    f"{came.unreadable}".encode()
    assert len({call.id for call in came.calls}) == len(came.calls)


def test_a_long_argument_in_many_pieces_is_read_in_a_moment_and_calls_without_end_are_left_out() -> None:
    reader = CallReader()
    reader.add([{"index": 0, "id": "a", "function": {"name": "weather", "arguments": '{"city": "'}}])
    for _ in range(20_000):
        reader.add([{"index": 0, "function": {"arguments": "}"}}])
    reader.add([{"index": 0, "function": {"arguments": '"}'}}])
    assert json.loads(reader.calls().calls[0].arguments) == {"city": "}" * 20_000}
    for number in range(1, 2 * MOST):
        reader.add([{"index": number, "id": str(number), "function": {"name": "time"}}])
    assert len(reader.calls().calls) == MOST


def test_a_number_that_json_cannot_write_is_unreadable() -> None:
    reader = CallReader()
    reader.add([{"id": "a", "function": {"name": "weather", "arguments": '{"city": "\\u0041", "days": 1e999}'}}])
    assert reader.calls().calls[0].arguments == "{}"
    assert reader.calls().unreadable


def test_arguments_without_end_are_no_json() -> None:
    reader = CallReader()
    reader.add([{"id": "a", "function": {"name": "weather", "arguments": '{"city": "'}}])
    for _ in range(9):
        reader.add([{"function": {"arguments": "x" * (MOST_OF_ARGUMENTS // 8)}}])
    ((_, came),) = reader.calls().unreadable
    assert len(came) == MOST_OF_ARGUMENTS


def test_a_reply_is_half_while_any_of_its_calls_is() -> None:
    reader = CallReader()
    reader.add([{"index": 0, "id": "a", "function": {"name": "weather", "arguments": '{"city": '}}])
    reader.add([{"index": 1, "id": "b", "function": {"name": "time", "arguments": "{}"}}])
    assert reader.is_half
    reader.add([{"index": 0, "function": {"arguments": '"Oslo"}'}}])
    assert not reader.is_half
