"""Python types as schemas: pydantic models, dataclasses and TypedDicts. A module is imported only if it is named."""

import importlib
import sys
import typing
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

from chatbot_cli.errors import SchemaError
from chatbot_cli.text.short import shorten_foreign

_QUOTED = 120  # characters of a quotation in a sentence
OLDEST_WITH_TYPED_DICT = (3, 12)  # before, a typing.TypedDict does not tell pydantic what it needs
A_TYPE = "a pydantic model, a dataclass or a TypedDict"


def type_named(name: str, folder: Path) -> Any:
    """The type that `module:Name` names, such as `shop.models:Order`; the module is imported, from `folder` first.

    Raises SchemaError: no such module or name, what the import raised, or something that is no such type.
    """
    module_name, _, type_name = name.partition(":")
    found: Any = _imported(module_name, folder)
    for part in type_name.split("."):
        if not hasattr(found, part):
            raise SchemaError(f"The module {module_name} has no {type_name}.", f"It has {_types_in(found)}.")
        found = getattr(found, part)
    if not _is_readable(found):
        raise SchemaError(f"{name} is not {A_TYPE}.", "A list[…] of them is one, too.")
    return found


def schema_of(python_type: Any) -> dict[str, Any]:
    """The JSON Schema of a type, as pydantic sees it. Raises SchemaError for one that pydantic cannot read."""
    # Imported here because only a schema of a Python type needs it, and a start has no time for it.
    from pydantic import TypeAdapter
    from pydantic.errors import PydanticInvalidForJsonSchema, PydanticSchemaGenerationError, PydanticUserError
    from pydantic.json_schema import GenerateJsonSchema

    class WithoutTitles(GenerateJsonSchema):
        """Leaves out the titles that repeat a field's name: each would be paid for."""

        def field_title_should_be_set(self, schema: Any) -> bool:
            return False

        def emit_warning(self, kind: Any, detail: str) -> None:
            """Say nothing of defaults that cannot be written as JSON: they are left out."""

    name = _name_of(python_type)
    if _is_old_typed_dict(python_type):
        raise _old_typed_dict(name)
    try:
        return TypeAdapter(python_type).json_schema(schema_generator=WithoutTitles)
    except PydanticInvalidForJsonSchema as error:
        raise SchemaError(f"{name} cannot be said as a JSON Schema: {_reason(error)}.") from error
    except PydanticSchemaGenerationError as error:
        hint = f"It must be {A_TYPE}, or made of those and of plain values."
        raise SchemaError(f"pydantic cannot read {name}: {_reason(error).partition('. Set ')[0]}.", hint) from error
    except PydanticUserError as error:
        if error.code == "typed-dict-version":
            raise _old_typed_dict(name) from None
        raise SchemaError(f"pydantic cannot read {name}: {_reason(error)}.") from error
    except (NameError, TypeError, ValueError, AttributeError, RecursionError) as error:  # its annotations are code
        raise SchemaError(f"pydantic cannot read {name}: {_reason(error)}.") from error


def _imported(module_name: str, folder: Path) -> Any:
    try:
        # What a module prints must not get between the rows of data.
        with _first_on_the_path(folder), redirect_stdout(sys.stderr):
            return importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and f"{module_name}.".startswith(f"{error.name}."):
            hint = f"It is looked for in {folder}. A field with a description has a blank: `name: description`."
            raise SchemaError(f"There is no Python module {error.name}.", hint) from None
        raise _import_failed(module_name, error) from error
    except (Exception, SystemExit) as error:  # the module is the user's code, and may raise whatever it likes
        raise _import_failed(module_name, error) from error


@contextmanager
def _first_on_the_path(folder: Path) -> Iterator[None]:
    """Let imports find what is in a folder, as they do for a script there; only for now."""
    entry = str(folder.absolute())
    sys.path.insert(0, entry)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        if entry in sys.path:
            sys.path.remove(entry)


def _import_failed(module_name: str, error: BaseException) -> SchemaError:
    raised = type(error).__name__ + (f": {_reason(error)}" if str(error) else "")
    return SchemaError(f"The import of {module_name} failed with {raised}.")


def _reason(error: BaseException) -> str:
    return shorten_foreign(str(error).partition("\n")[0], _QUOTED).rstrip(".")


def _is_readable(found: Any) -> bool:
    if typing.get_origin(found) is list:
        return all(map(_is_readable, typing.get_args(found)))
    return isinstance(found, type) and (_is_typed_dict(found) or is_dataclass(found) or _is_model(found))


def _is_typed_dict(found: type) -> bool:
    return issubclass(found, dict) and hasattr(found, "__total__")


def _is_old_typed_dict(found: Any) -> bool:
    return typing.is_typeddict(found) and sys.version_info < OLDEST_WITH_TYPED_DICT


def _is_model(found: type) -> bool:
    from pydantic import BaseModel  # here for the same reason as above

    return issubclass(found, BaseModel)


def _old_typed_dict(name: str) -> SchemaError:
    sentence = f"{name} is or has a typing.TypedDict, which pydantic cannot read before Python 3.12."
    return SchemaError(sentence, "Make it a typing_extensions.TypedDict: the rest of it may stay.")


def _name_of(python_type: Any) -> str:
    return python_type.__name__ if isinstance(python_type, type) else str(python_type)


def _types_in(module: Any) -> str:
    """The types of a module that would do, for a hint."""
    here = getattr(module, "__name__", "")
    names = getattr(module, "__dict__", {}).items()
    own = [name for name, found in names if _is_readable(found) and getattr(found, "__module__", here) == here]
    return ", ".join(own[:8]) or f"nothing that is {A_TYPE}"
