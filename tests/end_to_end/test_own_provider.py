"""A provider of the user's own: a few lines in config.toml, and the real program asks it."""

import sys

import pytest

from tests.end_to_end.installed_chat import InstalledChat
from tests.streaming_server import StreamingServer, answer, page

pytestmark = pytest.mark.usefixtures("in_a_hurry")
MINE = "mine-1234567890-abcdef"


def configure(chat: InstalledChat, config: str) -> None:
    folder = chat.home / ".config" / "chatbot-cli"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(config)


def test_four_lines_make_a_provider_with_its_own_key_and_hints(chat: InstalledChat) -> None:
    refusal = page({"error": {"message": f"invalid api key {MINE}"}}, 401)
    with StreamingServer(answer("Hello!"), refusal) as server:
        entry = f'url = "{server.base_url}"\nkey_env = ["MY_KEY"]\nlimit = "max_completion_tokens"'
        configure(chat, f"[providers.mine]\n{entry}\n")
        without = chat.run("-m", "mine/llama", "Hi")
        chat.environ["MY_KEY"] = MINE
        whole = chat.run("-m", "mine/llama", "--max-reply-tokens", "9", "Hi")
        refused = chat.run("-m", "mine/llama", "Hi")
        unknown = chat.run("-m", "mien/llama", "Hi")
    assert (without.exit_code, without.out) == (2, "")
    assert "There is no MY_KEY for llama." in without.err
    assert (whole.exit_code, whole.out, whole.err) == (0, "Hello!\n", "")
    sent = server.requests[0]
    assert (sent.headers["authorization"], sent.body["model"]) == (f"Bearer {MINE}", "llama")
    assert sent.body["max_completion_tokens"] == 9
    assert (refused.exit_code, "Check MY_KEY, in the environment or in .env." in refused.err) == (1, True)
    assert MINE not in refused.err
    assert (unknown.exit_code, "Did you mean mine?" in unknown.err) == (2, True)


def test_a_command_prints_its_key_and_nothing_shows_it(chat: InstalledChat, server: StreamingServer) -> None:
    code = f"print('{MINE}')"
    configure(chat, f"[providers.mine]\nurl = '{server.base_url}'\nkey_cmd = ['{sys.executable}', '-c', \"{code}\"]\n")
    run = chat.run("--debug", "-m", "mine/llama", "Hi")
    assert (run.exit_code, run.out) == (0, "Hello!\n")
    assert server.requests[0].headers["authorization"] == f"Bearer {MINE}"
    written = "".join(path.read_text("utf-8", "replace") for path in chat.home.rglob("*.log"))
    assert written
    assert MINE not in written + run.err


def test_what_is_wrong_in_an_entry_is_said_before_anything_is_sent(
    chat: InstalledChat, server: StreamingServer
) -> None:
    configure(chat, f'[providers.mine]\nurl = "{server.base_url}"\nschma = "object"\n')
    run = chat.run("-m", "mine/llama", "Hi")
    assert (run.exit_code, run.out, server.requests) == (2, "", [])
    assert 'config.toml: providers.mine has no "schma". Did you mean schema?' in " ".join(run.err.split())
