"""The sources of a reply on the full screen: those that are cited, as links, and what in the reply is not so."""

from collections.abc import Sequence

from rich.console import Console
from rich.segment import Segment
from rich.style import Style

from chatbot_cli.chat.document_events import SourcesCited
from chatbot_cli.chat.messages import Exchange
from chatbot_cli.commands.source_report import account_of, cited_in, cited_lines, doubts_about
from chatbot_cli.system.file_names import as_link
from chatbot_cli.terminal.markdown.view import Line
from chatbot_cli.terminal.program_lines import message_lines
from chatbot_cli.text.signs import INDENT


def source_lines(console: Console, event: SourcesCited) -> list[Line]:
    """How many passages were sent, a line for each that is cited, and one for what is not so."""
    lines = message_lines(console, account_of(event))
    for passage, text in cited_lines(event):
        lines += _linked(message_lines(console, text, sign=INDENT), as_link(passage.path))
    for doubt in doubts_about(event.citations):
        lines += message_lines(console, doubt, "problem", sign=INDENT)
    return lines


def recalled_sources(console: Console, exchange: Exchange) -> list[Line]:
    """The same of an earlier exchange; nothing if it was not answered from documents."""
    return source_lines(console, cited_in(exchange)) if exchange.sources else []


def _linked(lines: Sequence[Line], address: str) -> list[Line]:
    """The lines as a link, which many terminals open; as they are without an address."""
    if not address:
        return list(lines)
    link = Style(link=address)
    return [[_link(segment, link) for segment in line] for line in lines]


def _link(segment: Segment, link: Style) -> Segment:
    return Segment(segment.text, segment.style + link if segment.style else link) if segment.text.strip() else segment
