"""What may go with a message: checked before anything of it is kept or sent."""

from collections.abc import Iterable, Sequence

from chatbot_cli.chat.asking import limits_of
from chatbot_cli.chat.attachments import MOST_BYTES, MOST_IMAGES, Attachment
from chatbot_cli.chat.limits import REPLY_FRAMING_TOKENS
from chatbot_cli.chat.messages import question_message
from chatbot_cli.chat.setup import Setup
from chatbot_cli.errors import AttachmentRefused
from chatbot_cli.hints import action, setting
from chatbot_cli.text.counts import megabytes
from chatbot_cli.text.safe import one_line

FEW_TIMES = 4  # a window that is wider by more is hardly one that the model has
SEND_FEWER = "Send fewer of them, or smaller ones."


def tokens_of(attached: Sequence[Attachment], setup: Setup) -> int:
    """The tokens of a message that has these attachments and no text."""
    return setup.count(question_message("", tuple(attached)))


async def ready_to_count(attached: Iterable[Attachment], setup: Setup) -> None:
    """Wait until tokens are counted exactly, if there are so many that an estimate could refuse what fits.

    For the same reason the server is asked how many it holds.
    """
    if sum(len(one.content) for one in attached if one.is_text) > limits_of(setup).room:
        await setup.model.counter.ready()
        if setup.model.server_window.may_tell:
            await setup.model.server_window.ask()


def check_attached(attached: Sequence[Attachment], setup: Setup) -> None:
    """Raise AttachmentRefused if a message cannot have all of these: they are too many, too large, or too long."""
    images = sum(one.is_image for one in attached)
    if images > MOST_IMAGES:
        raise AttachmentRefused(f"These are {images:,} images, and a request may have {MOST_IMAGES}.", SEND_FEWER)
    if (size := bytes_sent_beside(attached)) > MOST_BYTES:
        sentence = f"The files have {megabytes(size)} together, and a request may have {megabytes(MOST_BYTES)}."
        raise AttachmentRefused(sentence, SEND_FEWER)
    _check_tokens(attached, setup)


def bytes_sent_beside(attached: Sequence[Attachment]) -> int:
    """The bytes, as they are sent, of all that is no text."""
    return sum(one.bytes_sent for one in attached if not one.is_text)


def _check_tokens(attached: Sequence[Attachment], setup: Setup) -> None:
    limits, room = limits_of(setup), _room(setup)
    tokens = tokens_of(attached, setup)
    if tokens <= room:
        return
    largest = max(attached, key=lambda one: tokens_of((one,), setup))
    others = len(attached) > 1 and tokens_of((largest,), setup) <= room
    about = "" if setup.model.counter.exact else "about "
    who = "The files have" if others else f"{one_line(largest.name)} has"
    sentence = f"{who} {about}{tokens if others else tokens_of((largest,), setup):,} tokens"
    may_be_wider = not limits.are_learned and tokens <= FEW_TIMES * limits.tokens
    widen = f", or widen the window: {setting('max_context_tokens', _window(tokens, setup))}" if may_be_wider else ""
    raise AttachmentRefused(
        f"{sentence}, and a message to {one_line(setup.model.name)} has room for {max(0, room):,}.",
        f"Attach less{widen}. Or make a collection of it: {action('collect')}",
    )


def room_for_more(attached: Sequence[Attachment], setup: Setup) -> int:
    """The tokens that more attachments of the same message may have; a part is kept free for the question."""
    return max(0, _room(setup) * 7 // 8 - (tokens_of(attached, setup) if attached else 0))


def _room(setup: Setup) -> int:
    """The tokens that a message may have, beside what is always sent."""
    return limits_of(setup).room - REPLY_FRAMING_TOKENS - sum(map(setup.count, setup.head))


def _window(tokens: int, setup: Setup) -> str:
    return str(limits_of(setup).tokens_for(tokens + sum(map(setup.count, setup.head)) + REPLY_FRAMING_TOKENS))
