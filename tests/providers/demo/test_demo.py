"""The demo model: honest about what it was sent, paced like a person, and useful for trying the terminal."""

from dataclasses import replace

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import Finished, ModelEvent, TextDelta, TokensUsed
from chatbot_cli.chat.folding import due_now, fold
from chatbot_cli.chat.messages import Ending, Exchange, Message, Request
from chatbot_cli.chat.options import Options
from chatbot_cli.chat.summaries import INSTRUCTION
from chatbot_cli.chat.turn import GO_ON
from chatbot_cli.providers.demo.answers import Seen, answer
from chatbot_cli.providers.demo.model import DemoChat
from chatbot_cli.providers.tokens.counting import counter_for
from tests.chat.turns import say
from tests.fakes import setup_with
from tests.rounds import A_ROUND


class Pace:
    """A clock that only notes how long it was asked to wait."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


def request(*said: str, system: str | None = "You are helpful.", max_reply_tokens: int | None = None) -> Request:
    """A request in which user and assistant spoke in turns, the user first and last."""
    head = () if system is None else (Message("system", system),)
    spoken = (Message("assistant" if n % 2 else "user", text) for n, text in enumerate(said))
    return Request((*head, *spoken), Options(max_reply_tokens=max_reply_tokens))


async def events_of(asked: Request, pace: Pace | None = None) -> list[ModelEvent]:
    return [event async for event in DemoChat((pace or Pace()).sleep).stream(asked)]


async def reply_to(*said: str, system: str | None = "You are helpful.") -> str:
    events = await events_of(request(*said, system=system))
    return "".join(event.text for event in events if isinstance(event, TextDelta))


# Memory and honesty.


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("My name is Ada Lovelace. I like engines.", "Ada Lovelace"),
        ("hi, my name is ada", "ada"),
        ("My name’s Bob and I need help", "Bob"),
        ("I am Grace, a sailor.", "Grace"),
        ("Hello! I'm Zoë", "Zoë"),
        ("I'm called Jean-Luc.", "Jean-Luc"),
        ("Call me Ishmael.", "Ishmael"),
        ("my name is 李雷", "李雷"),
    ],
)
async def test_it_knows_a_name_that_is_among_the_messages(told: str, name: str) -> None:
    reply = await reply_to(told, "Hello!", "What is my name?")

    assert reply == f"Your name is {name}: you told me in message 2 of the 4 I was sent."


@pytest.mark.parametrize(
    "said", ["I am tired.", "I am looking for a book", "I'm in Paris", "I am sure that I’m late", "What is my name?"]
)
async def test_it_does_not_make_up_a_name(said: str) -> None:
    assert "I don't know your name: you tell it in none of the 4 messages" in await reply_to(said, "Hm.", "Who am I?")


@pytest.mark.parametrize(
    "question", ["what's my name?", "WHO AM I", "Do you remember my name?", "Tell me what my name is, please."]
)
async def test_it_understands_several_ways_to_ask_for_the_name(question: str) -> None:
    assert "Ada" in await reply_to("My name is Ada.", "Hello!", question)


async def test_the_name_told_last_counts() -> None:
    assert "Bob" in await reply_to("My name is Ada.", "Hello!", "Sorry, my name is Bob.", "Ah.", "Who am I?")


async def test_its_own_words_tell_it_no_name() -> None:
    assert "don't know" in await reply_to("Hello.", "My name is Demo.", "What is my name?")


@pytest.mark.parametrize(
    ("system", "said", "summary"),
    [
        (None, ["Hello!"], "1 message: your new one."),
        ("Be kind.", ["Hello!"], "2 messages: the system message and your new one."),
        ("Be kind.", ["a", "b", "Hello!"], "4 messages: the system message, 1 earlier exchange and your new one."),
        (None, ["a", "b", "c", "d", "Hello!"], "5 messages: 2 earlier exchanges and your new one."),
    ],
)
async def test_it_tells_how_many_messages_it_received(system: str | None, said: list[str], summary: str) -> None:
    assert f"I was sent {summary}" in await reply_to(*said, system=system)


@pytest.mark.parametrize("question", ["What do you see?", "How many messages were you sent?", "what did you get"])
async def test_asked_what_it_received_it_lists_the_messages(question: str) -> None:
    reply = await reply_to("First\nquestion", "A " + "long " * 50 + "answer", question, system="Be kind.")

    assert reply.splitlines()[2:] == [
        "1. **system**: Be kind.",
        "2. **user**: First question",
        "3. **assistant**: A " + "long " * 15 + "lo…",
        f"4. **user**: {question}",
    ]


async def test_a_tool_call_and_its_result_are_messages_of_one_exchange() -> None:
    seen = Seen((*Exchange("Is it cold?", "It is.", rounds=(A_ROUND,)).messages, Message("user", "What do you see?")))
    assert seen.summary == "I was sent 5 messages: 1 earlier exchange and your new one."
    assert "2. **assistant**: Let me look. (calls weather)" in answer(seen.messages)


async def test_of_many_messages_it_lists_the_newest() -> None:
    reply = await reply_to(*map(str, range(40)), "What do you see?")

    assert "I was sent 42 messages" in reply
    assert len(reply.splitlines()[2:]) == 12
    assert reply.splitlines()[-1] == "42. **user**: What do you see?"


async def test_it_recalls_what_it_said_and_what_it_was_told() -> None:
    assert "“Beautiful Soup.”" in await reply_to("How do I read a page?", "Beautiful Soup.", "What did you recommend?")
    assert "Earlier you told me: “I like jazz.”" in await reply_to("I like jazz.", "Fine.", "And I like tea.")


async def test_the_same_request_gets_the_same_reply_and_another_one_another() -> None:
    assert await reply_to("Why is the sky blue?") == await reply_to("Why is the sky blue?")
    assert await reply_to("Why is the sky blue?") != await reply_to("Why is grass green?")


@pytest.mark.parametrize("said", ["", "?", "\ud800", " \n ", "# [x](y) | `z", "my name is " + " " * 10_000])
async def test_odd_messages_get_a_reply_too(said: str) -> None:
    assert await reply_to(said)


async def test_a_request_without_any_message_gets_a_reply_too() -> None:
    assert (await events_of(Request(())))[-1] == Finished(Ending.COMPLETE)


async def test_the_travel_planner_in_five_turns() -> None:
    conversation = Conversation(setup_with(DemoChat(Pace().sleep), system_prompt="You plan trips."))
    said = [
        "I'd like to plan a trip, can you help?",
        "About 1,500 euros, from 3 to 10 May.",
        "Culture, and a little adventure.",
        "Which of the two cities is easier to reach?",
        "What do you remember?",
    ]

    replies = []
    for text in said:
        async for _ in conversation.take_turn(text):
            pass
        replies.append(conversation.exchanges[-1].assistant)

    for before, reply in zip(said[:3], replies[1:4], strict=True):
        assert f"Earlier you told me: “{before}”" in reply
    assert all(text in replies[-1] for text in said)
    assert len(set(replies)) == 5
    assert {exchange.ending for exchange in conversation.exchanges} == {Exchange("", "").ending}


# What it shows on request.


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("Show me some headings", ["# ", "## ", "### "]),
        ("show me code", ["```python\n"]),
        ("Give me a list", ["1. ", "   - "]),
        ("A table, please!", ["| # | role | words | begins with |\n|--:|"]),
        ("show me a table and code", ["|--:|", "```python\n"]),
        ("Markdown!", ["# ", "1. ", "```python\n", "> ", "|--:|"]),
    ],
)
async def test_it_shows_markdown_when_asked(asked: str, shown: list[str]) -> None:
    reply = await reply_to(asked)

    assert all(piece in reply for piece in shown)


async def test_a_request_that_merely_mentions_a_table_gets_none() -> None:
    assert "|" not in await reply_to("Where can we book a table for two?")


async def test_a_cell_of_its_table_cannot_break_the_table() -> None:
    reply = await reply_to("a | b\n\\| c", "Yes.", "Show me a table")

    assert "| 2 | user | 5 | a \\| b \\\\\\| c |" in reply


async def test_it_counts_as_far_as_asked() -> None:
    assert (await reply_to("Count to 30")).splitlines()[2:] == [f"- {n}" for n in range(1, 31)]
    assert (await reply_to("please count from 1 to 99999999999999")).endswith("\n- 1000")


async def test_asked_to_go_on_it_tells_the_rest_and_nothing_else() -> None:
    whole = await reply_to("My name is Ada.", "Hello.", "Tell me a long story.")
    half = whole[: len(whole) // 2]
    assert half + await reply_to("My name is Ada.", "Hello.", "Tell me a long story.", half, GO_ON) == whole
    assert "You wrote: “Go on" in await reply_to("Tell me a long story.", "Something else.", GO_ON)


async def test_it_tells_a_story_long_enough_to_scroll() -> None:
    assert len((await reply_to("Tell me a long story.")).split()) > 800


# How it streams.


@pytest.mark.parametrize("asked", ["Hello!", "markdown", "count to 20"])
async def test_it_streams_words_that_join_to_the_text_with_its_newlines(asked: str) -> None:
    events = await events_of(request(asked))
    deltas = [event.text for event in events if isinstance(event, TextDelta)]

    assert all(len(delta.split()) <= 1 and delta for delta in deltas)
    assert "".join(deltas) == await reply_to(asked)


async def test_it_streams_at_a_human_pace() -> None:
    pace = Pace()
    events = await events_of(request("Hello!"), pace)

    words = sum(isinstance(event, TextDelta) for event in events)
    assert pace.waits == [0.3] + [1 / 40] * words


async def test_it_ends_with_an_honest_count_that_costs_nothing() -> None:
    counter = counter_for("demo")
    counter.load()
    asked = request("Hello!", "Hello.", "Who are you?")

    events = await events_of(asked)

    reply = "".join(event.text for event in events if isinstance(event, TextDelta))
    sent = sum(map(counter.count, asked.messages)) + 3
    assert events[-2:] == [TokensUsed(sent, counter.count_text(reply), 0.0), Finished(Ending.COMPLETE)]


async def test_what_a_request_begins_with_as_the_one_before_is_cached() -> None:
    demo, counter = DemoChat(Pace().sleep), counter_for("demo")
    counter.load()

    async def cached(asked: Request) -> int:
        (used,) = [event.cached async for event in demo.stream(asked) if isinstance(event, TokensUsed)]
        return used

    first, second = request("Hello!"), request("Hello!", "Hello.", "Who are you?")
    assert await cached(first) == 0
    assert await cached(second) == sum(map(counter.count, first.messages))
    assert await cached(second) == sum(map(counter.count, second.messages))
    assert await cached(request("Hello?", "Hello.", "Who are you?")) == counter.count(first.messages[0])
    assert await cached(request("Hello?", system="You are another.")) == 0


@pytest.mark.parametrize("limit", [1, 5, 20, 100_000])
async def test_it_obeys_the_limit_of_reply_tokens(limit: int) -> None:
    whole = await reply_to("Tell me a long story.")
    counter = counter_for("demo")

    events = await events_of(request("Tell me a long story.", max_reply_tokens=limit))

    reply = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert whole.startswith(reply)
    assert counter.count_text(reply) <= limit
    assert events[-1] == Finished(Ending.COMPLETE if reply == whole else Ending.LENGTH)
    assert (reply == whole) == (limit == 100_000)


# Summaries.


async def test_a_name_that_slid_out_is_known_from_the_summary_and_it_says_so() -> None:
    setup = replace(setup_with(DemoChat(Pace().sleep), max_turns=2, counter=counter_for("demo")), overflow="summarize")
    conversation = Conversation(setup)
    replies = []
    for text in ("My name is Ada.", "Tea?", "Coffee?", "Milk?", "Water?", "What is my name?"):
        replies.append(await say(conversation, text))
        if found := await due_now(conversation):
            await fold(conversation, found)
    assert replies[-1] == "Your name is Ada: I know it from the summary, message 2 of the 7 I was sent."
    assert (
        "the system message, a summary of what is no longer sent, 2 earlier exchanges and your new one" in replies[-2]
    )


@pytest.mark.parametrize("words", [1, 12, 25, 300])
def test_a_summary_has_what_the_user_said_and_a_name_comes_first_when_room_is_short(words: int) -> None:
    texts = [f"User: This is question {n}.\n\nAssistant: My name is Demo." for n in range(20)]
    so_far = "The summary so far:\n\nThe user said: “I am Ada, and my name is Ada.”\nThe user likes tea."
    asked = "\n\n".join((so_far, "What was said then:", *texts, f"Write the summary, in at most {words} words."))
    summary = answer([Message("system", INSTRUCTION), Message("user", asked)])
    assert "my name is Ada" in summary
    assert "Demo" not in summary
    assert len(summary.split()) <= max(words, 11)
    assert ("This is question 19." in summary) is (words >= 25)
    assert ("likes tea" in summary) is (words == 300)
