"""A command of Typer's whose values stay the words they were typed as."""

from typing import Any

from typer.core import TyperCommand


class WordsCommand(TyperCommand):
    """A command whose values stay the words they were typed as; the settings read them, as they read all sources.

    Typer would convert each with pydantic, and importing that takes longer than all else until the prompt is drawn. A
    Typer that asks elsewhere for its conversion would find pydantic again, and only be slower.
    """

    def get_params(self, ctx: Any) -> list[Any]:
        parameters = super().get_params(ctx)
        for parameter in parameters:
            parameter._runtime_param = AsTyped()  # type: ignore[attr-defined]  # Typer's own place for it
        return parameters


class AsTyped:
    """Gives Typer each value back as it came."""

    def coerce(self, value: object, *, param: object, ctx: object) -> object:
        return value
