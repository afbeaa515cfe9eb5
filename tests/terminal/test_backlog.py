"""Text that waits for the screen comes out as it went in."""

from hypothesis import given
from hypothesis import strategies as st

from chatbot_cli.terminal.backlog import BLOCK, Backlog

STEPS = st.lists(st.text("ab", max_size=5) | st.integers(1, 7) | st.just("x" * BLOCK))


@given(STEPS)
def test_what_is_taken_is_what_was_put_in_order(steps: list[str | int]) -> None:
    backlog, left = Backlog(), ""
    for step in steps:
        if isinstance(step, str):
            backlog.put(step)
            left += step
        else:
            assert backlog.take(step) == left[:step]
            left = left[step:]
        assert len(backlog) == len(left)
    assert backlog.take(len(left) + 1) == left
    assert not backlog


def test_what_is_forgotten_is_gone() -> None:
    backlog = Backlog()
    backlog.put("x" * BLOCK)
    backlog.put("y")
    backlog.take(3)
    backlog.clear()
    assert (bool(backlog), len(backlog), backlog.take(1)) == (False, 0, "")
