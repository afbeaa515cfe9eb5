"""The question about a tool call, in the real program: what is typed, what is shown, what runs, what stays."""

import json
from pathlib import Path

import pytest

from tests.end_to_end.installed_chat import ChatSession, InstalledChat

pytestmark = pytest.mark.usefixtures("in_a_hurry")

SHOP = '''"""A shop, and its book."""

from pathlib import Path

BOOK = Path(__file__).with_name("book")


def order(item: str) -> str:
    """Order an item."""
    with BOOK.open("a") as book:
        book.write(f"{item}\\n")
    return f"ordered {item}"


def word() -> str:
    """Tell the word."""
    return "the word is " + "ghp_a8Kd93kLmQx2Vb7Ty5" + "Rw1Np6Zc4Hs0Jf9uk3"


def restock() -> str:
    """Order what is missing."""
    return order("all")
'''
ASKS = "y once · s this chat"
TOKEN = "ghp_a8Kd93kLmQx2Vb7Ty5Rw1Np6Zc4Hs0Jf9uk3"  # nobody's


@pytest.fixture
def shop(chat: InstalledChat) -> InstalledChat:
    """The program with a file of tools in its folder."""
    (chat.folder / "shop.py").write_text(SHOP)
    return chat


def in_shop(shop: InstalledChat, *flags: str) -> ChatSession:
    return shop.in_terminal("-m", "demo", "--tools", "shop.py", *flags)


def ordered(shop: InstalledChat) -> list[str]:
    book = shop.folder / "book"
    return book.read_text().splitlines() if book.exists() else []


def order(item: str) -> str:
    return f"call order with {json.dumps({'item': item})}"


def asked(session: ChatSession, item: str) -> None:
    """Wait until a question about this item takes keys."""
    session.wait_for(lambda: f'    item  "{item}"' in session.screen and any(ASKS in line for line in session.screen))
    settle(session)


def settle(session: ChatSession) -> None:
    """Let the time pass in which keys answer nothing."""
    with pytest.raises(AssertionError, match="in vain"):
        session.wait_for("what never comes", patience=0.6)


def test_what_was_typed_before_approves_nothing_and_enter_neither(shop: InstalledChat) -> None:
    with in_shop(shop) as session:
        session.wait_until_ready()
        session.send(f"{order('tea')}\ryes, and y")
        asked(
            session, "tea"
        )  # keys before it has settled: tests/terminal/test_approval.py, where no machine is too slow
        assert [line for line in session.screen if "order" in line][-1].startswith("» Run order?")
        session.send("\r")
        session.send("n")
        session.wait_for_line("yes, and y")
        assert ordered(shop) == []
        assert "not allowed" in session.text
        assert ASKS not in session.text
        session.send("\x15")
        session.wait_for_line("")
        session.leave()


def test_this_chat_covers_the_same_round_but_not_a_retried_answer(shop: InstalledChat) -> None:
    with in_shop(shop) as session:
        session.wait_until_ready()
        session.send("call restock and call restock and call restock\r")
        for place, key in (("1 of 3", "n"), ("2 of 3", "s")):
            session.wait_for(f"Run restock? ({place})")
            settle(session)
            session.send(key)
        session.wait_until_ready()
        assert ordered(shop) == ["all"] * 2
        session.send("/retry\r")
        session.wait_for("  It ran already in the answer that this one replaces. What it did stays done.")
        settle(session)
        session.send("\x03")
        session.wait_until_ready()
        assert "Run restock?" not in session.text
        session.send("\x15")  # it was not answered, and stands in the prompt
        session.wait_for_line("")
        session.enter("call restock")
        assert ordered(shop) == ["all"] * 3
        session.leave()


