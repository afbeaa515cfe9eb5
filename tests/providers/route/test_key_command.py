"""A key that a command prints: run once, without a shell, in time, and never shown."""

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot_cli.errors import SettingsError
from chatbot_cli.providers.route.endpoint import Access, Endpoint
from chatbot_cli.providers.route.key_command import LONGEST, MOST_BYTES, with_key
from chatbot_cli.providers.route.spec import route_to
from tests.entries import KEYS, built_in

SECRET = "mine-1234567890-abcdef"


def command(code: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code, *arguments)


def endpoint(*words: str) -> Endpoint:
    return Endpoint("https://llm.example/v1", "m", "no-key", key_command=words, provider="mine")


def refusal(*words: str, patience: float = 10.0) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        with_key(endpoint(*words), patience)
    assert (caught.value.exit_code, caught.value.hint) == (2, "Correct key_cmd of [providers.mine] in config.toml.")
    assert SECRET not in str(caught.value)
    return caught.value


def test_the_first_line_that_it_prints_is_the_key(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    words = command(f"open({str(runs)!r}, 'a').write('x'); print(' {SECRET} '); print('url: https://x')")
    assert [with_key(endpoint(*words)).api_key for _ in range(3)] == [SECRET] * 3
    assert runs.read_text() == "x"


def test_no_shell_reads_its_words(tmp_path: Path) -> None:
    word = f"$(touch${{IFS}}{tmp_path}/made);`id`"
    assert with_key(endpoint(*command("import sys; print(sys.argv[1])", word))).api_key == word
    assert not (tmp_path / "made").exists()


def test_what_goes_wrong_is_said_without_the_key() -> None:
    both = f"import sys; print('{SECRET}'); sys.exit('no entry {SECRET} sk-abcdefghijklmnop in the store')"
    said = str(refusal(*command(both)))
    assert said.endswith("ended with 1: no entry [key] [key] in the store.")
    assert str(refusal(*command("pass"))).endswith("prints nothing.")
    assert str(refusal("/no/such/command")).endswith("cannot be run: No such file or directory.")
    assert len(str(refusal(*command("import sys; sys.exit('no entry ' * 10_000)")))) < 500


def test_it_has_the_users_environment_and_not_what_he_types() -> None:
    typed, keyboard = os.dup(0), os.pipe()
    os.write(keyboard[1], b"typed")
    os.close(keyboard[1])
    os.dup2(keyboard[0], 0)
    try:
        words = command("import os, sys; print('[' + sys.stdin.read() + ']' + os.environ['VAULT'])")
        assert with_key(replace(endpoint(*words), environ={"VAULT": "mine"})).api_key == "[]mine"
    finally:
        os.dup2(typed, 0)
        os.close(typed)
        os.close(keyboard[0])


def test_no_more_of_it_is_kept_than_a_key_can_be() -> None:
    assert len(with_key(endpoint(*command("print('k' * 1_000_000)"))).api_key) == MOST_BYTES


def test_it_has_a_limited_time_and_its_child_cannot_hold_us() -> None:
    assert LONGEST == 10.0  # as the page of models says
    began = time.monotonic()
    assert str(refusal(*command("import time; time.sleep(60)"), patience=0.2)).endswith("takes longer than 0.2 s.")
    child = f"import subprocess, sys; subprocess.Popen(['sleep', '60']); print('{SECRET}')"
    assert with_key(endpoint(*command(child))).api_key == SECRET
    assert time.monotonic() - began < 30  # of a minute that each of them would take


def test_a_variable_that_is_set_comes_before_the_command() -> None:
    providers = built_in().with_own(
        {"mine": {"url": "https://llm.example/v1", "key_env": ["MY_KEY"], "key_cmd": ["pass", "mine"]}}
    )
    by_command = route_to("mine/m", Access({}, providers=providers))
    by_variable = route_to("mine/m", Access({"MY_KEY": "from-the-variable"}, providers=providers))
    assert by_command
    assert by_variable
    assert (by_command.endpoint.key_command, by_variable.endpoint.key_command) == (("pass", "mine"), ())
    assert by_variable.endpoint.api_key == "from-the-variable"


def test_a_command_makes_no_key_for_the_address_of_a_folder() -> None:
    providers = built_in().with_own({"openai": {"key_cmd": ["pass", "openai"]}})
    address = "https://stranger.example/v1"
    by_folder = Access({}, None, address, providers=providers, address_of_folder=True)
    by_user = Access({}, None, address, providers=providers)
    commands = [route.endpoint.key_command for one in (by_folder, by_user) if (route := route_to("gpt-6-luna", one))]
    assert commands == [(), ("pass", "openai")]


def test_a_saved_conversation_cannot_send_a_command_s_key_elsewhere() -> None:
    providers = built_in().with_own({"openai": {"key_cmd": ["pass", "openai"]}})
    elsewhere = "https://stranger.example/v1"
    saved = Access({}, elsewhere, providers=providers, from_conversation=True)
    for access in (saved, replace(saved, openai_base_url=elsewhere, address_of_folder=True)):  # saved in that folder
        route = route_to("gpt-6-luna", access)
        assert route
        assert route.endpoint.key_command == ()


@pytest.mark.parametrize(
    ("stated", "address"),
    [
        ("", "http://localhost:11434/v1"),
        ("gpu.lan", "http://gpu.lan:11434/v1"),
        ("127.0.0.1:9999", "http://127.0.0.1:9999/v1"),
        (":9999", "http://localhost:9999/v1"),
        ("0.0.0.0", "http://localhost:11434/v1"),  # noqa: S104 - it is not bound to
        ("https://ollama.example", "https://ollama.example/v1"),
        ("http://gpu.lan:1234/api/v1/", "http://gpu.lan:1234/api/v1"),
        ("[::1]:9999", "http://[::1]:9999/v1"),
    ],
)
def test_a_variable_moves_a_local_provider(stated: str, address: str) -> None:
    route = route_to("ollama/llama3.3", Access({}, environ={"OLLAMA_HOST": stated}))
    assert route
    assert route.endpoint.base_url == address


def test_an_address_for_each_account_needs_its_name() -> None:
    access = Access(dict.fromkeys(KEYS, "some-key"))
    with pytest.raises(SettingsError, match="AZURE_RESOURCE_NAME is not set") as caught:
        route_to("azure/my-deployment", access)
    assert "[providers.azure]" in caught.value.hint
    for name in ("evil.example/", "https://evil.example", "me@evil.example", "evil.example#"):
        with pytest.raises(SettingsError, match="AZURE_RESOURCE_NAME is no name of an account"):
            route_to("azure/my-deployment", Access(access.keys, environ={"AZURE_RESOURCE_NAME": name}))
    saved = Access(
        access.keys,
        "https://another.openai.azure.com/openai/v1",
        environ={"AZURE_RESOURCE_NAME": "contoso"},
        from_conversation=True,
    )
    elsewhere = route_to("azure/my-deployment", saved)
    assert elsewhere
    assert "some-key" not in str(elsewhere.endpoint.key_header)
    route = route_to("azure/my-deployment", Access(access.keys, environ={"AZURE_RESOURCE_NAME": "contoso"}))
    assert route
    assert route.endpoint.base_url == "https://contoso.openai.azure.com/openai/v1"
    assert route.endpoint.key_header == {"api-key": "some-key"}
