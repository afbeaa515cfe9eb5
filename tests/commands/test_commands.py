"""What the slash-commands do, without a screen."""

from contextlib import aclosing
from dataclasses import replace

import pytest

from chatbot_cli.app.slash_commands import slash_commands
from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.commands.outcomes import FindOne, Outcome, Quit, Recall, Retry, Say, Send
from chatbot_cli.commands.who_answers import add_who_answers_commands
from chatbot_cli.errors import ChatError, UsageError
from tests.fakes import FakeSetups, ScriptedModel, model_with, setup_with

NAMES = [
    *(
        "help",
        "reset",
        "trim",
        "history",
        "undo",
        "retry",
        "window",
        "context",
        "pin",
        "unpin",
        "drop",
        "keep",
        "summary",
        "budget",
        "edit",
        "alt",
        "pick",
        "continue",
        "copy",
        "save",
    ),
    *("sessions", "resume", "find", "title", "fork", "export", "stats", "persona", "model", "compare", "system", "set"),
    "schema",
    *("docs", "sources", "thoughts"),
    *("tools", "tool", "allow", "deny", "exit"),
]


class Talk:
    """A conversation with its commands, and shorthands for the actions of a person."""

    def __init__(self, *replies: str) -> None:
        self.model = ScriptedModel(*replies)
        setup = setup_with(self.model, system_prompt="Be kind.")
        other = setup_with(self.model, persona="tutor", system_prompt="Teach.")
        self.setups = FakeSetups({"tutor": other}, {"demo": model_with(self.model, spec="demo")})
        self.conversation = Conversation(setup)
        self.commands = slash_commands(self.setups)

    def type(self, line: str) -> Outcome:
        return self.commands.run(line, self.conversation)

    def read(self, line: str) -> str:
        outcome = self.type(line)
        assert isinstance(outcome, Say)
        return outcome.text

    async def ask(self, *questions: str) -> None:
        for question in questions:
            async with aclosing(self.conversation.take_turn(question)) as events:
                async for _ in events:
                    pass

    async def retry(self) -> None:
        assert isinstance(self.type("/retry"), Retry)
        async with aclosing(self.conversation.retry()) as events:
            async for _ in events:
                pass

    @property
    def sent(self) -> list[str]:
        """The contents of the newest request."""
        return [message.content for message in self.model.requests[-1].messages]

    @property
    def questions(self) -> list[str]:
        return [exchange.user for exchange in self.conversation.exchanges]


def test_a_line_without_a_slash_is_sent_as_it_is() -> None:
    assert Talk().type("  what is /tmp?") == Send("  what is /tmp?")


def test_two_slashes_send_the_text_with_one() -> None:
    assert Talk().type("//usr/bin is a folder") == Send("/usr/bin is a folder")


def test_an_unknown_command_is_never_sent_and_the_nearest_is_named() -> None:
    with pytest.raises(UsageError, match="no command /rest") as caught:
        Talk().type("/rest")
    assert "Did you mean /reset?" in caught.value.hint


def test_an_unknown_command_like_no_other_points_to_help() -> None:
    with pytest.raises(UsageError) as caught:
        Talk().type("/xyzzy 3")
    assert "/help" in caught.value.hint


def test_help_has_a_line_and_an_example_for_every_command_in_80_columns() -> None:
    lines = Talk().read("/help").splitlines()
    assert [line.split()[0] for line in lines] == [f"/{name}" for name in NAMES]
    assert all(line.count("/") >= 2 for line in lines)
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself(name: str) -> None:
    text = Talk().read(f"/help {name}")
    assert text.startswith(f"/{name}")
    assert f"Example: /{name}" in text


def test_the_lines_of_a_help_end_where_the_screen_does() -> None:
    text = Talk().read("/help schema")
    assert text.count("\n") == 4
    assert "Or it is a file with a JSON Schema, the schema itself" in text


def test_help_names_the_aliases() -> None:
    assert "/clear" in Talk().read("/help reset")
    assert "/reset" in Talk().read("/help clear")


@pytest.mark.parametrize("line", ["/exit", "/quit"])
def test_leaving(line: str) -> None:
    assert Talk().type(line) == Quit()


@pytest.mark.parametrize("line", ["/reset", "/clear", "/CLEAR"])
async def test_reset_forgets_and_undo_brings_it_back(line: str) -> None:
    talk = Talk("one", "two")
    await talk.ask("a")
    assert "1 exchange forgotten" in talk.read(line)
    await talk.ask("b")
    assert talk.sent == ["Be kind.", "b"]
    talk.read("/undo 2")
    assert talk.questions == ["a"]


