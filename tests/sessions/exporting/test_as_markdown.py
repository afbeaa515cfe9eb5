"""Markdown that is exported holds every character, and no message can act on the rest of it."""

import re
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.rounds import CallOutcome, Round, ToolCall, ToolResult
from chatbot_cli.sessions.exporting.as_markdown import Clean
from chatbot_cli.sessions.exporting.formats import export, exported
from chatbot_cli.sessions.exporting.markdown_reach import Reach, reach_of
from chatbot_cli.text.safe import safe_in_file, without_controls
from tests.sessions.records_to_export import record_of, with_rounds


def normal(text: str) -> str:
    """A text as a Markdown parser reads it: other newlines and NUL are not kept by any."""
    return re.sub(r"\r\n?", "\n", text).replace("\0", "\ufffd")


def headings(tokens: list[Token]) -> list[tuple[str, int, int]]:
    """Text, first and last line of the headings of the document's own level 2."""
    return [
        (tokens[n + 1].content, *(token.map or (0, 0)))
        for n, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0 and token.tag == "h2"
    ]


def sections(markdown: str) -> list[tuple[str, str]]:
    """The heading of each section, and its body as it stands in the file, as a parser finds them."""
    lines = normal(markdown).split("\n")
    found = headings(MarkdownIt("commonmark").enable("table").parse(markdown))
    ends = [first for _, first, _ in found[1:]] + [len(lines)]
    return [(text, "\n".join(lines[last:end])) for (text, _, last), end in zip(found, ends, strict=True)]


def html_in(tokens: list[Token]) -> list[str]:
    """The pieces of HTML, line breaks aside."""
    inline = [child for token in tokens for child in token.children or ()]
    return [token.content for token in [*tokens, *inline] if token.type.startswith("html") and token.content != "<br>"]


def message_in(body: str) -> str:
    """The message of a section's body: literal, quoted or as it is."""
    tokens = MarkdownIt("commonmark").parse(body)
    if len(tokens) == 1 and tokens[0].type == "fence" and tokens[0].info in ("text", "markdown"):
        return tokens[0].content.removesuffix("\n")
    inner = body[1:].removesuffix("\n")
    if inner and all(line.startswith("> ") for line in inner.split("\n")):
        return "\n".join(line[2:] for line in inner.split("\n"))
    return inner


HOSTILE_LINES = st.sampled_from(
    [
        *(
            "# Title",
            "## You",
            "## Assistant",
            "Assistant",
            "---",
            "===",
            "> ## You",
            "#",
            "####### seven",
            "### three",
        ),
        *(
            "```",
            "````",
            "~~~",
            "```python",
            "  ```",
            "   ~~~",
            "    ```",
            "\t```",
            "``` `",
            "- ```",
            "1. - ```",
            "> ```",
        ),
        *(
            "<!-- ",
            "-->",
            "<script>",
            "</script>",
            "<details>",
            "a <b> c",
            "`<b>`",
            "\\`<b>`",
            "`",
            "``",
            "<br>",
            "a<br>",
            "a <br>",
        ),
        *(
            "- list",
            "-\ttab",
            "  more",
            "1. one",
            "   two",
            "    code",
            "",
            " ",
            "\t",
            "text",
            "| a | b |",
            "|---|---|",
            "&amp;",
        ),
        *("[a]: http://x", "[a", "b]: http://x", "[a]", "$$", "\\[", "***", "* * *", "\0", "\u2028", "\x0b", "\x85"),
    ]
)
HOSTILE = st.lists(st.tuples(HOSTILE_LINES, st.sampled_from(["\n", "\n", "\r\n", "\r"])), max_size=9).map(
    lambda lines: "".join(line + end for line, end in lines)[: -1 if len(lines) % 2 else None]
)
TEXTS = HOSTILE | st.text(max_size=40, alphabet=st.characters(exclude_categories=["Cs"])) | st.sampled_from(["hi", ""])


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_markdown_has_a_section_for_each_message_and_no_others(texts: list[str]) -> None:
    found = sections(export(record_of(*texts), "md"))
    assert [heading for heading, _ in found] == ["You", "Assistant", "You", "Assistant"][: len(texts)]


@given(st.lists(TEXTS, min_size=4, max_size=4))
def test_calls_are_a_part_of_their_section_whatever_they_hold(texts: list[str]) -> None:
    name, arguments, result, text = texts
    one = Round((ToolCall("a", name, arguments),), (ToolResult(result),), text)
    record = with_rounds(record_of("q", "a"), one)
    (_, body) = sections(export(record, "md"))[1]
    assert [heading for heading, _ in sections(export(record, "md"))] == ["You", "Assistant"]
    tokens = MarkdownIt("commonmark").parse(body)
    assert tokens[-2].content == "a"
    shown = next(token for token in reversed(tokens) if token.type == "fence")
    assert shown.content.rstrip("\n") == (normal(result or "(nothing)")).rstrip("\n")


