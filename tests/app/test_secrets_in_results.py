"""What becomes of keys and passwords in what tools return."""

from functools import partial

import pytest

from chatbot_cli.app.secrets_in_results import MOST_STRUCK, SecretsInResults
from chatbot_cli.chat.tools import Answer, CallToDecide
from chatbot_cli.secrets.finding import Policy, find_secrets

TOKEN = "ghp_a8Kd93kLmQx2Vb7Ty5Rw1Np6Zc4Hs0Jf9uk3"  # nobody's
OWN = "correct-horse-battery"
FOUND = f"the token {TOKEN}, and {OWN}."
STRUCK = "the token [a GitHub token, not shown], and [your OPENAI_API_KEY, not shown]."
HELD = "The result of web.fetch holds what looks like a GitHub token (ghp_…k3) and your OPENAI_API_KEY (corr…y)."


class User:
    """Says the same to every question, and keeps what it was asked and told."""

    def __init__(self, *, sends: bool) -> None:
        self._sends = sends
        self.asked: list[str] = []
        self.told: list[str] = []

    async def about_call(self, question: CallToDecide) -> Answer:
        raise AssertionError

    async def go_on(self, rounds: int) -> bool:
        raise AssertionError

    async def about_secrets(self, held: str) -> bool:
        self.asked.append(held)
        return self._sends


def results(policy: Policy) -> SecretsInResults:
    return SecretsInResults(partial(find_secrets, own={"OPENAI_API_KEY": OWN}), policy)


async def test_a_secret_is_asked_about_until_it_was_sent() -> None:
    of_chat, nay, yea = results("ask"), User(sends=False), User(sends=True)
    for user, sends in ((nay, False), (nay, False), (yea, True), (yea, True)):
        assert of_chat.struck(FOUND, "{}") == (FOUND if yea.asked else STRUCK)
        assert await of_chat.may_send(FOUND, "{}", "web.fetch", user, user.told.append) is sends
    assert (nay.asked, yea.asked, nay.told, yea.told) == ([HELD] * 2, [HELD], [], [])


@pytest.mark.parametrize(
    ("policy", "can_ask", "sends", "told"),
    [
        ("ask", False, True, f"{HELD} It is sent; CHAT_SECRETS=refuse prevents that."),
        ("warn", True, True, f"{HELD} It is sent; CHAT_SECRETS=refuse prevents that."),
        ("refuse", True, False, f"{HELD} It was struck out."),
    ],
)
async def test_where_nobody_is_asked_a_line_says_what_becomes_of_it(
    policy: Policy, can_ask: bool, sends: bool, told: str
) -> None:
    of_chat, user = results(policy), User(sends=True)
    assert of_chat.struck(FOUND, "{}") == STRUCK
    asking = user if can_ask else None
    assert await of_chat.may_send(FOUND, "{}", "web.fetch", asking, user.told.append) is sends
    assert (user.asked, user.told) == ([], [told])


def test_what_the_model_has_called_the_tool_with_it_knows() -> None:
    arguments = f'{{"token": "{TOKEN}", "key": "{OWN}"}}'
    assert results("ask").struck(FOUND, arguments) == FOUND
    assert results("refuse").struck(FOUND, arguments) == STRUCK


def test_thousands_of_keys_do_not_keep_the_program_busy() -> None:
    keys = "\n".join(TOKEN.replace("93", f"{number:03}") for number in range(MOST_STRUCK + 1))
    assert results("ask").struck(keys, "{}") == "[a text with 201 keys and passwords, not shown]"
