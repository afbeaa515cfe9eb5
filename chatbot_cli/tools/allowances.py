"""The tools that the user has allowed always, in a file of the user's own. Each holds for the tool as it was then."""

import json
from collections.abc import Callable, Sequence
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path
from typing import Any

from chatbot_cli.chat.tools import Tool
from chatbot_cli.frozen import frozen
from chatbot_cli.secrets.finding import find_secrets
from chatbot_cli.secrets.striking import struck
from chatbot_cli.system.file_locks import locked
from chatbot_cli.system.private_files import close_to_others, make_folder, who_else_writes
from chatbot_cli.system.regular_files import read_regular_file
from chatbot_cli.system.whole_files import write_whole
from chatbot_cli.tools.patterns import is_named

FILE = "allowances.json"
LARGEST = 4_000_000  # bytes
MOST = 500  # tools; the oldest are forgotten
VERSION = 1


@frozen
class Allowance:
    """A tool that was allowed. What it was is shown when it has changed; `digest` is what counts.

    `origin` is where its source comes from, such as a command line, without what looks like a secret.
    """

    label: str
    source: str
    digest: str
    name: str
    origin: str
    description: str
    parameters: str


class Allowances:
    """The file at `path`, read anew whenever it has changed; without one, nothing is kept.

    `source_of` and `origin_of` say from which source a tool is, and where that comes from: a path, a command line.
    """

    def __init__(self, path: Path | None, source_of: Callable[[Tool], str], origin_of: Callable[[Tool], str]) -> None:
        self._path, self._source_of, self._origin_of = path, source_of, origin_of
        self._read: tuple[object, Sequence[Allowance]] = (None, ())

    @property
    def can_keep(self) -> bool:
        """Whether there is a file for them."""
        return self._path is not None

    def covers(self, tool: Tool) -> bool:
        """Whether the tool was allowed as it is now."""
        kept = self._kept()
        return bool(kept) and self._as_it_is(tool).digest in {one.digest for one in kept}

    def has_some_of(self, source: str) -> bool:
        """Whether a tool of a source was allowed, as it was then."""
        return any(one.source == source for one in self._kept())

    def changes(self, tool: Tool) -> tuple[str, ...]:
        """What is new in the tool since it was allowed, as lines; none if it was not allowed, or is as it was."""
        of_its_name = [one for one in self._kept() if one.label == tool.label and one.source == self._source_of(tool)]
        if not of_its_name:
            return ()
        now = self._as_it_is(tool)
        return tuple(_difference(of_its_name[-1], now)) if now.digest != of_its_name[-1].digest else ()

    def allow(self, tool: Tool) -> None:
        """Allow the tool as it is now, from now on. Raises OSError or UsageError if that cannot be kept."""
        now = self._as_it_is(tool)
        self._change(lambda kept: [*(one for one in kept if (one.label, one.origin) != (now.label, now.origin)), now])

    def forget(self, pattern: str) -> None:
        """Forget the tools of a pattern. Raises OSError or UsageError if that cannot be kept."""
        if any(is_named(pattern, one.label, one.source) for one in self._kept()):
            self._change(lambda kept: [one for one in kept if not is_named(pattern, one.label, one.source)])

    def _as_it_is(self, tool: Tool) -> Allowance:
        origin, told = self._origin_of(tool), tool.definition
        parameters = _canonical(told.parameters)
        whole = json.dumps([tool.label, told.name, told.description, parameters, origin])
        shown = struck(origin, *(secret.value for secret in find_secrets(origin)))
        digest = sha256(whole.encode()).hexdigest()
        return Allowance(tool.label, self._source_of(tool), digest, told.name, shown, told.description, parameters)

    def _kept(self) -> Sequence[Allowance]:
        if self._path is None:
            return ()
        try:
            status = self._path.stat()
            state = (status.st_mtime_ns, status.st_size, status.st_ino)
            if state != self._read[0]:
                self._read = state, _read(self._path)
        except OSError:  # there is none, or it cannot be read: nothing is allowed
            self._read = None, ()
        return self._read[1]

    def _change(self, change: Callable[[Sequence[Allowance]], Sequence[Allowance]]) -> None:
        """Write what becomes of those kept now: another chat may have changed them a moment ago."""
        if self._path is None:
            return
        make_folder(self._path.parent)
        with locked(self._path.with_suffix(".lock")):
            self._read = None, ()
            self._write(self._path, change(self._kept()))

    def _write(self, path: Path, allowed: Sequence[Allowance]) -> None:
        content = {"version": VERSION, "allowed": [_fields(one) for one in allowed[-MOST:]]}
        if path.exists():
            close_to_others(path)
        text = json.dumps(content, indent=1)
        write_whole(str(path), path, f"{text}\n".encode(), overwrite=True)


def _read(path: Path) -> Sequence[Allowance]:
    """What a file allows: nothing if others can write it too. Raises OSError."""
    if who_else_writes(path):
        return ()
    try:
        content = json.loads(read_regular_file(path, LARGEST))
    except (ValueError, RecursionError):  # damaged
        return ()
    listed = content.get("allowed") if isinstance(content, dict) and content.get("version") == VERSION else None
    return [one for fields in listed if (one := _allowance(fields))] if isinstance(listed, list) else ()


def _fields(one: Allowance) -> dict[str, str]:
    return {name: getattr(one, name) for name in Allowance.__dataclass_fields__}


def _allowance(fields: Any) -> Allowance | None:
    names = Allowance.__dataclass_fields__
    if not isinstance(fields, dict) or not all(isinstance(fields.get(name), str) for name in names):
        return None
    return Allowance(**{name: fields[name] for name in names})


def _canonical(schema: str) -> str:
    """A schema with its keys in order: some servers tell the same one in another order each time."""
    try:
        return json.dumps(json.loads(schema), sort_keys=True, indent=1, ensure_ascii=False)
    except (ValueError, RecursionError):
        return schema


def _difference(before: Allowance, now: Allowance) -> list[str]:
    """The lines that are gone, after "- ", and the new ones, after "+ "."""
    pairs = (
        (before.name, now.name),
        (f"from {before.origin}", f"from {now.origin}"),
        (before.description, now.description),
        (before.parameters, now.parameters),
    )
    lines = []
    for old, new in pairs:
        compared = unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0)
        lines += [f"{line[0]} {line[1:]}" for line in list(compared)[2:] if line[0] in "+-"]
    return lines or ["+ a key in where it comes from"]