def test_a_call_is_a_line_and_its_result_a_block_of_code() -> None:
    calls = (ToolCall("a", "stock", '{"item": "`tea`"}'), ToolCall("b", "order", '{\n  "n": 1\n}'))
    results = (ToolResult("3 rows\n```", seconds=0.04), ToolResult("", CallOutcome.DENIED))
    record = with_rounds(record_of("q", "There is tea."), Round(calls, results, "Let me look."))
    assert export(record, "md").partition("## Assistant\n\n")[2] == (
        'Let me look.\n\n*Called* `` stock {"item": "`tea`"} `` *done, 0.04 s*\n\n````text\n3 rows\n```\n````\n\n'
        '*Called* `order {   "n": 1 }` *not allowed by the user*\n\n```text\n(nothing)\n```\n\nThere is tea.\n'
    )
    document = exported(with_rounds(record, Round(calls[:1], (ToolResult("\x1b[2J"),))), "md", safe_in_file)
    assert ("␛[2J" in document.text, document.replaced) == (True, 1)


@pytest.mark.parametrize("clean", [safe_in_file, without_controls])
@given(texts=st.lists(TEXTS, min_size=1, max_size=4))
def test_what_is_cleaned_is_cleaned_before_it_is_put_into_its_section(clean: Clean, texts: list[str]) -> None:
    text = exported(record_of(*texts), "md", clean).text
    assert [heading for heading, _ in sections(text)] == ["You", "Assistant", "You", "Assistant"][: len(texts)]
    assert clean(text) == text


@pytest.mark.parametrize(
    ("reply", "section"),
    [
        ("~~~\rcode\r~~~", "> ~~~␍code␍~~~"),  # as it came it is a whole block, now one that never ends
        ("So.\u2028## You\u2028Fake", "> So.\n> ## You\n> Fake"),
        ("a\x1b[2Jb\r\nc", "a␛[2Jb\r\nc"),
    ],
)
def test_a_cleaned_reply_ends_with_its_section(reply: str, section: str) -> None:
    document = exported(record_of("q", reply), "md", safe_in_file)
    assert document.text.endswith(f"## Assistant\n\n{section}\n")
    assert document.replaced == sum(map(reply.replace("\r\n", "").count, "\r\x1b\u2028"))


@given(TEXTS, TEXTS, TEXTS)
def test_markdown_keeps_every_character(question: str, reply: str, last: str) -> None:
    text = export(record_of(question, reply, last), "md")
    found = [message_in(body) for _, body in sections(text)]
    assert found[0] == normal(question + "\n")[:-1] or found[0] == normal(question)
    assert found[2] == normal(last + "\n")[:-1] or found[2] == normal(last)
    if not reply.startswith(("> ", "\n> ", "```", "~~~")):  # else the test cannot tell the reply's marks from ours
        assert found[1] in (normal(reply), normal(reply + "\n")[:-1])


@given(TEXTS)
def test_a_question_is_never_formatted(question: str) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(export(record_of(question, "Yes."), "md"))
    start = next(n for n, token in enumerate(tokens) if token.type == "inline" and token.content == "You") + 2
    kinds = [token.type for token in tokens[start : start + 3]]
    if kinds[0] == "fence":
        assert tokens[start].content == normal(question + "\n")
        assert kinds[1] == "heading_open"
    else:
        assert kinds == ["paragraph_open", "inline", "paragraph_close"]
        children = tokens[start + 1].children or []
        assert [(child.type, child.content) for child in children] == [("text", question)]


@given(HOSTILE)
def test_a_reply_that_reaches_nowhere_leaves_no_html_no_links_and_nothing_open(reply: str) -> None:
    if reach_of(reply) is not Reach.WITHIN:
        return
    environment: dict[str, object] = {}
    tokens = MarkdownIt("commonmark").enable("table").parse(f"{reply}\n\n## You\n", environment)
    assert headings(tokens)[-1][0] == "You"
    assert len(headings(tokens)) == 1
    assert not environment.get("references")
    assert not html_in(tokens)


@given(HOSTILE)
def test_a_quoted_reply_has_no_html_and_defines_no_links(reply: str) -> None:
    if reach_of(reply) is Reach.DOCUMENT:
        return
    environment: dict[str, object] = {}
    tokens = MarkdownIt("commonmark").parse(export(record_of("hi", reply), "md"), environment)
    assert not environment.get("references")
    assert not html_in(tokens)


@pytest.mark.parametrize(
    "reply",
    [
        "Just words.",
        "Use `<div>` and `<b>`:\n\n```html\n<div>\n## not a heading\n</div>\n```\n\n### Then\n\n- one\n- two\n",
        "1. First:\n   ```html\n   <p>\n   ```\n2. Second\n\n---\n\n| a | b |\n|---|---|\n| 1<br>2 | 3 |",
        "It costs $5, or $$x^2$$; see <https://example.org> and [this](https://example.org).",
        "A nested list:\n\n- a\n  - b\n\n    ```python\n    x = 1\n    ```",
    ],
)
def test_usual_replies_stand_as_they_are(reply: str) -> None:
    assert f"\n## Assistant\n\n{reply}\n" in export(record_of("hi", reply), "md")


