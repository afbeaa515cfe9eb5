"""What the doctor says of the settings: each with its value and source, each mistake in a line of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from chatbot_cli.app.spelling import in_a_script
from chatbot_cli.chat.messages import Persona
from chatbot_cli.chat.options import OPTION_NAMES
from chatbot_cli.doctor.report import Check
from chatbot_cli.errors import ChatError, SettingsError
from chatbot_cli.frozen import frozen
from chatbot_cli.hints import Spelling
from chatbot_cli.personas.shelf import PersonaShelf, builtin_folder
from chatbot_cli.providers.route.endpoint import Endpoint
from chatbot_cli.providers.route.spec import PLACEHOLDER_KEY
from chatbot_cli.providers.table import KEYS
from chatbot_cli.settings.precedence import KEY_WITHHELD, Settings, Sources
from chatbot_cli.settings.sources import Level, read_dotenv, read_environment
from chatbot_cli.settings.table import ADDRESS, SETTINGS, Setting, variables
from chatbot_cli.system.folders import Folders
from chatbot_cli.system.surroundings import Surroundings
from chatbot_cli.text.short import as_written

Flags = Mapping[str, object]
WIDEST = 60  # characters of a value


@frozen
class Settled:
    """The settings as a chat would have them, all that is wrong left out, and what there is to say about them."""

    settings: Settings
    checks: list[Check]
    keys: list[str]  # every key that stands anywhere, used or not: none may be shown
    wrong: frozenset[str] = frozenset()  # the names of the settings that were left out


def settle(flags: Flags, surroundings: Surroundings, folders: Folders) -> Settled:
    """Read and judge all settings. Raises nothing: a mistake is a line."""
    checks: list[Check] = []
    sources = _read(surroundings, folders, checks)
    persona = _persona(sources, flags, PersonaShelf((folders.personas, builtin_folder())), checks)
    problems: dict[str, SettingsError] = {}
    for setting in sorted(SETTINGS, key=lambda setting: setting.name != "base_url"):  # others depend on that flag
        try:
            sound = {setting.name, "base_url"} - problems.keys()
            _only(sound, sources).settle(_flags(sound, flags), _stating(sound, persona))
        except SettingsError as error:
            problems[setting.name] = error
    sound = {setting.name for setting in SETTINGS} - problems.keys()
    settings = _only(sound, sources).settle(_flags(sound, flags), _stating(sound, persona))
    rows = [_row(setting, settings, flags, problems.get(setting.name)) for setting in SETTINGS]
    checks = [*rows, *checks, *_keys(sources, settings), *_notices(settings, surroundings.cwd)]
    return Settled(settings, checks, sources.all_keys(), frozenset(problems))


def stated_in(name: str, settings: Settings) -> str:
    """What to change to change a setting: `--model`, `CHAT_MODEL in .env`, `model in config.toml`."""
    source = settings.sources[name]
    variable = next(setting.variable for setting in SETTINGS if setting.name == name)
    match source:
        case "default":
            return in_a_script(name)
        case ".env":
            return f"{variable} in .env"
        case "config.toml":
            return f"{name} in config.toml"
        case _ if source.startswith("persona "):
            return f"{name} in the {source}"
    return source


def stated_as(settings: Settings) -> Spelling:
    """How the doctor spells a setting: where it is stated; one with a value to give it as a script does."""

    def spelling(name: str, value: str) -> str:
        is_setting = any(setting.name == name for setting in SETTINGS)
        return stated_in(name, settings) if is_setting and not value else in_a_script(name, value)

    return spelling


def _read(surroundings: Surroundings, folders: Folders, checks: list[Check]) -> Sources:
    """What is written down; without config.toml, and with a line about it, if that makes no sense."""
    environ, cwd = surroundings.environ, surroundings.cwd
    try:
        return Sources.read(environ, cwd, folders, KEYS)
    except SettingsError as error:
        path = folders.config / "config.toml"
        hint = error.hint_for(in_a_script)
        where = "" if str(path) in hint else f" It is {path}"
        checks.append(Check("fail", "config.toml", str(error), fix=f"{hint}{where}"))
    names = variables(KEYS)
    dotenv, notices = read_dotenv(cwd / ".env", names)
    return Sources(read_environment(environ, names), dotenv, {}, notices, tuple(KEYS))


def _persona(sources: Sources, flags: Flags, shelf: PersonaShelf, checks: list[Check]) -> Persona | None:
    try:
        return shelf.load(sources.persona(flags))
    except SettingsError:
        return None  # it has a row that says so
    except ChatError as error:
        stated = stated_in("persona", _only({"persona"}, sources).settle(_flags({"persona"}, flags), None))
        fix = f"{error.hint_for(in_a_script)} Correct it, or set {stated} to another one".strip()
        checks.append(Check("fail", "persona file", str(error), fix=fix))
        return None


def _only(names: set[str], sources: Sources) -> Sources:
    def part(level: Level) -> Level:
        return {name: entry for name, entry in level.items() if name in names or name in KEYS}

    return replace(
        sources, environment=part(sources.environment), dotenv=part(sources.dotenv), config=part(sources.config)
    )


def _flags(names: set[str], flags: Flags) -> Flags:
    return {name: value for name, value in flags.items() if name in names}


def _stating(names: set[str], persona: Persona | None) -> Persona | None:
    """The persona, as if it said nothing about other settings."""
    if persona is None:
        return None
    unsaid = persona.stated().keys() - names
    options = replace(persona.options, **dict.fromkeys(unsaid & set(OPTION_NAMES)))
    silent: dict[str, Any] = dict.fromkeys(unsaid - set(OPTION_NAMES))
    return replace(persona, options=options, **silent)


def _row(setting: Setting, settings: Settings, flags: Flags, problem: SettingsError | None) -> Check:
    name = setting.name
    if problem is not None:
        flag = f"--{name.replace('_', '-')}"
        fix = problem.hint_for(in_a_script) or (
            f"Correct {flag}" if flags.get(name) is not None else "Correct it in the persona"
        )
        return Check("fail", name, str(problem), fix=fix)
    value = settings.value(name)
    return Check("ok", name, _in_words(value, is_address=setting.kind is ADDRESS), settings.sources[name])


def _in_words(value: object, *, is_address: bool) -> str:
    match value:
        case None:
            return "not set"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case str() if is_address:
            return _without_password(value)
        case "":
            return "empty"
    return as_written(str(value), WIDEST)


def _without_password(address: str) -> str:
    try:
        return Endpoint(address, "", PLACEHOLDER_KEY).address
    except SettingsError:
        return "no web address"


def _keys(sources: Sources, settings: Settings) -> Iterator[Check]:
    """Whether each key is there, and where from; never a character of it."""
    for name in KEYS:
        key = settings.keys.get(name)
        if key is None:
            yield Check("ok", name, "not set")
        else:
            given = sources.environment.get(name)
            yield Check("ok", name, "set", "environment" if given and given.text == key else ".env")


def _notices(settings: Settings, cwd: Path) -> Iterator[Check]:
    for notice in settings.notices:
        if notice == KEY_WITHHELD:
            fix = "Set OPENAI_API_KEY in .env as well, or OPENAI_BASE_URL in the environment"
        else:
            fix = f"Correct {cwd / '.env'}"
        yield Check("warn", ".env", notice, fix=fix)
