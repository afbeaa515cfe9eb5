"""The shelf of personas: finds them by name or path, joins each with the one it extends, and lists them."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from chatbot_cli.chat.messages import Persona
from chatbot_cli.chat.options import OPTION_NAMES, Options
from chatbot_cli.chat.setup import PersonaSummary
from chatbot_cli.chat.shape import Shape
from chatbot_cli.errors import PersonaError, SchemaError
from chatbot_cli.hints import action
from chatbot_cli.personas.file_text import unreadable
from chatbot_cli.personas.one_line import QUOTED, is_one_line
from chatbot_cli.personas.persona_file import PersonaFile, did_you_mean
from chatbot_cli.personas.reading import read_file
from chatbot_cli.text.short import shorten_foreign

ShapeOf = Callable[[str, Path], Shape]

SUFFIXES = (".yaml", ".yml")
LONGEST_LINE = 16  # personas of which each extends the next one


def builtin_folder(package: Path = Path(__file__).parent.parent) -> Path:
    """The folder of the program's own personas: inside the installed package, or beside it in a checkout."""
    installed = package / "builtin_personas"
    return installed if installed.is_dir() else package.parent / "personas"


class PersonaShelf:
    """The personas in some folders. Of two with the same name, the one in the earlier folder counts.

    A persona is asked for by its file's name without the suffix; the `name` in the file is for display. Only the files
    that are asked for are read.
    """

    def __init__(self, folders: Sequence[Path], shape_of: ShapeOf | None = None) -> None:
        """`shape_of` makes the shape of a schema, which may be a file in this folder. It raises SchemaError.

        Without it, no schema is looked at, and no persona has one.
        """
        self._folders = tuple(folders)
        self._shape_of = shape_of

    def names(self) -> list[str]:
        """All names that can be asked for, in alphabetical order. No file is read."""
        return sorted({name for folder in self._folders for name in _names_in(folder)})

    def paths(self) -> list[Path]:
        """The file of each name, in the order of the names."""
        return [self.find(name) for name in self.names()]

    def summaries(self) -> list[PersonaSummary]:
        """Each name with its description, or with the problem that makes it unusable. Reads every file."""
        return [self._summary(name) for name in self.names()]

    def find(self, name_or_path: str) -> Path:
        """The file of a persona. Text with a path separator or a YAML suffix is a path. Raises PersonaError."""
        if not _is_path(name_or_path):
            for path in self._called(name_or_path):
                return path
            name = shorten_foreign(name_or_path, QUOTED)
            raise PersonaError(f'No persona is called "{name}".', self._hint(name_or_path))
        path = Path(os.path.expanduser(name_or_path))
        try:
            path.stat()
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            raise unreadable(path, error) from error
        return path

    def load(self, name_or_path: str) -> Persona:
        """The persona; every key but `name` may come from the one it extends. Raises its first PersonaError."""
        path = self.find(name_or_path)
        files, problems = self._gather(path)
        if problems:
            raise problems[0]
        values = {key: value for file in reversed(files) for key, value in file.values.items()}
        values.pop("extends", None)
        values.pop("schema", None)
        options = Options(**{key: values.pop(key) for key in OPTION_NAMES if key in values})
        return Persona(**values | {"name": files[0].values.get("name", path.stem), "options": options})

    def check(self, path: Path) -> list[PersonaError]:
        """All problems of a persona: those in its own file, then those in the files it extends."""
        return self._gather(path)[1]

    def _summary(self, name: str) -> PersonaSummary:
        try:
            return PersonaSummary(name, self.load(name).description)
        except PersonaError as error:
            return PersonaSummary(name, "", problem=str(error))

    def _gather(self, path: Path) -> tuple[list[PersonaFile], list[PersonaError]]:
        """The persona's file and those it extends, nearest first, with all their problems."""
        files: list[PersonaFile] = []
        problems: list[PersonaError] = []
        try:
            for file in self._lineage(path):
                files.append(file)
                self._read_schema(file)
                problems += file.problems
        except PersonaError as error:
            return files, [*problems, error]
        return files, [*problems, *_missing_in(files)]

    def _read_schema(self, file: PersonaFile) -> None:
        """Make a shape of the schema of a file, if it has one; a mistake in it is a problem of the file."""
        schema = file.values.get("schema")
        if schema is None or self._shape_of is None:
            return
        try:
            file.values["shape"] = self._shape_of(schema, file.path.parent)
        except SchemaError as error:
            file.complain(file.lines["schema"], f'"schema": {error}', error.marked_hint)

    def _lineage(self, path: Path) -> Iterator[PersonaFile]:
        """The file, the one it extends, and so on. Raises PersonaError at a file that is missing or comes again."""
        visited: dict[str, str] = {}
        while True:
            file = read_file(path)
            visited[os.path.realpath(path)] = path.stem
            yield file
            if "extends" not in file.values:
                return
            path = self._extended_by(file)
            if os.path.realpath(path) in visited:
                circle = " -> ".join([*visited.values(), path.stem])
                raise file.problem(file.lines["extends"], f'"extends" goes in a circle: {circle}.')
            if len(visited) >= LONGEST_LINE:
                sentence = f'"extends" goes on for too long: at most {LONGEST_LINE} personas may extend each other.'
                raise file.problem(file.lines["extends"], sentence)

    def _extended_by(self, file: PersonaFile) -> Path:
        """The file that `file` extends. A path is relative to its folder; its own name means the next of that name."""
        wanted, line = file.values["extends"], file.lines["extends"]
        if _is_path(wanted):
            path: Path = file.path.parent / os.path.expanduser(wanted)
            if not os.path.exists(path):
                raise file.problem(line, f'"extends" names {path}, and there is no such file.')
            return path
        namesakes = self._called(wanted)
        if not namesakes:
            sentence = f'"extends" names "{shorten_foreign(wanted, QUOTED)}", and no persona is called that.'
            raise file.problem(line, sentence, self._hint(wanted))
        own = os.path.realpath(file.path)
        paths = [os.path.realpath(path) for path in namesakes]
        following = namesakes[paths.index(own) + 1 :] if own in paths else namesakes
        return following[0] if following else file.path  # if none follows, it extends itself: a circle

    def _called(self, name: str) -> list[Path]:
        """The files of that name; the first is the one that counts."""
        paths = (folder / f"{name}{suffix}" for folder in self._folders for suffix in SUFFIXES)
        return [path for path in paths if os.path.isfile(path)]

    def _hint(self, name: str) -> str:
        similar = did_you_mean(name, self.names())
        listed = f"{action('list_personas')} lists them."
        return f"Did you mean {similar}? {listed}" if similar else listed


