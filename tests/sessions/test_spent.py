"""What a saved conversation has cost so far."""

import json
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot_cli.chat.events import Finished, ModelEvent, TextDelta, TokensUsed
from chatbot_cli.chat.messages import Ending, Request
from chatbot_cli.chat.prices import PricePerMillion
from chatbot_cli.commands.budget import budget_commands
from chatbot_cli.commands.outcomes import Say
from chatbot_cli.sessions.database.opening import DATABASE
from chatbot_cli.sessions.importing.reading import read_conversations
from tests.fakes import model_with
from tests.sessions.resumable_conversation import ResumableConversation

FIGURES = {
    **{"tokens_sent": 100, "tokens_received": 20, "cost": 0.25, "saved": 0.75},
    **{"tokens_cached": 80, "tokens_written": 15, "tokens_reasoning": 7},
}


class Priced:
    """Answers for a quarter of a dollar."""

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        yield TextDelta("answer")
        yield Finished(Ending.COMPLETE)
        yield TokensUsed(100, 20, 0.25, cached=80, written=15, reasoning=7, saved=0.75)


@pytest.fixture
def resumable(tmp_path: Path) -> ResumableConversation:
    conversation = ResumableConversation(tmp_path)
    use_priced(conversation)
    return conversation


def use_priced(conversation: ResumableConversation) -> None:
    chat = conversation.chat
    chat.change_setup("model", replace(chat.setup, model=model_with(Priced())))


async def test_a_resumed_conversation_knows_what_all_its_replies_have_cost(resumable: ResumableConversation) -> None:
    await resumable.say("One")
    await resumable.retry()
    assert resumable.chat.journal.spent == 0.5

    resumable.run("/undo 2")
    resumable.come_back()

    assert resumable.chat.journal.spent == 0.5
    use_priced(resumable)
    await resumable.say("Two")
    assert resumable.chat.journal.spent == 0.75


@pytest.mark.parametrize(("max_cost", "is_read"), [(None, False), (9.0, True)])
async def test_a_turn_adds_up_what_was_spent_only_where_there_is_a_limit(
    resumable: ResumableConversation, max_cost: float | None, is_read: bool
) -> None:
    await resumable.say("One")
    chat, statements = resumable.chat, list[str]()
    model = replace(chat.setup.model, prices=PricePerMillion(1, 1))
    chat.change_setup("", replace(chat.setup, model=model, max_cost=max_cost))
    resumable.archive.store.connection.set_trace_callback(statements.append)

    await resumable.say("Two")

    assert any("FROM summary_usage" in statement for statement in statements) is is_read


async def test_replies_of_other_conversations_do_not_count(resumable: ResumableConversation) -> None:
    await resumable.say("One")
    first = resumable.session
    resumable.chat.go_to(resumable.archive.fork(resumable.chat.state, resumable.chat.journal))
    assert resumable.chat.journal.spent is None
    assert budget_commands.run("/budget", resumable.chat) == Say(
        "This fork has cost nothing yet that is known; what was said before it counts where it was said."
        " There is no limit; /budget 1.00 sets one."
    )

    await resumable.say("Two")

    assert resumable.chat.journal.spent == 0.25
    resumable.come_back(first)
    assert resumable.chat.journal.spent == 0.25


async def test_what_was_paid_is_known_though_nothing_can_be_saved(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file where a folder should be")
    resumable = ResumableConversation(tmp_path / "folder")
    use_priced(resumable)
    assert resumable.chat.journal.spent is None

    await resumable.say("One")

    assert resumable.chat.journal.spent == 0.25


async def test_what_is_known_of_a_reply_survives_export_import_and_a_new_file(resumable: ResumableConversation) -> None:
    await resumable.say("One")
    exported = resumable.archive.export(resumable.session, "json").text
    (imported,) = resumable.archive.insert(read_conversations(exported.encode(), at=0.0), resumable.now())
    exported_again = resumable.archive.export(imported.id, "json").text
    (resumable.folder / DATABASE).unlink()
    await resumable.say("Two")
    from_new_file = resumable.archive.export(resumable.session, "json").text

    for text in (exported, exported_again, from_new_file):
        reply = json.loads(text)["messages"][2]
        assert {name: reply[name] for name in FIGURES} == FIGURES


async def test_what_is_imported_was_not_paid_here(resumable: ResumableConversation) -> None:
    await resumable.say("One")
    origin, exported = resumable.session, resumable.archive.export(resumable.session, "json").text
    (imported,) = resumable.archive.insert(read_conversations(exported.encode(), at=0.0), resumable.now())
    resumable.come_back(imported.id)
    use_priced(resumable)
    assert not resumable.chat.journal.spent
    assert resumable.archive.usage().whole.replies == 1

    await resumable.say("Two")
    resumable.run("/fork")
    await resumable.say("Three")
    resumable.run(f"/resume {imported.id}")
    assert resumable.chat.journal.spent == 0.25
    assert resumable.archive.usage().whole.cost == 0.75

    resumable.archive.remove([resumable.archive.summary(origin)])
    resumable.come_back(imported.id + 1)
    resumable.archive.remove([resumable.archive.summary(imported.id)])  # the fork gets its replies

    whole = resumable.archive.usage().whole
    assert (whole.replies, whole.cost, resumable.chat.journal.spent) == (2, 0.5, 0.5)


async def test_what_is_imported_is_so_in_a_new_file_too(resumable: ResumableConversation) -> None:
    await resumable.say("One")
    exported = resumable.archive.export(resumable.session, "json").text
    (imported,) = resumable.archive.insert(read_conversations(exported.encode(), at=0.0), resumable.now())
    resumable.come_back(imported.id)
    use_priced(resumable)
    await resumable.say("Two")
    (resumable.folder / DATABASE).unlink()
    await resumable.say("Three")

    whole = resumable.archive.usage().whole
    assert (whole.replies, whole.cost, resumable.chat.journal.spent) == (2, 0.5, 0.5)


async def test_figures_that_make_no_sense_are_not_imported(resumable: ResumableConversation) -> None:
    await resumable.say("One")
    exported = json.loads(resumable.archive.export(resumable.session, "json").text)
    exported["messages"][2] |= {"tokens_cached": -1, "tokens_written": "2", "tokens_reasoning": 1e9, "saved": True}

    (imported,) = read_conversations(json.dumps(exported).encode(), at=0.0)

    reply = imported.messages[1].reply
    assert reply
    assert (reply.tokens_cached, reply.tokens_written, reply.tokens_reasoning, reply.saved) == (None,) * 4
    assert reply.cost == 0.25


async def test_a_summary_counts_whatever_becomes_of_it(resumable: ResumableConversation) -> None:
    await resumable.say("One")
    resumable.chat.journal.paid(TokensUsed(90, 4, 0.125), "of bytes that are no text: \udce9")
    assert resumable.chat.journal.spent == 0.375

    resumable.run("/undo")
    resumable.come_back()

    assert resumable.chat.journal.spent == 0.375


async def test_a_moved_file_takes_along_what_was_paid_and_no_more(tmp_path: Path) -> None:
    folder = tmp_path / "chats"
    talk = ResumableConversation(folder)
    use_priced(talk)
    await talk.say("One")
    talk.run("/fork")
    use_priced(talk)
    await talk.say("Two")
    talk.chat.journal.paid(TokensUsed(100, 10, 1.0), "m")
    before = talk.chat.journal.spent
    (folder / DATABASE).rename(tmp_path / "moved.db")
    await talk.say("Three")

    assert before is not None
    assert talk.chat.journal.spent == before + 0.25
    talk.come_back()
    assert talk.chat.journal.spent == before + 0.25
