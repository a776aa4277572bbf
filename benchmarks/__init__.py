"""Measurements of the tools against peers, as ratios: `python -m benchmarks`, or `make bench`."""
