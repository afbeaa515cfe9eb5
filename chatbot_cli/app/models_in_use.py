"""What a name of a model means with these settings: which lists there are, and what is asked to find it."""

import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot_cli.app.model_access import access_of
from chatbot_cli.app.servers_here import ServersHere
from chatbot_cli.chat.options import StatedModel
from chatbot_cli.errors import MissingKey, ModelAmbiguous, SettingsError
from chatbot_cli.hints import setting, unmarked
from chatbot_cli.providers.entries.provider import Provider
from chatbot_cli.providers.route.endpoint import Access, Endpoint
from chatbot_cli.providers.route.spec import route_to
from chatbot_cli.settings.precedence import Settings
from chatbot_cli.text.short import LONGEST_NAME, shorten_foreign

if TYPE_CHECKING:
    from chatbot_cli.providers.discovery.finding import LocalServer
    from chatbot_cli.providers.discovery.served import ServedModel
    from chatbot_cli.providers.model_lists import KeptList
    from chatbot_cli.providers.naming import Lists, Meaning
    from chatbot_cli.providers.newest import ListedModel


class ModelsInUse:
    """The models that can be meant with these settings. Lists are read, and servers looked for, only for a name that
    needs them.

    Where `looks` is false, no server is looked for. `chosen` has a sentence for each name that was found by a word.
    """

    def __init__(self, settings: Settings, environ: Mapping[str, str], cache: Path, *, looks: bool = True) -> None:
        self._settings, self._environ, self._cache, self._looks = settings, environ, cache, looks
        self.chosen: list[str] = []
        self.here = ServersHere(self._local)

    @cached_property
    def access(self) -> Access:
        """The way to all servers. Raises SettingsError."""
        return access_of(self._settings, self._environ)

    def spec_of(self, typed: str, server: str = "") -> str:
        """What opens the model that is meant; a `server` of the conversation's own is sent names as they are.

        Raises ModelAmbiguous, and SettingsError if no model is called nearly so.
        """
        spec = self._in_full(typed)
        if not (server or self.has_own_address or self._is_plain(spec)):
            spec = self._found(spec)
        if spec != typed and (sentence := f"{_shown(typed)} is {_shown(spec)}.") not in self.chosen:
            self.chosen.append(sentence)
        return spec

    def _in_full(self, typed: str) -> str:
        """What was typed, or what it is an alias of, if need be over several."""
        aliases, spec = dict(self._settings.models.aliases), typed
        while (word := spec.strip().lower()) in aliases:
            spec = aliases.pop(word)
        return spec

    @property
    def stated(self) -> Mapping[str, StatedModel]:
        """What config.toml states of single models."""
        return self._settings.models.models

    @property
    def preferred_in_vain(self) -> Sequence[str]:
        """Names of `prefer` that no provider has."""
        return [name for name in self._settings.models.prefer if self.access.providers.called(name) is None]

    @property
    def offers(self) -> Sequence[str]:
        """Specs of models to offer: of servers here that were found, and of providers that can be asked."""
        here = [f"{server.provider}/{one.name}" for server in self.here.seen for one in server.models]
        return [*here, *self._offers]

    @cached_property
    def _offers(self) -> Sequence[str]:
        """Those of providers: one of models that are copies of each other."""
        # Imported here: only somebody who looks for a model needs it.
        from chatbot_cli.providers.newest import newest_first

        if self.has_own_address:
            return [spec for row in self.access.providers for spec in row.models]
        listed = newest_first(self.lists.reachable)
        return [*(model.spec for model in listed), *(row.name for row in self.access.providers if row.runs_in_process)]

    @cached_property
    def asked(self) -> Sequence[tuple[Provider, Endpoint]]:
        """The providers that can be asked, each with the way to it: their keys are there, or they need none."""
        return [(row, way) for row in self.access.providers if not row.local and (way := self.way_to(row))]

    @cached_property
    def lists(self) -> "Lists":
        """The lists of all models but local ones."""
        # Imported here: only a name that is found by a word needs it.
        from chatbot_cli.providers.naming import Lists

        providers = self.access.providers
        reachable = [model for row, way in self.asked for model in self._models_of(row, way)]
        asked = tuple(row.name for row, _ in self.asked)
        others = [model for row in providers if row.name not in asked for model in self._known(row.name)]
        names = frozenset(row.name for row in providers)
        prefer, after = self._settings.models.prefer, frozenset(row.name for row in providers if row.shares_key)
        return Lists(reachable, others, providers.default.name, asked, prefer, providers=names, after_others=after)

    def look_for_servers(self) -> "Sequence[LocalServer]":
        """The servers that run on this machine now; none if the user names another, or nothing may be sent."""
        return self.here.look() if self._looks and not self.has_own_address else ()

    def begin_to_look(self) -> None:
        """The same in the background, for a short time."""
        if self._looks and not self.has_own_address:
            self.here.begin_to_look()

    def or_what_runs_here(self, missing: MissingKey) -> MissingKey:
        """The error that a key is missing; it names a model of a server here, if one is found in a short time."""
        self.begin_to_look()
        local = self.here.model_seen()
        otherwise = f"take what runs here: {setting('model', unmarked(local))}"
        return MissingKey(missing.variable, missing.model, otherwise) if local else missing

    def served_by(self, provider: Provider, way: Endpoint) -> "Sequence[ServedModel]":
        """What a provider's server told last, however long ago; empty if it has not."""
        kept = self.kept(provider, way)
        return kept.models if kept else ()

    def kept(self, provider: Provider, way: Endpoint) -> "KeptList | None":
        """What a provider's server told last of its models."""
        # Imported here: most chats need no list.
        from chatbot_cli.providers.model_lists import ModelLists

        return ModelLists(self._cache).of(provider.name, way.base_url)

    def _local(self) -> Sequence[tuple[Provider, Endpoint]]:
        return [(row, way) for row in self.access.providers if row.local and (way := self.way_to(row))]

    @property
    def has_own_address(self) -> bool:
        """Whether the user names a server in place of the providers' own."""
        return bool(self._settings.base_url or self._settings.openai_base_url)

    def _is_plain(self, spec: str) -> bool:
        """Whether a spec opens what it names as it is: PROVIDER/NAME, a model that is offered, or the demo."""
        providers = self.access.providers
        prefix, slash, _ = spec.strip().partition("/")
        named = providers.called(prefix)
        return spec.strip() in providers.default.models or (named is not None and bool(slash or not named.base_url))

    def _found(self, typed: str) -> str:
        # Imported here: most chats are begun with a name that opens as it is.
        from chatbot_cli.providers.naming import Chosen, Several, WithoutKey, first_to_offer, meaning_of

        meant = meaning_of(typed, self.lists)
        if not isinstance(meant, Chosen | Several) and (here := self._among_local(typed)):
            meant = first_to_offer(here, meant, self.lists)
        match meant:
            case Chosen(spec):
                return spec
            case Several(word, specs):
                raise ModelAmbiguous(word, specs)
            case WithoutKey(provider, name):
                return f"{provider}/{name}"
        prefix, slash, name = typed.strip().partition("/")
        providers = self.access.providers
        if row := providers.called(prefix.lower()):
            if slash or row.runs_in_process:
                return f"{row.name}{slash}{name}"
            sentence = f"{row.label or row.name} is a provider, and no model of it is found."
            raise SettingsError(sentence, f"Give {setting('model', f'{row.name}/NAME')}.")
        if self._default_can_be_asked or not (meant.nearest or (self.asked and not slash)):
            return typed  # new models appear every day: the server knows
        nearest, default = " or ".join(setting("model", unmarked(spec)) for spec in meant.nearest), providers.default
        hint = f"Did you mean {nearest}? chat models lists them."
        if not nearest:
            hint = f"chat models lists those there are. With {default.key_variable}, {default.label} would be asked."
        raise SettingsError(f"No model is called “{_shown(typed)}”.", hint)

    def _among_local(self, typed: str) -> "Meaning | None":
        """What is meant among local models; None if there are none. Servers are looked for."""
        # Imported here: most chats look for no server.
        from chatbot_cli.providers.naming import Lists, meaning_of
        from chatbot_cli.providers.newest import ListedModel

        servers = self.look_for_servers()
        found = [ListedModel(server.provider, one.name) for server in servers for one in server.models]
        if not found:
            return None
        names = frozenset(server.provider for server in servers)
        lists = Lists(found, default="", asked=tuple(names), prefer=self._settings.models.prefer, providers=names)
        return meaning_of(typed, lists)

    @property
    def _default_can_be_asked(self) -> bool:
        return any(row.is_default for row, _ in self.asked)

    def way_to(self, row: Provider) -> Endpoint | None:
        """The way to a provider; None if its key or a part of its address is missing, or it needs none."""
        try:
            route = route_to(f"{row.name}/-", self.access)
        except SettingsError:
            return None
        return route and route.endpoint

    def _models_of(self, row: Provider, way: Endpoint) -> "list[ListedModel]":
        """The models of a provider, as its server told last, else as the list has them, else as its entry does."""
        # Imported here: only a name that is found by a word needs it.
        from chatbot_cli.providers.newest import ListedModel

        known = {model.name: model for model in self._known(row.name)}
        kept = self.kept(row, way)
        told = [known.get(one.name) or ListedModel(row.name, one.name) for one in kept.models] if kept else []
        if kept and kept.is_fresh(time.time()):
            return told
        known |= {model.name: model for model in told}
        offered = (spec.removeprefix(f"{row.name}/") for spec in row.models)
        return [*known.values(), *(ListedModel(row.name, name) for name in offered if name not in known)]

    def _known(self, provider: str) -> "list[ListedModel]":
        # Imported here: only a name that is found by a word needs the list.
        from chatbot_cli.providers.known_models import all_known
        from chatbot_cli.providers.newest import ListedModel

        today = time.strftime("%Y-%m-%d")
        return [
            ListedModel(
                provider,
                one.name,
                one.released,
                bool(one.deprecated) and one.deprecated <= today,
                None if one.price_in is None or one.price_out is None else one.price_in + one.price_out,
            )
            for one in all_known(provider)
        ]


def _shown(name: str) -> str:
    return unmarked(shorten_foreign(name, LONGEST_NAME))
