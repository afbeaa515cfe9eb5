"""How documents are cut into pieces."""

import random
import string
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot_cli.chat.passages import Place, Unit
from chatbot_cli.readers.document import Form, ReadDocument
from chatbot_cli.retrieval.cutting.blocks import MOST, TARGET
from chatbot_cli.retrieval.cutting.cut import cut
from chatbot_cli.secrets.finding import find_secrets

LINE = st.sampled_from(
    [
        "",
        "",
        "# Install",
        "## macOS",
        "Some words of a text. They go on.",
        "- an item",
        "  more of it",
        "1. first",
        "> quoted",
        "```python",
        "```",
        "| a | b |",
        "|---|---|",
        "| 1 | 2 |",
        "Title",
        "=====",
        "---",
        "[link]: https://example.com",
        "def run(a):",
        "class Box:",
        "    def open(self):",
        "        return 1",
        "    @property",
        "# a comment",
        "static int main(int argc) {",
        "}",
        "<div>",
        "\tindented",
        "word " * 60,
        "x" * (MOST + 500),
        "\x00\x0b\x0c\x85\u2028",
    ]
)
FORMS = st.sampled_from(Form)


def document(
    text: str, form: Form = Form.MARKDOWN, unit: Unit = Unit.LINE, places: tuple[int, ...] = ()
) -> ReadDocument:
    return ReadDocument(text, form, form.value, unit, places)


@settings(max_examples=120, deadline=None)
@given(st.lists(LINE, max_size=80), FORMS)
def test_each_line_is_in_exactly_one_piece_which_knows_its_lines(lines: list[str], form: Form) -> None:
    counted: Counter[int] = Counter()
    before = 0
    for piece in cut(document("\n".join(lines), form)):
        own = lines[piece.place.first - 1 : piece.place.last]
        if len(own) > 1 or len(own[0]) <= MOST:
            counted.update(range(piece.place.first, piece.place.last + 1))
            assert "\n".join(own) in piece.text
        else:
            assert piece.text in own[0]
            counted[piece.place.first] = 1
        assert piece.place.first >= before
        before = piece.place.first
        assert piece.text.strip()
        assert len(piece.text) <= MOST + TARGET // 2 + 10
    assert {at for at, line in enumerate(lines, 1) if line.strip()} <= set(counted)
    assert set(counted.values()) <= {1}


def test_a_piece_of_markdown_knows_its_headings_and_its_lines() -> None:
    body = "Words about it. " * 40
    text = f"# Guide\n\n## Install\n\n{body}\n\n### mac`OS`\n\n{body}\n\n## Use\n\n{body}\n"
    pieces = cut(document(text))
    assert [piece.headings for piece in pieces] == [
        ("Guide", "Install"),
        ("Guide", "Install", "macOS"),
        ("Guide", "Use"),
    ]
    assert [piece.place for piece in pieces] == [Place(1, 5), Place(7, 9), Place(11, 13)]


def test_small_sections_go_together() -> None:
    text = "# Words\n\n" + "".join(f"## Word {n}\n\nIt means {n}.\n\n" for n in range(7))
    (piece,) = cut(document(text))
    assert piece.headings == ("Words",)


def test_a_fence_is_not_torn_and_a_number_sign_in_it_is_no_heading() -> None:
    fence = "```sh\n# not a heading\n" + "run it\n\n" * 30 + "```"
    words = "Words. " * 120
    pieces = cut(document(f"# Start\n\n{words}\n\n{fence}\n\n{words}"))
    assert [fence in piece.text for piece in pieces].count(True) == 1
    assert {piece.headings for piece in pieces} == {("Start",)}


def test_a_short_sentence_stays_with_a_fence_that_is_torn() -> None:
    fence = "```sh\n" + "run it again\n" * 300 + "```"
    pieces = cut(document(f"# Start\n\nAn example:\n\n{fence}"))
    assert pieces[0].text.startswith("# Start\n\nAn example:\n\n```sh\nrun it")
    assert [piece.text.split("\n")[0] for piece in pieces[1:]] == ["```sh"] * (len(pieces) - 1)
    assert all(piece.text.endswith("\n```") for piece in pieces)


def test_a_table_that_is_too_large_repeats_its_head() -> None:
    rows = [f"| {n} | {'cell ' * 8}|" for n in range(100)]
    pieces = cut(document("\n".join(["# Prices", "", "| No | What |", "|---|---|", *rows])))
    assert len(pieces) > 3
    assert all("| No | What |\n|---|---|" in piece.text for piece in pieces)
    assert [piece.place.first for piece in pieces][1:] == [piece.place.last + 1 for piece in pieces][:-1]


