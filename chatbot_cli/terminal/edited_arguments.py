"""Lets the user edit the arguments of a tool call, which are a JSON object."""

import json

from chatbot_cli.terminal.input.short_prompts import Keyboard
from chatbot_cli.text.signs import INDENT

HOW = "Enter takes them, Esc goes back."


async def edited_object(prompt: Keyboard, what: str, text: str) -> str:
    """A JSON object as the user has edited it; as it was if they go back."""
    if prompt.shows_drafts:
        edited = await prompt.line(f"{what}. {HOW}\n{INDENT}", _pretty(text), problem_of_object)
        return text if edited is None else _compact(edited, text)
    while edited := await prompt.line(f"{what}, as JSON; Enter alone leaves them as they are: "):
        sentence, _ = problem_of_object(edited)
        if not sentence:
            return _compact(edited, text)
        prompt.say(sentence)  # a prompt there can show neither a draft nor a problem
    return text


def problem_of_object(text: str) -> tuple[str, int]:
    """Why a text is no JSON object, and at which character; an empty sentence if it is one."""
    try:
        value = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        return f"This is no JSON: {error.msg}, in line {error.lineno}.", error.pos
    except (ValueError, RecursionError) as error:
        return f"This is no JSON: {error}.", 0
    return ("", 0) if isinstance(value, dict) else ("Arguments are an object: { … }.", 0)


def _refuse(constant: str) -> None:
    raise ValueError(f"it has no {constant}")


def _pretty(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return text


def _compact(edited: str, before: str) -> str:
    """The edited object on one line; the text from before if it says the same."""
    value = json.loads(edited)
    try:
        if json.dumps(json.loads(before)) == json.dumps(value):
            return before
    except ValueError:
        pass
    return json.dumps(value, ensure_ascii=False)
