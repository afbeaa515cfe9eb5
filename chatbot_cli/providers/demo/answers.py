"""Makes the demo model's reply: a pure function of the messages it was sent, and of nothing else."""

import re
from collections.abc import Callable, Sequence

from chatbot_cli.chat.messages import Message
from chatbot_cli.chat.rounds import ToolCall
from chatbot_cli.chat.summaries import is_summary
from chatbot_cli.chat.turn import GO_ON
from chatbot_cli.frozen import frozen
from chatbot_cli.providers.demo import showcase
from chatbot_cli.providers.demo.material import answer_from, material_of
from chatbot_cli.providers.demo.summarizing import asks_for_summary, summary_of
from chatbot_cli.text.counts import counted
from chatbot_cli.text.short import shorten

LISTED_AT_MOST = 12
SHOWN = 80  # characters of a message that is repeated

HINTS = (
    "Tell me “my name is …”, and ask for it a few turns later.",
    "Ask “what do you see?”, and I list what I was sent.",
    "Ask me to show a table, code, a list or headings.",
    "Say “count to 100”, and stop me with Ctrl-C.",
    "Ask for a long story, and scroll while I tell it.",
    "Begin with “think about”, and I think before I answer.",
)

_WORD = r"[^\W\d_][\w'’-]*"
_CAPITALIZED = r"(?!I\b)[^\W\d_a-z][\w'’-]*"
_NAME = re.compile(
    rf"(?:(?<![Ww]hat )\b[Mm]y name(?: is|['’]s)|\b[Ii](?: am|['’]m) called)\s+(?!(?:not|a|an|the|in|on)\b)"
    rf"[\"“]?({_WORD}(?: {_CAPITALIZED}){{0,2}})"
    # Most words after “I am” are no names, as in “I am tired”: here only a capitalized word is a name.
    rf"|\b(?:[Ii] am|[Ii]['’]m|[Cc]all me)\s+({_CAPITALIZED}(?: {_CAPITALIZED}){{0,2}})"
    r"(?=\s*(?:[.,!;:)]|and\b|from\b|$))"
)


def names_in(text: str) -> list[str]:
    """The names by which the user is called in a text, the newest last."""
    return ["".join(groups) for groups in _NAME.findall(text)]


@frozen
class Seen:
    """The messages of one request, and the facts that they contain."""

    messages: tuple[Message, ...]

    @property
    def newest(self) -> Message:
        """The newest user message."""
        users = (message for message in reversed(self.messages) if message.role == "user")
        return next(users, Message("user", ""))

    @property
    def question(self) -> str:
        """What was typed of the newest user message."""
        return material_of(self.newest).question if _may_have_material(self.newest) else self.newest.content

    @property
    def count(self) -> str:
        """The number of messages, in words."""
        return counted(len(self.messages), "message")

    @property
    def summary(self) -> str:
        """A sentence with the number of messages of each kind."""
        roles = [message.role for message in self.messages]
        parts = ["the system message"] if "system" in roles else []
        summaries = sum(map(is_summary, self.messages))
        parts += ["a summary of what is no longer sent"] if summaries else []
        if exchanges := roles.count("user") - summaries - 1:
            parts.append(counted(exchanges, "earlier exchange"))
        before = f"{', '.join(parts)} and " if parts else ""
        return f"I was sent {self.count}: {before}your new one."

    @property
    def name(self) -> tuple[str, int] | None:
        """The user's name in the newest message that gives one, and the number of that message, from 1."""
        for number, message in reversed(list(enumerate(self.messages, 1))):
            if message.role == "user" and (names := names_in(message.content)):
                return names[-1], number
        return None

    def earlier(self, role: str) -> str | None:
        """The newest message of the user or the assistant before the question; None if there is none."""
        before = (message for message in self.messages[:-1] if message.role == role and not is_summary(message))
        contents = [message.content for message in before if message.content]
        return contents[-1] if contents else None


Reply = Callable[[Seen, re.Match[str]], str]

_replies: list[tuple[re.Pattern[str], Reply]] = []


def answer(messages: Sequence[Message]) -> str:
    """The reply to a request with these messages, in Markdown."""
    if asks_for_summary(messages):
        return summary_of(messages[-1].content, names_in)
    if rest := _rest_of_the_last(messages):
        return rest
    seen = Seen(tuple(messages))
    if _may_have_material(seen.newest) and (said := answer_from(material_of(seen.newest))):
        return said
    matches = ((reply, asked.search(seen.question)) for asked, reply in _replies)
    return next((reply(seen, match) for reply, match in matches if match), "") or _echo(seen)


def _may_have_material(message: Message) -> bool:
    return bool(message.parts) or message.content.startswith("<documents ") or ":\n```" in message.content


def _rest_of_the_last(messages: Sequence[Message]) -> str:
    """The rest of the previous reply, if it is asked for and the reply is the beginning of ours; else empty."""
    if len(messages) < 2 or messages[-1].content != GO_ON:
        return ""
    begun, whole = messages[-2].content, answer(messages[:-2])
    return whole.removeprefix(begun) if whole.startswith(begun) else ""


def _when_asked(*questions: str) -> Callable[[Reply], Reply]:
    """Register the reply to these questions. The first registered one that matches the newest message is used."""

    def register(reply: Reply) -> Reply:
        _replies.append((re.compile("|".join(questions), re.IGNORECASE), reply))
        return reply

    return register


