"""Reads the text of a persona file as YAML nodes, which know their lines. The text is not trusted.

Whatever could do harm, or means something other than its author thinks (aliases, tags,
depth), is refused event by event before anything is built from it. Every refusal is a PersonaError with its line.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import yaml

from chatbot_cli.errors import PersonaError
from chatbot_cli.personas.one_line import has_half_character

MAX_NODES = 2_000  # keys, values and lists; with all examples that it may have, a persona has some 500
MAX_DEPTH = 16  # a persona has three levels; a deep document would exhaust the recursion of YAML's composer

Loader = type[yaml.SafeLoader] | type[yaml.CSafeLoader]
FASTEST: Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # not every PyYAML was built with the C library

FOREIGN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what YAML does not allow

# YAML's complaints, for somebody who writes prompts: (part of the complaint, the mistake in plain words, hint).
MISTAKES = (
    ("mapping values", "a colon where none may stand", 'Put text with ": " in quotes; keys begin at the margin.'),
    ("tab character", "a tab at the beginning of a line", "Indent with spaces."),
    ("character '\\t'", "a tab at the beginning of a line", "Indent with spaces."),
    ("any token", "a character that no value may begin with", "Put text that begins with @, % or ` in quotes."),
    ("expected ':'", "a line without a key", "Indent the lines of a long text, below `key: |`."),
    ("unexpected end of stream", "a quotation mark that is never closed", "Close it where the text ends."),
    ("',' or", "a bracket that is never closed", "Put text that begins with [ or { in quotes."),
    ("alphabetic or numeric", "a value that begins with * or &", "Put it in quotes."),
    ("escape", "an unknown escape in a quoted text", "Use single quotes: in double quotes a backslash is special."),
    ("single document", "a second document", "Take the line `---` out."),
    ("parsing a block", "a line that fits no indent above", "Indent the lines of a text alike, but not the keys."),
)
FOUND_LATE = (
    "unexpected end of stream",
    "',' or",
    "expected ':'",
)  # the line to mend is the one where the text or bracket begins


def parse(path: Path, text: str, loader: Loader = FASTEST) -> yaml.Node | None:
    """The outermost node of `text`, None if there is none. Raises PersonaError, whose sentences name `path`."""
    if foreign := FOREIGN.search(text):
        line = text.count("\n", 0, foreign.start()) + 1
        code = f"U+{ord(foreign.group()):04X}"
        raise PersonaError(f"{path}, line {line}: the control character {code} may not stand here.", "Delete it.")
    try:
        _refuse_machinery(path, yaml.parse(text, Loader=loader))
        root: yaml.Node | None = yaml.compose(text, Loader=loader)
    except yaml.YAMLError as error:
        raise _not_yaml(path, error) from error
    except (ValueError, OverflowError) as error:  # the slow loader's chr(), given an escape like "\UFFFFFFFF"
        raise PersonaError(f"{path}: an escape stands for no character.", "Use single quotes.") from error
    return root


def _refuse_machinery(path: Path, events: Iterable[yaml.Event]) -> None:
    """Refuse aliases, anchors, tags, depth, half characters, and more than anybody writes.

    Not even a few aliases are allowed: a persona has nothing to share within a file, `extends` shares between files,
    and an alias found in one is most likely text like `*gently*`, which YAML would silently lose or replace.
    """
    depth = nodes = 0
    for event in events:
        nodes += isinstance(event, yaml.NodeEvent)
        if nodes > MAX_NODES:
            hint = "Are there many examples? Each of them is sent with every request."
            raise PersonaError(f"{path} is too long: a persona may have {MAX_NODES:,} keys and values.", hint)
        where = f"{path}, line {event.start_mark.line + 1 if event.start_mark else 1}"
        match event:
            case yaml.AliasEvent():
                raise _machinery(where, f'"*{event.anchor}" is a YAML alias', "*")
            case yaml.NodeEvent() if event.anchor:
                raise _machinery(where, f'"&{event.anchor}" is a YAML anchor', "&")
            case yaml.ScalarEvent() | yaml.CollectionStartEvent() if event.tag:
                raise _machinery(where, f'"{event.tag}" is a YAML tag', "!")
            case yaml.ScalarEvent() if has_half_character(event.value):
                raise PersonaError(f"{where}: an escape stands for no character.", "Use single quotes.")
            case yaml.CollectionStartEvent():
                depth += 1
            case yaml.CollectionEndEvent():
                depth -= 1
        if depth > MAX_DEPTH:
            raise _too_deep(where)


def _too_deep(where: str) -> PersonaError:
    return PersonaError(f"{where}: lists and keys are nested too deep.")


def _machinery(where: str, construct: str, sign: str) -> PersonaError:
    return PersonaError(
        f"{where}: {construct}, which a persona does not need.", f"Put text that begins with {sign} in quotes."
    )


def _not_yaml(path: Path, error: yaml.YAMLError) -> PersonaError:
    if not isinstance(error, yaml.MarkedYAMLError):
        return PersonaError(f"{path} is not YAML.")
    complaint = f"{error.context} {error.problem}"
    mark = error.problem_mark or error.context_mark
    if any(part in complaint for part in FOUND_LATE):
        mark = error.context_mark or mark
    where = f"{path}, line {mark.line + 1}" if mark else f"{path}"
    if "maximum nesting depth" in complaint:  # newer parsers have a limit of their own, and meet it first
        return _too_deep(where)
    for part, words, hint in MISTAKES:
        if part in complaint:
            return PersonaError(f"{where}: this is not YAML: {words}.", hint)
    return PersonaError(f"{where}: this is not YAML: {error.problem or error.context}.")
