"""Says what has changed of a persona since a conversation was saved."""

from chatbot_cli.chat.setup import Setup
from chatbot_cli.errors import PersonaError
from chatbot_cli.hints import setting, unmarked
from chatbot_cli.personas.shelf import PersonaShelf


def what_changed_of_persona(setup: Setup, shelf: PersonaShelf) -> str:
    """A sentence, marked as hints are, if the persona of a saved setup has changed since or is gone; else empty."""
    name = unmarked(" ".join(setup.persona.split()))  # an import may bring one with newlines
    try:
        persona = shelf.load(setup.persona)
    except PersonaError:
        return f"The persona “{name}” is gone since; this conversation keeps it."
    if setup.persona_prompt in ("", persona.system_prompt) and setup.examples == persona.examples:
        return ""
    return (
        f"The persona “{name}” has changed since; this conversation keeps the old one. "
        f"{setting('persona', name)} takes the new one."
    )
