"""The examples, each as a real process with the offline model: what they are there to show is really so."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
NAMES = ("documents", "extract", "memory", "tools", "travel_planner", "two_bots")
RECEIVED = re.compile(r"(\d+)(?: messages)? I was sent|I was sent (\d+) messages")  # the demo model counts them aloud


def start(home: Path, name: str, *arguments: str) -> "subprocess.Popen[str]":
    """Start an example in a folder and a home without any settings."""
    return subprocess.Popen(
        [sys.executable, str(EXAMPLES / f"{name}.py"), *arguments],
        env={"HOME": str(home), "LANG": "C.UTF-8"},
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """What an example prints. All run side by side, since the demo model speaks at a human pace."""
    home = tmp_path_factory.mktemp("home")
    running = {name: start(home, name) for name in NAMES}
    outputs: dict[str, str] = {}

    def output_of(name: str) -> str:
        if name not in outputs:
            out, errors = running[name].communicate(timeout=60)
            assert (running[name].returncode, errors) == (0, "")
            outputs[name] = out
        return outputs[name]

    yield output_of
    for process in running.values():
        if process.poll() is None:
            process.kill()
        process.communicate()


def received(reply: str) -> int:
    """How many messages the model says it was sent."""
    match = RECEIVED.search(reply)
    assert match, reply
    return int(match[1] or match[2])


def test_every_example_is_run_here() -> None:
    assert sorted(path.stem for path in EXAMPLES.glob("*.py")) == sorted(NAMES)


def test_memory_the_name_is_known_in_the_second_turn_and_forgotten_by_the_fourth(printed: Callable[[str], str]) -> None:
    _, second, _, fourth = re.findall(r"^   Bot: (.*)", printed("memory"), re.MULTILINE)
    assert "Ada" in second
    assert "I don't know your name" in fourth
    assert "Ada" not in fourth


def test_memory_shows_exactly_what_the_model_receives(printed: Callable[[str], str]) -> None:
    turns = re.split(r"^\d\. You: ", printed("memory"), flags=re.MULTILINE)[1:]
    sent = [re.search(r"sent: (.*)", turn)[1] for turn in turns]  # type: ignore[index]  # None fails, as it should
    shown = [line.count(" · ") + 1 + line.count(" + its reply") for line in sent]
    assert shown == [received(turn.split("Bot: ")[1]) for turn in turns] == [2, 4, 6, 6]
    assert ["My name is Ada." in line for line in sent] == [True, True, True, False]


def test_memory_keeps_what_it_no_longer_sends(printed: Callable[[str], str]) -> None:
    assert "4 exchanges, beginning with “My name is Ada.”" in printed("memory")


def test_the_travel_planner_replies_five_times_and_each_time_knows_all_that_came_before(
    printed: Callable[[str], str],
) -> None:
    replies = re.findall(r"^Planner: (.+?)(?=^You: |\Z)", printed("travel_planner"), re.MULTILINE | re.DOTALL)
    assert [received(reply) for reply in replies] == [2, 4, 6, 8, 10]
    assert "“Mostly culture, some relaxation.”" in replies[3]


def test_of_two_bots_only_the_one_that_was_told_the_name_knows_it(printed: Callable[[str], str]) -> None:
    _, answers = printed("two_bots").split("What is my name?\n")
    from_tutor, from_chef, counts = re.split(r"\nChef: |\n\n", answers)
    assert "Ada" in from_tutor
    assert "I don't know your name" in from_chef
    assert "Ada" not in from_chef
    assert received(from_chef) == 2
    assert counts == "The tutor remembers 2 exchanges, the chef 1.\n"


def test_extract_the_guests_of_a_note_are_values_and_one_more_grows_field_by_field(
    printed: Callable[[str], str],
) -> None:
    table, growing = printed("extract").split("\n\n")
    assert [line.split() for line in table.splitlines()[:3]] == [
        ["Linus", "21", "Helsinki"],
        ["Ada", "36", "London"],
        ["Grace", "79", "Arlington"],
    ]
    assert table.endswith("3 guests, 136 years in all")
    alan = {"name": "Alan", "age": 41, "city": "Wilmslow"}
    *_, before, last = map(ast.literal_eval, growing.splitlines())
    assert last == alan
    assert before == {"name": "Alan", "age": 41}


def test_tools_the_functions_run_and_the_program_decides_which_calls_do(printed: Callable[[str], str]) -> None:
    *turns, what_ran = printed("tools").split("\n\n")
    assert "Bot: `stock` says: 12" in turns[0]
    assert "at most 10 tins, not 50" in turns[2]
    assert what_ran.splitlines() == [
        'stock{"tea": "assam"} → done',
        'order{"tea": "sencha", "tins": 5} → done',
        'order{"tea": "sencha", "tins": 50} → not allowed by the user',
        "In the shop there are now {'assam': 12, 'sencha': 5}.",
    ]


def test_documents_each_answer_comes_with_its_source(printed: Callable[[str], str]) -> None:
    read, compost, key = printed("documents").rstrip().split("\n\n")
    assert read == "example-notes: 2 read"
    assert "Turn the compost in April and in October." in compost
    assert compost.endswith("\n     [1] example-notes/garden.md:1")
    assert "The spare key hangs in the shed." in key
    assert key.endswith("\n     [2] example-notes/house.txt:1")


@pytest.mark.parametrize("name", NAMES)
def test_another_model_can_be_asked_for_and_what_is_missing_is_a_sentence(name: str, tmp_path: Path) -> None:
    with start(tmp_path, name, "--model", "gpt-6-luna") as process:
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.startswith("There is no OPENAI_API_KEY for gpt-6-luna.\nSet it ")
