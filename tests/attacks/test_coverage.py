"""Every attack of the list has a test of its own."""

import re
from pathlib import Path

import pytest

from tests.attacks.coverage import ABSENT, IDS

HERE = Path(__file__).parent
FILES = {path.name: re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.M) for path in HERE.glob("test_*.py")}
NAMES = [name for names in FILES.values() for name in names]


@pytest.mark.parametrize("identifier", IDS)
def test_attack_has_a_test_named_after_it(identifier):
    assert [name for name in NAMES if name.startswith(f"test_{identifier.lower()}_")]


def test_absent_features_are_of_the_list_and_have_reasons():
    assert set(ABSENT) <= set(IDS)
    assert all(reason.endswith(".") for reason in ABSENT.values())


@pytest.mark.parametrize("name", FILES)
def test_no_two_tests_of_a_file_share_a_name(name):
    assert len(FILES[name]) == len(set(FILES[name]))
