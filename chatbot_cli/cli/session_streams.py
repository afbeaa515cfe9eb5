"""The output, the input and the questions of the subcommand `chat sessions`."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import BinaryIO, TextIO

from chatbot_cli.app.messages import tell
from chatbot_cli.chat.journal import SessionSummary
from chatbot_cli.chat.ports import Exported
from chatbot_cli.cli.session_listing import IN_BOLD, IN_STARS
from chatbot_cli.commands.registry import RAW
from chatbot_cli.errors import ChatError, SessionDamaged, UsageError
from chatbot_cli.sessions.exporting.formats import FORMATS, exported, format_of
from chatbot_cli.sessions.exporting.visible_text import writable
from chatbot_cli.sessions.records import SessionRecord
from chatbot_cli.system.file_names import file_to_write
from chatbot_cli.system.regular_files import NotRegular, TooLarge, open_regular_file
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.system.terminal_size import columns_of
from chatbot_cli.system.whole_files import write_whole
from chatbot_cli.text.counts import LEFT_OUT, REPLACED, controls_in_words
from chatbot_cli.text.safe import one_line, safe, safe_in_file, without_controls
from chatbot_cli.text.short import shorten
from chatbot_cli.text.signs import MESSAGE

LARGEST = 4 << 30  # bytes of a file that is imported
STDIN = ("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")
STDOUT = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")
YES = ("y", "yes")
USUAL_COLUMNS = 80
LONGEST_SHOWN = 60  # characters of a title in a sentence


class SessionStreams:
    """A person at a terminal is asked, and sees lines that fit. A pipe gets whole lines without colour."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._on_terminal = surroundings.stdout.isatty()

    @property
    def notes(self) -> TextIO:
        """Where notes go that are no part of the output."""
        return self._surroundings.stderr

    @property
    def columns(self) -> int | None:
        """The width of the terminal in cells; None for a pipe."""
        if not self._on_terminal:
            return None
        stated = self._surroundings.environ.get("COLUMNS", "")
        return columns_of(self._surroundings.stdout, stated) or USUAL_COLUMNS

    @property
    def marks(self) -> tuple[str, str]:
        """The marks before and after each hit of a search."""
        plain = self._surroundings.environ.get("NO_COLOR") or self._surroundings.is_dumb
        return IN_STARS if plain or not self._on_terminal else IN_BOLD

    def tell_damage(self, *summaries: SessionSummary) -> None:
        """Note which of these conversations are damaged, and what is wrong with them."""
        for one in summaries:
            if one.problem:
                damage = SessionDamaged(one.problem, one.id, shorten(one.title, LONGEST_SHOWN))
                tell(one_line(f"chat: {damage}"), self.notes)

    def put(self, record: SessionRecord, form: str, *, raw: bool = False) -> None:
        """Print an export. Symbols stand for control characters at a terminal; a pipe gets UTF-8, without them.

        A line on stderr says how many there were. With `raw` they are kept.
        """
        out = self._surroundings.stdout
        document = exported(record, form, writable if raw else safe_in_file if self._on_terminal else without_controls)
        text = document.text if document.text.endswith("\n") else f"{document.text}\n"
        if self._on_terminal:
            text = text if raw else safe(text)
        elif isinstance(out, io.TextIOWrapper):
            out.reconfigure(encoding="utf-8", errors="replace", newline="\n")
        out.write(text)
        if note := controls_in_words(document.replaced, REPLACED if self._on_terminal else LEFT_OUT, RAW):
            tell(note, self.notes)

    def agree(self, question: str) -> None:
        """Ask, and return if the answer is yes. Raises ChatError if it is not, UsageError if nobody can be asked."""
        stdin, stdout = self._surroundings.stdin, self._surroundings.stdout
        if stdin is None or not (self._on_terminal and self._surroundings.stdin_is_terminal):
            raise UsageError("Nothing was removed: there is no terminal to ask on.", "If you are sure, add --yes.")
        print(f"{question}\n{MESSAGE}Remove for good? [y/N] ", end="", file=stdout, flush=True)
        try:
            answer = stdin.readline()
        except UnicodeDecodeError:  # keys that are not text do not mean yes
            answer = "\n"
        if not answer:  # after Ctrl-D the cursor is still on the line of the question
            print(file=stdout)
        if answer.strip().lower() not in YES:
            raise ChatError("Nothing was removed.")

    @contextmanager
    def reading(self, path: str) -> Iterator[BinaryIO]:
        """A file, or stdin for `-`, open for reading. Raises UsageError, also where it cannot be read on."""
        try:
            if path in STDIN:
                if self._surroundings.stdin is None:
                    raise UsageError("There is no stdin to read from.", "Name a file.")
                yield self._surroundings.stdin.buffer
            else:
                with open_regular_file(Path(os.path.expanduser(path)), LARGEST) as file:
                    yield file
        except NotRegular as error:
            hint = "What comes from another program is piped in: … | chat sessions import -"
            raise UsageError(f"{path} cannot be read: {error.strerror}.", hint) from error
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {_reason(error)}.", "Name another file.") from error

    def write_file(self, document: Exported, path: str, *, overwrite: bool) -> None:
        """Write a file that only its owner can read, and say so. Raises UsageError."""
        target = file_to_write(path, "talk.md")
        text = document.text if document.text.endswith("\n") else f"{document.text}\n"
        try:
            write_whole(path, target, text.encode("utf-8", "replace"), overwrite=overwrite)
        except FileExistsError as error:
            raise UsageError(f"{path} is there already.", "Name another file, or overwrite it: --force") from error
        replaced = controls_in_words(document.replaced, REPLACED, RAW)
        print(safe(f"Written to {path}. {replaced}".rstrip()), file=self._surroundings.stdout)


def format_wanted(form: str | None, output: str | None) -> str:
    """The format that --format names, else the ending of the file. Raises UsageError."""
    hint = f"Choose one: {', '.join(FORMATS)}."
    if form is not None:
        if form.lower() not in FORMATS:
            raise UsageError(f"“{one_line(form)}” is not a format.", hint)
        return form.lower()
    if output is None or output in STDOUT:
        return FORMATS[0]
    file_to_write(output, "talk.md")
    ending = PurePath(output).suffix
    if ending and format_of(output) is None:
        raise UsageError(f"There is no export format {one_line(ending[1:])}.", f"{hint} Or say it with --format.")
    return format_of(output) or FORMATS[0]


def _reason(error: OSError) -> str:
    ours = isinstance(error, TooLarge | IsADirectoryError)
    return str(error.strerror) if ours else os.strerror(error.errno or 0).lower()
