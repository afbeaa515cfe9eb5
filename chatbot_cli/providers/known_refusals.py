"""What a model is known to refuse before it is asked: by its provider's entry, the list, and what was learnt."""

from collections.abc import Sequence
from functools import partial

from chatbot_cli.providers.entries.provider import Dialect
from chatbot_cli.providers.known_models import known, known_anywhere
from chatbot_cli.providers.learnt import Learnt
from chatbot_cli.providers.mends import Mend, Mends
from chatbot_cli.providers.route.endpoint import Endpoint

SAMPLING = ("temperature", "top_p")
NO_EFFORT = "none"


def mends_of(provider: str, endpoint: Endpoint, dialect: Dialect, learnt: Learnt) -> Mends:
    """The mends of a provider's model at an endpoint. The list and the lessons are read before the first request."""
    address, model = endpoint.address, endpoint.model
    return Mends(partial(_known, provider, endpoint, dialect, learnt), partial(learnt.remember, address, model))


def _known(provider: str, endpoint: Endpoint, dialect: Dialect, learnt: Learnt) -> Sequence[Mend]:
    listed = known_anywhere(endpoint.model) if endpoint.is_local else known(provider, endpoint.model)
    efforts = (listed.efforts if listed else ()) or dialect.efforts
    field = dialect.effort_field
    mends = [Mend(name) for name in sorted(dialect.never)]
    mends += [Mend(field, among=efforts)] if efforts else []
    if listed and not listed.takes_sampling:
        unless = (field, NO_EFFORT) if NO_EFFORT in efforts else None
        mends += [Mend(name, unless=unless) for name in SAMPLING]
    return [*mends, *learnt.of(endpoint.address, endpoint.model)]