def test_rows_have_their_head_and_the_lines_of_their_file() -> None:
    lines = ["name,town", *(f"Ada {n},London {n} {'x' * 30}" for n in range(100))]
    pieces = cut(document("\n".join(lines), Form.TABLE))
    assert all(piece.text.startswith("name,town\n") for piece in pieces)
    assert pieces[1].text.split("\n")[1] == lines[pieces[1].place.first - 1]


def test_code_is_cut_at_its_definitions() -> None:
    body = "".join(f"        step_{n} = {n} * 2\n" for n in range(30))
    text = (
        '"""A module."""\n\nimport os\n\n\nclass Box:\n    """It holds."""\n\n'
        f"    def open(self):\n{body}\n    @property\n    def size(self):\n{body}\n\n"
        f"# how it is closed\n@cache\ndef close(box):\n{body}"
    )
    pieces = cut(document(text, Form.CODE))
    assert [piece.headings for piece in pieces] == [
        ("class Box", "def open(self)"),
        ("class Box", "def size(self)"),
        ("def close(box)",),
    ]
    assert pieces[1].text.startswith("    @property")
    assert pieces[2].text.startswith("# how it is closed\n@cache\ndef close")


def test_a_file_of_very_many_definitions_is_cut_in_no_time() -> None:
    assert len(cut(ReadDocument("def f(): pass\n" * 20_000, Form.CODE, "Python"))) > 100  # else it takes a minute


@pytest.mark.parametrize(
    "line",
    [
        "static int NAME(const char *text, int size)",
        "func (s *Server) NAME() error {",
        "pub async fn NAME(self) -> Result<()> {",
        "export default function NAME() {",
        "export const NAME = async (path) => {",
        "NAME() {",
        "(defun NAME (x)",
        "public class NAME {",
    ],
)
def test_definitions_of_many_languages_are_known(line: str) -> None:
    body = "\n".join(f"    call_{n}(a, b);" for n in range(60))
    two = [f"{line.replace('NAME', name)}\n{body}\n}}\n" for name in ("first", "second")]
    pieces = cut(document("\n".join(two), Form.CODE))
    assert len({piece.headings for piece in pieces}) == 2
    assert all(piece.headings for piece in pieces)


def test_titles_of_restructured_text_are_headings() -> None:
    body = "Words about it. " * 40
    text = f"Guide\n*****\n\n{body}\n\nInstall\n=======\n\n{body}\n\nUse\n===\n\n{body}"
    assert [piece.headings for piece in cut(document(text, Form.PROSE))] == [
        ("Guide",),
        ("Guide", "Install"),
        ("Guide", "Use"),
    ]


def test_a_long_line_is_cut_after_sentences() -> None:
    line = "This is a sentence of a very long line. " * 200
    pieces = cut(document(line, Form.PROSE))
    assert all(piece.text.endswith(".") and len(piece.text) <= TARGET for piece in pieces)
    assert " ".join(piece.text for piece in pieces) == line.strip()


def test_pages_are_kept_and_a_piece_begins_with_a_page() -> None:
    lines = [f"Line {n} of the page has some words." for n in range(60)]
    places = tuple(n // 20 + 1 for n in range(60))
    pieces = cut(document("\n".join(lines), Form.PROSE, Unit.PAGE, places))
    assert [piece.place for piece in pieces] == [Place(n, n, Unit.PAGE) for n in (1, 2, 3)]


def test_nothing_makes_no_piece() -> None:
    for form in Form:
        assert list(cut(document(" \n\n\t", form))) == []


def test_markdown_that_would_fill_the_memory_is_cut_as_prose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatbot_cli.retrieval.cutting.cut.MOST_LINES", 3)
    pieces = cut(ReadDocument("# A\na\n# B\nb", Form.MARKDOWN, "Markdown"))
    assert ["".join(piece.text.split()) for piece in pieces] == ["#Aa#Bb"]
    assert pieces[0].headings == ()


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("between", ["\n", "\\n"], ids=["in lines", "in one line, as JSON has it"])
def test_each_part_of_a_private_key_that_is_cut_is_known_as_a_key(form: Form, between: str) -> None:
    made_up = random.Random(1)
    body = ["".join(made_up.choices(string.ascii_letters + string.digits + "+/", k=64)) for _ in range(50)]
    key = between.join(("-----BEGIN RSA PRIVATE KEY-----", *body, "-----END RSA PRIVATE KEY-----"))
    prose = "\n\n".join(f"Words of paragraph {number}. They go on." for number in range(90))
    after = "\n\n".join(f"Words, and a checksum: {number:064x}" for number in range(90))
    pieces = cut(document(f"# Notes\n\n{prose}\n\n{key}\n\n# After\n\n{after}", form))
    with_key = [one for one in pieces if any(line[:40] in one.text for line in body)]
    assert len(with_key) > 1
    assert all(find_secrets(one.text) for one in with_key)
    assert not any(find_secrets(one.text) for one in pieces if one not in with_key)
