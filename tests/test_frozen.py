"""Frozen values are dataclasses: whoever makes, compares, copies, changes or matches one sees no difference."""

import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace
from typing import Any

import pytest

from chatbot_cli.frozen import frozen


@frozen
class Point:
    """A point, perhaps with a name."""

    x: int
    y: int = 0
    names: list[str] = field(default_factory=list)
    note: str = field(default="", compare=False, repr=False)

    @property
    def sum(self) -> int:
        return self.x + self.y

    def __post_init__(self) -> None:
        if self.x < 0:
            raise ValueError("x is negative")


@dataclass(frozen=True, slots=True)
class Standard:
    """The same as the standard library makes it."""

    x: int
    y: int = 0
    names: list[str] = field(default_factory=list)
    note: str = field(default="", compare=False, repr=False)


@frozen
class Other:
    x: int
    y: int = 0


def test_it_is_made_as_a_dataclass_is() -> None:
    assert [(one.name, one.default) for one in fields(Point)] == [(one.name, one.default) for one in fields(Standard)]
    assert asdict(Point(1, 2, ["a"])) == asdict(Standard(1, 2, ["a"]))
    assert repr(Point(1, y=2)) == repr(Standard(1, y=2)).replace("Standard", "Point")
    assert Point(1).names is not Point(1).names
    assert (Point(x=3).sum, Point.__slots__) == (3, Standard.__slots__)  # type: ignore[attr-defined]  # made for both


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), ((1,), {"x": 1}), ((1,), {"z": 1}), ((1, 2, [], "", 5), {}), ((), {"y": 1})],
    ids=["one missing", "one twice", "an unknown one", "too many", "the first missing"],
)
def test_what_a_dataclass_refuses_is_refused(values: tuple[Any, ...], named: dict[str, Any]) -> None:
    for made in (Point, Standard):
        with pytest.raises(TypeError):
            made(*values, **named)


def test_equal_values_are_equal_and_of_one_hash_and_other_kinds_are_not() -> None:
    assert Point(1, 2, note="here") == Point(1, 2, note="there")
    assert Point(1, 2) != Point(1, 3)
    others: list[object] = [Point(1, 2), (1, 2), None]
    assert Other(1, 2) not in others
    assert len({Other(1, 2), Other(1, 2), Other(2, 1)}) == 2


def test_nothing_can_be_set_or_deleted() -> None:
    point = Point(1)
    with pytest.raises(FrozenInstanceError):
        point.x = 2  # type: ignore[misc]  # that is what is tried
    with pytest.raises(FrozenInstanceError):
        del point.x
    with pytest.raises(AttributeError):
        point.z = 2  # type: ignore[attr-defined]  # that is what is tried
    assert point == Point(1)


def test_it_is_changed_copied_and_sent_elsewhere() -> None:
    point = Point(1, 2, ["a"], "here")
    assert replace(point, y=5) == Point(1, 5, ["a"])
    assert replace(point, y=5).note == "here"
    for same in (copy.copy(point), copy.deepcopy(point), pickle.loads(pickle.dumps(point))):  # noqa: S301  our own
        assert (same, same.note) == (point, "here")


def test_it_is_matched_by_position_and_by_name() -> None:
    match Point(1, 2):
        case Point(x, y=2):
            assert x == 1
        case _:
            pytest.fail("it was not matched")


def test_it_checks_itself_and_explains_itself() -> None:
    with pytest.raises(ValueError, match="negative"):
        Point(-1)
    assert Point.__doc__ == "A point, perhaps with a name."
