"""What a server does not take of a request, in words."""

from chatbot_cli.chat.mend_events import SentWithout
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.short import LONGEST_NAME, shorten

LONGEST_VALUE = 40  # characters
_CALLED = {"reasoning_effort": "effort", "output_config.effort": "effort", "stop_sequences": "stop"}


def what_was_not_sent(event: SentWithout) -> str:
    """What was left out of a request, or how it was sent instead."""
    model, field = shorten(one_line(event.model), LONGEST_NAME), _CALLED.get(event.field, event.field)
    if event.takes:
        words = ", ".join(one_line(word) for word in event.takes)
        return f"{model} takes {words} as {one_line(field)}: sent {one_line(event.sent)}."
    if event.other:
        return f"{model} takes no {one_line(field)}: sent as {one_line(event.other)}."
    value = f" of {shorten(one_line(event.value), LONGEST_VALUE)}" if event.value else ""
    return f"{model} takes no {one_line(field)}{value}: sent without."
