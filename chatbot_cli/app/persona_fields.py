"""What a persona gives a saved conversation that takes it."""

from collections.abc import Mapping

from chatbot_cli.chat.messages import Persona
from chatbot_cli.sessions.setup_json import options_as_json, shape_as_json
from chatbot_cli.settings.sources import Origin, Source


def as_fields(name: str, persona: Persona) -> Mapping[str, object]:
    """The setup fields that a persona gives, keyed as in `setup_as_json`."""
    shape = {"shape": shape_as_json(persona.shape)} if persona.shape else {}
    return (
        options_as_json(persona.stated())
        | shape
        | {
            "persona": name,
            "given_by": dict.fromkeys(persona.options.names, str(Source(Origin.PERSONA, persona.name))),
            "display_name": persona.name,
            "persona_prompt": persona.system_prompt,
            "system_prompt": persona.system_prompt,
            "greeting": persona.greeting,
            "tools": [*persona.tools],
            "documents": [*persona.documents],
            "examples": [{"user": example.user, "assistant": example.assistant} for example in persona.examples],
        }
    )
