"""Markdown as it arrives looks as it would have looked whole."""

import io
import random

import pytest
from rich.console import Console

from chatbot_cli.terminal.look import THEME
from chatbot_cli.terminal.markdown_stream import MarkdownStream, whole_document
from chatbot_cli.terminal.markdown_view import Line, lines_of

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


def console(width: int = 60) -> Console:
    return Console(file=io.StringIO(), width=width, theme=THEME, force_terminal=True, color_system="standard")


def plain(lines: list[Line]) -> list[str]:
    return ["".join(segment.text for segment in line) for line in lines]


def shown(text: str, width: int = 60) -> list[str]:
    return plain(lines_of(whole_document(text), console(width)))


@pytest.mark.parametrize("seed", range(40))
def test_blocks_finished_while_streaming_add_up_to_the_whole(seed: int) -> None:
    chance = random.Random(seed)
    stream, target, collected = MarkdownStream(), console(chance.randint(20, 120)), list[Line]()

    def collect(lines: list[Line]) -> None:
        collected.extend(([[]] if collected and lines else []) + lines)

    rest = EVERYTHING
    while rest:
        size = chance.randint(1, 25)
        stream.feed(rest[:size])
        rest = rest[size:]
        collect(lines_of(stream.take_finished(), target))
        stream.open_blocks()  # a paint in between changes nothing
    collect(lines_of(stream.finish(), target))
    assert collected == lines_of(whole_document(EVERYTHING), target)


def test_a_partial_line_is_shown_but_decides_nothing() -> None:
    stream = MarkdownStream()
    stream.feed("A paragraph\n-")
    assert stream.take_finished() == []
    assert plain(lines_of(stream.open_blocks(), console()))[0] == "A paragraph"
    stream.feed("--\n\nnext\n")
    assert [block[0].type for block in stream.take_finished()] == ["heading_open"]


def test_an_unclosed_fence_is_code() -> None:
    assert shown("```python\nx = 1\n") == ["x = 1"]


def test_code_is_copied_as_it_is() -> None:
    assert shown("```\n    four\nnone   \n```") == ["    four", "none"]


def test_links_show_where_they_lead() -> None:
    assert shown("[bank](https://evil.example)") == ["bank (https://evil.example)"]
    assert shown("<https://example.org>") == ["https://example.org"]
    assert shown("![a cat](cat.png)") == ["[image: a cat] (cat.png)"]


def test_raw_html_and_square_brackets_are_text() -> None:
    assert shown("<b>bold</b> [red]x[/red] [/INST]") == ["<b>bold</b> [red]x[/red] [/INST]"]


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
    assert stream.open_blocks() == []
    stream.feed("\nHello.\n")
    assert plain(lines_of([*stream.take_finished(), *stream.finish()], console())) == ["Hello."]
    assert MarkdownStream().finish() == []
