"""Tests that share something costly, marked with `xdist_group`, run on one worker, and the largest groups first.

xdist 3.8 tells its scheduler of the groups by the end of the tests' names, and cannot change names under pytest 9.2
(https://github.com/pytest-dev/pytest-xdist/issues/1386): each worker started a program, a browser, a house of its own.
"""

import pytest
from _pytest.nodeid import NodeId


def name(items: list[pytest.Item]) -> None:
    """Write each test's group where xdist's scheduler looks for it."""
    for item in items:
        groups = sorted({str(mark.args[0]) for mark in item.iter_markers("xdist_group")})
        ending = f"@{'_'.join(groups)}"
        if groups and not item.nodeid.endswith(ending):
            item._id = NodeId.parse(f"{item.nodeid}{ending}")
