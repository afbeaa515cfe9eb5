"""What a model's vectors give the search: the questions about Python, by words, by meaning, and by both.

    python -m benchmarks.meaning SPEC

SPEC is a model as in the setting embedding_model, such as ollama/nomic-embed-text or http://localhost:8080/v1/NAME.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks import more_questions
from chatbot_cli.chat.passages import Passage, Search
from chatbot_cli.providers.embeddings.opening import ServerModel, open_embedder
from chatbot_cli.providers.route.endpoint import Access
from chatbot_cli.retrieval import fusing
from chatbot_cli.retrieval.collection import FileRecord, Piece
from chatbot_cli.retrieval.embedding import embed
from chatbot_cli.retrieval.looking import found_by_words
from chatbot_cli.retrieval.question import CANDIDATES
from chatbot_cli.retrieval.sqlite.collection import FileCollection
from chatbot_cli.retrieval.sqlite.shelf import FileShelf
from tests.retrieval import python_questions
from tests.retrieval.python_questions import folded, ndcg

WANTED = 10
WEIGHTS = (1.0, 1.5, 2.0, 3.0, 4.0)  # of words, where meaning has 1
Ranked = tuple[Sequence[Passage], Sequence[Passage]]  # by words, by meaning


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("spec", metavar="SPEC", help="the model that makes vectors")
    model = open_embedder(
        parser.parse_args().spec,
        Access({name: value for name, value in os.environ.items() if name.endswith("_API_KEY")}),
    )
    for name, one in (("the forty of the tests", python_questions), ("others", more_questions)):
        asyncio.run(quality(name, one.QUESTIONS, one.documents_in_pieces(), model))


async def quality(
    name: str, questions: Sequence[tuple[str, str]], documents: list[tuple[str, Sequence[Piece]]], model: ServerModel
) -> None:
    """Print how well these questions are answered."""
    texts = [folded(piece.text) for _, pieces in documents for piece in pieces]
    answered = [(asked, folded(answer), sum(folded(answer) in text for text in texts)) for asked, answer in questions]
    answered = [one for one in answered if one[2]]
    with tempfile.TemporaryDirectory() as folder:
        collection = FileShelf(Path(folder)).make("python")
        with collection.together():
            for at, pieces in documents:
                collection.put(FileRecord(at, at, 1, 1, at), pieces)
        began = time.perf_counter()
        made = await embed(collection, model, lambda done: None)
        took = time.perf_counter() - began
        found = [(await ranked(collection, asked, model), answer, there) for asked, answer, there in answered]
        collection.close()
    print(f"\n{len(answered)} questions: {name}; {len(texts):,} passages, {made.made:,} texts embedded in {took:.0f} s")
    print(f"  {'':<34}{'nDCG@10':>9}{'hit@5':>8}{'better':>8}{'worse':>7}")
    words = rate("words", lambda one: one[0], found)
    rate("meaning", lambda one: one[1], found, words)
    for weight in WEIGHTS:
        rate(f"both, words {weight:g} : 1", partial(fused, weight=weight), found, words)


async def ranked(collection: FileCollection, question: str, model: ServerModel) -> Ranked:
    """What a question finds: as many candidates as a search takes."""
    vector = await model.of_question(question)
    limit = CANDIDATES * WANTED
    return found_by_words(collection, Search(question), limit), collection.by_meaning(vector, limit)


def fused(one: Ranked, weight: float) -> Sequence[Passage]:
    """Both with another weight than the program's."""
    ours = fusing.WORDS
    fusing.WORDS = weight
    try:
        return fusing.fused(*one, ())
    finally:
        fusing.WORDS = ours


def rate(
    name: str,
    choose: Callable[[Ranked], Sequence[Passage]],
    found: Sequence[tuple[Ranked, str, int]],
    words: Sequence[float] = (),
) -> list[float]:
    """Print one row: also for how many questions it is better, and worse, than words. Returns the gain of each."""
    gains, hits = [], 0
    for one, answer, there in found:
        right = [answer in folded(passage.text) for passage in choose(one)[:WANTED]]
        gains.append(ndcg(right, there))
        hits += any(right[:5])
    differ = [gain - by_words for gain, by_words in zip(gains, words, strict=False)]
    compared = f"{sum(one > 0 for one in differ):>8}{sum(one < 0 for one in differ):>7}" if words else ""
    print(f"  {name:<34}{statistics.mean(gains):>9.3f}{hits / len(found):>8.3f}{compared}", flush=True)
    return gains


if __name__ == "__main__":
    main()
