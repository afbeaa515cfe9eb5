"""Who answers if a server cannot: through the real SDK, from settings to what is saved, row by row."""

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chatbot_cli.app.assembly import open_chat
from chatbot_cli.app.one_answer import answer_once
from chatbot_cli.app.saved_chats import WhichConversation
from chatbot_cli.cli.session_listing import conversation
from chatbot_cli.errors import ChatError, ModelAmbiguous, SettingsError
from chatbot_cli.sessions.archive import SavedSessions
from chatbot_cli.system.surroundings import Surroundings
from tests.settings.home import Home
from tests.streaming_server import (
    HANG_UP,
    STOP,
    Reply,
    StreamingServer,
    answer,
    chunk,
    event,
    page,
    stream,
    text,
)

HERE = "Here I am."
MINE = "mine/llama"  # the one that stands in, at a server of the user's own


def told(message: str, **more: object) -> dict[str, object]:
    return {"error": {"message": message, **more}}


ROWS: dict[str, tuple[Reply, bool, int]] = {  # the reply, whether another one answers, else the exit code
    "400": (page(told("No."), 400), False, 1),
    "400 unknown model": (page(told("There are no healthy deployments for this model."), 400), False, 1),
    "401": (page(told("No."), 401), False, 1),
    "402": (page(told("Pay."), 402), True, 1),
    "403": (page(told("No."), 403), False, 1),
    "404": (page(told("The model does not exist."), 404), False, 1),
    "408": (page({}, 408), True, 75),
    "409": (page({}, 409), True, 75),
    "413": (page(told("Too much."), 413), False, 1),
    "422": (page({"detail": [{"loc": ["body", "x"], "msg": "no", "type": "t"}]}, 422), False, 1),
    "429": (page(told("Slow down."), 429), True, 75),
    "429 for an hour": (page(told("Slow down."), 429, Retry_After="3600"), True, 75),
    "429 no quota": (page(told("Used up.", type="insufficient_quota", code="insufficient_quota"), 429), True, 1),
    "500": (page(told("Oops."), 500), True, 75),
    "502": (page("<html><title>Bad gateway</title></html>", 502), True, 75),
    "503": (page(told("Overloaded."), 503), True, 75),
    "504": (page({}, 504), True, 75),
    "529": (page(told("Overloaded."), 529), True, 75),
    "empty reply": (stream(STOP), True, 1),
    "nothing": (stream(), True, 1),
    "an error in the stream": (stream(event(told("Overloaded.", code=503))), True, 75),
    "a refusal in the stream": (stream(event(told("No.", code=400))), False, 1),
    "no connection": (stream(HANG_UP), True, 75),
    "filtered": (stream(chunk("content_filter")), False, 1),
    "cut after a word": (stream(text("Well"), HANG_UP), False, 3),
    "cut after a thought": (stream(chunk(reasoning_content="Hm"), HANG_UP), False, 75),
}


@dataclass
class Two:
    """A home, a server that is asked first, and one that stands in; and what each says."""

    home: Home
    root: Path
    first: StreamingServer
    second: StreamingServer
    says: list[Reply]

    def around(self, environ: Mapping[str, str], out: io.StringIO, err: io.StringIO) -> Surroundings:
        return Surroundings({"CHAT_TRIES": "1", **environ}, self.home.cwd, self.root, None, out, err)

    async def ask(
        self,
        environ: Mapping[str, str] | None = None,
        which: WhichConversation | None = None,
        **flags: object,
    ) -> tuple[str, str]:
        """What is on stdout and on stderr. Raises ChatError."""
        out, err = io.StringIO(), io.StringIO()
        around = self.around(environ or {}, out, err)
        given = {"model": "local", "base_url": self.first.base_url, **flags}
        ready = open_chat(given, around, which=which)
        await answer_once(ready, "Hello?", around)
        return out.getvalue(), err.getvalue()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    tmp_path.chmod(0o700)
    home = Home(tmp_path)
    says = [answer("I am the first."), answer(HERE)]
    first, second = StreamingServer(otherwise=lambda _: says[0]), StreamingServer(otherwise=lambda _: says[1])
    with first, second:
        home.write_config(f'fallback = ["{MINE}"]\n[providers.mine]\nurl = "{second.base_url}"\n')
        yield Two(home, tmp_path, first, second, says)


