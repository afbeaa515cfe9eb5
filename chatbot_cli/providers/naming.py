"""Finds the model that is meant by one word, such as `sonnet`, among the lists of several providers. Pure.

An alias of the user comes first, then the exact name of a model, then PROVIDER/NAME, then the newest model whose name
holds the word. The newest is that of the highest version; previews, small ones and special ones come after the plain
one, unless the word asks for them. Of several that are equally new, it is the one whose price is in the middle.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from functools import cache
from types import MappingProxyType

from chatbot_cli.frozen import frozen
from chatbot_cli.providers.model_names import NameParts, Standing, parts_of, words_of

NO_ALIASES: Mapping[str, str] = MappingProxyType({})
NEAREST = 3  # names that are offered for one that nobody knows
LONGEST = 200  # characters of a word or a name that are compared


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


@frozen
class Lists:
    """The models there are: those of providers that the user can ask, `reachable`, and the others.

    `default` is the provider of names that stand alone; it can be asked if it is in `asked`, as all that are. `prefer`
    has providers in the order in which they are taken for a word that several have. `providers` are all there are.
    """

    reachable: Sequence[ListedModel]
    others: Sequence[ListedModel] = ()
    default: str = "openai"
    asked: tuple[str, ...] = ()
    prefer: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=lambda: NO_ALIASES)
    providers: frozenset[str] = frozenset()


@frozen
class Chosen:
    """The model that is meant. It was `found` if what was typed does not open it as it is."""

    spec: str
    found: bool = False


@frozen
class Several:
    """Models of several providers, one of each, of which the user has to choose one."""

    word: str
    specs: tuple[str, ...]


@frozen
class WithoutKey:
    """The model that is meant is one of a provider whose key is missing."""

    provider: str
    name: str


@frozen
class Unknown:
    """No list has it. `nearest` are specs that are called nearly so."""

    word: str
    nearest: tuple[str, ...] = ()


Meaning = Chosen | Several | WithoutKey | Unknown


def meaning_of(word: str, lists: Lists) -> Meaning:
    """The model that is meant by what somebody typed."""
    word = word.strip()
    if alias := lists.aliases.get(word.lower()):
        meant = meaning_of(alias, _without_aliases(lists))
        return Chosen(meant.spec, found=True) if isinstance(meant, Chosen) else meant
    prefix, slash, _ = word.partition("/")
    if slash and prefix in lists.providers:
        return Chosen(word)
    return _exactly(word, lists) or _newest_with(word, lists) or Unknown(word, tuple(nearest_to(word, lists)))


def newest(word: str, models: Iterable[ListedModel]) -> ListedModel | None:
    """The newest of one provider's models whose name holds the word; None if there is none."""
    asked = words_of(word)
    fits = _best_fits(asked, models)
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


def fitting(word: str, models: Iterable[ListedModel]) -> list[ListedModel]:
    """All models whose names hold the word, in the order of the list."""
    asked = words_of(word)
    return [model for model in models if _fit(asked, model) is not None]


def newest_first(models: Iterable[ListedModel]) -> list[ListedModel]:
    """Models to show: of each provider in turn the newest first, none twice, none deprecated or not made to chat."""
    by_provider: dict[str, list[ListedModel]] = {}
    for model in models:
        if _standing(model, frozenset()) < Standing.DEPRECATED:
            by_provider.setdefault(model.provider, []).append(model)
    return [model for own in by_provider.values() for model in sorted(_originals(own), key=_age)]


def _age(model: ListedModel) -> tuple[object, ...]:
    standing, major, minor, added = _rank(model, frozenset())
    return major, minor, standing, added, model.name


def nearest_to(word: str, lists: Lists) -> list[str]:
    """Specs of models that are called nearly so, the nearest first: the user's own providers before others."""
    from difflib import get_close_matches  # here because only a mistake needs it

    typed = word.lower()[:LONGEST]
    for models in (lists.reachable, lists.others):
        by_name = {name: model.spec for model in models for name in (model.name.lower()[:LONGEST],)}
        by_word = _words_in(models)
        close = get_close_matches(typed, [*by_name, *by_word], NEAREST, cutoff=0.7)
        specs = [by_name.get(name) or by_word[name]() for name in close]
        if found := list(dict.fromkeys(filter(None, specs))):
            return found
    return []


