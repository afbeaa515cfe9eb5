"""The events of a turn that is answered from documents."""

from chatbot_cli.chat.passages import Citations, Retrieved
from chatbot_cli.frozen import frozen


@frozen
class PassagesFound:
    """The question is about to be sent with these passages; or with none, if nothing fits it.

    After a refusal it comes again, with fewer of them.
    """

    retrieved: Retrieved


@frozen
class SourcesCited:
    """The reply is whole, and these are its citations."""

    citations: Citations


DocumentEvent = PassagesFound | SourcesCited
