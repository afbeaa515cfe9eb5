"""How an address is shown."""

import pytest

from chatbot_cli.system.web_address import address_in_words


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://evil.example/v1/", "https://evil.example/v1"),
        ("https://me:secret@evil.example:8443/v1?key=secret#x", "https://evil.example:8443/v1"),
        ("https://api.openai.com@evil.example/v1", "https://evil.example/v1"),
        ("https://API.openai.com.evil.example", "https://api.openai.com.evil.example"),
        ("https://\u0430pi.openai.com/v1", "https://xn--pi-6kc.openai.com/v1"),
        ("https://api.openai.com\u2024evil/v1", "https://api.openai.com.evil/v1"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1"),
        (f"https://evil.example/{'a' * 200}\u202e", f"https://evil.example/{'a' * 200}�"),
    ],
)
def test_an_address_shows_its_true_server_and_no_secret(address: str, shown: str) -> None:
    assert address_in_words(address) == shown
