"""What servers take of JSON Schema that promise to keep to it. Pure."""

from typing import Any

from chatbot_cli.frozen import frozen

_ALL_FORMATS = ("date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid")
_OF_NUMBERS = ("multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_ALWAYS = ("title", "description", "enum", "const", "format")


@frozen
class Subset:
    """The keywords that are `kept` beside those that make up a schema, and the `formats` among them.

    If `all_are_required`, an optional field is required, and may be null instead. The types of a value are a list only
    if it takes `type_lists`; a schema may refer to itself only if it takes `recursion`.
    """

    kept: frozenset[str]
    formats: frozenset[str]
    most_of_min_items: float = float("inf")
    all_are_required: bool = True
    type_lists: bool = True
    recursion: bool = True

    def takes(self, keyword: str, value: Any) -> bool:
        """Whether it takes a keyword with this value."""
        if keyword == "format":
            return value in self.formats
        return keyword in self.kept and not (keyword == "minItems" and value > self.most_of_min_items)


OPENAI = Subset(
    frozenset((*_ALWAYS, "pattern", *_OF_NUMBERS, "minItems", "maxItems")),
    frozenset(_ALL_FORMATS),
)
CLAUDE = Subset(
    frozenset((*_ALWAYS, "minItems")),
    frozenset((*_ALL_FORMATS, "uri")),
    most_of_min_items=1,
    all_are_required=False,
    type_lists=False,
    recursion=False,
)
SUBSETS = {"strict": OPENAI, "claude": CLAUDE}