def test_always_lasts_until_the_tool_is_another(shop: InstalledChat) -> None:
    with in_shop(shop) as session:
        session.wait_until_ready()
        session.send(f"{order('tea')}\r")
        asked(session, "tea")
        session.send("a")
        session.wait_until_ready()
        session.leave()
    (kept,) = shop.home.rglob("allowances.json")
    assert kept.stat().st_mode & 0o777 == 0o600
    with in_shop(shop) as session:
        session.enter(order("milk"))
        session.leave()
    assert ordered(shop) == ["tea", "milk"]
    (shop.folder / "shop.py").write_text(SHOP.replace("Order an item.", "Order an item, and two more."))
    with in_shop(shop, "--plain") as session:
        session.wait_for("» You:")
        session.send(f"{order('rice')}\r")
        session.wait_for("y once, s this chat")
        assert "»   The tool has changed since you allowed it always:\n»     - Order an item.\n" in session.text
        assert "»     + Order an item, and two more.\n" in session.text
        settle(session)
        session.send("n")
        session.wait_for("not allowed")
    assert ordered(shop) == ["tea", "milk"]


def test_three_hundred_lines_are_allowed_only_when_they_were_shown(shop: InstalledChat) -> None:
    item = "\u202e\r\n" + "\n".join(map(str, range(300)))
    with in_shop(shop) as session:
        session.wait_until_ready()
        session.send(f"{order(item)}\r")
        session.wait_for("v more")
        settle(session)
        seen = set[str]()
        while not any("y once" in line for line in session.screen):
            before = session.screen
            seen.update(line.strip() for line in before)
            session.send("y")
            session.send("v")
            session.wait_for(lambda: session.screen != before and any("rows " in line for line in session.screen))  # noqa: B023  called at once
        seen.update(line.strip() for line in session.screen)
        assert seen.issuperset({"‹RLO›␍", *map(str, range(300))})
        assert ordered(shop) == []
        session.send("y")
        session.wait_until_ready()
        assert len(ordered(shop)) == 301
        session.leave()


def test_a_key_in_the_arguments_is_named(shop: InstalledChat) -> None:
    with in_shop(shop, "--no-save") as session:
        session.wait_until_ready()
        session.send(f"{order(TOKEN)}\r")
        session.wait_for("Send it? (y/N)")
        session.send("y\r")
        asked(session, TOKEN)
        assert "  The call holds what looks like a GitHub token (ghp_…k3)." in session.screen
        session.send("n")
        session.wait_until_ready()
        session.leave()
    assert ordered(shop) == []


def test_a_key_in_a_result_is_sent_only_if_the_user_says_so(shop: InstalledChat) -> None:
    with in_shop(shop, "--allow", "word") as session:
        session.wait_until_ready()
        session.send("call word\r")
        session.wait_for("» The result of word holds what looks like a GitHub token (ghp_…k3).")
        settle(session)
        session.send("n")
        session.wait_until_ready()
        assert "Send it to the model?" not in session.text
        session.enter("/tool")
        assert "the word is [a GitHub token, not shown]" in session.text
        session.leave()
    run = shop.run("-m", "demo", "--no-save", "--tools", "shop.py", "--allow", "word", "call word")
    assert TOKEN in run.out
    assert "The result of word holds what looks like a GitHub token (ghp_…k3). It is sent" in run.err


def test_after_the_most_rounds_the_user_is_asked_whether_it_goes_on(shop: InstalledChat) -> None:
    folder: Path = shop.home / ".config/chatbot-cli"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('[tools]\nmax_rounds = 2\nallow = ["order"]\n')
    with in_shop(shop) as session:
        session.wait_until_ready()
        session.send(f"{order('tea')} 3 times\r")
        session.wait_for("2 rounds of tools. Go on? (y/N)")
        assert ordered(shop) == ["tea"] * 2
        settle(session)
        session.send("y")
        session.wait_until_ready()
        assert ordered(shop) == ["tea"] * 3
        session.leave()


@pytest.mark.parametrize(("key", "code", "orders"), [("y", 0, ["all"]), ("\x03", 130, [])])
def test_one_answer_on_a_terminal_asks_too(shop: InstalledChat, key: str, code: int, orders: list[str]) -> None:
    with in_shop(shop, "--no-save", "call restock") as session:
        found = session.modes
        session.wait_for("Ctrl-C stops")
        settle(session)
        assert session.modes != found
        session.send(key)
        assert session.wait_for_exit() == code
        assert "Run restock?" not in session.text
        assert session.modes == found
    assert ordered(shop) == orders
