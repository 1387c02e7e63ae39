"""Measures of speed and of nothing lost: each prints numbers, none is a timed test. `docs/performance.md` says more.

A benchmark is a module here with `run(options) -> dict` and `arguments(parser)`; its name is the module's.
"""
