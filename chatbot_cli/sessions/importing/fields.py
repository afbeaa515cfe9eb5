"""Checks each field of an imported file. An optional field with a bad value is dropped; a required one is refused."""

import re
from collections.abc import Mapping
from typing import Any

from chatbot_cli.chat.finish_reasons import ending_named, is_finish_reason
from chatbot_cli.chat.messages import Ending
from chatbot_cli.sessions.exporting.as_json import PRIVATE
from chatbot_cli.sessions.field_checks import amount_or_none, count_or_none, difference_or_none, senseless_field
from chatbot_cli.sessions.importing.alternation import Unreadable
from chatbot_cli.sessions.importing.rounds import rounds_of
from chatbot_cli.sessions.importing.sources import sources_of
from chatbot_cli.sessions.importing.thoughts import thoughts_of
from chatbot_cli.sessions.records import ReplyRecord
from chatbot_cli.sessions.setup_json import DEFAULTS, default_setup
from chatbot_cli.text.short import shorten_foreign

LONGEST_REASON = 64  # characters
LIKE_A_PATH = re.compile(r"[/\\:]|^~|\.ya?ml$", re.IGNORECASE)

# By a file: which tools a model is offered, which of his documents it is sent, who else is asked, and what a provider
# is to do beside answering, such as to call a server, is up to the user.
_NOT_TO_BE_CHOSEN = ("tools", "documents", "extra", "fallback", "fallback_is_own")
_ENDINGS = {ending.name.lower(): ending for ending in Ending}


def reply_of(fields: Mapping[str, Any], missing: Ending | None) -> ReplyRecord:
    """The record of a reply; `missing` is its ending if the file gives none."""
    named = fields.get("ending")
    ending, reason = ending_and_reason(fields.get("finish_reason"), missing)
    if isinstance(named, str):
        ending, reason = _ENDINGS.get(named, Ending.COMPLETE), ""
    return ReplyRecord(
        ending=ending,
        reason=text_of(fields.get("reason")) or reason,
        model=text_of(fields.get("model")),
        persona=text_of(fields.get("persona")),
        seconds=amount_or_none(fields.get("seconds")),
        tokens_sent=count_or_none(fields.get("tokens_sent")),
        tokens_received=count_or_none(fields.get("tokens_received")),
        cost=amount_or_none(fields.get("cost")),
        tokens_cached=count_or_none(fields.get("tokens_cached")),
        tokens_written=count_or_none(fields.get("tokens_written")),
        tokens_reasoning=count_or_none(fields.get("tokens_reasoning")),
        saved=difference_or_none(fields.get("saved")),
        rounds=rounds_of(fields.get("rounds")),
        sources=sources_of(fields.get("sources")),
        thoughts=thoughts_of(fields),
    )


def ending_and_reason(finish_reason: object, missing: Ending | None) -> tuple[Ending | None, str]:
    """How a reply ended by a server's word, and why it was cut; `missing` if there is no word."""
    if not isinstance(finish_reason, str) or not is_finish_reason(finish_reason):
        return missing, ""
    ending = ending_named(finish_reason) or Ending.COMPLETE
    return ending, shorten_foreign(finish_reason, LONGEST_REASON) if ending is Ending.LOST else ""


def text_of(value: object) -> str:
    """The value if it is a text, else an empty one."""
    return value if isinstance(value, str) else ""


def setup_from(setup: object, system_prompt: str, model: str) -> dict[str, object]:
    """The setup of a conversation. `system_prompt` and `model` are used if it gives none. Raises Unreadable."""
    if setup is None:
        return default_setup(system_prompt, model)
    if not isinstance(setup, dict):
        raise Unreadable("its setup makes no sense")
    public = {name: value for name, value in setup.items() if name not in (*PRIVATE, *_NOT_TO_BE_CHOSEN)}
    if (senseless := senseless_field(public)) is not None:
        raise Unreadable(f"{senseless[:40]!r} in its setup makes no sense")
    kept = {"persona": "assistant", "system_prompt": system_prompt, "model": model} | public
    return kept | {"persona": _name_only(text_of(kept["persona"]))}


def _name_only(persona: str) -> str:
    """The name of a persona. Of a path, which would lead to a file of this computer, a part that can be no path.

    The persona's prompt is in the conversation, so that nothing is lost.
    """
    if not LIKE_A_PATH.search(persona):
        return persona
    name = re.split(r"[/\\:]", persona.rstrip("/\\"))[-1].strip().strip(" .~")
    while LIKE_A_PATH.search(name):
        name = name.rpartition(".")[0].strip(" .~")
    return name or str(DEFAULTS["persona"])
