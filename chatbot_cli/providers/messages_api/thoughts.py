"""The thoughts before the calls of a message: blocks with signatures, which go back as they came. Pure.

Their seal is JSON: all blocks, each with the place in the text at which it stood.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from chatbot_cli.providers.wire.mending import mended

Block = dict[str, Any]

AFTER = "after"  # characters of text before a block
_KINDS = {"thinking": ("thinking", "signature"), "redacted_thinking": ("data",)}


def begun(block: Mapping[str, Any], after: int) -> Block | None:
    """A block of thoughts as it begins, after so many characters of text; None for a block of another kind."""
    names = _KINDS.get(str(block.get("type")))
    if names is None:
        return None
    told = {name: value if isinstance(value := block.get(name), str) else "" for name in names}
    return {"type": block["type"], **told, AFTER: after}


def seal_of(thoughts: Iterable[Block]) -> str:
    """The blocks of a message as its seal."""
    return mended(json.dumps([*thoughts], ensure_ascii=False))


def sealed_in(seal: str) -> Sequence[Block]:
    """The blocks in a seal; none if it is empty, or another server's."""
    try:
        blocks = json.loads(seal or "[]")
    except (ValueError, RecursionError):
        return []
    return blocks if isinstance(blocks, list) and all(map(_is_whole, blocks)) else []


def with_thoughts(text: str, thoughts: Sequence[Block]) -> Iterator[Block]:
    """The blocks of a message: the thoughts, each in its place in the text, and the text without blank pieces."""
    begin = 0
    for thought in thoughts:
        after = thought.get(AFTER, 0)
        if isinstance(after, int) and begin < after <= len(text):
            yield from text_block(text[begin:after])
            begin = after
        yield {name: value for name, value in thought.items() if name != AFTER}
    yield from text_block(text[begin:])


def text_block(text: str) -> Iterator[Block]:
    """A block of text; none for one without a word, which is refused."""
    if text.strip():
        yield {"type": "text", "text": text}


def _is_whole(block: object) -> bool:
    if not isinstance(block, dict):
        return False
    names = _KINDS.get(str(block.get("type")), ())
    return bool(names) and all(isinstance(block.get(name), str) for name in names)
