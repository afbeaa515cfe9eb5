"""Reads the text of one persona file and checks it key by key. Every problem is a sentence with file, line and key."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from chatbot_cli.chat.messages import Exchange
from chatbot_cli.errors import PersonaError
from chatbot_cli.personas.kinds import EXAMPLE_KINDS, KINDS, TEXT_TAG, Kind, Unfit
from chatbot_cli.personas.one_line import QUOTED
from chatbot_cli.personas.persona_file import PersonaFile, did_you_mean
from chatbot_cli.personas.safe_yaml import parse
from chatbot_cli.text.short import shorten_foreign

MAX_PROBLEMS = 50  # a file with more is no persona, and nobody reads further
MAX_EXAMPLES = 100  # each is sent with every request


def read(path: Path, text: str) -> PersonaFile:
    """Check the text of a file. Raises PersonaError if it holds no keys at all; any lesser mistake is in `problems`."""
    root = parse(path, text)
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
