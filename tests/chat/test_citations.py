"""What a reply cites of the passages that were sent, and what in it is not so."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot_cli.chat.citations import citations_in
from chatbot_cli.chat.passages import Citations, Place
from tests.fakes import passage

TEXTS = (
    "Run the installer twice: the first run copies the files,\nthe second one *checks* them.",
    "Tea is made with water that has boiled, and “never” with water that was boiled before.",
    "次の章では、設定ファイルの書き方と読み込みの順番について詳しく説明します。",
    "A fourth.",
)
SENT = [replace(passage(text), number=number) for number, text in enumerate(TEXTS, 1)]


def cited(reply: str) -> list[int]:
    return [one.number for one in citations_in(reply, SENT).cited]


def read(reply: str, question: str = "") -> Citations:
    return citations_in(reply, SENT, question)


@pytest.mark.parametrize(
    ("reply", "numbers"),
    [
        ("With water [2].", [2]),
        ("So it is [2][1], and [2] again.", [2, 1]),
        ("So it is [1, 3] or [4;2].", [1, 3, 4, 2]),
        ("So it is [1-3] and [2–4].", [1, 2, 3, 4]),
        ("So it is【2】and【1†setup.md】and ［3］.", [2, 1, 3]),
        ("So it is[^1] and [^2, ^3].", [1, 2, 3]),
        ("- [1] first\n- water[2]", [1, 2]),
        ("See `list[1]` and ``a`[2]`` but [3].", [3]),
        ("```python\nrows[1]\n```\nThat is [2].", [2]),
        ("1. ~~~\n   rows[1]\n   ~~~\n   That is [2].", [2]),
        ("A [1](https://example.org) link, [2].", [2]),
        ("A [1] link, [2].\n\n[1]: https://example.org", [2]),
        ("A lone ` tick [1].\n\nAnd ` another [2].", [1, 2]),
        ("In [2024] and [ ] and [x], nothing.", []),
    ],
)
def test_numbers_are_read_in_every_usual_spelling_but_not_in_code_and_links(reply: str, numbers: list[int]) -> None:
    assert cited(reply) == numbers
    assert not read(reply).unknown


def test_a_number_that_was_not_sent_is_told_apart() -> None:
    assert read("So it is [7], [1] and [7-9].").unknown == (7, 8, 9)
    assert read("A range [1-999] is its ends.").unknown == (999,)


@pytest.mark.parametrize(
    "quoted",
    [
        "“Run the installer twice: the first run copies the files, the second one checks them.”",
        '"run the installer  twice: the first run **copies** the files" [1]',
        "“Run the installer twice … the second one checks them.”",
        "«Tea is made with water that has boiled, and 'never' with water»",
        "“the second one checks them. Tea is made with water that has boiled”",
        "„Tea is made with water that has boiled [2], and never“",
        "“`Run` the installer twice: ``the`` first run copies the *files*, the second one checks them.”",
        "「設定ファイルの書き方と読み込みの順番について詳しく説明します」",
    ],
)
def test_a_quotation_that_stands_in_the_passages_is_found_however_it_is_set(quoted: str) -> None:
    assert read(quoted).misquoted == ()


def test_a_quotation_with_a_part_that_is_not_there_is_named() -> None:
    assert read("“Run the installer twice … the second one checks them, as it says.”").misquoted


def test_a_quotation_that_is_not_there_is_named_once_and_a_short_one_is_not_looked_at() -> None:
    made_up = "“Run the installer three times: the third run deletes all of the files.”"
    reply = f"It says {made_up} [1]. Again: {made_up} It calls this “a wonderful thing”."
    assert read(reply).misquoted == (made_up.strip("“”"),)
    assert read("It says 「設定ファイルの書き方はどこにも書かれていないので自分で調べてください」").misquoted
    assert read('A 5" pipe and a 6" pipe that fits into it well enough for all of us to use.').misquoted == ()


@pytest.mark.parametrize(
    ("reply", "line"),
    [
        ("It runs twice [1].", 12),
        ("“The first run” [1].", 13),
        ("“The second one *checks* them, …” and “the first run” [1].", 15),
        ("“copies the files, the second one” [1].", 13),
        ("“nowhere to be found” [1]", 12),
    ],
)
def test_a_quotation_tells_the_line_right_to_the_line(reply: str, line: int) -> None:
    text = "# Install\nthe first run copies the files,\n\nThe second `one` checks them, always."
    sent = [replace(passage(text, first=12, last=15), number=1)]
    assert citations_in(reply, sent).firsts == (line,)
    assert citations_in(reply, [replace(sent[0], place=Place(3, 9))]).firsts == (3,)  # its lines are not the document's


def test_the_users_own_words_are_no_misquotation() -> None:
    question = "How do I install this on a machine that has no network at all?"
    assert read(f"You ask “{question}”.").misquoted == (question,)
    assert read(f"You ask “{question}”.", question).misquoted == ()


def test_a_huge_reply_is_read_in_a_time_that_grows_with_its_length() -> None:
    for piece in ("`", "[1", '"a b ', "“a ", "```\n", "[1,", "<a", "【1†"):
        assert citations_in(piece * 100_000, SENT).unknown == ()


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='`~ab[]1"“”\n ', max_size=60))
def test_any_reply_can_be_read(text: str) -> None:
    assert all(one in SENT for one in read(text).cited)
