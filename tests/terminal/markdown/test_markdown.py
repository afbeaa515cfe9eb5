"""Markdown that arrives in pieces looks like the whole text."""

import pytest

from chatbot_cli.terminal.markdown.code_highlight import OLDEST_UNSETTLED_LINE, UNSETTLED_LINES
from chatbot_cli.terminal.markdown.stream import Block, MarkdownStream, code_blocks
from chatbot_cli.terminal.markdown.view import lines_of
from tests.terminal.markdown.streamed_and_whole import Reader, at_once, cells, console, line_by_line, plain, shown

EVERYTHING = """\
# A title

Some *soft*, **strong** and `literal` words, a [link](https://example.org/page) and <https://example.org>.
A second line of the same paragraph.

Set as a heading
----------------

1. first
2. second
   - nested

     ```python
     def f(x):
         return "a"  # inside a list
     ```
3. third

- [ ] a task
- another

> quoted
> text

| left | right |
|:-----|------:|
| a    |     1 |
| b    |    22 |

```python
    def indented():
        return 1
```

---

<div>
raw
</div>

[ref]: https://example.com

See [this][ref], and a last line without an end"""


def test_a_partial_line_is_shown_but_decides_nothing() -> None:
    stream = MarkdownStream()
    stream.feed("A paragraph\n-")
    assert stream.take_finished() == []
    assert plain(lines_of(stream.open_pieces(), console()))[0] == "A paragraph"
    stream.feed("--\n\nnext\n")
    assert [piece.tokens[0].type for piece in stream.take_finished() if isinstance(piece, Block)] == ["heading_open"]


def test_an_unclosed_fence_is_code() -> None:
    assert shown("```python\nx = 1\n") == ["[1] python", "x = 1"]


def test_code_is_copied_as_it_is() -> None:
    assert shown("```\n    four\nnone   \n```") == ["[1]", "    four", "none"]
    assert code_blocks("```\n    four\nnone   \n```") == ["    four\nnone   \n"]


def test_links_show_where_they_lead() -> None:
    assert shown("[bank](https://evil.example)") == ["bank (https://evil.example)"]
    assert shown("<https://example.org>") == ["https://example.org"]
    assert shown("![a cat](cat.png)") == ["[image: a cat] (cat.png)"]


def test_raw_html_and_square_brackets_are_text() -> None:
    assert shown("<b>bold</b> [red]x[/red] [/INST]") == ["<b>bold</b> [red]x[/red] [/INST]"]


@pytest.mark.parametrize(
    "formula",
    [
        r"\(a_1 * b_2 * c\) and \[x\] and $a*b*c$ and $$x*y*z$$",
        "$$\na *b* c\n- d \\\\\n= e\n$$",
        "\\[\n\\frac{a}{*b*}\n\\]",
        "\\begin{align}\na &= *b* \\\\\n\\end{align}",
    ],
)
def test_formulas_are_left_as_they_are(formula: str) -> None:
    assert shown(formula) == formula.split("\n")
    assert shown(f"It is:\n{formula}\n\n*so*")[-len(formula.split("\n")) - 2 :] == [*formula.split("\n"), "", "so"]
    assert [line.removeprefix("▌ ") for line in shown("> " + formula.replace("\n", "\n> "))] == formula.split("\n")


@pytest.mark.parametrize("text", ["It costs $5, *or* $10.", "$HOME/*.txt and $PATH/*", "from `$a` *to* `$b`"])
def test_dollars_without_a_formula_are_dollars(text: str) -> None:
    assert shown(text)[0].replace("*", "") == text.replace("*", "").replace("`", "")
    assert "*or*" not in shown(text)[0]


def test_an_empty_line_ends_a_formula_and_so_does_its_list_item() -> None:
    assert shown("$$\n*a*\n\n*b*") == ["$$", "*a*", "", "b"]
    assert shown("- $$\n  *a*\n\n*b*") == [" • $$", "   *a*", "", "b"]


def test_footnotes_are_left_as_they_are() -> None:
    assert shown("A claim.[^1]\n\n[^1]: Knuth") == ["A claim.[^1]", "", "[^1]: Knuth"]


def test_an_empty_item_has_its_bullet() -> None:
    assert shown("- a\n-\n- c") == [" • a", " •", " • c"]
    assert shown("1.\n2. b") == ["  1", "  2 b"]


def test_a_line_stays_a_line() -> None:
    assert shown("an old silent pond\na frog jumps in") == ["an old silent pond", "a frog jumps in"]


def test_no_line_ends_in_blanks_or_is_wider_than_the_screen() -> None:
    for width in (20, 33, 80):
        for line in shown(EVERYTHING, width):
            assert line == line.rstrip(" ")
            assert len(line) <= width


def test_controls_are_shown_also_when_markdown_would_decode_them() -> None:
    assert shown("\x1b[31m and &#x202e; and `\x07`") == ["␛[31m and ‹RLO› and ␇"]


def test_a_reply_that_begins_with_empty_lines() -> None:
    stream = MarkdownStream()
    stream.feed("\n\n")
    assert stream.take_finished() == []
    assert stream.open_pieces() == []
    stream.feed("\nHello.\n")
    assert plain(lines_of([*stream.take_finished(), *stream.finish()], console())) == ["Hello."]
    assert MarkdownStream().finish() == []


