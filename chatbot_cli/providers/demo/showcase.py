"""Samples that the demo model shows: Markdown of every kind, and replies long enough to scroll or to stop."""

from collections.abc import Sequence

from chatbot_cli.chat.messages import Message

COUNT_TO_AT_MOST = 1000

HEADINGS = """\
# The demo model

A heading of the first level, as the title of a page.

## What it knows

Only the messages it is sent with each request.

### What it forgets

Everything that has slid out of the window.
"""

CODE = """\
This is what memory looks like from the inside:

```python
messages = [{"role": "system", "content": "You are a patient tutor."}]


def say(text: str) -> str:
    messages.append({"role": "user", "content": text})
    reply = model(messages)  # it is sent the whole list, every time
    messages.append({"role": "assistant", "content": reply})
    return reply
```

Forget the last `append`, and the model forgets what it said.
"""

LISTS = """\
Three things to try, in this order:

1. Tell me your name.
2. Talk about something else for a while:
   - the weather,
   - a *very* good book,
   - or `itertools`.
3. Ask me for your name. Whether I know it depends on the **window**.
"""

QUOTE = """\
> Memory is a list.
>
> What is not on it has never been said.
"""

SAMPLES = {"heading": HEADINGS, "list": LISTS, "code": CODE}

_PLACES = (
    "in a quiet inbox",
    "in a crowded buffer",
    "at the edge of the window",
    "in an empty transcript",
    "on a busy server",
)
_COMPANIONS = ("an old system prompt", "two small tokens", "a lost newline", "a patient question", "a proud semicolon")
_LESSONS = (
    "that every exchange travels as a pair, and that nobody is ever sent alone",
    "that the oldest leave first, without a word, and that nothing is destroyed when they do",
    "that the one who speaks first is read first, every single time",
    "that a reply which was stopped half-way is still worth keeping",
    "that to be remembered is nothing more than to be sent again",
)


def table(messages: Sequence[Message]) -> str:
    """The messages of the request, as a table."""
    rows = (f"| {n} | {m.role} | {len(m.content.split())} | {_cell(m.content)} |" for n, m in enumerate(messages, 1))
    lines = ("This is what I was sent:", "", "| # | role | words | begins with |", "|--:|:--|--:|:--|", *rows)
    return "\n".join(lines) + "\n"


def everything(messages: Sequence[Message]) -> str:
    """Headings, lists, code, a quotation and a table in one reply."""
    return "\n".join((*SAMPLES.values(), QUOTE, table(messages)))


def count_to(number: int) -> str:
    """A list that counts to `number`, but not beyond `COUNT_TO_AT_MOST`."""
    last = min(number, COUNT_TO_AT_MOST)
    opening = "Here we go:" if last == number else f"I stop at {COUNT_TO_AT_MOST}, or we shall be here all day:"
    return "\n".join((opening, "", *(f"- {n}" for n in range(1, last + 1))))


def long_story(chapters: int = 10) -> str:
    """About 900 words, which take almost half a minute."""
    return "# The message that wanted to stay\n\n" + "\n\n".join(map(_chapter, range(1, chapters + 1)))


def _chapter(number: int) -> str:
    place, companion, lesson = _PLACES[number % 5], _COMPANIONS[number * 7 // 5 % 5], _LESSONS[number * 3 % 5]
    return (
        f"## Chapter {number}\n\n"
        f"One morning the little message woke up {place}, next to {companion}. “Have you been here long?” it asked. "
        f"“Since turn {number},” was the answer, “and I mean to stay until the window slides.” They talked until the "
        f"next request was built, and the little message learned {lesson}. Then the lights of the panel went out, and "
        "it counted its tokens until it fell asleep."
    )


def _cell(text: str, width: int = 40) -> str:
    line = " ".join(text[: width * 2].split())[:width]
    return line.replace("\\", "\\\\").replace("|", "\\|")
