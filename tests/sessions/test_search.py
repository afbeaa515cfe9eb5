"""All words are looked for in all that was said; a hit is shown with the words around it, on one line."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chatbot_cli.chat.journal import SearchHit
from chatbot_cli.chat.messages import Ending
from chatbot_cli.sessions.database.opening import open_database
from chatbot_cli.sessions.records import ReplyRecord
from chatbot_cli.sessions.removal import remove_sessions
from chatbot_cli.sessions.search_words import Sought, sought_in
from chatbot_cli.sessions.searching import search_messages
from chatbot_cli.sessions.snippets import LONGEST_SNIPPET, Words, plain
from chatbot_cli.sessions.store import Store

SETUP: dict[str, object] = {"persona": "assistant", "model": "demo"}
ANY_TEXT = st.text(st.characters(codec=None) | st.sampled_from("\0\ud800\"'*()-+:^ \n"), max_size=40)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(open_database(tmp_path))) as store:
        yield store


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with closing(Store(open_database(tmp_path_factory.mktemp("shared")))) as store:
        yield store


def keep(store: Store, *texts: str) -> int:
    """A session with these questions, none of them answered."""
    session = store.begin("a title", SETUP, 0)
    for at, text in enumerate(texts):
        store.ask(session, None, text, at)
    return session


def hits(store: Store, words: str, limit: int = 50) -> list[SearchHit]:
    return search_messages(store.connection, words, limit)


def snippets(store: Store, words: str) -> list[str]:
    return [found.snippet for found in hits(store, words)]


def marked(store: Store, words: str) -> list[str]:
    """What is marked as a hit in all that is found."""
    return [found.snippet[start:end] for found in hits(store, words) for start, end in found.hits]


def test_a_hit_tells_whose_words_when_and_where(store: Store) -> None:
    session = store.begin("Cooking", SETUP, 0)
    question = store.ask(session, None, "How is soup made?", 100)
    reply = store.begin_reply(session, question, "", 200, label="", trimmed=0, setup=SETUP, model="", persona="")
    store.end_reply(reply, "One boils water.", ReplyRecord(Ending.COMPLETE), 300)
    [found] = hits(store, "soup")
    assert (found.session, found.title, found.role, found.at) == (session, "Cooking", "user", 100)
    assert (found.snippet, found.hits) == ("How is soup made?", ((7, 11),))
    [found] = hits(store, "boil")
    assert (found.role, found.at, found.snippet, found.hits) == ("assistant", 200, "One boils water.", ((4, 8),))


def test_all_words_must_be_there_in_any_order(store: Store) -> None:
    keep(store, "red apples and green pears", "red cars", "green cars")
    assert snippets(store, "green red") == ["red apples and green pears"]
    assert sorted(snippets(store, "car")) == ["green cars", "red cars"]
    assert hits(store, "red green blue") == []
    assert hits(store, "") == hits(store, " \n ") == []


def test_case_and_accents_do_not_matter(store: Store) -> None:
    keep(store, "Ein CAFÉ in Zürich", "cafe\u0301 au lait", "ΟΔΥΣΣΕΥΣ")
    assert len(hits(store, "café")) == len(hits(store, "cafe")) == len(hits(store, "CAFE\u0301")) == 2
    assert marked(store, "zurich") == ["Zürich"]
    assert marked(store, "cafe lait") == ["cafe\u0301", "lait"]
    assert marked(store, "οδυσσευς") == ["ΟΔΥΣΣΕΥΣ"]


def test_the_best_comes_first_and_of_equals_the_newest(store: Store) -> None:
    keep(store, "tea " * 5, "a long text about coffee in which tea is said once, and much else too", "tea! " * 5)
    assert [found.at for found in hits(store, "tea")] == [2, 0, 1]
    assert [found.at for found in hits(store, "tea", 2)] == [2, 0]
    assert hits(store, "tea", 0) == []


@pytest.mark.parametrize(
    "words", ['"', "AND", "a OR b", "NOT x", "(", "col:x", "content:soup", "a*", "^a", "NEAR(a b)"]
)
def test_no_word_is_a_command_of_the_index(store: Store, words: str) -> None:
    keep(store, "soup", "x y z")
    assert hits(store, words) == []


def test_punctuation_around_a_word_counts_and_inside_it_stands_for_any(store: Store) -> None:
    keep(store, "I like C++ much", "a C program", "don’t do it", "see .env there", "the env of it", "foo_bar(baz)")
    assert marked(store, "c++") == ["C++"]
    assert marked(store, "don't") == ["don’t"]
    assert marked(store, ".env") == [".env"]
    assert len(hits(store, "env")) == 2
    assert marked(store, "foo_bar(baz)") == ["foo_bar(baz)"]
    assert marked(store, "bar") == ["bar"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"sliding window"', ["the sliding window of TCP", "a sliding, window-like thing"]),
        ('"Sliding Window"', ["the sliding window of TCP", "a sliding, window-like thing"]),
        ("“sliding window”", ["the sliding window of TCP", "a sliding, window-like thing"]),
        ("„sliding window“", ["the sliding window of TCP", "a sliding, window-like thing"]),
        ("«sliding window»", ["the sliding window of TCP", "a sliding, window-like thing"]),
        ("'sliding window'", ["the sliding window of TCP", "a sliding, window-like thing"]),
        ('"sliding window', ["the sliding window of TCP", "a sliding, window-like thing"]),
        ('"sliding window" tcp', ["the sliding window of TCP"]),
        ('tcp "sliding window"', ["the sliding window of TCP"]),
        ('"the sliding" "of tcp"', ["the sliding window of TCP"]),
        ('"window sliding"', ["a window sliding open"]),
        ('"slid"', ["it slid"]),
        ('"ind"', ["the sliding window of TCP", "a sliding, window-like thing", "a window sliding open"]),
        ('"no such phrase"', []),
        ('"滑动窗口"', ["什么是滑动窗口？"]),
        ("「滑动窗口」", ["什么是滑动窗口？"]),
        ('"滑动 窗口"', []),
        ('""', []),
    ],
)
@pytest.mark.parametrize("indexed", [True, False], ids=["with the index", "without it"])
def test_words_in_quotes_are_a_phrase(
    store: Store, query: str, found: list[str], indexed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["the sliding window of TCP", "a sliding, window-like thing", "a window sliding open", "it slid"]
    keep(store, *texts, "什么是滑动窗口？")
    if not indexed:
        monkeypatch.setattr("chatbot_cli.sessions.searching.is_indexed", lambda connection: False)
        if query == '"slid"':
            return  # without the index parts of words count at once
    assert sorted(snippets(store, query)) == sorted(found)


def test_a_query_is_words_and_phrases_each_once() -> None:
    assert sought_in('one "two three" one') == [Sought("one"), Sought("two three", is_phrase=True)]
    assert sought_in("a 5\" screen, don't 'tis") == [Sought(word) for word in ("a", '5"', "screen,", "don't", "'tis")]
    assert sought_in('x"y z"') == [Sought('x"y'), Sought('z"')]
    assert sought_in("“ ”") == [Sought("“"), Sought("”")]


def test_the_hits_of_a_phrase_are_marked_whole(store: Store) -> None:
    keep(store, "A sliding\nwindow, and one that slides: no window.")
    assert marked(store, '"sliding window"') == ["sliding window"]


def test_parts_of_words_are_found_when_nothing_begins_so(store: Store) -> None:
    keep(store, "an unbelievable story", "🎉 party!", "x -> y")
    assert marked(store, "believ") == ["believ"]
    assert marked(store, "🎉") == ["🎉"]
    assert marked(store, "->") == ["->"]


def test_words_without_blanks_between_them_are_found_anywhere(store: Store) -> None:
    keep(store, "你好世界", "世界和平", "日本語のテキスト", "한국어 문장", "호호")
    assert sorted(snippets(store, "世界")) == ["世界和平", "你好世界"]
    assert marked(store, "テキスト") == ["テキスト"]
    assert marked(store, "한국") == ["한국"]
    assert snippets(store, "하") == []


def test_vowel_signs_count(store: Store) -> None:
    keep(store, "हिन्दी भाषा", "हुन्दी")
    assert snippets(store, "हिन्दी") == ["हिन्दी भाषा"]


def test_a_reply_is_found_though_it_was_never_finished(store: Store) -> None:
    session = store.begin("", SETUP, 0)
    question = store.ask(session, None, "Tell of whales", 0)
    reply = store.begin_reply(
        session, question, "Whales sing", 1, label="", trimmed=0, setup=SETUP, model="", persona=""
    )
    assert len(hits(store, "whales")) == 2
    assert [found.role for found in hits(store, "whales sing")] == ["assistant"]
    store.grow_reply(reply, b"Whales dive")
    assert hits(store, "sing") == []
    store.end_reply(reply, "Whales dive deep", ReplyRecord(Ending.COMPLETE), 2)
    assert snippets(store, "dive") == ["Whales dive deep"]
    assert len(hits(store, "whales")) == 2


def test_what_was_changed_is_found_as_it_is_now(store: Store) -> None:
    session = store.begin("", SETUP, 0)
    question = store.ask(session, None, "q", 0)
    reply = store.begin_reply(session, question, "", 1, label="", trimmed=0, setup=SETUP, model="", persona="")
    store.end_reply(reply, "former", ReplyRecord(Ending.STOPPED), 2)
    store.end_reply(reply, "latter", ReplyRecord(Ending.COMPLETE), 2)
    assert hits(store, "former") == []
    assert snippets(store, "latter") == ["latter"]
    store.connection.execute("INSERT INTO message_words (message_words) VALUES ('integrity-check')")


def test_a_search_of_any_length_is_answered(store: Store) -> None:
    keep(store, "needle", "x" * 2_000_000 + " needle")
    assert hits(store, "needle " * 10_000) != []
    assert hits(store, " ".join(f"word{number}" for number in range(10_000))) == []
    assert hits(store, "a-" * 100_000) == []
    assert hits(store, "y" * 1_000_000) == []


@settings(max_examples=150, deadline=None)
@given(text=ANY_TEXT, words=ANY_TEXT)
@example(text="\0", words="\0")
@example(text="a\ud800b", words="\ud800")
@example(text="İstanbul ǅ ß", words="istanbul")
def test_any_text_can_be_searched_for_in_any_text(shared: Store, text: str, words: str) -> None:
    session = shared.begin("", SETUP, 0)
    shared.ask(session, None, text, 0)
    for found in hits(shared, words):
        assert len(found.snippet) <= LONGEST_SNIPPET
        assert len(found.snippet.splitlines()) <= 1
        assert all(0 <= start < end <= len(found.snippet) for start, end in found.hits)
    remove_sessions(shared.connection, [session])


@settings(max_examples=150, deadline=None)
@given(before=ANY_TEXT, word=st.text("abcÄéß\u4e16", min_size=1, max_size=8), after=ANY_TEXT)
def test_what_was_said_is_found(shared: Store, before: str, word: str, after: str) -> None:
    session = shared.begin("", SETUP, 0)
    shared.ask(session, None, f"{before} {word} {after}", 0)
    found = hits(shared, word)
    assert [hit.session for hit in found] == [session]
    assert any(plain(found[0].snippet[start:end]) == plain(word) for start, end in found[0].hits)
    remove_sessions(shared.connection, [session])


LONG = "word " * 1000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("needle", "needle"),
        ("  \n a\tneedle\r\n\u2028in the\x85hay  ", "a needle in the hay"),
        (f"{LONG}needle", "…word word word word word word word needle"),
        (f"needle {LONG}", f"needle {'word ' * 30}wo…"),
        (f"{'x' * 500}needle{'y' * 500}", f"…{'x' * 40}needle{'y' * 112}…"),
    ],
)
def test_a_snippet_is_one_line_around_the_first_hit(text: str, expected: str) -> None:
    line, hits = Words([Sought("needle")], whole=False).snippet(text)
    assert line == expected
    assert len(line) <= LONGEST_SNIPPET
    assert [line[start:end] for start, end in hits] == ["needle"]


def test_all_hits_of_a_snippet_are_marked() -> None:
    line, hits = Words([Sought("one"), Sought("two")], whole=True).snippet("One two, anyone; twofold one.")
    assert [line[start:end] for start, end in hits] == ["One", "two", "two", "one"]


@given(st.text(st.characters(codec=None)))
def test_places_stay_the_same_without_case_and_accents(text: str) -> None:
    assert len(plain(text)) == len(text)
