"""`chat sessions`: list, search, show, rename, run in this process on a database of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from chatbot_cli.chat.messages import Ending
from chatbot_cli.sessions.exporting.formats import export
from chatbot_cli.text.width import cells
from tests.cli.sessions_command import HOSTILE, Done, Saved, home_of_its_own, sessions


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Saved:
    return home_of_its_own(tmp_path, monkeypatch)


@pytest.mark.parametrize("command", [(), ("list",)])
def test_conversations_are_listed_in_columns_the_last_active_first(saved: Saved, command: tuple[str, ...]) -> None:
    old = saved.add("Sorting lists", "How?", "So.", "And?", "So too.", days=3)
    new = saved.add("排序列表", "怎么?", "这样。", days=1.5)
    done = sessions(*command)
    assert (done.exit_code, done.err) == (0, "")
    assert done.out == (
        "ID  TITLE          AGE         EXCHANGES  PERSONA  MODEL\n"
        f"{new}   排序列表       1 day ago   1          tutor    demo\n"
        f"{old}   Sorting lists  3 days ago  2          tutor    demo\n"
    )


def test_names_are_listed_if_there_are_any(saved: Saved) -> None:
    saved.add("One", "q", "a", days=1)
    saved.add("Two", "q", "a", days=2, name="work")
    assert [line.split()[1:3] for line in sessions().lines] == [["NAME", "TITLE"], ["-", "One"], ["work", "Two"]]


def test_no_more_are_listed_than_wanted(saved: Saved) -> None:
    for number in range(5):
        saved.add(f"Title {number}", "q", "a", days=number + 1)
    assert [line.split()[2] for line in sessions("--limit", "2").lines[1:]] == ["0", "1"]
    assert len(json.loads(sessions("list", "--limit", "3", "--json").out)) == 3
    assert sessions("--limit", "0").exit_code == 2


@pytest.mark.parametrize("columns", [10, 40, 60, 80, 200])
def test_a_list_is_cut_to_the_terminal_and_a_pipe_gets_all_of_it(
    saved: Saved, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    title = "A title of many words that goes on 排序列表 and on"
    saved.add(title, "q", "a")
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = sessions(terminal=True).lines
    assert max(map(cells, shown)) <= columns
    assert columns < 80 or "demo" in shown[1]
    assert columns != 80 or "…" in shown[1]
    assert title in sessions().out


def test_the_list_as_json(saved: Saved) -> None:
    session = saved.add(HOSTILE, "q", "a", name="n")
    done = sessions("--json")
    [found] = json.loads(done.out)
    assert done.out.isascii()
    assert "\x7f" not in done.out
    assert (found["id"], found["title"], found["name"], found["exchanges"]) == (session, HOSTILE, "n", 1)
    assert (found["persona"], found["model"], found["forked_from"]) == ("tutor", "demo", None)
    assert found["active"] == found["created"]
    assert found["active"].endswith("Z")


def test_without_conversations_nothing_is_made_on_the_disk(saved: Saved) -> None:
    assert sessions() == Done(0, "There are no saved conversations yet.\n", "")
    assert sessions("--json") == Done(0, "[]\n", "")
    assert sessions("prune", "--older-than", "1d") == Done(0, "No conversation is older than 1d.\n", "")
    assert sessions("search", "x", "--json").out == "[]\n"
    assert sessions("search", "x").exit_code == 1
    for command in (["show", "1"], ["export", "1"], ["rename", "1", "x"], ["rm", "1", "--yes"]):
        done = sessions(*command)
        assert (done.exit_code, done.out) == (2, "")
        assert done.err.startswith("chat: There are no saved conversations yet.")
    assert not saved.folder.exists()


def test_what_is_found_is_shown_with_its_hits_marked(saved: Saved) -> None:
    session = saved.add("Sorting", "How do I sort a list?", "Use sorted: it sorts a copy.", days=2)
    done = sessions("search", "copy")
    assert (done.exit_code, done.err) == (0, "")
    assert done.lines == [f"{session}  Sorting  Assistant  2 days ago", "    Use sorted: it sorts a **copy**."]
    assert sessions("search", "how", "list").lines == [
        f"{session}  Sorting  You  2 days ago",
        "    **How** do I sort a **list**?",
    ]


@pytest.mark.parametrize(
    ("variable", "value", "marked"),
    [("TERM", "xterm", "\x1b[1mhow\x1b[0m"), ("TERM", "dumb", "**how**"), ("NO_COLOR", "1", "**how**")],
)
def test_hits_are_bold_on_a_terminal_that_can(
    saved: Saved, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, marked: str
) -> None:
    saved.add("Sorting", "Say how.", "So.")
    monkeypatch.setenv(variable, value)
    assert f"Say {marked}." in sessions("search", "how", terminal=True).out


def test_what_is_found_as_json(saved: Saved) -> None:
    session = saved.add("Sorting", "Say how.", "So.")
    [found] = json.loads(sessions("search", "how", "--json").out)
    [[start, stop]] = found["hits"]
    assert (found["session"], found["title"], found["role"]) == (session, "Sorting", "user")
    assert found["snippet"][start:stop] == "how"


def test_a_search_finds_no_more_than_wanted(saved: Saved) -> None:
    saved.add("Many", *("tea" for _ in range(8)))
    assert len(sessions("search", "tea", "--limit", "3").lines) == 6


@pytest.mark.parametrize("words", [["nowhere"], ['"'], ["AND"], ["*"], ["a", "OR", "("], ["--", "-x"]])
def test_what_is_not_found_ends_with_one_as_grep_does(saved: Saved, words: list[str]) -> None:
    saved.add("Sorting", "Say how.", "So.")
    done = sessions("search", *words)
    assert (done.exit_code, done.out) == (1, "")
    assert done.err.startswith("chat: Nothing was found for “")


def test_a_search_for_nothing_is_a_usage_error(saved: Saved) -> None:
    assert sessions("search", " ").exit_code == 2


def test_a_conversation_is_shown_in_plain_text(saved: Saved) -> None:
    session = saved.add("Sorting", "How?", "So.", "And\nthen?", "Then", ending=Ending.STOPPED, draft="not yet")
    done = sessions("show", str(session))
    assert (done.exit_code, done.err) == (0, "")
    assert done.out == (
        "“Sorting” · 1 day ago · 2 exchanges · tutor · demo\n\n"
        "You: How?\n\nAssistant: So.\n\nYou: And\nthen?\n\nAssistant: Then\n[stopped]\n\nIn the prompt: not yet\n"
    )


@pytest.mark.parametrize(
    ("ending", "mark"), [(Ending.LENGTH, "[cut at its token limit]"), (Ending.LOST, "[cut off]"), (None, "[cut off]")]
)
def test_a_reply_that_is_not_whole_says_so(saved: Saved, ending: Ending | None, mark: str) -> None:
    saved.add("Sorting", "How?", "So", ending=ending)
    assert sessions("show", "sort").out.endswith(f"Assistant: So\n{mark}\n")


def test_a_conversation_is_shown_as_json_as_it_is_exported(saved: Saved) -> None:
    session = saved.add("Sorting", HOSTILE, "So.")
    done = sessions("show", "Sorting", "--json")
    assert json.loads(done.out) == json.loads(export(saved.record(session), "json"))
    assert done.out.isascii()


@pytest.mark.parametrize(
    "command", [(), ("search", "mark"), ("show", "1"), ("export", "1"), ("export", "1", "-f", "html")]
)
def test_no_words_of_a_conversation_act_on_a_terminal(saved: Saved, command: tuple[str, ...]) -> None:
    saved.add(HOSTILE, f"mark {HOSTILE}", f"mark {HOSTILE}", name=HOSTILE, draft=HOSTILE)
    done = sessions(*command, terminal=True)
    assert done.exit_code == 0
    assert not {"\x00", "\x7f", "\x9b", "\u202e", "\ud800"} & set(done.out)
    assert "\x1b" not in done.out.replace("\x1b[1m", "").replace("\x1b[0m", "")


@pytest.mark.parametrize("wanted", ["1", "work", "sort", "Sorting lists"])
def test_a_conversation_is_named_by_id_name_or_title(saved: Saved, wanted: str) -> None:
    saved.add("Sorting lists", "How?", "So.", name="work")
    saved.add("Tea", "Green?", "Yes.")
    assert "How?" in sessions("show", wanted).out


@pytest.mark.parametrize("command", [("show",), ("export",), ("rename", "x"), ("rm", "--yes")])
def test_one_that_is_not_there_is_told(saved: Saved, command: tuple[str, ...]) -> None:
    saved.add("Sorting", "How?", "So.")
    done = sessions(command[0], "Tea", *command[1:])
    assert (done.exit_code, done.out) == (2, "")
    assert done.err.startswith("chat: ")
    assert saved.titles == ["Sorting"]


def test_a_conversation_gets_another_title(saved: Saved) -> None:
    saved.add("Sorting", "How?", "So.")
    assert sessions("rename", "sort", "Lists", "in order\n") == Done(0, "1 is called “Lists in order” now.\n", "")
    assert saved.titles == ["Lists in order"]
    assert sessions("rename", "1", " ").exit_code == 2
    assert saved.titles == ["Lists in order"]


def test_a_file_that_is_no_database_is_told(saved: Saved) -> None:
    saved.folder.mkdir(parents=True)
    (saved.folder / "sessions.db").write_bytes(b"no database at all" * 1000)
    done = sessions()
    assert (done.exit_code, done.out) == (1, "")
    assert done.err.startswith("chat: ")
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "arguments",
    [["show"], ["rm"], ["prune"], ["nonsense"], ["--nonsense"], ["--json", "show", "1"], ["--limit", "3", "rm", "1"]],
)
def test_what_makes_no_sense_is_a_usage_error(saved: Saved, arguments: list[str]) -> None:
    saved.add("Tea", "q", "a")
    done = sessions(*arguments)
    assert (done.exit_code, done.out) == (2, "")
    assert done.err


def test_a_list_whose_reader_has_seen_enough_ends_quietly(saved: Saved, tmp_path: Path) -> None:
    saved.add("Tea", "q", "a " * 100_000)
    chat = Path(sys.executable).with_name("chat")
    done = subprocess.run(
        ["sh", "-c", f"'{chat}' sessions show 1 | head -1"],
        capture_output=True,
        text=True,
        env={"HOME": str(tmp_path), "PATH": os.defpath},
    )
    assert (done.stdout, done.stderr) == ("“Tea” · 1 day ago · 1 exchange · tutor · demo\n", "")


def test_only_this_subcommand_loads_the_database(saved: Saved, tmp_path: Path) -> None:
    chat = (sys.executable, "-X", "importtime", str(Path(sys.executable).with_name("chat")))
    environ = {"HOME": str(tmp_path), "PATH": os.defpath}
    loaded = [
        "sqlite3" in subprocess.run([*chat, *words], capture_output=True, text=True, env=environ).stderr
        for words in (["--version"], ["sessions"])
    ]
    assert loaded == [False, True]
