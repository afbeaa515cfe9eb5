"""Reads one persona file and checks it key by key. Every problem is a sentence with file, line and key."""

import difflib
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from chatbot_cli.chat.messages import Exchange
from chatbot_cli.chat.options import NUMBERS, WORDS, Bounds
from chatbot_cli.errors import PersonaError
from chatbot_cli.personas.inline_schema import as_json
from chatbot_cli.personas.safe_yaml import read_root
from chatbot_cli.text.short import shorten_foreign

MAX_PROBLEMS = 50  # a file with more is no persona, and nobody reads further
MAX_EXAMPLES = 100  # each is sent with every request
MAX_TOOLS = 100  # names or patterns
QUOTED = 40  # characters of a quotation in a sentence

TEXT_TAG = "tag:yaml.org,2002:str"

TOOL_NAME = re.compile(r"[\w.*?\[\]!-]{1,128}")
UNFIT_FOR_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")  # breaks and controls

Kind = Callable[[yaml.Node], object]


class Unfit(Exception):
    """A value is not of its kind. The text says what the value must be."""

    def __init__(self, expected: str, hint: str = "") -> None:
        super().__init__(expected)
        self.hint = hint


@dataclass(slots=True)
class PersonaFile:
    """One file by itself: its valid values, the line of each known key, and every problem.

    The values have the types of the fields of `Persona` and `Options`; `extends` is text. `values` has no entry for a
    key that is missing in the file, or whose value is bad.
    """

    path: Path
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[PersonaError] = field(default_factory=list)

    def problem(self, line: int, sentence: str, hint: str = "") -> PersonaError:
        """The error for a mistake in `line`."""
        return PersonaError(f"{self.path}, line {line}: {sentence}", hint)

    def complain(self, line: int, sentence: str, hint: str = "") -> None:
        """Add a problem; reading goes on."""
        self.problems.append(self.problem(line, sentence, hint))


def read(path: Path) -> PersonaFile:
    """Read and check a file. Raises PersonaError if it holds no keys at all; any lesser mistake is in `problems`."""
    root = read_root(path)
    if root is None or _is_empty(root):
        raise PersonaError(f"{path} is empty.", "A persona needs at least a `system_prompt`.")
    if not isinstance(root, yaml.MappingNode):
        hint = "Write each key at the margin, like `system_prompt: You are …`."
        raise PersonaError(f"{path}, line {_line(root)}: a persona is made of keys, not of {_shown(root)}.", hint)
    file = PersonaFile(path)
    file.values = _read_keys(file, root, KINDS, file.lines)
    if "examples" in file.values:
        nodes = file.values["examples"]
        if (count := len(nodes)) > MAX_EXAMPLES:
            sentence = f'"examples" has {count:,} entries, and may have {MAX_EXAMPLES}.'
            file.complain(file.lines["examples"], sentence, "Each of them is sent with every request.")
        file.values["examples"] = _read_examples(file, nodes[:MAX_EXAMPLES])
    return file


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The known word most similar to `word`, ignoring case; "" if none is similar."""
    by_lower = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower(), by_lower, n=1)
    return by_lower[close[0]] if close else ""


def is_one_line(text: str) -> bool:
    """Whether the text can be shown as a name: visible, without line breaks and control characters."""
    return bool(text.strip()) and not UNFIT_FOR_A_LINE.search(text)


def _read_keys(
    file: PersonaFile, mapping: yaml.MappingNode, kinds: Mapping[str, Kind], lines: dict[str, int], inside: str = ""
) -> dict[str, Any]:
    """The valid values of a mapping. Adds the line of each known key to `lines`, and each mistake to the problems."""
    values: dict[str, Any] = {}
    for key_node, node in mapping.value:
        line, key = _line(key_node), key_node.value
        if len(file.problems) >= MAX_PROBLEMS:
            break
        if not isinstance(key, str):
            file.complain(line, f"a key must be a word, not {_shown(key_node)}.")
        elif key not in kinds:
            file.complain(line, f'unknown key "{shorten_foreign(key, QUOTED)}"{inside}.', _hint_for_key(key, kinds))
        elif key in lines:
            file.complain(line, f'"{key}"{inside} is given twice, first in line {lines[key]}.', "Take one of them out.")
        else:
            lines[key] = line
            try:
                values[key] = kinds[key](node)
            except Unfit as unfit:
                file.complain(line, f'"{key}"{inside} must be {unfit}, not {_shown(node)}.', unfit.hint)
    return values


def _read_examples(file: PersonaFile, nodes: Iterable[yaml.Node]) -> tuple[Exchange, ...]:
    examples = []
    for number, node in enumerate(nodes, start=1):
        if len(file.problems) >= MAX_PROBLEMS:
            break
        if not isinstance(node, yaml.MappingNode):
            sentence = f'example {number} must be a "user" and an "assistant" text, not {_shown(node)}.'
            file.complain(_line(node), sentence)
            continue
        lines: dict[str, int] = {}
        values = _read_keys(file, node, EXAMPLE_KINDS, lines, f" in example {number}")
        for key in [key for key in EXAMPLE_KINDS if key not in lines]:
            file.complain(_line(node), f'example {number} has no "{key}".')
        if len(values) == len(EXAMPLE_KINDS):
            examples.append(Exchange(**values))
    return tuple(examples)


def _hint_for_key(key: str, kinds: Mapping[str, Kind]) -> str:
    similar = did_you_mean(key, kinds)
    return f'Did you mean "{similar}"?' if similar else f"The keys are {', '.join(kinds)}."


def _text(node: yaml.Node) -> str:
    """Text without the line break that YAML's `|` leaves at the end."""
    if not isinstance(node, yaml.ScalarNode) or node.tag != TEXT_TAG:
        quotable = isinstance(node, yaml.ScalarNode) and not node.style and node.value
        raise Unfit("text", f'Put it in quotes: "{shorten_foreign(node.value, QUOTED)}".' if quotable else "")
    return str(node.value).rstrip()


