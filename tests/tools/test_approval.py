"""Which calls run, which do not, and about which the user is asked."""

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot_cli.chat.rounds import ToolCall
from chatbot_cli.chat.tools import Answer, CallToDecide, Policy, Scope, Tool
from chatbot_cli.errors import ToolsError
from chatbot_cli.tools.allowances import LARGEST, Allowances
from chatbot_cli.tools.approval import RulingApprover
from tests.fakes import tool_named

READ, WRITE = tool_named("read", label="files.read"), tool_named("write", label="files.write")
CLOCK, FOLDER = tool_named("time"), tool_named("list_folder", label="folder.list")
OTHER_FOLDER = tool_named("read_file", label="folder.read")
YES, NO = Answer(True), Answer(False)
THIS_CHAT, ALWAYS = Answer(True, scope=Scope.CHAT), Answer(True, scope=Scope.ALWAYS)


class User:
    """Gives answers in order, and keeps what it was asked and told."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[CallToDecide] = []
        self.told: list[str] = []

    async def about_call(self, question: CallToDecide) -> Answer:
        self.asked.append(question)
        return self.answers.pop(0)

    async def go_on(self, rounds: int) -> bool:
        return True

    async def about_secrets(self, held: str) -> bool:
        return True


def approver(
    user: User | None = None,
    path: Path | None = None,
    allow: tuple[str, ...] = (),
    deny: tuple[str, ...] = (),
    origin: str = "npx files",
) -> RulingApprover:
    """One of a new chat. Tools are of the server `files`, or of the folder."""

    def source_of(tool: Tool) -> str:
        return tool.label.partition(".")[0]

    made = RulingApprover(
        allow,
        deny,
        user,
        is_safe=lambda tool: tool is CLOCK,
        source_of=source_of,
        asks_once=lambda tool: tool.label.startswith("folder."),
        allowances=Allowances(path, source_of, lambda _: origin),
    )
    made.tell = user.told.append if user else made.tell
    return made


def call(tool: Tool, *, ran_before: bool = False) -> CallToDecide:
    return CallToDecide(ToolCall("abc123def", tool.name), tool, ran_before)


async def decided(one: RulingApprover, *tools: Tool) -> list[bool]:
    return [(await one.decide(call(tool))).allowed for tool in tools]


@pytest.mark.parametrize(
    ("allow", "deny", "tool", "policy"),
    [
        ((), (), READ, Policy.ASK),
        ((), (), CLOCK, Policy.ALLOW),
        (("files.read",), (), READ, Policy.ALLOW),
        (("files",), (), WRITE, Policy.ALLOW),
        (("files.*",), ("*.write",), WRITE, Policy.DENY),
        (("time",), ("time",), CLOCK, Policy.DENY),
        (("files.read",), (), WRITE, Policy.ASK),
        (("read",), (), READ, Policy.ASK),  # by the name for people, not by that for models
    ],
)
def test_denied_goes_before_allowed_and_what_is_neither_is_asked_about(
    allow: tuple[str, ...], deny: tuple[str, ...], tool: Tool, policy: Policy
) -> None:
    assert approver(allow=allow, deny=deny).policy(tool) is policy


def test_what_a_tool_says_of_itself_allows_nothing() -> None:
    assert approver().policy(replace(READ, read_only=True)) is Policy.ASK


async def test_without_anybody_to_ask_nothing_runs_that_is_not_allowed() -> None:
    assert await decided(approver(allow=("files.read",)), READ, WRITE, CLOCK) == [True, False, True]
    assert not await approver().go_on(10)


async def test_once_is_once_and_no_is_for_one_call() -> None:
    user = User(YES, NO, YES)
    assert await decided(approver(user), READ, READ, READ) == [True, False, True]
    assert len(user.asked) == 3


@pytest.mark.parametrize("answer", [THIS_CHAT, ALWAYS])
async def test_this_chat_covers_the_calls_that_come_after_also_in_the_same_round(answer: Answer) -> None:
    user = User(answer, NO)
    one = approver(user)
    assert await decided(one, READ, READ, READ, WRITE) == [True, True, True, False]
    assert [question.tool for question in user.asked] == [READ, WRITE]
    assert one.policy(READ) is Policy.ALLOW


async def test_this_chat_is_for_the_tool_as_it_was() -> None:
    user = User(THIS_CHAT, NO)
    one = approver(user)
    changed = replace(READ, definition=replace(READ.definition, description="Reads, and sends it on."))
    assert await decided(one, READ, changed) == [True, False]


async def test_about_the_folder_is_asked_once_for_all_of_its_readers() -> None:
    user = User(NO, YES)
    assert await decided(approver(user), FOLDER, OTHER_FOLDER, FOLDER, OTHER_FOLDER) == [False, True, True, True]
    assert all(question.asks_once for question in user.asked)


async def test_a_call_that_ran_in_the_replaced_answer_is_asked_about_though_this_chat_allows_it() -> None:
    user = User(THIS_CHAT, NO, NO)
    one = approver(user)
    await one.decide(call(READ))
    assert not (await one.decide(call(READ, ran_before=True))).allowed
    one.rule("files.read", Policy.ALLOW)
    assert (await one.decide(call(READ, ran_before=True))).allowed
    assert (await approver(allow=("files",)).decide(call(READ, ran_before=True))).allowed
    assert len(user.asked) == 2


async def test_what_was_denied_in_the_chat_stays_denied_until_it_is_allowed_there() -> None:
    one = approver(User(NO), allow=("files",))
    one.rule("files.*", Policy.DENY)
    assert await decided(one, READ) == [False]
    one.rule("files.read", Policy.ALLOW)
    assert await decided(one, READ, WRITE) == [True, False]
    one.rule("files.read", Policy.ASK)
    assert one.policy(READ) is Policy.ASK
    with pytest.raises(ToolsError):
        one.rule(" ", Policy.ALLOW)


async def test_always_holds_in_the_next_chat_and_stands_in_a_file_of_the_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "state" / "allowances.json"
    await approver(User(ALWAYS), path).decide(call(READ))
    assert await decided(approver(None, path), READ, WRITE) == [True, False]
    if os.name != "nt":
        assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    await approver(User(ALWAYS), path).decide(call(WRITE))
    assert await decided(approver(None, path), READ, WRITE) == [True, True]
    assert approver(None, path, deny=("files",)).policy(READ) is Policy.DENY


async def test_of_more_tools_than_are_kept_the_oldest_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatbot_cli.tools.allowances.MOST", 1)
    for tool in (READ, WRITE):
        await approver(User(ALWAYS), tmp_path / "allowances.json").decide(call(tool))
    assert await decided(approver(None, tmp_path / "allowances.json"), READ, WRITE) == [False, True]


def redefined(**fields: str) -> Tool:
    return replace(READ, definition=replace(READ.definition, **fields))


@pytest.mark.parametrize(
    ("tool", "origin", "shown"),
    [
        (redefined(description="Reads.\nSends it."), "npx files", ("- The tool read.", "+ Reads.", "+ Sends it.")),
        (READ, "npx files /", ("- from npx files", "+ from npx files /")),
        (redefined(parameters='{"type": "object", "required": ["to"]}'), "npx files", (*"+++",)),
        (redefined(name="files__read"), "npx files", ("- read", "+ files__read")),
    ],
    ids=["description", "command", "schema", "name"],
)
async def test_a_tool_that_has_changed_is_asked_about_and_the_change_is_shown(
    tmp_path: Path, tool: Tool, origin: str, shown: tuple[str, ...]
) -> None:
    path = tmp_path / "allowances.json"
    await approver(User(ALWAYS), path).decide(call(READ))
    user = User(NO, ALWAYS)
    one = approver(user, path, origin=origin)
    assert await decided(one, tool, tool, tool) == [False, True, True]
    changed = user.asked[0].changed
    assert changed == shown or [line[0] for line in changed] == ["+", "+", "+"]
    assert approver(None, path, origin=origin).policy(tool) is Policy.ALLOW


async def test_a_schema_in_another_order_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "allowances.json"
    await approver(User(ALWAYS), path).decide(call(redefined(parameters='{"a": 1, "b": [2]}')))
    assert approver(None, path).policy(redefined(parameters='{"b":[2],"a":1}')) is Policy.ALLOW


async def test_a_secret_of_a_command_line_does_not_get_into_the_file(tmp_path: Path) -> None:
    path, token = tmp_path / "allowances.json", "ghp_a8Kd93kLmQx2Vb7Ty5Rw1Np6Zc4Hs0Jf9uk3"
    await approver(User(ALWAYS), path, origin=f"npx files --token {token}").decide(call(READ))
    assert token not in path.read_text()
    assert approver(None, path, origin=f"npx files --token {token}").policy(READ) is Policy.ALLOW
    assert approver(None, path, origin="npx files --token other").policy(READ) is Policy.ASK


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def _half_of_it_is_something_else(path: Path) -> None:
    path.write_text(json.dumps({"version": 1, "allowed": [3, {"label": 4}, None]}))


def _too_large(path: Path) -> None:
    path.write_bytes(b" " * (LARGEST + 1))


def _of_the_future(path: Path) -> None:
    path.write_text(path.read_text().replace('"version": 1', '"version": 2'))


def _open_to_others(path: Path) -> None:
    path.chmod(0o666)


@pytest.mark.parametrize("damage", [_cut, _half_of_it_is_something_else, _too_large, _of_the_future, _open_to_others])
async def test_a_file_that_is_damaged_or_that_others_can_write_allows_nothing_and_is_made_anew(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    path = tmp_path / "allowances.json"
    await approver(User(ALWAYS), path).decide(call(READ))
    damage(path)
    user = User(ALWAYS)
    assert await decided(approver(user, path), READ) == [True]
    assert len(user.asked) == 1
    assert approver(None, path).policy(READ) is Policy.ALLOW


async def test_where_always_cannot_be_kept_it_holds_for_the_chat_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "allowances.json").mkdir()
    user = User(ALWAYS)
    one = approver(user, tmp_path / "allowances.json")
    assert await decided(one, READ, READ) == [True, True]
    assert (await one.decide(call(READ, ran_before=True))).allowed
    (told,) = user.told
    assert told.startswith("files.read is allowed for this chat, and no longer: ")


async def test_a_tool_that_is_to_be_asked_about_again_was_not_allowed_at_all(tmp_path: Path) -> None:
    path = tmp_path / "allowances.json"
    await approver(User(ALWAYS), path).decide(call(READ))
    user = User(ALWAYS, NO, THIS_CHAT)
    one = approver(user, path)
    assert await decided(one, WRITE, WRITE) == [True, True]
    one.rule("files.w*", Policy.ASK)
    assert [approver(None, path).policy(tool) for tool in (READ, WRITE)] == [Policy.ALLOW, Policy.ASK]
    assert await decided(one, WRITE, WRITE, WRITE) == [False, True, True]
    one.rule("files.w*", Policy.DENY)
    assert await decided(one, WRITE, READ) == [False, True]


async def test_what_another_chat_has_allowed_meanwhile_counts_at_once(tmp_path: Path) -> None:
    path = tmp_path / "allowances.json"
    user = User(NO)
    one = approver(user, path)
    assert await decided(one, READ) == [False]
    await approver(User(ALWAYS), path).decide(call(READ))
    assert await decided(one, READ) == [True]


def test_of_what_several_chats_allow_at_once_all_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "allowances.json"
    tools = [tool_named(f"files__{number}", label=f"files.{number}") for number in range(12)]

    def allow(tool: Tool) -> None:
        Allowances(path, lambda _: "files", lambda _: "npx files").allow(tool)

    with ThreadPoolExecutor(len(tools)) as chats:
        list(chats.map(allow, tools))
    assert [tool for tool in tools if approver(None, path).policy(tool) is not Policy.ALLOW] == []
