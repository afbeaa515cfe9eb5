"""The prices that a user states in config.toml, and every mistake in them."""

from dataclasses import replace
from pathlib import Path

import pytest

from chatbot_cli.chat.conversation import Conversation
from chatbot_cli.chat.prices import PricePerMillion
from chatbot_cli.errors import PriceUnknown, SettingsError
from tests.chat.turns import say
from tests.fakes import ScriptedModel, setup_with
from tests.settings.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_prices_are_stated_by_the_name_of_the_model(home: Home) -> None:
    home.write_config(
        'model = "demo"\n'
        '[prices."acme/large-2.1"]\ninput = 1.25\ncached = 0.125\nwritten = 1.5\noutput = 10\n'
        "[prices.small]\ninput = 0\noutput = 0.5\n"
    )

    settings = home.settle()

    assert settings.model == "demo"
    assert settings.prices == {
        "acme/large-2.1": PricePerMillion(1.25, 10.0, 0.125, 1.5),
        "small": PricePerMillion(0.0, 0.5),
    }


async def test_the_hint_for_an_unknown_price_is_a_line_of_the_file(home: Home) -> None:
    name = 'acme/large-2.1 "beta"'
    unknown = replace(setup_with(ScriptedModel()).model, name=name)
    conversation = Conversation(replace(setup_with(ScriptedModel()), model=unknown, max_cost=1))
    with pytest.raises(PriceUnknown) as caught:
        await say(conversation, "Hi")
    _, line = caught.value.hint.split(": ", 1)
    for number in ("1.25", "0.125", "10"):
        line = line.replace("…", number, 1)
    home.write_config(f'{line}\nmodel = "demo"\n[prices.small]\ninput = 0\noutput = 0.5\n')

    settings = home.settle()

    assert settings.model == "demo"
    assert settings.prices == {name: PricePerMillion(1.25, 10.0, 0.125), "small": PricePerMillion(0.0, 0.5)}


def test_without_any_there_are_none(home: Home) -> None:
    assert home.settle().prices == {}


def test_a_folder_cannot_state_a_price(home: Home) -> None:
    home.write_dotenv("CHAT_PRICES=0\nprices=0\n")

    assert home.settle().prices == {}


@pytest.mark.parametrize(
    ("text", "sentence", "hint"),
    [
        ("prices = 3", "prices is no table.", 'Write [prices."NAME"], and below it, in US dollars'),
        ("[[prices]]\ninput = 1", "prices is no table.", "Write [prices."),
        ("[prices]\ninput = 3", 'prices."input" is no table.', 'Write [prices."NAME"], and below it, '),
        ('[prices.""]\ninput = 3', "a model in prices has no name.", 'Write [prices."NAME"], '),
        ("[prices.a]\ninput = 3", 'prices."a" has no output.', "Write [prices."),
        ("[prices.a]\noutput = 3", 'prices."a" has no input.', "Write [prices."),
        ("[prices.a]\ninptu = 3", 'prices."a" has no field "inptu".', "Did you mean input?"),
        ("[prices.a]\nCached = 3", 'prices."a" has no field "Cached".', "Did you mean cached?"),
        ("[prices.a]\nxyz = 3", 'prices."a" has no field "xyz".', "There are input, output, cached, written."),
        ("[prices.gpt-6.1-sol]\ninput = 3", 'prices."gpt-6" holds a table "1-sol".', "A name with a dot stands in qu"),
        (
            "[prices.a]\ninput = '3'\noutput = 1",
            'input of prices."a" is not an amount of US dollars.',
            "It is a number",
        ),
        ("[prices.a]\ninput = -1\noutput = 1", 'input of prices."a" is not an amount of US dollars.', "It is a number"),
        ("[prices.a]\ninput = 1\noutput = nan", 'output of prices."a" is not an amount of US dollars.', "It is a numb"),
        ("[prices.a]\ninput = 1\noutput = true", 'output of prices."a" is not an amount of US dollars.', "It is a num"),
        ("[prices.a]\ninput = 1\noutput = inf", 'output of prices."a" is not an amount of US dollars.', "It is a numb"),
        ('[prices."\\u001b"]\ninput = 1', 'prices."�" has no output.', "Write "),
        (
            "[prices.Ab]\ninput = 1\noutput = 1\n[prices.aB]\ninput = 2\noutput = 2",
            'prices."Ab" and prices."aB" are the same model.',
            "Capital letters make no other name. Take one of them out of ",
        ),
        ("[price.a]\ninput = 1", 'there is no setting "price".', "Did you mean prices?"),
    ],
)
def test_every_mistake_is_one_sentence_with_its_remedy(home: Home, text: str, sentence: str, hint: str) -> None:
    home.write_config(text)

    with pytest.raises(SettingsError) as caught:
        home.settle()

    assert str(caught.value) == f"config.toml: {sentence}"
    assert caught.value.hint.startswith(hint)


def test_a_name_that_lacks_its_quotes_is_given_back_with_them(home: Home) -> None:
    home.write_config("[prices.acme.v1.5-large]\ninput = 1\noutput = 2\n")

    with pytest.raises(SettingsError) as caught:
        home.settle()

    assert '[prices."acme.v1.5-large"]' in caught.value.hint
