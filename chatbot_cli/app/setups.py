"""The personas and models that a chat can switch to, put together from settings, shelf and catalog."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from chatbot_cli.app.documents_in_use import NO_DOCUMENTS, WantedDocuments
from chatbot_cli.app.given_options import fields_given, given_by
from chatbot_cli.app.models_in_use import ModelsInUse
from chatbot_cli.app.opened_models import OpenedModels, cannot_stand_in
from chatbot_cli.app.persona_changes import what_changed_of_persona
from chatbot_cli.app.shapes import AS_IT_IS, WantedShape, shape_again, shape_named
from chatbot_cli.chat.messages import Persona
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.setup import PersonaSummary, Setup
from chatbot_cli.chat.shape import Shape
from chatbot_cli.errors import MissingKey, PersonaError, SettingsError
from chatbot_cli.hints import unmarked
from chatbot_cli.personas.shelf import PersonaShelf
from chatbot_cli.providers.entries.registry import DEMO
from chatbot_cli.providers.route.endpoint import NOTHING_SET
from chatbot_cli.sessions.setup_json import setup_from_json
from chatbot_cli.settings.precedence import Settings, Settled
from chatbot_cli.settings.sources import Origin
from chatbot_cli.system.web_address import address_in_words
from chatbot_cli.text.short import shorten_foreign

LONGEST_LABEL = 40  # characters of a schema, in a sentence
CACHE_KEY_BYTES = 12  # no two conversations draw the same


class AvailableSetups:
    """The personas and models that are available with these settings. A model is opened once at each server.

    `environ` holds the variables that name proxies and certificates. With `demo_without_key` the demo model stands in
    for one whose key is missing; `missing` then says so. Where the chat `sends_nothing`, no key is missed. `wanted` is
    what the command line says of schemas, and `documents` of these. A schema that is named later is looked for in
    `folder`.
    """

    def __init__(
        self,
        settled: Settled,
        shelf: PersonaShelf,
        *,
        demo_without_key: bool,
        environ: Mapping[str, str] = NOTHING_SET,
        sends_nothing: bool = False,
        wanted: WantedShape = AS_IT_IS,
        documents: WantedDocuments = NO_DOCUMENTS,
        folder: Path = Path(),
        cache: Path = Path(),
        state: Path | None = None,
    ) -> None:
        self.models_in_use = ModelsInUse(settled.settings, environ, cache, looks=not sends_nothing)
        self._folder = folder
        self._wanted, self.documents = wanted, documents
        self._settled = settled
        self._shelf = shelf
        self._demo_without_key = demo_without_key
        seen = self.models_in_use.here.window_of
        self._models = OpenedModels(environ, state, cache, sends_nothing=sends_nothing, window_seen=seen)
        self._resumed_server = ""  # the base URL of the resumed conversation, if it was begun at one of its own
        self._is_resumed = False
        self._lost_schema = ""  # what the user called a saved one that makes no sense
        self.missing: MissingKey | None = None

    def settings(self) -> Settings:
        """The settings of this start, before a persona adds to them. Raises SettingsError if a value makes no sense.

        A value that the first persona outdoes is not looked at.
        """
        if self._settled.problems:
            with suppress(PersonaError):  # a mistake in a setting is told before one in a persona
                self._with_persona(self._first_persona())
                return self._settled.settings
        return self._settled.sound()

    def personas(self) -> Sequence[PersonaSummary]:
        return self._shelf.summaries()

    def models(self) -> Sequence[str]:
        return self.models_in_use.offers

    def described_models(self) -> Sequence[tuple[str, str]]:
        from chatbot_cli.app.model_rows import described  # imported here: most chats look for no model

        return described(self.models_in_use)

    def persona(self, name: str) -> Setup:
        persona = self._shelf.load(name)
        # A system prompt given on the command line was for the first persona; another is asked for to be heard.
        setup = self._setup(name, persona, self._with_persona(persona), persona.system_prompt)
        names_server = self.is_named(setup.model) and (persona.model or not self._is_resumed)
        return setup.at_its_server() if names_server else setup

    def model(self, spec: str) -> Model:
        meant = self.models_in_use.spec_of(spec, self._resumed_server)
        return self._open(meant, self._settled.settings, self._resumed_server)

    def shape(self, what: str, *, many: bool = False) -> Shape:
        return shape_named(what, self._folder, many=many)

    def revived(self, saved: Mapping[str, object]) -> Setup:
        """The setup of a saved conversation, as it was. Raises SettingsError, MissingKey among them."""
        setup = setup_from_json(saved, self._open_again, self._shape_again, self._stand_in_again)
        return setup.at_its_server() if self._may_go_on_at_its_server(setup, saved) else setup

    def is_named(self, model: Model) -> bool:
        """Whether the user, who asks for a model, thereby names its server.

        The folder's `.env` is not the user. What stands in the user's own settings is for new conversations: one that
        is resumed may have been kept away from there.
        """
        if self._settled.settings.base_url or model.base_url:
            return True
        origin = self._origin_of_address(model)
        return origin is None or (origin is not Origin.DOTENV and not self._is_resumed)

    def close(self) -> None:
        """End what runs on this computer for the models that were opened, and for nobody else."""
        self._models.close()

    def given_by_flags(self) -> Mapping[str, object]:
        """The setup fields given on the command line, keyed as in `setup_as_json`.

        Environment and config are ignored: a resumed conversation keeps its own.
        """
        fields = dict(fields_given(self._settled.settings, self._first_persona))
        if "model" in fields:
            fields["model"] = self.models_in_use.spec_of(self._settled.settings.model)
        asked_for = self.documents
        documents = {"documents": [*asked_for.in_place_of(())]} if asked_for.none or asked_for.names else {}
        return {**fields, **self._wanted.as_fields(), **documents}

    @property
    def wanted_files(self) -> tuple[str, ...]:
        """The paths of the files that go with the first message."""
        return self.documents.files

    def changes_of(self, setup: Setup) -> str:
        """Sentences, marked as hints are, on what has changed since a setup was saved; empty if nothing has."""
        return " ".join(filter(None, (self._about_schema(), what_changed_of_persona(setup, self._shelf))))

    def _about_schema(self) -> str:
        """A sentence if the saved schema makes no sense."""
        lost, self._lost_schema = self._lost_schema, ""
        return lost and f"The saved schema “{lost}” makes no sense: replies are texts again."

    def first(self) -> tuple[Setup, Settings]:
        """The setup that a new conversation begins with, and the settings that its persona has added to."""
        persona = self._first_persona()
        settings = self._with_persona(persona)
        system_prompt = persona.system_prompt if settings.system is None else settings.system
        setup = self._setup(settings.persona, persona, settings, system_prompt)
        return replace(setup, cache_key=os.urandom(CACHE_KEY_BYTES).hex()), settings

    def _may_go_on_at_its_server(self, setup: Setup, saved: Mapping[str, object]) -> bool:
        """Whether a saved conversation may go to its model's server without being asked, though it was not there.

        One that does not know where it has been, such as an import, goes wherever the user's own settings lead.
        """
        if "been_at" not in saved:
            return bool(setup.model.base_url) or self._origin_of_address(setup.model) is not Origin.DOTENV
        if self._settled.settings.base_url:
            return True
        is_own = self._origin_of_address(setup.model) is None
        return is_own and self.given_by_flags().get("model") == setup.model.spec

    def _origin_of_address(self, model: Model) -> Origin | None:
        """The source of the setting that a model's address comes from; None if it is the provider's own."""
        settings = self._settled.settings
        address = settings.openai_base_url
        if not address or not model.address or model.address != address_in_words(address):
            return None
        return settings.sources["openai_base_url"].origin

    def _first_persona(self) -> Persona:
        return self._shelf.load(self._settled.settings.persona)

    def _with_persona(self, persona: Persona) -> Settings:
        return self._settled.with_persona(persona).sound()

    def _setup(self, name: str, persona: Persona, settings: Settings, system_prompt: str) -> Setup:
        try:
            spec = self.models_in_use.spec_of(settings.model, self._resumed_server)
            model = self._open(spec, settings, self._resumed_server)
        except MissingKey as missing:
            if not self._demo_without_key:
                raise self.models_in_use.or_what_runs_here(missing) from missing.__cause__
            self.missing = missing
            self.models_in_use.begin_to_look()
            model = self._open(DEMO.name, settings, self._resumed_server)
        return Setup(
            persona=name,
            display_name=persona.name,
            persona_prompt=persona.system_prompt,
            system_prompt=system_prompt,
            model=model,
            examples=persona.examples,
            options=settings.options,
            given_by=tuple(given_by(settings).items()),
            max_turns=settings.max_turns,
            slide=settings.slide,
            max_context_tokens=settings.max_context_tokens,
            overflow=settings.overflow,
            max_cost=settings.max_cost,
            greeting=persona.greeting,
            shape=self._wanted.in_place_of(persona.shape),
            tools=persona.tools,
            documents=self.documents.in_place_of(persona.documents),
            fallback=tuple(self._stand_in(spec, settings, is_new=True) for spec in settings.fallback or ()),
            fallback_is_own=settings.sources["fallback"].origin is not Origin.PERSONA,
        )

    def _shape_again(self, source: str, label: str, many: bool) -> Shape | None:
        if (shape := shape_again(source, label, many)) is None:
            self._lost_schema = unmarked(shorten_foreign(label, LONGEST_LABEL)) or "without a name"
        return shape

    def _open_again(self, spec: str, base_url: str) -> Model:
        settings = self._settled.settings
        model = self._open(spec or self.models_in_use.spec_of(settings.model, base_url), settings, base_url)
        self._is_resumed = True
        self._resumed_server = base_url  # from here on /model opens there, too: names are those of that server
        return model

    def _open(self, spec: str, settings: Settings, server: str) -> Model:
        return self._models.open(spec, settings, server)

    def _stand_in(self, spec: str, settings: Settings, *, is_new: bool) -> Model:
        def is_of_folder(model: Model) -> bool:
            return self._origin_of_address(model) is Origin.DOTENV

        try:
            spec = self.models_in_use.spec_of(spec) if is_new else spec
        except SettingsError as error:  # nobody is asked which one is meant: the list is to be clear
            raise cannot_stand_in(spec, error) from error
        return self._models.stand_in(spec, settings, self._resumed_server, is_of_folder, is_new=is_new)

    def _stand_in_again(self, spec: str, _base_url: str) -> Model:
        """One that is saved, at the server that the conversation was resumed at."""
        return self._stand_in(spec, self._settled.settings, is_new=False)
