"""Saves one reply while it arrives."""

import asyncio
from collections.abc import Callable, Mapping

from chatbot_cli.chat.growing_text import GrowingText
from chatbot_cli.chat.journal import Asked, Calling, Replied
from chatbot_cli.chat.messages import Key
from chatbot_cli.chat.rounds import ToolResult
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.thoughts import Thoughts
from chatbot_cli.sessions.message_keys import MessageKeys
from chatbot_cli.sessions.outbox import Outbox
from chatbot_cli.sessions.records import ReplyRecord
from chatbot_cli.sessions.setup_json import setup_as_json
from chatbot_cli.sessions.sources import insert_sources
from chatbot_cli.sessions.steps import replace_head
from chatbot_cli.sessions.store import Store
from chatbot_cli.sessions.text_to_save import TextToSave
from chatbot_cli.sessions.thoughts import save_thoughts

SAVE_INTERVAL = 0.5  # seconds between two writes of a reply that is still streaming


class ReplyInProgress:
    """A reply to the question with the key `question`. Its first words are saved at once, the others now and then.

    It `takes_step`, unless another answer to the question that comes at the same time has done so.

    What waits in the outbox saves all that has arrived by then. `session` returns the number of the conversation, or
    raises IntegrityError. `now` returns seconds since 1970.
    """

    def __init__(
        self,
        asked: Asked,
        question: int,
        outbox: Outbox,
        keys: MessageKeys,
        session: Callable[[], int],
        now: Callable[[], float],
    ) -> None:
        self.asked, self.takes_step = asked, True
        self.question = question
        self._outbox = outbox
        self._keys = keys
        self._session = session
        self._now = now
        self._arrived = TextToSave()
        self._thoughts: Thoughts | None = None
        self._thoughts_saved: Thoughts | None = None
        self._key: int | None = None
        self._rounds_put = len(asked.rounds)
        self._timer: asyncio.TimerHandle | None = None

    @property
    def begun(self) -> bool:
        """Whether something of the reply has arrived."""
        return self._key is not None

    def arrived(self, text: GrowingText, thoughts: Thoughts | None) -> None:
        """Note the text, which has grown, and what was thought before it."""
        self._arrived.text, self._thoughts = text, thoughts
        if self._key is None:
            self._begin()
        elif self._arrived.is_much and not self._outbox:
            self._put_text(self._key)
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SAVE_INTERVAL, self._save_on_time)

    def calling(self, calling: Calling) -> None:
        """Save calls that are about to run, as a new round. The text that has arrived goes from the reply to it."""
        self._arrived.text, self._thoughts = GrowingText(), None
        key, number = self._begin(), self._rounds_put
        self._rounds_put += 1
        self._outbox.put(lambda store: self._begin_round(store, key, number, calling))

    def called(self, number: int, result: ToolResult) -> None:
        """Save the result of a call of the newest round."""
        key, of_round = self._begin(), self._rounds_put - 1
        self._outbox.put(lambda store: store.end_call(self._keys.row(key), of_round, number, result))

    def end(self, replied: Replied) -> Key:
        """Save the whole reply with its ending and its figures."""
        if self._timer is not None:
            self._timer.cancel()
        if not self._arrived.text:
            self._arrived.text = GrowingText(replied.text)
        key, record = self._begin(), _record_of(self.asked, replied)
        self._outbox.put(lambda store: self._end(store, key, record))
        if replied.learned:
            setup = setup_as_json(replied.learned)
            self._outbox.put(lambda store: store.replace_setup(self._session(), setup))
        return self.question, key

    def beside(self, asked: Asked) -> "ReplyInProgress":
        """Another reply to the same question."""
        return ReplyInProgress(asked, self.question, self._outbox, self._keys, self._session, self._now)

    def take_its_step(self, setup: Setup) -> None:
        """Be the reply of the current step, which another one to the same question has taken, with another setup."""
        key, saved = self._begin(), setup_as_json(setup)
        self._outbox.put(lambda store: self._replace_step(store, key, saved))

    def _begin(self) -> int:
        """Save the first words, unless that was done before. Returns the reply's key."""
        if self._key is None:
            self._key = key = self._keys.new()
            self._outbox.put(lambda store: self._keys.settle(key, self._begin_reply(store)))
        return self._key

    def _begin_reply(self, store: Store) -> int:
        asked, setup = self.asked, self.asked.kept_after.setup
        with self._arrived.saving(store) as new:
            row = store.begin_reply(
                self._session(),
                self._keys.row(self.question),
                new.first or "",
                self._now(),
                label=asked.label if self.takes_step else None,
                trimmed=asked.kept_after.trimmed,
                setup=setup_as_json(setup),
                model=asked.model.name,
                persona=setup.persona,
                rounds=asked.rounds,
                marks=asked.kept_after.marks,
            )
            insert_sources(store.connection, row, asked.sources)
            store.grow_reply(row, None, new.pieces)
            self._save_thoughts(store, row)
        self._thoughts_saved = self._thoughts
        return row

    def _begin_round(self, store: Store, key: int, number: int, calling: Calling) -> None:
        with self._arrived.saving(store) as new:
            row = self._keys.row(key)
            store.grow_reply(row, *new)
            self._save_thoughts(store, row)
            store.begin_round(row, number, calling)
            if calling.learned:
                store.replace_setup(self._session(), setup_as_json(calling.learned))
        self._thoughts_saved = self._thoughts

    def _end(self, store: Store, key: int, record: ReplyRecord) -> None:
        with self._arrived.saving(store) as new:
            row = self._keys.row(key)
            store.grow_reply(row, None, new.pieces, new.starts_over)
            store.end_reply(row, new.first, record, self._now(), self._rounds_put)
            save_thoughts(store.connection, row, record.thoughts)

    def _replace_step(self, store: Store, key: int, setup: Mapping[str, object]) -> None:
        with store.transaction():
            replace_head(store.connection, self._session(), self._keys.row(key))
            store.replace_setup(self._session(), setup)

    def _put_text(self, key: int) -> None:
        self._outbox.put(lambda store: self._grow(store, key))

    def _grow(self, store: Store, key: int) -> None:
        with self._arrived.saving(store) as new:
            row = self._keys.row(key)
            store.grow_reply(row, *new)
            self._save_thoughts(store, row)
        self._thoughts_saved = self._thoughts

    def _save_thoughts(self, store: Store, row: int) -> None:
        """Save what was thought, if that has changed. Needs a transaction, which may be tried again later."""
        if self._thoughts is not self._thoughts_saved:
            save_thoughts(store.connection, row, self._thoughts)

    def _save_on_time(self) -> None:
        """Save the text so far. While something waits, try that again: all of the text is saved at the end."""
        self._timer = None
        if self._outbox:
            self._outbox.empty()
        elif (key := self._key) is not None:
            self._put_text(key)


def _record_of(asked: Asked, replied: Replied) -> ReplyRecord:
    """All about a reply except its text."""
    setup, used = asked.kept_after.setup, replied.used
    return ReplyRecord(
        replied.ending,
        replied.reason,
        asked.model.name,
        setup.persona,
        replied.seconds,
        used.sent if used else None,
        used.reply if used else None,
        used.cost if used else 0.0 if asked.model.is_free else None,
        (used.cached or None) if used else None,
        (used.written or None) if used else None,
        (used.reasoning or None) if used else None,
        (used.saved or None) if used else None,
        replied.rounds,
        thoughts=replied.thoughts,
    )
