"""What a reply cites, on the full screen and in plain text."""

import asyncio
import io
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from rich.console import Console

from chatbot_cli.chat.document_events import PassagesFound, Searching, SourcesCited
from chatbot_cli.chat.events import ReplyEnded, TextDelta, TurnEvent
from chatbot_cli.chat.messages import Ending, Exchange
from chatbot_cli.chat.passages import Citations, Passage, Place, Retrieved, Standing, Unit
from chatbot_cli.commands.outcomes import Remembered
from chatbot_cli.terminal.plain_screen import PlainScreen
from chatbot_cli.terminal.reply_panel import ReplyPanel
from chatbot_cli.terminal.rich_screen import RichScreen
from chatbot_cli.terminal.theme import THEME
from tests.fakes import AnyWords, passage
from tests.terminal.panel_window import Clock, Window, end, play, words

SETUP = replace(passage("Run it twice.", first=12), number=1)
REPORT = Passage("notes", "/home/ada/a b.pdf", "notes/a b.pdf", Place(14, 14, Unit.PAGE), "Profits.", number=2)
HOSTILE = replace(passage("x", "notes/»\n\x1b]8;;evil\x07.md"), number=3)
SENT = (SETUP, REPORT, HOSTILE)


def cited(*passages: Passage, unknown: tuple[int, ...] = (), standings: Sequence[Standing] = ()) -> SourcesCited:
    return SourcesCited(Citations(passages, unknown), tuple(standings) or (Standing.SAME,) * len(passages), SENT)


def reply(*events: TurnEvent) -> list[TurnEvent]:
    return [*words("Twice [1]."), *events, *end()]


async def test_the_cited_passages_stand_between_a_reply_and_its_account() -> None:
    window = Window()
    event = cited(SETUP, REPORT, unknown=(7, 9), standings=(Standing.CHANGED, Standing.SAME))
    await play(window, reply(event))
    *_, answer, gap, account, first, second, doubt, footer = window.lines
    assert (answer, gap) == ("Twice [1].", "")
    assert account == "» 3 passages from 3 documents · [1] [2] cited"
    assert first == "  [1] notes/setup.md:12 (changed since)"
    assert second == "  [2] notes/a b.pdf, p. 14"
    assert doubt == "  [7] and [9] were not sent: there are no such passages."
    assert footer


async def test_they_are_links_to_their_files_also_without_colours() -> None:
    out = io.StringIO()
    console = Console(file=out, width=60, height=12, theme=THEME, force_terminal=True, color_system="standard")
    console.no_color = True
    async with ReplyPanel(console, "demo") as panel:
        for event in reply(cited(SETUP, REPORT, HOSTILE)):
            panel.show(event)
    written = out.getvalue()
    assert ";file:///home/ada/notes/setup.md\x1b\\" in written
    assert ";file:///home/ada/a%20b.pdf\x1b\\" in written
    assert "evil\x07" not in written
    assert "%1B%5D8%3B%3Bevil%07.md" in written


async def test_names_cannot_act_on_the_screen_and_fit_a_narrow_one() -> None:
    window = Window(columns=40)
    wide = replace(passage("x", f"notes/{'日本語' * 12}.md", first=3), number=1)
    await play(window, reply(cited(wide, HOSTILE)))
    shown = "\n".join(window.lines)
    assert "» ␛]8;;evil␇.md:1" in shown
    assert not any(line.startswith("» ␛") for line in window.lines)
    assert all(len(line) <= 40 for line in window.lines)


async def test_a_reply_that_cites_nothing_says_how_much_it_was_sent() -> None:
    window = Window()
    await play(window, reply(cited()))
    assert "» 3 passages from 3 documents · none cited" in window.lines


async def test_that_nothing_fits_is_said_and_what_is_to_be_known() -> None:
    window = Window()
    found = PassagesFound(Retrieved((), 3, notes=("Meaning is ready for 8 of 9.",)))
    await play(window, [found, *words("I do not know."), *end()])
    assert "» Nothing in 3 documents fits. Meaning is ready for 8 of 9." in " ".join(window.lines)


async def test_a_search_that_takes_long_is_named() -> None:
    window = Window()
    clock = Clock()
    async with ReplyPanel(window.console, "demo", clock=clock) as panel:
        for now, event, status in (
            (0.1, Searching(("notes", "manual")), "waiting 0 s"),
            (0.8, Searching(("notes", "manual")), "searching notes, manual 1 s"),
            (1.2, PassagesFound(Retrieved(SENT, 3)), "waiting 1 s"),
        ):
            clock.now = now
            panel.show(event)
            assert status in window.screen


