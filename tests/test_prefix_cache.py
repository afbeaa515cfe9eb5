"""A window in blocks keeps the beginning of its requests, so that a provider's cache has read most of it before."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from chatbot_cli.chat.attachments import TEXT, Attachment
from chatbot_cli.chat.context import Context
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.documents import Documents
from chatbot_cli.chat.limits import REPLY_FRAMING_TOKENS, Limits
from chatbot_cli.chat.messages import Exchange, Message
from chatbot_cli.chat.options import MAX_TURNS
from chatbot_cli.chat.window import select
from tests.caching_server import COUNTER, CachingServer, Read, conversation_at, in_common, share_cached
from tests.chat.turns import take_turn
from tests.fakes import FakeLibrary, passage

SYSTEM = Message("system", "kind " * 400)
WIDE = 1_000_000  # tokens; no limit


def words(message: Message) -> int:
    return message.content.count(" ")


def conversation(turns: int) -> Sequence[Exchange]:
    return [Exchange(f"{number}" + " question" * 120, f"{number}" + " answer" * 350) for number in range(turns)]


def requests(transcript: Sequence[Exchange], limits: Limits) -> list[Read]:
    """What a server reads of each turn of a conversation, and what of it begins like the turn before; words."""
    contexts = [
        Context((SYSTEM,), transcript[:turn], (Message("user", exchange.user),))
        for turn, exchange in enumerate(transcript)
    ]
    sent = [select(context, limits, words).messages for context in contexts]
    return [
        Read(sum(map(words, after)), sum(map(words, after[: in_common(before, after)])), 350)
        for before, after in pairwise([(), *sent])
    ]


def test_nine_tenths_of_200_turns_are_read_from_the_cache_by_default() -> None:
    assert share_cached(requests(conversation(200), Limits(MAX_TURNS, WIDE))) >= 0.9


def test_a_strict_window_that_is_full_keeps_its_system_prompt_and_nothing_else() -> None:
    for read in requests(conversation(200), Limits(MAX_TURNS // 2, WIDE, slide=1))[MAX_TURNS // 2 + 1 :]:
        assert read.cached == words(SYSTEM)
    assert share_cached(requests(conversation(200), Limits(MAX_TURNS // 2, WIDE, slide=1))) < 0.1


def test_where_the_tokens_are_the_limit_most_is_read_from_the_cache_too() -> None:
    in_blocks, strict = (requests(conversation(200), Limits(MAX_TURNS, 12_000, 0, slide)) for slide in (None, 1))

    assert max(read.sent for read in in_blocks) <= 12_000
    assert share_cached(in_blocks) > 0.75
    assert share_cached(strict) < 0.1


async def test_a_server_sees_the_prefix_that_the_window_promises(tmp_path: Path) -> None:
    with CachingServer(lambda turn: f"answer {turn}") as server:
        chat = conversation_at(server, tmp_path, {"model": "gpt-6-luna", "system": "Be kind.", "max_turns": 8})
        for turn in range(24):
            await take_turn(chat, f"question {turn}")

    system = COUNTER.count(Message("system", "Be kind."))
    assert [turn for turn, read in enumerate(server.read) if read.cached == system] == [9, 13, 17, 21]
    for turn, (before, after) in enumerate(pairwise(server.read), 1):
        kept_all = turn not in (9, 13, 17, 21)  # there, a block of four has left
        assert (after.cached == before.sent - REPLY_FRAMING_TOKENS) == kept_all


async def test_with_documents_all_is_read_again_but_the_question_that_had_passages(tmp_path: Path) -> None:
    passages = [passage(f"Passage {number}. " * 40, first=number) for number in range(1, 30)]
    with CachingServer(lambda turn: f"answer {turn} [1]") as server:
        begun = conversation_at(server, tmp_path, {"model": "gpt-6-luna", "system": "Be kind."})
        documents = Documents(library := FakeLibrary(passages))
        chat = Conversation(replace(begun.setup, documents=("notes",)), documents=documents)
        for turn in range(5):
            library.passages = passages[turn:]  # others each time
            await take_turn(chat, f"question {turn}")
            assert chat.last_counts == (server.read[turn].sent, server.read[turn].sent)
        chat.attached = (Attachment("list.txt", TEXT, "Tea, milk and \u00fc. ```\n".encode() * 50),)
        await take_turn(chat, "How do I make it?")
        assert chat.last_counts == (server.read[-1].sent, server.read[-1].sent)

    kept = [COUNTER.count(message) for message in chat.setup.head]
    for read, exchange in zip(server.read[1:], chat.exchanges, strict=False):
        assert read.cached == sum(kept)  # the head, whose rule is always the same, and all exchanges but the last
        kept += map(COUNTER.count, exchange.messages)