def _some_text(node: yaml.Node) -> str:
    text = _text(node)
    if not text:
        raise Unfit("text")
    return text


def _one_line(node: yaml.Node) -> str:
    text = _some_text(node)
    if not is_one_line(text):
        raise Unfit("one line of plain text")
    return text


def _number(bounds: Bounds) -> Kind:
    """A number within the bounds. A whole number may be larger than them: no window needs a limit to its limit."""
    whole, low = bounds.type is int, bounds.low
    expected = f"a whole number, {low} or more" if whole else f"a number from {low} to {bounds.high}"

    def kind(node: yaml.Node) -> float:
        try:
            value = bounds.type(_unquoted(node))
        except ValueError:
            raise Unfit(expected) from None
        if not low <= value <= (math.inf if whole else bounds.high):  # NaN fails this, too
            raise Unfit(expected)
        return value

    return kind


def _one_of(words: Sequence[str]) -> Kind:
    def kind(node: yaml.Node) -> str:
        if (word := _text(node).casefold()) not in words:
            raise Unfit(" or ".join(words))
        return word

    return kind


def _schema(node: yaml.Node) -> str:
    """A schema as somebody would name it, or the JSON of one that is written out."""
    if not isinstance(node, yaml.MappingNode):
        return _some_text(node)
    if (text := as_json(node)) is None:
        raise Unfit("a JSON Schema", "Put dates, and keys such as yes or 1, in quotes.")
    return text


def _tool_names(node: yaml.Node) -> tuple[str, ...]:
    """Names or patterns of tools. A persona can only name them: what they are, and may do, is not its to say."""
    if not isinstance(node, yaml.SequenceNode):
        raise Unfit("a list of names", "For example: tools: [time, calculate]")
    names = tuple(_name_of_tool(entry) for entry in node.value)
    if len(names) > MAX_TOOLS:
        raise Unfit(f"at most {MAX_TOOLS} names")
    return names


def _name_of_tool(node: yaml.Node) -> str:
    try:
        name = _one_line(node)
    except Unfit:
        raise Unfit("a list of names", "Put numbers and words such as yes in quotes.") from None
    if not TOOL_NAME.fullmatch(name):
        raise Unfit("a list of names", "A name has no spaces, such as time, folder or files.read_*.")
    return name


def _exchanges(node: yaml.Node) -> list[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode):
        raise Unfit("a list", "Begin each example with `- user: …`, and below it `assistant: …`.")
    return list(node.value)


KINDS: Mapping[str, Kind] = {
    "name": _one_line,
    "description": _text,
    "extends": _one_line,
    "system_prompt": _some_text,
    "model": _one_line,
    **{name: _number(bounds) for name, bounds in NUMBERS.items()},
    **{name: _one_of(words) for name, words in WORDS.items()},
    "greeting": _text,
    "schema": _schema,
    "tools": _tool_names,
    "examples": _exchanges,
}
EXAMPLE_KINDS: Mapping[str, Kind] = {"user": _some_text, "assistant": _some_text}


def _unquoted(node: yaml.Node) -> str:
    """The text of a plain scalar; "" for anything quoted, a list or a mapping, so that it is no number."""
    return str(node.value) if isinstance(node, yaml.ScalarNode) and not node.style else ""


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not str(node.value).strip()


def _shown(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "a group of keys"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    if _is_empty(node):
        return "empty"
    value = shorten_foreign(node.value, QUOTED)
    return f'the text "{value}"' if node.tag == TEXT_TAG else value
