"""The sources of a reply in words, for the formats that people read (pure)."""

from collections.abc import Sequence
from dataclasses import replace

from chatbot_cli.chat.citations import citations_in
from chatbot_cli.chat.passages import Passage
from chatbot_cli.sessions.records import MessageRecord
from chatbot_cli.text.counts import counted


def cited_in(message: MessageRecord) -> Sequence[Passage]:
    """The passages that a reply cites, in the order of their numbers; each begins where it is quoted, if it is."""
    if not (sources := message.reply.sources if message.reply else ()):
        return ()
    citations = citations_in(message.content, sources)
    cited = (
        replace(one, place=replace(one.place, first=first))
        for one, first in zip(citations.cited, citations.firsts, strict=True)
    )
    return sorted(cited, key=lambda one: one.number)


def source_line(one: Passage) -> str:
    """A passage as its number and its place, with the headings that it stands under."""
    return " · ".join((f"[{one.number}] {one.at}", *([" › ".join(one.headings)] if one.headings else [])))


def how_many_sent(message: MessageRecord) -> str:
    """How many passages a reply was sent, and how many of them it does not cite; empty if it cites all."""
    sent, cited = len(message.reply.sources) if message.reply else 0, len(cited_in(message))
    if sent == cited:
        return ""
    passages = counted(sent, "passage")
    return f"{passages} sent, {sent - cited} not cited" if cited else f"{passages} sent, none cited"
