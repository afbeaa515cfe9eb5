"""Where the label of a link ends, in time that grows with the length of the text alone.

markdown-it looks for the end of a label from every `[`, and on the way once more from each `[` inside it: brackets that
nobody closes cost dozens of walks each. Here every bracket is judged once, and a walk passes over those that are known.
"""

from collections.abc import MutableMapping
from weakref import WeakKeyDictionary

from markdown_it.rules_inline import StateInline

NEVER_CLOSED, HOLDS_A_LINK = -1, -2  # why a bracket has no end


class _Brackets:
    """What is known of the brackets of one text."""

    def __init__(self, text: str) -> None:
        self.last_closing = text.rfind("]")
        # By the position, the end of the part that is read, and whether a link inside is in the way.
        self.ends: dict[tuple[int, int, bool], int] = {}


_BRACKETS: MutableMapping[StateInline, _Brackets] = WeakKeyDictionary()


def label_end(state: StateInline, start: int, disableNested: bool = False) -> int:  # noqa: N803  # the parser's name
    """The position of the `]` that closes the `[` at `start`; negative if there is none."""
    known = _BRACKETS.get(state) or _BRACKETS.setdefault(state, _Brackets(state.src))
    if start > known.last_closing:
        return NEVER_CLOSED
    bracket = (start, state.posMax, disableNested)
    if bracket not in known.ends:
        before = state.pos
        known.ends[bracket] = _walk(state, start, disableNested, known)
        state.pos = before
    return known.ends[bracket]


def _walk(state: StateInline, start: int, no_links: bool, known: _Brackets) -> int:
    state.pos, depth = start + 1, 1
    while (position := state.pos) < state.posMax:
        character = state.src[position]
        if character == "]":
            depth -= 1
            if depth == 0:
                return position
        state.md.inline.skipToken(state)  # a "[" asks for its own end here, and is known from then on
        if character != "[":
            continue
        if state.pos > position + 1:  # a whole link
            if no_links:
                return HOLDS_A_LINK
            continue
        depth += 1
        inner = NEVER_CLOSED if position > known.last_closing else known.ends.get((position, state.posMax, True))
        if inner is None:
            continue
        if inner >= 0:
            state.pos = inner
        elif no_links or inner == NEVER_CLOSED:
            return inner  # the walk from here would meet the same
    return NEVER_CLOSED
