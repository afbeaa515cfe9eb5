"""Token counts are kept with the messages: a resumed conversation does not count again what it sends."""

import sqlite3
from contextlib import aclosing, closing
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot_cli.chat.messages import Message, TokenCount
from chatbot_cli.providers.tokens.counting import Vocabulary, VocabularyCounter, counter_for
from chatbot_cli.sessions.database.opening import DATABASE
from tests.fakes import WordCounter
from tests.sessions.resumable_conversation import ResumableConversation


def kept(folder: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        return connection.execute("SELECT * FROM token_counts ORDER BY message").fetchall()


def counted_now(conversation: ResumableConversation) -> list[str]:
    """The texts that are counted to choose the next window, the system prompt left out."""
    counter = conversation.chat.setup.model.counter
    assert isinstance(counter, WordCounter)
    counter.counted.clear()
    conversation.chat.window()
    return [message.content for message in counter.counted if message.role != "system"]


async def three_exchanges(folder: Path) -> ResumableConversation:
    conversation = ResumableConversation(folder)
    for text in ("one", "two words", "and three words"):
        await conversation.say(text)
    return conversation


async def test_what_was_sent_is_not_counted_again_after_a_resume(tmp_path: Path) -> None:
    conversation = await three_exchanges(tmp_path)
    tokens = conversation.chat.window().tokens
    conversation.come_back()
    assert kept(tmp_path) == [(1, "words", 1), (2, "words", 2), (3, "words", 2), (4, "words", 2)]
    assert counted_now(conversation) == ["and three words", "answer 3"]  # it is part of no request yet
    assert conversation.chat.window().tokens == tokens


async def test_a_fork_and_another_branch_share_the_counts(tmp_path: Path) -> None:
    conversation = await three_exchanges(tmp_path)
    conversation.run("/fork")
    conversation.come_back()
    await conversation.say("edited", after_exchange=2)
    conversation.come_back()
    assert counted_now(conversation) == ["edited", "answer 4"]


async def test_a_reply_that_grows_in_another_window_is_not_counted_for_good(tmp_path: Path) -> None:
    growing, other = ResumableConversation(tmp_path), ResumableConversation(tmp_path)
    async with aclosing(growing.chat.take_turn("a question")) as turn:
        async for event in turn:
            if getattr(event, "text", "") == "answer ":
                other.chat.go_to(other.archive.open(growing.session))
                await other.say("what is there so far?")
    assert kept(tmp_path) == [(1, "words", 2)]
    growing.close()
    other.close()


@pytest.mark.parametrize("tokens", ["'many'", "-3", "0", "1000000", "NULL + 1", "x'ff'", "2.5"])
async def test_a_count_that_makes_no_sense_is_made_again(tmp_path: Path, tokens: str) -> None:
    conversation = await three_exchanges(tmp_path)
    sound = conversation.chat.window().tokens
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection, connection:
        connection.execute(f"UPDATE OR IGNORE token_counts SET tokens = {tokens} WHERE message = 3")  # noqa: S608  ours
    conversation.come_back()
    assert conversation.chat.window().tokens == sound


async def test_another_tokenizer_counts_again(tmp_path: Path) -> None:
    conversation = await three_exchanges(tmp_path)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection, connection:
        connection.execute("UPDATE token_counts SET vocabulary = 'another', tokens = 5")
    conversation.come_back()
    assert len(counted_now(conversation)) == 6
    await conversation.say("more")
    assert [row[1] for row in kept(tmp_path)] == ["words"] * 6


def test_a_kept_count_is_exact_before_the_vocabulary_is_loaded() -> None:
    text = "Bürgermeisterwahl in Überlingen: 12,345 Stimmen für 東京の人。 " * 20
    loaded = counter_for("gpt-4o")
    loaded.load()
    not_loaded = VocabularyCounter(Vocabulary("o200k_base", 0, "", {}), known=True)
    count = loaded.count_to_keep(Message("user", text))
    assert count == TokenCount(loaded.count(Message("user", text)), "o200k_base")
    assert not_loaded.count_to_keep(Message("user", text)) is None
    assert not_loaded.count(Message("user", text)) != count.tokens
    assert not_loaded.count(Message("user", text, token_count=count)) == count.tokens
    assert counter_for("gpt-4").count(replace(Message("user", "x"), token_count=count)) < count.tokens
