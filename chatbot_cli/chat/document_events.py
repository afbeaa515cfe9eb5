"""The events of a turn that is answered from documents."""

from chatbot_cli.chat.passages import Citations, Passage, Retrieved, Standing
from chatbot_cli.frozen import frozen


@frozen
class Searching:
    """The documents of these collections are about to be searched."""

    names: tuple[str, ...]


@frozen
class PassagesFound:
    """The question is about to be sent with these passages; or with none, if nothing fits it.

    After a refusal it comes again, with fewer of them. If the turn continues a reply, they are those that it had.
    """

    retrieved: Retrieved


@frozen
class SourcesCited:
    """The reply is whole, and these are its citations.

    `standings` tell what has become of the documents of the passages that it cites, in their order. `sent` are all
    passages that the question was sent with.
    """

    citations: Citations
    standings: tuple[Standing, ...] = ()
    sent: tuple[Passage, ...] = ()


DocumentEvent = Searching | PassagesFound | SourcesCited
