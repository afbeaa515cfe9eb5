"""How many threads a model gets. Its threads wait for each other by spinning: one too many makes all slow."""

import os
from pathlib import Path

_CPUS = Path("/sys/devices/system/cpu")
_QUOTA = Path("/sys/fs/cgroup/cpu.max")  # of a container: microseconds of each period


def threads() -> int:
    """One for each core but one, which is for everything else; two threads of a core share its units."""
    return max(1, min(_cores(), _allowed()) - 1)


def _cores() -> int:
    """The cores that this process may use; where nobody tells them from their threads, the threads."""
    try:
        cpus = os.sched_getaffinity(0)
    except AttributeError:  # macOS, whose processors have a thread for each core
        return os.cpu_count() or 1
    return len({_siblings(cpu) for cpu in cpus})


def _siblings(cpu: int) -> str:
    try:
        return (_CPUS / f"cpu{cpu}" / "topology" / "thread_siblings_list").read_text()
    except OSError:
        return str(cpu)


def _allowed() -> int:
    """The processors that a container may keep busy."""
    try:
        quota, period = _QUOTA.read_text().split()
        return max(1, int(quota) // int(period))
    except (OSError, ValueError, ZeroDivisionError):  # no container, or "max"
        return os.cpu_count() or 1
