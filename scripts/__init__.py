"""Scripts for maintainers, besides the tests and benchmarks."""
