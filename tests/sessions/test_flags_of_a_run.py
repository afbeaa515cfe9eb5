"""The settings that the command line gives a resumed conversation: they stay once something has been said or done."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from chatbot_cli.chat.marks import Marks
from chatbot_cli.chat.ports import Opened
from chatbot_cli.errors import CostLimitReached, MessageTooLong, ServerFailed
from tests.chat.turns import take_turn
from tests.fakes import ScriptedModel
from tests.sessions.resumable_conversation import ResumableConversation

FLAGS = {"max_turns": 7, "temperature": 0.5}


@pytest.fixture
async def resumable(tmp_path: Path) -> ResumableConversation:
    resumable = ResumableConversation(tmp_path)
    await resumable.say("One")
    return resumable


def resume(resumable: ResumableConversation, flags: Mapping[str, object]) -> Opened:
    """Start the program anew with flags."""
    session = resumable.session
    resumable.come_back()
    resumable.chat.journal.close()
    opened = resumable.archive.open(session, flags)
    resumable.chat.go_to(opened)
    return opened


def kept(resumable: ResumableConversation) -> tuple[int, float | None]:
    resumable.come_back()
    setup = resumable.chat.setup
    return setup.max_turns, setup.options.temperature


async def test_they_stay_once_a_reply_has_come_and_undo_takes_them_back_by_themselves(
    resumable: ResumableConversation,
) -> None:
    before = kept(resumable)
    resume(resumable, FLAGS)
    await resumable.say("Two")
    assert kept(resumable) == (7, 0.5)
    resumable.run("/undo")
    assert kept(resumable) == (7, 0.5)
    assert resumable.chat.undo() == "the settings of the command line"
    assert kept(resumable) == before


async def test_a_run_that_ends_without_a_word_changes_no_setting(resumable: ResumableConversation) -> None:
    before = kept(resumable)
    resume(resumable, FLAGS)
    resumable.chat.journal.draft("not sent", resumable.chat.setup)
    assert kept(resumable) == before


@pytest.mark.parametrize("failure", [ServerFailed("No."), CostLimitReached("It is dear."), MessageTooLong("Too long.")])
async def test_a_request_that_fails_before_its_reply_changes_no_setting(
    resumable: ResumableConversation, failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(resumable)
    resume(resumable, FLAGS)
    monkeypatch.setattr(resumable.model, "stream", ScriptedModel([failure]).stream)
    with pytest.raises(type(failure)):
        await take_turn(resumable.chat, "Two")
    assert kept(resumable) == before


async def test_what_the_budget_refuses_is_not_refused_by_it_in_the_next_run(resumable: ResumableConversation) -> None:
    resume(resumable, {"max_cost": 0.0})
    assert resumable.chat.setup.max_cost == 0.0
    resumable.come_back()
    assert resumable.chat.setup.max_cost is None


@pytest.mark.parametrize("change", ["/window 9 exchanges", "/undo", "note"])
async def test_they_stand_before_whatever_is_done_next(resumable: ResumableConversation, change: str) -> None:
    before = kept(resumable)
    resume(resumable, FLAGS)
    if change == "note":
        resumable.chat.note(Marks().pin(0))
    else:
        resumable.run(change)
    expected = {"/window 9 exchanges": (9, 0.5), "/undo": before, "note": (7, 0.5)}
    assert kept(resumable) == expected[change]
    assert len(resumable.chat.exchanges) == 1
