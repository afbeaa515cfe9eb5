"""Updates a collection in front of the user, who sees how far it is."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from chatbot_cli.retrieval.shelf_port import Shelf
from chatbot_cli.retrieval.update import Progress, Rules, Updated
from chatbot_cli.retrieval.updating import update
from chatbot_cli.system.surroundings import Surroundings


def update_shown(
    shelf: Shelf,
    name: str,
    rules: Rules,
    surroundings: Surroundings,
    never: Sequence[Path] = (),
    *,
    plain: bool = False,
) -> Updated:
    """Update a collection that the caller is `writing`; stderr shows how far it is. Raises DocumentsError."""
    collection = shelf.open(name)
    try:
        with _progress(surroundings, plain=plain) as progress:
            return update(collection, rules, progress, never)
    finally:
        collection.close()


@contextmanager
def _progress(surroundings: Surroundings, *, plain: bool) -> Iterator[Progress]:
    # Imported here: only who reads documents waits for it.
    from chatbot_cli.terminal.update_bar import UpdateBar, UpdateLines

    errors = surroundings.stderr
    if plain or surroundings.is_dumb or not errors.isatty():
        yield UpdateLines(errors)
        return
    with UpdateBar(errors).drawn() as bar:
        yield bar
