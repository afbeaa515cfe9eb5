"""The one setting that is put together from all levels: the fields of `extra`, each from the highest that has it."""

from collections.abc import Iterable, Mapping

from chatbot_cli.chat.parameters import extra_in
from chatbot_cli.settings.sources import Entry, Source

EXTRA = "extra"


def merged(levels: Iterable[Mapping[str, Entry]]) -> tuple[tuple[tuple[str, str], ...], dict[str, Source]]:
    """The fields of all levels, the highest first, and the source of each by "extra." and its name.

    What makes no sense is left out: only the highest one is judged, and that was before.
    """
    fields: dict[str, str] = {}
    givers: dict[str, Source] = {}
    for entry in (level[EXTRA] for level in levels if EXTRA in level):
        try:
            own = extra_in(entry.text)
        except ValueError:
            continue
        for key, value in own:
            if key not in fields:
                fields[key], givers[f"{EXTRA}.{key}"] = value, entry.source
    return tuple(fields.items()), givers
