"""Reads a `.env`, which may be another project's: what is not ours in it is ignored, and nothing is expanded.

What is ours and cannot be used is told, with its line and how it should look, never with its value: it may be a key.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from chatbot_cli.settings.dotenv_mistakes import misspelled, why_no_key, why_no_statement
from chatbot_cli.settings.sources import MOST_BYTES, Entry, Level, Notice, NoticeKind, Origin, Source, written
from chatbot_cli.system.regular_files import in_words, read_regular_file


class Statement(NamedTuple):
    """A statement of the file. One that is broken has no `variable`; one without "=" has no `value`."""

    variable: str | None
    value: str | None
    text: str
    line: int


def read_dotenv(path: Path, names: Mapping[str, str], known: Collection[str] = ()) -> tuple[Level, tuple[Notice, ...]]:
    """The variables of `names` (variable -> setting) that a `.env` sets, and a notice for what of ours is of no use.

    A folder of that name (a virtual environment) is ignored. A near miss is told unless the variable that is meant is
    set too: here, or elsewhere, as those in `known` are.
    """
    try:
        if path.is_symlink() and not path.exists():
            return {}, (_skipped("The .env in this folder is a link to nothing"),)
        data = read_regular_file(path, MOST_BYTES)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return {}, ()
    except OSError as error:
        return {}, (_skipped(f"The .env in this folder cannot be read: {in_words(error)}"),)
    if b"\0" in data:
        wide, encoding = _wide(data)
        if _first_named(wide, names):
            return {}, (_skipped(f"The .env in this folder is {encoding}, not UTF-8", "Save it as UTF-8."),)
    text = data.decode("utf-8-sig", "surrogateescape")
    if not _may_be_ours(text, names):
        return {}, ()
    reader = _Reader(path, names)
    for statement in _statements(text):
        reader.read(statement)
    return reader.level, reader.notices_beside(known)


class _Reader:
    """Takes the statements one after the other; the last one of a variable counts, as in a shell, also an empty one."""

    def __init__(self, path: Path, names: Mapping[str, str]) -> None:
        self._path = path
        self._names = names
        self._any_of_ours = re.compile(rf"(?<![A-Za-z0-9_])(?:{'|'.join(map(re.escape, names))})(?![A-Za-z0-9_])")
        self.level: Level = {}
        self._notices: dict[str, Notice] = {}  # by variable: one is enough, however many lines there are
        self._near_misses: dict[str, tuple[str, Notice]] = {}  # what is written -> what is meant

    def read(self, statement: Statement) -> None:
        variable = statement.variable
        if variable is not None and variable in self._names:
            self._take(variable, statement)
        elif named := self._named_in(statement):
            inside = variable is not None and named not in variable
            why = "stands between quotation marks" if inside else why_no_statement(named, statement.text)
            self._skip(named, statement, why)
        else:
            self._look_for_near_miss(re.split(r"[:\s]", variable or statement.text, maxsplit=1)[0], statement.line)

    def notices_beside(self, known: Collection[str]) -> tuple[Notice, ...]:
        """All notices, without near misses of what is known already."""
        there = {*known, *(entry.source.name for entry in self.level.values())}
        return (
            *self._notices.values(),
            *(notice for meant, notice in self._near_misses.values() if meant not in there),
        )

    def _take(self, variable: str, statement: Statement) -> None:
        setting, value = self._names[variable], statement.value
        if value is None:  # after an assignment it may be a shell's `export NAME`
            if setting not in self.level:
                self._skip(variable, statement, "has no “=”")
            return
        self.level.pop(setting, None)
        is_key = setting == variable
        if is_key and (why := why_no_key(value)):
            self._skip(variable, statement, why)
        elif value:
            subject = f"{variable} in .env, line {statement.line},"
            source = Source(Origin.DOTENV, variable)
            self.level[setting] = Entry(value, source, subject, f"Correct it in {self._path}.")

    def _look_for_near_miss(self, word: str, line: int) -> None:
        if meant := misspelled(word, self._names):
            sentence = f"Line {line} of .env sets {word}, which chat does not know; it knows {meant}."
            self._near_misses.setdefault(word, (meant, Notice(NoticeKind.DOTENV_SKIPPED, sentence)))

    def _named_in(self, statement: Statement) -> str | None:
        """The first variable of ours that a statement is about, though it does not set it."""
        if statement.variable is None:
            about = statement.text
        else:  # what stands in another variable's value is its own affair, unless its quotes have swallowed lines
            swallowed = re.findall(r"(?m)^[^\S\n]*(?:export[^\S\n]+)?(\w+)[^\S\n]*=", (statement.value or "") + "\n")
            lines = swallowed if "\n" in (statement.value or "") else []
            about = " ".join([statement.variable, *lines])
        found = self._any_of_ours.search(about)
        return found[0] if found else None

    def _skip(self, variable: str, statement: Statement, why: str) -> None:
        fact = f"Line {statement.line} of .env, with {variable}, {why}"
        self._notices.setdefault(variable, _skipped(fact, f"Write {variable}=…"))


def _skipped(fact: str, mend: str = "") -> Notice:
    return Notice(NoticeKind.DOTENV_SKIPPED, f"{fact}; chat goes on without it. {mend}".rstrip())


def _wide(data: bytes) -> tuple[str, str]:
    """The text of a file with two or four bytes a character, and its encoding; empty if it is something else."""
    # Imported here because nearly every `.env` is UTF-8.
    from chatbot_cli.text.decoding import NotText, decode

    try:
        decoded = decode(data)
    except NotText:
        return "", ""
    return decoded.text, decoded.encoding


def _first_named(text: str, names: Mapping[str, str]) -> str | None:
    """The first variable of ours that a text names."""
    return min((variable for variable in names if variable in text), key=text.find, default=None)


def _may_be_ours(text: str, names: Mapping[str, str]) -> bool:
    """Whether a file may set a variable of ours, however it is spelled."""
    spelled = text.upper().replace("_", "").replace("-", "")
    return any(name.partition("_")[0] in spelled for name in names)


def _statements(text: str) -> Iterator[Statement]:
    """Each statement of a file.

    `dotenv_values` would log the broken lines of other people's files, and knows no line numbers.
    """
    # Imported here because it takes longer than all the rest of the settings, and most folders name nothing of ours.
    from dotenv.parser import parse_stream

    for binding in parse_stream(StringIO(text)):
        statement = binding.original.string
        blank = statement[: len(statement) - len(statement.lstrip())]
        line = binding.original.line + blank.count("\n")
        if binding.error:
            yield Statement(None, None, statement.strip(), line)
        elif binding.key is not None:
            value = None if binding.value is None else written(binding.value)
            yield Statement(binding.key, value, statement.strip(), line)
