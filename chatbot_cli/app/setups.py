"""The personas and models that a chat can switch to, put together from settings, shelf and catalog."""

from collections.abc import Mapping, Sequence

from chatbot_cli.app.model_access import access_of
from chatbot_cli.chat.messages import Persona
from chatbot_cli.chat.options import NUMBERS
from chatbot_cli.chat.setup import Model, PersonaSummary, Setup
from chatbot_cli.errors import MissingKey, PersonaError
from chatbot_cli.personas.shelf import PersonaShelf
from chatbot_cli.providers.catalog import open_model
from chatbot_cli.providers.route.endpoint import NOTHING_SET
from chatbot_cli.providers.table import DEMO, PROVIDERS
from chatbot_cli.sessions.setup_json import setup_from_json
from chatbot_cli.settings.precedence import Settings, Sources

Flags = Mapping[str, object]  # settings by name, as given on the command line; None is unset


class AvailableSetups:
    """The personas and models that these sources and flags make available. A model is opened once.

    `environ` names the proxies and certificates on the way to it.
    """

    def __init__(
        self,
        sources: Sources,
        flags: Flags,
        shelf: PersonaShelf,
        *,
        demo_without_key: bool,
        environ: Mapping[str, str] = NOTHING_SET,
    ) -> None:
        self._sources = sources
        self._environ = environ
        self._flags = flags
        self._shelf = shelf
        self._demo_without_key = demo_without_key
        self._opened: dict[str, Model] = {}
        self.missing: MissingKey | None = None  # why the demo model stands in

    def personas(self) -> Sequence[PersonaSummary]:
        return self._shelf.summaries()

    def models(self) -> Sequence[str]:
        return [spec for provider in PROVIDERS for spec in provider.models]

    def persona(self, name: str) -> Setup:
        # A system prompt given on the command line was for the first persona; another is asked for to be heard.
        return self._setup(name, self._shelf.load(name), {**self._flags, "system": None})

    def model(self, spec: str) -> Model:
        return self._open(spec, self._sources.settle(self._flags, None))

    def revived(self, saved: Mapping[str, object]) -> Setup:
        """The setup of a saved conversation, as it was. Raises SettingsError, MissingKey among them."""
        return setup_from_json(saved, self._open_again)

    def said_now(self) -> Mapping[str, object]:
        """What the command line says of a setup, under the names that `setup_as_json` gives; nothing else counts."""
        settings = self._sources.settle(self._flags, None)
        given = {name for name, value in self._flags.items() if value is not None}
        said = {name: settings.value(name) for name in ("model", "base_url", *NUMBERS) if name in given}
        system = {"system_prompt": settings.system} if "system" in given else {}
        persona = _of_persona(settings.persona, self._shelf.load(settings.persona)) if "persona" in given else {}
        return {**persona, **said, **system}

    def changes_of(self, setup: Setup) -> str:
        """A sentence when the persona that a setup was made from is another one by now."""
        name = " ".join(setup.persona.split())  # an import may bring one with newlines
        try:
            persona = self._shelf.load(setup.persona)
        except PersonaError:
            return f"The persona “{name}” is gone since; this conversation keeps it."
        if setup.persona_prompt in ("", persona.system_prompt) and setup.examples == persona.examples:
            return ""
        return (
            f"The persona “{name}” has changed since; this conversation keeps the old one. "
            f"/persona {name} takes the new one."
        )

    def _open_again(self, spec: str, base_url: str) -> Model:
        if base_url and not self._flags.get("base_url"):
            self._flags = {**self._flags, "base_url": base_url}  # for /model, too: names are those of that server
        settings = self._sources.settle(self._flags, None)
        return self._open(spec or settings.model, settings)

    def first(self) -> tuple[Setup, Settings]:
        """What a chat begins with."""
        name = self._sources.persona(self._flags)
        persona = self._shelf.load(name)
        return self._setup(name, persona, self._flags), self._sources.settle(self._flags, persona)

    def _setup(self, name: str, persona: Persona, flags: Flags) -> Setup:
        settings = self._sources.settle(flags, persona)
        try:
            model = self._open(settings.model, settings)
        except MissingKey as missing:
            if not self._demo_without_key:
                raise
            self.missing = missing
            model = self._open(DEMO.name, settings)
        return Setup(
            persona=name,
            display_name=persona.name,
            persona_prompt=persona.system_prompt,
            system_prompt=persona.system_prompt if settings.system is None else settings.system,
            model=model,
            examples=persona.examples,
            options=settings.options,
            max_turns=settings.max_turns,
            max_context_tokens=settings.max_context_tokens,
            greeting=persona.greeting,
        )

    def _open(self, spec: str, settings: Settings) -> Model:
        if spec not in self._opened:
            self._opened[spec] = open_model(spec, access_of(settings, self._environ), tries=settings.tries)
        return self._opened[spec]


def _of_persona(name: str, persona: Persona) -> Mapping[str, object]:
    """What a persona says of a setup, under the names that `setup_as_json` gives."""
    return persona.stated() | {
        "persona": name,
        "display_name": persona.name,
        "persona_prompt": persona.system_prompt,
        "system_prompt": persona.system_prompt,
        "greeting": persona.greeting,
        "examples": [{"user": example.user, "assistant": example.assistant} for example in persona.examples],
    }