@pytest.mark.parametrize("row", ROWS)
async def test_the_table_of_decisions(two: Two, row: str) -> None:
    reply, falls_back, exit_code = ROWS[row]
    two.says[0] = reply
    if falls_back:
        out, err = await two.ask()
        assert out == f"{HERE}\n"
        (line,) = err.splitlines()
        assert line.startswith("local is out of reach (")
        assert line.endswith(f"): {MINE} answers.")
    else:
        with pytest.raises(ChatError) as caught:
            await two.ask()
        assert caught.value.exit_code == exit_code
    assert len(two.second.requests) == int(falls_back)
    asked = len(two.first.requests)
    with pytest.raises(ChatError) as alone:  # without a list, the exit code is as ever
        await two.ask(fallback="none")
    assert (alone.value.exit_code, len(two.first.requests)) == (exit_code, asked + 1)


async def test_after_the_tries_and_not_before(two: Two) -> None:
    two.says[0] = page(told("Overloaded."), 503, Retry_After="0")
    out, err = await two.ask({"CHAT_TRIES": "3"})
    assert (out, len(two.first.requests), len(two.second.requests)) == (f"{HERE}\n", 3, 1)
    assert [line.startswith("(The server failed (503)") for line in err.splitlines()] == [True, True, False]


async def test_the_same_request_goes_along_as_that_model_takes_it(two: Two) -> None:
    two.says[0] = page(told("Overloaded."), 503)
    await two.ask(temperature="0.5", system="Be brief.")
    (first,), (second,) = two.first.requests, two.second.requests
    assert (first.body["model"], second.body["model"]) == ("local", "llama")
    assert second.body["messages"] == first.body["messages"]
    assert second.body["temperature"] == first.body["temperature"] == 0.5
    assert "mine" not in json.dumps(second.body)


async def test_what_is_saved_says_who_answered_and_the_conversation_goes_on_with_the_chosen_one(two: Two) -> None:
    two.says[0] = page(told("Overloaded."), 503)
    await two.ask(which=WhichConversation(name="talk"))
    saved = SavedSessions(two.home.folders.data)
    (summary,) = saved.sessions()
    record: dict[str, Any] = json.loads(saved.export(summary.id, "json").text)
    setup = record["setup"]
    assert (setup["model"], setup["fallback"], setup["fallback_is_own"]) == ("local", [MINE], True)
    assert record["messages"][-1]["model"] == "llama"
    shown = conversation(summary, saved.record(summary.id), summary.active)
    assert "· local\n" in shown
    assert shown.endswith("Assistant (llama): Here I am.")
    usage = saved.usage()
    assert [name for name, _ in usage.models] == ["llama"]
    two.says[0] = answer("I am back.")
    assert (await two.ask(which=WhichConversation(name="talk")))[0] == "I am back.\n"


async def test_a_saved_list_holds_where_the_settings_name_none(two: Two) -> None:
    two.says[0] = page(told("Overloaded."), 503)
    await two.ask(which=WhichConversation(name="talk"))
    two.home.write_config(f'[providers.mine]\nurl = "{two.second.base_url}"\n')
    assert (await two.ask(which=WhichConversation(name="talk")))[0] == f"{HERE}\n"


async def test_one_that_cannot_be_opened_any_more_does_not_keep_a_conversation_from_going_on(two: Two) -> None:
    two.says[0] = page(told("Overloaded."), 503)
    await two.ask(which=WhichConversation(name="talk"))
    two.home.write_config("")
    two.says[0] = answer("I am back.")
    assert (await two.ask(which=WhichConversation(name="talk")))[0] == "I am back.\n"


async def test_a_key_that_is_missing_is_told_when_it_would_be_needed(two: Two) -> None:
    two.says[0] = answer("Fine.")
    assert (await two.ask(model="openai/x", fallback="mistral/small"))[1] == ""
    two.says[0] = page(told("Overloaded."), 503)
    two.home.write_config("")
    out, err = io.StringIO(), io.StringIO()
    around = two.around({"OPENAI_API_KEY": "sk-mine-0123456789"}, out, err)
    config = f'[providers.openai]\nurl = "{two.first.base_url}"\n'
    two.home.write_config(config)
    ready = open_chat({"model": "gpt-6-luna", "fallback": "mistral/small"}, around)
    with pytest.raises(ChatError) as caught:
        await answer_once(ready, "Hello?", around)
    assert caught.value.exit_code == 75
    assert err.getvalue() == "mistral/small does not stand in: There is no MISTRAL_API_KEY for small.\n"


