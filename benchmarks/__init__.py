"""What the program costs, measured against what is usual."""