def _missing_in(files: Sequence[PersonaFile]) -> Iterator[PersonaError]:
    """The problems that show once `files` are joined: the first extends the second, and so on."""
    first, last = files[0], files[-1]
    has_prompt = any("system_prompt" in file.lines for file in files)
    broken_off = "extends" in last.lines  # it has a problem of its own, and might have led to a prompt
    if not has_prompt and not broken_off:
        hint = "Add `system_prompt: |` and, indented below it, what the model is to be told first."
        yield PersonaError(f'{first.path}: the key "system_prompt" is missing.', hint)
    if "name" not in first.lines and not is_one_line(first.path.stem):
        yield PersonaError(f"{first.path}: the file's name cannot be shown.", "Add a `name`.")


def _is_path(name_or_path: str) -> bool:
    return name_or_path.endswith(SUFFIXES) or any(mark in name_or_path for mark in (os.sep, os.altsep) if mark)


def _names_in(folder: Path) -> Iterator[str]:
    try:
        entries = os.listdir(folder)
    except OSError:  # a folder that is missing, or closed to us, holds no personas
        return
    for entry in entries:
        name, suffix = os.path.splitext(entry)
        if suffix in SUFFIXES and not _is_path(name) and not name.startswith(".") and os.path.isfile(folder / entry):
            yield name
