"""What becomes of a schema, in lines for a person: what a server is sent, and why it differs. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from chatbot_cli.structured.servers.server_schema import STRICT, ExplainedSchema, for_server, root_of
from chatbot_cli.structured.sources.named import NamedSchema
from chatbot_cli.text.counts import counted
from chatbot_cli.text.safe import one_line, safe
from chatbot_cli.text.short import shorten

MOST_NAMES = 8  # of fields, in one line


def shown(named: NamedSchema, subset: str, many: bool = False, *, who: str) -> list[str]:
    """The schema, what a server of the subset is sent, and each difference with its reason. Safe for a terminal.

    `who` names the server, as the subject of a sentence.
    """
    sent, lines = for_server(named.schema, subset, many), _checked_by(named, many)
    if sent.schema == named.schema:
        return [*lines, f"{who} is sent the schema as it is."]
    unstrict = "" if sent.is_strict or not subset else ", without its strict mode,"
    return [*lines, *_titled(f"{who}{unstrict} is sent:", sent.schema), "", *changes(sent)]


def shown_of_all(named: NamedSchema, many: bool = False) -> list[str]:
    """What a strict server is sent, and any other that takes a schema: as `shown`, and once if it is the same."""
    lines, others = shown(named, STRICT, many, who="A strict server (openai)"), "Any other that takes one"
    for_others = for_server(named.schema, "", many).schema
    if for_others == for_server(named.schema, STRICT, many).schema != named.schema:
        return [*lines, "", f"{others} is sent the same."]
    second = shown(named, "", many, who=others)
    return [*lines, *second[second.index("") :]]  # the schema itself stands above


def told(named: NamedSchema, words: str, many: bool = False, *, who: str) -> list[str]:
    """The schema, and the words that the model of a server is told, which takes none. As `shown`."""
    return [
        *_checked_by(named, many),
        f"{who} takes no schema. Its model is told:",
        *(f"  {line}" for line in safe(words).split("\n")),
    ]


def checked(named: NamedSchema, many: bool = False) -> list[str]:
    """What a sound schema asks for, and how it can be sent."""
    strict = for_server(named.schema, STRICT, many)
    asked = f"{'a list, each ' if many else ''}{_described(named.schema)}"
    return [f"{named.label} is sound: {asked}.", _strictness(strict)]


def changes(sent: ExplainedSchema) -> list[str]:
    """Each change in a line: its place, what it is, and why."""
    return [one_line(f"{change.place} {change.what}: {change.why}.") for change in sent.changes]


def _checked_by(named: NamedSchema, many: bool) -> list[str]:
    checks = "each row of a reply" if many else "every reply"
    return [*_titled(f"The schema, by which {checks} is checked:", named.schema), ""]


def _titled(title: str, schema: Any) -> list[str]:
    text = json.dumps(schema, indent=2, ensure_ascii=False)
    return [title, *(f"  {line}" for line in safe(text).split("\n"))]


def _strictness(strict: ExplainedSchema) -> str:
    if not strict.is_strict:
        last = strict.changes[-1]
        return one_line(
            f"It cannot be sent in strict mode: at {last.place}, {last.why}. Replies are checked all the same."
        )
    if not strict.changes:
        return "A server in strict mode is sent it as it is."
    return f"A server in strict mode is sent it with {counted(len(strict.changes), 'change')}."


def _described(schema: Any) -> str:
    """What a schema describes: `an object with 2 fields: name, age`."""
    schema = root_of(schema)
    if not isinstance(schema, Mapping) or not schema:
        return "any value"
    if fields := schema.get("properties"):
        names = [*list(fields)[:MOST_NAMES], *(["…"] if len(fields) > MOST_NAMES else [])]
        return f"an object with {counted(len(fields), 'field')}: {shorten(one_line(', '.join(names)), 100)}"
    kind = schema.get("type")
    kinds = {"object": "an object", "array": "a list", "integer": "a whole number", "string": "a text"}
    return kinds.get(kind, f"a {kind}") if isinstance(kind, str) else "a value by its own rules"
