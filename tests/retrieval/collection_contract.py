"""What every Collection promises, wherever it is kept. A test file inherits the class and makes a `collection`."""

from dataclasses import replace

import pytest

from chatbot_cli.chat.passages import Passage, Place, Unit
from chatbot_cli.retrieval.collection import Collection, FileRecord, Piece, Query, Root, State

SETUP = FileRecord("/home/ada/notes/setup.md", "notes/setup.md", 1_000, 5_000, "d1", kind="Markdown", encoding="UTF-8")
PLANTS = FileRecord("/home/ada/notes/plants.txt", "notes/plants.txt", 500, 6_000, "d2", read_at=7.5, cut_by=3)
BROKEN = FileRecord("/home/ada/notes/a\n\udcff.pdf", "notes/a\n\udcff.pdf", 9, 1, "d3", State.FAILED, "encrypted")
PIECES = (
    Piece("Unpack the archive.\nThen run the installer.", Place(1, 2), ("Setup", "Linux")),
    Piece("Drag the icon into the folder.", Place(4, 4), ("Setup", "macOS")),
    Piece("Remove it with the uninstaller.", Place(6, 7), ("Setup",)),
)
ABOUT_PLANTS = (
    Piece("The marigold blooms in June, and the marigold likes the sun.", Place(1, 1, Unit.PAGE)),
    Piece("Heliotropes turn towards the sun.", Place(2, 2, Unit.PAGE)),
)


def texts(passages: object) -> list[str]:
    assert isinstance(passages, list | tuple)
    return [one.text for one in passages]


def words(collection: Collection, *asked: str, limit: int = 8) -> list[str]:
    return texts(collection.by_words(Query(asked), limit))


