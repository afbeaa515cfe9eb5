"""What the user is told besides the reply: of the window, the price and the counts, and each but once."""

from collections.abc import Sequence
from contextlib import suppress

from chatbot_cli.chat.asking import limits_of
from chatbot_cli.chat.context import Context
from chatbot_cli.chat.count_events import CountsApart, ServerHolds, ServerReadFewer
from chatbot_cli.chat.events import PriceRises, RequestBuilt, TurnEvent, WindowShrunk, WindowSlid
from chatbot_cli.chat.mend_events import SentWithout
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.price_watch import PriceWatch
from chatbot_cli.chat.setup import Setup
from chatbot_cli.chat.state import State
from chatbot_cli.chat.tool_events import CallInText, ToolsIgnored
from chatbot_cli.chat.window import Window, select
from chatbot_cli.errors import MessageTooLong

_ONCE_A_MODEL = (ServerHolds, ServerReadFewer, CountsApart, ToolsIgnored, CallInText, SentWithout)


class News:
    """Remembers what was told in a conversation."""

    def __init__(self, resumed: State | None = None) -> None:
        """`resumed` is the state in which a saved conversation goes on."""
        self._price_watch = PriceWatch()
        self._resumed = resumed
        self._left_out = 0
        self._told: set[object] = set()

    def is_new(self, event: TurnEvent, model: Model) -> bool:
        """Whether an event is to be told: what is so of a server as a whole once for each model."""
        if not isinstance(event, _ONCE_A_MODEL):
            return True
        before = len(self._told)
        what = event if isinstance(event, SentWithout) else type(event)
        self._told.add((what, model.at_server))
        return len(self._told) > before

    async def after(self, event: TurnEvent, setup: Setup) -> Sequence[WindowSlid | PriceRises]:
        """What is to be told after an event."""
        if isinstance(event, WindowShrunk):
            self.note(event.window)
        return await self.of_request(event.window, setup) if isinstance(event, RequestBuilt) else ()

    async def of_request(self, window: Window, setup: Setup) -> Sequence[WindowSlid | PriceRises]:
        """That exchanges or a further block left the window, and that the price rises with its length."""
        before = _left_out_before(self._resumed) if self._resumed and window.left_out else self._left_out
        self.note(window)
        is_block = window.limits.block > 1 and window.left_out > before + 1
        slid = WindowSlid(window, before) if is_block or (window.left_out and not before) else None
        return [news for news in (slid, await self._price_watch.rises(setup, window.tokens)) if news]

    def note(self, window: Window) -> None:
        """Note how many exchanges a request leaves out."""
        self._left_out, self._resumed = window.left_out, None


def _left_out_before(state: State) -> int:
    """How many exchanges the request left out that brought the last reply of a state."""
    setup, count = state.setup, len(state.exchanges) - 1
    if count < 1:
        return 0
    context = Context(
        setup.head,
        state.exchanges[:count],
        state.exchanges[-1].messages[:1],
        min(state.trimmed, count),
        state.marks.of_first(count),
        told=setup.model.told,
    )
    with suppress(MessageTooLong):
        return select(context, limits_of(setup), setup.count).left_out
    return 0
