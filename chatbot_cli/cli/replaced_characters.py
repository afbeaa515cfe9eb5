"""Characters that stdout cannot encode: "?" is written for each, and said at the end."""

import codecs
import io
import sys

from chatbot_cli.app.messages import tell

HANDLER = "chat-replaces"


class ReplacedCharacters:
    """Writes "?" for each character that stdout cannot encode, and remembers whether there were any."""

    def __init__(self) -> None:
        self._any = False
        codecs.register_error(HANDLER, self._replace)
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors=HANDLER)

    def tell(self) -> None:
        """Say in a line on stderr that there were some."""
        encoding = getattr(sys.stdout, "encoding", None) or "no encoding"
        if self._any and codecs.lookup(encoding).name != "utf-8":
            lost = f'stdout is {encoding}, not UTF-8: "?" stands for characters that it does not have.'
            tell(f"{lost} PYTHONIOENCODING=utf-8 keeps them.", sys.stderr)

    def _replace(self, error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeEncodeError):
            raise error
        self._any = True
        return "?" * (error.end - error.start), error.end
