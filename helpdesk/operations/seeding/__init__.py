"""Synthetic data by COPY, for benchmarks: deterministic by seed, a few minutes for a million messages."""
