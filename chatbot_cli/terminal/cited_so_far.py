"""What a reply cites: as its end tells, or, if it has no end, as far as its text came."""

from dataclasses import replace

from chatbot_cli.chat.citations import citations_in
from chatbot_cli.chat.document_events import PassagesFound, SourcesCited
from chatbot_cli.chat.events import TextDelta, TurnEvent
from chatbot_cli.chat.passages import Passage


class CitedSoFar:
    """Takes in the events of a turn. Of data that is cut off nothing is said: its lists look like citations.

    A continued reply begins with `reply_so_far`.
    """

    def __init__(self, reply_so_far: str = "", *, is_data: bool) -> None:
        self._reply_so_far, self._is_data = reply_so_far, is_data
        self._told: SourcesCited | None = None
        self._sent: tuple[Passage, ...] = ()
        self._texts: list[str] = []

    def note(self, event: TurnEvent) -> None:
        match event:
            case SourcesCited():
                self._told = event
            case PassagesFound():
                self._sent = event.retrieved.passages
            case TextDelta() if self._sent and not self._is_data:
                self._texts.append(event.text)

    @property
    def event(self) -> SourcesCited | None:
        """None if nothing can be cited. Quotations are not judged before the end."""
        if self._told or not self._texts:
            return self._told
        citations = citations_in("".join((self._reply_so_far, *self._texts)), self._sent)
        return SourcesCited(replace(citations, misquoted=()), sent=self._sent)