@_when_asked(
    r"\bwho am i\b",
    r"\bwhat(['’]s| is) my name\b",
    r"\bwhat my name is\b",
    r"\b(know|remember|recall|say|tell me|forgotten|forget) my name\b",
)
def _tell_name(seen: Seen, _: re.Match[str]) -> str:
    if seen.name is None:
        return (
            f"I don't know your name: you tell it in none of the {seen.count} I was sent. Perhaps you did earlier, and "
            "it has slid out of the window."
        )
    name, number = seen.name
    if is_summary(seen.messages[number - 1]):
        return (
            f"Your name is {name}: I know it from the summary, message {number} of the {len(seen.messages)} I was sent."
        )
    return f"Your name is {name}: you told me in message {number} of the {len(seen.messages)} I was sent."


@_when_asked(r"\bwhat (did|have) you (just )?(say|said|answer|tell|told|recommend)")
def _repeat(seen: Seen, _: re.Match[str]) -> str:
    reply = seen.earlier("assistant")
    if reply is None:
        return f"I find no reply of mine in the {seen.count} I was sent."
    return f"The last thing I said was: “{shorten(reply, 200)}”"


@_when_asked(
    r"\bwhat (do|can) you (see|remember)\b",
    r"\bhow many (messages|exchanges)\b",
    r"\bwhat (were|was|have) you (been )?(sent|given|received)\b",
    r"\bwhat did (you (get|receive|see)|i (say|ask|tell))\b",
)
def _list_messages(seen: Seen, _: re.Match[str]) -> str:
    numbered = list(enumerate(seen.messages, 1))[-LISTED_AT_MOST:]
    newest = f" The newest {LISTED_AT_MOST}:" if len(numbered) < len(seen.messages) else ""
    lines = (f"{number}. **{message.role}**: {shorten(_said(message), SHOWN)}" for number, message in numbered)
    return "\n".join((seen.summary + newest, "", *lines))


def _said(message: Message) -> str:
    """The text of a message, and the tools that it calls."""
    return " ".join(
        (message.content, *(f"(calls {call.name})" for call in message.parts if isinstance(call, ToolCall)))
    )


@_when_asked(r"\bcount\b.{0,20}?\bto (?P<number>\d{1,9})")
def _count(_: Seen, match: re.Match[str]) -> str:
    return showcase.count_to(int(match["number"]))


@_when_asked(r"\blong(er)? (story|reply|answer|text)\b", r"\btell (me|us) a story\b", r"^\W*long\W*$")
def _tell_story(_: Seen, __: re.Match[str]) -> str:
    return showcase.long_story()


@_when_asked(
    r"\b(show|give|write|make|draw|print)\b.{0,40}\b(tables?|code|lists?|headings?|markdown)\b",
    r"^\W*(an? |some )?(tables?|code|lists?|headings?|markdown)(\W+please)?\W*$",
)
def _show(seen: Seen, match: re.Match[str]) -> str:
    asked = match[0].lower()
    shown = [text for thing, text in showcase.SAMPLES.items() if thing in asked]
    if "table" in asked:
        shown.append(showcase.table(seen.messages))
    return "\n".join(shown) or showcase.everything(seen.messages)


@_when_asked(r"\b(who|what) are you\b", r"\bwhat can (you|i) (do|try|ask)\b", r"^\W*help\W*$")
def _introduce_itself(seen: Seen, _: re.Match[str]) -> str:
    hints = "\n".join(f"- {hint}" for hint in HINTS)
    return (
        "I am the demo model: I run inside this program, need neither key nor network, and know only what I am sent. "
        f"{seen.summary}\n\n{hints}\n\nFor real answers, set `OPENAI_API_KEY` and start again."
    )


@_when_asked(r"^\W*(thanks|thank you)\b")
def _thank(seen: Seen, _: re.Match[str]) -> str:
    return f"You're welcome! {seen.summary}"


@_when_asked(r"^\W*(hello|hi|hey|good (morning|evening|day))( there)?\W*$")
def _greet(seen: Seen, _: re.Match[str]) -> str:
    greeting = f"Hello, {seen.name[0]}!" if seen.name else "Hello! I am the demo model."
    return f"{greeting} {seen.summary} {_hint(seen)}"


def _echo(seen: Seen) -> str:
    """The reply to everything else: it quotes the question and the one before, and suggests something to try."""
    question, before = seen.question, seen.earlier("user")
    if seen.name and _NAME.search(question):
        opening = f"Nice to meet you, {seen.name[0]}!"
    elif "?" in question:
        opening = "A real model would answer that; I only know what I was sent."
    else:
        opening = "Noted."
    if before is None:
        earlier = ""
    elif _NAME.search(before):
        earlier = " Earlier you told me your name."  # not the name: else this reply would keep it in the window
    else:
        earlier = f" Earlier you told me: {_quoted(before)}"
    return f"{opening} You wrote: {_quoted(question)}{earlier}\n\n{seen.summary} {_hint(seen)}"


def _hint(seen: Seen) -> str:
    return HINTS[len(seen.messages[:-1]) // 2 % len(HINTS)]


def _quoted(text: str) -> str:
    """The text as the end of a sentence."""
    quoted = shorten(text, SHOWN)
    return f"“{quoted}”" if quoted.endswith((".", "!", "?", "…")) else f"“{quoted}”."
