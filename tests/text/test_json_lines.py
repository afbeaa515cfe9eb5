"""A JSON object as a person reads it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot_cli.text.json_lines import lines_of_object, shown_whole, strings_in
from chatbot_cli.text.safe import safe


def test_each_value_stands_by_its_name_and_a_long_text_below_it() -> None:
    arguments = {"path": "a b.txt", "n": 3, "deep": {"x": [1, "é"]}, "text": "one\n two\n", "none": None, "": ""}
    assert lines_of_object(json.dumps(arguments)) == [
        'path  "a b.txt"',
        "n     3",
        'deep  {"x": [1, "é"]}',
        "text  (3 lines)",
        "  one",
        "   two",
        "  ",
        "none  null",
        '      ""',
    ]


ABYSS = '{"a": ' + "[" * 990 + "]" * 990 + "}"


@pytest.mark.parametrize("text", ["[1, 2]", "no JSON", '"a text"', ABYSS])
def test_what_is_no_object_is_shown_as_it_is(text: str) -> None:
    assert lines_of_object(text) == [text]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\rb", "a␍b"),
        ("a\r\nb", "a␍\nb"),
        ("\x1b[2Ja\x08", "␛[2Ja␈"),
        ("a\u202eb\u2066c", "a‹RLO›b‹LRI›c"),
        ("a\u200bb\u00adc\ufeff", "a‹200B›b‹00AD›c‹FEFF›"),
        ("a\u200db\u200cc\u200ed", "a‹200D›b‹200C›c‹200E›d"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u2028b\tc", "a‹2028›b␉c"),
        ("\U000e0041x", "‹tag 41›x"),
        ("\udc80x", "�x"),
    ],
)
def test_what_acts_or_hides_is_a_symbol(text: str, shown: str) -> None:
    assert shown_whole(text) == shown


@settings(max_examples=30)
@given(st.dictionaries(st.text(max_size=5), st.text(max_size=40), max_size=4))
def test_no_value_is_left_out_and_none_can_act(values: dict[str, str]) -> None:
    lines = lines_of_object(json.dumps(values))
    whole = "\n".join(lines)
    assert safe(whole) == whole
    for value in values.values():
        assert all(part in whole for part in shown_whole(value).split("\n"))


def test_texts_are_told_after_their_names() -> None:
    assert list(strings_in('{"key": "a\\u0062", "list": ["c", {"d": "e"}], "n": 1}')) == ["key=ab", "list=c", "d=e"]
    assert list(strings_in("no JSON")) == []
