"""Our counts are tiktoken's own: in many languages, in code, with emoji, and where a long text is cut in pieces."""

from importlib import import_module

import pytest
import tiktoken

from chatbot_cli.providers.tokens.counting import CL100K_BASE, O200K_BASE, Vocabulary
from tests.providers.tokens.corpus import CORPUS, LANGUAGES

PIECE = 32_000  # characters, after which a text is cut
VOCABULARIES = {"o200k_base": O200K_BASE, "cl100k_base": CL100K_BASE}


class Pair:
    """One of our vocabularies, and the tokenizer that tiktoken itself defines under its name."""

    def __init__(self, ours: Vocabulary, tiktokens: tiktoken.Encoding) -> None:
        ours.load()
        self.ours, self.tiktokens = ours, tiktokens

    def counts(self, text: str) -> tuple[int, int]:
        """Our count and tiktoken's."""
        return self.ours.count(text), len(self.tiktokens.encode_ordinary(text))


@pytest.fixture(scope="module", params=sorted(VOCABULARIES))
def pair(request: pytest.FixtureRequest) -> Pair:
    """Ours and tiktoken's. Only the download of the ranks is left out: those in our package are the published ones."""
    ours = VOCABULARIES[request.param]
    published = import_module("tiktoken_ext.openai_public")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(published, "load_tiktoken_bpe", lambda *_, **__: ours.ranks())
        definition = getattr(published, request.param)()
    return Pair(ours, tiktoken.Encoding(**definition))


def test_the_corpus_has_a_dozen_languages_and_more() -> None:
    assert len(LANGUAGES) >= 12


def test_tiktoken_gives_these_texts_the_ids_that_it_publishes(pair: Pair) -> None:
    published = {
        "cl100k_base": {
            "hello world": [15339, 1917],
            "'rer": [2351, 81],
            "today\n ": [31213, 198, 220],
            "today\n \n": [31213, 27907],
            "today\n  \n": [31213, 14211],
            "👍": [9468, 239, 235],
        },
        "o200k_base": {"hello world": [24912, 2375]},
    }
    for text, ids in published[pair.tiktokens.name].items():
        assert pair.tiktokens.encode_ordinary(text) == ids
        assert pair.ours.count(text) == len(ids)


@pytest.mark.parametrize("name", CORPUS)
def test_a_text_has_as_many_tokens_as_tiktoken_says(pair: Pair, name: str) -> None:
    ours, tiktokens = pair.counts(CORPUS[name])

    assert ours == tiktokens


@pytest.mark.parametrize("name", [name for name in CORPUS if name not in ("runs", "none")])
def test_a_text_that_is_cut_in_pieces_has_as_many_tokens_as_the_whole(pair: Pair, name: str) -> None:
    line = CORPUS[name]
    for shift in (0, len(line) // 2):  # the border falls at two places
        text = "x" * shift + line * (PIECE // len(line) + 2)
        ours, tiktokens = pair.counts(text)
        assert ours == tiktokens, shift
