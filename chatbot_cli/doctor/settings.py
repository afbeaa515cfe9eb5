"""Checks the settings: each with its value and source, each mistake in a line of its own."""

from collections.abc import Iterator
from pathlib import Path

from chatbot_cli.app.assembly import persona_shelf
from chatbot_cli.app.spelling import in_a_script
from chatbot_cli.chat.parameters import as_text
from chatbot_cli.doctor.report import Check
from chatbot_cli.errors import ChatError, SettingsError
from chatbot_cli.frozen import frozen
from chatbot_cli.hints import Spelling
from chatbot_cli.personas.shelf import PersonaShelf
from chatbot_cli.providers.entries.registry import built_in, key_variables
from chatbot_cli.providers.route.endpoint import PLACEHOLDER_KEY, Endpoint, without_user
from chatbot_cli.settings.dotenv import read_dotenv
from chatbot_cli.settings.precedence import Flags, Settings, Settled, Sources
from chatbot_cli.settings.sources import NoticeKind, Origin, read_environment
from chatbot_cli.settings.table import ADDRESS, SETTINGS, Setting, variables
from chatbot_cli.system.folders import Folders
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.text.short import as_written

WIDEST = 60  # characters of a value


@frozen
class SettingsReport:
    """The settings as a chat would have them, those that are `wrong` at their defaults, and the checks of them.

    `keys` holds every key in any source, used or not: none may be shown.
    """

    settings: Settings
    checks: list[Check]
    keys: list[str]
    wrong: frozenset[str]


def check_settings(flags: Flags, surroundings: Surroundings, folders: Folders) -> SettingsReport:
    """Read and judge all settings. Raises nothing: each mistake is a check that fails."""
    file_checks: list[Check] = []
    sources = _read(surroundings, folders, file_checks)
    settled = _with_its_persona(sources.settle(flags), persona_shelf(folders), file_checks)
    settings = settled.settings
    rows = [_row(setting, settled) for setting in SETTINGS]
    checks = [*rows, *file_checks, *_keys(sources, settings), *_notices(settings, surroundings.cwd)]
    return SettingsReport(settings, checks, sources.all_keys(), frozenset(settled.problems))


def stated_in(name: str, settings: Settings) -> str:
    """What to change to change a setting: `--model`, `CHAT_MODEL in .env`, `model in config.toml`."""
    source = settings.sources[name]
    match source.origin:
        case Origin.DEFAULT:
            return in_a_script(name)
        case Origin.DOTENV | Origin.CONFIG:
            return f"{source.name} in {source}"
        case Origin.PERSONA:
            return f"{name} in the {source}"
        case Origin.FLAG | Origin.ENVIRONMENT:
            return source.name


def stated_as(settings: Settings) -> Spelling:
    """How the doctor spells a setting: where it is stated. One with a value to give is spelled as in a script."""

    def spelling(name: str, value: str) -> str:
        is_setting = any(setting.name == name for setting in SETTINGS)
        return stated_in(name, settings) if is_setting and not value else in_a_script(name, value)

    return spelling


def _read(surroundings: Surroundings, folders: Folders, checks: list[Check]) -> Sources:
    """All sources. If config.toml makes no sense, it is left out, and a check says so."""
    environ, cwd = surroundings.environ, surroundings.cwd
    try:
        return Sources.read(environ, cwd, folders, key_variables)
    except SettingsError as error:
        path = folders.config / "config.toml"
        hint = error.hint_for(in_a_script)
        which_file = "" if str(path) in hint else f" It is {path}"
        checks.append(Check("fail", "config.toml", str(error), fix=f"{hint}{which_file}"))
    names = variables(keys := key_variables({}))
    environment = read_environment(environ, names)
    dotenv, notices = read_dotenv(cwd / ".env", names, [entry.source.name for entry in environment.values()])
    return Sources(environment, dotenv, {}, notices, keys)


def _with_its_persona(settled: Settled, shelf: PersonaShelf, checks: list[Check]) -> Settled:
    """The same with the persona that the settings name. If it cannot be loaded, a check says so."""
    settings = settled.settings
    if "persona" in settled.problems:
        return settled
    try:
        return settled.with_persona(shelf.load(settings.persona))
    except ChatError as error:
        fix = (
            f"{error.hint_for(in_a_script)} Correct it, or set {stated_in('persona', settings)} to another one".strip()
        )
        checks.append(Check("fail", "persona file", str(error), fix=fix))
        return settled


def _row(setting: Setting, settled: Settled) -> Check:
    name, settings = setting.name, settled.settings
    source = settings.sources[name]
    if problem := settled.problems.get(name):
        correct = f"Correct {source}" if source.origin is Origin.FLAG else "Correct it in the persona"
        return Check("fail", name, str(problem), fix=problem.hint_for(in_a_script) or correct)
    value = settings.value(name)
    if setting.kind.private and setting.kind is not ADDRESS and isinstance(value, str):
        value = without_user(value)
    return Check("ok", name, _in_words(value, is_address=setting.kind is ADDRESS), str(source))


def _in_words(value: object, *, is_address: bool) -> str:
    match value:
        case None | ():
            return "not set"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case tuple():
            return as_written(", ".join(value) or "nobody", WIDEST)
        case str() if is_address:
            return _without_password(value)
        case "":
            return "empty"
        case tuple():
            value = as_text(value)
    return as_written(str(value), WIDEST)


def _without_password(address: str) -> str:
    try:
        return Endpoint(address, "", PLACEHOLDER_KEY).address
    except SettingsError:
        return "no web address"


def _keys(sources: Sources, settings: Settings) -> Iterator[Check]:
    """Whether each key is set, and by which source; never a character of it."""
    offered = {row.key_variable for row in built_in() if row.models}
    for name in sources.key_variables:
        key = settings.keys.get(name)
        if key is None and name in offered:
            yield Check("ok", name, "not set")
        if key is not None:
            given = sources.environment.get(name)
            yield Check("ok", name, "set", "environment" if given and given.text == key else ".env")


def _notices(settings: Settings, cwd: Path) -> Iterator[Check]:
    for notice in settings.notices:
        match notice.kind:
            case NoticeKind.KEY_WITHHELD:
                fix = "Set OPENAI_API_KEY in .env as well, or OPENAI_BASE_URL in the environment"
            case NoticeKind.DOTENV_SKIPPED | NoticeKind.FOLDER_OUTDONE:
                fix = f"Correct {cwd / '.env'}"
            case NoticeKind.FOLDER_ADDRESS | NoticeKind.FOLDER_CHOOSES | NoticeKind.FOLDER_SETS:
                yield Check("ok", ".env", notice.sentence)
                continue
        yield Check("warn", ".env", notice.sentence, fix=fix)
