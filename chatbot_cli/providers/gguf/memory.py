"""How large a window may be on this computer: as the model was trained for, as memory allows, and not too large."""

import os
from contextlib import suppress
from pathlib import Path

from chatbot_cli.errors import ProviderError
from chatbot_cli.providers.gguf.weights import Weights

USUAL, LEAST = 8_192, 2_048  # tokens of a window
STEP = 256  # tokens; the library rounds to it
BESIDE = 200_000_000  # bytes that it needs beside weights and window
ALL_BUT_OTHERS = 0.75  # of all memory, where nobody tells what is free
_MEMORY_OF_LINUX = Path("/proc/meminfo")
_LIMITS = ((Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),)  # of a container


def window_for(weights: Weights, free: int | None, wanted: int | None = None) -> int:
    """The tokens of the window: those that are `wanted`, else the usual ones if `free` bytes of memory hold them."""
    if wanted is not None:
        return max(STEP, min(wanted, weights.trained) // STEP * STEP)
    window = max(STEP, min(weights.trained, USUAL) // STEP * STEP)
    while free is not None and window > LEAST and needed(weights, window) > free:
        window = max(LEAST, window // 2 // STEP * STEP)
    return window


def needed(weights: Weights, window: int) -> int:
    """About how many bytes of memory a model takes with such a window."""
    return weights.size + window * weights.bytes_per_token + BESIDE


def not_enough(weights: Weights, window: int, free: int) -> ProviderError:
    """The error for a model that does not fit into the memory."""
    sentence = f"{weights.name} needs about {_gigabytes(needed(weights, window))} of memory; {_gigabytes(free)} is free"
    return ProviderError(f"{sentence}.", "End other programs, or take a smaller file of it, such as one with Q4.")


def free_memory() -> int | None:
    """The bytes of memory that can be had; None if nobody says."""
    free = _of_linux()
    if free is None:
        with suppress(ValueError, OSError, AttributeError):  # Windows has no such call
            free = int(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * ALL_BUT_OTHERS)
    limits = [int(most) - used for most, used in map(_limit, _LIMITS) if most.isdigit()]
    return min([*limits, free]) if free is not None else None


def _of_linux() -> int | None:
    with suppress(OSError, ValueError, IndexError):
        for line in _MEMORY_OF_LINUX.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1_024
    return None


def _limit(files: tuple[Path, Path]) -> tuple[str, int]:
    """What a container may have, and what it uses; nothing where there is no limit."""
    try:
        return files[0].read_text().strip(), int(files[1].read_text())
    except (OSError, ValueError):
        return "", 0


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:,.1f} GB"
