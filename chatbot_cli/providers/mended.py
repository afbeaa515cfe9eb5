"""Sends a request once more without what its server refuses of it, and remembers that."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from chatbot_cli.chat.events import ModelEvent, Retrying
from chatbot_cli.chat.loading_events import LoadingWeights
from chatbot_cli.chat.mend_events import SentWithout
from chatbot_cli.chat.messages import Request
from chatbot_cli.chat.model import ChatModel
from chatbot_cli.errors import ParameterRefused, RequestRefused
from chatbot_cli.providers.mends import Changed, Mend, Mends, nearest

MOST = 2  # mends of a request


class MendingChat:
    """A ChatModel whose refused parameters mend themselves. `chat` applies the `mends` to whatever it sends."""

    def __init__(self, chat: ChatModel, mends: Mends, model: str) -> None:
        self._chat, self._mends, self._model = chat, mends, model

    async def stream(self, request: Request) -> AsyncGenerator[ModelEvent, None]:
        """Yield the model's events, and before them `SentWithout` for what was sent otherwise than it was set."""
        tried: list[Mend] = []
        told: set[str] = set()
        while True:
            begun = False
            try:
                async with aclosing(self._chat.stream(request)) as events:
                    async for event in events:
                        if isinstance(event, SentWithout):
                            if event.field in told:
                                continue
                            told.add(event.field)
                        elif not begun and not isinstance(event, Retrying | LoadingWeights):
                            begun = True
                            self._mends.keep(tried)
                        yield event
                return
            except ParameterRefused as error:
                mend = None if begun or len(tried) == MOST else self._mends.learn(_mend_for(error))
                if mend is None:
                    if error.field in [one.field for one in tried]:
                        self._mends.forget(tried)
                    else:
                        self._mends.keep(tried)  # they have helped: the server looks at the next field
                    raise
                tried.append(mend)
                told.add(mend.field)
                changed = Changed(mend, error.value, nearest(error.value, mend.among))
            except RequestRefused:
                self._mends.forget(tried)  # they have not helped
                raise
            yield changed.told_of(self._model)


def _mend_for(error: ParameterRefused) -> Mend:
    """What may help against a refusal."""
    word = nearest(error.value, error.words)
    if word and word != error.value:
        return Mend(error.field, among=error.words)
    return Mend(error.field, error.other, only=error.only)
