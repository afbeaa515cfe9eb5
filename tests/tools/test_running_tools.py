"""Tools while they run: those that never end, those that print, and those that are stopped."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chatbot_cli.chat.rounds import CallOutcome
from chatbot_cli.tools.builtin.source import clock_and_calculator
from chatbot_cli.tools.python.function import python_tool
from chatbot_cli.tools.python.marks import tool
from chatbot_cli.tools.python.source import functions_of_program
from chatbot_cli.tools.toolbox import AllTools

SOON = 10.0  # seconds; a bound for a broken test, not a measure


def silent(text: str, share: float | None = None) -> None:
    pass


async def told_while(function: Callable[[], Any], *, in_own_loop: bool = False) -> list[str]:
    """What is told of the progress of a function."""
    told: list[str] = []
    result = await python_tool(function).run("{}", lambda text, share=None: told.append(text), in_own_loop=in_own_loop)
    assert result.outcome is CallOutcome.DONE
    await asyncio.sleep(0)  # what was told from the thread
    return told


async def test_what_a_tool_prints_is_its_progress_and_stands_nowhere_else(capfd: pytest.CaptureFixture[str]) -> None:
    def printing() -> str:
        """A tool."""
        print("one", end="\n\n")
        print("two", file=sys.stderr)
        print(" 50%\r 60%\r", end="")
        sys.stdout.writelines(["the ", "end"])
        sys.stdout.flush()
        sys.stdout.buffer.write(b" of it")
        sys.stdout.buffer.flush()
        assert not sys.stdout.isatty()
        return "done"

    told = await told_while(printing)
    assert (told[0], told[-1]) == ("one", "the end of it")
    print("ours")
    assert capfd.readouterr() == ("ours\n", "")


async def test_who_is_told_of_the_progress_may_print_it(capfd: pytest.CaptureFixture[str]) -> None:
    def printing() -> None:
        """A tool."""
        print("one")

    await python_tool(printing).run("{}", lambda text, share=None: print("told:", text))
    await asyncio.sleep(0)
    assert capfd.readouterr().out == "told: one\n"


@pytest.mark.parametrize("in_own_loop", [False, True])
async def test_what_a_coroutine_prints_is_its_progress_too(
    capfd: pytest.CaptureFixture[str], in_own_loop: bool
) -> None:
    async def printing() -> str:
        """A tool."""
        print("one")
        await asyncio.sleep(0)
        return "done"

    assert await told_while(printing, in_own_loop=in_own_loop) == ["one"]
    assert capfd.readouterr().out == ""


async def test_a_tool_that_reads_from_the_keyboard_finds_nothing_there() -> None:
    def asking() -> str:
        """A tool."""
        assert (sys.stdin.read(), list(sys.stdin), sys.stdin.isatty()) == ("", [], False)
        return input("Really? ")

    told: list[str] = []
    result = await python_tool(asking).run("{}", lambda text, share=None: told.append(text))
    assert result.text == "EOFError: EOF when reading a line"
    await asyncio.sleep(0)
    assert told == ["Really? ".strip()]


async def test_of_many_lines_few_are_told_and_the_last_one_is() -> None:
    def chatty() -> None:
        """A tool."""
        for number in range(20_000):
            print(number)

    told = await told_while(chatty)
    assert told[-1] == "19999"
    assert len(told) < 100


async def test_a_function_that_does_not_end_is_left_behind_when_it_is_stopped() -> None:
    go_on = threading.Event()
    began = asyncio.Event()
    loop = asyncio.get_running_loop()

    def hanging() -> None:
        """A tool."""
        loop.call_soon_threadsafe(began.set)
        go_on.wait(SOON)

    task = asyncio.create_task(python_tool(hanging).run("{}", silent))
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not go_on.is_set()
    go_on.set()


async def test_a_coroutine_of_a_file_that_blocks_and_does_not_listen_holds_nobody_up() -> None:
    go_on = threading.Event()

    async def deaf() -> None:
        """A tool."""
        go_on.wait(SOON)

    task = asyncio.create_task(python_tool(deaf).run("{}", silent, in_own_loop=True))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()


async def test_a_tool_that_takes_too_long_ends_with_a_result_that_says_so() -> None:
    @tool(timeout=0.01)
    def slow() -> None:
        """A tool."""
        go_on.wait(SOON)

    go_on = threading.Event()
    box = AllTools([functions_of_program([slow])], ())
    result = await box.run(box.offered()[0], "{}", silent)
    assert result.outcome is CallOutcome.TIMED_OUT
    assert "0.01 s" in result.text
    go_on.set()


async def test_of_two_tools_of_one_name_the_first_is_offered_and_runs_and_the_other_is_not_sent() -> None:
    def first() -> str:
        """A tool."""
        return "the first"

    def second() -> str:
        """A tool."""
        return "the second"

    second.__name__ = "first"
    box = AllTools([functions_of_program([first]), functions_of_program([second])], ())
    (offered,) = box.offered()
    assert (await box.run(offered, "{}", silent)).text == "the first"


def test_what_a_persona_asks_for_is_offered_unless_only_flags_count() -> None:
    named = ["time"]
    offered = AllTools([clock_and_calculator()], ["calculate"]).offered(named)
    by_flags = AllTools([clock_and_calculator()], ["calculate"], only_flags=True).offered(named)
    assert [sorted(tool.label for tool in tools) for tools in (offered, by_flags)] == [
        ["calculate", "time"],
        ["calculate"],
    ]


async def test_functions_run_at_the_same_time_in_threads_of_their_own() -> None:
    both = threading.Barrier(2)

    def meeting() -> str:
        """A tool."""
        both.wait(SOON)
        return "met"

    results = await asyncio.gather(*(python_tool(meeting).run("{}", silent) for _ in range(2)))
    assert [result.text for result in results] == ["met", "met"]


def test_the_end_of_the_program_does_not_wait_for_a_tool(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(
        '''
import asyncio, time
from chatbot_cli.tools.python.function import python_tool
def hang():
    """A tool."""
    time.sleep(1000)
async def deaf():
    """A tool."""
    while True:
        try: await asyncio.sleep(1000)
        except asyncio.CancelledError: pass
async def main():
    tasks = [asyncio.create_task(python_tool(f).run("{}", print, in_own_loop=True)) for f in (hang, deaf)]
    await asyncio.sleep(0.05)
    for task in tasks: task.cancel()
    print("left")
asyncio.run(main())
'''
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=True)
    assert (done.stdout, done.stderr) == ("left\n", "")
