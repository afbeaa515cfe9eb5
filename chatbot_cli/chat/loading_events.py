"""The event of a model that this computer runs itself."""

from chatbot_cli.frozen import frozen


@frozen
class LoadingWeights:
    """This computer is loading the weights of a model, which takes a while; `size` is that of its file, in words."""

    model: str
    size: str