class CollectionContract:
    """The promises."""

    @pytest.fixture
    def filled(self, collection: Collection) -> Collection:
        collection.set_roots([Root("/home/ada/notes", include=("*.md",), hidden=True)])
        with collection.together():
            collection.put(SETUP, PIECES)
            collection.put(PLANTS, ABOUT_PLANTS)
            collection.put(BROKEN, ())
        return collection

    def test_it_knows_its_roots_and_files(self, filled: Collection) -> None:
        assert list(filled.roots()) == [Root("/home/ada/notes", include=("*.md",), hidden=True)]
        assert dict(filled.files()) == {one.path: one for one in (SETUP, PLANTS, BROKEN)}
        assert filled.documents() == 2
        filled.updated(12.5)
        report = filled.report()
        assert (report.documents, report.passages, report.skipped, report.failed) == (2, 5, 0, 1)
        assert (report.roots, report.bytes, report.updated) == (("/home/ada/notes",), 1_500, 12.5)

    def test_a_passage_comes_back_as_it_was_put(self, filled: Collection) -> None:
        one, two = filled.pieces_of(PLANTS.path)
        expected = Passage(
            filled.name, PLANTS.path, PLANTS.name, Place(1, 1, Unit.PAGE), ABOUT_PLANTS[0].text, read="d2"
        )
        assert replace(one, score=0.0) == expected
        assert filled.pieces_of(SETUP.path)[0].headings == ("Setup", "Linux")
        assert two.place == Place(2, 2, Unit.PAGE)

    def test_words_find_what_has_them_the_best_first(self, filled: Collection) -> None:
        assert words(filled, "marigold") == [ABOUT_PLANTS[0].text]
        assert words(filled, "sun", "heliotrope")[0] == ABOUT_PLANTS[1].text
        assert words(filled, "macos") == [PIECES[1].text]
        assert words(filled, "plants")
        assert words(filled, "setup", limit=2) == words(filled, "setup")[:2]
        found = filled.by_words(Query(("sun", "heliotrope")), 8)
        assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)

    def test_the_question_before_counts_less(self, filled: Collection) -> None:
        found = texts(filled.by_words(Query(("marigold",), ("icon",)), 8))
        assert found[0] == ABOUT_PLANTS[0].text
        assert PIECES[1].text in found

    @pytest.mark.parametrize(
        "asked", [(), ("",), ("'\"*:()-^&|!<->\\",), ("NEAR",), ("\x00\udcff",), ("🌻",), ("x" * 9_000,)]
    )
    def test_nothing_that_is_typed_breaks_it(self, filled: Collection, asked: tuple[str, ...]) -> None:
        assert filled.by_words(Query(asked), 8) is not None

    def test_a_file_put_again_replaces_what_there_was(self, filled: Collection) -> None:
        filled.put(replace(PLANTS, digest="d4"), [Piece("Only dahlias now.", Place(1, 1))])
        assert words(filled, "marigold") == []
        assert words(filled, "dahlias") == ["Only dahlias now."]
        assert filled.files()[PLANTS.path].digest == "d4"

    def test_a_moved_file_keeps_its_passages(self, filled: Collection) -> None:
        moved = replace(PLANTS, path="/home/ada/garden/flowers.txt", name="garden/flowers.txt")
        filled.update(moved, moved_from=PLANTS.path)
        assert PLANTS.path not in filled.files()
        (found,) = filled.by_words(Query(("marigold",)), 8)
        assert (found.path, found.name) == (moved.path, moved.name)
        assert words(filled, "garden")
        filled.update(replace(moved, modified=9))
        assert filled.files()[moved.path].modified == 9
        assert len(filled.pieces_of(moved.path)) == 2

    def test_what_is_forgotten_is_gone_and_may_be_kept_out(self, filled: Collection) -> None:
        filled.forget([PLANTS.path], keep_out=True)
        assert words(filled, "marigold") == []
        assert PLANTS.path not in filled.files()
        assert filled.kept_out() == {PLANTS.path}
        filled.take_in([PLANTS.path])
        assert filled.kept_out() == frozenset()
        assert filled.report().passages == 3
        filled.compact()

    def test_all_there_is_comes_if_it_is_small(self, filled: Collection) -> None:
        everything = filled.whole(10_000)
        assert everything is not None
        assert texts(everything) == [piece.text for piece in (*ABOUT_PLANTS, *PIECES)]
        assert filled.whole(20) is None

    def test_each_text_is_embedded_once_and_found_by_its_vector(self, filled: Collection) -> None:
        filled.put(replace(SETUP, path="/copy.md", name="copy.md"), PIECES)
        filled.set_fingerprint("one · 2 numbers")
        missing = dict(filled.without_vector())
        assert sorted(missing.values()) == sorted(
            [
                "Setup › Linux\nUnpack the archive.\nThen run the installer.",
                "Setup › macOS\nDrag the icon into the folder.",
                "Setup\nRemove it with the uninstaller.",
                *(piece.text for piece in ABOUT_PLANTS),
            ]
        )
        turned = {"Setup": (0.0, 3.0), "The m": (5.0, 0.1), "Helio": (1.0, 1.0)}
        filled.put_vectors({digest: turned[text[:5]] for digest, text in missing.items() if "macOS" not in text})
        assert [text for _, text in filled.without_vector()] == ["Setup › macOS\nDrag the icon into the folder."]
        assert filled.lacks_vectors() >= 1
        found = filled.by_meaning((1.0, 0.0), 2)
        assert texts(found) == [ABOUT_PLANTS[0].text, ABOUT_PLANTS[1].text]
        assert found[0].score == pytest.approx(1.0, abs=0.01)
        assert (filled.report().meaning, filled.report().vectors) == ("one", 6)

    def test_a_text_that_the_model_refuses_is_not_offered_again(self, filled: Collection) -> None:
        filled.set_fingerprint("one")
        filled.put_vectors({digest: () for digest, text in filled.without_vector() if "marigold" in text})
        assert len(dict(filled.without_vector())) == 4
        assert list(filled.by_meaning((1.0, 0.0), 8)) == []
        assert filled.report().vectors == 0

    def test_vectors_outlive_an_edit_and_end_with_their_model(self, filled: Collection) -> None:
        filled.set_fingerprint("one")
        assert filled.lacks_vectors() == 5
        filled.put_vectors({digest: (1.0, 2.0) for digest, _ in filled.without_vector()})
        assert filled.lacks_vectors() == 0
        filled.put(replace(PLANTS, digest="d5"), (ABOUT_PLANTS[0], Piece("New.", Place(3, 3, Unit.PAGE))))
        assert [text for _, text in filled.without_vector()] == ["New."]
        filled.set_fingerprint("one")
        assert len(list(filled.without_vector())) == 1
        filled.set_fingerprint("two")
        assert filled.fingerprint() == "two"
        assert len(list(filled.without_vector())) == 5
        assert list(filled.by_meaning((1.0, 2.0), 8)) == []

    def test_vectors_of_texts_that_are_gone_keep_none_from_being_found(self, filled: Collection) -> None:
        filled.set_fingerprint("one")
        near = {ABOUT_PLANTS[0].text: (1.0, 0.0), ABOUT_PLANTS[1].text: (0.9, 0.1)}
        filled.put_vectors({digest: near.get(text, (0.0, 1.0)) for digest, text in filled.without_vector()})
        filled.put(replace(PLANTS, digest="d5"), ABOUT_PLANTS[1:])
        assert texts(filled.by_meaning((1.0, 0.0), 1)) == [ABOUT_PLANTS[1].text]
        assert len(filled.by_meaning((1.0, 0.0), 8)) == 4

    def test_vectors_of_another_length_are_found_by_nothing(self, filled: Collection) -> None:
        filled.set_fingerprint("one")
        filled.put_vectors({digest: (1.0, 2.0) for digest, _ in filled.without_vector()})
        assert list(filled.by_meaning((1.0, 2.0, 3.0), 8)) == []
        assert filled.length_of_vectors() == 2