async def test_trim_sends_the_last_exchanges_only_and_keeps_the_transcript() -> None:
    talk = Talk("1", "2", "3", "4")
    await talk.ask("a", "b", "c")
    talk.read("/trim 1")
    await talk.ask("d")
    assert talk.sent == ["Be kind.", "c", "3", "d"]
    assert talk.questions == ["a", "b", "c", "d"]


async def test_trim_without_a_number_keeps_half() -> None:
    talk = Talk(*"12345")
    await talk.ask("a", "b", "c", "d")
    talk.read("/trim")
    await talk.ask("e")
    assert talk.sent == ["Be kind.", "c", "3", "d", "4", "e"]


async def test_trim_to_nothing_and_back() -> None:
    talk = Talk("1", "2", "3")
    await talk.ask("a")
    talk.read("/trim 0")
    await talk.ask("b")
    assert talk.sent == ["Be kind.", "b"]
    talk.read("/undo 2")
    await talk.ask("c")
    assert talk.sent == ["Be kind.", "a", "1", "c"]


async def test_trimming_to_more_than_there_is_changes_nothing() -> None:
    talk = Talk("1")
    await talk.ask("a")
    before = talk.conversation.state
    assert "Nothing to trim" in talk.read("/trim 5")
    assert talk.conversation.state is before


async def test_history_tells_what_is_still_sent() -> None:
    talk = Talk("1", "2", "3")
    await talk.ask("a", "b", "c")
    talk.read("/trim 1")
    outcome = talk.type("/history")
    assert isinstance(outcome, Recall)
    assert [(one.number, one.exchange.user, one.sent) for one in outcome.exchanges] == [
        (1, "a", False),
        (2, "b", False),
        (3, "c", True),
    ]
    last = talk.type("/history 1")
    assert isinstance(last, Recall)
    assert [one.number for one in last.exchanges] == [3]


def test_history_of_nothing_says_so() -> None:
    assert "Nothing" in Talk().read("/history")


async def test_undo_takes_back_exchanges_newest_first() -> None:
    talk = Talk("1", "2", "3", "4")
    await talk.ask("a", "b", "c")
    text = talk.read("/undo 2")
    assert text.index("c") < text.index("b")
    assert talk.questions == ["a"]
    await talk.ask("d")
    assert talk.sent == ["Be kind.", "a", "1", "d"]


async def test_undo_of_more_than_there_is_undoes_all_there_is() -> None:
    talk = Talk("1")
    await talk.ask("a")
    talk.read("/undo 9")
    assert talk.questions == []
    assert talk.read("/undo") == "There is nothing to undo."


def test_another_persona_leaves_the_key_of_the_cache_alone() -> None:
    talk = Talk()
    talk.conversation.change_setup("", replace(talk.conversation.setup, cache_key="4b1d"))
    talk.read("/persona tutor")
    assert (talk.conversation.setup.persona, talk.conversation.setup.cache_key) == ("tutor", "4b1d")


async def test_retry_replaces_the_answer_and_undo_brings_the_first_one_back() -> None:
    talk = Talk("first", "second")
    await talk.ask("a")
    await talk.retry()
    assert talk.sent == ["Be kind.", "a"]
    assert [exchange.assistant for exchange in talk.conversation.exchanges] == ["second"]
    talk.read("/undo")
    assert [exchange.assistant for exchange in talk.conversation.exchanges] == ["first"]


def test_retry_before_any_question_says_so() -> None:
    with pytest.raises(UsageError):
        Talk().type("/retry")


async def test_a_new_persona_keeps_the_history_and_changes_the_system_prompt_from_here() -> None:
    talk = Talk("1", "2", "3")
    await talk.ask("a")
    talk.read("/persona tutor")
    await talk.ask("b")
    assert talk.sent == ["Teach.", "a", "1", "b"]
    talk.read("/undo 2")
    await talk.ask("c")
    assert talk.sent == ["Be kind.", "a", "1", "c"]


def test_a_new_persona_leaves_alone_what_was_chosen_by_hand() -> None:
    talk = Talk()
    talk.read("/model demo")
    talk.read("/window 3 turns")
    talk.read("/persona tutor")
    assert (talk.conversation.setup.model.spec, talk.conversation.setup.max_turns) == ("demo", 3)
    assert talk.conversation.setup.max_context_tokens is None


def test_persona_without_a_name_lists_them() -> None:
    talk = Talk()
    talk.read("/persona tutor")
    assert "• tutor" in talk.read("/persona")


