"""What a server's list has told of a window, when somebody looked at it, counts for a day."""

import time
from pathlib import Path

import pytest

from chatbot_cli.app.opened_models import OpenedModels
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.server_window import THE_SERVER
from chatbot_cli.providers.discovery.served import ServedModel
from chatbot_cli.providers.model_lists import ModelLists
from chatbot_cli.system.folders import Folders
from tests.settings.home import Home

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
