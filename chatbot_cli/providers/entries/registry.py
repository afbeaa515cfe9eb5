"""All providers there are: the built-in ones and the user's own, found by name or by the address of a server."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import SplitResult, urlsplit
from zlib import crc32

from chatbot_cli.errors import SettingsError
from chatbot_cli.frozen import frozen
from chatbot_cli.hints import setting
from chatbot_cli.providers.entries.as_read import CHECKSUM, TABLES
from chatbot_cli.providers.entries.provider import Dialect, Provider
from chatbot_cli.providers.entries.reading import EXTENDS, NAME, read_entry, unusable_name

Tables = Mapping[str, Mapping[str, object]]
DEMO = Provider("demo", None, models=("demo",))
MOST_EXTENDED = 8  # entries that build on each other
NO_ADDRESS = urlsplit("")
ANY_HOST = re.compile(r"\{\w+\}\.")  # the part of a host that the user's account has


@frozen
class Providers:
    """The providers by their names, in the order in which they are shown."""

    rows: Mapping[str, Provider]

    def __iter__(self) -> Iterator[Provider]:
        return iter(self.rows.values())

    @property
    def default(self) -> Provider:
        """The provider of names that stand alone."""
        return next(row for row in self if row.is_default)

    @property
    def keys(self) -> Mapping[str, str]:
        """The variables that hold keys, each with its explanation."""
        explained: dict[str, str] = {}
        for row in self:
            for variable in row.key_variables:
                explained.setdefault(variable, _explanation(row))
        return explained

    @property
    def key_beginnings(self) -> tuple[str, ...]:
        """How keys begin."""
        return tuple(row.key_beginning for row in self if row.key_beginning)

    def called(self, name: str) -> Provider | None:
        """The provider with this name; None if there is none."""
        return self.rows.get(name)

    def at(self, address: str, asked: Provider | None = None) -> Provider | None:
        """The provider whose own host, in any region, an address names; None if it is nobody's, or no address.

        A gateway may be several at one host: of these it is the one with the path of the address, then the one that is
        `asked` for a model, then the user's own.
        """
        parts = _parts_of(address)
        here = [row for row in self if _is_at(row, parts)]
        return max(here, key=lambda row: (_has_path(row, parts), row is asked, row.is_own), default=None)

    def dialect_at(self, address: str) -> Dialect:
        """The dialect of the server at an address."""
        provider = self.at(address)
        return provider.dialect if provider else Dialect()

    def with_own(self, tables: Tables) -> "Providers":
        """The same with the user's own: tables of config.toml, by their names. Raises SettingsError."""
        if not tables:
            return self
        own = {name: self._own(name, tables, 0) for name in tables}
        for row in own.values():
            if row.is_default is not (row.name == self.default.name):
                raise SettingsError(
                    f"config.toml: default of providers.{row.name} cannot be changed.",
                    f"{setting('base_url', 'URL')} sends names without a provider to your server.",
                )
        rows = {name: own.get(name, row) for name, row in self.rows.items()}
        demo = rows.pop(DEMO.name)
        return Providers(MappingProxyType({**rows, **own, DEMO.name: demo}))

    def _own(self, name: str, tables: Tables, depth: int) -> Provider:
        if not NAME.fullmatch(name) or name == DEMO.name:
            raise unusable_name(name)
        table, built_in = tables[name], self.called(name)
        if built_in:
            return read_entry(name, table, built_in)._replace(is_own=True)
        start = self._start_of(name, table, tables, depth)
        entry = read_entry(name, table, start)  # first, since a key that is misspelt may be the url
        if "url" not in table:
            raise SettingsError(
                f"config.toml: providers.{name} has no url.", 'Give it one, such as url = "http://localhost:8080/v1".'
            )
        return entry._replace(name=name, is_own=True)

    def _start_of(self, name: str, table: Mapping[str, object], tables: Tables, depth: int) -> Provider:
        """What an entry builds on: how another one's server speaks, not its address, key, models or prices."""
        other = table.get(EXTENDS)
        if other is None:
            return Provider(name, None, label=name)
        if not isinstance(other, str) or other in (name, DEMO.name) or depth > MOST_EXTENDED:
            other = ""
        if other not in tables and other not in self.rows:
            names = ", ".join(row.name for row in self if row.base_url)
            raise SettingsError(
                f"config.toml: what providers.{name} extends is no other provider.", f"There are {names}."
            )
        row = self._own(other, tables, depth + 1) if other in tables else self.rows[other]
        return Provider(
            name,
            None,
            label=name,
            window=row.window,
            probe=row.probe,
            window_setting=row.window_setting,
            fetch_command=row.fetch_command,
            dialect=row.dialect._replace(takes_sdk_headers=False),
        )


@cache
def built_in() -> Providers:
    """The providers of `providers.toml`, and the demo."""
    rows = {name: read_entry(name, table, Provider(name, None)) for name, table in _tables().items()}
    return Providers(MappingProxyType({**rows, DEMO.name: DEMO}))


def _tables() -> Tables:
    """The tables of `providers.toml`: as they were read before, unless somebody has changed the file since."""
    file = Path(__file__).with_name("providers.toml").read_bytes()
    if crc32(file) == CHECKSUM:
        return TABLES
    import tomllib  # here because each start would wait for it

    tables: dict[str, Any] = tomllib.loads(file.decode())
    return tables


def key_variables(tables: Tables) -> Mapping[str, bool]:
    """The variables that hold keys, those of the user's own entries among them. Raises SettingsError.

    True for those whose keys go to the server at OPENAI_BASE_URL.
    """
    providers = built_in().with_own(tables)
    of_default = {variable for row in providers if row.is_default for variable in row.key_variables}
    return {variable: variable in of_default for variable in providers.keys}


def _explanation(row: Provider) -> str:
    if row.is_default:
        return f"The key for {row.label}, or for the server at OPENAI_BASE_URL."
    return f"The key for {row.label or row.name}{', if it wants one' if row.local else ''}."


def _parts_of(address: str) -> SplitResult:
    """The parts of an address, whose port can be read; empty ones if it is no address."""
    try:
        parts = urlsplit(address)
        return parts if parts.port is None or parts.hostname else NO_ADDRESS
    except ValueError:
        return NO_ADDRESS


def _is_at(row: Provider, parts: SplitResult) -> bool:
    own = urlsplit(ANY_HOST.sub("", row.base_url or ""))
    return bool(own.hostname) and own.port in (None, parts.port) and f".{parts.hostname}".endswith(f".{own.hostname}")


def _has_path(row: Provider, parts: SplitResult) -> bool:
    return f"{parts.path.rstrip('/')}/".startswith(f"{urlsplit(row.base_url or '').path.rstrip('/')}/")