def test_a_long_name_is_not_repeated_in_whole() -> None:
    talk, name = Talk(), "x" * 300
    setup = talk.conversation.setup
    model = replace(setup.model, spec=name, name=name)
    talk.commands = slash_commands(FakeSetups({name: replace(setup, persona=name)}, {name: model}))
    shown = f"{'x' * 79}…"
    assert talk.read(f"/model {name}") == f"From here on: {shown}."
    assert isinstance(choice := talk.type("/model"), FindOne)
    assert choice.question == f"The model is {shown}. Which one?"
    talk.commands = slash_commands(FakeSetups({}, {}))  # no list has the model of the chat: the cursor is at it
    assert isinstance(choice := talk.type("/model"), FindOne)
    assert (choice.options[0][:2], choice.current) == ((f"/model {name}", name), f"/model {name}")
    talk.commands = slash_commands(FakeSetups({name: replace(setup, persona=name)}, {name: model}))
    assert talk.read(f"/persona {name}") == f"From here on: {shown}."
    assert talk.read("/undo 2") == f"Undone: /persona {shown}.\nUndone: /model {shown}."


async def test_a_new_model_gets_the_same_conversation() -> None:
    talk = Talk("1")
    other = ScriptedModel("2")
    talk.setups = FakeSetups({}, {"other": replace(model_with(other, spec="other"), note="It costs more.")})
    add_who_answers_commands(talk.commands, talk.setups)
    await talk.ask("a")
    assert talk.read("/model other").endswith(".\nIt costs more.")
    assert "It costs more." not in talk.read("/model other")  # that is said once
    await talk.ask("b")
    assert [message.content for message in other.requests[0].messages] == ["Be kind.", "a", "1", "b"]


async def test_a_new_system_prompt_is_first_and_alone() -> None:
    talk = Talk("1", "2")
    await talk.ask("a")
    talk.read("/system Be\nbrief.")
    await talk.ask("b")
    assert talk.sent == ["Be\nbrief.", "a", "1", "b"]
    assert talk.read("/system") == "Be\nbrief."


async def test_the_window_in_turns() -> None:
    talk = Talk("1", "2", "3", "4")
    await talk.ask("a", "b")
    assert "at most 1 exchange and 64,000 tokens of them" in talk.read("/window 1 exchange")
    await talk.ask("c")
    assert talk.sent == ["Be kind.", "b", "2", "c"]
    talk.read("/window 10 turns")  # as 0.1.0 called them
    await talk.ask("d")
    assert talk.sent == ["Be kind.", "a", "1", "b", "2", "c", "3", "d"]


def test_the_window_says_in_words_how_many_leave_at_once() -> None:
    talk = Talk()
    assert "When there are more, 20 leave at once." in talk.read("/window 40 exchanges")
    assert "When there are more, 5 leave at once." in talk.read("/window 5 slide")
    assert "When there are more, the oldest leaves." in talk.read("/window 1 slide")
    talk.read("/persona tutor")
    assert talk.conversation.setup.slide == 1  # it was chosen by hand
    assert "When there are more" not in talk.read("/window 0 exchanges")
    talk.read("/undo 3")
    assert "at most 40 exchanges" in talk.read("/window")
    assert "5 leave at once" in talk.read("/window")


@pytest.mark.parametrize("line", ["/persona tutor", "/model demo", "/system Be brief."])
async def test_a_new_beginning_says_that_the_cache_does_not_know_it_if_exchanges_are_sent_after_it(line: str) -> None:
    talk = Talk("1", "2")
    assert "cache" not in talk.read(line)
    talk.read("/undo")
    await talk.ask("a")
    assert "The next request is read anew: the provider's cache does not know its beginning." in talk.read(line)
    assert "cache" not in talk.read(line)  # nothing has changed
    talk.read("/undo")
    talk.read("/trim 0")
    assert "cache" not in talk.read(line)


async def test_the_window_in_tokens() -> None:
    talk = Talk("1", "2")
    talk.read("/window 12 tokens")  # 3 are free for the reply, 3 open it, 2 are the system prompt's
    await talk.ask("a b", "c d")
    assert talk.sent == ["Be kind.", "c d"]


@pytest.mark.parametrize("line", ["/window 5", "/window many turns", "/window 0 tokens", "/window 5 pages"])
def test_a_window_that_makes_no_sense(line: str) -> None:
    talk = Talk()
    before = talk.conversation.state
    with pytest.raises(UsageError):
        talk.type(line)
    assert talk.conversation.state is before


@pytest.mark.parametrize("line", ["/trim x", "/trim -1", "/undo 0", "/undo two", "/history 0", "/reset now", "/exit 1"])
def test_an_argument_that_makes_no_sense_changes_nothing(line: str) -> None:
    talk = Talk()
    before = talk.conversation.state
    with pytest.raises(ChatError) as caught:
        talk.type(line)
    assert caught.value.hint
    assert talk.conversation.state is before


