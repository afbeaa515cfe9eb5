"""Counting tokens: as OpenAI's own tokenizers do, and well enough before they are loaded."""

import base64
import hashlib
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.messages import Message
from chatbot_cli.chat.rounds import CallId, ToolCall
from chatbot_cli.providers.tokens.counting import (
    CL100K_BASE,
    IMAGE_TOKENS,
    O200K_BASE,
    Vocabulary,
    VocabularyCounter,
    cached_count,
    counter_for,
)
from chatbot_cli.providers.tokens.estimate import estimate


@pytest.fixture(scope="module")
def o200k() -> Vocabulary:
    O200K_BASE.load()
    return O200K_BASE


@pytest.fixture(scope="module")
def cl100k() -> Vocabulary:
    CL100K_BASE.load()
    return CL100K_BASE


def not_loaded() -> Vocabulary:
    """A vocabulary of its own, for what happens before and while it is loaded."""
    return Vocabulary("o200k_base", 199_998, r"\s*\S+|\s+", {})


# The packaged tables.


@pytest.mark.parametrize(
    ("vocabulary", "sha256"),
    [
        (O200K_BASE, "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"),
        (CL100K_BASE, "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"),
    ],
)
def test_the_packaged_tables_are_the_published_ones(vocabulary: Vocabulary, sha256: str) -> None:
    published = b"".join(b"%s %d\n" % (base64.b64encode(token), rank) for token, rank in vocabulary.ranks().items())

    assert hashlib.sha256(published).hexdigest() == sha256


@pytest.mark.parametrize(
    ("text", "in_cl100k", "in_o200k"),
    [
        ("", 0, 0),
        ("hello world", 2, 2),
        ("tiktoken is great!", 6, 6),
        ("antidisestablishmentarianism", 6, 6),
        ("2 + 2 = 4", 7, 7),
        ("お誕生日おめでとう", 9, 8),
        ("<|endoftext|>", 7, 7),  # in a message it is text like any other
    ],
)
def test_known_texts_have_their_known_counts(
    cl100k: Vocabulary, o200k: Vocabulary, text: str, in_cl100k: int, in_o200k: int
) -> None:
    assert (cl100k.count(text), o200k.count(text)) == (in_cl100k, in_o200k)


def test_a_message_costs_its_content_its_role_and_three_tokens(o200k: Vocabulary) -> None:
    counter = VocabularyCounter(o200k, known=True)

    assert counter.count(Message("user", "hello world")) == 2 + 1 + 3
    assert counter.count(Message("assistant", "")) == 0 + 1 + 3


def test_a_million_spaces_do_not_crash_the_tokenizer(cl100k: Vocabulary, o200k: Vocabulary) -> None:
    spaces = " " * 1_000_000

    assert 1_000 < o200k.count(spaces) < 100_000
    assert 1_000 < cl100k.count(spaces) < 100_000


@pytest.mark.parametrize("line", ["Memory is a list, and 1,000 words are   a long one.\n", "记忆就是一个列表。\n"])
def test_a_long_text_has_as_many_tokens_as_its_lines(o200k: Vocabulary, line: str) -> None:
    assert o200k.count(line * 5_000) == 5_000 * o200k.count(line)


@given(st.text(st.characters(), max_size=200))
def test_any_text_can_be_counted_and_has_no_more_tokens_than_bytes(text: str) -> None:
    O200K_BASE.load()
    size = len(text.encode("utf-8", "replace"))

    assert O200K_BASE.count(text) <= size
    assert not_loaded().count(text) <= size


def test_a_lone_surrogate_counts_as_the_question_mark_it_is_replaced_by(o200k: Vocabulary) -> None:
    assert o200k.count("what\ud800") == o200k.count("what?")


def test_each_text_is_encoded_once_however_often_it_is_asked() -> None:
    encoded: list[str] = []

    def encode(text: str) -> Sequence[int]:
        encoded.append(text)
        return [0] * len(text)

    count = cached_count(encode)
    texts = [f"message {n}" for n in range(5_000)]

    assert [count(text) for text in texts] == [count(text) for text in texts]
    assert encoded == texts


# Loading.


