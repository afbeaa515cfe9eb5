"""Python files whose functions are tools. A file runs with all rights of the program, and only if the user names it."""

import sys
import traceback
from collections.abc import Iterator
from contextlib import redirect_stdout
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from chatbot_cli.errors import ToolsError
from chatbot_cli.frozen import frozen
from chatbot_cli.text.short import shorten_foreign
from chatbot_cli.tools.python.function import PythonTool, described, line_of, python_tool
from chatbot_cli.tools.python.printing import stand_before_streams
from chatbot_cli.tools.python.signature import NotATool
from chatbot_cli.tools.result_text import failure_in_words

_QUOTED = 200  # characters of an error in a sentence


@frozen
class Refused:
    """A public function that is no tool, and why; it `was_meant` as one if it has a docstring."""

    name: str
    line: int
    reason: str
    was_meant: bool

    @property
    def sentence(self) -> str:
        return f"{self.name} {self.reason}."


@frozen
class ToolFile:
    """The tools of a file, in their order there, and the public functions that are none."""

    path: Path
    tools: tuple[PythonTool, ...]
    refused: tuple[Refused, ...]


def load_tool_file(path: Path, timeout: float | None = None) -> ToolFile:
    """The public functions that a file defines, as tools. Raises ToolsError, with the line, if it cannot be loaded."""
    tools: list[PythonTool] = []
    refused: list[Refused] = []
    for name, function in _functions(_module(path)):
        line = line_of(function)
        try:
            tools.append(python_tool(function, name=name, source=f"{path.name}:{line}", timeout=timeout))
        except NotATool as error:
            refused.append(Refused(name, line, str(error), bool(described(function))))
    return ToolFile(path, tuple(tools), tuple(refused))


def _functions(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """The functions that are defined in a module, not those that it imports. One in a wrapper counts as well."""
    seen: set[int] = set()
    for name, value in vars(module).items():
        is_function = callable(value) and not isinstance(value, type) and hasattr(value, "__name__")
        if name.startswith("_") or not is_function or getattr(value, "__module__", "") != module.__name__:
            continue
        if id(value) not in seen:
            seen.add(id(value))
            yield name, value


def _module(path: Path) -> ModuleType:
    if not path.is_file():
        what = "a folder, and no Python file" if path.is_dir() else "not there"
        raise ToolsError(f"The file of tools {path} is {what}.", "For example: --tools shop.py")
    name = f"tools_in_{path.stem}"
    spec = spec_from_file_location(name, path, loader=SourceFileLoader(name, str(path)))
    assert spec  # noqa: S101  there is a loader, so there is a spec
    assert spec.loader  # noqa: S101  a spec that was made from a loader has it
    module = module_from_spec(spec)
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.append(folder)  # last, and for good: what stands beside it is found, and replaces no library
    sys.modules[name] = module
    stand_before_streams()  # so that a logger which the file sets up writes where its functions print
    try:
        with redirect_stdout(sys.stderr):  # what it prints must not stand in an answer
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # it is the user's code, and may raise whatever it likes
        del sys.modules[name]
        sentence = f"{_place(error, path)} {_what_failed(error, path)}."
        raise ToolsError(sentence, "Then nothing of it is offered.") from error
    return module


def _place(error: BaseException, path: Path) -> str:
    """The file, and the line of it that an error comes from."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"{path.name}:{error.lineno}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return f"{path.name}:{lines[-1]}" if lines else path.name


def _what_failed(error: BaseException, path: Path) -> str:
    if isinstance(error, SyntaxError):
        other = error.filename if error.filename != str(path) else None
        what = f"imports {Path(other).name}:{error.lineno}, which" if other else ""
        return f"{what} is not valid Python: {shorten_foreign(str(error.msg), _QUOTED)}".lstrip()
    if isinstance(error, SystemExit):
        return f"wanted to end the program: sys.exit({shorten_foreign(repr(error.code), _QUOTED)})"
    return f"failed with {shorten_foreign(failure_in_words(error), _QUOTED).rstrip('.')}"
