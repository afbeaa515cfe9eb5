"""Writes the parts of README.md that list every flag, command and setting of the program.

    python -m scripts.generate_readme

Each part is between two markers, `<!-- flags -->` and `<!-- /flags -->`; the rest of the file is left alone.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from typer.main import get_command

from chatbot_cli.app.files_in_use import FilesInUse
from chatbot_cli.app.setups import AvailableSetups
from chatbot_cli.app.slash_commands import slash_commands
from chatbot_cli.cli.chat import chat_app
from chatbot_cli.commands.registry import Command, Commands
from chatbot_cli.personas.shelf import PersonaShelf
from chatbot_cli.providers.entries.registry import built_in
from chatbot_cli.settings.precedence import Sources
from chatbot_cli.settings.table import CONFIG_NAMES, SETTINGS, Setting

README = Path(__file__).resolve().parent.parent / "README.md"
WIDTH = 80  # columns of the help text
OWN_WEIGHTS = "[started by `chat`](docs/models.md#your-own-weights)"


def main() -> None:
    """Bring README.md up to date."""
    README.write_text(up_to_date(README.read_text("utf-8")), "utf-8")


def up_to_date(readme: str) -> str:
    """The text with its generated parts up to date. Raises ValueError when the markers of a part are missing."""
    for name, part in (
        ("providers", providers()),
        ("flags", flags()),
        ("commands", commands()),
        ("settings", settings()),
    ):
        before, opening, rest = readme.partition(f"<!-- {name} -->")
        _, closing, after = rest.partition(f"<!-- /{name} -->")
        if not closing:
            raise ValueError(f"README.md has no place for the {name}: <!-- {name} --> and <!-- /{name} -->.")
        readme = f"{before}{opening}\n\n{part}\n\n{closing}{after}"
    return readme


def providers() -> str:
    """The providers: how a model of each is named, and where its key is."""
    rows = []
    for row in built_in():
        name = "`demo`" if row.base_url is None else _code(f"{row.name}/NAME")
        name = _code(f"{row.name}/PATH.gguf") if row.starts else name
        name = f"`NAME`, or {name}" if row.is_default else name
        keys = ", ".join(_code(variable) for variable in row.key_variables)
        where = "inside the program" if row.base_url is None else urlsplit(row.base_url).netloc
        where = f"on this computer, {OWN_WEIGHTS}" if row.starts else where
        rows.append(
            (name, row.label or "–", keys if row.wants_key else _none(keys), _code(where) if row.base_url else where)
        )
    return _table(("Models", "Provider", "Key", "Where"), rows)


def _none(keys: str) -> str:
    return f"none, or {keys}" if keys else "none"


def flags() -> str:
    """The options, as `chat --help` shows them."""
    command = get_command(chat_app)
    text = command.make_context("chat", [], terminal_width=WIDTH).get_help()
    options, _, _ = text[text.index("Options:") :].partition("Examples:")
    return f"```text\n{options.rstrip()}\n```"


def commands() -> str:
    """The slash-commands: how each is typed, all its help, and an example."""
    rows = [(_code(command.usage), _help(command), _code(command.example)) for command in registry()]
    return _table(("Command", "What it does", "Example"), rows)


def settings() -> str:
    """The settings: the names of each, its default, its meaning, and what a folder may do to it; then the keys."""
    rows = [_row(setting) for setting in SETTINGS]
    rows.append(("", "", "every variable of a [key](#set-a-key)", "", "The key of a provider.", "yes"))
    headings = ("In config.toml", "Flag", "Variable", "Default", "What it does", "From a folder's `.env`")
    return _table(headings, rows)


def registry() -> Commands:
    """All commands of a chat, as app/assembly.py puts them together."""
    nothing_set = Sources({}, {}, {}).settle({})
    setups = AvailableSetups(nothing_set, PersonaShelf(()), demo_without_key=True)
    return slash_commands(setups, files=FilesInUse(README.parent, README.parent))


def _help(command: Command) -> str:
    also = f" Also {', '.join(_code(f'/{alias}') for alias in command.aliases)}." if command.aliases else ""
    return " ".join(command.help.split()) + also


def _row(setting: Setting) -> Sequence[str]:
    options = {parameter.name: parameter.opts[0] for parameter in get_command(chat_app).params}
    written = setting.name if setting.name in CONFIG_NAMES else ""
    cells = (written, options.get(setting.name, ""), setting.variable or "", _default(setting.default))
    return (*(_code(cell) if cell else "" for cell in cells), setting.explanation, setting.in_folder.value)


def _default(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _code(text: str) -> str:
    return f"`{text}`"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    main()
