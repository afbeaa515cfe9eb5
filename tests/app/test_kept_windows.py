"""What a server's list has told of a window, when somebody looked at it, counts: a cloud's for a day."""

import time
from pathlib import Path

import pytest

from chatbot_cli.app.models_in_use import ModelsInUse
from chatbot_cli.app.opened_models import OpenedModels
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.server_window import A_GUESS, THE_SERVER
from chatbot_cli.providers.discovery.served import ServedModel
from chatbot_cli.providers.model_lists import ModelLists
from chatbot_cli.system.folders import Folders
from tests.settings.home import Home
from tests.streaming_server import StreamingServer, page

GROQ = "https://api.groq.com/openai/v1"


def opened(root: Path) -> Model:
    home = Home(root)
    models = OpenedModels({}, None, home.folders.cache, sends_nothing=False)
    return models.open("groq/openai/gpt-oss-120b", home.settle({"GROQ_API_KEY": "none"}), "")


@pytest.mark.parametrize(
    ("address", "age", "tokens"), [(GROQ, 60, 65_536), (GROQ, 100_000, 131_072), ("https://x/v1", 60, 131_072)]
)
async def test_a_list_of_today_from_the_same_address_counts(
    address: str, age: float, tokens: int, tmp_path: Path
) -> None:
    listed = [ServedModel("openai/gpt-oss-120b", 65_536), ServedModel("other")]
    ModelLists(Folders.of({}, tmp_path).cache).keep("groq", address, listed, time.time() - age)
    model = opened(tmp_path)
    await model.server_window.ask()
    assert model.window.value == tokens
    assert (model.window.source == THE_SERVER) == (tokens == 65_536)


def test_what_a_server_here_told_when_it_was_looked_for_is_known_of_the_model_that_is_opened(tmp_path: Path) -> None:
    home = Home(tmp_path)
    pages = {
        "/v1/models": {"data": [{"id": "llama3.3", "owned_by": "library"}, {"id": "qwen3", "owned_by": "library"}]},
        "/api/ps": {"models": [{"name": "llama3.3", "context_length": 4_096}]},
    }
    with StreamingServer(otherwise=lambda received: page(pages.get(received.path, {}))) as server:
        environ = {"OLLAMA_HOST": server.base_url}
        settings = home.settle(environ)
        found = ModelsInUse(settings, environ, home.folders.cache)
        models = OpenedModels(environ, sends_nothing=False, window_seen=found.here.window_of)
        loaded, other = (models.open(f"ollama/{name}", settings, "") for name in ("llama3.3", "qwen3"))
        assert loaded.window.source == other.window.source == A_GUESS
        found.look_for_servers()
    assert loaded.window == (4_096, THE_SERVER)
    assert (loaded.server_window.may_tell, other.server_window.may_tell) == (False, True)
    assert other.window.source == A_GUESS
