"""What a question finds in one collection."""

from collections.abc import Sequence

from chatbot_cli.chat.passages import Passage, Search
from chatbot_cli.retrieval.collection import Collection, Query
from chatbot_cli.retrieval.words import all_words, asked_words, telling_words

BATCH = 500  # words that are looked for at once where the telling ones found nothing


def found_by_words(collection: Collection, search: Search, limit: int) -> Sequence[Passage]:
    """The passages that fit the words best: the telling ones; all of the question, if no word tells anything.

    Of a huge question the ends are looked for, and all that stands between them only if nothing of these is there.
    """
    words, before = asked_words(search.question), asked_words(search.before)
    if not words and not before:
        words = all_words(search.question)
    before = tuple(word for word in before if word not in words)
    found = collection.by_words(Query(words, before), limit) if words or before else ()
    if found:
        return found
    others = [word for word in telling_words(search.question) if word not in words]
    for start in range(0, len(others), BATCH):
        found = collection.by_words(Query(tuple(others[start : start + BATCH])), limit)
        if found:
            break
    return found


def still_there(collection: Collection, cited: Sequence[Passage]) -> list[Passage]:
    """Those of the passages that this collection has, with the same text, where they are now."""
    ours = [one for one in cited if one.collection == collection.name]
    now = {(one.path, one.text): one for path in {one.path for one in ours} for one in collection.pieces_of(path)}
    return [now[one.path, one.text] for one in ours if (one.path, one.text) in now]
