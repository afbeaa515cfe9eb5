"""What the front doors say beside a reply, with the sign of the screens: `tell` prints a message on a stream."""

from chatbot_cli.terminal.messages import tell

__all__ = ["tell"]
