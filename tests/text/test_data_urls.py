"""Long data in a text is shortened, and nothing else."""

from chatbot_cli.text.data_urls import shortened_data


def test_long_data_is_shortened_and_what_is_around_it_stays() -> None:
    text = f'{{"url": "data:image/png;base64,{"A" * 1000}"}}, data:image/png;base64,{"B" * 100}'
    begin = f'{{"url": "data:image/png;base64,{"A" * 40}… 960 more characters"}}'
    assert shortened_data(text) == f"{begin}, data:image/png;base64,{'B' * 100}"
    assert shortened_data("data: " + "A" * 1000) == "data: " + "A" * 1000
