"""Values that requests bring."""

import pytest
from pydantic import TypeAdapter, ValidationError

from helpdesk.core.api import Moment

MOMENT = TypeAdapter(Moment)


@pytest.mark.parametrize("given", ["2026-11-01T09:00:00+01:00", "2026-11-01T08:00:00Z"])
def test_moment_with_its_zone_is_taken(given):
    assert MOMENT.validate_python(given).timestamp() == 1_793_520_000


@pytest.mark.parametrize("given", ["0", 0, 1_793_520_000, "1793520000.5", "2026-11-01T09:00:00", "tomorrow", None])
def test_number_or_moment_without_zone_is_not_taken(given):
    with pytest.raises(ValidationError):
        MOMENT.validate_python(given)
