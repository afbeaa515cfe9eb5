"""Counts what an import leaves out, by kind."""

from collections import Counter

from chatbot_cli.text.counts import counted

# Tools of ChatGPT by the beginning of their names: what a call of one is, and what a result of one is.
_OF_CHATGPT = (
    ("canmore.create", "canvas document"),
    ("canmore.update", "change of a canvas document"),
    ("canmore", "comment on a canvas document"),
    ("python", "code run"),
    ("container", "code run"),
    ("browser", "web lookup"),
    ("web", "web lookup"),
    ("search", "web lookup"),
    ("myfiles_browser", "file lookup"),
    ("file_search", "file lookup"),
    ("bio", "note of ChatGPT's memory"),
    ("dalle", "image request"),
    ("t2uay3k", "image request"),
    ("image_gen", "image request"),
)
_OTHER_TOOL = "tool call"
_PLURALS = {
    "change of a canvas document": "changes of canvas documents",
    "comment on a canvas document": "comments on canvas documents",
    "note of ChatGPT's memory": "notes of ChatGPT's memory",
    "result of a tool": "results of tools",
    "passage of thought": "passages of thought",
}


class LeftOut:
    """What of a file is not taken in, counted by kind. A tool's call and its result count as one."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._calls: Counter[str] = Counter()
        self._results: Counter[str] = Counter()
        self._last_called = _OTHER_TOOL

    def add(self, kind: str, count: int = 1) -> None:
        """Count something of a kind in the singular, such as "image"."""
        if count:
            self._counts[kind] += count

    def call(self, tool: str) -> None:
        """Count a message to a tool."""
        self._last_called = _kind_of_tool(tool)
        self._calls[self._last_called] += 1

    def result(self, tool: str) -> None:
        """Count a message from a tool; without a name it is the one that was called last."""
        self._results[_kind_of_tool(tool) if tool else self._last_called] += 1

    def in_words(self) -> str:
        """All of it, such as "3 canvas documents, 2 images"; empty if nothing is left out."""
        kinds = self._counts + (self._calls | self._results)
        return ", ".join(
            f"{count:,} {_PLURALS[kind]}" if count > 1 and kind in _PLURALS else counted(count, kind)
            for kind, count in kinds.most_common()
        )


def kind_of_part(content_type: str) -> str:
    """What a part of a message is that is no text."""
    for word, kind in (("image", "image"), ("audio", "audio recording"), ("video", "video")):
        if word in content_type:
            return kind
    return "file"


def _kind_of_tool(tool: str) -> str:
    return next((kind for beginning, kind in _OF_CHATGPT if tool.startswith(beginning)), _OTHER_TOOL)