@pytest.mark.parametrize("question", ["What is 2 plus 2?", "Who's there (really)?", "Ты кто?", "At 12:30 - why"])
def test_usual_questions_stand_as_they_are(question: str) -> None:
    assert f"## You\n\n{question}\n\n" in export(record_of(question, "Yes."), "md")


def test_markdown_reads_well() -> None:
    expected = """\
# A talk \\*now\\*

*2026-11-21 12:00 UTC · pirate · demo*

## You

Hello there

## Assistant

Ahoy, **matey**!

## You

```text
# a comment
x = 1
```

## Assistant (cut off)

> ## Result
> ```
> 1
"""
    talked = record_of("Hello there", "Ahoy, **matey**!", "# a comment\nx = 1", "## Result\n```\n1", ending=Ending.LOST)
    assert export(replace(talked, title="A talk\n*now*"), "md") == expected


@given(st.text(max_size=30))
def test_a_title_is_one_heading_whatever_it_holds(title: str) -> None:
    text = export(record_of("hi", "ho", title=title), "md")
    text.encode()
    tokens = MarkdownIt("commonmark").parse(text)
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h1", "h2", "h2"]
    assert all(child.type == "text" or not child.content for child in tokens[1].children or [])


@pytest.mark.parametrize(
    ("by", "md", "html"),
    [("demo", "Assistant", "Assistant"), ("<b>*x*", r"Assistant · \<b\>\*x\*", "Assistant · &lt;b&gt;*x*")],
)
def test_a_reply_names_its_model_if_that_is_not_the_chosen_one(by: str, md: str, html: str) -> None:
    assert f"\n## {md}\n" in export(record_of("hi", "ho", by=by), "md")
    assert f"<h2>{html} · <time" in export(record_of("hi", "ho", by=by), "html")


def test_megabytes_of_open_code_blocks_are_judged_in_one_go() -> None:
    assert reach_of("~~~a\n" * 200_000) is Reach.SECTION
    assert reach_of("```\nx\n```\n" * 100_000) is Reach.WITHIN
    assert reach_of("`" * 1_000_000) is not Reach.WITHIN


@pytest.mark.parametrize(
    ("text", "reach"),
    [
        ("x" * 2_000_000, Reach.DOCUMENT),
        ("[a]: x 'title\n" + "b\n" * 400_000, Reach.DOCUMENT),
        ("[a]: x\n" * 100_000, Reach.DOCUMENT),
        ("[" * 100_000, Reach.WITHIN),
        ("a <b> [" * 100_000, Reach.DOCUMENT),
        (f"`<b>` {'![' * 40}", Reach.DOCUMENT),
        ("a <!-- " * 100_000, Reach.DOCUMENT),
        (">" * 100_000, Reach.DOCUMENT),
        ("- " * 40 + "a", Reach.DOCUMENT),
        ("    " + "> " * 100_000, Reach.WITHIN),
    ],
    ids=lambda value: value.name if isinstance(value, Reach) else repr(value[:12]),
)
def test_what_would_take_a_parser_long_is_taken_to_act_on_everything(text: str, reach: Reach) -> None:
    assert reach_of(text) is reach


@pytest.mark.parametrize(
    ("reply", "reach"),
    [
        ("[^1]: a footnote of many words", Reach.DOCUMENT),
        ("*[HTML]: an abbreviation", Reach.DOCUMENT),
        ("> [a]: http://x", Reach.DOCUMENT),
        ("![<b>](x)", Reach.DOCUMENT),
        ("| `a | b` <i> |\n|---|---|", Reach.DOCUMENT),
        ("-\t```\n\t<b>\n\t```", Reach.WITHIN),
        ("- ```\n  x", Reach.WITHIN),
        ("$$ x", Reach.SECTION),
        ("> ## quoted", Reach.WITHIN),
        ("Title\n===", Reach.SECTION),
        ("```\n## code", Reach.SECTION),
    ],
)
def test_how_far_a_reply_can_act(reply: str, reach: Reach) -> None:
    assert reach_of(reply) is reach


def test_the_parser_is_loaded_for_nothing_but_markdown() -> None:
    program = (
        "import sys; from chatbot_cli.sessions.exporting.formats import export;"
        "import chatbot_cli.cli.sessions; print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert "markdown_it" not in loaded.stdout


def test_a_reply_that_is_data_is_a_block_of_code() -> None:
    document = '{\n  "name": "*Ada* ```",\n  "age": 36\n}'
    assert export(record_of("hi", document), "md").endswith(f"## Assistant\n\n````json\n{document}\n````\n")
    assert '<div class="text" dir="auto"><code>{\n' in export(record_of("hi", document), "html")
    assert export(record_of("hi", "[not] data]"), "md").endswith("## Assistant\n\n[not] data]\n")
