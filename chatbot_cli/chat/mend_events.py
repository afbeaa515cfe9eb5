"""The event about a request that was not sent as it was set, since its server refuses that."""

from chatbot_cli.frozen import frozen


@frozen
class SentWithout:
    """The server of a `model` does not take a `field` as it was set. It was sent without it, or otherwise.

    That is under its `other` name, or as `sent`, one of the words that it `takes`. If only that `value` is refused,
    it is told, too.
    """

    field: str
    other: str
    model: str
    takes: tuple[str, ...] = ()
    sent: str = ""
    value: str = ""