async def test_a_mistake_in_the_list_is_told_at_once(two: Two) -> None:
    two.home.write_config('fallback = ["olama/llama3.3"]\n')
    around = two.around({"OPENAI_API_KEY": "sk-mine-0123456789"}, io.StringIO(), io.StringIO())
    with pytest.raises(SettingsError) as caught:
        open_chat({"model": "gpt-6-luna"}, around)
    assert str(caught.value) == 'olama/llama3.3 cannot stand in: No provider is called "olama".'
    assert caught.value.hint.startswith("Did you mean ollama?")


async def test_a_word_in_the_list_that_means_several_is_a_mistake_too_and_nobody_is_asked(two: Two) -> None:
    two.home.write_config('fallback = ["mini"]\n')
    keys = {
        "OPENAI_API_KEY": "sk-mine-0123456789",
        "GEMINI_API_KEY": "mine-0123456789",
        "GROQ_API_KEY": "mine-01234567",
    }
    around = two.around({**keys, "MISTRAL_API_KEY": "mine-0123456789"}, io.StringIO(), io.StringIO())
    with pytest.raises(SettingsError, match=r"^mini cannot stand in: “mini” may be one of") as caught:
        open_chat({"model": "gpt-6-luna"}, around)
    assert not isinstance(caught.value, ModelAmbiguous)


async def test_a_folder_cannot_say_who_else_is_asked(two: Two) -> None:
    two.says[0] = page(told("Overloaded."), 503)
    two.home.write_config(f'[providers.mine]\nurl = "{two.second.base_url}"\n')
    two.home.write_dotenv(f"CHAT_FALLBACK={MINE}\n")
    with pytest.raises(ChatError):
        await two.ask()
    assert two.second.requests == []


async def test_nor_where_one_is_that_is_asked(two: Two) -> None:
    two.says[0] = page(told("Overloaded."), 503)
    two.home.write_config('fallback = ["gpt-6-luna"]\n[providers.here]\nurl = "' + two.first.base_url + '"\n')
    two.home.write_dotenv(f"OPENAI_BASE_URL={two.second.base_url}\nOPENAI_API_KEY=sk-folder-0123456789\n")
    out, err = io.StringIO(), io.StringIO()
    around = two.around({}, out, err)
    with pytest.raises(ChatError):
        await answer_once(open_chat({"model": "here/m"}, around), "Hello?", around)
    assert two.second.requests == []
    assert "gpt-6-luna does not stand in: The address of gpt-6-luna comes from .env" in err.getvalue()


async def test_a_personas_list_lets_nothing_leave_the_users_own_machine(two: Two) -> None:
    two.says[0] = page(told("Overloaded."), 503)
    two.home.write_config('[providers.here]\nurl = "' + two.first.base_url + '"\n')
    persona = two.home.cwd / "theirs.yaml"
    persona.write_text("system_prompt: Hi.\nfallback: [gpt-6-luna, demo]\n")
    out, err = io.StringIO(), io.StringIO()
    around = two.around({"OPENAI_API_KEY": "sk-mine-0123456789"}, out, err)
    await answer_once(open_chat({"model": "here/m", "persona": str(persona)}, around), "Hello?", around)
    assert err.getvalue().splitlines()[-1] == (
        "here/m is out of reach (The server failed (503): Overloaded): demo answers. "
        "gpt-6-luna does not stand in: it is not on this machine, and your own list has it not."
    )


async def test_a_cut_of_the_second_one_is_a_cut(two: Two) -> None:
    two.says[0] = page(told("Overloaded."), 503)
    two.says[1] = stream(text("Well"), HANG_UP)
    with pytest.raises(ChatError) as caught:
        await two.ask(which=WhichConversation(name="talk"))
    assert caught.value.exit_code == 3
    saved = SavedSessions(two.home.folders.data)
    record = json.loads(saved.export(saved.sessions()[0].id, "json").text)
    reply = record["messages"][-1]
    assert (reply["model"], reply["ending"]) == ("llama", "lost")
