"""No text can act on the terminal it is shown on."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.text.safe import SafeStream, controls_in, one_line, revealed, safe, safe_in_file, without_controls

JOINERS_AND_DIRECTIONS = "\u200c\u200d\u200e\u200f\u061c"
SEEN_FORMATS = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}  # they look like letters
SELECTORS = {*range(0xFE00, 0xFE0F), *range(0x180B, 0x1810), *range(0xE0100, 0xE01F0)}  # all but the one of emoji
FILLERS = {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0}
NEVER = {*range(0xE0000, 0xE1000), *range(0xFFF0, 0xFFF9), *SELECTORS, *FILLERS, 0x2028, 0x2029, 0x2065}


def is_harmless(character: str) -> bool:
    """Newline, tab, and whatever can be seen or belongs to what can."""
    if character in f"\n\t{JOINERS_AND_DIRECTIONS}" or ord(character) in SEEN_FORMATS:
        return True
    return unicodedata.category(character) not in ("Cc", "Cs", "Cf") and ord(character) not in NEVER


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
        ("a\u3164b\u115f\u1160\uffa0", "a‹3164›b‹115F›‹1160›‹FFA0›"),
        ("x\u2061y\u2062\u2063\u2064", "x‹2061›y‹2062›‹2063›‹2064›"),
        ("\ufff9base\ufffaruby\ufffb", "‹FFF9›base‹FFFA›ruby‹FFFB›"),
        ("\u206a\u206f", "‹206A›‹206F›"),
        ("\U000e01f0", "‹E01F0›"),
    ],
)
def test_what_could_act_is_shown_as_a_symbol(text: str, shown: str) -> None:
    assert safe(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pass\u200bword", "password"),
        ("\ufeffbegin\u2060ning", "beginning"),
        ("Silben\u00adtrennung", "Silbentrennung"),
        ("ភាសា\u200bខ្មែរ", "ភាសាខ្មែរ"),
        ("葛\U000e0100城", "葛城"),
        ("ᠮᠣᠩ\u180bᠭ\u180e", "ᠮᠣᠩᠭ"),
        ("✔\ufe0e a\ufe00\u034f", "✔ a"),
        ("👍" + "".join(chr(0xE0100 + code) for code in b"obey"), "👍"),
    ],
)
def test_what_is_invisible_and_stands_in_honest_text_is_left_out(text: str, shown: str) -> None:
    assert safe(text) == without_controls(text) == shown
    assert revealed(text) != shown


def test_at_the_prompt_everything_invisible_is_shown() -> None:
    assert revealed("a\u200bb\u2060\U000e0141\x1b") == "a‹200B›b‹2060›‹E0141›␛"
    assert revealed("👩\u200d👧 ❤\ufe0f") == "👩\u200d👧 ❤\ufe0f"


@pytest.mark.parametrize(
    "text",
    [
        "tab\there\n",
        "naïve café",
        "日本語",
        "👩‍👩‍👧 🇩🇪",
        "نص \u200f عربي \u200d",
        "[red]x[/red]",
        "⠀⠀⣿⠀",
        "می\u200cخواهم",
    ],
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
    assert one_line("\u2800a\u2800\u200b b\u3164") == "a b‹3164›"


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


def test_of_all_characters_only_those_reach_a_terminal_that_are_harmless() -> None:
    shown = safe("".join(map(chr, range(0x110000))))
    assert [hex(ord(character)) for character in set(shown) if not is_harmless(character)] == []
    assert "\ufe0f" in shown
