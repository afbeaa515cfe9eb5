"""The library: what a question finds in collections that are kept in files."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot_cli.chat.passages import Passage, Place, Retrieved, Search, Standing, Why
from chatbot_cli.errors import DocumentsError, NoSuchCollection
from chatbot_cli.retrieval.collection import FileRecord, Piece
from chatbot_cli.retrieval.library import Collections
from chatbot_cli.retrieval.looking import found_by_words
from chatbot_cli.retrieval.sqlite.collection import FileCollection
from chatbot_cli.retrieval.sqlite.shelf import FileShelf

SETUP = (
    "On Linux, unpack the archive and run install.sh.",
    "On macOS, drag parseFileName into Applications.",
    "The price of the heliotrope edition is 12 pounds.",
    "持股比例是百分之五。",
)


def keep(shelf: FileShelf, name: str, path: Path | str, texts: Sequence[str]) -> None:
    content = "\n".join(texts).encode()
    file = FileRecord(str(path), f"{name}/{Path(path).name}", len(content), 1, sha256(content).hexdigest())
    collection = shelf.make(name)
    collection.put(file, [Piece(text, Place(at, at)) for at, text in enumerate(texts, 1)])
    collection.close()


@pytest.fixture
def shelf(tmp_path: Path) -> FileShelf:
    shelf = FileShelf(tmp_path / "docs")
    keep(shelf, "notes", "/home/ada/setup.md", SETUP)
    return shelf


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> FileCollection:
    shelf = FileShelf(tmp_path_factory.mktemp("docs"))
    keep(shelf, "notes", "/home/ada/setup.md", SETUP)
    return shelf.open("notes")


def found(shelf: FileShelf, search: Search | str, *names: str) -> Retrieved:
    wanted = Search(search) if isinstance(search, str) else search
    return asyncio.run(Collections(shelf).search(names or ("notes",), wanted))


def texts(retrieved: Retrieved) -> list[str]:
    return [one.text for one in retrieved.passages]


@pytest.mark.parametrize(
    ("question", "at"),
    [
        ("How do I install it on macOS?", 1),
        ("unpacking archives", 0),
        ("what is a FileName", 1),
        ("parse_file", 1),
        ('the "price" (NEAR* -12', 2),
        ("比例", 3),
        ("五", 3),
        ("what is it?", 2),
    ],
)
def test_a_question_finds_the_passage_that_has_its_words(shelf: FileShelf, question: str, at: int) -> None:
    assert texts(found(shelf, question))[0] == SETUP[at]


def test_nothing_fits_a_question_about_something_else(shelf: FileShelf) -> None:
    assert found(shelf, "where is the zeppelin") == Retrieved(documents=1)
    assert found(shelf, "") == Retrieved(documents=1)


@settings(max_examples=int(os.environ.get("CHAT_TEST_QUESTIONS", "40")), deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["heliotrope", "FILE", "Applications", "12"]))
def test_a_word_that_is_there_is_found_in_any_question(
    notes: FileCollection, before: str, after: str, word: str
) -> None:
    passages = found_by_words(notes, Search(f"{before} {word} {after}"), 8)
    assert any(word.lower() in one.text.lower() for one in passages)


def test_a_word_at_the_end_of_a_huge_question_is_found(shelf: FileShelf) -> None:
    words = " ".join(f"q{number}" for number in range(60_000))
    assert texts(found(shelf, f"{words[:300_000]} heliotrope {words[300_000:]}")) == [SETUP[2]]


def test_the_question_before_counts_less(shelf: FileShelf) -> None:
    asked = found(shelf, Search("and Applications?", before="How do I unpack the archive?"))
    assert texts(asked) == [SETUP[1], SETUP[0]]
    assert texts(found(shelf, Search("and on what?", before="the heliotrope edition"))) == [SETUP[2]]


def test_what_the_last_reply_has_cited_comes_again(shelf: FileShelf) -> None:
    price = found(shelf, "heliotrope").passages
    again = found(shelf, Search("and on Linux?", cited=(replace(price[0], number=3), replace(price[0], text="gone"))))
    assert texts(again) == [SETUP[0], SETUP[2]]
    assert [one.why for one in again.passages] == [Why.WORDS, Why.CITED]


def test_a_small_collection_goes_whole_in_its_order(shelf: FileShelf) -> None:
    keep(shelf, "more", "/home/ada/a.md", ["Linux again."])
    whole = found(shelf, Search("macOS", whole=400), "notes", "more")
    assert texts(whole) == [*SETUP, "Linux again."]
    assert whole.is_whole
    assert whole.documents == 2
    assert {one.why for one in whole.passages} == {Why.WHOLE}
    assert not found(shelf, Search("macOS", whole=100), "notes", "more").is_whole


def test_several_collections_are_searched_at_once_and_the_same_text_comes_once(shelf: FileShelf) -> None:
    keep(shelf, "more", "/home/ada/a.md", ["Linux has an archive.", SETUP[0]])
    asked = found(shelf, "Linux archive", "notes", "more")
    assert sorted(texts(asked)) == ["Linux has an archive.", SETUP[0]]
    assert {one.collection for one in asked.passages} <= {"notes", "more"}


def test_a_collection_that_cannot_be_searched_is_told_and_the_others_answer(shelf: FileShelf, tmp_path: Path) -> None:
    (tmp_path / "docs/broken.db").write_bytes(b"no database at all" * 100)
    asked = found(shelf, "heliotrope", "notes", "broken")
    assert texts(asked) == [SETUP[2]]
    assert [note.partition(":")[0] for note in asked.notes] == ["broken cannot be searched"]
    with pytest.raises(DocumentsError, match="damaged"):
        found(shelf, "heliotrope", "broken")
    assert [bool(report.problem) for report in Collections(shelf).collections()] == [True, False]


def test_a_name_that_is_not_there_is_refused_with_the_nearest(shelf: FileShelf) -> None:
    library = Collections(shelf)
    library.check(["notes"])
    with pytest.raises(NoSuchCollection, match="There is no collection “note”") as error:
        library.check(["notes", "note"])
    assert error.value.hint == "Did you mean notes?"
    with pytest.raises(NoSuchCollection, match="“xyzzy”") as error:
        library.check(["xyzzy"])
    assert error.value.hint == "chat docs list names them."
    with pytest.raises(NoSuchCollection):
        found(shelf, "x", "missing")


def test_the_standing_of_a_document_is_told(shelf: FileShelf, tmp_path: Path) -> None:
    for name in ("same", "changed", "gone", "dropped"):
        (tmp_path / f"{name}.md").write_text("Heliotrope.")
        keep(shelf, "notes", tmp_path / f"{name}.md", ["Heliotrope."])
    passages = {
        one.name.partition("/")[2]: one
        for one in _all(shelf, [tmp_path / f"{n}.md" for n in ("same", "changed", "gone", "dropped")])
    }
    (tmp_path / "changed.md").write_text("Other.")
    (tmp_path / "gone.md").unlink()
    shelf.open("notes").forget([str(tmp_path / "dropped.md")])
    library = Collections(shelf)
    asked = [passages[name] for name in ("same.md", "changed.md", "gone.md", "dropped.md")]
    expected = [Standing.SAME, Standing.CHANGED, Standing.GONE, Standing.UNKNOWN]
    assert library.standing(asked) == expected
    assert library.standing([*asked, replace(asked[0], collection="missing")]) == [*expected, Standing.UNKNOWN]


def test_a_file_of_another_machine_stands_as_the_shared_collection_has_it(shelf: FileShelf, tmp_path: Path) -> None:
    class SharedShelf(FileShelf):
        is_shared = True

    shared = SharedShelf(tmp_path / "docs")
    elsewhere = [Path("/elsewhere") / f"{name}.md" for name in ("same", "changed", "dropped")]
    for path in elsewhere:
        keep(shared, "notes", path, ["Heliotrope."])
    passages = _all(shared, elsewhere)
    keep(shared, "notes", elsewhere[1], ["Other."])
    shared.open("notes").forget([str(elsewhere[2])])
    assert Collections(shared).standing(passages) == [Standing.SAME, Standing.CHANGED, Standing.GONE]
    assert Collections(shelf).standing(passages) == [Standing.GONE] * 3
    (tmp_path / "docs" / "notes.db").write_bytes(b"It cannot be read just now.")
    assert Collections(shared).standing(passages) == [Standing.SAME] * 3


def _all(shelf: FileShelf, paths: Sequence[Path]) -> list[Passage]:
    collection = shelf.open("notes")
    return [one for path in paths for one in collection.pieces_of(str(path))]
