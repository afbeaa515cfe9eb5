"""A document as its reader gives it: a text whose lines know their places."""

from enum import Enum
from importlib.util import find_spec

from chatbot_cli.chat.passages import Unit
from chatbot_cli.frozen import frozen
from chatbot_cli.system.extras import install_command

MODULES = {"pypdf": "pypdf", "python-docx": "docx", "beautifulsoup4": "bs4"}  # by the name of their library
NOT_THERE = " is not installed"


class Form(Enum):
    """How a text is built: this decides where it may be cut."""

    MARKDOWN = "Markdown"  # also what other kinds with headings are turned into
    CODE = "code"
    PROSE = "prose"
    TABLE = "a table"  # the first line is its head


@frozen
class ReadDocument:
    """A document as text, with "\\n" between its lines.

    `kind` is for people: "Markdown", "PDF, 14 pages". `places` has for each line of the text the number, from 1, of the
    line of the file, the page or the paragraph that it comes from, as `unit` says; empty if line n is the file's line
    n. `language` is the one of the code, as Pygments calls it. `encoding` is that of a file that is text. `notes` are
    clauses for the user, such as "2 pages have no text".
    """

    text: str
    form: Form
    kind: str
    unit: Unit = Unit.LINE
    places: tuple[int, ...] = ()
    language: str = ""
    encoding: str = ""
    notes: tuple[str, ...] = ()


class Unreadable(Exception):
    """A file cannot be read as a document. `reason` is a clause: "binary (a PNG image)", "encrypted".

    What stands in front of the parenthesis is one of few, so that files can be counted by it. One that `failed` might
    be read another time, or ought to be; the others are of kinds that nobody reads here.
    """

    def __init__(self, reason: str, *, failed: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.failed = failed

    @property
    def mend(self) -> str:
        """A command that would help, if there is one; for where it is asked, which is never the reader's process."""
        return install_command("documents") if wants_a_library(self.reason) else ""


class ReadingStopped(Exception):
    """The user stopped while a file was being read: nothing is known of it."""


def lacking(library: str) -> Unreadable:
    """That a kind of file wants a library that is not there."""
    return Unreadable(f"{library}{NOT_THERE}", failed=True)


def is_there_now(reason: str) -> bool:
    """Whether the library for want of which a file could not be read, for this reason, has been installed since."""
    library, lacks, _ = reason.partition(NOT_THERE)
    return bool(lacks) and library in MODULES and find_spec(MODULES[library]) is not None


def wants_a_library(reason: str) -> bool:
    """Whether this is the reason why a file could not be read."""
    return reason.endswith(NOT_THERE)


def what_reads_them() -> str:
    """The line below files that want a library."""
    return f"{install_command('documents')} gets what PDF, Word and HTML want."
