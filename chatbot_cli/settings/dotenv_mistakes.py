"""What is wrong with a line of a `.env`, in the words of a notice. No value of it is repeated. Pure."""

import re
from collections.abc import Iterable

LIKE_ENOUGH = 0.8  # of the letters of two names, by difflib

_SETTERS = (  # the words that set a variable in other languages: shells, Dockerfiles, scripts
    *("set", "setx", "setenv", "env", "let", "const", "var", "declare", "typeset", "local", "export", "arg"),
    *("set -x", "set -gx", "set -ux", "set -ugx", "declare -x", "typeset -x"),
)
_BULLETS = ("-", "*", "•", "$", "$env:", "${env:", "env.", "process.env.", "os.environ", "#!")
_STRAIGHT, _TYPOGRAPHIC = "\"'`", "“”„‟‘’‚‛«»‹›＂＇"


def why_no_statement(variable: str, text: str) -> str:
    """Why a statement that is about a variable does not set it, to follow its name."""
    before, _, after = text.partition(variable)
    front, after = before.strip(), after.lstrip(" \t")
    if front.lower() in (*_SETTERS, *_BULLETS) and not (front == "export" and after[:1] != "="):
        return f"has “{front}” in front"
    if front in ('"', "'", '{"', "{'", "{"):
        return "has quotation marks or brackets around its name"
    if front and front != "export":
        return "makes no sense"
    if after[:1] in (":", "："):
        return "has a colon where “=” belongs"
    if after[:1] == "=":
        return _why_no_value(after[1:].strip())
    return "has no “=”"


def _why_no_value(value: str) -> str:
    quote = value[:1]
    if quote in ('"', "'"):
        return (
            f"has a quotation mark that is never closed ({quote})" if quote not in value[1:] else "goes on after quotes"
        )
    return "makes no sense"


def why_no_key(value: str) -> str:
    """Why a value cannot be an API key; empty if it may be one."""
    if not value:
        return ""
    if value[0] in _TYPOGRAPHIC or value[-1] in _TYPOGRAPHIC:
        return "has typographic quotation marks"
    if re.search(r"\s", value):
        return "has a space in the key"
    if not (value.isascii() and value.isprintable()):
        return "has a character in the key that no key has"
    if value[0] in _STRAIGHT or value[-1] in _STRAIGHT:
        return "has a quotation mark too many"
    if value[0] == "=":
        return "has a second “=”"
    return f"has a “{value[-1]}” after the key" if value[-1] in ",;" else ""


def misspelled(name: str, ours: Iterable[str]) -> str | None:
    """The variable of ours that is meant by another name, if that is a near miss; else None.

    Of keys, whose names other programs have as well, little may differ: `OPENAI_KEY`, `OPENAI_APIKEY`.
    """
    if len(name) > 60 or not re.fullmatch(r"[A-Za-z0-9_.-]+", name):
        return None
    plain = {_letters(variable): variable for variable in ours}
    written = _letters(name)
    if written in plain:
        return plain[written]
    if written.startswith("CHAT"):
        return _nearest(written, [letters for letters in plain if letters.startswith("CHAT")], plain)
    for letters, variable in plain.items():
        if letters.endswith("APIKEY") and written == letters.replace("API", ""):
            return variable
    near = [letters for letters in plain if letters[:3] == written[:3] and abs(len(letters) - len(written)) <= 1]
    return None if written[-1:].isdigit() else _nearest(written, near, plain, like_enough=0.9)


def _letters(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", name).upper()


def _nearest(
    written: str, candidates: list[str], plain: dict[str, str], *, like_enough: float = LIKE_ENOUGH
) -> str | None:
    if not candidates:
        return None
    # Imported here because only a name that is nearly ours needs it.
    from difflib import SequenceMatcher

    def likeness(letters: str) -> float:
        return SequenceMatcher(None, written.removeprefix("CHAT"), letters.removeprefix("CHAT")).ratio()

    best = max(candidates, key=likeness)
    return plain[best] if likeness(best) >= like_enough else None
