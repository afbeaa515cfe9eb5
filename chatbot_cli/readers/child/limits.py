"""The limits of a child that reads files."""

SECONDS = 60  # for one file
MEMORY = 1 << 30  # bytes of address space
IDLE = 30  # seconds without a file, after which the child ends
OUT_OF_MEMORY = 77  # the child's exit status
