"""The words of a line of fields: which of them another language means, and which are surely a mistake. Pure."""

import re

from chatbot_cli.structured.schemas.faults import nearest
from chatbot_cli.structured.schemas.soundness import TYPES
from chatbot_cli.text.counts import counted
from chatbot_cli.text.repeats import first_twice
from chatbot_cli.text.safe import controls_in
from chatbot_cli.text.short import shorten_foreign

Fault = tuple[str, str]  # a clause, and a hint

ALL_TYPES = "The types are str, int, float, bool, [type] for a list, {fields} for an object, and a choice such as a|b."
_MEANT = {
    **dict.fromkeys(("integer", "long"), "int"),
    **dict.fromkeys(("string", "text", "char", "date", "datetime", "time", "email", "url", "uri", "uuid"), "str"),
    **dict.fromkeys(("number", "double", "decimal", "real"), "float"),
    **dict.fromkeys(("boolean", "flag"), "bool"),
    **dict.fromkeys(("list", "array", "tuple", "set", "sequence"), "[str]"),
    **dict.fromkeys(("object", "dict", "map", "record"), "{name, age int}"),
}
_TYPE_AFTER_COLON = re.compile(r"(\[?)(str|string|int|integer|float|number|bool|boolean)(\]?\??)", re.IGNORECASE)
_CHOICE_AFTER_COLON = re.compile(r"\w+(?:\|\w+)+\??")
_QUOTES = "\"'`“”„‘’«»"
_NOT_IN_NAMES = re.compile(r"[;=()]")
_QUOTED = 40  # characters of a quotation in a sentence


def quoted(word: str) -> str:
    """A word of the user's in a sentence."""
    return f'"{shorten_foreign(word, _QUOTED)}"'


def fault_of_name(name: str, follows: str) -> Fault | None:
    """What is wrong with the name of a field, after which comes this sign."""
    if name[0] in _QUOTES:
        return "a name has no quotes around it", f"Write: {shorten_foreign(name.strip(_QUOTES), _QUOTED) or 'name'}"
    if follows == "|":
        return f"{quoted(name)} is the name of a field, and its choices come after it", "Write: mood good|bad"
    if _NOT_IN_NAMES.search(name) or controls_in(name):
        hint = "A comma ends a field, and a blank comes before its type: name, age int"
        return f"{quoted(name)} is no name of a field", hint
    return None


def fault_of_description(name: str, description: str) -> Fault | None:
    """What is wrong with the description of a field without a type: it may be the type, as other languages have it."""
    found = _TYPE_AFTER_COLON.fullmatch(description)
    if found:
        before, word, after = found[1], found[2].lower(), found[3]
        meant = f"{before}{word if word in TYPES else _MEANT[word]}{after}"
    elif _CHOICE_AFTER_COLON.fullmatch(description):
        meant = shorten_foreign(description, _QUOTED)
    else:
        return None
    hint = f'A blank comes before a type: "{name} {meant}".'
    return f"{quoted(description)}, after the colon, would be a description of {quoted(name)}", hint


def fault_of_choice(name: str, words: list[str]) -> Fault | None:
    """What is wrong with the words among which a reply is to choose."""
    if "" in words:
        return f"a choice of {quoted(name)} is empty", "Put a word on each side of |: good|bad"
    if odd := [word for word in words if word[0] in f"{_QUOTES}(" or word[-1] == ")"]:
        hint = "Choices are words, with nothing around them: good|bad"
        return f"{quoted(odd[0])}, a choice of {quoted(name)}, has a sign around it", hint
    if twice := first_twice(words):
        return f"{quoted(twice)} is a choice of {quoted(name)} twice", "Take one of them out."
    if set(words) == {"true", "false"}:
        return f"the choices of {quoted(name)} are true and false", f'That is the type bool: "{name} bool".'
    if all(word in {*TYPES, "null", "None"} for word in words):
        hint = "Choices are words, as in good|bad. For several types, write a JSON Schema."
        return f"{quoted(name)} has {counted(len(words), 'type')}, and may have one", hint
    return None


def hint_for_type(word: str, after_description: bool) -> str:
    """The hint for a type that does not exist; `after_description` if a field before this one has a description."""
    lower = word.lower()
    if near := _MEANT.get(lower) or nearest(lower, TYPES):
        return f'Did you mean "{near}"? {ALL_TYPES}'
    if word[0] in _QUOTES:
        return f"Words are written without quotes, and without blanks. {ALL_TYPES}"
    if after_description:
        return f"A comma ends a description, unless each field has a line of its own. {ALL_TYPES}"
    return f"The name of a field is one word, and its type another. {ALL_TYPES}"