def test_code_blocks_are_numbered_wherever_they_are() -> None:
    text = "```c\n1\n```\n\n- a\n\n  ```\n  2\n  ```\n- b\n\n> ~~~ python\n> 3\n> ~~~\n\n    4\n"
    lines = line_by_line(text.splitlines(keepends=True))
    assert [line for line in plain(lines) if "[" in line] == ["[1] c", "   [2]", "▌ [3] python", "[4]"]
    assert [code.strip() for code in code_blocks(text)] == ["1", "2", "3", "4"]


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\r\n", "\r"])
def test_code_is_numbered_alike_for_eyes_and_for_copying(end: str) -> None:
    text = end.join(["a", "```", "code", "```", ""])
    assert len(code_blocks(text)) == "".join(shown(text)).count("[1]")


def test_the_indentation_of_an_item_depends_on_its_own_number_only() -> None:
    assert shown("8. a\n9. b\n10. c") == ["  8 a", "  9 b", " 10 c"]
    assert shown("99. a\n100. b") == [" 99 a", " 100 b"]
    assert shown("1. one\n1. two\n1. three") == ["  1 one", "  2 two", "  3 three"]
    assert plain(line_by_line(["1. one\n", "1. two\n", "1. three\n"])) == ["  1 one", "  2 two", "  3 three"]


def test_a_long_word_in_a_table_is_broken_and_not_cut_off() -> None:
    lines = shown("| a |\n|---|\n| https://example.org/a/long/path |", width=20)
    assert "".join(line.strip() for line in lines[2:]) == "https://example.org/a/long/path"


def test_a_table_without_room_for_its_columns_is_shown_row_by_row() -> None:
    table = "|a|b|c|d|\n|-|-|-|-|\n|1|2|3|4|\n|5|6|7|8|"
    assert shown(table, width=20) == ["a: 1", "b: 2", "c: 3", "d: 4", "", "a: 5", "b: 6", "c: 7", "d: 8"]
    assert shown("|a|b|c|d|\n|-|-|-|-|", width=20) == ["a", "b", "c", "d"]
    assert len(shown(table, width=24)) == 4


def test_deeply_nested_text_is_not_squeezed_to_nothing() -> None:
    bullets = "".join("  " * depth + f"- level {depth}\n" for depth in range(20))
    numbers = "".join("    " * depth + f"100000000. level {depth}\n" for depth in range(6))
    for text, depths in ((bullets, 20), (numbers, 6), ("> " * 20 + "level 0", 1)):
        lines = shown(text, width=20)
        assert [line for line in lines if len(line) > 20] == []
        assert " ".join(" ".join(lines).replace("▌", "").split()).count("level") == depths


def test_a_line_that_some_terminals_draw_wider_is_broken_before_its_edge() -> None:
    family = "👩\u200d👩\u200d👧"  # two cells wide, or six
    assert shown("```\n" + family * 4 + "\n```", width=20) == ["[1]", family * 3, family]
    assert shown(family * 4, width=20) == [family * 3, family]


def test_a_link_definition_counts_once_it_has_arrived() -> None:
    """An exception: a reference that is final before its definition arrives is shown as it was written."""
    before, after = "See [this][ref].\n\nThat\n\n", "[ref]: https://example.org/\n\nSee [that][ref].\n"
    reader = Reader()
    reader.receive(before)
    reader.take()
    reader.receive(after)
    shown_as_it_stands = ["", "[ref]: https://example.org/", "", "See that (https://example.org/)."]
    assert plain(reader.finish()) == ["See [this][ref].", "", "That", *shown_as_it_stands]
    assert shown(before + after)[0] == "See this (https://example.org/)."


def test_half_a_link_definition_does_not_count() -> None:
    reader = Reader()
    reader.receive("[ref]: https://exa")
    reader.take()
    reader.look()
    reader.receive("mple.org/\n\n[ref]\n")
    assert plain(reader.finish()) == ["[ref]: https://example.org/", "", "ref (https://example.org/)"]


def test_a_string_of_many_lines_may_have_other_colours_while_it_streams() -> None:
    """An exception: what one rule of a lexer matches only when its end is there, after its beginning was settled."""
    short, long = (["awk '", *["print a"] * count, "' file"] for count in (UNSETTLED_LINES - 2, UNSETTLED_LINES + 1))
    for lines, same in ((short, True), (long, False)):
        texts = [line + "\n" for line in ["```bash", *lines, "```"]]
        streamed, whole = line_by_line(texts), at_once("".join(texts))
        assert plain(streamed) == plain(whole)
        assert (cells(streamed) == cells(whole)) is same


def test_a_lexer_without_rules_starts_over_in_long_code() -> None:
    """An exception: such a lexer does not tell what is still open at the beginning of a line."""
    short, long = (["a: |", *["  b: c"] * count] for count in (OLDEST_UNSETTLED_LINE - 2, OLDEST_UNSETTLED_LINE * 2))
    for lines, same in ((short, True), (long, False)):
        texts = [line + "\n" for line in ["```yaml", *lines, "```"]]
        streamed, whole = line_by_line(texts), at_once("".join(texts))
        assert plain(streamed) == plain(whole)
        assert (cells(streamed) == cells(whole)) is same
