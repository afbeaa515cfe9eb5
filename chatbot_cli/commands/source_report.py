"""The sources of a reply in words: what was found, what is cited, and what of it is not so. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from chatbot_cli.chat.document_events import PassagesFound, SourcesCited
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.passages import Citations, Passage, Standing, Unit
from chatbot_cli.text.counts import counted
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.short import shorten_foreign

LONGEST_QUOTED = 60  # characters of a quotation that stands nowhere
MOST_NAMED = 9  # numbers in a sentence


def what_was_found(event: PassagesFound) -> str:
    """Sentences about a search, marked as hints are: that nothing fits, and what is to be known; mostly empty."""
    found, sentences = event.retrieved, []
    if not found.passages and found.left_out:
        sentences.append(f"{counted(found.left_out, 'passage')} would fit the question, and there is no room for any.")
    elif not found.passages and found.documents:
        noun = counted(found.documents, "document")
        sentences.append(f"Nothing in {noun} fits." if found.documents > 1 else "Nothing in the document fits.")
    elif not found.passages and not found.notes:
        sentences.append("There are no documents to answer from.")
    return " ".join((*sentences, *found.notes))


def cited_in(exchange: Exchange) -> SourcesCited:
    """What an earlier reply cites. Nothing is known of its documents now."""
    from chatbot_cli.chat.citations import citations_in  # imported here: most chats have no documents

    return SourcesCited(citations_in(exchange.assistant, exchange.sources, exchange.user), sent=exchange.sources)


def how_many(sent: Sequence[Passage]) -> str:
    """How many passages there are, of how many documents."""
    documents = len({(one.collection, one.path, one.name) for one in sent})
    return f"{counted(len(sent), 'passage')} from {counted(documents, 'document')}"


def account_of(event: SourcesCited) -> str:
    """One line: "5 passages from 3 documents · [1] [2] cited"."""
    numbers = " ".join(f"[{one.number}]" for one in event.citations.cited)
    return f"{how_many(event.sent)} · {numbers or 'none'} cited"


def account_in_a_sentence(event: SourcesCited) -> str:
    """The same for somebody who listens."""
    cited = event.citations.cited
    return f"{how_many(event.sent)}; {f'{len(cited)} of them cited:' if cited else 'none of them is cited.'}"


def cited_lines(event: SourcesCited, *, with_paths: bool = False) -> Iterator[tuple[Passage, str]]:
    """The passages that are cited, each with its line: "[2] notes/setup.md:12 (changed since)".

    What is quoted of a passage is there; if nothing is, the passage begins there.
    `with_paths` they are named by the path of the file, for editors.
    """
    cited = event.citations.cited
    standings = event.standings or (Standing.SAME,) * len(cited)
    firsts = event.citations.firsts or tuple(one.place.first for one in cited)
    for one, standing, first in zip(cited, standings, firsts, strict=True):
        mark = f" ({standing.value})" if standing.value else ""
        there = replace(one, place=replace(one.place, first=first))
        yield one, f"[{one.number}] {one_line(path_of(there) if with_paths else there.at)}{mark}"


def path_of(passage: Passage) -> str:
    """Where a passage is, by the path of its file: "/home/ada/notes/setup.md:12"."""
    if not passage.path:
        return passage.at
    if passage.place.unit is Unit.LINE:
        return f"{passage.path}:{passage.place.first}"
    return f"{passage.path}{passage.at.removeprefix(passage.name)}"


def doubts_about(citations: Citations) -> Iterator[str]:
    """A sentence for what is not so: numbers that were not sent, quotations that stand nowhere."""
    if unknown := citations.unknown:
        named = [f"[{number}]" for number in unknown[:MOST_NAMED]]
        if more := len(unknown) - len(named):
            named.append(f"{more} more")
        *first, last = named
        both = f"{', '.join(first)} and {last}" if first else last
        if len(unknown) == 1:
            yield f"{both} was not sent: there is no such passage."
        else:
            yield f"{both} were not sent: there are no such passages."
    for quotation in citations.misquoted[:MOST_NAMED]:
        yield f"Quoted, but not found in the passages: “{shorten_foreign(quotation, LONGEST_QUOTED)}”"
    if (more := len(citations.misquoted) - MOST_NAMED) > 0:
        yield f"{counted(more, 'quotation')} more not found."
