"""How good the search is: forty questions about Python, over what each Python brings of its documentation."""

from pathlib import Path

from chatbot_cli.chat.passages import Search
from chatbot_cli.retrieval.collection import FileRecord
from chatbot_cli.retrieval.looking import found_by_words
from chatbot_cli.retrieval.sqlite.shelf import FileShelf
from tests.retrieval.python_questions import QUESTIONS, documents_in_pieces, folded, ndcg

FLOOR = 0.57  # of nDCG@10; it was 0.62 with Python 3.11, and bm25s, which stems as well, has 0.58
FLOOR_OF_HITS = 0.6  # of questions with an answer among the first five


def test_forty_questions_are_answered_as_well_as_before(tmp_path: Path) -> None:
    shelf = FileShelf(tmp_path)
    collection = shelf.make("python")
    answers: dict[str, int] = dict.fromkeys((answer for _, answer in QUESTIONS), 0)
    with collection.together():
        for name, pieces in documents_in_pieces():
            collection.put(FileRecord(name, name, 1, 1, name), pieces)
            for text in (folded(piece.text) for piece in pieces):
                for answer in answers:
                    answers[answer] += folded(answer) in text
    assert len(QUESTIONS) == 40
    gains, hits = [], 0
    for question, answer in QUESTIONS:
        texts = [folded(one.text) for one in found_by_words(collection, Search(question), 10)]
        right = [folded(answer) in text for text in texts]
        if answers[answer]:
            gains.append(ndcg(right, answers[answer]))
            hits += any(right[:5])
    assert len(gains) >= 36  # each version of Python words some answers in another way
    assert sum(gains) / len(gains) >= FLOOR
    assert hits / len(gains) >= FLOOR_OF_HITS
