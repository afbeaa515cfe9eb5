"""The numbers of the items in ordered lists: as the model wrote them.

Only a list whose items all bear one number is counted: "1. 1. 1." is how some write 1, 2, 3. What is on the screen
stays, so the first three items decide, and none is final before they do: "1. 1. 2." keeps its numbers, and a list that
begins with three equal ones is counted to its end.
"""

from collections.abc import Sequence

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from chatbot_cli.frozen import frozen

NUMBER = "number"  # in the meta of an item's opening token
DECISIVE = 3  # items

Item = Sequence[Token]


@frozen
class ListSoFar:
    """What is known of a list whose first items are final: the next number if they are counted."""

    next_number: int | None = None


def number_items(state: StateCore) -> None:
    """Put its number on each item of the ordered lists."""
    lists: list[list[Token]] = []
    for token in state.tokens:
        if token.type in ("ordered_list_open", "bullet_list_open"):
            lists.append([])
        elif token.type == "list_item_open":
            lists[-1].append(token)
        elif token.type == "bullet_list_close":
            lists.pop()
        elif token.type == "ordered_list_close":
            _number([[item] for item in lists.pop()])


def is_decided(items: Sequence[Item]) -> bool:
    """Whether items that may follow change nothing about these items' numbers."""
    return not items[0][0].info or len(items) >= DECISIVE or not _is_counted(items)


def up_to_last(items: Sequence[Item], before: ListSoFar | None) -> ListSoFar:
    """What is known of a list when all of these items are final but the last."""
    counted = before.next_number is not None if before else _is_counted(items)
    return ListSoFar(items[0][0].meta[NUMBER] + len(items) - 1 if counted else None)


def go_on(items: Sequence[Item], before: ListSoFar) -> None:
    """Number the items of a list whose first ones are final."""
    if items[0][0].info:
        _number(items, before)


def _number(items: Sequence[Item], before: ListSoFar | None = None) -> None:
    written = _written(items)
    first = before.next_number if before else written[0] if _is_counted(items) else None
    for index, item in enumerate(items):
        item[0].meta = {**item[0].meta, NUMBER: written[index] if first is None else first + index}


def _is_counted(items: Sequence[Item]) -> bool:
    return len(items) > 1 and bool(items[0][0].info) and len(set(_written(items[:DECISIVE]))) == 1


def _written(items: Sequence[Item]) -> list[int]:
    return [int(item[0].info) for item in items]
