"""What the user does with documents between two turns: opens the file of a passage, or has them read again."""

import os
import shlex
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from chatbot_cli.chat.passages import Passage, Unit
from chatbot_cli.commands.sources import text_of
from chatbot_cli.errors import UsageError
from chatbot_cli.terminal.lending import run_on_terminal
from chatbot_cli.terminal.screen import Screen

# Editors that want a line in their own way; all others take it as vi does: +12 FILE.
_WITH_A_COLON = ("subl", "zed", "hx", "helix", "mate", "micro", "lapce", "pulsar")
_WITH_GOTO = ("code", "code-insiders", "codium", "vscodium", "cursor", "windsurf")
_WITHOUT_A_LINE = ("notepad", "open", "xdg-open", "textedit")
_USUAL = ("nano", "vim", "vi", "emacs")
_OPENER = {"darwin": "open", "win32": "explorer"}
# Documents that the system's own programs show. Nothing else is given to them: they would run it.
_SHOWN_ELSEWHERE = (".pdf", ".docx", ".odt", ".epub", ".pptx", ".xlsx")


async def update(names: Sequence[str]) -> None:
    """Read what has changed in these collections. Another process does it, and shows how far it is."""
    await _run([sys.executable, "-m", "chatbot_cli", "docs", "update", *names])


async def open_source(passage: Passage, line: int, screen: Screen) -> None:
    """Open the file of a passage at a line, or show the text if there is none. Raises UsageError."""
    if not _has_file(passage):
        why = "Its file is not there any more" if passage.path else "Nobody knows its file here"
        screen.say(f"{why}. This was sent of it:\n{text_of(passage)}")
        return
    await _run(words_to_open(passage, line, os.environ, sys.platform, shutil.which))


def _has_file(passage: Passage) -> bool:
    return bool(passage.path) and os.path.isfile(passage.path)


async def _run(words: Sequence[str]) -> None:
    try:
        await run_on_terminal(words)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{words[0]} cannot be started: {reason}.", "VISUAL or EDITOR names another.") from None


def words_to_open(
    passage: Passage, line: int, environ: Mapping[str, str], platform: str, which: Callable[[str], str | None]
) -> list[str]:
    """The program, and its words, that opens the file of a passage at a line. Raises UsageError.

    No word is read by a shell, and the path, which is absolute, is none of the program's flags.
    """
    path = os.path.abspath(passage.path)
    if passage.place.unit is not Unit.LINE and Path(path).suffix.lower() in _SHOWN_ELSEWHERE:
        opener = _OPENER.get(platform, "xdg-open")
        if which(opener) is None:
            hint = f"/sources {passage.number} shows the text of it."
            raise UsageError(f"There is no {opener}, which would show {Path(path).name}.", hint)
        return [opener, path]
    editor = _editor(environ, platform, which)
    name = Path(editor[0]).name.lower().removesuffix(".exe").removesuffix(".cmd")
    if passage.place.unit is not Unit.LINE or name in _WITHOUT_A_LINE:
        return [*editor, path]
    if name in _WITH_GOTO:
        return [*editor, "--goto", f"{path}:{line}"]
    if name in _WITH_A_COLON:
        return [*editor, f"{path}:{line}"]
    return [*editor, f"+{line}", path]


def _editor(environ: Mapping[str, str], platform: str, which: Callable[[str], str | None]) -> list[str]:
    for variable in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(environ.get(variable, ""), posix=platform != "win32")
        except ValueError:
            raise UsageError(
                f"{variable} has a quotation mark that is never closed.", "Mend it in your shell."
            ) from None
        if words:
            return words
    if platform == "win32":
        return ["notepad"]
    if found := next(filter(which, _USUAL), None):
        return [found]
    raise UsageError("There is no editor.", "VISUAL or EDITOR names one: export EDITOR=nano.")