def _words_in(models: Sequence[ListedModel]) -> dict[str, Callable[[], str]]:
    """The words of all names, each with what it would open."""

    def opening(word: str) -> Callable[[], str]:
        return lambda: model.spec if (model := newest(word, models)) else ""

    words = {word for model in models for word in _parts(model.name).words if word.isalpha() and len(word) > 2}
    return {word: opening(word) for word in words}


def _without_aliases(lists: Lists) -> Lists:
    from dataclasses import replace  # here because most people have no aliases

    return replace(lists, aliases=NO_ALIASES)


def _exactly(word: str, lists: Lists) -> Meaning | None:
    """The model of exactly this name: the default provider's, else that of one that can be asked, else of another."""
    having = [model for model in lists.reachable if model.name == word]
    if any(model.provider == lists.default for model in (*having, *(one for one in lists.others if one.name == word))):
        return Chosen(word)
    if having:
        return _one_of(word, having, lists.prefer)
    elsewhere = next((model for model in lists.others if model.name == word), None)
    return _as_without_key(elsewhere) if elsewhere else None


def _newest_with(word: str, lists: Lists) -> Meaning | None:
    """The newest model with this word of the one provider that has it."""
    if (provider := word.lower()) in lists.providers:  # a provider's name means that provider
        for models, as_meant in ((lists.reachable, _as_chosen), (lists.others, _as_without_key)):
            own = [model for model in models if model.provider == provider]
            if model := newest(word, own) or newest("", own):
                return as_meant(model)
    if champions := _champions(word, lists.reachable):
        return _one_of(word, champions, lists.prefer)
    elsewhere = next(iter(_champions(word, lists.others)), None)
    return _as_without_key(elsewhere) if elsewhere else None


def _as_chosen(model: ListedModel) -> Meaning:
    return Chosen(model.spec, found=True)


def _as_without_key(model: ListedModel) -> Meaning:
    return WithoutKey(model.provider, model.name)


def _one_of(word: str, models: Sequence[ListedModel], prefer: Sequence[str]) -> Chosen | Several:
    """The only model, or that of the provider that is preferred."""
    by_provider = {model.provider: model for model in reversed(models)}
    for provider in prefer:
        if provider in by_provider:
            return Chosen(by_provider[provider].spec, found=True)
    if len(by_provider) == 1:
        return Chosen(models[0].spec, found=True)
    return Several(word, tuple(dict.fromkeys(model.spec for model in models)))


def _champions(word: str, models: Sequence[ListedModel]) -> list[ListedModel]:
    """The newest model with this word of each provider that has one, in the order of the list.

    Only providers count in whose names it is as good a fit as in any: `mini` is a word, and in `gemini` a part of one.
    Nor do those count whose best is less what is meant than that of another: of `gpt`, a gpt-oss.
    """
    asked = words_of(word)
    by_provider: dict[str, list[ListedModel]] = {}
    for model in _best_fits(asked, models):
        by_provider.setdefault(model.provider, []).append(model)
    champions = [best for own in by_provider.values() if (best := newest(word, own))]
    standings = [_standing(model, frozenset(asked)) for model in champions]
    return [model for model, standing in zip(champions, standings, strict=True) if standing == min(standings)]


def _best_fits(asked: tuple[str, ...], models: Iterable[ListedModel]) -> list[ListedModel]:
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
    parts = _parts(model.name)
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
        stem = _parts(model.name).stem
        if stem not in by_stem or _originality(model) > _originality(by_stem[stem]):
            by_stem[stem] = model
    return list(by_stem.values())


def _originality(model: ListedModel) -> tuple[bool, bool, bool, str]:
    parts = _parts(model.name)
    return not model.deprecated, not parts.date, not parts.is_moving, parts.date


def _rank(model: ListedModel, asked: frozenset[str]) -> tuple[Standing, int, float, int]:
    """What tells which model is meant, the least first: what it is made for, its version, how much is in its name."""
    parts = _parts(model.name)
    major, minor = parts.version or (-1, 0.0)
    added = sum(1 for word in parts.words if word.isalpha() and word != "latest")
    return _standing(model, asked), -major, -minor, added


def _standing(model: ListedModel, asked: frozenset[str]) -> Standing:
    return Standing.DEPRECATED if model.deprecated else _parts(model.name).standing(asked)


_parts: Callable[[str], NameParts] = cache(parts_of)
