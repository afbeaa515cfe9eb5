"""A Typer command that leaves every value as the text that was typed."""

from typing import Any

from typer.core import TyperCommand


class WordsCommand(TyperCommand):
    """A command that leaves every value as the text that was typed. The settings parse it, as they parse all sources.

    Typer would convert each value with pydantic, and importing pydantic takes longer than everything else before the
    prompt. Should a later Typer keep its converters elsewhere, it finds pydantic again: the start is slower, not wrong.
    """

    def get_params(self, ctx: Any) -> list[Any]:
        parameters = super().get_params(ctx)
        for parameter in parameters:
            parameter._runtime_param = AsTyped()  # type: ignore[attr-defined]  # where Typer keeps its converter
        return parameters


class AsTyped:
    """A converter for Typer that returns each value unchanged."""

    def coerce(self, value: object, *, param: object, ctx: object) -> object:
        return value
