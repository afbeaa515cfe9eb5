"""Measures the costs of the program, each beside a usual program or the least possible cost."""