def test_a_vocabulary_estimates_until_it_is_loaded_and_remembers_no_estimate() -> None:
    vocabulary = not_loaded()
    text = "antidisestablishmentarianism"

    assert not vocabulary.loaded
    assert vocabulary.count(text) == estimate(text) != 6
    vocabulary.load()
    assert vocabulary.loaded
    assert vocabulary.count(text) == 6


def test_several_threads_may_load_at_once() -> None:
    vocabulary = not_loaded()

    with ThreadPoolExecutor(4) as pool:
        for loading in [pool.submit(vocabulary.load) for _ in range(4)]:
            loading.result()

    assert vocabulary.count("hello world") == 2


async def test_ready_returns_when_counts_are_exact() -> None:
    counter = VocabularyCounter(not_loaded(), known=True)

    assert not counter.exact
    await counter.ready()
    assert counter.exact


def test_ready_returns_at_once_when_it_is_loaded(o200k: Vocabulary) -> None:
    ready = VocabularyCounter(o200k, known=False).ready()

    with pytest.raises(StopIteration):  # the coroutine ends without giving the event loop a turn
        ready.send(None)


def run_python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def test_importing_it_does_not_import_tiktoken() -> None:
    assert run_python("import sys, chatbot_cli.providers.tokens; print('tiktoken' in sys.modules)") == "False\n"


def test_loading_opens_no_connection() -> None:
    code = """
import sys
from chatbot_cli.providers.tokens.counting import counter_for
opened = []
sys.addaudithook(lambda event, _: opened.append(event) if event.startswith("socket.") else None)
counter = counter_for("gpt-6-luna")
counter.load()
print(counter.exact, counter.count_text("hello world"), opened)
"""
    assert run_python(code) == "True 2 []\n"


# Which model counts how.


@pytest.mark.parametrize(
    "name", ["gpt-4", "gpt-4-turbo", "gpt-4-0613", "GPT-3.5-turbo", "ft:gpt-3.5-turbo-0125:acme::1", "openai/gpt-4"]
)
def test_the_old_models_use_the_old_vocabulary(cl100k: Vocabulary, o200k: Vocabulary, name: str) -> None:
    counter = counter_for(name)

    assert counter.exact
    assert counter.count_text("お誕生日おめでとう") == 9


@pytest.mark.parametrize(
    "name",
    [
        "gpt-6-luna",
        "gpt-4o",
        "openai/gpt-4o-mini",
        "gpt-4.1",
        "ft:gpt-4.1:x",
        "gpt-audio-2",
        "gpt-oss:20b",
        "chatgpt-4o-latest",
        "o1",
        "o3-mini",
        "o4-mini",
        "demo",
    ],
)
def test_newer_models_use_the_newer_vocabulary(o200k: Vocabulary, name: str) -> None:
    counter = counter_for(name)

    assert counter.exact
    assert counter.count_text("お誕生日おめでとう") == 8


@pytest.mark.parametrize(
    "name", ["claude-sonnet-4-5", "ollama/llama3.2:1b", "gemini-2.5-flash", "olmo-2", "", "gpt4all"]
)
def test_unknown_models_are_counted_with_the_newer_vocabulary_but_never_called_exact(
    o200k: Vocabulary, name: str
) -> None:
    counter = counter_for(name)

    assert not counter.exact
    assert counter.count_text("お誕生日おめでとう") == 8


def test_calls_ids_and_attachments_count(o200k: Vocabulary) -> None:
    counter = VocabularyCounter(o200k, known=True)
    plain = counter.count(Message("assistant", "Let me look."))
    call = ToolCall("c1", "weather", '{"city": "Oslo"}')
    assert counter.count(Message("assistant", "Let me look.", (call,))) >= plain + counter.count_text(call.arguments)
    assert counter.count(Message("tool", "Snow.", (CallId("c1"),))) > counter.count(Message("tool", "Snow."))
    picture, text = Attachment("cat.png", "image/png", b"1234"), Attachment("a.txt", "text/plain", b"x" * 4000)
    assert counter.count(Message("user", "", (picture,))) == counter.count(Message("user", "")) + IMAGE_TOKENS
    assert counter.count(Message("user", "", (text,))) == counter.count(Message("user", "")) + 1000
