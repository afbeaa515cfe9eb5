"""Finds the newest of several models whose name holds a word. Pure.

The newest is that of the highest version; previews, small ones and special ones come after the plain one, unless the
word asks for them. Of several that are equally new, it is the one whose price is in the middle.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache

from chatbot_cli.frozen import frozen
from chatbot_cli.providers.model_names import NameParts, Standing, parts_of, words_of

parts_known: Callable[[str], NameParts] = cache(parts_of)


@frozen
class ListedModel:
    """A model in a list: of which provider, under which name there, released on which day (ISO, "" if unknown).

    `price` is that of a million tokens in and a million out, in US dollars; None if unknown.
    """

    provider: str
    name: str
    released: str = ""
    deprecated: bool = False
    price: float | None = None

    @property
    def spec(self) -> str:
        """What opens it, whoever is the default provider."""
        return f"{self.provider}/{self.name}"


def newest(word: str, models: Iterable[ListedModel]) -> ListedModel | None:
    """The newest of one provider's models whose name holds the word; None if there is none."""
    asked = words_of(word)
    fits = best_fits(asked, models)
    if not fits:
        return None
    originals = _originals(fits)
    wanted = frozenset(asked)
    best = min(_rank(model, wanted) for model in originals)
    equal = [model for model in originals if _rank(model, wanted) == best]
    if all(model.price is not None for model in equal):
        equal.sort(key=lambda model: (model.price or 0.0, model.name))
        return equal[(len(equal) - 1) // 2]
    return max(equal, key=lambda model: model.released)  # of those released on one day, the first of the list


def chats(name: str) -> bool:
    """Whether a model is made to chat, by its name."""
    return parts_known(name).standing() is not Standing.NO_CHAT


def newest_first(models: Iterable[ListedModel]) -> list[ListedModel]:
    """Models to show: of each provider in turn the newest first, none twice, none deprecated or not made to chat."""
    by_provider: dict[str, list[ListedModel]] = {}
    for model in models:
        if standing_of(model, frozenset()) < Standing.DEPRECATED:
            by_provider.setdefault(model.provider, []).append(model)
    return [model for own in by_provider.values() for model in sorted(_originals(own), key=_age)]


def _age(model: ListedModel) -> tuple[object, ...]:
    standing, major, minor, added = _rank(model, frozenset())
    return major, minor, standing, added, model.name


def best_fits(asked: tuple[str, ...], models: Iterable[ListedModel]) -> list[ListedModel]:
    """The models whose names hold the words best: as words next to each other, else as beginnings, else anywhere."""
    by_fit: dict[int, list[ListedModel]] = {}
    for model in models:
        if (fit := _fit(asked, model)) is not None:
            by_fit.setdefault(fit, []).append(model)
    return by_fit[min(by_fit)] if by_fit else []


def _fit(asked: tuple[str, ...], model: ListedModel) -> int | None:
    """How well a name holds the words: 0 is best; None if it does not. What is not made to chat must be asked for."""
    if not all(word in model.name.lower() or "." in word for word in asked):
        return None  # quick, and right for nearly all names
    parts = parts_known(model.name)
    if parts.standing(frozenset(asked)) is Standing.NO_CHAT:
        return None
    if _in_order(asked, parts.words, lambda word, held: word == held, together=True):
        return 0
    if _in_order(asked, parts.words, lambda word, held: word == held):
        return 1
    if _in_order(asked, parts.words, lambda word, held: held.startswith(word)):
        return 2
    long_enough = all(len(word) > 2 for word in asked)
    return 3 if long_enough and _in_order(asked, parts.words, lambda word, held: word in held) else None


def _in_order(
    asked: tuple[str, ...], held: tuple[str, ...], fits: Callable[[str, str], bool], *, together: bool = False
) -> bool:
    """Whether the words are among those of a name, in this order."""
    if together:
        starts = range(len(held) - len(asked) + 1)
        return any(all(map(fits, asked, held[start:])) for start in starts)
    rest = iter(held)
    return all(any(fits(word, one) for one in rest) for word in asked)


def _originals(models: Sequence[ListedModel]) -> list[ListedModel]:
    """One model of those that are copies of each other: the name without a date, else `latest`, else the last date."""
    by_stem: dict[tuple[str, ...], ListedModel] = {}
    for model in models:
        stem = parts_known(model.name).stem
        if stem not in by_stem or _originality(model) > _originality(by_stem[stem]):
            by_stem[stem] = model
    return list(by_stem.values())


def _originality(model: ListedModel) -> tuple[bool, bool, bool, str]:
    parts = parts_known(model.name)
    return not model.deprecated, not parts.date, not parts.is_moving, parts.date


def _rank(model: ListedModel, asked: frozenset[str]) -> tuple[Standing, int, float, int]:
    """What tells which model is meant, the least first: what it is made for, its version, how much is in its name."""
    parts = parts_known(model.name)
    major, minor = parts.version or (-1, 0.0)
    added = sum(1 for word in parts.words if word.isalpha() and word != "latest")
    return standing_of(model, asked), -major, -minor, added


def standing_of(model: ListedModel, asked: frozenset[str]) -> Standing:
    return Standing.DEPRECATED if model.deprecated else parts_known(model.name).standing(asked)
