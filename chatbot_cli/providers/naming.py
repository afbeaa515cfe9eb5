"""Finds the model that is meant by one word, such as `sonnet`, among the lists of several providers. Pure.

The exact name of a model comes first, then PROVIDER/NAME, then the newest model of one provider whose name holds the
word.
"""

from collections.abc import Callable, Sequence

from chatbot_cli.frozen import frozen
from chatbot_cli.providers.model_names import words_of
from chatbot_cli.providers.newest import ListedModel, best_fits, newest, parts_known, standing_of

NEAREST = 3  # names that are offered for one that nobody knows
LONGEST = 200  # characters of a word or a name that are compared


@frozen
class Lists:
    """The models there are: those of providers that the user can ask, `reachable`, and the others.

    `default` is the provider of names that stand alone; it can be asked if it is in `asked`, as all that are.
    `prefer` has providers in the order in which they are taken for a word that several have. `providers` are all
    there are. Those that come `after_others` are meant only where no other one has such a model: many people have
    their keys for something else.
    """

    reachable: Sequence[ListedModel]
    others: Sequence[ListedModel] = ()
    default: str = "openai"
    asked: tuple[str, ...] = ()
    prefer: tuple[str, ...] = ()
    providers: frozenset[str] = frozenset()
    after_others: frozenset[str] = frozenset()


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
    prefix, slash, _ = word.partition("/")
    if slash and prefix in lists.providers:
        return Chosen(word)
    return _exactly(word, lists) or _newest_with(word, lists) or Unknown(word, tuple(nearest_to(word, lists)))


def first_to_offer(here: Meaning, elsewhere: Meaning, lists: Lists) -> Meaning:
    """What a word means among local models, `here`, or else in the lists. If neither knows it, names that can be opened
    now come first, and those of providers without a key are left out beside them."""
    if not isinstance(here, Unknown):
        return here
    if not (isinstance(elsewhere, Unknown) and here.nearest):
        return elsewhere
    can_be_asked = (spec for spec in elsewhere.nearest if spec.partition("/")[0] in lists.asked)
    return Unknown(here.word, (*here.nearest, *can_be_asked)[:NEAREST])


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

    words = {word for model in models for word in parts_known(model.name).words if word.isalpha() and len(word) > 2}
    return {word: opening(word) for word in words}


def _exactly(word: str, lists: Lists) -> Meaning | None:
    """The model of exactly this name: the default provider's, else that of one that can be asked, else of another."""
    having = [model for model in lists.reachable if model.name == word]
    if any(model.provider == lists.default for model in (*having, *(one for one in lists.others if one.name == word))):
        return Chosen(word)
    if having:
        return _one_of(word, having, lists)
    elsewhere = next((model for model in lists.others if model.name == word), None)
    return _as_without_key(elsewhere) if elsewhere else None


def _newest_with(word: str, lists: Lists) -> Meaning | None:
    """The newest model with this word of the one provider that has it."""
    if (provider := word.lower()) in lists.providers:  # a provider's name means that provider
        for models, as_meant in ((lists.reachable, _as_chosen), (lists.others, _as_without_key)):
            own = [model for model in models if model.provider == provider]
            if model := newest(word, own) or newest("", own):
                return as_meant(model)
    if not words_of(word):
        return None
    if champions := _champions(word, lists.reachable):
        return _one_of(word, champions, lists)
    elsewhere = next(iter(_champions(word, lists.others)), None)
    return _as_without_key(elsewhere) if elsewhere else None


def _as_chosen(model: ListedModel) -> Meaning:
    return Chosen(model.spec, found=True)


def _as_without_key(model: ListedModel) -> Meaning:
    return WithoutKey(model.provider, model.name)


def _one_of(word: str, models: Sequence[ListedModel], lists: Lists) -> Chosen | Several:
    """The only model, or that of the provider that is preferred."""
    by_provider = {model.provider: model for model in reversed(models)}
    for provider in lists.prefer:
        if provider in by_provider:
            return Chosen(by_provider[provider].spec, found=True)
    models = [model for model in models if model.provider not in lists.after_others] or models
    by_provider = {model.provider: model for model in models}
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
    for model in best_fits(asked, models):
        by_provider.setdefault(model.provider, []).append(model)
    champions = [best for own in by_provider.values() if (best := newest(word, own))]
    standings = [standing_of(model, frozenset(asked)) for model in champions]
    return [model for model, standing in zip(champions, standings, strict=True) if standing == min(standings)]
