"""`@tool`: what the author of a function says of it as a tool. Functions without it work as well."""

from collections.abc import Callable
from typing import Any, TypeVar, overload

from chatbot_cli.frozen import frozen

Function = TypeVar("Function", bound=Callable[..., Any])

_ATTRIBUTE = "__chat_tool__"


@frozen
class Marks:
    """What is said of a function.

    It is `read_only`: it changes nothing. Calls of it may run in `parallel` with those beside it. Strangers write what
    it returns: `open_world`. It may take `timeout` seconds, None for as long as any tool. The user is asked before each
    call if `ask`, is not asked if that is False, and None leaves it to the rules.
    """

    read_only: bool = False
    parallel: bool = False
    open_world: bool = False
    timeout: float | None = None
    ask: bool | None = None


@overload
def tool(function: Function, /) -> Function: ...


@overload
def tool(
    *,
    read_only: bool = False,
    parallel: bool = False,
    open_world: bool = False,
    timeout: float | None = None,
    ask: bool | None = None,
) -> Callable[[Function], Function]: ...


def tool(
    function: Any = None,
    /,
    *,
    read_only: bool = False,
    parallel: bool = False,
    open_world: bool = False,
    timeout: float | None = None,
    ask: bool | None = None,
) -> Any:
    """Say of a function what a model and the user should know of it as a tool; it stays the function that it is.

    `read_only`: it changes nothing. `parallel`: its calls may run at the same time. `open_world`: strangers write what
    it returns, as on the web. `timeout`: the seconds that a call may take. `ask=False`: its calls run unasked;
    `ask=True`: the user is asked, also where a program's own functions are not asked about. Raises ValueError.
    """
    if timeout is not None and not timeout > 0:
        raise ValueError(f"timeout is {timeout!r}, and must be more than 0 seconds")
    marks = Marks(read_only, parallel, open_world, timeout, ask)

    def mark(marked: Function) -> Function:
        setattr(marked, _ATTRIBUTE, marks)
        return marked

    return mark if function is None else mark(function)


def marks_of(function: object) -> Marks:
    """What is said of a function; nothing by default."""
    marks = getattr(function, _ATTRIBUTE, None)
    return marks if isinstance(marks, Marks) else Marks()
