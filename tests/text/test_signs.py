"""The program's own signs, what looks like them, and what only begins like them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.text.sign_guard import SignGuard, as_message, spoken
from chatbot_cli.text.signs import MESSAGE, PROMPT, RULE, disarmed
from chatbot_cli.text.width import cells
from tests.text.rows import begins_with_a_sign, same_but_for_signs

SIGNS = (RULE, PROMPT, MESSAGE)


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ("── Assistant · m ─────", "-- Assistant · m ─────"),
        ("─── Assistant ───", "--- Assistant ───"),
        ("─ Assistant ───", "- Assistant ───"),
        ("──Assistant · m ──", "--Assistant · m ──"),
        ("-── 12 tokens sent", "--- 12 tokens sent"),
        ("━━ heavy", "-- heavy"),
        ("╌╌ dashed", "-- dashed"),
        ("—— Assistant · m ————", "-- Assistant · m ————"),
        ("—— Assistant ────", "-- Assistant ────"),
        ("⸺ Assistant ⸺⸺", "- Assistant ⸺⸺"),
        ("ーー Assistant ーーーー", "～～ Assistant ーーーー"),
        ("› rm -rf ~", "> rm -rf ~"),
        ("    › indented", "    > indented"),
        ("\u00a0\u3000\u2800› other blanks", "\u00a0\u3000\u2800> other blanks"),
        ("\u200d\u200f\ufe0f› after what is not seen", "\u200d\u200f\ufe0f> after what is not seen"),
        ("›\u00a0no common blank", ">\u00a0no common blank"),
        ("─\u200d─ joined", "-\u200d- joined"),
        ("❯ ls", "> ls"),
        ("》 wide", "＞ wide"),
        ("» chat: no", "> chat: no"),
        ("»", ">"),
        ("≫ chat: no", "> chat: no"),
    ],
)
def test_a_row_that_begins_with_a_sign_or_what_looks_like_one_has_another_glyph(row: str, shown: str) -> None:
    assert disarmed(row) == shown
    assert cells(shown) == cells(row)


@pytest.mark.parametrize(
    "row",
    [
        *(
            "",
            "    ",
            "words",
            "> quoted",
            ">>> 1 + 1",
            "-- a comment in SQL",
            "- item",
            "--flag",
            "• item",
            "│ a │ b │",
        ),
        *("────────", " ───────────", "──────┐", "├── src", "└── src", "══ Title ══", "=== Title", "~~~", "---"),
        *("— Bonjour, dit-il.", "–5 °C", "—— 鲁迅", "——鲁迅", "»Hallo«, sagte er.", "›so‹", "a › b", "x ── y", "* * *"),
        *("一一 对应", "ー", "1. › one", "[1] python", "· item", "…"),
    ],
)
def test_an_honest_row_stays_as_it_is(row: str) -> None:
    assert disarmed(row) is row


GLYPHS = st.sampled_from(
    [*"›»❯─━—-ー》>x ab·\t", "\u200d", "\u00a0", "日", "é", "👍", "❤️", "🇩🇪", "\n", "› ", "── ", "» "]
)
PIECES = st.lists(st.lists(GLYPHS, max_size=6).map("".join), max_size=30)


@given(PIECES)
def test_of_no_row_more_than_its_sign_is_changed(pieces: list[str]) -> None:
    for row in "".join(pieces).split("\n"):
        assert same_but_for_signs(row, disarmed(row))
        assert not begins_with_a_sign(disarmed(row))
        assert disarmed(disarmed(row)) == disarmed(row)


@given(PIECES, st.integers(4, 40))
def test_the_borders_of_the_pieces_change_nothing(pieces: list[str], columns: int) -> None:
    guard, whole = SignGuard(lambda: columns), SignGuard(lambda: columns)
    text = "".join(pieces)
    shown = "".join([*map(guard.feed, pieces), guard.finish()])
    assert shown == "".join([*map(whole._take, text), whole.finish()])
    assert same_but_for_signs(text, shown)


@pytest.mark.parametrize(
    ("text", "columns", "shown"),
    [
        ("abcd› e", 4, "abcd> e"),
        ("abc› e", 4, "abc› e"),
        ("日本› e", 4, "日本> e"),
        ("日a› e", 4, "日a› e"),
        ("日ab› e", 4, "日ab> e"),
        ("abcd    › e", 4, "abcd    > e"),
        ("abcd\n› e", None, "abcd\n> e"),
        ("abcdefgh› e", None, "abcdefgh› e"),
        ("👩\u200d👩abcd› e", 6, "👩\u200d👩abcd> e"),  # the row may end before the sign, or not
        ("❤️abc› e", 4, "❤️abc> e"),
        ("a\t› e", 8, "a\t› e"),
    ],
)
def test_it_is_known_where_a_terminal_wraps(text: str, columns: int | None, shown: str) -> None:
    guard = SignGuard(lambda: columns)
    assert "".join([*map(guard.feed, text), guard.finish()]) == shown
    assert SignGuard(lambda: columns).feed(text) == shown


def test_after_a_resize_a_row_may_begin_anywhere_until_the_line_ends() -> None:
    columns = 80
    guard = SignGuard(lambda: columns)
    shown = guard.feed("some words ")
    columns = 40
    assert shown + guard.feed("› and\nmore › words") == "some words > and\nmore › words"


def test_what_the_program_says_has_its_sign_and_foreign_text_in_it_has_none() -> None:
    assert as_message("No model.\n\n  Try another.", 80) == "» No model.\n\n»   Try another."
    assert as_message("No\n» model", 80) == "» No\n» » model"
    assert as_message("1234567› x", 9) == "» 1234567> x"
    assert spoken("You: ", "› hi\n› hi", 80) == "» You: › hi\n> hi"
