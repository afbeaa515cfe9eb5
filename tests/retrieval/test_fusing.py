"""How what was found by words and by meaning comes into one order."""

from dataclasses import replace

from chatbot_cli.chat.passages import Why
from chatbot_cli.retrieval.fusing import fused, in_turn
from tests.fakes import passage

WORDS = [replace(passage(text), score=score) for text, score in (("alpha", 9.0), ("beta", 4.0), ("gamma", 1.0))]
MEANING = [replace(passage(text), score=score) for text, score in (("gamma", 0.9), ("delta", 0.8))]


def test_words_alone_keep_their_scores() -> None:
    assert fused(WORDS, [], []) == WORDS


def test_a_small_collection_whose_scores_are_low_has_its_turn_beside_a_large_one() -> None:
    small = [replace(passage(text), collection="few", score=score) for text, score in (("one", 0.4), ("two", 0.1))]
    found = in_turn([*WORDS, *small])
    assert [one.text for one in found] == ["alpha", "one", "beta", "two", "gamma"]
    assert [one.text for one in fused(found, [], [])] == [one.text for one in found]
    assert in_turn(WORDS) == WORDS


def test_what_both_find_comes_first_and_words_weigh_twice() -> None:
    assert [(one.text, one.why) for one in fused(WORDS, MEANING, [])] == [
        ("gamma", Why.BOTH),
        ("alpha", Why.WORDS),
        ("beta", Why.WORDS),
        ("delta", Why.MEANING),
    ]
    assert [one.text for one in fused(WORDS, MEANING[1:], [])] == ["alpha", "beta", "gamma", "delta"]


def test_what_was_cited_gains_if_it_is_found_and_else_comes_again_for_a_few() -> None:
    cited = [replace(passage(text), number=2) for text in ("beta", "one", "two", "three")]
    found = fused([WORDS[0], replace(WORDS[1], score=8.0)], [], cited)
    assert [(one.text, one.why) for one in found] == [
        ("beta", Why.WORDS),
        ("alpha", Why.WORDS),
        ("one", Why.CITED),
        ("two", Why.CITED),
    ]
    assert {one.number for one in found} == {0}


def test_the_same_text_in_two_documents_comes_once() -> None:
    copies = [passage("same", "a.md"), passage("other", "a.md"), passage("same", "b.md")]
    assert [(one.text, one.name) for one in fused(copies, [], [])] == [("same", "a.md"), ("other", "a.md")]
