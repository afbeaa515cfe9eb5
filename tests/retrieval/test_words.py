"""Which words of texts are indexed, and which of a question are looked for."""

import pytest

from chatbot_cli.retrieval.words import MOST_WORDS, all_words, asked_words, indexed_words


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("call parseFileName now", "parse file name"),
        ("XMLHttpRequest", "xml http request"),
        ("HTML5Parser", "html5 parser"),
        ("snake_case is split by the index, and plain Words stay", ""),
        ("持股比例", "持股 股比 比例 持 股 比 例"),
        ("Python3的", "python3 的"),
    ],
)
def test_other_forms_of_words_are_indexed(text: str, forms: str) -> None:
    assert indexed_words(text) == forms


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How do I install it on macOS?", ("install", "macos", "mac", "os")),
        ("what does os.path.join do", ("os", "path", "join")),
        ("What is it?", ()),
        ("HowTo raise", ("howto", "raise")),
        ("比例", ("比例",)),
        ("水", ("水",)),
        ('"NEAR" AND * -', ("near",)),
        ("🙂 …", ()),
    ],
)
def test_a_question_is_asked_by_its_telling_words(question: str, words: tuple[str, ...]) -> None:
    assert asked_words(question) == words


def test_where_no_word_tells_anything_all_are_asked() -> None:
    assert all_words("What is it?") == ("what", "is", "it")


def test_a_long_question_is_asked_by_some_words_of_both_ends() -> None:
    words = asked_words("first " + " ".join(f"line{n}" for n in range(100_000)) + " last")
    assert len(words) <= MOST_WORDS
    assert {"first", "last"} <= set(words)
