"""What config files say of MCP servers, as values, and every mistake in them as a sentence. Pure."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from chatbot_cli.chat.tools import TIMEOUT
from chatbot_cli.errors import ToolsError
from chatbot_cli.frozen import frozen
from chatbot_cli.secrets.finding import find_secrets
from chatbot_cli.secrets.striking import struck
from chatbot_cli.text.short import as_written

START_TIMEOUT = 10.0  # seconds until a server that has not started is given up
LONGEST = 86_400.0  # seconds

TEXTS = ("command", "cwd", "url")
LISTS = ("args", "tools")
TABLES = ("env", "headers")
NUMBERS = ("start_timeout", "timeout")
SWITCHES = ("enabled", "parallel", "required")
KEYS = (*TEXTS, *LISTS, *TABLES, *NUMBERS, *SWITCHES)
OF_OTHERS = ("type", "transport", "disabled", "description", "autoApprove", "alwaysAllow")  # read or passed over

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


@frozen
class ServerConfig:
    """An MCP server as a config file has it: a `command` that is started, or the `url` of one that runs.

    `origin` is the command line or the address as it is written, `stated` where. Of its `tools`, those that match a
    pattern are offered. `start_timeout` and `timeout` of a call are in seconds. `parallel` says whether its calls run
    together; None leaves it to what the server says. A turn fails without one that is `required`. `problem` is why it
    cannot be used, in a sentence; empty if it can.
    """

    name: str
    origin: str
    stated: str
    command: str = ""
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    cwd: str = ""
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    tools: tuple[str, ...] = ("*",)
    enabled: bool = True
    start_timeout: float = START_TIMEOUT
    timeout: float = TIMEOUT
    parallel: bool | None = None
    required: bool = False
    problem: str = ""


@frozen
class ServerTable:
    """A table of a config file that describes servers by name. `stated` is the file, `key` the table in it."""

    stated: str
    key: str
    servers: Mapping[str, Any]

    def place(self, name: str, key: str = "") -> str:
        """Where a server, or a key of it, stands."""
        return f"{self.stated}: {self.key}.{as_written(name)}{f'.{key}' if key else ''}"


def read_servers(
    table: ServerTable, environ: Mapping[str, str], timeout: float | None = None
) -> tuple[ServerConfig, ...]:
    """The servers of a table, with `${VAR}` and `${VAR:-default}` filled in. A call takes at most `timeout` seconds.

    A server with a variable that is not set is there, and has a problem. Raises ToolsError.
    """
    return tuple(_server(table, name, raw, environ, timeout or TIMEOUT) for name, raw in table.servers.items())


def literal_secrets(table: ServerTable) -> list[str]:
    """A sentence about each server that has a key written out in the file."""
    sentences = []
    for name, raw in table.servers.items():
        texts = [text for text in _texts(raw) if not VARIABLE.search(text)]
        if secrets := find_secrets("\n".join(texts)):
            held = f"{secrets[0].kind} ({secrets[0].shown})"
            better = "Written as ${NAME}, it is read from the environment."
            sentences.append(f"{table.place(name)} holds what looks like {held}. {better}")
    return sentences


def _texts(raw: object) -> list[str]:
    match raw:
        case str():
            return [raw]
        case dict():
            return [text for value in raw.values() for text in _texts(value)]
        case list():
            return [text for value in raw for text in _texts(value)]
    return []


def _server(table: ServerTable, name: str, raw: object, environ: Mapping[str, str], timeout: float) -> ServerConfig:
    if not isinstance(raw, dict):
        raise ToolsError(f"{table.place(name)} is no table.", 'Give it a "command", or a "url".')
    if not name.strip() or not name.isprintable():
        raise ToolsError(f"{table.stated}: a server in {table.key} has no name.", "Call it what you like: files.")
    for key in raw:
        _check_known(table, name, key)
    _check_kinds(table, name, raw)
    if bool(raw.get("command")) == bool(raw.get("url")):
        which = "both a command and a url" if raw.get("command") else "neither a command nor a url"
        raise ToolsError(f"{table.place(name)} has {which}.", "A server is started by one, or reached at the other.")
    filled, missing = _filled({key: raw[key] for key in (*TEXTS, "args", *TABLES) if key in raw}, environ)
    return ServerConfig(
        name,
        _origin(raw),
        table.place(name),
        args=tuple(filled.pop("args", ())),
        **filled,
        tools=tuple(raw.get("tools", ("*",))),
        enabled=raw.get("enabled", True) and raw.get("disabled") is not True,
        start_timeout=raw.get("start_timeout", START_TIMEOUT),
        timeout=raw.get("timeout", timeout),
        parallel=raw.get("parallel"),
        required=raw.get("required", False),
        problem=_problem(raw, missing),
    )


def _problem(raw: Mapping[str, Any], missing: Sequence[str]) -> str:
    if missing:
        return f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set in the environment."
    if "sse" in (raw.get("type"), raw.get("transport")):
        return "It speaks SSE, which is out of use: give the url of its streamable HTTP."
    return ""


def _origin(raw: Mapping[str, Any]) -> str:
    """The command line or the address, whole and as it is written: a variable is not filled in, and no key is shown."""
    if url := raw.get("url"):
        scheme, slashes, rest = url.partition("://")
        host, slash, path = rest.partition("/")
        text = f"{scheme}{slashes}{host.rpartition('@')[2]}{slash}{path}"
    else:
        text = shlex.join((raw["command"], *raw.get("args", ())))
    return struck(text, *(secret.value for secret in find_secrets(text)))


def _filled(value: Any, environ: Mapping[str, str]) -> tuple[Any, list[str]]:
    """A value with its variables filled in, and those that are not set."""
    missing: list[str] = []

    def text_of(match: re.Match[str]) -> str:
        variable, default = match.groups()
        found = environ.get(variable) or default
        if found is None and variable not in missing:
            missing.append(variable)
        return found or ""

    def filled(value: Any) -> Any:
        match value:
            case str():
                return VARIABLE.sub(text_of, value)
            case dict():
                return {key: filled(one) for key, one in value.items()}
            case list():
                return [filled(one) for one in value]
        return value

    return filled(value), missing


def _check_known(table: ServerTable, name: str, key: str) -> None:
    """Raises ToolsError for a key that is a slip of the pen. A file of other programs may have keys of theirs."""
    if key in KEYS or key in OF_OTHERS:
        return
    from difflib import get_close_matches  # here because only this error needs it

    close = get_close_matches(key.lower().replace("-", "_"), KEYS, n=1)
    if close or not table.stated.endswith(".json"):
        hint = f"Did you mean {close[0]}?" if close else f"There are {', '.join(KEYS)}."
        raise ToolsError(f'{table.stated}: there is no "{as_written(key)}" in {table.key}.{as_written(name)}.', hint)


def _check_kinds(table: ServerTable, name: str, raw: Mapping[str, Any]) -> None:
    for key, value in raw.items():
        if key in OF_OTHERS:
            continue
        if key in TEXTS:
            fits, kind = isinstance(value, str), "text"
        elif key in LISTS:
            fits, kind = isinstance(value, list) and all(isinstance(one, str) for one in value), "list of texts"
        elif key in TABLES:
            fits = isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
            kind = "table of texts"
        elif key in NUMBERS:
            fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= LONGEST
            kind = f"number of seconds up to {LONGEST:,.0f}"
        else:
            fits, kind = isinstance(value, bool), "true or false"
        if key in KEYS and not fits:
            article = "neither " if kind == "true or false" else "no "
            kind = kind.replace(" or ", " nor ") if article == "neither " else kind
            raise ToolsError(f"{table.place(name, key)} is {article}{kind}.", "Correct it there.")
