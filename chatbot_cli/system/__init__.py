"""What a process stands in."""
