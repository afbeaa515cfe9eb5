"""Exchanges with rounds of tool calls and with attachments, drawn at random."""

import base64

from hypothesis import strategies as st

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.chat.rounds import CallOutcome, Round, ToolCall, ToolResult
from chatbot_cli.chat.thoughts import MadeBy, Thoughts

WORDS = st.text("aé中🎉\ud800 \n\0", max_size=12)
SOME_WORDS = WORDS.filter(lambda text: bool(text.strip()))
CALLS = st.builds(
    ToolCall,
    st.text("abc123", min_size=1, max_size=4),
    st.sampled_from(["weather", "files__read"]),
    st.sampled_from(["{}", '{"city": "Oslo"}']),
    st.sampled_from(["", '{"signature": "x"}']),
)
RESULTS = st.builds(
    ToolResult,
    WORDS,
    st.sampled_from(CallOutcome),
    st.integers(0, 100).map(lambda tenths: tenths / 10),
)


# What an export holds of them: nothing of an address, and no seal.
THOUGHTS = st.builds(
    Thoughts,
    SOME_WORDS,
    st.integers(0, 100).map(lambda tenths: tenths / 10),
    st.sampled_from([None, MadeBy("gpt-6-luna")]),
)


@st.composite
def rounds(draw: st.DrawFn) -> Round:
    calls = draw(st.lists(CALLS, min_size=1, max_size=3, unique_by=lambda call: call.id))
    results = draw(st.lists(RESULTS, min_size=len(calls), max_size=len(calls)))
    return Round(tuple(calls), tuple(results), draw(WORDS), draw(st.none() | THOUGHTS))


# The smallest PNG: an import drops an image that is none.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_MADE_FROM = st.sampled_from(["", "PDF, 14 pages"])
_IMAGES = st.builds(Attachment, SOME_WORDS, st.just("image/png"), st.just(PIXEL), _MADE_FROM)
_OTHER_FILES = st.builds(
    Attachment, SOME_WORDS, st.sampled_from(["text/plain", "application/zip"]), st.binary(max_size=20), _MADE_FROM
)
ATTACHMENTS = _IMAGES | _OTHER_FILES
_ATTACHED = st.lists(ATTACHMENTS, max_size=2).map(tuple)
_WITH_WORDS = st.builds(
    Exchange,
    SOME_WORDS,
    SOME_WORDS,
    st.sampled_from([Ending.COMPLETE, Ending.LENGTH, Ending.STOPPED]),
    rounds=st.lists(rounds(), max_size=3).map(tuple),
    attached=_ATTACHED,
    thoughts=st.none() | THOUGHTS,
)
_CALLS_ALONE = st.builds(
    Exchange,
    SOME_WORDS,
    st.just(""),
    st.sampled_from([Ending.STOPPED, Ending.LOST, Ending.LIMIT]),
    rounds=st.lists(rounds(), min_size=1, max_size=2).map(tuple),
    attached=_ATTACHED,
)
EXCHANGES = _WITH_WORDS | _CALLS_ALONE

A_CALL = ToolCall("c1", "weather", '{"city": "Oslo"}')
A_ROUND = Round((A_CALL,), (ToolResult("Snow.", seconds=0.5),), "Let me look.", Thoughts("They want the weather.", 1.5))
A_PICTURE = Attachment("cat.png", "image/png", b"\x89PNG\r\n")
