"""Writes a conversation as Markdown that reads well and keeps every character, unless control characters are cleaned.

Each message is a section. A question is shown literally: as a paragraph if Markdown would not change it, else in a
code block. So is a reply that is data, and the result of a tool call after the line with the call. Any other reply is
Markdown already. It is written as it is if it certainly ends with its section and begins no section of its own. Else it
is put into a block quote, which most Markdown cannot leave, and into a code block if it could leave that too.
"""

import re
from collections.abc import Callable, Sequence

from chatbot_cli.chat.attachments_in_words import attached_in_words
from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.rounds import Round
from chatbot_cli.chat.thoughts import Thoughts, in_words
from chatbot_cli.sessions.exporting.call_lines import call_line, how_it_ended, result_text
from chatbot_cli.sessions.exporting.source_lines import cited_in, how_many_sent, source_line
from chatbot_cli.sessions.exporting.visible_text import one_line
from chatbot_cli.sessions.records import MessageRecord, SessionRecord
from chatbot_cli.sessions.timestamps import for_people
from chatbot_cli.text.json_documents import is_json_document

Clean = Callable[[str], str]

_BACKTICKS = re.compile(r"`{3,}")
_SOME_BACKTICKS = re.compile(r"`+")
_SPECIAL = re.compile(r"[\\`*_\[\]{}<>#&~|$^]")
_NEVER_PLAIN = re.compile(r"[\\`*_\[\]{}<>#&~|$^=@]|  |:[\w+-]+:|^\d{1,9}[.)]")


def as_markdown(record: SessionRecord, clean: Clean) -> str:
    """A title, a line of facts, and a section for each message of the current branch.

    `clean` is done to each text before anything else: a carriage return that goes may join a fence to another line.
    """
    title = _escaped(record.title) or "Conversation"
    known = (for_people(record.created), record.setup.get("persona"), record.setup.get("model"))
    facts = " · ".join(_escaped(str(fact)) for fact in known if fact)
    sections = [
        f"# {title}\n\n",
        f"*{facts}*\n\n" if facts else "",
        *(_section(message, clean, str(record.setup.get("model") or "")) for message in record.thread),
    ]
    return "".join(sections).removesuffix("\n")


def texts_of(message: MessageRecord) -> Sequence[str]:
    """The texts of a message that are written as they are.

    Those are its content, its calls and their results, what was thought before each, and what it cites.
    """
    rounds = message.reply.rounds if message.reply else ()
    thoughts = (*(one.thoughts for one in rounds), message.reply.thoughts if message.reply else None)
    calls = [text for one in rounds for call in one.calls for text in (call.name, call.arguments)]
    results = [result.text for one in rounds for result in one.results]
    cited = map(source_line, cited_in(message))
    return [message.content, *(one.text for one in rounds), *calls, *results, *cited, *(t.text for t in thoughts if t)]


def _section(message: MessageRecord, clean: Clean, chosen: str) -> str:
    """A heading, the attachments or tool calls, and the message; an empty line after each.

    The heading of a reply names its model, if that is not the `chosen` one.
    """
    text = clean(message.content)
    if message.reply is None:
        attached = "".join(f"*{_escaped(attached_in_words(attachment))}*\n\n" for attachment in message.attached)
        return f"## You\n\n{attached}{text if _is_plain(text) else _literal(text, 'text')}\n\n"
    ending = message.reply.ending
    note = "" if ending is Ending.COMPLETE else f" ({ending.value if ending else 'not finished'})"
    note = f"{f' · {_escaped(stand_in)}' if (stand_in := message.stand_in(chosen)) else ''}{note}"
    rounds = "".join(_round(one, clean) for one in message.reply.rounds)
    thoughts = _folded(message.reply.thoughts, clean)
    return f"## Assistant{note}\n\n{rounds}{thoughts}{_contained(text)}\n\n{_sources(message, clean)}"


def _folded(thoughts: Thoughts | None, clean: Clean) -> str:
    """What the model thought, in a code block that is folded where a page can fold."""
    if thoughts is None or not thoughts.text:
        return ""
    about = f"<summary>{in_words(thoughts.seconds)}</summary>"
    return f"<details>{about}\n\n{_literal(clean(thoughts.text), 'text')}\n\n</details>\n\n"


def _sources(message: MessageRecord, clean: Clean) -> str:
    """A list of the passages that a reply cites, and how many more it was sent."""
    lines = [f"- {_escaped(clean(source_line(one)))}" for one in cited_in(message)]
    lines += [f"- *{how_many}*"] if (how_many := how_many_sent(message)) else []
    return "\n".join(["Sources:", "", *lines, "", ""]) if lines else ""


def _round(one: Round, clean: Clean) -> str:
    """The text before the calls, then a line for each call, and its result in a code block."""
    calls = (
        f"*Called* {_code(clean(call_line(call)))} *{_escaped(how_it_ended(result))}*\n\n"
        + (f"{_literal(shown, 'text')}\n\n" if (shown := clean(result_text(result))) else "")
        for call, result in zip(one.calls, one.results, strict=True)
    )
    text = clean(one.text)
    said = f"{_contained(text)}\n\n" if text.strip() else ""
    return "".join([_folded(one.thoughts, clean), said, *calls])


def _is_plain(text: str) -> bool:
    """Whether Markdown shows the text as it is: one line of words and harmless punctuation."""
    return text[:1].isalnum() and not text.endswith(" ") and text.isprintable() and not _NEVER_PLAIN.search(text)


def _literal(text: str, language: str) -> str:
    """The text in a code block, whose fence is longer than any in the text. A newline is added to the text."""
    longest = max((len(run[0]) for run in _BACKTICKS.finditer(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _code(line: str) -> str:
    """A line in code, between more backticks than there are in it. A blank at both ends is no part of it."""
    fence = "`" * (1 + max((len(run[0]) for run in _SOME_BACKTICKS.finditer(line)), default=0))
    return f"{fence} {line} {fence}" if "`" in line else f"{fence}{line}{fence}"


def _contained(reply: str) -> str:
    """The reply in a form that does not act on the text after it."""
    if is_json_document(reply):
        return _literal(reply, "json")
    # Imported here: the Markdown parser takes long to load, and is needed for this export alone.
    from chatbot_cli.sessions.exporting.markdown_reach import Reach, quoted, reach_of

    match reach_of(reply):
        case Reach.WITHIN:
            return reply
        case Reach.SECTION:
            return quoted(reply)
        case Reach.DOCUMENT:
            return _literal(reply, "markdown")


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", one_line(text))
