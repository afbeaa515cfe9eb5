"""Files that go with a message, in words and as a table."""

from collections.abc import Iterator, Sequence

from chatbot_cli.chat.attaching import tokens_of
from chatbot_cli.chat.attachments import Attachment
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import TokensUsed
from chatbot_cli.chat.setup import Setup
from chatbot_cli.text.chart import Chart, Column, Row
from chatbot_cli.text.counts import counted, dollars, megabytes
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.short import shorten

MOST_NAMED = 3  # files in a sentence
LONGEST_NAME = 60  # characters
COLUMNS = (
    Column("no.", right=True),
    Column("file", stretches=True, inside=True, least=12),
    Column("what it is", stretches=True, spared=True, least=14),
    Column("tokens", right=True),
)


def list_of_files(conversation: Conversation) -> Chart:
    """What goes with the next message: a row for each file, and the sum."""
    attached, setup = conversation.attached, conversation.setup
    rows = [
        Row((f"{number}", one_line(one.name), what_it_is(one), tokens_in_words((one,), setup)))
        for number, one in enumerate(attached, 1)
    ]
    takes = "/detach takes it out" if len(attached) == 1 else "/detach N takes one out, /detach all takes all"
    after = f"In all: {tokens_in_words(attached, setup)} tokens. {takes}."
    return Chart(COLUMNS, tuple(rows), "With your next message:", after)


def what_it_is(attachment: Attachment) -> str:
    """An attachment in a few words: "PNG, 1280×720, 412 kB", "PDF, 14 pages", "text, 120 lines"."""
    if attachment.is_text:
        lines = attachment.content.count(b"\n") + (not attachment.content.endswith(b"\n"))
        return one_line(attachment.made_from) or f"text, {counted(lines, 'line')}"
    kind = one_line(attachment.media_type.rpartition("/")[2].upper())
    parts = (kind, str(attachment.size or ""), _size(len(attachment.content)), one_line(attachment.made_from))
    return ", ".join(part for part in parts if part)


def _size(count: int) -> str:
    if count < 1_000:
        return counted(count, "byte")
    return f"{count // 1_000} kB" if count < 1_000_000 else megabytes(count)


def attached_lines(attached: Sequence[Attachment]) -> Iterator[str]:
    """A line for each file of an earlier message."""
    for one in attached:
        yield f"Attached: {shown_name(one)} ({what_it_is(one)})"


def what_was_attached(new: Sequence[Attachment], conversation: Conversation) -> str:
    """A sentence about files that wait for the next message from now on."""
    setup, waiting = conversation.setup, len(conversation.attached)
    tokens = f"{tokens_in_words(new, setup)} tokens"
    if len(new) == 1:
        sentence = f"Attached: {shown_name(new[0])} ({what_it_is(new[0])}, {tokens})."
    else:
        sentence = f"Attached: {counted(len(new), 'file')} ({names_of(new)}), {tokens}."
    if waiting > len(new):
        return f"{sentence} {waiting} files go with your next message; /attach lists them."
    return f"{sentence} {'It goes' if len(new) == 1 else 'They go'} with your next message."


def what_goes_along(attached: Sequence[Attachment], setup: Setup) -> str:
    """A sentence about the files that are sent with a message now. It may take a while: a price list is loaded."""
    tokens = tokens_alone(attached, setup)
    cost = None if setup.model.is_free else setup.model.prices.cost(TokensUsed(tokens, 0))
    price = f", about {dollars(cost.dollars)}" if cost and cost.dollars else ""
    sum_of_all = f"{tokens_in_words(attached, setup)} tokens{price}"
    if len(attached) == 1:
        return f"With {shown_name(attached[0])}: {what_it_is(attached[0])}, {sum_of_all}."
    return f"With {names_of(attached)}: {sum_of_all}."


def names_of(attached: Sequence[Attachment]) -> str:
    """The names of files in a sentence: of many the first."""
    named = [shown_name(one) for one in attached[:MOST_NAMED]]
    if more := len(attached) - len(named):
        named.append(f"{more} more")
    *first, last = named
    return f"{', '.join(first)} and {last}" if first else last


def shown_name(attachment: Attachment) -> str:
    """The name of a file in a sentence."""
    return shorten(one_line(attachment.name), LONGEST_NAME) or "a file without a name"


def tokens_in_words(attached: Sequence[Attachment], setup: Setup) -> str:
    """The tokens of files, with a mark if they are an estimate, as those of images are."""
    about = "" if setup.counts_exactly and all(one.is_text for one in attached) else "~"
    return f"{about}{tokens_alone(attached, setup):,}"


def tokens_alone(attached: Sequence[Attachment], setup: Setup) -> int:
    """The tokens of files, without those of the message that they go with."""
    return tokens_of(attached, setup) - tokens_of((), setup)
