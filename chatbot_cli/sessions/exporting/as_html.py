"""Writes a conversation as one web page. It has no scripts, loads nothing, and shows every text as it was written."""

from html import escape

from chatbot_cli.chat.messages import Ending
from chatbot_cli.chat.rounds import Round, ToolCall, ToolResult
from chatbot_cli.chat.thoughts import Thoughts, in_words
from chatbot_cli.sessions.exporting.attached_files import on_a_page, policy_of_images, style_of_files
from chatbot_cli.sessions.exporting.call_lines import call_line, how_it_ended, result_text
from chatbot_cli.sessions.exporting.source_lines import cited_in, how_many_sent, source_line
from chatbot_cli.sessions.exporting.visible_text import one_line, visible
from chatbot_cli.sessions.records import MessageRecord, ReplyRecord, SessionRecord
from chatbot_cli.sessions.timestamps import for_people, iso_of
from chatbot_cli.text.json_documents import is_json_document

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
:root { color-scheme: light dark; --text: #1f2328; --quiet: #59636e; --page: #fff; --mine: #eef3f9; --line: #d1d9e0 }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e8eb; --quiet: #9aa4af; --page: #14171b; --mine: #1f2833; --line: #363d46 }
}
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.55 system-ui, sans-serif }
main { max-width: 48rem; margin: 0 auto; padding: 2rem 1rem 4rem }
h1 { font-size: 1.5rem; overflow-wrap: anywhere }
h2 { font-size: .85rem; margin: 0 0 .3rem; color: var(--quiet) }
time { font-weight: normal }
article { margin: 1rem 0; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: .5rem }
.user { background: var(--mine) }
.text { white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4 }
.facts, .ending { color: var(--quiet); font-size: .85rem; overflow-wrap: anywhere }
.ending { margin: .6rem 0 0; font-style: italic }
"""
_STYLE_OF_FOLDED = """
details { margin: .5rem 0 }
summary { color: var(--quiet); font-size: .85rem; overflow-wrap: anywhere; cursor: pointer }
details .text { margin: .3rem 0 0 .3rem; padding-left: .8rem; border-left: 2px solid var(--line); font-size: .85rem }
"""


def as_html(record: SessionRecord) -> str:
    """The page: a title, a line of facts, and the messages of the current branch."""
    title = escape(one_line(record.title)) or "Conversation"
    chosen = str(record.setup.get("model") or "")
    messages = "\n".join(_article(message, chosen) for message in record.thread)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}{policy_of_images(record)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{_style(record)}{style_of_files(record)}</style>
</head>
<body>
<main>
<header>
<h1 dir="auto">{title}</h1>
<p class="facts">{_facts(record)}</p>
</header>
{messages}
</main>
</body>
</html>
"""


def _style(record: SessionRecord) -> str:
    replies = [message.reply for message in record.thread if message.reply]
    folds = any(reply.rounds or reply.sources or reply.thoughts for reply in replies)
    return f"{_STYLE.rstrip()}{_STYLE_OF_FOLDED}" if folds else _STYLE


def _facts(record: SessionRecord) -> str:
    facts = (for_people(record.created), record.setup.get("persona"), record.setup.get("model"))
    return " · ".join(escape(one_line(str(fact))) for fact in facts if fact)


def _article(message: MessageRecord, chosen: str) -> str:
    speaker = "Assistant" if message.reply else "You"
    if stand_in := message.stand_in(chosen):
        speaker += f" · {escape(one_line(stand_in))}"
    when = for_people(message.created)
    time = f' · <time datetime="{iso_of(message.created)}">{when}</time>' if when else ""
    ending = _ending(message.reply) if message.reply else ""
    is_data = message.reply is not None and is_json_document(message.content)
    text = f"<code>{_text(message.content)}</code>" if is_data else _text(message.content)
    calls_alone = message.reply is not None and message.reply.rounds and not message.content
    words = "" if calls_alone else f'<div class="text" dir="auto">{text}</div>\n'
    return f"""<article class="{message.role}">
<h2>{speaker}{time}</h2>
{_parts(message)}{words}{_sources(message)}{ending}</article>"""


def _sources(message: MessageRecord) -> str:
    """The passages that a reply cites, each with its text folded below, and how many more it was sent."""
    cited = [
        f'<details><summary>{_text(source_line(one))}</summary><div class="text" dir="auto">{_text(one.text)}</div>'
        "</details>\n"
        for one in cited_in(message)
    ]
    how_many = how_many_sent(message)
    return "".join([*cited, f'<p class="facts">{escape(how_many)}</p>\n' if how_many else ""])


def _parts(message: MessageRecord) -> str:
    """The attachments, or the rounds of tool calls, and what was thought after them."""
    if (reply := message.reply) is None:
        return "".join(on_a_page(message))
    return "".join([*map(_round, reply.rounds), _thoughts(reply.thoughts)])


def _thoughts(thoughts: Thoughts | None) -> str:
    """What the model thought, folded."""
    if thoughts is None or not thoughts.text:
        return ""
    folded = f'<div class="text" dir="auto">{_text(thoughts.text)}</div>'
    return f"<details><summary>{in_words(thoughts.seconds)}</summary>{folded}</details>\n"


def _round(one: Round) -> str:
    """The text before the calls, then each call as a line, with its result folded below."""
    text = f'<div class="text" dir="auto">{_text(one.text)}</div>\n' if one.text.strip() else ""
    return "".join([_thoughts(one.thoughts), text, *map(_call, one.calls, one.results)])


def _call(call: ToolCall, result: ToolResult) -> str:
    line = f"<code>{_text(call_line(call))}</code> {escape(how_it_ended(result))}"
    if not (shown := result_text(result)):
        return f'<p class="facts">{line}</p>\n'
    folded = f'<div class="text" dir="auto"><code>{_text(shown)}</code></div>'
    return f"<details><summary>{line}</summary>{folded}</details>\n"


def _ending(reply: ReplyRecord) -> str:
    if reply.ending is Ending.COMPLETE:
        return ""
    ending = reply.ending.in_words(reply.reason) if reply.ending else "not finished"
    return f'<p class="ending">This reply was {escape(one_line(ending))}</p>\n'


def _text(text: str) -> str:
    # A browser would read a bare carriage return as a newline.
    return escape(visible(text)).replace("\r", "&#13;")
