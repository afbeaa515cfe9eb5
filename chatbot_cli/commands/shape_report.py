"""What happens to an answer as data, in words: a server that takes no schema, and a reply that is not valid."""

from chatbot_cli.chat.events import AskedAgain, SteppedDown
from chatbot_cli.chat.shape import Level, Shape
from chatbot_cli.text.safe import one_line
from chatbot_cli.text.short import shorten, shorten_foreign

LONGEST = 160  # characters of a schema, and of the first problem in a notice

_TOLD = {
    Level.OBJECT: "The server takes no schema; it is told to answer in JSON, and the model is told it in words.",
    Level.WORDS: "The server has no JSON mode; the model is told the schema in words.",
}


def what_data(shape: Shape) -> str:
    """What the user called the data, and whether it is a list."""
    return f"{'a list of ' if shape.many else ''}{shorten(one_line(shape.label), LONGEST)}"


def what_stepped_down(event: SteppedDown) -> str:
    """That the server refuses the surer way, and which one is gone instead."""
    return _TOLD.get(event.level, "")


def what_is_asked_again(event: AskedAgain) -> str:
    """That the reply was not valid, the first reason, and that another one is asked for."""
    first, *others = event.problems or ("",)
    more = f" and {len(others)} more" if others else ""
    reasons = f" ({shorten_foreign(first, LONGEST)}{more})" if first else ""
    return f"The reply was not valid{reasons}; asked once more."
