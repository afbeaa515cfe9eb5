"""HTML that is exported holds every text, and nothing that acts."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.rounds import UNANSWERED, Round, ToolCall, ToolResult
from chatbot_cli.sessions.exporting.formats import export
from tests.sessions.records_to_export import record_of, with_rounds


class Page(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.title = ""
        self._within: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {f"{tag} {name}" for name, _ in attrs}
        if tag != "meta":
            self._within.append("text" if ("class", "text") in attrs else tag)
            if ("class", "text") in attrs:
                self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._within.pop()

    def handle_data(self, data: str) -> None:
        if self._within[-1:] == ["text"]:
            self.texts[-1] += data
        if self._within[-1:] == ["title"]:
            self.title += data


TAGS = {"html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2", "p", "time", "article", "div"}
INJECTIONS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title><script>alert(1)</script>",
    "</style></div></article><b onclick='x'>",
    "&lt;b&gt; &#60; &amp",
    "<!-- ]]> -->",
]
ANY_TEXT = st.text(
    max_size=40, alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cf"]) | st.sampled_from("\r\n\t<&")
)


@given(st.lists(ANY_TEXT | st.sampled_from(INJECTIONS), max_size=4), ANY_TEXT | st.sampled_from(INJECTIONS))
def test_html_holds_every_text_and_nothing_else(texts: list[str], title: str) -> None:
    record = replace(record_of(*texts, title=title), setup={"persona": title, "model": title})
    page = Page(export(record, "html"))
    assert page.texts == texts
    assert page.title == (" ".join(title.split()) or "Conversation")
    assert set(page.tags) <= TAGS
    assert page.attributes <= {
        *("html lang", "meta charset", "meta http-equiv", "meta content", "meta name", "h1 dir", "p class"),
        *("article class", "div class", "div dir", "time datetime"),
    }


def test_html_loads_nothing() -> None:
    html = export(record_of("hi", "ho"), "html")
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\"" in html
    assert "url(" not in html
    assert "@import" not in html
    assert "http:" not in html
    assert "https:" not in html


def test_html_shows_what_it_cannot_hold() -> None:
    html = export(record_of("\0a\x1b[31m\x7f\x85\u202eb\ud83d\U000e0041", "\ttab\r\nline"), "html")
    html.encode()
    assert Page(html).texts == ["␀a␛[31m␡‹85›‹RLO›b‹D83D›‹tag 41›", "\ttab\r\nline"]


@pytest.mark.parametrize(
    ("ending", "told"),
    [
        (Ending.COMPLETE, ""),
        (Ending.STOPPED, "This reply was stopped: the line broke"),
        (Ending.LENGTH, "This reply was cut at its token limit: the line broke"),
        (None, "This reply was not finished"),
    ],
)
def test_html_says_how_a_reply_ended(ending: Ending | None, told: str) -> None:
    found = re.findall(r'<p class="ending">(.*?)</p>', export(record_of("hi", "ho", ending=ending), "html"))
    assert found == ([told] if told else [])


@pytest.mark.parametrize("text", INJECTIONS)
def test_calls_are_folded_and_nothing_of_them_acts(text: str) -> None:
    calls = (ToolCall("a", text, text), ToolCall("b", "order", "{}"))
    html = export(with_rounds(record_of("q", "a"), Round(calls, (ToolResult(f"{text}\x1b"), UNANSWERED), text)), "html")
    page = Page(html)
    assert {*page.tags} <= TAGS | {"details", "summary", "code"}
    assert html.count("<summary><code>") == 1
    assert "<code>order {}</code> unknown: it may have run, but its result was not kept</p>" in html
    assert page.texts[1] == text
    assert "script" not in page.tags
    assert "␛" in html
