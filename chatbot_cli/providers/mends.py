"""What is changed in the requests to one model at its server, since it is known to refuse a field. Pure."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from chatbot_cli.chat.mend_events import SentWithout

UNSEEN = ("stream_options", "prompt_cache_key", "cache_control")  # nobody set them, so nobody misses them
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")  # of all servers, from the least


class Mend(NamedTuple):
    """What becomes of a field, whose name may lead into another one: `output_config.effort`.

    It is sent under its `other` name, or as the nearest word `among` those that are taken, or else not at all. If
    `only` is set, JSON, that holds for this value alone. `unless` names a field, and its value with which this one is
    taken.
    """

    field: str
    other: str = ""
    among: tuple[str, ...] = ()
    only: str = ""
    unless: tuple[str, str] | None = None


class Changed(NamedTuple):
    """A mend that has changed a request: the `value` that was to be sent, and the `word` that was sent in its place."""

    mend: Mend
    value: object
    word: str = ""

    def told_of(self, model: str) -> SentWithout:
        """The event that tells of it."""
        value = str(self.value) if self.mend.only else ""
        takes = self.mend.among if self.word else ()
        return SentWithout(self.mend.field, self.mend.other, model, takes, self.word, value)


class Applied(NamedTuple):
    """A payload as it is sent, and what of it was set otherwise."""

    payload: dict[str, Any]
    changed: tuple[Changed, ...]


def _nothing(mend: Mend) -> None:
    """Of a mend that is remembered nowhere else."""


class Mends:
    """The mends of one model at its server: those that are `known` before, and those that are learnt.

    `known` is called before the first request. `remember` keeps one that has turned out to help.
    """

    def __init__(
        self, known: Callable[[], Iterable[Mend]] = tuple, remember: Callable[[Mend], None] = _nothing
    ) -> None:
        self._known, self._remember = known, remember

    @cached_property
    def _mends(self) -> dict[str, Mend]:
        return {mend.field: mend for mend in self._known()}

    def applied(self, payload: Mapping[str, Any]) -> Applied:
        """The payload as it is sent."""
        sent, changed = dict(payload), dict[str, Changed]()
        for mend in [*self._mends.values()]:
            value = value_at(sent, mend.field)
            if value is None or (mend.only and mend.only != json.dumps(value)):
                continue
            if mend.unless and value_at(payload, mend.unless[0]) == mend.unless[1]:
                continue
            word = nearest(value, mend.among) if mend.among else ""
            if mend.among and (not word or word == value):
                continue
            sent = _with(sent, mend, word)
            if mend.field not in UNSEEN and not mend.other:
                changed[mend.field] = Changed(mend, value, word)
        return Applied(sent, tuple(changed.values()))

    def learn(self, mend: Mend) -> Mend | None:
        """The mend that is tried from now on; None if what is refused cannot be mended any further.

        If it was sent under its other name, and that is refused, too, it is sent no more.
        """
        renamed = next((one.field for one in self._mends.values() if one.other == mend.field), "")
        new = Mend(renamed) if renamed else mend
        if self._mends.get(new.field) == new:
            return None
        if new.other and new.field in self._mends:
            new = Mend(new.field)
        self._mends[new.field] = new
        return new

    def keep(self, mends: Iterable[Mend]) -> None:
        """Remember mends with which a request was answered; those of a single value only as long as this lasts."""
        for mend in mends:
            if not mend.only:
                self._remember(mend)

    def forget(self, mends: Iterable[Mend]) -> None:
        """Take back mends that have not helped."""
        for mend in mends:
            if self._mends.get(mend.field) == mend:
                del self._mends[mend.field]


def nearest(value: object, among: Sequence[str]) -> str:
    """The word nearest to a value, the lesser of two; empty if there is no telling."""
    if value in among:
        return str(value)
    if value not in EFFORTS:
        return ""
    place = EFFORTS.index(str(value))
    known = [word for word in EFFORTS if word in among]
    return min(known, key=lambda word: abs(EFFORTS.index(word) - place), default="")


def value_at(payload: Mapping[str, Any], field: str) -> Any:
    """The value of a field, which may be in another one; None if it is not there."""
    outer, _, inner = field.partition(".")
    value = payload.get(outer)
    if not inner:
        return value
    return value_at(value, inner) if isinstance(value, Mapping) else None


def _with(payload: dict[str, Any], mend: Mend, word: str) -> dict[str, Any]:
    outer, _, inner = mend.field.partition(".")
    if inner:
        inside = _with(dict(payload[outer]), mend._replace(field=inner), word)
        return {name: inside if name == outer else value for name, value in payload.items() if name != outer or inside}
    if word:
        return {**payload, outer: word}
    if mend.other and mend.other not in payload:
        return {mend.other if name == outer else name: value for name, value in payload.items()}
    return {name: value for name, value in payload.items() if name != outer}
