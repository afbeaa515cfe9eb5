"""What a model thinks is kept with its reply, and goes back only to the model that thought it."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.events import Finished, ReasoningDelta, TextDelta, ThoughtsSealed
from chatbot_cli.chat.messages import Ending, Exchange, Message
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.rounds import Reasoning
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.thoughts import Back, MadeBy, Thoughts, in_words, joined
from chatbot_cli.chat.transcript import Transcript
from tests.chat.turns import conversation_with, say, take_turn
from tests.fakes import Script, ScriptedModel, model_with, setup_with
from tests.rounds import A_ROUND

COMPLETE = Finished(Ending.COMPLETE)
AT_HOME = "https://home.example/v1"


def thinking(thoughts: str, reply: str, ending: Finished = COMPLETE) -> Script:
    return [*map(ReasoningDelta, thoughts.split("|")), TextDelta(reply), ending]


def at(address: str, *scripts: Script | str, back: Back = Back.ALWAYS) -> tuple[Model, ScriptedModel]:
    """A model at a server that wants its thoughts back."""
    asked = ScriptedModel(*scripts)
    return replace(model_with(asked), address=address, thoughts_back=back), asked


def setup_of(model: Model) -> Setup:
    return replace(setup_with(model.chat_model), model=model)


def thoughts_in(messages: Sequence[Message]) -> list[tuple[str, str]]:
    """The replies among the messages that are sent with thoughts."""
    parts = [(one, part) for one in messages for part in one.parts if isinstance(part, Reasoning)]
    return [(one.content, part.text) for one, part in parts]


async def test_thoughts_are_kept_with_who_thought_them_and_how_long() -> None:
    ticks = count(0.0, 0.5)
    model, _ = at(AT_HOME, thinking("It snows, |I think.", "Snow."), "Nothing.")
    conversation = Conversation(setup_of(model), clock=lambda: next(ticks))
    assert await say(conversation, "What is the weather?") == "Snow."
    await say(conversation, "And then?")
    assert conversation.exchanges[0].thoughts == Thoughts("It snows, I think.", 0.5, MadeBy("fake", AT_HOME))
    assert conversation.exchanges[1].thoughts is None


@pytest.mark.parametrize("back", Back)
async def test_thoughts_go_back_with_a_reply_only_where_they_are_always_wanted(back: Back) -> None:
    model, asked = at(AT_HOME, thinking("Hm hm.", "Snow."), "More snow.", back=back)
    conversation = Conversation(setup_of(model))
    for question in ("What is the weather?", "And then?"):
        await say(conversation, question)
    told = [("Snow.", "Hm hm.")] if back is Back.ALWAYS else []
    assert thoughts_in(asked.requests[1].messages) == told


async def test_what_goes_back_counts_in_the_window() -> None:
    sizes = {}
    for back in Back:
        model, _ = at(AT_HOME, thinking("one two three four five", "Snow."), back=back)
        conversation = Conversation(setup_of(model))
        await say(conversation, "What is the weather?")
        sizes[back] = conversation.window("Why?").tokens
    assert sizes[Back.ALWAYS] == sizes[Back.NEVER] + 5
    assert sizes[Back.WITH_TOOLS] == sizes[Back.NEVER]


@pytest.mark.parametrize(
    ("spec", "address"), [("fake", "https://elsewhere.example/v1"), ("other", AT_HOME), ("fake", "")]
)
async def test_no_other_model_and_no_other_server_is_told_of_them(spec: str, address: str) -> None:
    model, _ = at(AT_HOME, thinking("A secret.", "Snow."))
    conversation = Conversation(setup_of(model))
    await say(conversation, "What is the weather?")
    other, asked = at(address, "More snow.")
    conversation.change_setup("the model", replace(conversation.setup, model=replace(other, name=spec)))
    conversation.allow_its_server()
    await say(conversation, "And then?")
    assert thoughts_in(asked.requests[0].messages) == []


async def test_the_rest_of_a_reply_is_joined_to_its_thoughts_too() -> None:
    conversation, _ = conversation_with(
        thinking("First.", "Once ", Finished(Ending.LENGTH)), thinking("Second.", "upon a time.")
    )
    await say(conversation, "A story!")
    async for _ in conversation.continue_reply():
        pass
    (one,) = conversation.exchanges
    assert one.assistant == "Once upon a time."
    assert one.thoughts
    assert one.thoughts.text == "First.\n\nSecond."
    assert one.thoughts.by == conversation.setup.model.made_by


async def test_another_answer_has_thoughts_of_its_own() -> None:
    conversation, _ = conversation_with(thinking("First.", "Snow."), "Rain.")
    await say(conversation, "What is the weather?")
    async for _ in conversation.retry():
        pass
    answers = conversation.journal.answers(conversation.exchanges[-1])
    assert [(one.assistant, one.thoughts and one.thoughts.text) for one in answers] == [
        ("Snow.", "First."),
        ("Rain.", None),
    ]


async def test_what_a_server_seals_its_thoughts_with_is_kept_and_goes_back_with_them() -> None:
    script: Script = [ReasoningDelta("Hm."), ThoughtsSealed('{"n": 1}'), ThoughtsSealed('{"n": 2}'), TextDelta("Snow.")]
    model, asked = at(AT_HOME, [*script, COMPLETE], "More snow.")
    conversation = Conversation(setup_of(model))
    for question in ("What is the weather?", "And then?"):
        await say(conversation, question)
    parts = [part for message in asked.requests[1].messages for part in message.parts]
    assert parts == [Reasoning("Hm.", '{"n": 2}')]


async def test_blank_thoughts_are_none() -> None:
    conversation, _ = conversation_with([ReasoningDelta(" \n"), TextDelta("Snow."), COMPLETE])
    await take_turn(conversation, "What is the weather?")
    assert conversation.exchanges[-1].thoughts is None


def test_thoughts_of_two_models_together_are_nobody_s() -> None:
    first, second = Thoughts("a", 1.0, MadeBy("x"), "{}"), Thoughts("b", 2.0, MadeBy("y"), "{}")
    assert joined(first, second) == Thoughts("a\n\nb", 3.0)
    assert joined(first, replace(second, by=MadeBy("x"))) == Thoughts("a\n\nb", 3.0, MadeBy("x"))
    assert joined(None, first) is joined(first, None) is first


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "thought for a moment"),
        (0.6, "thought for 1 s"),
        (59.6, "thought for 1 min 0 s"),
        (754.0, "thought for 12 min 34 s"),
    ],
)
def test_how_long_somebody_thought_is_told_in_a_line(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


async def test_a_model_that_goes_on_with_the_calls_of_another_is_not_told_why_it_made_them() -> None:
    mine, _ = at(AT_HOME)
    thoughts = Thoughts("They want the weather.", 1.0, mine.made_by)
    stopped = Exchange("What is the weather?", "", Ending.STOPPED, rounds=(replace(A_ROUND, thoughts=thoughts),))
    told = []
    for address in (AT_HOME, "https://elsewhere.example/v1"):
        model, asked = at(address, "Snow.")
        conversation = Conversation(setup_of(model))
        conversation.allow_its_server()
        conversation.change("the exchange", replace(conversation.state, exchanges=Transcript([stopped])))
        async for _event in conversation.continue_reply():
            pass
        told.append([text for _, text in thoughts_in(asked.requests[0].messages)])
    assert told == [["They want the weather."], []]
