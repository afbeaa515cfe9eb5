"""No text can act on the terminal it is shown on."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.text.safe import SafeStream, controls_in, one_line, safe, safe_in_file, without_controls

FORBIDDEN_FORMATS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xE0000, 0xE0080), 0x2028, 0x2029}


def is_harmless(character: str) -> bool:
    """Newline, tab, and whatever is no control character."""
    if character in "\n\t":
        return True
    return unicodedata.category(character) not in ("Cc", "Cs") and ord(character) not in FORBIDDEN_FORMATS


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("\x9b2J", "‹9B›2J"),
        ("back\b\x7f", "back␈␡"),
        ("overwritten\rhidden", "overwritten␍hidden"),
        ("one\r\ntwo", "one\ntwo"),
        ("if access\u202e⁦ // check", "if access‹RLO›‹LRI› // check"),
        ("\U000e0041", "‹tag 41›"),
        ("half \ud83d", "half �"),
        ("line\u2028line", "line\nline"),
    ],
)
def test_what_could_act_is_shown_as_a_symbol(text: str, shown: str) -> None:
    assert safe(text) == shown


@pytest.mark.parametrize(
    "text", ["tab\there\n", "naïve café", "日本語", "👩‍👩‍👧 🇩🇪", "نص \u200f عربي \u200d", "[red]x[/red]"]
)
def test_honest_text_stays_as_it_is(text: str) -> None:
    assert safe(text) == text
    assert without_controls(text) == text


@pytest.mark.parametrize(
    ("text", "written", "count"),
    [
        ("\x1b[31mred\x1b[0m\n", "␛[31mred␛[0m\n", 2),
        ("a\tb\r\nc\nd", "a\tb\r\nc\nd", 0),
        ("a\rb\r\n\r", "a␍b\r\n␍", 2),
        ("\r\r\n", "␍\r\n", 1),
        ("\x9b2J\x7f\u202e\u2069\U000e0041\ud83d", "‹9B›2J␡‹RLO›‹PDI›‹tag 41›�", 6),
        ("a\u2028b\r\n", "a\nb\r\n", 1),
        ("👩‍👩‍👧 نص \u200f عربي \u200d", "👩‍👩‍👧 نص \u200f عربي \u200d", 0),
        ("", "", 0),
    ],
)
def test_a_file_gets_the_same_symbols_and_keeps_its_line_ends(text: str, written: str, count: int) -> None:
    assert safe_in_file(text) == written
    assert controls_in(text) == count
    assert (safe_in_file(written), controls_in(written)) == (written, 0)


@given(st.text(st.characters() | st.sampled_from("\r\n\x1b\u202e")))
def test_a_file_differs_from_the_screen_in_its_line_ends_alone(text: str) -> None:
    assert safe_in_file(text).replace("\r\n", "\n") == safe(text)
    assert (controls_in(text) == 0) == (safe_in_file(text) == text)


def test_a_pipe_gets_the_text_without_the_controls() -> None:
    assert without_controls("a\x1b[31mb\r\nc\u202ed") == "a[31mb\ncd"


def test_a_title_stays_on_one_line() -> None:
    assert one_line("a\nb\x1b c") == "a b␛ c"


@given(st.lists(st.text(st.characters(), max_size=6)))
def test_no_chunking_lets_a_control_through(pieces: list[str]) -> None:
    stream = SafeStream()
    shown = "".join([*map(stream.feed, pieces), stream.finish()])
    assert all(map(is_harmless, shown))
    assert shown == safe("".join(pieces))


@given(st.lists(st.text(st.sampled_from("\r\na\x1b"), max_size=4)))
def test_line_ends_split_over_chunks_are_one_line_end(pieces: list[str]) -> None:
    stream = SafeStream(without_controls)
    assert "".join([*map(stream.feed, pieces), stream.finish()]) == without_controls("".join(pieces))
