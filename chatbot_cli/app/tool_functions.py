"""The functions that are tools of a chat. This module loads pydantic: import it for a chat with tools only."""

from pathlib import Path

from chatbot_cli.app.tools_in_use import WantedTools
from chatbot_cli.secrets.finding import Find
from chatbot_cli.tools.builtin.source import clock_and_calculator, readers
from chatbot_cli.tools.python.source import Functions, files_of_functions, functions_of_program


def functions_of(
    wanted: WantedTools, folder: Path, find_secrets: Find | None, timeout: float | None
) -> list[Functions]:
    """The functions of a program, those of files, and what is built in: of two with a name, the first one counts.

    `folder` is the one that may be read, and where paths of files begin. Raises ToolsError.
    """
    files = [folder / Path(file).expanduser() for file in wanted.files]
    own = [functions_of_program(wanted.functions, timeout)] if wanted.functions else []
    return [*own, *files_of_functions(files, timeout), readers(folder, find_secrets), clock_and_calculator()]
