"""The models that are open with these settings, each opened once at a server; and those that stand in for others."""

import time
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from chatbot_cli.app.given_options import with_stated
from chatbot_cli.app.model_access import access_of
from chatbot_cli.chat.events import ModelEvent
from chatbot_cli.chat.messages import Request
from chatbot_cli.chat.model import Model
from chatbot_cli.errors import MissingKey, SettingsError
from chatbot_cli.providers.catalog import open_model
from chatbot_cli.providers.entries.registry import Providers
from chatbot_cli.providers.tokens.counting import counter_for
from chatbot_cli.settings.precedence import Settings


class OpenedModels:
    """Opens models with `environ`, the variables for proxies and certificates. Where a chat `sends_nothing`, no key
    is missed. What models refuse is remembered in `state`; what servers have told of their models is in `cache`, and
    `window_seen` what those on this machine have told when they were looked for."""

    def __init__(
        self,
        environ: Mapping[str, str],
        state: Path | None = None,
        cache: Path | None = None,
        *,
        sends_nothing: bool,
        window_seen: Callable[[str, str, str], int | None] = lambda provider, address, model: None,
    ) -> None:
        self._window_seen = window_seen
        self._environ, self._state, self._cache, self._sends_nothing = environ, state, cache, sends_nothing
        self._opened: dict[tuple[str, str | None], Model] = {}  # by spec and base URL

    def providers(self, settings: Settings) -> Providers:
        """The providers that there are with these settings."""
        return access_of(settings, self._environ).providers

    def open(self, spec: str, settings: Settings, server: str) -> Model:
        """Open a model at a server, "" for the one of the settings; a base URL given by flag comes before both."""
        if from_conversation := bool(server and settings.base_url is None):
            # An address that only `.env` of this folder names is none that the user names.
            named = None if settings.withheld else settings.openai_base_url
            settings = replace(settings.at(server), openai_base_url=named)
        key = spec, settings.base_url
        if key not in self._opened:
            access = replace(
                access_of(settings, self._environ),
                from_conversation=from_conversation,
                sends_nothing=self._sends_nothing,
                window_told=partial(_window_told, self._cache),
                window_seen=self._window_seen,
            )
            most = settings.max_reply_bytes
            model = open_model(spec, access, tries=settings.tries, max_reply_bytes=most, state=self._state)
            self._opened[key] = with_stated(model, settings)
        return self._opened[key]

    def close(self) -> None:
        """End what runs on this computer for these models."""
        for model in self._opened.values():
            model.close()

    def stand_in(
        self, spec: str, settings: Settings, server: str, is_of_folder: Callable[[Model], bool], *, is_new: bool
    ) -> Model:
        """Open a model that answers in place of another. One that has its own address is there, whatever the others'.

        If it cannot be opened, its `problem` says why. In a list that `is_new`, only a missing key is such a problem:
        raises SettingsError.
        """
        provider = self.providers(settings).called(spec.partition("/")[0])
        if provider and not provider.wants_key:
            settings, server = replace(settings, base_url=None), ""
        try:
            model = self.open(spec, settings, server)
        except SettingsError as error:
            if is_new and not isinstance(error, MissingKey):
                raise cannot_stand_in(spec, error) from error
            return _unopened(spec, error)
        if is_of_folder(model):
            where = f"The address of {spec} comes from .env of this folder, which cannot say who else is asked."
            return replace(model, problem=SettingsError(where))
        return model


def cannot_stand_in(spec: str, error: SettingsError) -> SettingsError:
    """The error for a name in the list that makes no sense."""
    return SettingsError(f"{spec} cannot stand in: {error}", error.marked_hint)


def _unopened(spec: str, problem: SettingsError) -> Model:
    return Model(spec, spec, _Unopened(problem), counter_for(spec), 1, problem=problem)


class _Unopened:
    """A ChatModel that cannot be asked."""

    def __init__(self, problem: SettingsError) -> None:
        self._problem = problem

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        nothing: tuple[ModelEvent, ...] = ()
        for event in nothing:  # what makes this a generator
            yield event
        raise self._problem


def _window_told(cache: Path | None, provider: str, address: str, model: str) -> int | None:
    """The tokens that a model holds by its server's list, if that was asked for in the last day."""
    if cache is None:
        return None
    # Imported here: only a long request wants to know.
    from chatbot_cli.providers.model_lists import ModelLists

    kept = ModelLists(cache).of(provider, address)
    if kept is None or not kept.is_fresh(time.time()):
        return None
    return next((one.context_tokens for one in kept.models if one.name == model), None)
