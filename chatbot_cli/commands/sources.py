"""The command /sources: the passages that a reply was answered from."""

import re
from collections.abc import Iterator, Sequence

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.messages import Exchange, Message
from chatbot_cli.chat.passages import Passage, Standing, Unit, Why
from chatbot_cli.commands.outcomes import OpenSource, Outcome, Say, Show
from chatbot_cli.commands.registry import Commands, quoted, whole_number
from chatbot_cli.commands.source_report import cited_in, doubts_about, how_many, path_of
from chatbot_cli.errors import UsageError
from chatbot_cli.text.chart import Chart, Column, Row
from chatbot_cli.text.counts import counted
from chatbot_cli.text.safe import one_line, safe

OPEN = "open"
HOW_ON = "/sources 1 shows a text, /sources open 1 opens its file there."
MOST_LOOKED_AT = 50  # exchanges, the last ones, for one that has sources
_OF_EXCHANGE = r"(?:^|\s)of\s+(\S+)\s*$"
_COLUMNS = (
    Column(),
    Column("passage", stretches=True, least=12, inside=True),
    Column("under", stretches=True, spared=True, least=16),
    Column("tokens", right=True),
    Column("score", right=True, spared=True),
    Column("why", spared=True),
    Column(),
)

WHY = {
    Why.WORDS: "words",
    Why.MEANING: "meaning",
    Why.BOTH: "both",
    Why.CITED: "cited before",
    Why.WHOLE: "all is sent",
}
CITED = "•"
LEAST_SCORE = 0.005  # that is shown
NOW = {Standing.CHANGED: "changed", Standing.GONE: "deleted", Standing.UNKNOWN: "unknown"}

source_commands = Commands()


@source_commands.command("/sources [N]", example="/sources open 2", choices=lambda conversation: _choices(conversation))
def sources(conversation: Conversation, argument: str) -> Outcome:
    """List the passages of the last reply.

    /sources 2 shows the text of the second one, /sources open 2 opens its file there, in $VISUAL or $EDITOR.
    /sources of 3 and /sources 2 of 3 are about the exchange 3, as /history counts.
    """
    asked = re.search(_OF_EXCHANGE, argument)
    number, exchange = _exchange(conversation, asked[1] if asked else "")
    rest = (argument[: asked.start()] if asked else argument).strip()
    opens, _, after = rest.partition(" ")
    if opens == OPEN:
        if not after.strip():
            raise UsageError("/sources open wants the number of a passage.", "For example: /sources open 2")
        passage = _passage(exchange, after.strip())
        citations = cited_in(exchange).citations
        lines = {one.number: first for one, first in zip(citations.cited, citations.firsts, strict=True)}
        return OpenSource(passage, lines.get(passage.number, passage.place.first))
    if rest:
        passage = _passage(exchange, rest)
        return Say(text_of(passage, _standings(conversation, (passage,))[0]))
    return Show(_chart(conversation, number, exchange))


def text_of(passage: Passage, standing: Standing = Standing.SAME) -> str:
    """A passage as it was sent: where it is, the headings above it, and its text with the numbers of its lines."""
    about = [f"[{passage.number}] {one_line(path_of(passage))}"]
    if passage.headings:
        about.append(" › ".join(map(one_line, passage.headings)))
    if passage.place.unit is Unit.LINE and passage.place.first != passage.place.last:  # others are told whole
        about.append(str(passage.place))
    if standing.value:
        about.append(standing.value)
    return "\n".join((" · ".join(about), *_numbered(passage)))


def _numbered(passage: Passage) -> Iterator[str]:
    """Its lines; with their numbers, if they are those of the file."""
    lines, place = safe(passage.text).rstrip("\n").expandtabs(4).split("\n"), passage.place
    if place.unit is not Unit.LINE or len(lines) != place.last - place.first + 1:
        yield from lines
        return
    width = len(str(place.last))
    for number, line in enumerate(lines, place.first):
        yield f"{number:{width}}  {line}".rstrip()


def _exchange(conversation: Conversation, asked: str) -> tuple[int, Exchange]:
    """The exchange that is asked for, the last one if none is, with its number. Raises UsageError."""
    exchanges = conversation.exchanges
    if not exchanges:
        raise UsageError("There is no reply yet.", "Ask something first.")
    number = whole_number("sources", asked) if asked else len(exchanges)
    if number > len(exchanges):
        has = counted(len(exchanges), "exchange")
        raise UsageError(f"There is no exchange {number:,}: the conversation has {has}.", "/history shows them.")
    exchange = exchanges[number - 1]
    if exchange.sources:
        return number, exchange
    which = f"The reply {number:,}" if asked else "The last reply"
    earlier = next(_with_sources(conversation), 0)
    hint = f"/sources of {earlier} lists those of an earlier one." if earlier else "/docs lists your documents."
    raise UsageError(f"{which} was not answered from documents.", hint)


def _with_sources(conversation: Conversation) -> Iterator[int]:
    """The numbers of the last exchanges that have sources, the last one first."""
    count = len(conversation.exchanges)
    for number in range(count, max(0, count - MOST_LOOKED_AT), -1):
        if conversation.exchanges[number - 1].sources:
            yield number


def _passage(exchange: Exchange, asked: str) -> Passage:
    """The passage of a number. Raises UsageError."""
    number = whole_number("sources", asked.removeprefix("[").removesuffix("]"))
    for one in exchange.sources:
        if one.number == number:
            return one
    count = len(exchange.sources)
    were = "one passage was" if count == 1 else f"{count:,} passages were"
    raise UsageError(f"There is no passage {quoted(asked)}: {were} sent.", "/sources lists them.")


def _standings(conversation: Conversation, passages: Sequence[Passage]) -> Sequence[Standing]:
    documents = conversation.documents
    return documents.standing(passages) if documents else (Standing.SAME,) * len(passages)


def _chart(conversation: Conversation, number: int, exchange: Exchange) -> Chart:
    citations = cited_in(exchange).citations
    standings = _standings(conversation, exchange.sources)
    rows = [
        _row(conversation, one, standing, is_cited=one in citations.cited)
        for one, standing in zip(exchange.sources, standings, strict=True)
    ]
    before = f"Exchange {number:,}: {how_many(exchange.sources)}"
    after = "\n".join((*doubts_about(citations), *([f"{CITED} is cited."] if citations.cited else []), HOW_ON))
    return Chart(_COLUMNS, tuple(rows), before, after)


def _row(conversation: Conversation, one: Passage, standing: Standing, *, is_cited: bool) -> Row:
    tokens = conversation.setup.count(Message("user", one.text))
    score = f"{one.score:.2f}" if one.score >= LEAST_SCORE else ""  # in a tiny collection it tells nothing
    under = one.headings[-1] if one.headings else ""  # those above it are with the text
    mark = f"{CITED if is_cited else ' '} [{one.number}]"
    cells = (mark, one.at, under, f"{tokens:,}", score, WHY[one.why], NOW.get(standing, ""))
    return Row(cells, quiet=not is_cited)


def _choices(conversation: Conversation) -> Iterator[tuple[str, str]]:
    if not (number := next(_with_sources(conversation), 0)):
        return
    of = "" if number == len(conversation.exchanges) else f" of {number}"
    passages = conversation.exchanges[number - 1].sources
    for one in passages:
        yield f"{one.number}{of}", one_line(one.at)
    for one in passages:
        yield f"{OPEN} {one.number}{of}", one_line(one.at)
