"""What a model thinks in tags at the very beginning of a reply is no text of the reply."""

from itertools import pairwise

import pytest

from chatbot_cli.chat.events import Finished, ReasoningDelta, TextDelta
from chatbot_cli.chat.messages import Ending
from chatbot_cli.errors import ConnectionFailed, ReplyCut
from chatbot_cli.providers.wire.thought_tags import MOST_BLANK, ThoughtTags
from tests.providers.asking import ask, chat_at
from tests.streaming_server import DONE, HANG_UP, STOP, StreamingServer, chunk, stream, text

Divided = tuple[str, str]  # what was thought, what was said


def divided(*pieces: str, is_whole: bool = True) -> Divided:
    tags = ThoughtTags()
    events = [event for piece in pieces for event in tags.feed(piece)] + list(tags.finish(is_whole=is_whole))
    assert all(event.text for event in events)
    thought, said = (
        "".join(event.text for event in events if isinstance(event, kind)) for kind in (ReasoningDelta, TextDelta)
    )
    return thought, said


THOUGHTS: dict[str, Divided] = {
    "<think>Hm.</think>Yes.": ("Hm.", "Yes."),
    "<think>\nHm.\n\nHa.\n</think>\n\nYes.\n\nNo.": ("Hm.\n\nHa.\n", "Yes.\n\nNo."),
    " \n<THINK>Hm.</Think> \n \n    code\n": ("Hm.", "    code\n"),
    "<think>Hm.</think> Yes.": ("Hm.", "Yes."),
    "<thinking>a </think> b</thinking>Yes.": ("a </think> b", "Yes."),
    "<thought>1 < 2 </thoughts></thought>Yes.": ("1 < 2 </thoughts>", "Yes."),
    "<think>\n\n</think>\n\nYes.": ("", "Yes."),
    "<think></think>": ("", ""),
    "<think>İstanbul</think>İyi <think>x</think>": ("İstanbul", "İyi <think>x</think>"),
    "<think>One.</think>\n<think>Two.</think>\nYes.": ("One.Two.", "Yes."),
    "<think>Hm.</think>\n</think>Yes.": ("Hm.", "</think>Yes."),
    "<think>Hm.</think><thinker>": ("Hm.", "<thinker>"),
}
TEXTS = [
    "Yes.",
    "",
    " ",
    "\n\n  Yes.",
    "<",
    "<th",
    "<thinker>Hm.</thinker>",
    "< think>Hm.</think>",
    "<think >Hm.</think>",
    "<b>Yes.</b>",
    "`<think>` is a tag.",
    "Yes. <think>Hm.</think>",
    "</think>Yes.",
    "<tHİnk>Hm.</think>",
    "\n" * (MOST_BLANK + 1) + "<think>Hm.</think>",
]
WITHOUT_END = ["<think>Hm. No end", " <Think>\n Hm.</thin", "<think>", "<thought>Hm.</think>"]


@pytest.mark.parametrize(("reply", "expected"), [*THOUGHTS.items(), *((said, ("", said)) for said in TEXTS)])
def test_a_reply_is_divided_the_same_at_every_cut(reply: str, expected: Divided) -> None:
    for cut in range(len(reply) + 1):
        assert divided(reply[:cut], reply[cut:]) == expected
    assert divided(*reply) == expected


@pytest.mark.parametrize("reply", WITHOUT_END)
def test_a_thought_without_end_in_a_whole_reply_was_text(reply: str) -> None:
    for cut in range(len(reply) + 1):
        assert divided(reply[:cut], reply[cut:])[1] == reply
    assert divided(*reply)[1] == reply


@pytest.mark.parametrize(
    ("reply", "pieces"),
    [
        ("Yes.", ["Y", "e", "s", "."]),
        ("<b>Yes", ["<b", ">", "Y", "e", "s"]),
        ("<then", ["<the", "n"]),
        ("\n\nNo", ["\n\nN", "o"]),
        ("<think>Hm</b></think>\nNo", ["H", "m", "</b", ">", "N", "o"]),
    ],
)
def test_nothing_waits_longer_than_it_may_become_a_tag(reply: str, pieces: list[str]) -> None:
    tags = ThoughtTags()
    assert [event.text for character in reply for event in tags.feed(character)] == pieces


def test_white_space_without_end_is_not_held_back() -> None:
    tags = ThoughtTags()
    assert "".join(event.text for _ in range(MOST_BLANK + 1) for event in tags.feed(" ")) == " " * (MOST_BLANK + 1)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("<think>Hm. No end</thi", ("Hm. No end</thi", "")),
        ("<think>Hm.</think>\n", ("Hm.", "")),
        ("<think>\n", ("", "")),
        (" <thi", ("", " <thi")),
        ("\n", ("", "\n")),
    ],
)
def test_a_thought_without_end_in_a_reply_that_is_cut_stays_a_thought(reply: str, expected: Divided) -> None:
    for first, second in pairwise([*range(len(reply) + 1), len(reply)]):
        assert divided(reply[:first], reply[first:second], reply[second:], is_whole=False) == expected


async def test_a_thought_in_a_reply_is_shown_as_one() -> None:
    pieces = ("<thi", "nk>\nLet me", " see.</th", "ink>\n", "\nYes.", " <think>")
    with StreamingServer(stream(text(*pieces), STOP)) as server:
        reply = await ask(chat_at(server.base_url))
    thoughts = [ReasoningDelta("Let me"), ReasoningDelta(" see.")]
    assert reply.events == [*thoughts, TextDelta("Yes."), TextDelta(" <think>"), Finished(Ending.COMPLETE)]


async def test_a_thought_without_end_is_text_in_a_whole_reply() -> None:
    with StreamingServer(stream(text("<think>", "is a tag."), STOP, DONE)) as server:
        reply = await ask(chat_at(server.base_url))
    assert reply.events == [ReasoningDelta("is a tag."), TextDelta("<think>is a tag."), Finished(Ending.COMPLETE)]


@pytest.mark.parametrize("thought", [text("<think>Hm. "), chunk(reasoning="Hm. ")])
async def test_a_reply_that_ends_in_mid_thought_is_one_that_has_not_begun(thought: bytes) -> None:
    with StreamingServer(stream(thought, HANG_UP), stream(thought + DONE), stream(thought, chunk("length"))) as server:
        lost, cut, long = [await ask(chat_at(server.base_url)) for _ in range(3)]
    assert isinstance(lost.error, ConnectionFailed)
    assert isinstance(cut.error, ConnectionFailed)
    assert long.events == [ReasoningDelta("Hm. "), Finished(Ending.LENGTH)]


async def test_half_a_character_in_a_thought_is_mended() -> None:
    with StreamingServer(stream(text("<think>\ud83d", "\ude00</think>\udc00"), STOP)) as server:
        reply = await ask(chat_at(server.base_url))
    assert [event for event in reply.events if not isinstance(event, Finished)] == [
        ReasoningDelta("\N{GRINNING FACE}"),
        TextDelta("\ufffd"),
    ]


async def test_a_reply_that_breaks_off_after_a_thought_is_cut() -> None:
    with StreamingServer(stream(text("<think>Hm.</think>\nHalf"), HANG_UP)) as server:
        reply = await ask(chat_at(server.base_url))
    assert isinstance(reply.error, ReplyCut)
    assert reply.text == "Half"