@pytest.mark.parametrize(
    ("line", "sentence", "hint"),
    [
        ("/window 99999999999 tokens", "from 1 to 100,000,000, not “99999999999”", "/help window"),
        ("/window 100,000,001 tokens", "from 1 to 100,000,000", "/help window"),
        ("/window 0 tokens", "from 1 to 100,000,000", "/help window"),
        ("/window 1000001 exchanges", "from 0 to 1,000,000", "/help window"),
        ("/window -1 exchanges", "from 0 to 1,000,000", "/help window"),
        ("/window many tokens", "from 1 to 100,000,000, not “many”", "/help window"),
        (f"/window {'9' * 5000} tokens", "from 1 to 100,000,000, not “9", "/help window"),
        ("/window 5", "“N exchanges”, “N slide” or “N tokens”", "/window 5 exchanges, or /window 5 tokens"),
        ("/window overflow", "/window overflow takes a word: drop or summarize.", "/window overflow summarize"),
        ("/window wide", "“N exchanges”, “N slide” or “N tokens”", "/window 5 exchanges"),
    ],
)
def test_a_window_has_the_bounds_of_the_settings(line: str, sentence: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        Talk().type(line)
    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 200
    assert hint in caught.value.hint


@pytest.mark.parametrize("line", ["/window 100,000,000 tokens", "/window 0 exchanges", "/window 1,000,000 exchanges"])
def test_the_bounds_themselves_are_taken(line: str) -> None:
    assert "The window sends at most" in Talk().read(line)


@pytest.mark.parametrize(
    "line",
    ["/window 7 exchanges", "/window 900 tokens", "/model demo", "/persona tutor", "/system Be brief.", "/reset"],
)
def test_what_is_set_again_is_not_one_more_step_to_undo(line: str) -> None:
    talk = Talk()
    talk.read("/system First.")
    for _ in range(3):
        talk.read(line)
    undone = talk.read("/undo 9").splitlines()
    assert len(undone) == (1 if line == "/reset" else 2)  # there was nothing to forget


@pytest.mark.parametrize(
    ("word", "suggested"),
    [
        ("nope", None),
        ("test", None),
        ("foo", None),
        ("delete", None),
        ("x", None),
        ("temp", None),
        ("reply", None),
        ("his", "history"),
        ("pers", "persona"),
        ("hsitory", "history"),
        ("toknes", "tokens"),
        ("undp", "undo"),
        ("qiut", "quit"),
        ("rest", "reset"),
        ("personas", "persona"),
        ("models", "model"),
        ("sesions", "sessions"),
        ("EXTI", "exit"),
    ],
)
def test_only_a_near_name_is_suggested(word: str, suggested: str | None) -> None:
    for line in (f"/{word}", f"/help {word}"):
        with pytest.raises(UsageError) as caught:
            Talk().type(line)
        if suggested:
            assert caught.value.hint.startswith(f"Did you mean /{suggested}?")
        else:
            assert caught.value.hint.startswith("/help lists the commands.")


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("/t", ["/trim", "/title", "/thoughts", "/tools", "/tool"]),
        ("/persona ", ["tutor"]),
        ("/persona tu", ["tutor"]),
        ("/model d", ["demo"]),
        ("/help tr", ["trim"]),
        ("/trim ", []),
        ("/nonsense ", []),
        ("hello", []),
    ],
)
def test_completion(text: str, offered: list[str]) -> None:
    talk = Talk()
    assert [word for word, _ in talk.commands.completions(text, talk.conversation)] == offered


def refusal_of(talk: Talk, line: str) -> str:
    """What a refused line is told; empty if it is not refused."""
    try:
        talk.type(line)
    except ChatError as error:
        return f"{error} {error.hint}"
    return ""


def test_what_was_pasted_behind_a_command_is_not_repeated_in_whole() -> None:
    talk, pasted = Talk("Yes."), "pasted " * 900
    ours = [one for one in talk.commands if one.name not in ("persona", "model", "compare") and not one.sends]
    names = [name for command in ours for name in (command.name, *command.aliases)]
    told = [refusal_of(talk, f"/{pasted.replace(' ', '')}")]
    for argument in (pasted, pasted.replace(" ", ""), "9" * 4_000, f"overflow {pasted}", f"5 {pasted}"):
        told += [refusal_of(talk, f"/{name} {argument}") for name in names]
    assert len([one for one in told if one]) > 2 * len(names)
    assert [one for one in told if len(one) > 300] == []
