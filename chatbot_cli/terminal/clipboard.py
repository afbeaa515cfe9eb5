"""Copies text to the clipboard, through the terminal (OSC 52, which works over SSH) and through the desktop's tool."""

import base64
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

from chatbot_cli.errors import UsageError
from chatbot_cli.terminal.saving_replies import counted_lines

LARGEST_SEQUENCE = 100_000  # bytes; terminals drop longer ones
TOOL_TIMEOUT = 5.0  # seconds

# The variable that a tool needs, and its command. The first tool that is installed and has its variable is used.
TOOLS: Sequence[tuple[str | None, Sequence[str]]] = (
    ("TMUX", ("tmux", "load-buffer", "-w", "-")),
    (None, ("pbcopy",)),
    ("WAYLAND_DISPLAY", ("wl-copy",)),
    ("DISPLAY", ("xclip", "-selection", "clipboard")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
    (None, ("clip.exe",)),
)

Run = Callable[[Sequence[str], bytes], bool]


def run_tool(command: Sequence[str], text: bytes) -> bool:
    """Give a text to a clipboard tool. Returns whether the tool took it."""
    try:
        subprocess.run(  # noqa: S603  one of TOOLS, found on the PATH
            command, input=text, check=True, timeout=TOOL_TIMEOUT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


class Clipboard:
    """Copies text. A terminal does not confirm the copy, so a tool is used as well if there is one.

    `escapes` says whether `terminal` may be sent an escape sequence.
    """

    def __init__(
        self, terminal: TextIO, environ: Mapping[str, str], *, escapes: bool = True, run: Run = run_tool
    ) -> None:
        self._terminal = terminal
        self._environ = environ
        self._escapes = escapes
        self._run = run

    def copy(self, text: str) -> str:
        """Copy a text and return a confirmation. Raises UsageError if neither terminal nor tool can copy."""
        content = text.encode("utf-8", "replace")
        if not (self._through_terminal(content) | self._through_tool(content)):
            raise UsageError("The text cannot be copied here.", "/save FILE writes it to a file.")
        return f"Copied: {counted_lines(text)}."

    def _through_terminal(self, content: bytes) -> bool:
        sequence = f"\x1b]52;c;{base64.b64encode(content).decode()}\x07"
        if not self._escapes or len(sequence) > LARGEST_SEQUENCE:
            return False
        self._terminal.write(sequence)
        self._terminal.flush()
        return True

    def _through_tool(self, content: bytes) -> bool:
        path = self._environ.get("PATH")
        for variable, command in TOOLS:
            if (variable is None or self._environ.get(variable)) and shutil.which(command[0], path=path):
                return self._run(command, content)
        return False
