"""`chat -a FILE` and @path on the command line: read before all else, shown by a dry run, kept with the answer."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot_cli.app.documents_in_use import WantedDocuments
from chatbot_cli.app.dry_run import show_request
from chatbot_cli.app.one_answer import answer_once
from chatbot_cli.cli.chat import run
from chatbot_cli.cli.document_flags import with_files_named
from chatbot_cli.errors import AttachmentRefused, ImagesRefused, SecretRefused
from tests.app.test_dry_run import LAST, NEW, PASTED, Started
from tests.images import png
from tests.providers.failures.test_shape_refusals import told
from tests.settings.home import Home
from tests.streaming_server import StreamingServer, answer


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    (home.cwd / "plan.png").write_bytes(png(640, 480))
    (home.cwd / "my notes.txt").write_text("The boiler is from 1998.\n")
    return home


def started(home: Home, *files: str, question: str = "") -> Started:
    """A start with these files, and with those that the words of its question name."""
    start = Started(home)
    wanted = with_files_named(WantedDocuments(files=files), question, start.around)
    start.documents = wanted
    return start


async def test_files_go_along_and_are_kept_with_the_answer(home: Home) -> None:
    question = 'How old is the boiler? @"my notes.txt" ada@example.com'
    start = started(home, "plan.png", question=question)
    await start.ask(question, model="demo")
    assert "“The boiler is from 1998.” (my notes.txt)" in start.out.getvalue()
    assert start.err.getvalue() == ""
    later = Started(home).opened({}, LAST)
    assert [one.name for one in later.conversation.exchanges[0].attached] == ["plan.png", "my notes.txt"]


async def test_a_dry_run_shows_the_files_and_tells_what_they_take(home: Home) -> None:
    start = started(home, "plan.png", "my notes.txt")
    payload = await start.dry_run("How old?", model="demo")
    text, image = payload["messages"][-1]["content"]
    assert text["text"] == "my notes.txt:\n```\nThe boiler is from 1998.\n```\n\nHow old?"
    assert image["image_url"]["url"].startswith("data:image/png;base64,iVBOR")
    assert start.err.getvalue().startswith("With plan.png and my notes.txt: ~3")


async def test_a_refused_file_sends_and_keeps_nothing(home: Home) -> None:
    (home.cwd / "cut.png").write_bytes(png(640, 480)[:-9])
    await Started(home).ask("My name is Ada.", model="demo")
    start = started(home, "plan.png", "cut.png")
    with pytest.raises(AttachmentRefused, match=r"cut\.png is no whole PNG image"):
        await start.ask("What is this?", LAST)
    assert start.out.getvalue() == ""
    await Started(home).ask("What is my name?", LAST)
    exchanges = Started(home).opened({}, LAST).conversation.exchanges
    assert [one.user for one in exchanges] == ["My name is Ada.", "What is my name?"]


async def test_a_server_that_refuses_an_image_keeps_nothing_of_it(home: Home) -> None:
    with StreamingServer(told("image input is not supported", 500), otherwise=answer("Hello.")) as server:
        start = started(home, "plan.png")
        with pytest.raises(ImagesRefused, match="tiny takes no images"):
            await start.ask("What is this?", model="local/tiny", base_url=server.base_url)
        await Started(home).ask("Hello", model="local/tiny", base_url=server.base_url)
        await Started(home).ask("Hello again", LAST, base_url=server.base_url)
    texts = [[one["content"] for one in request.body["messages"][1:]] for request in server.requests]
    assert texts[1:] == [["Hello"], ["Hello", "Hello.", "Hello again"]]


async def test_secrets_in_a_file_are_named_as_those_of_a_question_are(home: Home) -> None:
    (home.cwd / "keys.txt").write_text(f"token {PASTED}\n")
    start = started(home, "keys.txt")
    await start.ask("What is this?", model="demo")
    assert "holds what looks like" in start.err.getvalue()
    assert PASTED not in start.err.getvalue()
    refusing = Started(home, CHAT_SECRETS="refuse")
    refusing.documents = start.documents
    with pytest.raises(SecretRefused):
        await refusing.ask("What is this?", model="demo")


def test_an_at_sign_in_piped_text_names_no_file(home: Home) -> None:
    piped = Started(home)
    around = replace(piped.around, stdin=io.TextIOWrapper(io.BytesIO(b"What is @plan.png?")))
    run(["Say:", '@"my notes.txt"'], [], {"model": "demo"}, NEW, around, interactive=False, dry_run=True)
    (question,) = [one for one in json.loads(piped.out.getvalue())["messages"] if one["role"] == "user"]
    assert question["content"].startswith("my notes.txt:\n```\n")
    assert question["content"].endswith('\n\nSay: @"my notes.txt"\n\nWhat is @plan.png?')


async def test_on_a_terminal_a_dry_run_shortens_the_bytes_of_an_image(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = started(home, "plan.png")
    monkeypatch.setattr(start.out, "isatty", lambda: True)
    await show_request(start.opened({"model": "demo"}, NEW, sends_nothing=True), "What?", start.around)
    (message,) = [one for one in json.loads(start.out.getvalue())["messages"] if one["role"] == "user"]
    assert message["content"][1]["image_url"]["url"].endswith("more characters")


async def test_what_files_take_is_told_at_a_terminal(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    start = started(home, "my notes.txt")
    monkeypatch.setattr(start.out, "isatty", lambda: True)
    await answer_once(start.opened({"model": "demo", "plain": "yes"}, NEW), "How old is the boiler?", start.around)
    assert "With my notes.txt: text, 1 line, " in start.err.getvalue()
