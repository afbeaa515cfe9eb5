"""More questions about Python, as people ask them, with a text that each passage with an answer has.

They are about other modules than those of tests/retrieval/python_questions.py, by which the search was made: what is
good for both is not made for one of them. In most, people use other words than the documentation does.
"""

import sysconfig
from collections.abc import Sequence
from pathlib import Path

from chatbot_cli.readers.document import Form, ReadDocument
from chatbot_cli.retrieval.collection import Piece
from chatbot_cli.retrieval.cutting.cut import cut

MODULES = [
    "asyncio.locks",
    "asyncio.queues",
    "asyncio.tasks",
    "ast",
    "base64",
    "bdb",
    "cmd",
    "code",
    "collections",
    "compileall",
    "datetime",
    "email.message",
    "email.utils",
    "fractions",
    "ftplib",
    "gettext",
    "gzip",
    "hashlib",
    "hmac",
    "html",
    "http.cookiejar",
    "imaplib",
    "inspect",
    "ipaddress",
    "keyword",
    "linecache",
    "locale",
    "logging",
    "logging.handlers",
    "mailbox",
    "mimetypes",
    "os",
    "platform",
    "plistlib",
    "posixpath",
    "re",
    "sched",
    "secrets",
    "selectors",
    "shlex",
    "socket",
    "socketserver",
    "ssl",
    "stat",
    "tarfile",
    "tokenize",
    "types",
    "typing",
    "unittest.case",
    "unittest.mock",
    "urllib.parse",
    "urllib.request",
    "uuid",
    "warnings",
    "weakref",
]

QUESTIONS = (
    ('safely read a list or dict that somebody typed', 'may only consist of the following python literal structures'),
    ('keep a task running even though whoever waits for it gives up', 'shielding it from cancellation'),
    ('give up on a coroutine that takes too long', 'wait for the single future or coroutine to complete, with timeout'),
    ('start a new log every midnight and throw old ones away', 'rotating the log file at certain timed'),
    ('logrotate has renamed my log file, and messages go nowhere', 'which watches the file to see if it has changed'),
    ('create all missing parent folders', 'create a leaf directory and all intermediate ones'),
    ('go through every file below a folder', 'directory tree generator'),
    ('compare two secrets without leaking how long that took', 'timing'),
    ('password reset link that nobody can guess', 'random url-safe text string'),
    ('checksum of a big file', 'hash the contents of a file-like object'),
    ('escape < and > so that a page shows them', 'to html-safe sequences'),
    ('what kind of file is it, judged by its extension', 'guess the type of a file'),
    ('put a command line together from arguments, quoted', 'shell-escaped'),
    ('is this address in a private network', 'allocated for private networks'),
    ('base64 that may stand in a web address', 'filesystem-safe base64 alphabet'),
    ('days between two dates', 'difference between two datetime objects'),
    ('which week of the year is it', 'containing iso year, week number'),
    ('send warnings to the log', 'redirect all warnings to the logging package'),
    ('silence a library that complains about missing log handlers', 'no handlers could be found'),
    ('count how often each word occurs', 'for counting hashable items'),
    ('pretend that a function returns something in a test', 'the value returned when the mock is called'),
    ('skip a test on some machines', 'skip a test if the condition is true'),
    ('check that two floating point numbers are nearly equal', 'rounded to the given number of decimal places'),
    ('what arguments does a function take?', 'get a signature object for the passed callable'),
    ('from a relative link to the full address', 'join a base url and a possibly relative url'),
    ('take apart a query string', 'parse a query given as a string argument'),
    ('percent encoding of special characters', 'each part of a url'),
    ('which operating system am I on, in one line', 'with as much useful information as possible'),
    ('run something when an object has been thrown away', 'for finalization'),
    ('dictionary that forgets entries nobody needs any more', 'weakly'),
    ('wait for input on many connections', 'until some monitored file objects are ready'),
    ('only n jobs at the same time', 'manages an internal counter'),
    ('write my own shell with commands and help', 'line-oriented command interpreters'),
    ('unpack an archive without letting it write outside', 'outside the destination'),
    ('byte-compile all modules of a folder', 'byte-compile all modules in the given directory tree'),
    ('fraction nearest to pi with a small denominator', 'closest fraction to self with denominator at most'),
    ('translate the messages of a program', 'message catalog'),
    ('make a date of the header of a mail', 'rfc 2822'),
    ('several signatures for one function, for the type checker', 'decorator for overloaded functions'),
    ('expand ~ to the home folder', 'expand ~ and ~user'),
    ('resolve links in a path', 'canonical path'),
    ('unique id from the network card and the time', 'from a host id, sequence number, and the current time'),
    ('does the name of the host fit the certificate?', 'match_hostname'),
    ('call a function in an hour', 'enter a new event in the queue'),
)  # fmt: skip


def documents_in_pieces() -> list[tuple[str, Sequence[Piece]]]:
    """The pieces of the modules, with their names."""
    return [(path.as_posix(), _cut(path)) for path in map(_file_of, MODULES) if path.exists()]


def _cut(path: Path) -> Sequence[Piece]:
    return cut(ReadDocument(path.read_text("utf-8"), Form.CODE, "Python", language="Python"))


def _file_of(module: str) -> Path:
    path = Path(sysconfig.get_path("stdlib"), *module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
