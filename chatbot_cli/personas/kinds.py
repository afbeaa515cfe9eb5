"""The keys of a persona, and what their values must be: a node of YAML -> a value."""

import math
import re
from collections.abc import Callable, Mapping, Sequence

import yaml

from chatbot_cli.chat.options import NUMBERS, WORDS, Bounds
from chatbot_cli.chat.parameters import MOST_FIELDS, MOST_STOPS, is_stop, senseless_key
from chatbot_cli.personas.inline_schema import as_json
from chatbot_cli.personas.one_line import QUOTED, is_one_line
from chatbot_cli.text.short import shorten_foreign

MAX_TOOLS = 100  # names or patterns
TEXT_TAG = "tag:yaml.org,2002:str"
COLLECTION_NAME = r"[\w][\w .-]{0,63}"
TOOL_NAME = r"[\w.*?\[\]!-]{1,128}"  # compiled when a persona names a tool: few do

Kind = Callable[[yaml.Node], object]


class Unfit(Exception):
    """A value is not of its kind. The text says what the value must be."""

    def __init__(self, expected: str, hint: str = "") -> None:
        super().__init__(expected)
        self.hint = hint


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


def _collection_names(node: yaml.Node) -> tuple[str, ...]:
    """Names of collections of documents. A persona can only name them: paths are not its to say."""
    if not isinstance(node, yaml.SequenceNode):
        raise Unfit("a list of names", "For example: documents: [notes]")
    names = tuple(_one_line(entry) for entry in node.value)
    if len(names) > MAX_TOOLS or not all(re.fullmatch(COLLECTION_NAME, name) for name in names):
        raise Unfit("a list of names", "chat docs list shows the names.")
    return names


def _model_names(node: yaml.Node) -> tuple[str, ...]:
    """Specs of models. Whether one of them may be sent what was said to another is not a persona's to say."""
    if not isinstance(node, yaml.SequenceNode) or len(node.value) > MAX_TOOLS:
        raise Unfit("a list of models", "For example: fallback: [gpt-6-luna, ollama/llama3.3]")
    return tuple(_one_line(entry) for entry in node.value)


def _name_of_tool(node: yaml.Node) -> str:
    try:
        name = _one_line(node)
    except Unfit:
        raise Unfit("a list of names", "Put numbers and words such as yes in quotes.") from None
    if not re.fullmatch(TOOL_NAME, name):
        raise Unfit("a list of names", "A name has no spaces, such as time, folder or files.read_*.")
    return name


def _stops(node: yaml.Node) -> tuple[str, ...]:
    """Texts at which a reply ends: one, or a list."""
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    if len(nodes) > MOST_STOPS:
        raise Unfit(f"at most {MOST_STOPS} texts")
    return tuple(_stop(one) for one in nodes)


def _stop(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode) or node.tag != TEXT_TAG or not is_stop(node.value):
        raise Unfit("a text, or a list of texts", 'For example: stop: ["END", "###"]')
    return str(node.value)


def _extra(node: yaml.Node) -> tuple[tuple[str, str], ...]:
    """Other parameters of a request. Nothing nested: so a stranger's persona can send a server to no other address."""
    if not isinstance(node, yaml.MappingNode) or len(node.value) > MOST_FIELDS:
        raise Unfit("names with values", "For example: extra: {top_k: 40}")
    return tuple(_field(key, value) for key, value in node.value)


def _field(key: yaml.Node, value: yaml.Node) -> tuple[str, str]:
    name = key.value if isinstance(key, yaml.ScalarNode) else ""
    if problem := senseless_key(name):
        raise Unfit("names of other parameters", problem)
    nodes = value.value if isinstance(value, yaml.SequenceNode) else [value]
    if not all(isinstance(one, yaml.ScalarNode) for one in nodes):
        raise Unfit("numbers, words, or lists of these", "Others can stand in config.toml.")
    if (text := as_json(value)) is None:
        raise Unfit("what JSON can hold", "Put dates in quotes.")
    return name, text


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
    "fallback": _model_names,
    **{name: _number(bounds) for name, bounds in NUMBERS.items()},
    **{name: _one_of(words) for name, words in WORDS.items()},
    "stop": _stops,
    "extra": _extra,
    "greeting": _text,
    "schema": _schema,
    "tools": _tool_names,
    "documents": _collection_names,
    "examples": _exchanges,
}
EXAMPLE_KINDS: Mapping[str, Kind] = {"user": _some_text, "assistant": _some_text}


def _unquoted(node: yaml.Node) -> str:
    """The text of a plain scalar; "" for anything quoted, a list or a mapping, so that it is no number."""
    return str(node.value) if isinstance(node, yaml.ScalarNode) and not node.style else ""