async def told(screen: PlainScreen, *events: TurnEvent) -> None:
    async with screen.reply("demo") as view:
        for event in (TextDelta("Twice [1]."), *events, ReplyEnded(Ending.COMPLETE, 1.0, None)):
            view.show(event)


async def test_a_pipe_has_the_reply_alone_and_the_sources_with_their_paths_are_beside_it() -> None:
    out, notes = io.StringIO(), io.StringIO()
    await told(PlainScreen(out, notes, notes), cited(SETUP, REPORT, unknown=(7,)))
    assert out.getvalue() == "Twice [1].\n"
    assert notes.getvalue().splitlines() == [
        "3 passages from 3 documents; 2 of them cited:",
        "[1] /home/ada/notes/setup.md:12",
        "[2] /home/ada/a b.pdf, p. 14",
        "[7] was not sent: there is no such passage.",
    ]


async def test_a_reply_that_is_stopped_has_its_sources_too_and_data_has_none() -> None:
    window, notes = Window(), io.StringIO()
    events = (
        PassagesFound(Retrieved(SENT, 3)),
        TextDelta("Twice [1], “as it says in no document of all that were sent”"),
    )
    shape = AnyWords("list")
    with suppress(asyncio.CancelledError):
        await play(window, events, asyncio.CancelledError())
    assert window.lines[-3:-1] == ["» 3 passages from 3 documents · [1] cited", "  [1] notes/setup.md:12"]
    for of_data in (None, shape):
        with suppress(asyncio.CancelledError):
            async with PlainScreen(io.StringIO(), notes, notes).reply("", shape=of_data) as view:
                for event in events:
                    view.show(event)
                raise asyncio.CancelledError
    assert notes.getvalue() == "3 passages from 3 documents; 1 of them cited:\n[1] /home/ada/notes/setup.md:12\n"


async def test_the_number_of_a_code_block_does_not_look_like_a_citation_where_there_are_sources() -> None:
    code = "Twice [1].\n\n```py\nx = 1\n```\n\n```\ny\n```\n"
    for sent, labels in ((SENT, ["code 1 · py", "code 2"]), ((), ["[1] py", "[2]"])):
        window, file = Window(), io.StringIO()
        await play(window, [PassagesFound(Retrieved(sent, 3)), *words(code), *end()])
        console = Console(file=file, width=80, theme=THEME)
        earlier = Exchange("How?", code, sources=sent)
        RichScreen(console, console).recall([Remembered(1, earlier, sent=True)])
        for lines in (window.lines, file.getvalue().splitlines()):
            assert [
                line.strip() for line in lines if line.strip() in ("code 1 · py", "code 2", "[1] py", "[2]")
            ] == labels


async def test_a_continued_reply_that_is_stopped_has_the_sources_of_its_beginning_too() -> None:
    panel, notes = io.StringIO(), io.StringIO()
    console = Console(file=panel, width=80, theme=THEME)
    views = (
        RichScreen(console, console).reply("bot", "Twice [1],"),
        PlainScreen(io.StringIO(), notes, notes).reply("", "Twice [1],"),
    )
    for view in views:
        with suppress(asyncio.CancelledError):
            async with view as shown:
                shown.show(PassagesFound(Retrieved(SENT, 3)))
                shown.show(TextDelta(" and once [2]."))
                raise asyncio.CancelledError
    assert "[1] [2] cited" in panel.getvalue()
    assert notes.getvalue().startswith("3 passages from 3 documents; 2 of them cited:")


async def test_they_follow_the_reply_if_that_is_asked_for() -> None:
    out, notes = io.StringIO(), io.StringIO()
    await told(PlainScreen(out, notes, notes, sources_beside=True), cited(SETUP, HOSTILE, unknown=(7,)))
    assert out.getvalue() == "Twice [1].\n\n[1] /home/ada/notes/setup.md:12\n[3] /home/ada/notes/» ␛]8;;evil␇.md:1\n"
    assert notes.getvalue() == "[7] was not sent: there is no such passage.\n"


def test_an_earlier_exchange_has_its_sources_on_both_screens() -> None:
    window, out = Window(), io.StringIO()
    earlier = [Remembered(1, Exchange("How?", "Twice [1].", sources=SENT), sent=True)]
    RichScreen(window.console, window.console).recall(earlier)
    assert "  [1] notes/setup.md:12" in window.lines
    PlainScreen(out, out, out).recall(earlier)
    assert "\n3 passages from 3 documents; 1 of them cited:\n[1] /home/ada/notes/setup.md:12\n" in out.getvalue()
