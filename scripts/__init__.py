"""What maintainers run, besides the tests and benchmarks."""
