"""What the offline model seems to think, when it is asked to. Pure."""

import re
from collections.abc import Sequence

from chatbot_cli.chat.messages import Message, Request
from chatbot_cli.text.counts import counted
from chatbot_cli.text.short import shorten

ASKED_FOR = re.compile(r"^\W*think\b(?: (?:hard|aloud|a while|twice))?(?: about)?\s*", re.IGNORECASE)
UNASKED = ("", "none")  # efforts
QUOTED = 60  # characters of a question


def thoughts_on(request: Request) -> str:
    """The thoughts before the reply to a request; empty unless it asks for some."""
    question = next((one.content for one in reversed(request.messages) if one.role == "user"), "")
    asked, effort = ASKED_FOR.match(question), str(request.options.given().get("effort") or "")
    if not asked and effort in UNASKED:
        return ""
    about = question[asked.end() :].strip() if asked else question
    return "\n".join(_lines(about, request.messages, effort))


def _lines(about: str, messages: Sequence[Message], effort: str) -> list[str]:
    words = len(about.split())
    return [
        f"I am to think{f' with {effort} effort' if effort else ''} about “{shorten(about, QUOTED)}”."
        if about
        else "I am to think, and nobody says about what.",
        f"That is {counted(words, 'word')}, in the last of {counted(len(messages), 'message')} that I was sent.",
        "",
        "In truth I cannot think: I am a script, and these lines are always the same. A model that can would look at"
        " the question from several sides here, try an answer, find a mistake in it, and try another one.",
        "",
        "Let me try one. “It depends.” That is never wrong, and never of use. Hmm.",
        "So I say what I see, as I always do. That is at least true.",
    ]
