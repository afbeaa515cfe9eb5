"""One question to some collections: the steps of its search, and what they have found so far."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from chatbot_cli.chat.embedding import Embedder, model_in
from chatbot_cli.chat.passages import Passage, Retrieved, Search, Why
from chatbot_cli.retrieval.collection import Collection
from chatbot_cli.retrieval.fusing import fused, in_turn
from chatbot_cli.retrieval.looking import found_by_words, still_there
from chatbot_cli.retrieval.meaning import note_on, note_on_rest, other_model_now, vector_of
from chatbot_cli.retrieval.running import RunningSearch, Stopped, in_thread

CANDIDATES = 4  # times as many as are wanted are put in order


class Question:
    """A question. Each step has `seconds`; what was found until then counts."""

    def __init__(self, running: RunningSearch, search: Search, embedder: Embedder | None, seconds: float) -> None:
        self._running, self._search, self._embedder, self._seconds = running, search, embedder, seconds
        self._limit = CANDIDATES * search.passages
        self._whole: Sequence[Passage] = ()
        self._by_words: list[Passage] = []
        self._by_meaning: list[Passage] = []
        self._cited: list[Passage] = []
        self._comparable: set[str] = set()  # names of the collections whose vectors are of this model

    async def retrieved(self, names: Sequence[str]) -> Retrieved:
        """What is found. Raises DocumentsError if no collection can be searched."""
        await self._in_time(lambda: self._begin(names))
        running = self._running
        if running.failed and not running.is_open:
            raise running.failed[0]
        if not self._whole:
            vector, _ = await asyncio.gather(self._vector(), self._in_time(self._look))
            await self._in_time(lambda: self._compare(vector))
        if self._whole:
            passages = tuple(replace(one, why=Why.WHOLE) for one in self._whole)
        else:
            found = fused(in_turn(_best_first(self._by_words)), _best_first(self._by_meaning), self._cited)
            passages = tuple(found[: self._search.passages])
        return Retrieved(passages, running.documents, bool(self._whole), notes=tuple(dict.fromkeys(running.notes)))

    def _begin(self, names: Sequence[str]) -> None:
        self._running.open(names)
        self._whole = self._running.whole(self._search.whole) or ()
        if self._embedder and not self._whole:
            self._running.of_each(lambda one: self._judge_vectors(one, self._embedder))

    def _judge_vectors(self, collection: Collection, embedder: Embedder | None) -> None:
        fingerprint = collection.fingerprint()
        if embedder is None or not fingerprint:
            return
        note = note_on(collection.name, fingerprint, embedder)
        if note:
            self._running.notes.append(note)
        else:
            self._comparable.add(collection.name)

    def _look(self) -> None:
        self._running.of_each(lambda one: self._by_words.extend(found_by_words(one, self._search, self._limit)))
        self._running.of_each(lambda one: self._cited.extend(still_there(one, self._search.cited)))

    def _compare(self, vector: Sequence[float]) -> None:
        if vector:
            self._running.of_each(lambda one: self._compare_with(one, vector))

    def _compare_with(self, collection: Collection, vector: Sequence[float]) -> None:
        if collection.name in self._comparable:
            if self._embedder and collection.length_of_vectors() not in (0, len(vector)):
                self._running.notes.append(
                    " ".join(other_model_now(collection.name, model_in(self._embedder.fingerprint)))
                )
                return
            self._by_meaning.extend(collection.by_meaning(vector, self._limit))
            note = note_on_rest(collection.name, collection.lacks_vectors())
            self._running.notes += [note] if note else []

    async def _vector(self) -> Sequence[float]:
        if self._embedder is None or not self._comparable or not self._search.question.strip():
            return ()
        vector, note = await vector_of(self._embedder, self._search.question)
        self._running.notes += [note] if note else []
        return vector

    async def _in_time(self, step: Callable[[], None]) -> None:
        try:
            await in_thread(step, self._running.stop, self._seconds)
        except TimeoutError:
            self._running.notes.append(f"The search took longer than {self._seconds:g} s, and was ended.")
        except Stopped:
            pass  # it was said


def _best_first(passages: Sequence[Passage]) -> list[Passage]:
    return sorted(passages, key=lambda one: -one.score)
