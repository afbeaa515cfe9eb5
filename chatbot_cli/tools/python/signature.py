"""The signature of a function as a JSON Schema, and the check of arguments against it."""

import inspect
import json
from collections.abc import Callable
from typing import Annotated, Any, NotRequired, get_args, get_origin

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.errors import PydanticInvalidForJsonSchema, PydanticUserError
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import to_jsonable_python
from typing_extensions import TypedDict

from chatbot_cli.frozen import frozen
from chatbot_cli.text.short import shorten_foreign

MOST_FAULTS = 10  # of arguments that are told
_QUOTED = 160  # characters of a reason that pydantic gives

_REFUSED = {
    inspect.Parameter.VAR_POSITIONAL: "takes *{}, but the arguments of a tool have names",
    inspect.Parameter.VAR_KEYWORD: "takes **{}, but a model must be told the name of each argument",
    inspect.Parameter.POSITIONAL_ONLY: "takes {} by its position only, but the arguments of a tool have names",
}


class NotATool(ValueError):
    """Why a function cannot be a tool, to follow its name in a sentence: "takes *items, but …"."""


class WrongArguments(ValueError):
    """Why arguments do not fit, in one line."""


@frozen
class Signature:
    """The arguments of a function: a JSON Schema of an object, as JSON, and the check of such an object."""

    schema: str
    adapter: TypeAdapter[dict[str, Any]]

    def checked(self, arguments: str) -> dict[str, Any]:
        """The values that a JSON object holds, each of its parameter's type. Raises WrongArguments."""
        try:
            return self.adapter.validate_json(arguments)
        except ValidationError as error:
            faults = error.errors(include_url=False, include_context=False, include_input=False)
            more = f"; {len(faults) - MOST_FAULTS} more" if len(faults) > MOST_FAULTS else ""
            raise WrongArguments("; ".join(map(_in_words, faults[:MOST_FAULTS])) + more) from None


def signature_of(function: Callable[..., Any]) -> Signature:
    """The signature of a function. Raises NotATool: for parameters without a name, or types without a schema."""
    try:
        parameters = inspect.signature(function, eval_str=True).parameters
    except (NameError, SyntaxError, TypeError, ValueError, AttributeError) as error:  # annotations are code
        raise NotATool(f"has a signature that cannot be read: {_reason(error)}") from error
    for parameter in parameters.values():
        if parameter.kind in _REFUSED:
            raise NotATool(_REFUSED[parameter.kind].format(parameter.name))
        if isinstance(parameter.default, FieldInfo):  # the function would get it as a value
            raise NotATool(f"has a Field(…) as the default of {parameter.name}: write Annotated[…, Field(…)]")
    try:
        adapter = TypeAdapter(_typed_dict(parameters.values()))
        schema = adapter.json_schema(schema_generator=_WithoutTitles)
    except PydanticUserError as error:
        if error.code == "typed-dict-version":
            raise NotATool("has a typing.TypedDict: make it a typing_extensions.TypedDict") from None
        if error.code == "class-not-fully-defined":
            raise NotATool("has a parameter whose type names a class that is not defined") from None
        raise NotATool(f"has a parameter whose type has no schema: {_reason(error)}") from error
    except (PydanticInvalidForJsonSchema, NameError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise NotATool(f"has a parameter whose type has no schema: {_reason(error)}") from error
    _show_defaults(schema, parameters.values())
    return Signature(json.dumps(schema, ensure_ascii=False), adapter)


class _WithoutTitles(GenerateJsonSchema):
    """Leaves out the titles that repeat a field's name: each would be paid for."""

    def generate(self, schema: Any, mode: Any = "validation") -> dict[str, Any]:
        made = super().generate(schema, mode)
        for one in (made, *made.get("$defs", {}).values()):
            one.pop("title", None)
        return made

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def emit_warning(self, kind: Any, detail: str) -> None:
        """Say nothing of defaults that cannot be written as JSON: they are left out."""


def _typed_dict(parameters: Any) -> Any:
    fields = {parameter.name: _field(parameter) for parameter in parameters}
    make: Any = TypedDict  # a type checker wants to see the fields, which are known only now
    made = make("Arguments", fields)
    made.__pydantic_config__ = ConfigDict(extra="forbid")
    made.__doc__ = None
    return made


def _field(parameter: inspect.Parameter) -> Any:
    """The type of a parameter; texts that it is annotated with describe it."""
    kind: Any = Any if parameter.annotation is parameter.empty else parameter.annotation
    if get_origin(kind) is Annotated:
        for note in get_args(kind)[1:]:
            kind = Annotated[kind, Field(description=note)] if isinstance(note, str) else kind
    return kind if parameter.default is parameter.empty else NotRequired[kind]


def _show_defaults(schema: dict[str, Any], parameters: Any) -> None:
    """Tell the model the defaults. They are not passed: a function has its own."""
    for parameter in parameters:
        if parameter.default is parameter.empty:
            continue
        try:
            default = to_jsonable_python(parameter.default)
        except ValueError:  # it has no form in JSON
            continue
        schema["properties"][parameter.name].setdefault("default", default)


def _in_words(fault: Any) -> str:
    where = shorten_foreign(".".join(map(str, fault["loc"])), _QUOTED)
    words = {"missing": "is missing", "extra_forbidden": "is no argument of this tool"}.get(fault["type"])
    if words:
        return f"{where} {words}"
    message = shorten_foreign(fault["msg"], _QUOTED)
    return f"{where}: {message}" if where else message


def _reason(error: BaseException) -> str:
    first = str(error).partition("\n")[0].partition(". Set ")[0]
    return shorten_foreign(first, _QUOTED).rstrip(".") or type(error).__name__
