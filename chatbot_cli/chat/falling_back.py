"""Another model answers in place of one that cannot answer now: who may, in which order, and what is said of it.

The request is built anew for each, since each has a window of its own. Nothing of a reply may have come before.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TypeVar

from chatbot_cli.chat.events import CallsArrived, ReasoningDelta, TextDelta
from chatbot_cli.chat.fallback_events import FellBack
from chatbot_cli.chat.model import Model
from chatbot_cli.chat.setup import Setup
from chatbot_cli.errors import ChatError, CostLimitReached, MessageTooLong, PriceUnknown, ProviderError
from chatbot_cli.frozen import frozen

REMEMBERED = 60.0  # seconds in which a model that could not answer is not asked again
NOT_TO_BE_ASKED = (MessageTooLong, CostLimitReached, PriceUnknown)  # why one that stands in is passed over

E = TypeVar("E")


@frozen
class _OutOfReach:
    """The failure of a model, and until when it is not asked again, by the clock."""

    error: ChatError
    until: float


class FallingBack:
    """Lets others answer in place of a model that cannot, and remembers for a while which could not."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._out: dict[object, _OutOfReach] = {}  # by the model at its server
        self._told: set[str] = set()  # who cannot stand in

    async def ask(
        self, setup: Setup, take: Callable[[Setup], AsyncGenerator[E, None]], *, anew: bool = False, shown: bool = True
    ) -> AsyncGenerator[E | FellBack, None]:
        """The events of `take` with the model of a setup; if that cannot answer, with the next one of its `fallback`.

        `take` is given the setup of who is asked. Raises ChatError: that of the last server that was asked.
        Asked `anew`, nobody is passed over who could not answer a moment ago; else they are, if others can be asked.
        What is not `shown` does not count as told.
        """
        able, not_able = stand_ins(setup)
        left_out = tuple(one for one in not_able if shown and one not in self._told)
        waiting, passed_over = self._in_order((setup.model, *able), anew=anew)
        if waiting[0] is not setup.model:
            error = self._out[setup.model.at_server].error
            yield self._fell_back(setup, setup.model, waiting[0], error, left_out, is_old=True)
            left_out = ()
        refused: ChatError | None = None
        while True:
            one, has_begun = waiting.pop(0), False
            try:
                async with aclosing(take(setup.answered_by(one))) as events:
                    async for event in events:
                        has_begun = has_begun or _is_visible(event)
                        yield event
            except (ProviderError, *NOT_TO_BE_ASKED) as error:
                if has_begun or not may_fall_back(error, stands_in=one is not setup.model):
                    raise
                failure = error
            else:
                self._out.pop(one.at_server, None)
                return
            refused = self._noted(one, failure) or refused
            if not (waiting or refused):
                waiting, passed_over = passed_over, []
            following = waiting[0] if waiting else None
            if following or left_out or failure is not refused:
                yield self._fell_back(setup, one, following, failure, left_out)
            if following is None:
                raise refused or failure
            left_out = ()

    def _in_order(self, chain: tuple[Model, ...], *, anew: bool) -> tuple[list[Model], list[Model]]:
        """Who is asked, and who is passed over, since it could not answer a moment ago; at least one is asked."""
        passed_over = [] if anew else [one for one in chain if self._is_out(one)]
        asked = [one for one in chain if one not in passed_over]
        return (asked, passed_over) if asked else (passed_over, [])

    def _noted(self, model: Model, failure: ChatError) -> ProviderError | None:
        """Remember the failure of a model, if it was asked; then that is returned."""
        if not isinstance(failure, ProviderError):
            return None
        self._out[model.at_server] = _OutOfReach(failure, self._clock() + REMEMBERED)
        return failure

    def _fell_back(
        self,
        setup: Setup,
        failed: Model,
        answers: Model | None,
        error: ChatError,
        left_out: tuple[str, ...],
        *,
        is_old: bool = False,
    ) -> FellBack:
        """The event that tells it, and who cannot stand in, which is told once."""
        self._told.update(left_out)
        speaker = setup.answered_by(answers).speaker if answers else ""
        spec, note = (answers.spec, answers.note) if answers else ("", "")
        return FellBack(failed.spec, spec, error, speaker, left_out, is_old, note)

    def model_of(self, setup: Setup) -> Model:
        """The model that would be asked now: the chosen one, unless it could not answer a moment ago."""
        able = stand_ins(setup)[0] if self._is_out(setup.model) else ()
        return next((one for one in able if not self._is_out(one)), setup.model)

    def _is_out(self, model: Model) -> bool:
        known = self._out.get(model.at_server)
        return known is not None and self._clock() < known.until


def may_fall_back(error: ChatError, *, stands_in: bool) -> bool:
    """Whether another model may answer after this failure of one, or of one that `stands_in` for another."""
    return error.falls_back if isinstance(error, ProviderError) else stands_in


def stand_ins(setup: Setup) -> tuple[tuple[Model, ...], tuple[str, ...]]:
    """The models that may answer in place of a setup's own, in order, and sentences about the others.

    What is said to a model on this machine leaves it only if the user's own list says so.
    """
    able: list[Model] = []
    left_out: list[str] = []
    for one in setup.fallback:
        if one.at_server in {setup.model.at_server, *(known.at_server for known in able)}:
            continue
        if one.problem:
            left_out.append(f"{one.spec} does not stand in: {one.problem}")
        elif setup.model.is_local and not (one.is_local or setup.fallback_is_own):
            left_out.append(f"{one.spec} does not stand in: it is not on this machine, and your own list has it not.")
        else:
            able.append(one)
    return tuple(able), tuple(left_out)


def _is_visible(event: object) -> bool:
    """Whether something of the reply has come with an event."""
    match event:
        case TextDelta(text):
            return bool(text.strip())
        case ReasoningDelta() | CallsArrived():
            return True
        case _:
            return False
